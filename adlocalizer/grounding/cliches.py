"""Words that make a place a postcard of itself: a list looked up in whatever describes a picture."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from adlocalizer.domain import Cliche, Finding, Severity
from adlocalizer.grounding.stating import plain

EVERY = "*"
"""Stands for every market."""


def cliche_findings(text: str, market: str, cliches: Iterable[Cliche], subject: str) -> tuple[Finding, ...]:
    """A finding to review for each listed word that stands in the text, in the order of the list.

    Words are found whole, whatever their case, with or without a plural's `s`; a `*` in the list stands for any ending.
    """
    said = plain(text)
    listed = [one for one in cliches if EVERY in one.markets or market in one.markets]
    return tuple(_finding(one, found, market, subject) for one in listed if (found := _found(one.words, said)))


def _found(words: str, text: str) -> str | None:
    found = _pattern(words).search(text)
    return found.group() if found else None


def _finding(cliche: Cliche, found: str, market: str, subject: str) -> Finding:
    where = "" if EVERY in cliche.markets else f" in {market}"
    return Finding(
        check="cliche",
        subject=subject,
        severity=Severity.REVIEW,
        text=f"says {found!r}{where}: {cliche.why}",
        value=found,
        remedy="describe what people of the city see on such a day, or keep the word and approve",
    )


@functools.cache
def _pattern(words: str) -> re.Pattern[str]:
    stem = r"\s+".join(map(re.escape, words.removesuffix(EVERY).split()))
    return re.compile(rf"\b{stem}" + (r"\w*" if words.endswith(EVERY) else r"s?\b"), re.IGNORECASE)
