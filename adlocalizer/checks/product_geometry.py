"""Whether the product has its own proportions."""

from __future__ import annotations

from adlocalizer.checks.fidelity import judged
from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of

_SAID = Said(
    "The product has the proportions of its shot.",
    "The product is stretched: it is wider or higher than on its shot.",
)


@check_of("master", rank=1)
def product_geometry(master: SeenMaster, standard: Standard) -> Verdict:
    """The product is no wider or higher than on its shot."""
    return judged(master, standard, "stretch", _SAID)
