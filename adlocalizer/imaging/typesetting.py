"""Setting words: the largest size and the best breaks by arithmetic, then one paragraph shaped by SkParagraph."""

from __future__ import annotations

import functools
import math
from typing import NamedTuple

from adlocalizer.imaging.breaking import HYPHENS, Piece, letters_of, pieces_of
from adlocalizer.imaging.colours import Colour
from adlocalizer.imaging.paragraphs import Align, Style, paragraph
from adlocalizer.imaging.ragging import DIVIDED_WORTH, Spread, spreads
from adlocalizer.imaging.shaping import MEASURED_AT, SPARE, UNBOUND, Lettering, lettering_of, shape_of

__all__ = ["Align", "Room", "SetText", "Style", "fit"]

_HYPHEN, _ELLIPSIS = "-", "\u2026"
_SIZE_STEP = 0.5  # pixels: finer differences cannot be seen, and few sizes keep Skia's letters in its cache
_SNAP = 0.5  # pixels that putting letters on whole pixels may move an edge
_USUAL_LINES = 6  # spreads are found once for every format that allows no more lines than this
_SLACK = 0.5  # pixels over the measure that nobody sees


class Room(NamedTuple):
    """What a text may take, in pixels."""

    width: float
    height: float
    min_size: float
    max_size: float
    lines: int = 1
    is_final: bool = True
    """Whether a text that does not fit is cut short; else it is said to fill the room, which costs a tenth."""


class SetText(NamedTuple):
    """A text set at a size. Distances in pixels from the paragraph's top left corner."""

    text: str
    """As drawn: a line feed at every break, a hyphen where a word is divided."""
    style: Style
    size: float
    width: float
    """Measure the lines are aligned in."""
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

    @property
    def lines(self) -> tuple[str, ...]:
        """What each line says."""
        return tuple(self.text.split("\n"))

    def in_colour(self, colour: Colour) -> Lettering:
        """The text as it is drawn in a colour."""
        # Each line's baseline is drawn on a whole pixel, so the ink is up to a pixel off what grew from the measure.
        return lettering_of(self.text, self.style, self.size, self.width, colour)


class _Choice(NamedTuple):
    spread: Spread
    size: float
    style: Style
    """The style the words were broken in: with their divisions or without."""


class _Measured(NamedTuple):
    pieces: tuple[Piece, ...]
    widths: tuple[tuple[float, float], ...]
    """Of each piece, bare and with its gap, in font sizes."""
    whole: float
    """Of all pieces in one line."""
    hyphen: float


@functools.lru_cache(maxsize=4096)
def fit(text: str, style: Style, room: Room) -> SetText:
    """A text at the largest size that the room takes, on its best lines; says so when not even the smallest fits."""
    plain = _plain(style)
    best = _best(text, plain, room)
    if best:
        return _finished(_on_lines(text, best), style, best.size, room, fits=True)
    if not room.is_final:
        filled = (0, 0, math.ceil(room.width), math.ceil(min(room.height, room.min_size * style.types.line_height)))
        return SetText(text, style, room.min_size, room.width, filled, room.min_size, fits=False)
    cut, low, high = letters_of(text), 0, len(letters_of(text))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _best(_short(cut, middle), plain, room) else (low, middle - 1)
    short = _short(cut, low)
    best = _best(short, plain, room)
    return _finished(_on_lines(short, best) if best else short, style, room.min_size, room, fits=False)


@functools.lru_cache(maxsize=512)
def _plain(style: Style) -> Style:
    return style._replace(align="left")


@functools.lru_cache(maxsize=512)
def _undivided(style: Style) -> Style:
    return style._replace(types=style.types._replace(hyphenation=None))


def _best(text: str, style: Style, room: Room) -> _Choice | None:
    """The spread worth most and its size; None when nothing fits at the smallest size."""
    whole = _undivided(style)
    best = _largest(text, whole, room)
    # The dictionaries are slow to read, so words are divided only where even lines of divided words could be worth it.
    if style.types.hyphenation and (not best or best.size < DIVIDED_WORTH * _evenly_filled(text, whole, room)):
        return _largest(text, style, room)
    return best


def _largest(text: str, style: Style, room: Room) -> _Choice | None:
    found: _Choice | None = None
    largest = max(room.max_size, room.min_size)
    for spread in _spreads(text, style, max(room.lines, _USUAL_LINES)):
        if len(spread.ends) > max(room.lines, 1):
            break
        if found and found.size > largest - _SIZE_STEP and len(found.spread.ends) == 1:
            break  # nothing reads better than one line in the largest letters
        across = (room.width + _SLACK) / max(spread.width, 1e-6)
        down = (room.height + _SLACK) / (len(spread.ends) * style.types.line_height)
        exact = min(across, down, largest)
        size = max(math.floor(exact / _SIZE_STEP) * _SIZE_STEP, min(room.min_size, exact))
        if exact >= room.min_size and (found is None or size * spread.worth > found.size * found.spread.worth):
            found = _Choice(spread, size, style)
    return found


def _evenly_filled(text: str, style: Style, room: Room) -> float:
    """The size at which the text would fill its lines if it could be broken anywhere."""
    total = max(_measured(text, style).whole, 1e-6)
    lines = range(1, max(room.lines, 1) + 1)
    largest = (min(room.width * count / total, room.height / (count * style.types.line_height)) for count in lines)
    return min(max(largest), room.max_size)


def _short(letters: tuple[str, ...], count: int) -> str:
    return "".join(letters[:count]).rstrip() + _ELLIPSIS


@functools.lru_cache(maxsize=2048)
def _spreads(text: str, style: Style, lines: int) -> tuple[Spread, ...]:
    measured = _measured(text, style)
    return tuple(spreads(measured.pieces, measured.widths, measured.hyphen, lines)) if measured.pieces else ()


@functools.lru_cache(maxsize=2048)
def _measured(text: str, style: Style) -> _Measured:
    pieces = pieces_of(text, style.locale, style.types)
    widths = tuple(_advance(one.text, one.gap, style) for one in pieces)
    return _Measured(pieces, widths, sum(full for _, full in widths), _advance(_HYPHEN, "", style)[0])


@functools.lru_cache(maxsize=16384)
def _advance(text: str, gap: str, style: Style) -> tuple[float, float]:
    """Width of a piece alone and with the spaces after it, in font sizes."""
    drawn = paragraph(text + gap, style._replace(rtl=False), MEASURED_AT)
    drawn.layout(UNBOUND)
    return drawn.LongestLine / MEASURED_AT, drawn.MaxIntrinsicWidth / MEASURED_AT


def _on_lines(text: str, choice: _Choice) -> str:
    pieces, lines, start = _measured(text, choice.style).pieces, [], 0
    for end in choice.spread.ends:
        line = "".join(piece.text + piece.gap for piece in pieces[start:end]) + pieces[end].text
        lines.append(line + _HYPHEN if pieces[end].end in HYPHENS else line)
        start = end + 1
    return "\n".join(lines)


def _finished(lines: str, style: Style, size: float, room: Room, *, fits: bool) -> SetText:
    done = _set_at(lines, style, size, fits)
    # Pieces side by side may be a little wider than their sum, and letters reach out of their advance (î, þ) and line.
    over = max(done.ink_width, done.width - SPARE)
    across = room.width / (over + 1) if over > room.width + 1 else 1.0
    down = room.height / done.ink_height if done.ink_height > room.height else 1.0
    if fits and min(across, down) < 1:
        done = _set_at(lines, style, max(room.min_size, size * min(across, down)), fits)
    return done


def _set_at(lines: str, style: Style, size: float, fits: bool) -> SetText:
    shape, grown = shape_of(lines, style), size / MEASURED_AT
    # The spare pixel is a pixel at every size, so what stands right or central moves by it and does not grow with it.
    spare = SPARE * {"left": 0.0, "center": 0.5, "right": 1.0}[style.align]
    left, top, right, bottom = (edge * grown for edge in shape.ink)
    step = size * style.types.line_height
    rounded = lines.count("\n") * (math.floor(step + 0.5) - step)  # Skia sets lines whole pixels apart
    ink = (
        math.floor(left + spare),
        math.floor(top),
        math.ceil(right + spare + _SNAP),
        math.ceil(bottom + rounded + _SNAP),
    )
    return SetText(lines, style, size, shape.longest * grown + SPARE, ink, shape.baseline * grown, fits)
