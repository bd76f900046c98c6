"""Whether the product is in the picture once."""

from __future__ import annotations

from adlocalizer.checks.fidelity import judged
from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of

_SAID = Said(
    "The product is there once.",
    "Another one of the product, or something much like it, is in the picture.",
)


@check_of("master", rank=1)
def product_once(master: SeenMaster, standard: Standard) -> Verdict:
    """There is one of the product, not two."""
    return judged(master, standard, "second", _SAID)
