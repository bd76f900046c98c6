"""Pictures in rows, bound as a PDF of A3 sheets: one sheet or more for each section, words in embedded faces."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import skia

from adlocalizer.imaging.faces import Weight
from adlocalizer.imaging.fonts import FontShelf
from adlocalizer.imaging.paragraphs import Style, paragraph

_WIDE, _HIGH = 420 * 72 / 25.4, 297 * 72 / 25.4
"""A3 landscape in points (ISO 216)."""
_EDGE, _HEAD, _SIDE, _GAP = 30.0, 74.0, 118.0, 9.0
_CAPTION = 20.0  # under a picture
_HEADING = 50.0  # what a column has at least
_LEAST = 0.35  # of the size on the page: where columns would be smaller, they go on on another sheet
_SMALL, _PLAIN, _LARGE = 6.2, 7.6, 17.0  # font sizes in points
_UNBOUND = 1e6  # points, wider than any line
_UNJOINED = 0.0005  # font sizes between letters: enough for no ligatures, whose letters no reader of a PDF would find
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

    @property
    def words(self) -> Iterator[str]:
        """Everything that is written in it."""
        yield self.title
        for column in self.columns:
            yield from column
        for chapter in self.chapters:
            yield chapter.title
            for strip in chapter.strips:
                yield from strip.words
                yield from (leaf.said for leaf in strip.leaves)


def print_booklet(booklet: Booklet, shelf: FontShelf, locale: str) -> bytes:
    """The PDF; its words are set in the faces of a shelf that was made for all of them, as a locale sets them."""
    stream = skia.DynamicMemoryWStream()
    press = _Press(booklet, shelf, locale)
    with skia.PDF.MakeDocument(stream, Title=booklet.title, Creator="adlocalizer") as document:
        for sheet in press.sheets():
            with document.page(_WIDE, _HIGH) as canvas:
                press.draw(canvas, sheet)
    return bytes(stream.detachAsData())


class _Pen(NamedTuple):
    weight: Weight
    size: float
    colour: int


class _Sheet(NamedTuple):
    title: str
    strips: Sequence[Strip]
    columns: range


class _Press:
    """Sheets of one booklet: where its columns stand, and the pens that write."""

    def __init__(self, booklet: Booklet, shelf: FontShelf, locale: str) -> None:
        self._booklet, self._shelf, self._locale = booklet, shelf, locale
        self._parts, self._scale = _parted(booklet.shapes)
        self._tallest = max(height for _, height in booklet.shapes) * self._scale + _CAPTION

    def sheets(self) -> Iterator[_Sheet]:
        """The rows of each sheet and its columns, under its title."""
        rows = max(1, int((_HIGH - _EDGE - _HEAD) // (self._tallest + _GAP)))
        for chapter in self._booklet.chapters:
            starts = range(0, len(chapter.strips), rows)
            parts = [(start, part) for start in starts for part in self._parts]
            for number, (start, part) in enumerate(parts, 1):
                title = chapter.title if len(parts) == 1 else f"{chapter.title}, sheet {number} of {len(parts)}"
                yield _Sheet(title, chapter.strips[start : start + rows], part)

    def draw(self, canvas: skia.Canvas, sheet: _Sheet) -> None:
        """One sheet."""
        right, top = _WIDE - _EDGE, _EDGE + _HEAD - 22
        self._write(canvas, sheet.title, (_EDGE, _EDGE + _LARGE * 0.72), _Pen("text", _LARGE, _INK), right / 2)
        pen = _Pen("bold", _PLAIN, _SOFT)
        title = self._shortened(self._booklet.title, pen, right / 2 - _GAP)
        self._write(canvas, title, (right - self._length(title, pen), _EDGE + 8), pen)
        for left, number in zip(self._lefts(sheet.columns), sheet.columns, strict=True):
            heading, second = self._booklet.columns[number]
            room = max(self._booklet.shapes[number][0] * self._scale, _HEADING) + _GAP / 2
            self._write(canvas, heading, (left, top - 9), _Pen("bold", _PLAIN, _INK), room)
            self._write(canvas, second, (left, top), _Pen("text", _SMALL, _SOFT), room)
        canvas.drawLine(_EDGE, top + 5, right, top + 5, skia.Paint(Color=_INK, StrokeWidth=0.5))
        for number, strip in enumerate(sheet.strips):
            self._strip(canvas, strip, sheet.columns, top + 14 + number * (self._tallest + _GAP))

    def _strip(self, canvas: skia.Canvas, strip: Strip, columns: range, top: float) -> None:
        for number, text in enumerate(strip.words):
            pen = _Pen("text", _SMALL, _SOFT) if number else _Pen("bold", _PLAIN, _INK)
            self._write(canvas, text, (_EDGE, top + 7 + 9 * number), pen, _SIDE - _GAP)
        for left, number in zip(self._lefts(columns), columns, strict=True):
            if strip.leaves[number].picture:
                self._leaf(canvas, strip.leaves[number], left, top)

    def _leaf(self, canvas: skia.Canvas, leaf: Leaf, left: float, top: float) -> None:
        wide, high = leaf.width * self._scale, leaf.height * self._scale
        frame = skia.Rect.MakeXYWH(left, top, wide, high)
        smooth = skia.SamplingOptions(skia.FilterMode.kLinear)
        canvas.drawImageRect(skia.Image.MakeFromEncoded(skia.Data(leaf.picture)), frame, smooth)
        colour = _FAULT if leaf.is_fault else _NOTE if leaf.is_remark else _SOFT
        if leaf.is_fault:
            canvas.drawRect(frame, skia.Paint(Color=_FAULT, Style=skia.Paint.kStroke_Style, StrokeWidth=1.0))
        pen = _Pen("text", _SMALL, colour)
        for number, line in enumerate(self._folded(leaf.said, pen, max(wide, _HEADING))):
            self._write(canvas, line, (left, top + high + 8 + 7.6 * number), pen, max(wide, _HEADING))

    def _lefts(self, columns: range) -> Iterator[float]:
        left = _EDGE + _SIDE
        for number in columns:
            yield left
            left += _slot(self._booklet.shapes[number], self._scale) + _GAP

    def _write(self, canvas: skia.Canvas, text: str, at: tuple[float, float], pen: _Pen, most: float = _WIDE) -> None:
        """Write on a baseline that begins at a place; what is longer than `most` is cut short."""
        if text:
            drawn = self._set(self._shortened(text, pen, most), pen)
            drawn.paint(canvas, at[0], at[1] - drawn.AlphabeticBaseline)

    def _folded(self, text: str, pen: _Pen, most: float) -> tuple[str, ...]:
        """A caption on two lines where it is too long for one."""
        words = text.split()
        first = next((n for n in range(len(words), 1, -1) if self._length(" ".join(words[:n]), pen) <= most), 1)
        return tuple(filter(None, (" ".join(words[:first]), " ".join(words[first:]))))

    def _shortened(self, text: str, pen: _Pen, most: float) -> str:
        if not text or self._length(text, pen) <= most:
            return text
        short, long = 1, len(text)
        while long - short > 1:
            middle = (short + long) // 2
            short, long = (middle, long) if self._length(f"{text[:middle]}…", pen) <= most else (short, middle)
        while short < len(text) and unicodedata.category(text[short]).startswith("M"):
            short -= 1  # a letter keeps its marks
        return f"{text[:short].rstrip()}…"

    def _length(self, text: str, pen: _Pen) -> float:
        return float(self._set(text, pen).LongestLine)

    def _set(self, text: str, pen: _Pen) -> skia.textlayout.Paragraph:
        first = next((kind for one in text if (kind := unicodedata.bidirectional(one)) in ("L", "R", "AL")), "L")
        # Aligned to the left either way: a caption stands under the corner of its picture.
        types = self._shelf.type_set(text, pen.weight)
        style = Style(self._locale, first != "L", types, pen.weight, spacing=_UNJOINED)
        drawn = paragraph(" ".join(text.split()), style, pen.size, pen.colour)
        drawn.layout(_UNBOUND)
        return drawn


def _parted(shapes: Sequence[tuple[int, int]]) -> tuple[tuple[range, ...], float]:
    """Columns parted over as few sheets as keep them legible, about as many on each, and the scale of all."""
    count = len(shapes)
    for sheets in range(1, count + 1):
        ends = [round(count * number / sheets) for number in range(sheets + 1)]
        parts = tuple(range(first, last) for first, last in itertools.pairwise(ends))
        scale = min(_fitting([shapes[number] for number in part]) for part in parts)
        if scale >= _LEAST:
            break
    return parts, scale


def _fitting(shapes: Sequence[tuple[int, int]]) -> float:
    """The scale, at most 1, at which columns have room side by side; 0 where their headings have none."""
    room, scale = _WIDE - 2 * _EDGE - _SIDE - _GAP * (len(shapes) - 1), 1.0
    while scale > 0 and sum(_slot(shape, scale) for shape in shapes) > room:
        scale = round(scale - 0.01, 2)
    return scale


def _slot(shape: tuple[int, int], scale: float) -> float:
    """The width of a column: its pictures', or what its heading needs."""
    return max(shape[0] * scale, _HEADING)
