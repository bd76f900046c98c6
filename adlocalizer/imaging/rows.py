"""Rows of set roles to their places in an area: along the reading direction, on one line, from the top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.layouts import Role, Stack
from adlocalizer.imaging.measuring import FRAMED, SPACED, Column, Frame
from adlocalizer.imaging.typesetting import SetText

_LEADS = {"start": 0.0, "center": 0.5, "end": 1.0}  # where a line stands in its area, along the reading direction


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


class SetRow(NamedTuple):
    """Columns side by side, what each has above the line they stand on, and the height of all. In pixels."""

    columns: list[Column]
    axes: list[float]
    height: float

    @classmethod
    def of(cls, columns: list[Column]) -> SetRow:
        """From the highest column's top to the lowest one's bottom; beside a headline, columns stand as high as it."""
        axes = [_axis(column, columns) for column in columns]
        if any(element.role == "headline" for column in columns for element in column.elements):
            return cls(columns, axes, max(column.height for column in columns))
        below = max(column.height - axis for column, axis in zip(columns, axes, strict=True))
        return cls(columns, axes, max(axes) + below)


def placed(rows: Sequence[SetRow], stack: Stack, frame: Frame) -> Iterator[Placed]:
    """Every role of a stack's rows, in their order, where the stack's anchor and alignment put it."""
    free = frame.area.height - sum(row.height for row in rows) - frame.gap * max(0, len(rows) - 1)
    shift = {"top": 0.0, "spread": 0.0, "middle": 0.5, "bottom": 1.0}[stack.anchor]
    top = frame.area.top + free * shift
    for number, row in enumerate(rows):
        axis = max(row.axes)
        for at, (column, left) in enumerate(_along(row.columns, stack, frame)):
            above = top + min(axis - row.axes[at], row.height - column.height)
            yield from _down(column, Rect(left, above, left + column.width, above + column.height), stack, frame)
        top += row.height + frame.gap
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


def _axis(column: Column, row: list[Column]) -> float:
    """From the column's top to the line its row stands on; an old price stands on the baseline of the price."""
    if column.elements[0].role != "old_price":
        return column.axis
    text = column.elements[0].text
    price = next((one.elements[0].text for one in row if one.elements[0].role == "price"), None)
    if price is None:
        return column.axis
    return column.elements[0].keep + text.baseline - text.ink[1] - price.letter_height / 2
