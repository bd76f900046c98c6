"""One paragraph of letters for Skia: faces, direction, one line height for every line."""

from __future__ import annotations

import functools
import re
from typing import Literal, NamedTuple

import skia

from adlocalizer.imaging.faces import Weight
from adlocalizer.imaging.fonts import TypeSet

Align = Literal["left", "center", "right"]

_START_ISOLATE, _END_ISOLATE = "\u2067", "\u2069"
_LINE_SEPARATOR = "\u2028"  # ends a line but not the bidi paragraph, so UAX #9 sees the whole text
_BETWEEN_MARKS = re.compile(
    "[\u3001\u3002\uff0c\uff0e\u300d\u300f\uff09\u3011\u3009\u300b](?=[\u300c\u300e\uff08\u3010\u3008\u300a\u3001\u3002\uff0c\uff0e\u300d\u300f\uff09\u3011])"
)
"""A full-width mark whose empty half the next one makes needless: two in a row take one and a half squares (JLREQ)."""
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
        letters.setLetterSpacing((style.spacing * types.spaced - 0.5) * size)
        builder.pushStyle(letters)
        builder.addText(mark.group())
        builder.pop()
        start = mark.end()
    builder.addText(text[start:])
    return builder.Build()


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
