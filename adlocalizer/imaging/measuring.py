"""Roles set as large as they may be, and how much room each then takes."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import NamedTuple

from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.layouts import Cell, Layout, Letters, Role
from adlocalizer.imaging.typesetting import Align, Room, SetText, Style, fit

FRAMED: tuple[Role, ...] = ("call_to_action", "price", "disclosure")
"""Roles that stand on a ground of their own colour."""

_PADDING: Mapping[Role, tuple[float, float]] = {  # beside and above the letters, in font sizes; set by eye
    "call_to_action": (1.0, 0.68),
    "price": (0.52, 0.36),
    "disclosure": (0.6, 0.42),
}
SPACED = 0.8  # of the gap: distance along a row, as a share of the distance between rows
_STACKED = 0.45  # the same between roles of one column: they belong together
_BODY = 1.2  # font sizes from the top of the highest marks to the bottom of the lowest
_AIR = 0.5  # of the line height beyond Latin letters' own: what stands over and under tall scripts keeps off by it
_LATIN = 1.12  # font sizes from baseline to baseline, the faces' line height for Latin letters
_LEAST_ROOM = 4.0  # pixels: less holds no letter


class Voice(NamedTuple):
    """What a role says and how."""

    text: str
    style: Style
    picture_ratio: float = 0.0
    """Width to height of a logo file; 0: the text is set."""
    picture_least: float = 0.0
    """Least height of the logo, in pixels."""
    picture_clear: float = 0.0
    """Room the logo keeps free around it, as a share of its height."""


class Frame(NamedTuple):
    """The room a stack has, and the measures it is set by. In pixels."""

    area: Rect
    short_side: int
    gap: float
    rtl: bool
    floors: Mapping[Role, float]
    """Smallest height of a capital letter, by role, that placement and market accept."""
    headline: float = 0.0
    """Font size of the headline the other roles stay under; 0: it is not set yet."""
    is_final: bool = False
    """Whether texts that do not fit are cut short, or only said not to fit: most arrangements are tried and left."""
    must_fit: bool = False
    """Whether an arrangement counts only if everything fits."""


class Element(NamedTuple):
    """One role set and measured, in pixels; not placed yet."""

    role: Role
    text: SetText
    width: float
    height: float
    slot: float
    """Width it holds; more than its own around a logo."""
    picture: bool = False
    keep: float = 0.0
    """Room above and below, beyond the distance between rows."""


class Column(NamedTuple):
    """Roles one under another, in pixels; not placed yet."""

    elements: tuple[Element, ...]
    width: float
    """It holds in its row; more than its own only where a headline took all there was."""
    gap: float
    height: float
    """Of all its elements and the gaps between them."""
    axis: float
    """From the top to the middle of its first pill, where it has none of the whole column."""

    @classmethod
    def of(cls, elements: tuple[Element, ...], width: float, gap: float) -> Column:
        """Elements that hold a width, so far apart."""
        height = sum(element.height + 2 * element.keep for element in elements) + gap * (len(elements) - 1)
        top = 0.0
        for element in elements:
            if element.role in FRAMED:
                return cls(elements, width, gap, height, top + element.keep + element.height / 2)
            top += element.height + 2 * element.keep + gap
        return cls(elements, width, gap, height, height / 2)


Row = tuple[Cell, ...]


class Setter(NamedTuple):
    """Sets the roles of one stack."""

    layout: Layout
    voices: Mapping[Role, Voice]
    frame: Frame
    sizes: Mapping[Role, tuple[float, float]]
    """Smallest and largest font size of every role."""
    align: Align

    @classmethod
    def of(cls, layout: Layout, voices: Mapping[Role, Voice], frame: Frame, scale: float, align: Align) -> Setter:
        """A setter whose roles, but for the headline, are as large as a share of what they may be."""
        sizes = {role: _sizes(role, layout.letters[role], voices[role], frame, scale) for role in voices}
        return cls(layout, voices, frame, sizes, align)

    def under(self, headline: float) -> Setter:
        """The same, its other roles no larger than they may be beside a headline of this font size."""
        letters = self.layout.letters
        sizes = {
            role: (least, largest if role == "headline" else max(least, min(largest, letters[role].under * headline)))
            for role, (least, largest) in self.sizes.items()
        }
        return self._replace(sizes=sizes)

    def rows(self, row: Row) -> list[list[Column]]:
        """The columns of a row without a headline, in as many rows as they need to stand side by side."""
        columns = [self.column(cell, self.frame.area.width, self.frame.area.height) for cell in row]
        rows, left = [columns[:1]], self.frame.area.width - columns[0].width
        for column in columns[1:]:
            left -= column.width + self.spacing
            if left >= -0.5:
                rows[-1].append(column)
            else:
                rows.append([column])
                left = self.frame.area.width - column.width
        return rows

    def beside_headline(self, row: Row, height: float) -> list[Column]:
        """The columns of a row with a headline, which takes the width the others leave."""
        width = self.frame.area.width
        around = {cell: self.column(cell, width, height) for cell in row if "headline" not in cell}
        left = width - sum(column.width + self.spacing for column in around.values())
        return [around[cell] if cell in around else self.column(cell, max(left, 8.0), height) for cell in row]

    @property
    def spacing(self) -> float:
        """Distance along a row."""
        return self.frame.gap * SPACED

    def column(self, cell: Cell, width: float, height: float) -> Column:
        """Roles one under another; a headline takes the height the others leave."""
        gap = self.frame.gap * _STACKED
        around = {role: self.element(role, width, height) for role in cell if role != "headline"}
        left = height - sum(element.height + 2 * element.keep + gap for element in around.values())
        elements = tuple(around[role] if role in around else self.element(role, width, left) for role in cell)
        own = max(element.slot for element in elements)
        return Column.of(elements, width if "headline" in cell else own, gap)

    def element(self, role: Role, width: float, height: float) -> Element:
        """One role set as large as it may be."""
        voice, letters = self.voices[role], self.layout.letters[role]
        smallest, largest = self.sizes[role]
        if voice.picture_ratio:
            return self._picture(role, 1.25 * largest, width)
        room = Room(width, height, smallest, largest, letters.lines, self.frame.is_final)
        return _set_element(role, _aligned(voice, "center" if role in FRAMED else self.align), room)

    def _picture(self, role: Role, height: float, width: float) -> Element:
        """A logo: as high as letters of its place are, never under its own least height; else it does not fit."""
        voice = self.voices[role]
        smallest, _ = self.sizes[role]
        text = fit(voice.text, voice.style, Room(width, height, smallest, smallest))
        wide = min(width, max(height, voice.picture_least) * voice.picture_ratio)
        high = wide / voice.picture_ratio
        clear = voice.picture_clear * high
        beside, above = max(0.0, clear - self.spacing), max(0.0, clear - self.frame.gap)
        fits = high >= voice.picture_least - 0.01
        return Element(role, text._replace(fits=fits), wide, high, wide + beside, picture=True, keep=above)


def _sizes(role: Role, letters: Letters, voice: Voice, frame: Frame, scale: float) -> tuple[float, float]:
    floor = frame.floors.get(role, 0.0) / voice.style.types.cap_height
    smallest = max(float(letters.min_px), letters.least * frame.short_side, floor)
    largest = letters.size * frame.short_side * (1.0 if role == "headline" else scale)
    if frame.headline and role != "headline":
        largest = min(largest, letters.under * frame.headline)
    return smallest, max(smallest, largest)


@functools.lru_cache(maxsize=512)
def _aligned(voice: Voice, align: Align) -> Voice:
    return voice._replace(style=voice.style._replace(align=align))


@functools.lru_cache(maxsize=4096)
def _set_element(role: Role, voice: Voice, whole: Room) -> Element:
    """A role's letters, with the pill around them where it has one, in the room for both."""
    side, above = _PADDING.get(role, (0.0, 0.0))
    smallest, width = whole.min_size, whole.width
    # The space that tall scripts keep between lines is not needed above the first and below the last one.
    height = max(whole.height + smallest * max(0.0, voice.style.types.line_height - _BODY), _LEAST_ROOM)
    room = whole._replace(width=width - 2 * side * smallest, height=height)
    text = fit(voice.text, voice.style, room._replace(lines=1) if role in FRAMED else room)
    if not text.fits and role in FRAMED and room.lines > 1:  # a pill has one line if it can
        text = fit(voice.text, voice.style, room)
    while text.fits and text.size > smallest and (wide := text.ink_width + 2 * side * text.size) > width + 0.5:
        text = fit(voice.text, voice.style, room._replace(max_size=max(smallest, text.size * min(0.98, width / wide))))
    wide, high = text.ink_width + 2 * side * text.size, float(text.ink_height)
    if role in FRAMED:
        body = max(text.letter_height, text.ink_height - 0.3 * text.size)
        high = max(body + 2 * above * text.size, text.ink_height + 0.5 * text.size)
        return Element(role, text, wide, high, wide)
    air = _AIR * text.size * (voice.style.types.line_height - _LATIN)
    return Element(role, text, wide, high, wide, keep=max(0.0, min(air, (whole.height - high) / 2)))
