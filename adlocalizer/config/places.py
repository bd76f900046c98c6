"""Which locales, currencies and countries CLDR knows, and which time zones IANA: read from Babel and tzdata."""

from __future__ import annotations

import functools

from adlocalizer.config.wording import nearest


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
