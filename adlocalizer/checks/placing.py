"""Where the copy stands in a finished file, and whether it may be there."""

from __future__ import annotations

from adlocalizer.checks.seen import SeenFile
from adlocalizer.checks.standard import Standard, Verdict, check_of
from adlocalizer.domain import TextPolicy
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.layouts import safe_area


@check_of("file")
def copy_in_safe_zone(file: SeenFile, standard: Standard) -> Verdict:
    """Every block lies inside the format's safe zone, or the project's own where the format names none."""
    zone, limit = file.placed(safe_area(file.order.ad_format, file.order.direction)), standard.limit
    over = {block.role: _outside(file.placed(block.box), zone) for block in file.rendered.blocks}
    out = {role: by for role, by in over.items() if by > limit}
    most = round(max(over.values(), default=0.0), 2)
    if not out:
        return Verdict(True, "All copy lies inside the safe zone.", most, limit)
    said = ", ".join(f"{role} by {by:.0f} px" for role, by in out.items())
    cut = any(_outside(file.placed(block.box), file.frame) > limit for block in file.rendered.blocks)
    stated = file.order.ad_format.safe_zone is not None and file.is_official
    return Verdict(False, f"Copy stands outside the safe zone: {said}.", most, limit, doubtful=not (cut or stated))


@check_of("file")
def copy_off_product(file: SeenFile, standard: Standard) -> Verdict:
    """No block but the disclosure covers the product."""
    product, limit = file.placed(file.rendered.product_box), standard.limit
    over = {block.role: _depth(file.placed(block.box), product) for block in file.copy_blocks}
    covering = {role: by for role, by in over.items() if by > limit}
    most = round(max(over.values(), default=0.0), 2)
    if not covering:
        return Verdict(True, "No copy covers the product.", most, limit)
    said = ", ".join(f"{role} by {by:.0f} px" for role, by in covering.items())
    return Verdict(False, f"Copy reaches over the product: {said}.", most, limit)


@check_of("file")
def copy_policy(file: SeenFile, _: Standard) -> Verdict:
    """No copy where the placement forbids text in the picture or the file is a clean copy; a question if unasked."""
    form, roles = file.order.ad_format, ", ".join(block.role for block in file.copy_blocks)
    policy = form.text_overlay
    clean = file.order.clean or policy is TextPolicy.FORBIDDEN
    unasked = " and not asked for" if clean and policy is not TextPolicy.FORBIDDEN else ""
    says = "This is the clean copy" if form.clean else f"Text in the picture is {policy.value} by {form.id}{unasked}"
    ours = form.clean or (policy is TextPolicy.FORBIDDEN and file.is_official)
    text = f"{says}; there is {roles or 'none'}."
    return Verdict(not (clean and roles), text, roles or "none", policy.value, doubtful=not ours)


def _outside(rect: Rect, zone: Rect) -> float:
    """By how many pixels a rectangle reaches out of a zone, at its worst side."""
    return max(0.0, zone.left - rect.left, zone.top - rect.top, rect.right - zone.right, rect.bottom - zone.bottom)


def _depth(rect: Rect, other: Rect) -> float:
    """By how many pixels two rectangles reach into each other, along the shorter way."""
    across = min(rect.right, other.right) - max(rect.left, other.left)
    down = min(rect.bottom, other.bottom) - max(rect.top, other.top)
    return max(0.0, min(across, down))
