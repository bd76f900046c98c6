"""Setting words: shaping, bidi, line breaks and the largest size that fits, through SkParagraph."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Literal, NamedTuple

import numpy as np
import skia

from adlocalizer.imaging.faces import Weight
from adlocalizer.imaging.fonts import TypeSet
from adlocalizer.scripts import script_of

Align = Literal["left", "center", "right"]

_WORD_JOINER, _START_ISOLATE, _END_ISOLATE = "\u2060", "\u2067", "\u2069"
_CLAUSE_ENDS = re.compile("(?<=[\u3001\u3002\uff0c\uff1b\uff1a\uff01\uff1f])(?=.)")
_INSIDE_PHRASE = re.compile(
    r"[\u3041-\u309f](?=[\u3041-\u309f])|[^\s\u3041-\u309f\u3001\u3002\uff0c\uff01\uff1f](?=[^\s])"
)
_NICE_WORTH = 0.82  # a break where one pauses reads better even in letters this much smaller; set by eye
_UNBOUND = 1e6  # pixels: wider than any line
_UNSPACED = ("Hans", "Hant", "Jpan", "Khmr", "Laoo", "Mymr", "Thai")
_SIZE_STEP = 0.5  # pixels: finer differences cannot be seen
_ALIGN = {"left": skia.textlayout.TextAlign.kLeft, "center": skia.textlayout.TextAlign.kCenter}


class Style(NamedTuple):
    """How a text is set, apart from its size."""

    locale: str
    rtl: bool
    types: TypeSet
    weight: Weight = "bold"
    align: Align = "left"
    spacing: float = 0.0
    """Extra space between letters, in font sizes."""


class Room(NamedTuple):
    """What a text may take, in pixels."""

    width: float
    height: float
    min_size: float
    max_size: float
    lines: int = 1


class SetText(NamedTuple):
    """A text set at a size. Distances in pixels from the paragraph's top left corner."""

    text: str
    style: Style
    size: float
    width: float
    """Measure the lines were broken at."""
    ink: tuple[int, int, int, int]
    """Left, top, right, bottom of what is drawn."""
    baseline: float
    """Of the first line."""
    fits: bool
    """False: even the smallest size was too large, and the text is cut short."""

    @property
    def ink_width(self) -> int:
        """Pixels the drawn letters take."""
        return self.ink[2] - self.ink[0]

    @property
    def ink_height(self) -> int:
        """Pixels the drawn letters take."""
        return self.ink[3] - self.ink[1]

    @property
    def letter_height(self) -> float:
        """Height of a capital letter in pixels."""
        return self.size * self.style.types.cap_height

    def paint(self, canvas: skia.Canvas, left: float, top: float, colour: int) -> None:
        """Draw so that the ink's top left corner is at the given pixel."""
        drawn = _paragraph(self.text, self.style, self.size, colour)
        drawn.layout(self.width)
        drawn.paint(canvas, left - self.ink[0], top - self.ink[1])


def fit(text: str, style: Style, room: Room) -> SetText:
    """A text at the largest size that the room takes; says so when not even the smallest one fits."""
    plain = set_within(text, style, room)
    if room.lines == 1 or "\n" in text:
        return plain
    for nicer, lines in _nicer_breaks(text, style.locale, room.lines):
        tried = set_within(nicer, style, room._replace(lines=lines))
        if tried.fits and tried.size >= _NICE_WORTH * plain.size:
            return tried
    return plain


def _nicer_breaks(text: str, locale: str, lines: int) -> list[tuple[str, int]]:
    """The text with breaks allowed only where a reader would pause, best first, and how many lines it may take."""
    clauses = [part.strip() for part in _CLAUSE_ENDS.split(text)]
    found = [("\n".join(clauses), len(clauses))] if 1 < len(clauses) <= lines else []
    if locale.startswith("ja"):
        # Phrases begin where kana ends (at a kanji or katakana) or after punctuation; all else is glued.
        glued = _INSIDE_PHRASE.sub(rf"\g<0>{_WORD_JOINER}", text)
        found.append((glued, lines))
    return found


def set_within(text: str, style: Style, room: Room) -> SetText:
    """Like `fit`, with the breaks as they are."""
    if not _takes(text, style, room, room.min_size):
        return _finish(_shortened(text, style, room), style, room.min_size, room, fits=False)
    low, high = room.min_size, max(room.max_size, room.min_size)
    if _takes(text, style, room, high):
        low = high
    while high - low > _SIZE_STEP:
        middle = (low + high) / 2
        low, high = (middle, high) if _takes(text, style, room, middle) else (low, middle)
    done = _finish(text, style, low, room, fits=True)
    if done.ink_width <= room.width + 1:
        return done
    # Some letters reach out of the width they advance by: î, þ, italics.
    return _finish(text, style, max(room.min_size, low * room.width / (done.ink_width + 1)), room, fits=True)


def _takes(text: str, style: Style, room: Room, size: float) -> bool:
    drawn = _paragraph(text, style, size)
    if _longest_word(drawn, style, room.width) > room.width + 0.5:
        return False
    drawn.layout(room.width)
    lines = round(drawn.Height / (size * style.types.line_height))
    return bool(drawn.LongestLine <= room.width + 0.5 and lines <= room.lines and drawn.Height <= room.height + 0.5)


def _longest_word(drawn: skia.textlayout.Paragraph, style: Style, width: float) -> float:
    """The narrowest measure that breaks no word, in pixels."""
    # Laid out narrowly, Skia breaks a long word anywhere and reports the width of the pieces. Laid out widely, it takes
    # a line without spaces for one word, which it is not in these scripts.
    drawn.layout(width if script_of(style.locale) in _UNSPACED else _UNBOUND)
    return float(drawn.MinIntrinsicWidth)


def _shortened(text: str, style: Style, room: Room) -> str:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _takes(_cut_at(text, middle), style, room, room.min_size) else (low, middle - 1)
    return _cut_at(text, low)


def _cut_at(text: str, length: int) -> str:
    while 0 < length < len(text) and unicodedata.combining(text[length]):
        length -= 1
    return text[:length].rstrip() + "…"


def _finish(text: str, style: Style, size: float, room: Room, *, fits: bool) -> SetText:
    drawn = _paragraph(text, style, size)
    measure = _balanced(drawn, style, room.width)
    drawn.layout(measure)
    ink = _ink(drawn, measure)
    return SetText(text, style, size, measure, ink, drawn.AlphabeticBaseline, fits)


def _balanced(drawn: skia.textlayout.Paragraph, style: Style, width: float) -> float:
    # The narrowest measure with as many lines: even lines, no lonely last word.
    longest_word = _longest_word(drawn, style, width)
    drawn.layout(width)
    height, low, high = drawn.Height, max(width * 0.4, longest_word), width
    if drawn.LongestLine < low:
        return float(drawn.LongestLine) + 1.0
    while high - low > max(1.0, width * 0.01):
        middle = (low + high) / 2
        drawn.layout(middle)
        low, high = (low, middle) if drawn.Height <= height + 0.1 else (middle, high)
    drawn.layout(high)
    longest = float(drawn.LongestLine) + 1.0
    drawn.layout(longest)
    return longest if drawn.Height <= height + 0.1 else high


def _ink(drawn: skia.textlayout.Paragraph, measure: float) -> tuple[int, int, int, int]:
    pad = 8 + int(drawn.Height * 0.3)
    wide, high = int(measure) + 2 * pad, int(drawn.Height) + 2 * pad
    pixels = np.zeros((high, wide), np.uint8)
    surface = skia.Surface.MakeRasterDirect(skia.ImageInfo.MakeA8(wide, high), pixels, wide)
    drawn.paint(surface.getCanvas(), pad, pad)
    rows, columns = np.flatnonzero(pixels.max(axis=1)), np.flatnonzero(pixels.max(axis=0))
    if not rows.size:
        return (0, 0, 1, 1)
    return (int(columns[0]) - pad, int(rows[0]) - pad, int(columns[-1]) + 1 - pad, int(rows[-1]) + 1 - pad)


def _paragraph(text: str, style: Style, size: float, colour: int = skia.ColorBLACK) -> skia.textlayout.Paragraph:
    letters = skia.textlayout.TextStyle()
    letters.setFontSize(size)
    letters.setFontFamilies(list(style.types.families))
    letters.setColor(colour)
    letters.setLocale(style.locale)
    letters.setHeight(style.types.line_height)
    letters.setHeightOverride(True)
    if style.spacing:
        letters.setLetterSpacing(style.spacing * size)
    whole = skia.textlayout.ParagraphStyle()
    whole.setTextStyle(letters)
    whole.setTextAlign(_ALIGN.get(style.align, skia.textlayout.TextAlign.kRight))
    builder = skia.textlayout.ParagraphBuilder.make(whole, style.types.collection, _unicode())
    builder.pushStyle(letters)
    builder.addText(_prepared(text, style))
    return builder.Build()


def _prepared(text: str, style: Style) -> str:
    if style.locale.startswith("ko"):
        text = re.sub("([가-힣])(?=[^ \n])", rf"\1{_WORD_JOINER}", text)
    if style.rtl:
        # The binding has no base direction: each line is isolated as right-to-left instead.
        text = "\n".join(f"{_START_ISOLATE}{line}{_END_ISOLATE}" for line in text.split("\n"))
    return text


@functools.cache
def _unicode() -> skia.Unicode:
    return skia.Unicodes.ICU.Make()
