"""How a fact is stated: plain text on one line, and where it comes from."""

from __future__ import annotations

import functools
import hashlib
from typing import Literal, NamedTuple

from adlocalizer.domain import Fact, Noun

Certainty = Literal["exact", "typical", "estimated"]

RULE_OF_THUMB = "rule 2"
"""The version of the rules that stand in for a missing climate row; facts that rest on them have it as their date."""

# Persian, Urdu and the scripts of India spell with these two; every other unseen character goes.
_JOINERS = ("\u200c", "\u200d")


class Origin(NamedTuple):
    """Where statements come from, of which date or version, and how sure they are."""

    source: str
    as_of: str
    certainty: Certainty = "exact"

    def fact(self, name: str, value: str | float, text: str) -> Fact:
        """A fact of this origin, its words made plain."""
        said = plain(value) if isinstance(value, str) else value
        return Fact(
            name=name,
            value=said,
            text=plain(text),
            source=plain(self.source),
            as_of=plain(self.as_of) or "undated",
            certainty=self.certainty,
        )


def rule_of_thumb(by: str) -> Origin:
    """The origin of what is estimated because the climate table does not know the city."""
    return Origin(f"rule of thumb by {by}: the climate table has no row for this city", RULE_OF_THUMB, "estimated")


@functools.lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The text on one line, without control, format (bidi, zero-width), private-use or unassigned characters."""
    if not text.isprintable():
        text = "".join(_seen(letter) for letter in text)
    return " ".join(text.split())


def version_of(row: Noun) -> str:
    """A short name for what a table's row says now: tables are undated, a digest changes with them."""
    return f"row {hashlib.sha256(row.model_dump_json().encode('utf-8', 'replace')).hexdigest()[:8]}"


def _seen(letter: str) -> str:
    if letter.isspace():
        return " "
    return letter if letter.isprintable() or letter in _JOINERS else ""
