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
def _language_facts(locale: str) -> tuple[Fact, ...]:
    language, script, direction = locale.split("-")[0], script_of(locale), direction_of(locale)
    names, cldr = _names("languages"), _cldr()
    unknown = cldr._replace(certainty="estimated")
    known = cldr if language in names else unknown
    return (
        known.fact("language", language, names.get(language, f"the language {language}")),
        (unknown if script == UNKNOWN else cldr).fact("script", script, _names("scripts").get(script, script)),
        (unknown if script == UNKNOWN else cldr).fact("direction", direction, _DIRECTION_TEXT[direction]),
    )


@functools.lru_cache(maxsize=1024)
def _country_fact(market: str) -> Fact:
    name, cldr = _names("territories").get(market), _cldr()
    if name is None:
        return Origin("market code of the city table: CLDR has no name", cldr.as_of, "estimated").fact(
            "country", market, market
        )
    return cldr.fact("country", market, name)


@functools.lru_cache(maxsize=4096)
def _currency_facts(market: str, on: date) -> tuple[Fact, ...]:
    from babel.numbers import get_territory_currencies

    # CLDR lists every legal tender of the day; a market with several gets the first, said to be typical.
    tender = get_territory_currencies(market, on, on)
    if not tender:
        return ()
    code, origin = tender[0], _cldr()._replace(certainty="exact" if len(tender) == 1 else "typical")
    return (origin.fact("currency", code, f"{_names('currencies').get(code, code)} ({code})"),)


@functools.cache
def _names(kind: str) -> dict[str, str]:
    from babel.core import Locale

    return dict(getattr(Locale("en"), kind))


@functools.cache
def _cldr() -> Origin:
    import babel

    return Origin("CLDR", f"Babel {babel.__version__}")
