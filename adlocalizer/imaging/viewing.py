"""What a judge is shown of a picture: the whole, the product cut out of it, its shot, the area kept plain."""

from __future__ import annotations

import hashlib
import io
import math
from typing import NamedTuple

from PIL import Image

from adlocalizer.domain import Box
from adlocalizer.imaging.locating import cut_of

_AROUND = 0.12  # of the product's sides: what stands around it tells a label that runs on from one that is cut
_LEAST_SIDE = 512  # pixels: a product that is smaller in the picture is enlarged, letters are read better so
_MOST_ENLARGED = 4.0
_QUALITY = 92
_GROUND = (236, 236, 236)
"""Behind a product's cut-out: neither white nor black products vanish in it."""


class Shown(NamedTuple):
    """A picture for a judge: its JPEG, and the SHA-256 of its pixels."""

    jpeg: bytes
    sha256: str


def whole_view(picture: Image.Image, longest_side: int) -> Shown:
    """The picture, reduced to so many pixels at most."""
    return _shown(picture, longest_side, enlarged=False)


def part_view(picture: Image.Image, box: Box, longest_side: int, around: float = _AROUND) -> Shown:
    """A part of the picture with some of its surroundings, enlarged where it is small; a box outside shows all."""
    sides = (box.x - around * box.w, box.y - around * box.h, box.right + around * box.w, box.bottom + around * box.h)
    if not all(map(math.isfinite, sides)):
        return whole_view(picture, longest_side)
    left, top, right, bottom = (min(max(side, 0.0), 1.0) for side in sides)
    wide, high = picture.size
    corners = (round(left * wide), round(top * high), round(right * wide), round(bottom * high))
    if corners[2] - corners[0] < 2 or corners[3] - corners[1] < 2:
        return whole_view(picture, longest_side)
    return _shown(picture.crop(corners), longest_side, enlarged=True)


def shot_view(shot: bytes, longest_side: int) -> Shown:
    """The product of a shot before an even grey; raises Unreadable for a broken shot."""
    cut = cut_of(shot).rgba
    sheet = Image.new("RGB", (round(cut.width * 1.12), round(cut.height * 1.12)), _GROUND)
    sheet.paste(cut, ((sheet.width - cut.width) // 2, (sheet.height - cut.height) // 2), cut)
    return _shown(sheet, longest_side, enlarged=False)


def scenery(picture: Image.Image, product: Box) -> Image.Image:
    """The largest part of the picture beside, above or below the product."""
    wide, high = picture.size
    left, top = max(0, math.floor(product.x * wide)), max(0, math.floor(product.y * high))
    right, bottom = min(wide, math.ceil(product.right * wide)), min(high, math.ceil(product.bottom * high))
    parts = [(0, 0, wide, top), (0, bottom, wide, high), (0, 0, left, high), (right, 0, wide, high)]
    best = max(parts, key=lambda part: max(0, part[2] - part[0]) * max(0, part[3] - part[1]))
    if min(best[2] - best[0], best[3] - best[1]) < 8:
        return picture
    return picture.crop(best)


def _shown(picture: Image.Image, longest_side: int, enlarged: bool) -> Shown:
    most = longest_side / max(picture.size)
    times = min(1.0, most)
    if enlarged and max(picture.size) < _LEAST_SIDE:
        times = min(_LEAST_SIDE / max(picture.size), _MOST_ENLARGED, most)
    size = (max(1, round(picture.width * times)), max(1, round(picture.height * times)))
    plain = picture.convert("RGB")
    if size != plain.size:
        plain = plain.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0 if times < 1 else None)
    plain.info = {}
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    digest = hashlib.sha256(f"{size[0]}x{size[1]}:".encode() + plain.tobytes()).hexdigest()
    return Shown(out.getvalue(), digest)
