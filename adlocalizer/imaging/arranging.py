"""One stack of copy to blocks: which role stands where, how large, and what was given up, in pixels of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.layouts import Layout, Role, Stack
from adlocalizer.imaging.measuring import FRAMED, SPACED, Column, Frame, Setter, Voice
from adlocalizer.imaging.typesetting import Align, SetText

WORTHY = 0.62
"""Share of its largest size under which a headline is worth giving up its neighbours for; by eye."""
_SCALES = (1.0, 0.8, 0.6)  # of the smaller roles, before one of them is given up
_GAIN = 1.1  # times the headline's size: a smaller gain is not worth giving something up for
_NARROW = 0.2  # of the largest clear part: a smaller one is not tried
_LEADS = {"start": 0.0, "center": 0.5, "end": 1.0}  # where a line stands in its area, along the reading direction
WITH_PRICE: tuple[Role, ...] = ("old_price", "unit_price")
"""Roles that say nothing without the price."""


class Placed(NamedTuple):
    """One role, set and placed."""

    role: Role
    text: SetText
    ground: Rect
    """Ink, or the pill around it."""
    picture: bool = False
    """Whether a logo file is drawn instead of the text."""

    def marked(self) -> Placed:
        """The same block, said not to fit."""
        return self._replace(text=self.text._replace(fits=False))

    @property
    def ink(self) -> Rect:
        """Where the letters are: centred on the ground by the height of capitals."""
        if self.role not in FRAMED:
            return self.ground
        left = (self.ground.left + self.ground.right - self.text.ink_width) / 2
        middle = (self.ground.top + self.ground.bottom) / 2
        if self.text.ink_height < 1.5 * self.text.size:
            top = middle - (self.text.baseline - self.text.letter_height / 2 - self.text.ink[1])
            top = max(self.ground.top + 1, min(top, self.ground.bottom - 1 - self.text.ink_height))
        else:
            top = middle - self.text.ink_height / 2
        return Rect(left, top, left + self.text.ink_width, top + self.text.ink_height)


class Arranged(NamedTuple):
    """One stack, placed."""

    stack: Stack
    blocks: tuple[Placed, ...]
    dropped: tuple[Role, ...]
    share: float = 1.0
    """The headline's size as a share of the largest it may have; 1 where the stack has none."""
    is_ordered: bool = True
    """Whether no role is larger than it may be beside the headline."""

    @property
    def unfit(self) -> int:
        """How many blocks do not fit."""
        return sum(not block.text.fits for block in self.blocks)

    @property
    def fits(self) -> bool:
        """Whether every block fits."""
        return not self.unfit

    @property
    def headline(self) -> float:
        """The headline's font size in pixels; 0: it is not in this stack."""
        return next((block.text.size for block in self.blocks if block.role == "headline"), 0.0)

    @property
    def is_worthy(self) -> bool:
        """Whether nothing was given up for a headline that is large enough."""
        return self.fits and not self.dropped and self.share >= WORTHY


def arrange_clear(
    stack: Stack, layout: Layout, voices: Mapping[Role, Voice], frame: Frame, product: Rect | None
) -> Arranged:
    """Place a stack in the part of its area, free of the product, that takes it best.

    Where none does, in the part that leaves fewest blocks over; what no part holds stands in the area as a whole, over
    the product if need be. Either way those blocks say that they do not fit.
    """
    areas = frame.area.clear_of(product) if product else (frame.area,)
    least = _NARROW * _size_of(areas[0])
    best: Arranged | None = None
    for area in (one for one in areas if _size_of(one) >= least):
        tried = arrange(stack, layout, voices, frame._replace(area=area))
        if best is None or _worth(tried) > _worth(best):
            best = tried
        if tried.is_worthy:
            break
    if best is not None and all(frame.area.holds(block.ground) for block in best.blocks):
        return best
    cramped = arrange(stack, layout, voices, frame)
    return cramped._replace(blocks=tuple(block.marked() for block in cramped.blocks))


def arrange(stack: Stack, layout: Layout, voices: Mapping[Role, Voice], frame: Frame) -> Arranged:
    """Place a stack's roles: full size if the headline stays worthy, else smaller neighbours, else fewer of them."""
    best: Arranged | None = None
    setters = [Setter(layout, voices, frame, scale, _text_align(stack, frame.rtl)) for scale in _SCALES]
    for dropped in _dropped(stack, layout, voices):
        for tried in _by_scale(stack, setters, dropped):
            if best is None or _rank(tried) > _rank(best) or (tried.fits and tried.share >= _GAIN * best.share):
                best = tried
            if _rank(best) == (0, True) and best.share >= WORTHY:
                return best
    return best or Arranged(stack, (), ())


def _rank(arranged: Arranged) -> tuple[int, bool]:
    return -arranged.unfit, arranged.is_ordered


def _dropped(stack: Stack, layout: Layout, voices: Mapping[Role, Voice]) -> Iterator[tuple[Role, ...]]:
    """What may be given up, one role more each time, beginning with nothing."""
    yield ()
    present = [role for role in stack.roles if role in voices]
    droppable = [role for role in layout.drop if role in present]
    for count in range(1, len(droppable) + 1):
        gone = droppable[:count]
        along = [role for role in WITH_PRICE if "price" in gone and role in present and role not in gone]
        yield (*gone, *along)


def _by_scale(stack: Stack, setters: Sequence[Setter], dropped: tuple[Role, ...]) -> Iterator[Arranged]:
    """Attempts with ever smaller neighbours of the headline; where not even the least fit, none between is tried."""
    largest, *between, smallest = setters
    if not dropped:
        yield _attempt(stack, largest, dropped)
    least = _attempt(stack, smallest, dropped)
    if least.fits:
        yield from (_attempt(stack, setter, dropped) for setter in between)
    yield least


def _attempt(stack: Stack, setter: Setter, dropped: tuple[Role, ...]) -> Arranged:
    frame = setter.frame
    spoken = [role for role in setter.voices if role not in dropped]
    cells = [[tuple(role for role in cell if role in spoken) for cell in row] for row in stack.rows]
    rows = [kept for row in cells if (kept := tuple(cell for cell in row if cell))]
    rows = [part for row in rows for part in setter.unwrapped(row)]
    leads = [any("headline" in cell for cell in row) for row in rows]
    fixed = {at: setter.row(row, frame.area.height) for at, row in enumerate(rows) if not leads[at]}
    taken = sum(_height_of(row) for row in fixed.values()) + frame.gap * max(0, len(rows) - 1)
    done = [fixed[at] if at in fixed else setter.row(row, frame.area.height - taken) for at, row in enumerate(rows)]
    # Never silent: what does not lie in its area is marked, block by block.
    blocks = (block if frame.area.holds(block.ground) else block.marked() for block in _place(done, stack, frame))
    placed = Arranged(stack, tuple(blocks), dropped)
    return placed._replace(share=_share(placed, setter), is_ordered=_is_ordered(placed, setter))


def _share(placed: Arranged, setter: Setter) -> float:
    """The headline's size as a share of the largest it may have."""
    if not placed.headline:
        return 1.0
    letters = setter.layout.letters["headline"]
    return placed.headline / max(letters.size * setter.frame.short_side, letters.min_px)


def _is_ordered(placed: Arranged, setter: Setter) -> bool:
    """Whether every role keeps under the headline as its letters say, or cannot be smaller."""
    return not placed.headline or all(
        block.text.size
        <= max(setter.sizes(block.role)[0], setter.layout.letters[block.role].under * placed.headline) + 0.5
        for block in placed.blocks
    )


def _place(rows: list[list[Column]], stack: Stack, frame: Frame) -> Iterator[Placed]:
    heights = [_height_of(row) for row in rows]
    free = frame.area.height - sum(heights) - frame.gap * max(0, len(rows) - 1)
    shift = {"top": 0.0, "spread": 0.0, "middle": 0.5, "bottom": 1.0}[stack.anchor]
    top = frame.area.top + free * shift
    for number, (row, height) in enumerate(zip(rows, heights, strict=True)):
        axis = max(_axis(column, row) for column in row)
        for column, left in _along(row, stack, frame):
            above = top + min(axis - _axis(column, row), height - column.height)
            yield from _down(column, Rect(left, above, left + column.width, above + column.height), stack, frame)
        top += height + frame.gap
        if stack.anchor == "spread" and number == 0 and len(rows) > 1:
            top += max(0.0, free) * 0.5


def _along(row: list[Column], stack: Stack, frame: Frame) -> Iterator[tuple[Column, float]]:
    """The row's columns with their left edges; a label that stands with others goes to the row's end."""
    spacing, area = frame.gap * SPACED, frame.area
    total = sum(column.width for column in row) + spacing * (len(row) - 1)
    along = (area.width - total) * _LEADS[stack.align]
    for column in row:
        ends = len(row) > 1 and column.elements[0].role == "disclosure"
        offset = area.width - column.width if ends else along
        yield column, area.right - offset - column.width if frame.rtl else area.left + offset
        along += 0.0 if ends else column.width + spacing


def _down(column: Column, slot: Rect, stack: Stack, frame: Frame) -> Iterator[Placed]:
    """The column's roles, from the top of its slot."""
    top = slot.top
    lead = 1 - _LEADS[stack.align] if frame.rtl else _LEADS[stack.align]
    for element in column.elements:
        left, above = slot.left + (slot.width - element.width) * lead, top + element.keep
        ground = Rect(left, above, left + element.width, above + element.height)
        yield Placed(element.role, element.text, ground, element.picture)
        top = ground.bottom + element.keep + column.gap


def _height_of(row: list[Column]) -> float:
    """From its highest column's top to its lowest one's bottom; beside a headline, columns stand as high as it is."""
    if any(element.role == "headline" for column in row for element in column.elements):
        return max(column.height for column in row)
    axes = [_axis(column, row) for column in row]
    return max(axes) + max(column.height - axis for column, axis in zip(row, axes, strict=True))


def _axis(column: Column, row: list[Column]) -> float:
    """From the column's top to the line its row stands on; an old price stands on the baseline of the price."""
    text = column.elements[0].text
    price = next((one.elements[0].text for one in row if one.elements[0].role == "price"), None)
    if column.elements[0].role != "old_price" or price is None:
        return column.axis
    return column.elements[0].keep + text.baseline - text.ink[1] - price.letter_height / 2


def _size_of(area: Rect) -> float:
    return max(0.0, area.width) * max(0.0, area.height)


def _worth(arranged: Arranged) -> tuple[int, float]:
    return -arranged.unfit, arranged.share - 0.2 * len(arranged.dropped)


def _text_align(stack: Stack, rtl: bool) -> Align:
    if stack.align == "center":
        return "center"
    return "right" if (stack.align == "end") != rtl else "left"
