"""Text as people see it: grapheme clusters, letters without their case, words where a script has spaces."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeVar

import regex

_DOTTED_I = ("tr", "az")
"""Languages whose I has no dot: SpecialCasing.txt of the Unicode Character Database."""
_STRESSED = ("el",)
"""Languages whose capitals lose the acute that small letters have: SpecialCasing.txt and CLDR's el-Upper."""
_OPTIONAL = regex.compile(
    r"[\p{Default_Ignorable_Code_Point}\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7"
    r"\u0610-\u061A\u0640\u064B-\u0652\u0656-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED]"
)
"""Soft hyphens and joiners; points of Hebrew; vowel signs and the stretch (tatweel) of Arabic. Hamza and madda stay."""
_UNSPACED = regex.compile(
    r"[\p{Script=Hani}\p{Script=Hira}\p{Script=Kana}\p{Script=Thai}\p{Script=Laoo}\p{Script=Khmr}\p{Script=Mymr}]"
)
"""Scripts whose words stand without spaces: UAX #14, classes ID and SA."""
_SUFFIXED = regex.compile(r"\p{Script=Hang}")
"""In Hangul particles follow a word without a space: its end is no boundary, its start is."""
_UNSEEN = regex.compile(r"[\u00ad\u061c\u200b\u200e\u200f\u2066-\u2069]")
"""Soft hyphens, breaks without a width, and marks of direction (UAX #9): they say how words are set."""
_CLUSTER = regex.compile(r"\X")
_PIECE = regex.compile(r"\s+|\X")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]")

T = TypeVar("T")


class Spot(NamedTuple):
    """Where something stands in a text, as it is written there."""

    start: int
    end: int
    written: str


def clusters(text: str) -> list[str]:
    """The grapheme clusters of a text: what people call its characters (UAX #29)."""
    return list(_CLUSTER.findall(text))


def length_of(text: str) -> int:
    """How many characters a text has to people: an accent or a flag counts with its letter, a soft hyphen does not."""
    return len(clusters(_UNSEEN.sub("", text)))


def folded(text: str, locale: str) -> str:
    """The text without its case and its optional signs, by the rules of its language.

    ß is ss; in Turkish I stays without a dot; Greek capitals have no stress, so no letter has. Vowel signs of Arabic
    and Hebrew, the stretch of Arabic and what Unicode says is not to be seen are left out.
    """
    text, language = unicodedata.normalize("NFKC", text), locale.split("-")[0]
    if language in _DOTTED_I:
        text = text.replace("\u0130", "i").replace("I", "\u0131")
    text = _OPTIONAL.sub("", text.casefold())
    if language in _STRESSED:
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).replace("\u0301", ""))
    return text


def bare(text: str, locale: str) -> str:
    """The text without case and accents: what a term and its misspellings share."""
    taken = unicodedata.normalize("NFKD", folded(text, locale))
    return "".join(letter for letter in taken if not unicodedata.combining(letter))


def spots(word: str, text: str, locale: str, *, is_loose: bool = False) -> Iterator[Spot]:
    """Where a word stands in a text: whole clusters, whole words where the script has spaces, whatever its case.

    Loosely, accents do not count either.
    """
    fold = bare if is_loose else folded
    wanted = fold(" ".join(word.split()), locale)
    pieces = list(_pieces(text, locale, fold))
    joined, edges = "", {0: 0}
    for number, piece in enumerate(pieces, 1):
        joined += piece.folded
        edges[len(joined)] = number
    start = joined.find(wanted) if wanted else -1
    while start >= 0:
        first, last = edges.get(start), edges.get(start + len(wanted))
        if first is not None and last is not None and _is_word(pieces, first, last):
            begins, ends = pieces[first].start, pieces[last - 1].end
            yield Spot(begins, ends, text[begins:ends])
        start = joined.find(wanted, start + 1)


def said_for(table: Mapping[str, T], locale: str) -> Iterator[T]:
    """What a table says of a locale, the nearest first: `zh-Hant-HK`, `zh-Hant`, `zh`, then `*`."""
    parts = locale.split("-")
    tags = ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]
    yield from (table[tag] for tag in (*tags, "*") if tag in table)


class _Piece(NamedTuple):
    start: int
    end: int
    folded: str


def _pieces(text: str, locale: str, fold: Callable[[str, str], str]) -> Iterator[_Piece]:
    """The grapheme clusters of a text; white space is one space, what folds to nothing belongs to what it follows."""
    last: _Piece | None = None
    for found in _PIECE.finditer(text):
        piece = _Piece(found.start(), found.end(), " " if found.group().isspace() else fold(found.group(), locale))
        if last is not None and not piece.folded:
            last = last._replace(end=piece.end)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _is_word(pieces: list[_Piece], first: int, last: int) -> bool:
    before = pieces[first - 1].folded if first else ""
    after = pieces[last].folded if last < len(pieces) else ""
    is_open = _joins(before[-1:], pieces[first].folded[:1])
    return not (is_open or _joins(pieces[last - 1].folded[-1:], after[:1], is_end=True))


def _joins(left: str, right: str, *, is_end: bool = False) -> bool:
    """Whether two letters stand in one word."""
    if not (_WORD.match(left) and _WORD.match(right)):
        return False
    if is_end and _SUFFIXED.match(left):
        return False
    return not (_UNSPACED.match(left) or _UNSPACED.match(right))
