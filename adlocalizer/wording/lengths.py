"""How long words may be where an ad is shown: by the script they are written in, in characters as people count."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

import regex

from adlocalizer.domain import AdFormat, LengthLimit
from adlocalizer.scripts import script_of
from adlocalizer.wording.letters import length_of

ANY_SCRIPT = "*"
_LETTER = regex.compile(r"\p{L}")
_TOGETHER = {"Jpan": ("Hani", "Hira", "Kana"), "Kore": ("Hang", "Hani"), "Hans": ("Hani",), "Hant": ("Hani",)}
"""What CLDR calls a script and Unicode writes in several: ISO 15924 has a code for the whole."""


class Excess(NamedTuple):
    """Words that are longer than a format takes or shows."""

    format_id: str
    length: int
    most: int
    limit: LengthLimit


def limit_of(text: str, limit: LengthLimit) -> int | None:
    """Most characters a limit leaves a text, by the script most of its letters are in; None: it has none for it."""
    letters = len(_LETTER.findall(text))
    counts = {
        script: len(regex.findall(rf"\p{{Script={script}}}", text)) for script in limit.most if script != ANY_SCRIPT
    }
    present = [limit.most[script] for script, count in counts.items() if count]
    if present and sum(counts.values()) * 2 >= letters:
        return min(present)
    return limit.most.get(ANY_SCRIPT)


def limits_for(
    locale: str, column: str, formats: Collection[AdFormat], limits: Collection[LengthLimit]
) -> Iterator[int]:
    """Most characters each limit leaves a locale's words in a column, by the script the locale is written in."""
    script = script_of(locale)
    own = {script, *_TOGETHER.get(script, ())}
    for limit in limits:
        if limit.column == column and any(fnmatchcase(form.id, glob) for form in formats for glob in limit.formats):
            named = [limit.most[one] for one in limit.most if one in own]
            if named or ANY_SCRIPT in limit.most:
                yield min(named, default=limit.most.get(ANY_SCRIPT, 0))


def excesses(
    text: str, column: str, formats: Collection[AdFormat], limits: Collection[LengthLimit]
) -> Iterator[Excess]:
    """Every format that takes or shows less of a text than there is."""
    own = [limit for limit in limits if limit.column == column]
    length = length_of(text)
    for form in formats:
        for limit in own:
            if any(fnmatchcase(form.id, glob) for glob in limit.formats):
                most = limit_of(text, limit)
                if most is not None and length > most:
                    yield Excess(form.id, length, most, limit)
