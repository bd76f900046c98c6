"""What a plain space joins: amounts with their signs and units, and points that end no sentence."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Literal

Point = Literal["stop", "shortening", "leaning"]
"""The end of a sentence, of an abbreviation, or of one that leans on the next word: z. B., 3. Dezember."""

_POINT = re.compile(r"\.\W*\Z")
_INITIAL = re.compile(r"(?:^|[\s.(])[^\W\d_][\u0300-\u036f\u0900-\u0dff]*\.\s+\Z")
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.\s+\Z")
_ORDINALS = frozenset(["cs", "da", "de", "et", "fi", "hr", "hu", "is", "lv", "nb", "no", "pl", "sk", "sl", "sr"])
"""Languages that write first as 1."""
_WORD = re.compile(r"([^\W\d_]+)\.\W*\Z")

_MONEY = "".join(char for char in map(chr, range(0x20D0)) if unicodedata.category(char) == "Sc")
_SIGN = re.compile(rf"(?<!\d)(?<!\d[\s\u00a0\u202f])(?<!\w)[^\W\d_]{{0,2}}[{re.escape(_MONEY)}+\u2212\u2116]\Z")
"""A sign that goes with the number after it, unless it follows one: of a currency, as in € 5 or R$ 5; plus, minus."""
_CODE = re.compile(r"(?:^|[\s(])(?:[A-Z]{3}|RM|R[ps]\.?|N[ro]\.)\Z")
_NUMBER = re.compile(r"\d[\u2066-\u2069]?\Z")
_KNOWN_UNIT = re.compile(
    r"(?:[cdkm]?[glm]|mm|km|мл|л|г|кг|oz|fl|lb|kW|Kč|zł|Ft|kr|мм|см|м|מ[\"״]ל|مل)\W*"  # noqa: RUF001
)
_UNIT = re.compile(
    r"((?:[^\W\d_][\u0300-\u036f\u0900-\u0dff\u200c\u200d²³]*(?:[.\u05f3\u05f4'](?=[^\W\d_]))?){1,10})([^\w\s]*)"
)
_SHORT_UNIT = 3
"""Letters, as in kg or мл, but not in Arabic, where they may be a preposition. CLDR's longest short units have ten
(میلی‌لیتر) and count where a phrase ends."""
_DAY_BEFORE, _DAY = re.compile(r"(?:^|\s)\d{1,2}\.\Z"), re.compile(r"\d{1,2}\.(?!\d)|[12]\d{3}(?!\d)")
_GROUP_BEFORE, _GROUP = re.compile(r"(?<![\d.,])\d{1,3}\Z"), re.compile(r"\d{3}(?!\d)")


def is_one_amount(before: str, after: str) -> bool:
    """Whether a space between two texts may never end a line.

    A sign and its number (€ 5), the groups of a number (1 299), a number and its unit (330 ml), a date (31. 12.).
    """
    if _SIGN.search(before):
        return after[:1].isdecimal() or after[:1] in _MONEY
    if _NUMBER.search(before) and _KNOWN_UNIT.fullmatch(after):
        return True
    return bool(
        (_GROUP_BEFORE.search(before) and _GROUP.match(after)) or (_DAY_BEFORE.search(before) and _DAY.match(after))
    )


def is_measure(before: str, after: str, *, ends_phrase: bool) -> bool:
    """Whether a number is followed by its unit: a word of three letters, or a longer one where the phrase ends."""
    unit = _UNIT.fullmatch(after)
    if not unit or not _NUMBER.search(before):
        return False
    letters = re.findall(r"[^\W\d_]", unit[1])
    is_short = len(letters) <= _SHORT_UNIT and unicodedata.bidirectional(letters[0]) != "AL"
    return bool(unit[2]) or ends_phrase or is_short


def is_code(before: str, after: str) -> bool:
    """Whether letters would rather stay with the number after them: CHF 5, Rs. 50, No. 1."""
    return after[:1].isdecimal() and bool(_CODE.search(before))


def point_before(line: str, end: int, language: str) -> Point:
    """What the point before an offset ends; any other mark is the end of a sentence."""
    head = line[:end]
    if not _POINT.search(head):
        return "stop"
    if initial := _INITIAL.search(head):
        return "shortening" if initial.group().startswith(".") else "leaning"
    if language in _ORDINALS and _ORDINAL.search(head):
        return "leaning"
    word = _WORD.search(head)
    is_short = word and any(_is_abbreviation(one, language) for one in (word[1], word[1].lower()))
    return "shortening" if is_short or line[end : end + 1].islower() else "stop"


@functools.lru_cache(maxsize=1024)
def _is_abbreviation(word: str, language: str) -> bool:
    """Whether CLDR lists a word as one that a point shortens: ICU sees no sentence end after it then."""
    from icu4py.breakers import SentenceBreaker

    return len(list(SentenceBreaker(f"{word}. A", f"{language}@ss=standard").segments())) == 1
