"""Which locales, currencies and countries CLDR knows, and which time zones IANA: read from Babel and tzdata."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping

from adlocalizer.config.gazetteer import folded
from adlocalizer.config.wording import nearest

_NOT_OF_AN_ID = re.compile("[^a-z0-9]+")
_LONGEST_NAME, _LONGEST_PART = 40, 8
_MOST_PEOPLE = 50.0
"""Per cent of a country's people that make its only official language by law its language: not Māori in New Zealand."""


@functools.cache
def locale_remedy(tag: str) -> str | None:
    """What to write instead of a well-formed tag CLDR does not know; None when it knows it."""
    from babel.core import Locale, UnknownLocaleError

    try:
        known = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return f"write a BCP-47 tag CLDR knows, such as {_known_tag_near(tag)!r}"
    language, *rest = tag.split("-")
    asked_script = next((part for part in rest if len(part) == 4), known.script)
    asked_territory = next((part for part in rest if len(part) < 4), known.territory)
    if (language, asked_script, asked_territory) == (known.language, known.script, known.territory):
        return None
    return f"write {str(known).replace('_', '-')!r}, which CLDR reads it as"


def zone_remedy(zone: str) -> str | None:
    """What to write instead of a time zone IANA does not know; None when it knows it."""
    zones = _zones()
    if zone in zones:
        return None
    place = zone.rpartition("/")[2].casefold()
    twins = (name for name in sorted(zones) if place and name.rpartition("/")[2].casefold() == place)
    near = next(twins, None) or nearest(zone, zones, cutoff=0.8)
    return f"write an IANA zone, such as {near!r}" if near else "write an IANA zone, such as 'Europe/Paris'"


def market_remedy(market: str) -> str | None:
    """What to write instead of a code that is no country's; None for a country."""
    from babel.core import get_global

    # CLDR has languages for ZZ, "unknown", and an open currency for EU: a country has both.
    money = get_global("territory_currencies").get(market, ())
    if market in get_global("territory_languages") and any(
        ends is None and is_tender for _, _, ends, is_tender in money
    ):
        return None
    return "write the ISO 3166-1 code of a country, such as 'GB' or 'JP'"


def currency_remedy(currency: str) -> str | None:
    """What to write instead of a currency ISO 4217 does not know; None when it knows it."""
    from babel.core import get_global

    currencies = get_global("all_currencies")
    if currency in currencies:
        return None
    return "write a code of ISO 4217, such as 'EUR' or 'JPY'"


def currency_decimals(currency: str) -> int:
    """How many decimals amounts of a currency are written with, by CLDR: 2 of EUR, none of JPY."""
    from babel.numbers import get_currency_precision

    return int(get_currency_precision(currency))


def _known_tag_near(tag: str) -> str:
    """The usual tag of the same language, else of the language most spoken in the same country, else English."""
    from babel.core import get_global
    from babel.localedata import locale_identifiers

    known = {str(name).replace("_", "-") for name in locale_identifiers()}
    language, country = tag.split("-")[0], tag.split("-")[-1]
    likely = str(get_global("likely_subtags").get(language, "")).split("_")
    spoken = get_global("territory_languages").get(country, {})
    by_speakers = sorted(spoken, key=lambda name: -float(spoken[name]["population_percent"]))
    candidates = (f"{likely[0]}-{likely[-1]}", *(f"{name}-{country}" for name in by_speakers))
    return next((name for name in candidates if name in known), "en-GB")


@functools.cache
def _zones() -> frozenset[str]:
    import zoneinfo

    return frozenset(zoneinfo.available_timezones())


def city_id(market: str, *parts: str) -> str:
    """`us-springfield-il`: an id from a country and names; empty when a name has no letter an id may hold."""
    name, *more = (_NOT_OF_AN_ID.sub("-", folded(part)).strip("-") for part in parts)
    plain = (name[:_LONGEST_NAME].strip("-"), *(part[:_LONGEST_PART].strip("-") for part in more))
    return "-".join((market.lower(), *plain)).strip("-") if market and name else ""


class CountryNames:
    """Countries by their ISO 3166-1 codes, and by what CLDR and a table of other names call them."""

    def __init__(self, others: Mapping[str, str]) -> None:
        self._others = {folded(name): market for name, market in others.items()}

    def market(self, country: str) -> str | None:
        """The ISO 3166-1 alpha-2 code of a country, from a code or a name; None for what is none or more than one."""
        from babel.core import get_global

        code = country.strip().upper()
        aliases = get_global("territory_aliases").get(code, ())
        code = aliases[0] if len(aliases) == 1 else code
        if code in _countries():
            return code
        key = folded(country)
        return self._others.get(key) or _one(_english_names().get(key)) or _one(_own_names().get(key))

    def remedy(self, country: str) -> str:
        """What to write instead of a country nobody knows."""
        near = nearest(folded(country), [*_english_names(), *self._others], cutoff=0.75)
        market = self.market(near) if near else None
        advice = "write its ISO 3166-1 code, such as 'GB', or its English name"
        return f"did you mean {country_name(market)!r}? If not, {advice}" if market else advice


def country_name(market: str) -> str:
    """The English name of a country by CLDR, else its code."""
    return _english().get(market, market)


@functools.cache
def official_locales(market: str) -> tuple[str, ...]:
    """Tags of a country's official languages by CLDR: the one by law where it is alone and most people's, else all."""
    from babel.core import get_global
    from babel.languages import get_official_languages

    spoken = get_global("territory_languages").get(market, {})
    by_law = _tags_of(market, get_official_languages(market))
    if len(by_law) == 1 and spoken[by_law[0][0]]["population_percent"] >= _MOST_PEOPLE:
        return (by_law[0][1],)
    return tuple(tag for _, tag in _tags_of(market, get_official_languages(market, de_facto=True)))


def _tags_of(market: str, languages: Iterable[str]) -> list[tuple[str, str]]:
    """(CLDR's language, tag), one a language, without what CLDR does not know as a locale of the country."""
    found: dict[str, tuple[str, str]] = {}
    for language in languages:
        short = f"{language.split('_')[0]}-{market}"
        if locale_remedy(short) is None:
            found.setdefault(short, (language, short))
    return list(found.values())


def _one(markets: frozenset[str] | None) -> str | None:
    return next(iter(markets)) if markets is not None and len(markets) == 1 else None


@functools.cache
def _countries() -> frozenset[str]:
    from babel.core import get_global

    return frozenset(code for code in get_global("territory_languages") if market_remedy(code) is None)


@functools.cache
def _english() -> dict[str, str]:
    from babel.core import Locale

    return {code: str(name) for code, name in Locale("en").territories.items() if code in _countries()}


@functools.cache
def _english_names() -> dict[str, frozenset[str]]:
    return _by_name((name, code) for code, name in _english().items())


@functools.cache
def _own_names() -> dict[str, frozenset[str]]:
    """Countries by their names in their own official languages; reading a hundred locales takes half a second."""
    from babel.core import Locale, UnknownLocaleError
    from babel.languages import get_official_languages

    pairs = []
    for code in sorted(_countries()):
        for language in get_official_languages(code, de_facto=True):
            try:
                pairs.append((str(Locale.parse(language).territories.get(code, code)), code))
            except UnknownLocaleError:
                continue  # CLDR counts its speakers and has no words of it
    return _by_name(pairs)


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, code in pairs:
        found.setdefault(folded(name), set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}
