"""Public holidays and observances of a market, in its own words and in English, and Ramadan where it is kept."""

from __future__ import annotations

import functools
import re
import unicodedata
import warnings
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, NamedTuple

from adlocalizer.domain import Fact
from adlocalizer.grounding.days import Days, around, shifted, years_of
from adlocalizer.grounding.hijri import ramadans
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.stating import Certainty, Origin

if TYPE_CHECKING:
    from holidays import HolidayBase

DAYS_AROUND = 14
"""Without a flight, what lies within so many days of the date counts."""

# The package's categories that say something to readers; not those of banks, schools, offices and armies.
_OBSERVED = ("optional", "unofficial", "de_facto", "half_day", "workday")
_MOST_TOLD = 12

# What the package calls the end of Ramadan in English, in every market that has it: "Eid al-Fitr (estimated)",
# "Eid al-Fitr Holiday", "Eid-ul-Fitr".
_END_OF_RAMADAN = "fitr"

# Feasts of the Islamic calendar go by the moon, whether or not a market's calendar marks them as estimated.
_BY_THE_MOON = ("fitr", "adha", "ramadan", "mawlid", "prophet", "islamic", "hijri", "arafa", "ashura", "isra ")


class Holiday(NamedTuple):
    """A holiday or observance of one year."""

    name: str
    local_name: str
    days: Days
    is_public: bool
    certainty: Certainty

    @property
    def text(self) -> str:
        """`Good Friday (Karfreitag), 26 March`; estimated days say so."""
        local = f" ({self.local_name})" if self.local_name and self.local_name != self.name else ""
        return f"{self.name}{local}, {self.days.text}{' (estimated)' if self.certainty == 'estimated' else ''}"

    @property
    def id(self) -> str:
        """The English name in small letters and hyphens."""
        bare = unicodedata.normalize("NFKD", self.name.casefold()).encode("ascii", "ignore").decode()
        return re.sub(r"[^a-z0-9]+", "-", bare.replace("'", "")).strip("-")


def days_of_interest(occasion: Occasion) -> Days:
    """The flight's days; without a flight two weeks around the date."""
    flight = occasion.flight
    return Days(flight.starts, flight.ends) if flight else around(occasion.on, DAYS_AROUND)


def holiday_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """Public holidays, observances and Ramadan of the days of interest; none of those there are none of."""
    days, market = days_of_interest(occasion), occasion.city.market
    found = holidays_within(market, occasion.locale, days)
    kinds = {"public_holidays": True, "observances": False}
    told = [_listed(name, market, [one for one in found if one.is_public is public]) for name, public in kinds.items()]
    return tuple(fact for fact in (*told, _ramadan(market, days)) if fact)


def holidays_within(market: str, locale: str, days: Days) -> tuple[Holiday, ...]:
    """What a market keeps on any of the days, in their order; nothing where no calendar of it is known."""
    runs = (one for year in years_of(days) for one in holidays_of(market, locale, year))
    return tuple(one for one in runs if one.days.meets(days))


@functools.lru_cache(maxsize=2048)
def holidays_of(market: str, locale: str, year: int) -> tuple[Holiday, ...]:
    """A market's year: days off in lieu left out, equal days in a row counted as one."""
    public, observed = (_read(market, locale, year, kind) for kind in ("public", "observed"))
    named = {(one.name, one.days.first) for one in public}
    extra = [one for one in observed if (one.name, one.days.first) not in named]
    return tuple(sorted(_joined([*public, *extra]), key=lambda one: (one.days, not one.is_public, one.name)))


@functools.lru_cache(maxsize=1024)
def holidays_origin(market: str, certainty: Certainty = "exact") -> Origin:
    """The package and its version."""
    return Origin(f"calendar of {market}", f"holidays {version('holidays')}", certainty)


def _read(market: str, locale: str, year: int, kind: str) -> list[Holiday]:
    known = _supported(market)
    categories = tuple(one for one in known.categories if (one == "public" if kind == "public" else one in _OBSERVED))
    if not categories:
        return []
    named, spoken = _english(known.languages), _local(known, locale)
    english = _calendar(market, year, named, categories)
    local = english if named == spoken else _calendar(market, year, spoken, categories)
    in_lieu, guess = _marks(english, "substituted_label")[0], _marks(english, "estimated_label")[1]
    local_guess = _marks(local, "estimated_label")[1]
    found = []
    # Rules that stand on a year's edge may add a day of the next one.
    for on in sorted(day for day in english if day.year == year):
        for name, local_name in _paired(english, local, on):
            sure: Certainty = "estimated" if (guess and name.endswith(guess)) or _is_by_the_moon(name) else "exact"
            said = Holiday(
                name.removesuffix(guess), local_name.removesuffix(local_guess), Days(on, on), kind == "public", sure
            )
            found += [] if in_lieu and name.startswith(in_lieu) else [said]
    return found


def _is_by_the_moon(name: str) -> bool:
    return any(word in f"{name.casefold()} " for word in _BY_THE_MOON)


class _Supported(NamedTuple):
    categories: tuple[str, ...]
    languages: tuple[str, ...]
    own_language: str | None


@functools.lru_cache(maxsize=512)
def _supported(market: str) -> _Supported:
    import holidays

    try:
        known = holidays.country_holidays(market)
    except NotImplementedError:
        return _Supported((), (), None)
    return _Supported(tuple(known.supported_categories), tuple(known.supported_languages), known.default_language)


def _calendar(market: str, year: int, language: str | None, categories: tuple[str, ...]) -> HolidayBase:
    import holidays

    with warnings.catch_warnings():
        # Some calendars warn in years they know only in part: they tell what they know.
        warnings.simplefilter("ignore")
        # Without a language the package would take the machine's.
        return holidays.country_holidays(
            market, years=year, language=language or "en", observed=False, categories=categories
        )


def _english(languages: Iterable[str]) -> str | None:
    return min((one for one in languages if one.startswith("en")), key=lambda one: (one != "en_US", one), default=None)


def _local(known: _Supported, locale: str) -> str | None:
    language, region = locale.split("-")[0], locale.split("-")[-1]
    own = [one for one in known.languages if one.split("_")[0] == language]
    return min(own, key=lambda one: (one != f"{language}_{region}", one != "en_US", one), default=known.own_language)


def _marks(calendar: HolidayBase, label: str) -> tuple[str, str]:
    """What a calendar writes before and after the name of a day in lieu or of an estimated day."""
    written = getattr(calendar, label, None)
    before, _, after = str(calendar.tr(written)).partition("%s") if written else ("", "", "")
    return before, after


def _paired(english: HolidayBase, local: HolidayBase, on: date) -> list[tuple[str, str]]:
    """English and local names of a day; a name the two lists cannot be matched by keeps the English one only."""
    names, others = english.get_list(on), local.get_list(on)
    if len(names) == len(others) == 1:
        return [(names[0], others[0])]
    by_english: Mapping[str, str] = {english.tr(other): other for other in others}
    return [(name, by_english.get(name, "")) for name in names]


def _joined(found: list[Holiday]) -> list[Holiday]:
    runs: dict[tuple[str, bool], list[Holiday]] = {}
    for one in sorted(found, key=lambda one: one.days):
        same = runs.setdefault((one.name, one.is_public), [])
        if same and (one.days.first - same[-1].days.last).days == 1:
            same[-1] = same[-1]._replace(days=Days(same[-1].days.first, one.days.last))
        else:
            same.append(one)
    return [one for same in runs.values() for one in same]


def _listed(name: str, market: str, found: list[Holiday]) -> Fact | None:
    if not found:
        return None
    sure: Certainty = "estimated" if any(one.certainty == "estimated" for one in found) else "exact"
    more = f"; and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
    value = "; ".join(f"{one.days.first.isoformat()} {one.id}" for one in found)
    text = "; ".join(one.text for one in found[:_MOST_TOLD]) + more
    return holidays_origin(market, sure).fact(name, value, text)


def _ramadan(market: str, days: Days) -> Fact | None:
    for month in ramadans(days):
        # The feast that ends it is a public holiday where the market keeps it.
        feast = around(shifted(month.last, 1), 2)
        if any(_END_OF_RAMADAN in one.name.casefold() for one in holidays_within(market, "en", feast) if one.is_public):
            origin = Origin("Umm al-Qura calendar", f"hijridate {version('hijridate')}", "estimated")
            text = f"Ramadan, {month.text} (estimated, a day earlier or later by the moon)"
            return origin.fact("ramadan", month.first.isoformat(), text)
    return None
