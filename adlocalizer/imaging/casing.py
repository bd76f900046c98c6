"""Capital letters as each language writes them."""

from __future__ import annotations

import re
import unicodedata

_GREEK_ACCENTS = "\u0301\u0300\u0342\u0313\u0314"
_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_LITHUANIAN_DOT = re.compile(r"([ijIJ\u012f\u012e][\u0328]?)\u0307(?=[\u0300\u0301\u0303])")
# Irish: h before a vowel stands apart from the word, and the first of an eclipsis' letters stays small.
_IRISH = re.compile(
    r"\b(?:(?P<prefix>h|n-?|t-)(?=[AEIOU\u00c1\u00c9\u00cd\u00d3\u00da])|(?P<eclipsis>bhF|mB|gC|nD|nG|bP|dT|tS))"
)
_GREEK_OR = re.compile("(?<![\\w])\u03ae(?![\\w])")


def in_capitals(text: str, locale: str) -> str:
    """A text in capital letters, as the locale's language writes them; scripts without case stay as they are.

    Turkish and Azerbaijani keep the dot (i, İ); Greek drops its accents but keeps the dialytika, and adds one where an
    accent had parted two vowels (Μάιος, ΜΑΪΟΣ); the word ή keeps its accent. German ß becomes SS, the form the official
    spelling has always allowed; a copy that wants ẞ writes it. Eastern Armenian և becomes ԵՎ. Georgian stays as it is:
    its capitals are a manner of writing that many faces lack. Dutch ĳ becomes Ĳ; Lithuanian drops the dot it writes
    under an accent; Irish leaves the prefixes h, n, t and eclipses small (nGaeltacht, nGAELTACHT).
    """
    language = locale.split("-")[0]
    if language in ("tr", "az"):
        return text.replace("i", "\u0130").upper()
    if language == "el":
        return _greek(text)
    if language == "lt":
        plain = _LITHUANIAN_DOT.sub(r"\1", unicodedata.normalize("NFD", text))
        return unicodedata.normalize("NFC", plain.upper())
    if language == "ga":
        return _irish(text)
    if language == "hy":
        return text.replace("\u0587", "\u0565\u057e").upper()
    if language == "ka":
        return text
    return text.upper()


def _greek(text: str) -> str:
    letters = unicodedata.normalize("NFD", _GREEK_OR.sub("\u0000", text))
    capitals, base, was_accented = "", "", False
    for char in letters:
        if char in _GREEK_ACCENTS and _GREEK.match(base):
            was_accented = True
        elif unicodedata.combining(char):
            capitals += char
        else:
            capitals += char.upper()
            # The accent had said that these are two sounds, not one: without it the dialytika has to.
            if char in "\u03b9\u03c5" and was_accented and base in "\u03b1\u03b5\u03bf\u0391\u0395\u039f":
                capitals += "\u0308"
            base, was_accented = char, False
    return unicodedata.normalize("NFC", capitals.replace("\u0308\u0308", "\u0308")).replace("\u0000", "\u0389")


def _irish(text: str) -> str:
    whole, start = "", 0
    for found in _IRISH.finditer(text):
        small = found["prefix"] or found["eclipsis"][:-1]
        whole += text[start : found.start()].upper() + small
        start = found.start() + len(small)
    return whole + text[start:].upper()
