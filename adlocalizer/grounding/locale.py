"""What a locale and a market are called and how they write: language, script, direction, country, currency."""

from __future__ import annotations

import functools
from datetime import date

from adlocalizer.domain import Fact
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.stating import Origin
from adlocalizer.scripts import UNKNOWN, script_of

# Unicode's right-to-left scripts in modern use, by ISO 15924. Babel knows a locale's direction too, but loads all of
# the locale to say it: 3 ms each, most of a plan's grounding time.
_RIGHT_TO_LEFT = {"Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"}
_DIRECTION_TEXT = {"ltr": "from left to right", "rtl": "from right to left"}


def locale_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """Country, language, script, direction and, where the market has one, its currency on the date."""
    market = occasion.city.market
    return (_country_fact(market), *_language_facts(occasion.locale), *_currency_facts(market, occasion.on))


def direction_of(locale: str) -> str:
    """`rtl` or `ltr`, by the script a locale is written in."""
    return "rtl" if script_of(locale) in _RIGHT_TO_LEFT else "ltr"


@functools.lru_cache(maxsize=4096)
def tender_of(market: str, on: date) -> tuple[str, ...]:
    """The ISO 4217 codes of a market's legal tender on a day, most common first; none for a market without money."""
    from babel.numbers import get_territory_currencies

    return tuple(get_territory_currencies(market, on, on))


@functools.lru_cache(maxsize=4096)
def _language_facts(locale: str) -> tuple[Fact, ...]:
    language, script, direction = locale.split("-")[0], script_of(locale), direction_of(locale)
    names, cldr = names_of("languages"), cldr_origin()
    unknown = cldr._replace(certainty="estimated")
    known = cldr if language in names else unknown
    return (
        known.fact("language", language, names.get(language, f"the language {language}")),
        (unknown if script == UNKNOWN else cldr).fact("script", script, names_of("scripts").get(script, script)),
        (unknown if script == UNKNOWN else cldr).fact("direction", direction, _DIRECTION_TEXT[direction]),
    )


@functools.lru_cache(maxsize=1024)
def _country_fact(market: str) -> Fact:
    name, cldr = names_of("territories").get(market), cldr_origin()
    if name is None:
        return Origin("market code of the city table: CLDR has no name", cldr.as_of, "estimated").fact(
            "country", market, market
        )
    return cldr.fact("country", market, name)


@functools.lru_cache(maxsize=4096)
def _currency_facts(market: str, on: date) -> tuple[Fact, ...]:
    # A market with several legal tenders gets the first, said to be typical.
    tender = tender_of(market, on)
    if not tender:
        return ()
    code, origin = tender[0], cldr_origin()._replace(certainty="exact" if len(tender) == 1 else "typical")
    return (origin.fact("currency", code, f"{names_of('currencies').get(code, code)} ({code})"),)


@functools.cache
def names_of(kind: str) -> dict[str, str]:
    """CLDR's English names of a kind: `languages`, `scripts`, `territories` or `currencies`, by code."""
    from babel.core import Locale

    return dict(getattr(Locale("en"), kind))


@functools.cache
def cldr_origin() -> Origin:
    """The origin of what CLDR says."""
    import babel

    return Origin("CLDR", f"Babel {babel.__version__}")
