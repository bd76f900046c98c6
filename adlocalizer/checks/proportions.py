"""Shape and size in pixels against what was asked for."""

from __future__ import annotations

import math

from adlocalizer.checks.seen import SeenFile, SeenMaster
from adlocalizer.checks.standard import Standard, Verdict, check_of
from adlocalizer.domain import Ratio, Size, ratio_value

_STEP = 16  # pixels that models round sides up by: 4 % and more of a side under 400


@check_of("master")
def ratio(master: SeenMaster, standard: Standard) -> Verdict:
    """Close to the asked ratio, and to no other ratio of the model's more than to it."""
    header, asked = master.decoded.declared, master.asked.ratio
    shape = header.width / header.height
    off = round(math.exp(_apart(shape, asked)) - 1, 4)
    known = tuple(master.subject.model.pixels) if master.subject.model else ()
    nearest = min((asked, *known), key=lambda other: _apart(shape, other))
    limit = max(standard.limit, round(_STEP / _short_side(master), 4))
    said = f"The picture is {header.width} x {header.height}, {off:.1%} off the asked {asked}"
    if nearest != asked:
        return Verdict(False, f"{said} and nearer to {nearest}.", off, limit)
    return Verdict(off <= limit, f"{said}.", off, limit)


@check_of("master")
def resolution(master: SeenMaster, standard: Standard) -> Verdict:
    """As many pixels along the short side as the asked size has, or nearly."""
    header = master.decoded.declared
    wanted = _short_side(master)
    share = round(min(header.width, header.height) / wanted, 4)
    text = f"The short side has {min(header.width, header.height)} pixels, {share:.0%} of the {wanted} asked for."
    return Verdict(share >= standard.limit, text, share, standard.limit)


@check_of("file")
def file_pixels(file: SeenFile, _: Standard) -> Verdict:
    """Exactly the pixels the format asks for."""
    header, form = file.decoded.declared, file.order.ad_format
    found, wanted = f"{header.width} x {header.height}", f"{form.width} x {form.height}"
    return Verdict(found == wanted, f"The file is {found} pixels; {form.id} asks for {wanted}.", found, wanted)


def _apart(shape: float, other: Ratio) -> float:
    return abs(math.log(shape / ratio_value(other)))


def _short_side(master: SeenMaster) -> int:
    asked, model = master.asked, master.subject.model
    if model and (pixels := model.pixels.get(asked.ratio, {}).get(asked.size)):
        return min(pixels)
    # A size names the side of a square; other ratios of that size have as many pixels or a few more.
    area, shape = _square_side(asked.size) ** 2, ratio_value(asked.ratio)
    return round(math.sqrt(area * min(shape, 1 / shape)))


def _square_side(size: Size) -> int:
    return int(size[:-1]) * 1024 if size.endswith("K") else int(size)
