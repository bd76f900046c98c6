"""Copy that speaks of a season its readers do not have: winter in a southern January, school in the wrong month."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from adlocalizer.domain import City, Copy, Finding, Flight, SeasonWords, Severity, ShoppingDay
from adlocalizer.grounding.calendar import MONTHS, TROPIC_DEGREES, season_of
from adlocalizer.grounding.days import Days, shifted
from adlocalizer.grounding.koppen import class_of, is_cool_in_tropics
from adlocalizer.grounding.shopping import shopping_within

if TYPE_CHECKING:
    from regex import Pattern

_SCHOOL = "back-to-school"
"""A kind of words, and how the ids of the shopping days begin that tell when school starts."""

_NAME = "!"
"""Stands before a name that looks like a word of the season and is none."""

_OPPOSITE = {"summer": "winter", "winter": "summer", "snow": "summer"}
_COLUMNS = ("headline", "subline", "call_to_action", "legal")

# Nearer to the equator people name wet and dry, or have their summer in spring: their words contradict nothing.
_SEASONLESS_DEGREES = 15

# School starts within about a month of August and September in the north, of February in the south.
_SCHOOL_MONTHS = {"northern": {7, 8, 9, 10}, "southern": {1, 2, 3}}
_DAYS_ABOUT_SCHOOL = 21

# Chinese, Japanese and Thai are written without spaces: a word of theirs has no boundary.
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]"
_LETTER = r"[\p{L}\p{M}\p{N}]"


def season_findings(
    copy_row: Copy, city: City, flight: Flight, words: Iterable[SeasonWords], shopping_days: Iterable[ShoppingDay] = ()
) -> tuple[Finding, ...]:
    """A finding for each text of the copy that speaks of a season or a start of school the flight does not meet."""
    language = copy_row.locale.split("-")[0]
    found = []
    for one in (one for one in words if one.language == language):
        spoken = list(_spoken(copy_row, one))
        wrong = _contradiction(one.kind, city, flight, tuple(shopping_days)) if spoken else ""
        found += [_finding(copy_row, city, said, wrong) for said in spoken if wrong]
    return tuple(found)


class _Said(NamedTuple):
    column: str
    word: str


def _spoken(copy_row: Copy, words: SeasonWords) -> Iterator[_Said]:
    for column in _COLUMNS:
        text = (getattr(copy_row, column) or "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        # Most texts hold no such word, and patterns take longer to compile than to use.
        if _may_hold(text, words.words) and (match := _pattern(words.words).search(_without_names(text, words.words))):
            yield _Said(column, match[0])


def _may_hold(text: str, words: tuple[str, ...]) -> bool:
    folded = "".join(text.casefold().split())
    sought = (word.casefold().strip("*") for word in words if not word.startswith(_NAME))
    return any("".join(word.split()) in folded for word in sought)


def _without_names(text: str, words: tuple[str, ...]) -> str:
    """The text without `Nevada` and `real estate`, which say nothing of snow and summer."""
    names = tuple(word.removeprefix(_NAME) for word in words if word.startswith(_NAME))
    return _pattern(names, False).sub(_NAME, text) if names else text


@functools.lru_cache(maxsize=512)
def _pattern(words: tuple[str, ...], is_any_case: bool = True) -> Pattern[str]:
    import regex

    sought = [_word_pattern(word) for word in words if not word.startswith(_NAME)]
    return regex.compile("|".join(sought), regex.IGNORECASE if is_any_case else 0)


def _word_pattern(word: str) -> str:
    import regex

    core: str = regex.escape(word.strip("*"), literal_spaces=True).replace(" ", r"\s+")
    if regex.search(_UNSPACED, word):
        return core
    # `20-летний` is an age and no summer.
    before = f"{_LETTER}*" if word.startswith("*") else rf"(?<!{_LETTER})(?<!\p{{N}}-)"
    after = f"{_LETTER}*" if word.endswith("*") else f"(?!{_LETTER})"
    return before + core + after


def _contradiction(kind: str, city: City, flight: Flight, shopping_days: tuple[ShoppingDay, ...]) -> str:
    if kind == _SCHOOL:
        return _wrong_school(city, flight, shopping_days)
    if kind == "snow" and (where := _snowless(city)):
        return f"{city.city} {where}"
    if abs(city.latitude) < _SEASONLESS_DEGREES:
        return ""
    seasons = {month: season_of(city.latitude, month) for month in _months(flight)}
    opposite = _OPPOSITE[kind]
    if opposite not in seasons.values() or _OPPOSITE[opposite] in seasons.values():
        return ""
    months = [MONTHS[month - 1] for month, season in seasons.items() if season == opposite]
    return f"{city.city} has {opposite} in {' and '.join(months)}"


def _wrong_school(city: City, flight: Flight, shopping_days: tuple[ShoppingDay, ...]) -> str:
    around = Days(shifted(flight.starts, -_DAYS_ABOUT_SCHOOL), shifted(flight.ends, _DAYS_ABOUT_SCHOOL))
    months = " and ".join(MONTHS[month - 1] for month in _months(flight))
    if any(_is_start(one, city.market) for one in shopping_days):
        near = shopping_within(shopping_days, city.market, around)
        starts = any(_is_start(one.day, city.market) for one in near)
        return "" if starts else f"school does not start in {city.city} in {months}"
    usual = _SCHOOL_MONTHS["southern" if city.latitude < 0 else "northern"]
    if abs(city.latitude) < _SEASONLESS_DEGREES or not usual.isdisjoint(_months(flight)):
        return ""
    return f"school does not usually start in {city.city} in {months}"


def _is_start(day: ShoppingDay, market: str) -> bool:
    return day.id.startswith(_SCHOOL) and market in day.markets


def _snowless(city: City) -> str:
    koppen = class_of(city)
    if koppen and is_cool_in_tropics(koppen):
        return ""
    if abs(city.latitude) < TROPIC_DEGREES:
        return "lies in the tropics, where it does not snow"
    return "has a tropical climate, where it does not snow" if koppen and koppen.startswith("A") else ""


def _months(flight: Flight) -> list[int]:
    """The months a flight touches, in its order, each once."""
    first = flight.starts.year * 12 + flight.starts.month - 1
    last = flight.ends.year * 12 + flight.ends.month - 1
    return [index % 12 + 1 for index in range(first, min(last, first + 11) + 1)]


def _finding(copy_row: Copy, city: City, said: _Said, wrong: str) -> Finding:
    return Finding(
        check="season_words",
        subject=f"{city.city_id}.{copy_row.locale}",
        severity=Severity.REVIEW,
        text=f"the {said.column.replace('_', ' ')} says {said.word!r}, but {wrong}",
        value=said.word,
        remedy="reword the line for this city's season, or run it in other weeks",
    )
