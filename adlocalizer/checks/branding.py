"""What the brand asks of a finished file: its colours, its logo's rules, and what must not be missing."""

from __future__ import annotations

import fnmatch
import functools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from adlocalizer.checks.seen import SeenFile
from adlocalizer.checks.standard import Standard, Verdict, check_of

if TYPE_CHECKING:
    from adlocalizer.imaging.geometry import Rect
    from adlocalizer.imaging.rendering import Block

_WHOLE_PIXELS = 1.5
"""Pixels that a distance may lack: boxes are rounded twice."""


@check_of("file")
def brand_colours(file: SeenFile, _: Standard) -> Verdict:
    """Letters, pills, plates, panels and veils are near a colour of the palette, where the brand has one."""
    from adlocalizer.imaging.colours import rgb
    from adlocalizer.imaging.contrast import dark_ink, hexed

    brand, limit = file.order.brand, file.order.brand.palette_tolerance
    if not brand.palette:
        return Verdict(True, "The brand names no palette.", None, limit)
    own = (brand.colour, brand.on_colour, brand.accent, brand.on_accent, *brand.palette.values())
    tinted = hexed(dark_ink(rgb(brand.colour)))  # the letters on a veil: a shade of the brand's own colour
    drawn = set(_drawn(file.copy_blocks))
    found = {
        (what, one): _distance(one, (*own, tinted or brand.colour), is_veil=what.endswith("veil"))
        for what, one in sorted(drawn)
    }
    off = [f"{what} {colour} by {by:.1f}" for (what, colour), by in found.items() if by > limit]
    most = round(max(found.values(), default=0.0), 2)
    if not off:
        return Verdict(True, "Every colour drawn is the brand's.", most, limit)
    return Verdict(False, f"These colours are off the brand's palette: {', '.join(off)}.", most, limit)


@check_of("file")
def logo_contrast(file: SeenFile, _: Standard) -> Verdict:
    """The logo's outline stands out from what lies behind it, or from its plate."""
    block, logos = _logo(file), file.order.logos
    if block is None or logos is None:
        return Verdict(True, "There is no logo to be seen.")
    limit = logos.rules.min_contrast
    text = f"The logo stands out from its ground by {block.contrast:.1f}:1; the brand asks for {limit:g}."
    return Verdict(block.contrast >= limit, text, block.contrast, limit)


@check_of("file")
def logo_clear_space(file: SeenFile, _: Standard) -> Verdict:
    """No copy and not the product stand in the logo's clear space; the file's edge is the safe zone's business."""
    block, logos = _logo(file), file.order.logos
    if block is None or logos is None:
        return Verdict(True, "There is no logo to keep free.")
    logo = file.placed(block.box)
    limit = round(logos.rules.clear_space * logo.height, 1)
    room: dict[str, float] = {
        other.role: _apart(logo, file.placed(other.box)) for other in file.rendered.blocks if other is not block
    }
    room["product"] = _apart(logo, file.placed(file.rendered.product_box))
    near = {what: by for what, by in room.items() if by < limit - _WHOLE_PIXELS}
    least = round(min(room.values()), 1)
    if not near:
        return Verdict(True, "The logo's clear space is free.", least, limit)
    said = ", ".join(f"{what} at {by:.0f} px" for what, by in near.items())
    return Verdict(False, f"The logo needs {limit:g} px around it; nearer stand: {said}.", least, limit)


@check_of("file")
def required_elements(file: SeenFile, _: Standard) -> Verdict:
    """Every element the brand asks for in this format is there, whole; a placement without words needs none."""
    form, rules = file.order.ad_format, file.order.brand.required
    wanted = dict.fromkeys(
        role for glob, roles in rules.items() if fnmatch.fnmatchcase(form.id, glob) for role in roles
    )
    said = ", ".join(wanted) or "none"
    if not wanted or file.order.clean:
        return Verdict(True, "The brand asks for no element here.", "none", "none")
    there = {block.role for block in file.rendered.blocks if block.fits}
    missing = ", ".join(role for role in wanted if role not in there)
    verb = "are" if "," in missing else "is"
    text = f"The brand asks for {said}; {f'{missing} {verb} not there' if missing else 'all of it is there'}."
    return Verdict(not missing, text, missing or "none", said)


def _logo(file: SeenFile) -> Block | None:
    return next((block for block in file.rendered.blocks if file.is_picture(block)), None)


def _drawn(blocks: Iterable[Block]) -> Iterator[tuple[str, str]]:
    """What was drawn with a colour, and the colour."""
    named = (
        (f"{block.role} {part}", getattr(block, part)) for block in blocks for part in ("letters", "ground", "veil")
    )
    return ((what, colour) for what, colour in named if colour is not None)


@functools.lru_cache(maxsize=512)  # a run draws few colours, and many files with each
def _distance(colour: str, own: tuple[str, ...], *, is_veil: bool) -> float:
    """How far a colour is from the nearest of a brand's own; a veil is a shade of one."""
    from adlocalizer.imaging.colours import rgb
    from adlocalizer.imaging.contrast import luminance, shade
    from adlocalizer.imaging.lab import ciede2000, lab_of

    drawn, near = rgb(colour), [rgb(one) for one in own]
    if is_veil:
        near += [shade(one, luminance(drawn)) for one in near]
    return min(ciede2000(lab_of(drawn), lab_of(one)) for one in near)


def _apart(one: Rect, other: Rect) -> float:
    """Pixels between two rectangles, along the axis where they are farther apart; 0 where they meet."""
    across = max(other.left - one.right, one.left - other.right)
    down = max(other.top - one.bottom, one.top - other.bottom)
    return max(0.0, across, down)
