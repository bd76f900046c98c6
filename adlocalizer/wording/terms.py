"""A brand's own words: terms that are written one way only, and words that no copy may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from adlocalizer.wording.letters import Spot, bare, said_for, spots


class Slip(NamedTuple):
    """A term that is not written as it must be."""

    term: str
    wanted: str
    written: str
    """As it stands there; empty where the back-translation has the term and the text does not."""


def terms_of(glossary: Mapping[str, Mapping[str, str]], locale: str) -> dict[str, str]:
    """How each term is written in a locale; a term nobody settled for it is left out."""
    settled = {term: next(said_for(forms, locale), "") for term, forms in glossary.items()}
    return {term: form for term, form in settled.items() if form}


def slips_in(text: str, glossary: Mapping[str, Mapping[str, str]], locale: str) -> Iterator[Slip]:
    """Every place where a term stands in another case or form than the locale's, or in another locale's form."""
    for term, wanted in terms_of(glossary, locale).items():
        right = {(spot.start, spot.end) for spot in _exact(wanted, text, locale)}
        seen: set[str] = set()
        for form in dict.fromkeys((wanted, term, *glossary[term].values())):
            for spot in spots(form, text, locale, is_loose=True):
                is_inside = any(start <= spot.start and spot.end <= end for start, end in right)
                if not is_inside and spot.written not in seen:
                    seen.add(spot.written)
                    yield Slip(term, wanted, spot.written)


def lost_in(
    texts: Sequence[str], back_translation: str, glossary: Mapping[str, Mapping[str, str]], locale: str
) -> Iterator[Slip]:
    """Every term that the back-translation names and none of the texts holds: it was translated away."""
    said = bare("\n".join(texts), locale)
    for term, wanted in terms_of(glossary, locale).items():
        if any(spots(term, back_translation, "en", is_loose=True)) and bare(wanted, locale) not in said:
            yield Slip(term, wanted, "")


def banned_in(text: str, banned: Mapping[str, Sequence[str]], locale: str) -> dict[str, str]:
    """The banned words a text holds, as they stand there, by the word of the list."""
    found: dict[str, str] = {}
    for words in said_for(banned, locale):
        for word in words:
            if (spot := next(spots(word, text, locale), None)) is not None:
                found.setdefault(word, spot.written)
    return found


def _exact(form: str, text: str, locale: str) -> Iterator[Spot]:
    return (spot for spot in spots(form, text, locale) if spot.written == form)
