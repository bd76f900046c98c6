"""Whether all of the product can be seen."""

from __future__ import annotations

from adlocalizer.checks.fidelity import judged
from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of

_SAID = Said(
    "All of the product can be seen.",
    "A part of the product is covered, or outside the frame.",
)


@check_of("master", rank=1)
def product_whole(master: SeenMaster, standard: Standard) -> Verdict:
    """Nothing covers the product, and no part of it is outside the frame."""
    return judged(master, standard, "hidden", _SAID)
