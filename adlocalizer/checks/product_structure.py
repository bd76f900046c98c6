"""Whether everything on the product is drawn as on its shot."""

from __future__ import annotations

from adlocalizer.checks.fidelity import judged
from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of

_SAID = Said(
    "The product is drawn as on its shot.",
    "Something on the product is drawn otherwise than on its shot; the outlined part differs most.",
)


@check_of("master", rank=1)
def product_structure(master: SeenMaster, standard: Standard) -> Verdict:
    """Shape, pattern and every letter of the label are those of the shot."""
    return judged(master, standard, "structure", _SAID)
