"""Whether the product is the right way round."""

from __future__ import annotations

from adlocalizer.checks.fidelity import judged
from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of

_SAID = Said(
    "The product is the right way round.",
    "The product is mirrored.",
)


@check_of("master", rank=1)
def product_mirrored(master: SeenMaster, standard: Standard) -> Verdict:
    """The product is not mirrored."""
    return judged(master, standard, "mirror", _SAID)
