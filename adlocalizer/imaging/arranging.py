"""One stack of copy to blocks: which role stands where, how large, and what was given up, in pixels of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.layouts import Cell, Layout, Role, Stack
from adlocalizer.imaging.measuring import Frame, Setter, Voice
from adlocalizer.imaging.rows import Placed, SetRow, placed
from adlocalizer.imaging.typesetting import Align

WORTHY = 0.62
"""Share of its largest size under which a headline is worth giving up its neighbours for; by eye."""
_SCALES = (1.0, 0.8, 0.6)  # of the smaller roles, before one of them is given up
_GAIN = 1.1  # times the headline's size: a smaller gain is not worth giving something up for
_NARROW = 0.2  # of the largest clear part: a smaller one is not tried
WITH_PRICE: tuple[Role, ...] = ("old_price", "unit_price")
"""Roles that say nothing without the price."""


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
    least = _NARROW * areas[0].area
    best: Arranged | None = None
    for area in (one for one in areas if one.area >= least):
        tried = arrange(stack, layout, voices, frame._replace(area=area))
        if best is None or _worth(tried) > _worth(best):
            best = tried
        if tried.is_worthy:
            break
    if best is not None and (frame.must_fit or all(frame.area.holds(block.ground) for block in best.blocks)):
        return best
    cramped = arrange(stack, layout, voices, frame)
    return cramped._replace(blocks=tuple(block.marked() for block in cramped.blocks))


def arrange(stack: Stack, layout: Layout, voices: Mapping[Role, Voice], frame: Frame) -> Arranged:
    """Place a stack's roles: full size if the headline stays worthy, else smaller neighbours, else fewer of them."""
    best: Arranged | None = None
    align = _text_align(stack, frame.rtl)
    setters = [Setter.of(layout, voices, frame, scale, align) for scale in _SCALES]
    # Where no role can be smaller, all scales give the same.
    setters = [
        one for one, before in zip(setters, (None, *setters), strict=False) if not before or one.sizes != before.sizes
    ]
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
    """Attempts with ever smaller neighbours of the headline; where not even the least fit, none between is tried.

    Neighbours that are still too large beside it are set by its size at last.
    """
    largest, between, smallest = setters[0], setters[1:-1], setters[-1]
    if not dropped:
        yield _attempt(stack, largest, dropped)
        if smallest is largest:
            return
    least = _attempt(stack, smallest, dropped)
    if least.fits:
        yield from (_attempt(stack, setter, dropped) for setter in between)
    yield least
    if least.fits and not least.is_ordered:
        yield _attempt(stack, smallest.under(least.headline), dropped)


def _attempt(stack: Stack, setter: Setter, dropped: tuple[Role, ...]) -> Arranged:
    frame = setter.frame
    spoken = [role for role in setter.voices if role not in dropped]
    cells = [[tuple(role for role in cell if role in spoken) for cell in row] for row in stack.rows]
    rows: list[SetRow | _Cells] = []
    for cells_said in (tuple(cell for cell in row if cell) for row in cells):
        if any("headline" in cell for cell in cells_said):
            rows.append(cells_said)
        elif cells_said:
            rows += [SetRow.of(columns) for columns in setter.rows(cells_said)]
    taken = sum(row.height for row in rows if isinstance(row, SetRow)) + frame.gap * max(0, len(rows) - 1)
    left = frame.area.height - taken
    done = [row if isinstance(row, SetRow) else SetRow.of(setter.beside_headline(row, left)) for row in rows]
    # Never silent: what does not lie in its area is marked, block by block.
    blocks = tuple(block if frame.area.holds(block.ground) else block.marked() for block in placed(done, stack, frame))
    size = next((block.text.size for block in blocks if block.role == "headline"), 0.0)
    return Arranged(stack, blocks, dropped, _share(size, setter), _is_ordered(blocks, size, setter))


_Cells = tuple[Cell, ...]


def _share(headline: float, setter: Setter) -> float:
    """The headline's size as a share of the largest it may have."""
    if not headline:
        return 1.0
    letters = setter.layout.letters["headline"]
    return headline / max(letters.size * setter.frame.short_side, letters.min_px)


def _is_ordered(blocks: tuple[Placed, ...], headline: float, setter: Setter) -> bool:
    """Whether every role keeps under the headline as its letters say, or cannot be smaller."""
    letters = setter.layout.letters
    return not headline or all(
        one.text.size <= max(setter.sizes[one.role][0], letters[one.role].under * headline) + 0.5 for one in blocks
    )


def _worth(arranged: Arranged) -> tuple[int, float]:
    return -arranged.unfit, arranged.share - 0.2 * len(arranged.dropped)


def _text_align(stack: Stack, rtl: bool) -> Align:
    if stack.align == "center":
        return "center"
    return "right" if (stack.align == "end") != rtl else "left"
