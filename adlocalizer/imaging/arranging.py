"""Copy to blocks: which role stands where, how large, and what was given up, in pixels of the finished file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.layouts import Layout, Role, Stack
from adlocalizer.imaging.measuring import FRAMED, SPACED, Element, Frame, Setter, Voice
from adlocalizer.imaging.typesetting import Align, SetText

_SCALES = (1.0, 0.88, 0.76)  # of the smaller roles, before one of them is given up
_WORTHY = 0.62  # share of its largest size under which the headline is worth shrinking its neighbours for; by eye
_MOST_AREAS = 6  # tried around obstacles, largest first


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

    @property
    def fits(self) -> bool:
        """Whether every block fits."""
        return all(block.text.fits for block in self.blocks)


def shown_roles(layout: Layout, voices: Mapping[Role, Voice], short_side: int) -> tuple[Role, ...]:
    """The roles that have something to say and a frame large enough to say it in."""
    return tuple(role for role in voices if role in layout.letters and layout.letters[role].needs <= short_side)


class Obstacles(NamedTuple):
    """What a stack keeps off: the product always, what already stands where they would meet."""

    product: Rect | None
    taken: tuple[Rect, ...] = ()


def arrange_clear(
    stack: Stack, layout: Layout, voices: Mapping[Role, Voice], frame: Frame, obstacles: Obstacles
) -> Arranged:
    """Place a stack in the largest part of its area, free of obstacles, that takes it."""
    areas = frame.area.clear_of(obstacles.product) if obstacles.product else (frame.area,)
    for _ in range(len(obstacles.taken) + 1):
        arranged = arrange(stack, layout, voices, frame._replace(area=areas[0]))
        for area in () if arranged.fits else areas[1:]:
            other = arrange(stack, layout, voices, frame._replace(area=area))
            if other.fits:
                arranged = other
                break
        met = [rect for rect in obstacles.taken if any(block.ground.meets(rect) for block in arranged.blocks)]
        if not met:
            break
        parts = {part for area in areas for part in area.clear_of(met[0].grown(0.4 * frame.gap))}
        areas = tuple(sorted(parts, key=lambda rect: -rect.width * rect.height))[:_MOST_AREAS]
    if all(frame.area.holds(block.ground) for block in arranged.blocks):
        return arranged
    # No place is free: stay inside the frame, over the product if need be, and say that nothing fits.
    cramped = arrange(stack, layout, voices, frame)
    return cramped._replace(blocks=tuple(block.marked() for block in cramped.blocks))


def arrange(stack: Stack, layout: Layout, voices: Mapping[Role, Voice], frame: Frame) -> Arranged:
    """Place a stack's roles: full size if the headline stays worthy, else smaller neighbours, else fewer of them."""
    attempt, fitting = None, None
    for given in _concessions(stack, layout, voices):
        attempt = _attempt(stack, layout, voices, frame, given)
        if attempt.fits and _headline_share(attempt, layout, frame) >= _WORTHY:
            return attempt
        fitting = fitting or (attempt if attempt.fits else None)
    return fitting or attempt or Arranged(stack, (), ())


class _Concession(NamedTuple):
    scale: float
    dropped: tuple[Role, ...]


def _concessions(stack: Stack, layout: Layout, voices: Mapping[Role, Voice]) -> Iterator[_Concession]:
    for scale in _SCALES:
        yield _Concession(scale, ())
    present = {role for row in stack.rows for role in row} & set(voices)
    droppable = [role for role in layout.drop if role in present]
    for count in range(1, len(droppable) + 1):
        yield _Concession(_SCALES[1], tuple(droppable[:count]))


def _headline_share(attempt: Arranged, layout: Layout, frame: Frame) -> float:
    headline = next((block for block in attempt.blocks if block.role == "headline"), None)
    if headline is None:
        return 1.0
    letters = layout.letters["headline"]
    return headline.text.size / max(letters.size * frame.short_side, letters.min_px)


def _attempt(stack: Stack, layout: Layout, voices: Mapping[Role, Voice], frame: Frame, given: _Concession) -> Arranged:
    setter = Setter(layout, voices, frame, given.scale, _text_align(stack, frame.rtl))
    spoken = [role for role in voices if role not in given.dropped]
    rows = [kept for row in stack.rows if (kept := tuple(role for role in row if role in spoken))]
    rows = [part for row in rows for part in setter.unwrapped(row)]
    fixed = {index: setter.row(row, frame.area.height) for index, row in enumerate(rows) if "headline" not in row}
    taken = sum(_row_height(row) for row in fixed.values()) + frame.gap * max(0, len(rows) - 1)
    done = [fixed[i] if i in fixed else setter.row(row, frame.area.height - taken) for i, row in enumerate(rows)]
    blocks = tuple(_place(done, stack, frame))
    # Never silent: what does not lie in its area is marked, block by block.
    blocks = tuple(block if frame.area.holds(block.ground) else block.marked() for block in blocks)
    return Arranged(stack, blocks, given.dropped)


def _place(rows: list[list[Element]], stack: Stack, frame: Frame) -> Iterator[Placed]:
    heights = [_row_height(row) for row in rows]
    free = frame.area.height - sum(heights) - frame.gap * max(0, len(rows) - 1)
    shift = {"top": 0.0, "spread": 0.0, "middle": 0.5, "bottom": 1.0}[stack.anchor]
    top = frame.area.top + free * shift
    for number, (row, height) in enumerate(zip(rows, heights, strict=True)):
        for element, left in _along(row, stack, frame):
            start = top + (height - element.height) / 2
            ground = Rect(left, start, left + element.width, start + element.height)
            yield Placed(element.role, element.text, ground, element.picture)
        top += height + frame.gap
        if stack.anchor == "spread" and number == 0 and len(rows) > 1:
            top += max(0.0, free) * 0.5


def _along(row: list[Element], stack: Stack, frame: Frame) -> Iterator[tuple[Element, float]]:
    spacing = frame.gap * SPACED
    total = sum(element.slot for element in row) + spacing * (len(row) - 1)
    area, lead = frame.area, {"start": 0.0, "center": 0.5, "end": 1.0}[stack.align]
    along = (area.width - total) * lead
    for element in row:
        ends = element.role == "disclosure" and len(row) > 1
        offset = area.width - element.width if ends else along
        inset = (element.slot - element.width) * lead
        offset += inset
        yield element, area.right - offset - element.width if frame.rtl else area.left + offset
        along += element.slot + spacing


def _row_height(row: list[Element]) -> float:
    return max(element.height for element in row)


def _text_align(stack: Stack, rtl: bool) -> Align:
    if stack.align == "center":
        return "center"
    return "right" if (stack.align == "end") != rtl else "left"
