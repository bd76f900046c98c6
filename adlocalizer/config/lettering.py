"""Which characters the text of a table may hold: what no city's name has, and what hides in copy."""

from __future__ import annotations

import re
import unicodedata

NAME_REMEDY = "write letters, digits, spaces and ' ’ . - ( ) , · only"  # noqa: RUF001 - see _NAME_MARKS

_NAME_MARKS = frozenset(" \u00a0'’‘.-–(),·・")  # noqa: RUF001 - the apostrophes and dots names are really written with
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
_HIDDEN = re.compile("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]")
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
    """The first control or direction-changing character, described; None when all can be seen or shape letters."""
    found = _HIDDEN.search(text)
    private = next((letter for letter in text if unicodedata.category(letter) in ("Co", "Cn")), "")
    letter = found.group() if found else private
    return _described(letter) if letter else None


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
