"""Whether the product has its own colours."""

from __future__ import annotations

from adlocalizer.checks.fidelity import judged
from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of

_SAID = Said(
    "The product has the colours of its shot.",
    "The product has other colours than its shot, whatever light it stands in.",
)


@check_of("master", rank=1)
def product_colour(master: SeenMaster, standard: Standard) -> Verdict:
    """The colours are those of the shot, under the light of the picture."""
    return judged(master, standard, "colour", _SAID)
