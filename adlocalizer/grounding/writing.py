"""How a locale writes names, digits, numbers, dates, hours and prices, by CLDR; each with an example."""

from __future__ import annotations

import functools
import re
from datetime import date, time
from typing import TYPE_CHECKING

from adlocalizer.domain import Fact
from adlocalizer.grounding.locale import cldr_origin, tender_of
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.prices import LATIN_DIGITS, english, known_place, own_digits, price_text
from adlocalizer.grounding.stating import Origin

if TYPE_CHECKING:
    from babel.core import Locale

_NUMBER, _WHOLE, _BROKEN = 1234567.89, 12345, 12345.5
_DAY, _HOUR = date(2026, 12, 24), time(17, 30)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_BUDDHIST_YEARS = 543
"""The Buddhist era of Thailand counts this many years more than the Gregorian one."""
_UNSEEN = re.compile("[\u200e\u200f\u061c]")


def writing_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """Native names, digits, numbers, dates, hours, week and prices of the readers' locale.

    Examples are in Latin digits, as ads are set: CLDR's own digits are told apart from them.
    """
    market, locale = occasion.city.market, occasion.locale
    country = occasion.sources.countries.get(market)
    written = _written(locale, market, country.calendar if country else "gregorian")
    tender = tender_of(market, occasion.on)
    return (*written, _price_fact(locale, tender[0])) if tender else written


@functools.lru_cache(maxsize=4096)
def _written(locale: str, market: str, calendar: str) -> tuple[Fact, ...]:
    place, origin = _place(locale)
    language = place.languages.get(place.language) or place.english_name
    country = place.territories.get(market) or market
    first = _DAYS[place.first_week_day]
    return (
        origin.fact("local_country", str(country), str(country)),
        origin.fact("local_language", str(language), str(language)),
        _digits_fact(place, origin),
        _number_fact(place, origin),
        _date_fact(place, origin, calendar),
        _hour_fact(place, origin),
        origin.fact("first_weekday", first, f"the week begins on {first}"),
    )


def _digits_fact(place: Locale, origin: Origin) -> Fact:
    system = str(place.default_numbering_system)
    own = own_digits(system)
    if own is None:
        return origin.fact("digits", system, LATIN_DIGITS)
    return origin.fact("digits", system, f"{own} by default; {LATIN_DIGITS} are read too, and ads are set in them")


def _number_fact(place: Locale, origin: Origin) -> Fact:
    from babel.numbers import format_decimal

    shown = format_decimal(_NUMBER, locale=place)
    return origin.fact("number_format", str(place.decimal_formats[None].pattern), _seen(shown))


def _date_fact(place: Locale, origin: Origin, calendar: str) -> Fact:
    from babel.dates import format_date

    pattern = _seen(str(place.date_formats["medium"].pattern))
    day = _DAY.replace(year=_DAY.year + _BUDDHIST_YEARS) if calendar == "buddhist" else _DAY
    shown = _seen(format_date(day, "medium", locale=place))
    note = {
        "buddhist": f"; years of the Buddhist era, {_BUDDHIST_YEARS} more than Gregorian ones",
        "persian": " by the Gregorian calendar; the Persian calendar is the usual one",
    }
    return origin.fact("date_format", pattern, f"24 December {_DAY.year} is {shown}{note.get(calendar, '')}")


def _hour_fact(place: Locale, origin: Origin) -> Fact:
    from babel.dates import format_time

    pattern = re.sub("'[^']*'", "", str(place.time_formats["short"].pattern))
    hours = 24 if "H" in pattern or "k" in pattern else 12
    shown = _seen(format_time(_HOUR, "short", locale=place))
    return origin.fact("hour_format", hours, f"{hours}-hour clock: half past five in the afternoon is {shown}")


@functools.lru_cache(maxsize=4096)
def _price_fact(locale: str, currency: str) -> Fact:
    from babel.numbers import get_currency_precision

    origin = _place(locale)[1]
    whole = _seen(price_text(_WHOLE, currency, locale))
    is_before = not whole[0].isdecimal()
    side = "before" if is_before else "after"
    decimals = get_currency_precision(currency)
    broken = f", with decimals {_seen(price_text(_BROKEN, currency, locale))}" if decimals else ", never with decimals"
    return origin.fact("price_format", side, f"{whole}: the sign {side} the amount{broken}")


@functools.lru_cache(maxsize=4096)
def _place(locale: str) -> tuple[Locale, Origin]:
    place = known_place(locale)
    if place is not None:
        return place, cldr_origin()
    return english(), cldr_origin()._replace(source="CLDR, English for want of the locale", certainty="estimated")


def _seen(text: str) -> str:
    """The text without marks of direction, for lists and logs; what is drawn keeps them."""
    return _UNSEEN.sub("", text)
