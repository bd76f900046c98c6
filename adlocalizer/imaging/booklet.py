"""Pictures in rows, bound as a PDF of A3 sheets: one sheet or more for each section, words in an embedded face."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import skia

from adlocalizer.imaging.faces import typeface

_WIDE, _HIGH = 420 * 72 / 25.4, 297 * 72 / 25.4
"""A3 landscape in points (ISO 216)."""
_EDGE, _HEAD, _SIDE, _GAP = 30.0, 74.0, 118.0, 9.0
_CAPTION = 20.0  # under a picture
_HEADING = 50.0  # what a column has at least
_LEAST = 0.05  # of the size on the page: more columns than that leave the sheet
_SMALL, _PLAIN, _LARGE = 6.2, 7.6, 17.0  # font sizes in points
_INK, _SOFT, _FAULT, _NOTE = 0xFF16191B, 0xFF555C60, 0xFFA8104C, 0xFF885300


class Leaf(NamedTuple):
    """One picture of a row."""

    picture: bytes
    """JPEG; empty where the row has none."""
    width: int
    height: int
    said: str
    is_fault: bool = False
    is_remark: bool = False


class Strip(NamedTuple):
    """One row: lines of words at its side, a leaf for each column."""

    words: tuple[str, ...]
    leaves: tuple[Leaf, ...]


class Chapter(NamedTuple):
    """Rows that begin a new sheet."""

    title: str
    strips: tuple[Strip, ...]


class Booklet(NamedTuple):
    """A whole PDF; widths and heights of `columns` are relative to each other."""

    title: str
    columns: tuple[tuple[str, str], ...]
    """Heading and second line of each column."""
    shapes: tuple[tuple[int, int], ...]
    """Width and height each column is shown in, relative to each other."""
    chapters: tuple[Chapter, ...]


def print_booklet(booklet: Booklet, plain: Path, bold: Path) -> bytes:
    """The PDF; `plain` and `bold` are font files for its own words."""
    stream = skia.DynamicMemoryWStream()
    press = _Press(booklet, typeface(plain), typeface(bold))
    with skia.PDF.MakeDocument(stream, Title=booklet.title, Creator="adlocalizer") as document:
        for title, strips in press.sheets():
            with document.page(_WIDE, _HIGH) as canvas:
                press.draw(canvas, title, strips)
    return bytes(stream.detachAsData())


class _Pen(NamedTuple):
    face: skia.Typeface
    size: float
    colour: int


class _Press:
    """Sheets of one booklet: where its columns stand, and the pens that write."""

    def __init__(self, booklet: Booklet, plain: skia.Typeface, bold: skia.Typeface) -> None:
        self._booklet, self._plain, self._bold = booklet, plain, bold
        self._scale, room = 1.0, _WIDE - 2 * _EDGE - _SIDE - _GAP * (len(booklet.shapes) - 1)
        while sum(self._slots()) > room and self._scale > _LEAST:
            self._scale *= 0.99
        self._tallest = max(height for _, height in booklet.shapes) * self._scale + _CAPTION

    def sheets(self) -> Iterator[tuple[str, Sequence[Strip]]]:
        """The rows of each sheet, under its title."""
        rows = max(1, int((_HIGH - _EDGE - _HEAD) // (self._tallest + _GAP)))
        for chapter in self._booklet.chapters:
            count = -(-len(chapter.strips) // rows)
            for number in range(count):
                title = chapter.title if count == 1 else f"{chapter.title}, sheet {number + 1} of {count}"
                yield title, chapter.strips[number * rows : (number + 1) * rows]

    def draw(self, canvas: skia.Canvas, title: str, strips: Sequence[Strip]) -> None:
        """One sheet."""
        self._write(canvas, title, (_EDGE, _EDGE + _LARGE * 0.72), _Pen(self._plain, _LARGE, _INK))
        side = self._bold_width(self._booklet.title)
        self._write(canvas, self._booklet.title, (_WIDE - _EDGE - side, _EDGE + 8), _Pen(self._bold, _PLAIN, _SOFT))
        top = _EDGE + _HEAD - 22
        for left, (heading, second) in zip(self._lefts(), self._booklet.columns, strict=True):
            self._write(canvas, heading, (left, top - 9), _Pen(self._bold, _PLAIN, _INK))
            self._write(canvas, second, (left, top), _Pen(self._plain, _SMALL, _SOFT))
        canvas.drawLine(_EDGE, top + 5, _WIDE - _EDGE, top + 5, skia.Paint(Color=_INK, StrokeWidth=0.5))
        for number, strip in enumerate(strips):
            self._strip(canvas, strip, top + 14 + number * (self._tallest + _GAP))

    def _strip(self, canvas: skia.Canvas, strip: Strip, top: float) -> None:
        for number, text in enumerate(strip.words):
            face, size = (self._bold, _PLAIN) if number == 0 else (self._plain, _SMALL)
            colour = _INK if number == 0 else _SOFT
            self._write(canvas, text, (_EDGE, top + 7 + 9 * number), _Pen(face, size, colour), _SIDE - _GAP)
        for left, leaf in zip(self._lefts(), strip.leaves, strict=True):
            if leaf.picture:
                self._leaf(canvas, leaf, left, top)

    def _leaf(self, canvas: skia.Canvas, leaf: Leaf, left: float, top: float) -> None:
        wide, high = leaf.width * self._scale, leaf.height * self._scale
        frame = skia.Rect.MakeXYWH(left, top, wide, high)
        smooth = skia.SamplingOptions(skia.FilterMode.kLinear)
        canvas.drawImageRect(skia.Image.MakeFromEncoded(skia.Data(leaf.picture)), frame, smooth)
        colour = _FAULT if leaf.is_fault else _NOTE if leaf.is_remark else _SOFT
        if leaf.is_fault:
            canvas.drawRect(frame, skia.Paint(Color=_FAULT, Style=skia.Paint.kStroke_Style, StrokeWidth=1.0))
        self._write(canvas, leaf.said, (left, top + high + 8), _Pen(self._plain, _SMALL, colour), max(wide, _HEADING))

    def _slots(self) -> Iterator[float]:
        """The width of each column: its pictures', or what its heading needs."""
        return (max(width * self._scale, _HEADING) for width, _ in self._booklet.shapes)

    def _lefts(self) -> Iterator[float]:
        left = _EDGE + _SIDE
        for slot in self._slots():
            yield left
            left += slot + _GAP

    def _write(self, canvas: skia.Canvas, text: str, at: tuple[float, float], pen: _Pen, most: float = _WIDE) -> None:
        font = _font(pen.face, pen.size)
        while len(text) > 1 and font.measureText(text) > most:
            text = f"{text[:-2].rstrip()}…"
        canvas.drawString(text, *at, font, skia.Paint(Color=pen.colour, AntiAlias=True))

    def _bold_width(self, text: str) -> float:
        return float(_font(self._bold, _PLAIN).measureText(text))


def _font(face: skia.Typeface, size: float) -> skia.Font:
    """A font that advances by its own widths: those of a screen's pixels look uneven on paper."""
    font = skia.Font(face, size)
    font.setHinting(skia.FontHinting.kNone)
    font.setSubpixel(True)
    font.setLinearMetrics(True)
    return font
