"""A pretended language: a text longer, accented and in brackets, to see before translation what a layout takes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator
from typing import NamedTuple

import regex

from adlocalizer.wording.letters import clusters, length_of

GROWTH = 0.35
"""How much longer a translation may be: what German adds to English on average, and a little more."""

_PLAIN = "AaCcDdEeGgIiJjKkLlNnOoRrSsTtUuWwYyZz"
_ACCENTED = "ÅåÇçĎďÉéĜĝÎîĴĵĶķĻļÑñÖöŔŕŠšŢţÛûŴŵÝýŽž"
_ACCENTS = str.maketrans(_PLAIN, _ACCENTED)
_VOWELS = frozenset("aeiouåéîöû")
_KEPT = (
    r"\{+[^{}]*\}+|%\w|<[^<>]*>|(?:\p{Lu}{0,3}\p{Sc}\s?)?\p{Nd}[\p{Nd}.,'\u2019\u066b\u066c\u00a0\u202f]*\s?[\p{Sc}%]?"
)
"""What a program or a reader must find unchanged: placeholders, tags, numbers with their currency or percent sign."""


class _Part(NamedTuple):
    """A part of a text, and whether it stays as it is."""

    text: str
    stays: bool


def pseudo(text: str, keep: Collection[str] = ()) -> str:
    """A text as a long language might write it: at least 35 % more characters, accents, in square brackets.

    Numbers, placeholders and the words to `keep` (a brand's name) stay as they are. Characters are grapheme clusters;
    the brackets come on top. An empty text stays empty.
    """
    if not text.strip():
        return text
    wanted = math.ceil(length_of(text) * (1 + GROWTH))
    parts = [part if part.stays else part._replace(text=part.text.translate(_ACCENTS)) for part in _parts(text, keep)]
    open_places = [place for place, part in enumerate(parts) if not part.stays]
    missing = wanted - length_of(text)
    for done, place in enumerate(open_places):
        longer = _with_long_vowels(parts[place].text, math.ceil(missing / (len(open_places) - done)))
        missing -= length_of(longer) - length_of(parts[place].text)
        parts[place] = _Part(longer, stays=False)
    words = regex.sub(r"\s{2,}", " ", "".join(parts[place].text for place in open_places).strip())
    return f"[{''.join(part.text for part in parts)}{_more(words, missing, ' ' in text)}]"


def _parts(text: str, keep: Collection[str]) -> Iterator[_Part]:
    """The text in order, cut at what stays as it is."""
    words = [regex.escape(word) for word in sorted(keep, key=len, reverse=True) if word]
    end = 0
    for found in regex.finditer("|".join((*words, _KEPT)), text):
        if found.start() > end:
            yield _Part(text[end : found.start()], stays=False)
        yield _Part(found.group(), stays=True)
        end = found.end()
    if end < len(text):
        yield _Part(text[end:], stays=False)


def _with_long_vowels(text: str, more: int) -> str:
    """The text with so many of its vowels written twice, spread evenly; as many as there are, if it has fewer."""
    letters = clusters(text)
    vowels = [place for place, letter in enumerate(letters) if letter.casefold() in _VOWELS]
    count = min(more, len(vowels))
    doubled = {vowels[number * len(vowels) // count] for number in range(count)}
    return "".join(letter + letter.lower() if place in doubled else letter for place, letter in enumerate(letters))


def _more(words: str, missing: int, spaced: bool) -> str:
    """Words from the beginning, as many characters as are missing or one more: scripts without vowels need them."""
    if missing <= 0:
        return ""
    gap, source = " " if spaced else "", clusters(words or "o")
    added = gap + "".join(itertools.islice(itertools.cycle(source), max(1, missing - len(gap))))
    return f"{added.rstrip()}{source[-1]}" if added != added.rstrip() else added
