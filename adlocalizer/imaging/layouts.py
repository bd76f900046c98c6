"""Where things stand in masters and renditions, by ratio class: what the files of `configs/layouts/` say, typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from adlocalizer.domain import AdFormat, Box, Composition, Id, Noun, Ratio, ratio_value
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.settings import read_settings
from adlocalizer.imaging.stacks import FRAME, KEPT, Cell, Direction, Letters, Role, Share, Stack, Variant

__all__ = [
    "Cell",
    "Direction",
    "Layout",
    "LayoutBook",
    "Letters",
    "Panel",
    "Placing",
    "Role",
    "Stack",
    "Variant",
    "load_layouts",
    "safe_area",
]

SAFE_SHARE = 0.05
"""Margin of each side for formats that name none: this project's own default."""

Positive = Annotated[float, Field(gt=0)]


class Placing(Noun):
    """Where a master's product, quiet area and horizon are, in fractions of the picture."""

    product: Box
    quiet: Box
    horizon: float = Field(gt=0, lt=1)

    @model_validator(mode="after")
    def _stays_in_the_frame(self) -> Self:
        if not FRAME.holds(self.product) or not FRAME.holds(self.quiet):
            raise ValueError("product and quiet must lie inside the frame; write fractions from 0 to 1")
        if self.product.overlap(self.quiet) > 0:
            raise ValueError("product and quiet overlap; make one smaller")
        return self


class Panel(Noun):
    """Where the brand panel of a composed format stands."""

    stands: Literal["beside", "below"] = Field(description="At the reading's start beside the picture, or below it")
    share: float = Field(gt=0, le=0.8, description="Of that side, where the whole frame could hold the picture")


class Layout(Noun):
    """One ratio class: its variants and letter sizes. Without a composition it is a kind of composed format."""

    id: Id = Field(description="The file's name without its ending")
    ratio: tuple[Positive, Positive] = Field(description="From (included) and to (not included), width / height")
    composition: Placing | None = Field(default=None, description="Of masters; none: a picture part and a brand panel")
    panel: Panel | None = Field(default=None, description="Of a kind of composed format")
    variants: tuple[Variant, ...] = Field(min_length=1, description="The one that fits the picture best is taken")
    letters: dict[Role, Letters]
    gap: Share = Field(description="Space between rows, as a share of the short side")
    drop: tuple[Role, ...] = Field(default=(), description="Given up in this order when the headline does not fit")

    @model_validator(mode="after")
    def _sets_every_role(self) -> Self:
        used = {role for variant in self.variants for stack in variant.stacks for role in stack.roles}
        if missing := sorted(used - set(self.letters)):
            raise ValueError(f"letters of {', '.join(missing)} are missing; add a size and min_px for each")
        if extra := sorted({*self.letters, *self.drop} - used):
            raise ValueError(f"no variant has {', '.join(extra)}; take it out of letters and drop, or give it a place")
        if twice := sorted(id for id, count in Counter(one.id for one in self.variants).items() if count > 1):
            raise ValueError(f"variants has {', '.join(twice)} twice; give each its own id")
        if kept := sorted(KEPT & set(self.drop)):
            raise ValueError(f"drop has {', '.join(kept)}, which may not be given up; take it out of drop")
        places = {one.id: {role for stack in one.stacks for role in stack.roles} for one in self.variants}
        bare = [id for id, roles in places.items() if "legal" not in roles]
        if bare and "legal" in self.letters:
            raise ValueError(f"variants {', '.join(bare)} have no legal; give it a place, or take it out of the layout")
        return self

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if self.ratio[0] >= self.ratio[1]:
            raise ValueError(f"the ratio goes from {self.ratio[0]} to {self.ratio[1]}; write the smaller number first")
        if (self.composition is None) == (self.panel is None):
            raise ValueError("write either a composition (a class of pictures) or a panel (a kind of composed format)")
        parts = {stack.part for variant in self.variants for stack in variant.stacks}
        if self.composition and "panel" in parts:
            raise ValueError("a class of pictures has no panel; take `part: panel` out")
        return self


class LayoutBook(Noun):
    """Every ratio class, and the kinds of composed formats."""

    classes: tuple[Layout, ...] = Field(min_length=1)
    panels: tuple[Layout, ...] = Field(min_length=1)

    @cached_property
    def in_capitals(self) -> frozenset[Role]:
        """The roles that some layout sets in capitals."""
        every = (one.letters for one in (*self.classes, *self.panels))
        return frozenset(role for letters in every for role, said in letters.items() if said.case == "capitals")

    def layout_for(self, width: int, height: int) -> Layout:
        """The class of a frame of this shape."""
        return _pick(self.classes, width / height)

    def panel_layout_for(self, width: int, height: int) -> Layout:
        """The composed layout of a frame of this shape."""
        return _pick(self.panels, width / height)

    def composition_for(self, ratio: Ratio, direction: Direction) -> Composition:
        """Where things stand in a master of a native ratio; mirrored for right-to-left."""
        layout = _pick(self.classes, ratio_value(ratio))
        placing = layout.composition
        assert placing is not None  # noqa: S101 - what makes it a class
        mirror = direction == "rtl"
        return Composition(
            ratio_class=layout.id,
            product=_mirrored(placing.product) if mirror else placing.product,
            quiet=_mirrored(placing.quiet) if mirror else placing.quiet,
            horizon=placing.horizon,
        )


Reader = Callable[[Path, type[Layout]], Layout]


def load_layouts(folder: Path, read: Reader = read_settings) -> LayoutBook:
    """Every file of `configs/layouts/`; a ConfigError names the file and what is wrong in it."""
    layouts = [_named(path, read(path, Layout)) for path in sorted(folder.glob("*.yml"))]
    classes = tuple(layout for layout in layouts if layout.composition)
    panels = tuple(layout for layout in layouts if not layout.composition)
    for kind, key in ((classes, "a composition"), (panels, "a panel")):
        if not kind:
            raise ConfigError(f"{_shown(folder)}/", f"no file has {key}", "add one, as in the shipped folder")
        _refuse_gaps(folder, kind)
    return LayoutBook(classes=classes, panels=panels)


def safe_area(ad_format: AdFormat, direction: Direction) -> Box:
    """What copy and product detail keep to, in fractions of the file; 5 % a side where the format is silent.

    A zone is written for left-to-right reading: for right-to-left it is the mirror image, unless the format is made
    for one direction.
    """
    zone, wide, high = ad_format.safe_zone, ad_format.width, ad_format.height
    if zone is None:
        return Box(x=SAFE_SHARE, y=SAFE_SHARE, w=1 - 2 * SAFE_SHARE, h=1 - 2 * SAFE_SHARE)
    left, top = zone.left / wide, zone.top / high
    box = Box(x=left, y=top, w=1 - left - zone.right / wide, h=1 - top - zone.bottom / high)
    return box.mirrored() if direction == "rtl" and ad_format.direction is None else box


def _shown(folder: Path) -> str:
    """The folder as people say it, from the project's root."""
    return f"configs/{folder.name}"


def _named(path: Path, layout: Layout) -> Layout:
    if layout.id != path.stem:
        found, remedy = f"the id is {layout.id!r}, the file {path.name!r}", "give both the same name"
        raise ConfigError(f"{_shown(path.parent)}/{path.name} (id)", found, remedy)
    return layout


def _refuse_gaps(folder: Path, layouts: tuple[Layout, ...]) -> None:
    """Every shape belongs to one class: where one's range ends, the next one's begins."""
    for one, other in pairwise(sorted(layouts, key=lambda layout: layout.ratio)):
        if (end := one.ratio[1]) != (start := other.ratio[0]):
            where = f"{_shown(folder)}/{other.id}.yml (ratio)"
            if one.ratio[1] >= other.ratio[1]:
                found, remedy = f"its shapes {list(other.ratio)} belong to {one.id} too", "give each a range of its own"
                raise ConfigError(where, found, remedy)
            kind = "no class" if end < start else "two classes"
            found = f"shapes from {min(end, start)} to {max(end, start)} belong to {kind}: {one.id} ends at {end}"
            raise ConfigError(where, found, f"write [{end}, {other.ratio[1]}]")


def _pick(layouts: tuple[Layout, ...], ratio: float) -> Layout:
    """The class whose range holds a shape; the nearest for shapes beyond every range."""
    ranked = sorted(layouts, key=lambda layout: layout.ratio)
    return next((layout for layout in reversed(ranked) if layout.ratio[0] <= ratio), ranked[0])


def _mirrored(box: Box) -> Box:
    # Rounded: these numbers go into a request's key and should read like the file's.
    mirror = box.mirrored()
    return mirror.model_copy(update={"x": round(mirror.x, 6)})
