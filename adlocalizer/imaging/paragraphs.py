"""One paragraph of letters for Skia: faces, direction, one line height for every line."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Literal, NamedTuple

import skia

from adlocalizer.imaging.faces import Weight, typeface
from adlocalizer.imaging.fonts import TypeSet

Align = Literal["left", "center", "right"]

_START_ISOLATE, _END_ISOLATE = "\u2067", "\u2069"
_LINE_SEPARATOR = "\u2028"  # ends a line but not the bidi paragraph, so UAX #9 sees the whole text
_MARKS = "、。，．：；・「」『』（）【】〈〉《》〔〕“”‘’"  # noqa: RUF001 - what is full-width in some East Asian face
_BETWEEN_MARKS = re.compile(f"[{_MARKS}](?=[{_MARKS}])")
_SQUARE = 0.8  # font sizes: what is narrower is no full-width mark, such as a quote of a Latin face
_LEAST_GAP = 0.02
"""Font sizes that stay between the ink of two full-width marks which share an empty half."""
_ALIGN = {"left": skia.textlayout.TextAlign.kLeft, "center": skia.textlayout.TextAlign.kCenter}


class Style(NamedTuple):
    """How a text is set, apart from its size."""

    locale: str
    rtl: bool
    types: TypeSet
    weight: Weight = "bold"
    align: Align = "left"
    spacing: float = 0.0
    """Extra space between letters, in font sizes; not taken by scripts whose letters join."""
    struck: bool = False
    """Whether a line goes through the letters."""


def paragraph(text: str, style: Style, size: float, colour: int = skia.ColorBLACK) -> skia.textlayout.Paragraph:
    """A text at a size in pixels; its line feeds end lines, and nothing else does once it is laid out widely."""
    types, families = style.types, list(style.types.families)
    letters = skia.textlayout.TextStyle()
    letters.setFontSize(size)
    letters.setFontFamilies(families)
    letters.setColor(colour)
    letters.setLocale(style.locale)
    letters.setHeight(types.line_height)
    letters.setHeightOverride(True)
    if style.spacing and types.spaced:
        letters.setLetterSpacing(style.spacing * size)
    if style.struck:
        letters.setDecoration(skia.textlayout.TextDecoration.kLineThrough)
        letters.setDecorationColor(colour)
    whole = skia.textlayout.ParagraphStyle()
    whole.setTextStyle(letters)
    whole.setTextAlign(_ALIGN.get(style.align, skia.textlayout.TextAlign.kRight))
    whole.setStrutStyle(_strut(families, size, types.line_height))
    builder = skia.textlayout.ParagraphBuilder.make(whole, types.collection, _unicode())
    builder.pushStyle(letters)
    text = text.replace("\n", _LINE_SEPARATOR)
    # The binding has no base direction: the text is isolated as right-to-left instead.
    text = f"{_START_ISOLATE}{text}{_END_ISOLATE}" if style.rtl else text
    start = 0
    for mark in _BETWEEN_MARKS.finditer(text):
        builder.addText(text[start : mark.start()])
        shared = _shared_half(types.files, mark.group(), text[mark.end()])
        letters.setLetterSpacing((style.spacing * types.spaced - shared) * size)
        builder.pushStyle(letters)
        builder.addText(mark.group())
        builder.pop()
        start = mark.end()
    builder.addText(text[start:])
    return builder.Build()


@functools.lru_cache(maxsize=512)
def _shared_half(files: tuple[str, ...], mark: str, following: str) -> float:
    """Half a square, in font sizes, where two full-width marks in a row leave that much between them; else nothing.

    Two such marks take one and a half squares (JLREQ, CLREQ). The faces decide: a full stop stands in the corner of its
    square in Japanese and simplified Chinese, in the middle of it in traditional Chinese.
    """
    one, other = _spot(files, mark), _spot(files, following)
    if one is None or other is None or min(one.advance, other.advance) < _SQUARE:
        return 0.0
    half = one.advance / 2
    return half if one.advance - one.right + other.left >= half + _LEAST_GAP else 0.0


class _Spot(NamedTuple):
    """Where the ink of a letter is in its advance, in font sizes."""

    left: float
    right: float
    advance: float


def _spot(files: tuple[str, ...], letter: str) -> _Spot | None:
    """Of a letter in the first of some font files that has it."""
    for file in files:
        font = skia.Font(typeface(Path(file)), 1000)
        if glyph := font.unicharToGlyph(ord(letter)):
            (advance,), (ink,) = font.getWidths([glyph]), font.getBounds([glyph])
            return _Spot(ink.left() / 1000, ink.right() / 1000, advance / 1000)
    return None


def _strut(families: list[str], size: float, line_height: float) -> skia.textlayout.StrutStyle:
    """One line height for all lines, whatever faces a line borrows from."""
    strut = skia.textlayout.StrutStyle()
    strut.setStrutEnabled(True)
    strut.setForceStrutHeight(True)
    strut.setFontFamilies(families)
    strut.setFontSize(size)
    strut.setHeight(line_height)
    strut.setHeightOverride(True)
    return strut


@functools.cache
def _unicode() -> skia.Unicode:
    return skia.Unicodes.ICU.Make()
