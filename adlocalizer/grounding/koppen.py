"""Köppen–Geiger classes: which there are, what they are called, and which one a city has."""

from __future__ import annotations

from adlocalizer.domain import City, Climate
from adlocalizer.grounding.estimating import YEARS
from adlocalizer.grounding.stating import plain

_NAMES = (
    ("Af", "tropical rainforest climate"),
    ("Am", "tropical monsoon climate"),
    ("A", "tropical savanna climate"),
    ("BW", "desert climate"),
    ("B", "steppe climate"),
    ("Cs", "Mediterranean climate"),
    ("Cfa", "humid subtropical climate"),
    ("Cwa", "humid subtropical climate with dry winters"),
    ("Cw", "subtropical highland climate"),
    ("C", "oceanic climate"),
    ("Dfa", "humid continental climate"),
    ("Dfb", "humid continental climate"),
    ("Dwa", "continental climate with dry winters"),
    ("Dwb", "continental climate with dry winters"),
    ("Ds", "continental climate with dry summers"),
    ("D", "subarctic climate"),
    ("EF", "ice cap climate"),
    ("E", "tundra climate"),
)


def known_climate(koppen: str) -> bool:
    """Whether the text is a Köppen–Geiger class as it is written, such as `Cfb`; `cfb` and `Zzz` are none."""
    return koppen in YEARS


def class_of(city: City) -> str | None:
    """The class its row gives the city; one that does not exist counts as not given."""
    given = plain(city.koppen or "")
    return given if known_climate(given) else None


def class_text(koppen: str) -> str:
    """A class in words."""
    return next(name for prefix, name in _NAMES if koppen.startswith(prefix))


def is_cool_in_tropics(koppen: str) -> bool:
    """Whether a class met inside the tropics means height: its warmest month stays under 22 °C, or snow may lie."""
    return koppen[0] in "DE" or (koppen[0] == "C" and not koppen.endswith("a"))


def koppen_by_normals(climate: Climate) -> str:
    """A coarse Köppen class from month means: dry by yearly rain if a station confirms it, else by temperature."""
    means, yearly = climate.mean_celsius, sum(climate.mean_celsius) / 12
    if max(means) < 10:
        return "ET" if max(means) > 0 else "EF"
    limit = 20 * yearly + 140
    if climate.rain_quality == "ok" and sum(climate.rain_mm) < limit:
        return ("BW" if sum(climate.rain_mm) < limit / 2 else "BS") + ("h" if yearly >= 18 else "k")
    if min(means) >= 18:
        return "Aw"
    return ("Cf" if min(means) > 0 else "Df") + ("a" if max(means) >= 22 else "b")


def koppen_by_latitude(latitude: float) -> str:
    """A Köppen class that is common among cities of a latitude: for one of which nothing else is known."""
    steps = ((23.44, "Aw"), (35, "Cfa"), (50, "Cfb"), (66.56, "Dfb"), (75, "Dfc"))
    return next((koppen for limit, koppen in steps if abs(latitude) < limit), "ET")
