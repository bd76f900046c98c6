"""What a whole market shares: the side it drives on, its sockets, its units."""

from __future__ import annotations

from adlocalizer.domain import Country, Fact
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.stating import Origin, version_of

_UNITS = {
    "metric": "metric: kilometres, kilograms, litres, centimetres",
    "US": "US customary: miles, pounds, fluid ounces, inches",
    "UK": "British: miles on roads, litres and grams on packs",
}
_DEGREES = {"celsius": "degrees Celsius, °C", "fahrenheit": "degrees Fahrenheit, °F"}


def country_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """Driving side, sockets, units and temperature unit; nothing for a market the table does not know."""
    country = occasion.sources.countries.get(occasion.city.market)
    if country is None:
        return ()
    origin = Origin(f"country table: {country.source}", version_of(country))
    side = country.driving_side
    return (
        origin.fact("driving_side", side, f"traffic keeps to the {side}"),
        *_plug_facts(country, origin),
        origin.fact("units", country.units, _UNITS[country.units]),
        origin.fact("temperature_unit", country.temperature_unit, _DEGREES[country.temperature_unit]),
    )


def _plug_facts(country: Country, origin: Origin) -> tuple[Fact, ...]:
    if not country.plugs:
        return ()
    *most, last = country.plugs
    kinds = f"types {', '.join(most)} and {last}" if most else f"type {last}"
    return (
        origin._replace(certainty="typical").fact("plugs", " ".join(country.plugs), f"plugs and sockets of {kinds}"),
    )
