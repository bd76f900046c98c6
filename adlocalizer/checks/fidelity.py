"""What the checks of the product share: one comparison with its shots, when it says nothing, and what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from adlocalizer.checks.standard import Said, Standard, Undecidable, Verdict
from adlocalizer.imaging.ingest import Unreadable

if TYPE_CHECKING:
    from adlocalizer.checks.seen import SeenMaster
    from adlocalizer.imaging.comparing import Comparison

_BETWEEN = 12  # pixels between shot and picture
_MARK = (230, 0, 60)


def compared(master: SeenMaster) -> Comparison:
    """The product beside its shot; Undecidable when the shot cannot be read or the product not be judged by it."""
    try:
        if why := master.shots.why_unsure:
            raise Undecidable(f"This needs eyes: {why}.")
        return master.shots.product
    except Unreadable as error:
        raise Undecidable(f"The product shot cannot be read: {error}.") from error


def judged(master: SeenMaster, standard: Standard, measure: str, said: Said) -> Verdict:
    """The verdict on one distance of the product; Undecidable where none was found, or too small a one."""
    product = compared(master)
    if product.why_unjudged:
        raise Undecidable(product.why_unjudged)
    distance = float(getattr(product, measure))
    if distance <= standard.limit and not standard.rule.unsure:
        return standard.judge(distance, said)
    shown = _twice(master, product) if measure == "second" else beside(product, marked=measure == "structure")
    return standard.judge(distance, said, shown)


def beside(product: Comparison, marked: bool = False) -> Image.Image | None:
    """The shot on the left, the product found on the right; the worst window of both outlined where asked for."""
    if product.found is None:
        return None
    left, right = (Image.fromarray(np.asarray(pixels)) for pixels in (product.found.portrait.rgb, product.found.seen))
    if marked and product.worst is not None:
        x, y, side = product.worst.at
        for one in (left, right):
            ImageDraw.Draw(one).rectangle((x - 3, y - 3, x + side + 2, y + side + 2), outline=_MARK, width=2)
    if product.found.is_mirrored:  # it was compared with the mirrored shot
        left = ImageOps.mirror(left)
    both = Image.new("RGB", (left.width + right.width + _BETWEEN, left.height), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width + _BETWEEN, 0))
    return both


def _twice(master: SeenMaster, product: Comparison) -> Image.Image:
    """The picture with both places outlined."""
    picture = master.picture.convert("RGB")
    wide, high = picture.size
    for box in (product.box, product.again):
        if box is not None:
            edges = (box.x * wide, box.y * high, box.right * wide, box.bottom * high)
            ImageDraw.Draw(picture).rectangle(edges, outline=_MARK, width=max(2, min(wide, high) // 150))
    return picture
