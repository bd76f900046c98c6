"""Where a line may end: Unicode's line breaking through ICU, phrases and words where a script has no spaces."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from adlocalizer.imaging.hyphenating import ADDRESS, SOFT_HYPHEN, division_points
from adlocalizer.imaging.joining import is_code, is_measure, is_one_amount, point_before

if TYPE_CHECKING:
    from adlocalizer.imaging.fonts import TypeSet

Break = Literal["forced", "pause", "space", "name", "word", "small", "soft", "hyphen", "inside"]
"""What ends a piece, from a line's end in the copy to the last resort: the end of a clause, a space, a space inside
what may be a name, a word's end without a space, a small word that goes with the next one, a soft hyphen of the copy, a
division by dictionary, a place that Unicode allows inside a word."""

HYPHENS: tuple[Break, ...] = ("soft", "hyphen")
"""Breaks that draw a hyphen when a line ends there."""

_PHRASES = {"ja": "ja@lb=strict;lw=phrase", "ko": "ko@lw=phrase"}
_STRICT = "@lb=strict"
_WHOLE_WORDS = ("zh", "yue")
_IDEOGRAPH = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々]")
_LONE_IDEOGRAPH = re.compile(rf"{_IDEOGRAPH.pattern}[^\w\s]*\Z")
_HIRAGANA = re.compile("[\u3041-\u309f]")
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_PAUSE = re.compile(r"(?:[。！？；：，、]|[.!?؟।॥۔።။។…][\"'”’»)\]]*\s)\Z")  # noqa: RUF001 - marks of many scripts
_LINE_ENDS = re.compile("[\n\u2028\u2029]")
_GLUE = "\u00a0\u2007\u202f"
_GAPS = "".join(char for char in map(chr, range(0x3001)) if char.isspace() and char not in _GLUE) + "\u200b"
"""What a line ends in without drawing it: every space but those that hold words together, and the break of no width."""
_SHORT_HEAD = 3  # letters before a hyphen that is already there: E-Mail, X-mas stay whole


class Piece(NamedTuple):
    """A stretch of text that stays on one line, and what follows it."""

    text: str
    gap: str
    """Spaces after it, drawn only when the line goes on."""
    end: Break


def pieces_of(text: str, locale: str, types: TypeSet) -> tuple[Piece, ...]:
    """A text cut at every place where a line may end, the last piece ending `forced`; soft hyphens are taken out."""
    pieces: list[Piece] = []
    for line in filter(None, (one.strip() for one in _LINE_ENDS.split(text))):
        pieces += _held_together(_whole_amounts(_cut_line(line, locale.split("-")[0])), types.clinging)
        pieces[-1] = pieces[-1]._replace(gap="", end="forced")
    before = (None, *pieces)
    return tuple(part for last, piece in zip(before, pieces, strict=False) for part in _divided(piece, types, last))


def _cut_line(line: str, language: str) -> list[Piece]:
    allowed = _ends(line, language + _STRICT)
    good = _good_ends(line, language, allowed)
    pieces = [_piece(line[start:end], end in good) for start, end in zip((0, *allowed), allowed, strict=False)]
    for at, end in enumerate(allowed):
        if pieces[at].end == "pause" and (point := point_before(line, end, language)) != "stop":
            pieces[at] = pieces[at]._replace(end="small" if point == "leaning" else "space")
    return pieces


def _piece(stretch: str, is_good: bool) -> Piece:
    text = stretch.rstrip(_GAPS)
    gap = stretch[len(text) :].replace("\u200b", "")
    if text.endswith(SOFT_HYPHEN):
        return Piece(text, "", "soft")
    if _PAUSE.search(stretch):
        return Piece(text, gap, "pause")
    if not is_good:
        return Piece(text, gap, "inside")
    return Piece(text, gap, "space" if gap else "word")


def _good_ends(line: str, language: str, allowed: tuple[int, ...]) -> frozenset[int]:
    """The ends that part no word (no phrase in Japanese)."""
    if language in _PHRASES:
        ends = _ends(line, _PHRASES[language])
        if language == "ko":  # the phrase rules still part Hangul from what is written in other letters
            return frozenset(end for end in ends if not _HANGUL.match(line, end - 1))
        return frozenset(end for start, end in zip((0, *ends), ends, strict=False) if not _is_torn(line, start, end))
    if language in _WHOLE_WORDS:
        words = _ends(line, language, words=True)
        torn = {end for start, end, last in zip((0, *words), words, words[1:], strict=False) if last - start == 2}
        torn = {end for end in torn if _IDEOGRAPH.match(line, end - 1) and _IDEOGRAPH.match(line, end)}
        return frozenset(end for end in allowed if line[end - 1].isspace() or (end in words and end not in torn))
    return frozenset(end for end in allowed if not _parts_badly(line, end))


def _is_torn(line: str, start: int, end: int) -> bool:
    """Whether what follows an end belongs to what stands before: a lone ideograph (爽快|感。), a particle (」|で)."""
    if line[end - 1] in "」』）】" and end < len(line):  # noqa: RUF001 - full-width brackets
        return bool(_HIRAGANA.match(line, end))
    if line[end - 1] in "おご" and _IDEOGRAPH.match(line, end):
        return True
    if not _IDEOGRAPH.match(line, end - 1):
        return False
    following = re.split(r"(?<=[^\w\s])|\s", line[end:], maxsplit=1)[0]
    return bool(_LONE_IDEOGRAPH.fullmatch(following)) and end > start


def _parts_badly(line: str, end: int) -> bool:
    """Whether too little stands before a hyphen, or it parts two numbers or an address."""
    if line[end - 1] not in "-\u2010\u2013/":
        return False
    head, tail = re.split(r"\s", line[: end - 1])[-1], re.split(r"\s", line[end:])[0]
    if ADDRESS.search(head + line[end - 1] + tail) or (head[-1:].isdecimal() and tail[:1].isdecimal()):
        return True
    return len(re.split(r"[-\u2010\u2013/]", head)[-1]) < _SHORT_HEAD


def _whole_amounts(pieces: list[Piece]) -> list[Piece]:
    """The pieces, with amounts whole that a space parts: a sign and its number, a number's groups, its unit, a date."""
    whole: list[Piece] = []
    for piece in pieces:
        before = "".join(one.text + one.gap for one in whole[-2:]).rstrip(_GAPS)
        if whole and whole[-1].gap and is_one_amount(before, piece.text):
            whole[-1] = Piece(whole[-1].text + whole[-1].gap + piece.text, piece.gap, piece.end)
        else:
            whole.append(piece)
    return whole


def _held_together(pieces: list[Piece], clinging: frozenset[str]) -> Iterator[Piece]:
    """The pieces, with signs that stand alone joined to what they belong to, and small words marked as such."""
    held = pieces[0]
    for piece in pieces[1:]:
        if _is_sign(piece.text):
            held = Piece(held.text + held.gap + piece.text, piece.gap, piece.end)
            continue
        is_unit = held.end == "space" and piece.text.lower() not in clinging
        is_unit = is_unit and is_measure(held.text, piece.text, ends_phrase=not piece.gap)
        if held.text.lower() in clinging or is_unit or is_code(held.text, piece.text):
            held = held._replace(end="small")
        elif held.end == "space" and _is_name(held.text, piece.text):
            held = held._replace(end="name")
        yield held
        held = piece
    yield held


def _is_name(before: str, after: str) -> bool:
    """Whether two words both begin with a capital, as in Tel Aviv: such a pair is better not parted."""
    return before[:1].isupper() and after[:1].isupper()


def _is_sign(text: str) -> bool:
    """Whether a piece is signs alone, such as the € after a space or a dash: it does not begin a line."""
    return all(unicodedata.category(char)[0] in "SP" for char in text) and len(text) <= 2


def _divided(piece: Piece, types: TypeSet, before: Piece | None) -> Iterator[Piece]:
    """A piece in the parts its language would divide it into; whole where its word's own soft hyphens say where."""
    if piece.end == "soft" or SOFT_HYPHEN in piece.text or (before is not None and before.end == "soft"):
        yield piece._replace(text=piece.text.replace(SOFT_HYPHEN, ""))
        return
    start = 0
    for point in division_points(piece.text, types.hyphenation):
        yield Piece(piece.text[start:point], "", "hyphen")
        start = point
    yield piece._replace(text=piece.text[start:])


def _ends(line: str, rules: str, *, words: bool = False) -> tuple[int, ...]:
    """The offsets where ICU ends a segment; the last one is the line's length."""
    from icu4py.breakers import LineBreaker, WordBreaker

    breaker = WordBreaker if words else LineBreaker
    return _offsets(line, [end for _, end in breaker(line, rules).segments()])


def _offsets(line: str, ends: list[int]) -> tuple[int, ...]:
    """Offsets in a text for ICU's, which count in UTF-16."""
    if not line.isascii() and max(line) > "\uffff":
        place = {sum(1 + (char > "\uffff") for char in line[:at]): at for at in range(len(line) + 1)}
        ends = [place[end] for end in ends if end in place]
    return tuple(dict.fromkeys(ends))


@functools.lru_cache(maxsize=1024)
def letters_of(text: str) -> tuple[str, ...]:
    """A text in what readers call letters (grapheme clusters): it is cut short only between two of them."""
    from icu4py.breakers import CharacterBreaker

    ends = _offsets(text, [end for _, end in CharacterBreaker(text, "und").segments()])
    return tuple(text[start:end] for start, end in zip((0, *ends), ends, strict=False))
