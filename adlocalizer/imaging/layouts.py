"""Where things stand in masters and renditions, by ratio class: what `configs/layouts.yml` says, typed."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, model_validator

from adlocalizer.domain import AdFormat, Box, Composition, Id, Noun, Ratio, ratio_value
from adlocalizer.imaging.settings import read_settings

Role = Literal[
    "logo", "headline", "subline", "price", "old_price", "unit_price", "call_to_action", "legal", "disclosure"
]
Direction = Literal["ltr", "rtl"]
Share = Annotated[float, Field(gt=0, le=1)]

SAFE_SHARE = 0.05
"""Margin of each side for formats that name none: this project's own default."""


class Letters(Noun):
    """How large a role is set."""

    size: Share = Field(description="Largest font size, as a share of the frame's short side")
    min_px: int = Field(ge=6, description="Smallest font size in pixels")
    lines: int = Field(default=1, ge=1, le=12, description="Most lines")
    needs: int = Field(default=0, ge=0, description="Smallest short side of a frame that shows the role, in pixels")


class Stack(Noun):
    """Rows of copy in one area, drawn for left-to-right reading."""

    part: Literal["picture", "panel"] = Field(default="picture", description="Which part of a composed format")
    area: Box = Field(description="In fractions of the safe area of that part")
    align: Literal["start", "center", "end"] = Field(default="start", description="Along the reading direction")
    anchor: Literal["top", "middle", "bottom", "spread"] = Field(
        default="top", description="Where the rows gather; `spread` puts the first on top and the rest in the middle"
    )
    clear: Share | None = Field(
        default=None, description="Distance kept to the product, as a share of the short side; none: the product is far"
    )
    rows: tuple[tuple[Role, ...], ...] = Field(min_length=1)


class Placing(Noun):
    """Where a master's product, quiet area and horizon are, in fractions of the picture."""

    product: Box
    quiet: Box
    horizon: float = Field(gt=0, lt=1)

    @model_validator(mode="after")
    def _stays_in_the_frame(self) -> Self:
        frame = Box(x=0, y=0, w=1, h=1)
        if not frame.holds(self.product) or not frame.holds(self.quiet):
            raise ValueError("product and quiet must lie inside the frame; write fractions from 0 to 1")
        if self.product.overlap(self.quiet) > 0:
            raise ValueError("product and quiet overlap; make one smaller")
        return self


class Layout(Noun):
    """One ratio class: its stacks and letter sizes."""

    id: Id
    ratio: tuple[float, float] = Field(description="From (included) and to (not included), width / height")
    stacks: tuple[Stack, ...] = Field(min_length=1)
    letters: dict[Role, Letters]
    gap: Share = Field(description="Space between rows, as a share of the short side")
    drop: tuple[Role, ...] = Field(default=(), description="Given up in this order when the headline does not fit")

    @model_validator(mode="after")
    def _sets_every_role(self) -> Self:
        used = {role for stack in self.stacks for row in stack.rows for role in row}
        if missing := sorted(used - set(self.letters)):
            raise ValueError(f"letters of {', '.join(missing)} are missing; add a size and min_px for each")
        if "disclosure" not in used:
            raise ValueError("no stack has the role disclosure; every layout must be able to show it")
        return self


class PictureLayout(Layout):
    """A ratio class with its composition of masters."""

    composition: Placing


Kind = TypeVar("Kind", bound=Layout)


class LayoutBook(Noun):
    """Every ratio class, and the two kinds of composed formats."""

    classes: tuple[PictureLayout, ...] = Field(min_length=1)
    panels: tuple[Layout, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _leaves_no_gap(self) -> Self:
        for name, layouts in (("classes", self.classes), ("panels", self.panels)):
            ranges = sorted(layout.ratio for layout in layouts)
            for (_, end), (start, _) in pairwise(ranges):
                if end != start:
                    raise ValueError(f"{name}: ratios {end} to {start} belong to no class or to two; let ranges touch")
        return self

    def layout_for(self, width: int, height: int) -> PictureLayout:
        """The class of a frame of this shape."""
        return _pick(self.classes, width / height)

    def panel_layout_for(self, width: int, height: int) -> Layout:
        """The composed layout of a frame of this shape."""
        return _pick(self.panels, width / height)

    def composition_for(self, ratio: Ratio, direction: Direction) -> Composition:
        """Where things stand in a master of a native ratio; mirrored for right-to-left."""
        layout = _pick(self.classes, ratio_value(ratio))
        placing = layout.composition
        mirror = direction == "rtl"
        return Composition(
            ratio_class=layout.id,
            product=_mirrored(placing.product) if mirror else placing.product,
            quiet=_mirrored(placing.quiet) if mirror else placing.quiet,
            horizon=placing.horizon,
        )


def load_layouts(path: Path) -> LayoutBook:
    """Read `configs/layouts.yml`; a ConfigError names what is wrong in it."""
    return read_settings(path, LayoutBook)


def safe_area(ad_format: AdFormat) -> Box:
    """What copy and product detail keep to, in fractions of the file; 5 % a side where the format is silent."""
    zone, wide, high = ad_format.safe_zone, ad_format.width, ad_format.height
    if zone is None:
        return Box(x=SAFE_SHARE, y=SAFE_SHARE, w=1 - 2 * SAFE_SHARE, h=1 - 2 * SAFE_SHARE)
    left, top = zone.left / wide, zone.top / high
    return Box(x=left, y=top, w=1 - left - zone.right / wide, h=1 - top - zone.bottom / high)


def _pick(layouts: tuple[Kind, ...], ratio: float) -> Kind:
    return next((layout for layout in layouts if layout.ratio[0] <= ratio < layout.ratio[1]), layouts[-1])


def _mirrored(box: Box) -> Box:
    # Rounded: these numbers go into a request's key and should read like the file's.
    mirror = box.mirrored()
    return mirror.model_copy(update={"x": round(mirror.x, 6)})
