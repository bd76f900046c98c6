"""Regions and packs of formats, as a form offers them, to globs over rendition ids: the one language of selections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from adlocalizer.config import Project
from adlocalizer.config.wording import nearest_or_all, quoted
from adlocalizer.domain import Campaign, City
from adlocalizer.errors import ConfigError
from adlocalizer.planning import chosen, chosen_formats, pack_members


class Narrowing(NamedTuple):
    """What somebody wants of a campaign; what is empty narrows nothing, what is not narrows together."""

    regions: Sequence[str] = ()
    """Regions of the city table."""
    packs: Sequence[str] = ()
    """Packs of configs/formats.yml."""
    select: Sequence[str] = ()
    """Globs over rendition ids."""


def regions_of(project: Project, table: str) -> tuple[str, ...]:
    """The regions a city table has, sorted."""
    return tuple(sorted({city.region for city in project.cities(table).cities}))


def narrowed(project: Project, campaign: str, cities: str | None, wanted: Narrowing) -> tuple[str, ...]:
    """One selection that says all of it; ConfigError for a region or a pack that the campaign has nothing of.

    A region becomes the countries it has whole and the cities of the others, so that it is a short glob in any table.
    """
    if not wanted.regions and not wanted.packs:
        return tuple(wanted.select)
    named, parts = project.campaign(campaign), []
    if wanted.regions:
        table = project.cities(cities or named.city_table).cities
        parts.append(f"{named.id}.{{{','.join(_places(named, table, wanted.regions))}}}.*")
    if wanted.packs:
        parts.append(f"*.{{{','.join(_formats(project, named, wanted.packs))}}}")
    return tuple("&".join((*parts, *globs)) for globs in ([glob] for glob in wanted.select)) or ("&".join(parts),)


def _places(campaign: Campaign, cities: Sequence[City], regions: Sequence[str]) -> Iterable[str]:
    named = set(chosen([city.city_id for city in cities], campaign.cities, f"campaign {campaign.id} (cities)"))
    known = sorted({city.region for city in cities if city.city_id in named})
    if strange := next((one for one in regions if one not in known), None):
        found = f"{campaign.id} has no city in a region {quoted(strange)}"
        raise ConfigError("regions", found, nearest_or_all(strange, known))
    by_country: dict[str, list[City]] = defaultdict(list)
    for city in cities:
        by_country[city.city_id.partition("-")[0]].append(city)
    for country, some in sorted(by_country.items()):
        inside = [city.city_id for city in some if city.region in regions]
        yield from [f"{country}-*"] if len(inside) == len(some) else sorted(inside)


def _formats(project: Project, campaign: Campaign, packs: Sequence[str]) -> Iterable[str]:
    book = project.format_book()
    if strange := next((one for one in packs if one not in book.packs), None):
        raise ConfigError("packs", f"there is no pack {quoted(strange)}", nearest_or_all(strange, list(book.packs)))
    booked = {id for name in packs for id in pack_members(book.packs[name], book.formats)}
    own = chosen_formats(campaign, book.formats, book.packs)
    found = [id for id, form in own.items() if booked & {id, form.stanza}]
    if not found:
        missing = f"{campaign.id} has no format of {', '.join(packs)}"
        raise ConfigError("packs", missing, "take another pack, or add formats to the campaign's file")
    return found
