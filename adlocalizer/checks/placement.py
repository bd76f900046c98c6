"""Whether the product stands where the layout asked for it, or at least where it does no harm."""

from __future__ import annotations

import math

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of
from adlocalizer.domain import Box

_SMALLEST, _LARGEST = 1 / 3, 1.6  # of the asked height: a stamp, or no room for the place
_COVERED = 0.25  # of the product inside the quiet area: the copy has to go around it


@check_of("master", rank=1)
def product_place(master: SeenMaster, standard: Standard) -> Verdict:
    """The product leaves the quiet area free and has about its asked size; elsewhere is no fault.

    Whether every format can be cut around it is judged on the finished files.
    """
    found, asked = master.product_box, master.asked.prompt.composition
    times, covered = _times(found, asked.product), _inside(found, asked.quiet) - _inside(asked.product, asked.quiet)
    faults = {
        f"covers the area for the copy with {max(0.0, covered):.0%} of itself": covered / _COVERED,
        f"is {times:.1f} times as tall as asked": math.log(max(times, 1e-3)) / math.log(_LARGEST),
        f"is only {times:.0%} as tall as asked": math.log(max(times, 1e-3)) / math.log(_SMALLEST),
    }
    fault, off = max(faults.items(), key=lambda one: one[1])
    said = Said("The product stands where the layout leaves room for it.", f"The product {fault}.")
    return standard.judge(max(0.0, off), said)


def _times(found: Box, room: Box) -> float:
    """Height of the product over the height at which it fills the room it was asked for in, at its own proportions."""
    if found.w <= 0 or found.h <= 0:
        return 0.0
    return found.h / min(room.h, room.w * found.h / found.w)


def _inside(product: Box, area: Box) -> float:
    """Share of a product's box in an area."""
    return product.overlap(area) / max(1e-9, product.w * product.h)
