"""Roles set as large as they may be, and how much room each then takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.layouts import Layout, Letters, Role
from adlocalizer.imaging.typesetting import Align, Room, SetText, Style, fit

FRAMED: tuple[Role, ...] = ("call_to_action", "price", "disclosure")
"""Roles that stand on a ground of their own colour."""

_PADDING: Mapping[Role, tuple[float, float]] = {  # beside and above the letters, in font sizes; set by eye
    "call_to_action": (1.0, 0.68),
    "price": (0.52, 0.36),
    "disclosure": (0.6, 0.42),
}
SPACED = 0.8  # of the gap: distance along a row, as a share of the distance between rows


class Voice(NamedTuple):
    """What a role says and how."""

    text: str
    style: Style
    picture_ratio: float = 0.0
    """Width to height of a logo file; 0: the text is set."""


class Frame(NamedTuple):
    """The room a stack has, and the measures it is set by."""

    area: Rect
    short_side: int
    gap: float
    rtl: bool
    min_letter: float = 0.0
    """Smallest height of a capital letter the placement accepts, in pixels."""


class Element(NamedTuple):
    """One role set and measured, in pixels; not placed yet."""

    role: Role
    text: SetText
    width: float
    height: float
    slot: float
    """Width it holds in its row; more than its own only for a headline."""
    picture: bool


class Setter(NamedTuple):
    """Sets the roles of one stack."""

    layout: Layout
    voices: Mapping[Role, Voice]
    frame: Frame
    scale: float
    align: Align

    def unwrapped(self, row: tuple[Role, ...]) -> list[tuple[Role, ...]]:
        """The row, or its roles one under another where they do not fit side by side."""
        if len(row) < 2 or "headline" in row:
            return [row]
        elements = [self.element(role, self.frame.area.width, self.frame.area.height) for role in row]
        total = sum(element.width for element in elements) + self.spacing * (len(elements) - 1)
        return [row] if total <= self.frame.area.width else [(role,) for role in row]

    def row(self, row: tuple[Role, ...], height: float) -> list[Element]:
        """The row's elements; a headline takes the width the others leave."""
        around = {role: self.element(role, self.frame.area.width, height) for role in row if role != "headline"}
        left = self.frame.area.width - sum(element.width + self.spacing for element in around.values())
        return [around[role] if role in around else self.element(role, max(left, 8.0), height) for role in row]

    @property
    def spacing(self) -> float:
        """Distance along a row."""
        return self.frame.gap * SPACED

    def element(self, role: Role, width: float, height: float) -> Element:
        """One role set as large as it may be."""
        voice, letters = self.voices[role], self.layout.letters[role]
        side, above = _PADDING.get(role, (0.0, 0.0))
        smallest = max(float(letters.min_px), self.frame.min_letter / voice.style.types.cap_height)
        largest = max(smallest, self._largest(role, letters))
        room = Room(width - 2 * side * smallest, max(height, 4.0), smallest, largest, letters.lines)
        style = voice.style._replace(align=self._align(role))
        text = fit(voice.text, style, room._replace(lines=1) if role in FRAMED else room)
        if not text.fits and letters.lines > 1:  # a pill has one line if it can
            text = fit(voice.text, style, room)
        while text.fits and text.size > smallest and text.ink_width + 2 * side * text.size > width + 0.5:
            text = fit(voice.text, text.style, room._replace(max_size=max(smallest, text.size * 0.95)))
        if voice.picture_ratio:
            high = largest * 1.25
            wide = min(width, high * voice.picture_ratio)
            return Element(role, text._replace(fits=True), wide, wide / voice.picture_ratio, wide, True)
        wide, high = text.ink_width + 2 * side * text.size, text.ink_height
        if role in FRAMED:
            body = max(text.letter_height, text.ink_height - 0.3 * text.size)
            high = max(body + 2 * above * text.size, text.ink_height + 0.5 * text.size)
        return Element(role, text, wide, high, width if role == "headline" else wide, False)

    def _largest(self, role: Role, letters: Letters) -> float:
        size = letters.size * self.frame.short_side
        return size if role == "headline" else size * self.scale

    def _align(self, role: Role) -> Align:
        return "center" if role in FRAMED else self.align
