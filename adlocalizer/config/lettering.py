"""Which characters the text of a table may hold: what no city's name has, and what hides in copy."""

from __future__ import annotations

import re
import unicodedata

NAME_REMEDY = "write letters, digits, spaces and ' ’ . - ( ) , · only"  # noqa: RUF001 - see _NAME_MARKS

_NAME_MARKS = frozenset(" \u00a0'’‘.-–(),·・")  # noqa: RUF001 - the apostrophes and dots names are really written with
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
_HIDDEN = re.compile("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]")
_ISOLATES, _POP = "\u2066\u2067\u2068", "\u2069"
_ISOLATE_REMEDY = "begin with U+2066, U+2067 or U+2068 and end with U+2069 (UAX #9), or leave both out"
_JOINERS = "\u200c\u200d"


def odd_in_name(name: str) -> str | None:
    """The first thing no city's name has, described; None for a name."""
    for at, letter in enumerate(name):
        if not _is_of_a_name(name, at):
            return _described(letter)
    if not any(letter.isalpha() for letter in name):
        return "no letter"
    return "a leading '-'" if name.startswith("-") else None


def hidden_in_copy(text: str) -> str | None:
    """The first control or direction-changing character, described; None when all is seen, shapes or isolates."""
    found = _HIDDEN.search(re.sub(f"[{_ISOLATES}{_POP}]", "", text))
    private = next((letter for letter in text if unicodedata.category(letter) in ("Co", "Cn")), "")
    letter = found.group() if found else private
    return _described(letter) if letter else None


def open_isolate(text: str) -> tuple[str, str] | None:
    """What is wrong with the isolates of a text, and the remedy; None where each one that begins ends, around words.

    They keep a name in the order of its own script, and may stand in copy.
    """
    depth = 0
    for letter in text:
        depth += (letter in _ISOLATES) - (letter == _POP)
        if depth < 0:
            return f"found {_described(_POP)} without a beginning", _ISOLATE_REMEDY
    if depth:
        first = next(letter for letter in text if letter in _ISOLATES)
        return f"found {_described(first)} without an end", _ISOLATE_REMEDY
    if text and not text.strip(f"{_ISOLATES}{_POP} "):
        return "found isolates around nothing", "write words between them, or leave them out"
    return None


def _is_of_a_name(name: str, at: int) -> bool:
    letter = name[at]
    if letter in _NAME_MARKS:
        return True
    if letter in _JOINERS:
        return _is_joining(name, at)
    kind = unicodedata.category(letter)
    is_variant = "\ufe00" <= letter <= "\ufe0f"
    return (kind[0] in "LM" or kind == "Nd") and letter not in _UNSEEN and not is_variant


def _is_joining(name: str, at: int) -> bool:
    """Whether a zero-width (non-)joiner shapes letters here: after a virama, or between Arabic letters (RFC 5892)."""
    before, after = name[at - 1 : at], name[at + 1 : at + 2]
    if before and unicodedata.combining(before) == 9:
        return True
    return bool(before and after) and {unicodedata.bidirectional(one) for one in (before, after)} == {"AL"}


def _described(letter: str) -> str:
    name = unicodedata.name(letter, "")
    code = f"U+{ord(letter):04X}" + (f" {name}" if name else "")
    return f"{letter!r} ({code})" if letter.isprintable() else code
