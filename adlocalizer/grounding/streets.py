"""What a city looks like from its pavement, and in which scripts its signs are written."""

from __future__ import annotations

import functools

from adlocalizer.domain import Fact
from adlocalizer.grounding.locale import cldr_origin, names_of
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.stating import Origin, version_of
from adlocalizer.scripts import UNKNOWN, script_of


def street_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """Street texture and ordinary architecture; nothing for a city the table does not know."""
    streets = occasion.sources.streets.get(occasion.city.city_id)
    if streets is None:
        return ()
    origin = Origin(f"streets table: {streets.source}", version_of(streets), "typical")
    return (
        origin.fact("street_texture", streets.texture, streets.texture),
        origin.fact("architecture", streets.architecture, streets.architecture),
    )


def sign_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """The scripts on street signs: the country table's, else of the city's languages that its market writes laws in.

    Not of the ad's locale: English copy in Tokyo does not change Tokyo's signs.
    """
    city = occasion.city
    country = occasion.sources.countries.get(city.market)
    if country and country.sign_scripts:
        scripts = country.sign_scripts
        origin = Origin(f"country table: {country.source}", version_of(country), "typical")
    else:
        scripts = _scripts_by_language(city.market, city.locales)
        origin = cldr_origin()._replace(source="CLDR, official languages", certainty="typical")
    if not scripts:
        return (origin._replace(certainty="estimated").fact("street_script", UNKNOWN, "the script of the place"),)
    return (origin.fact("street_script", " ".join(scripts), " and ".join(map(_script_name, scripts))),)


def _script_name(script: str) -> str:
    # CLDR's `Simplified` and `Traditional` go before `Han` in a list of scripts.
    name = names_of("scripts").get(script, script)
    return f"{name} Han" if script in ("Hans", "Hant") else name


@functools.lru_cache(maxsize=4096)
def _scripts_by_language(market: str, locales: tuple[str, ...]) -> tuple[str, ...]:
    from babel.languages import get_official_languages

    official = [one.replace("_", "-") for one in get_official_languages(market, de_facto=True)]
    regional = {one.split("_")[0] for one in get_official_languages(market, regional=True, de_facto=True)}
    spoken = [locale for locale in locales if locale.split("-")[0] in regional]
    written = spoken or [one if len(one) > 3 else f"{one}-{market}" for one in official] or locales
    scripts = dict.fromkeys(script_of(locale) for locale in written)
    return tuple(script for script in scripts if script != UNKNOWN)
