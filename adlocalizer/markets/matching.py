"""Whether a text says a word, as its readers see it, or holds a pattern."""

from __future__ import annotations

import functools

import regex

from adlocalizer.wording.letters import spots

_UNSPACED = regex.compile(r"[\p{Script=Hani}\p{Script=Hira}\p{Script=Kana}\p{Script=Thai}]")
_GAPS = regex.compile(r"[\s\p{Cf}]+")


@functools.lru_cache(maxsize=16384)
def has_word(text: str, word: str, locale: str) -> bool:
    """Whether the text holds a word or phrase, whatever its case: whole words where the script parts them.

    In scripts without spaces, spaces and unseen characters between its letters hide nothing.
    """
    if any(spots(word, text, locale)):
        return True
    return _UNSPACED.search(word) is not None and any(spots(word, _GAPS.sub("", text), locale))


def pattern_of(source: str, is_caseless: bool) -> regex.Pattern[str]:
    """A regular expression over copy; ValueError for one that is none."""
    try:
        return regex.compile(source, regex.IGNORECASE if is_caseless else 0)
    except regex.error as error:
        raise ValueError(str(error)) from None
