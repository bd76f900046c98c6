"""Where a long word may be divided: soft hyphens of the copy first, then a dictionary or rules of the language."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Literal

from pydantic import Field, model_validator

from adlocalizer.domain import Noun

SOFT_HYPHEN = "\u00ad"
ADDRESS = re.compile(r"[@#]\w|[^\W\d_]\.[^\W\d_]{2,}|://")
"""What only an address, a handle or a hashtag has: another hyphen or line end in it would lead elsewhere."""
_LETTER = re.compile(r"[^\W\d_][\u0300-\u036f]*")
_LETTERS = re.compile(rf"(?:{_LETTER.pattern})+")
_FINNISH_VOWELS = "aeiouyäöå"
_FINNISH_SYLLABLE = re.compile(rf"[^{_FINNISH_VOWELS}](?=[{_FINNISH_VOWELS}])")


class Hyphenation(Noun):
    """How a language divides words that are too long for their line."""

    dictionary: str = Field(default="", description="Name of a dictionary of pyphen, such as de_DE")
    rules: Literal["", "finnish"] = Field(default="", description="Rules instead of a dictionary")
    licence: str = Field(default="", description="Of the dictionary, as its README says")
    shortest: int = Field(default=10, ge=4, le=40, description="Letters of the shortest word that may be divided")
    before: int = Field(default=4, ge=1, le=10, description="Letters that stay on the line at least")
    after: int = Field(default=4, ge=1, le=10, description="Letters that go to the next line at least")

    @model_validator(mode="after")
    def _has_one_known_way(self) -> Hyphenation:
        if not self.dictionary and not self.rules:
            raise ValueError("dictionary is empty, and there are no rules; write a dictionary of pyphen, such as de_DE")
        if self.dictionary and self.rules:
            raise ValueError(f"rules {self.rules} stand beside the dictionary {self.dictionary}; leave one of them out")
        if self.dictionary and self.dictionary not in (known := _dictionaries()):
            own = [name for name in known if name.split("_")[0] == self.dictionary.split("_")[0]]
            remedy = f"write {' or '.join(own)}" if own else f"pyphen has {', '.join(known)}"
            raise ValueError(f"dictionary {self.dictionary!r} is none that pyphen has; {remedy}")
        return self


@functools.lru_cache(maxsize=4096)
def division_points(text: str, hyphenation: Hyphenation | None) -> tuple[int, ...]:
    """Offsets in a piece of text where a hyphen may end a line; none inside words in capitals, such as names of brands.

    Soft hyphens are not looked at here: whoever set one decides about the word.
    """
    if hyphenation is None or ADDRESS.search(text):
        return ()
    points: list[int] = []
    for found in _LETTERS.finditer(text):
        letters = _LETTER.findall(found.group())  # an accent may stand after its letter, as some keyboards write it
        word = unicodedata.normalize("NFC", found.group())
        if len(word) < hyphenation.shortest or word.isupper() or len(word) != len(letters):
            continue
        last = len(word) - hyphenation.after
        places = (at for at in _points(word, hyphenation) if hyphenation.before <= at <= last)
        points += [found.start() + len("".join(letters[:at])) for at in places]
    return tuple(points)


def _points(word: str, hyphenation: Hyphenation) -> list[int]:
    if hyphenation.rules == "finnish":
        # A syllable begins at the consonant before a vowel (Kielitoimisto's first rule). Vowels are never parted: which
        # ones form a diphthong hangs on the syllable, and a compound's seam, which would come first, cannot be seen.
        return [found.start() for found in _FINNISH_SYLLABLE.finditer(word.lower()) if found.start()]
    return list(_divisions(hyphenation.dictionary, word))


@functools.cache
def _dictionaries() -> tuple[str, ...]:
    """The dictionaries there are; a name that is none would silently become another one of its language."""
    import pyphen

    return tuple(sorted(pyphen.LANGUAGES))


@functools.lru_cache(maxsize=4096)
def _divisions(dictionary: str, word: str) -> tuple[int, ...]:
    import pyphen  # keeps the dictionaries it has read

    found = pyphen.Pyphen(lang=dictionary).positions(word)  # type: ignore[no-untyped-call]
    # A division that respells the word (Hungarian asszony-nyal) carries its spelling in `data`; those are left out.
    return tuple(int(at) for at in found if at.data is None)
