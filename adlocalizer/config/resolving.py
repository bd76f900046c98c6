"""Short city tables, of little more than city and country: every row is looked up, nothing ambiguous is guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from adlocalizer.config import places
from adlocalizer.config.finding import Atlas, Found, find_place
from adlocalizer.config.lettering import NAME_REMEDY, odd_in_name
from adlocalizer.config.rows import CityTable, Flaw, city_of, tags_of
from adlocalizer.config.tables import TableRow
from adlocalizer.config.wording import quoted
from adlocalizer.domain import City, RowFault

SHORT_COLUMNS = ("city", "country")
SHORT_OPTIONAL = (
    *("locale", "admin", "city_id", "local_name", "region"),
    *("latitude", "longitude", "timezone", "koppen"),
)

_SHORT_NAMES = {"locales": "locale", "market": "country"}
"""What columns of a full table are called in a short one."""


def is_short(header: Sequence[str]) -> bool:
    """Whether a table's header is a short one's: it names countries where a full table has markets."""
    return any(name.strip().casefold() == "country" for name in header)


def resolved_table(rows: Sequence[TableRow], shown: str, atlas: Atlas) -> CityTable:
    """The cities of a short table's rows; its `rows` stand there as a full table would have them."""
    resolved = [_resolved(row, atlas) for row in rows]
    lines: dict[str, list[int]] = defaultdict(list)
    for one in resolved:
        if one.city is not None:
            lines[one.city.city_id].append(one.row.line)
    cities, faults = [], []
    for one in resolved:
        twins = [line for line in lines.get(one.values["city_id"], ()) if one.city and line != one.row.line]
        flaws = [*one.flaws, *_doubled(one, twins)]
        faults += [_fault(shown, one.row, flaw) for flaw in flaws]
        if one.city is not None and not flaws:
            cities.append(one.city)
    return CityTable(tuple(cities), tuple(faults), tuple(TableRow(one.row.line, one.values) for one in resolved))


class _Resolved(NamedTuple):
    row: TableRow
    values: dict[str, str]
    """What a full table would say."""
    city: City | None
    flaws: list[Flaw]


def _resolved(row: TableRow, atlas: Atlas) -> _Resolved:
    said = {column: text.strip() for column, text in row.values.items()}
    if row.ragged:
        return _Resolved(row, _full(said, "", None, atlas), None, [Flaw("", *row.ragged)])
    market = atlas.country_names.market(said["country"])
    flaws = [*_name_flaws(said["city"]), *_half_point(said)]
    if market is None:
        found = f"found the unknown country {quoted(said['country'])}" if said["country"] else "found nothing"
        flaws.append(Flaw("country", found, atlas.country_names.remedy(said["country"])))
    found_place = find_place(said, market, atlas) if market and not flaws else None
    if isinstance(found_place, Flaw):
        flaws.append(found_place)
    place = found_place if isinstance(found_place, Found) else None
    values = _full(said, market or "", place, atlas)
    if place is not None and market is not None:
        flaws += _silent(values, market)
    city, more = city_of(values)
    told = {flaw.column for flaw in flaws}
    for flaw in more:
        column = _SHORT_NAMES.get(flaw.column, flaw.column)
        if column not in told and (place is not None or said.get(column)):
            flaws.append(flaw._replace(column=column))
    return _Resolved(row, values, city if place is not None and not flaws else None, flaws)


def _name_flaws(city: str) -> Iterator[Flaw]:
    if not city:
        yield Flaw("city", "found nothing", "write the city's name")
    elif odd := odd_in_name(city):
        yield Flaw("city", f"found {odd} in {quoted(city)}", NAME_REMEDY)


def _half_point(said: Mapping[str, str]) -> Iterator[Flaw]:
    """One coordinate alone: with the other of the place that was looked up it would be a third place."""
    for empty, filled in (("latitude", "longitude"), ("longitude", "latitude")):
        if said[filled] and not said[empty]:
            found = f"found nothing beside the {filled} {quoted(said[filled])}"
            yield Flaw(empty, found, f"write both, or leave the {filled} empty too")


def _full(said: Mapping[str, str], market: str, place: Found | None, atlas: Atlas) -> dict[str, str]:
    """The row as a full table would have it: what it says itself, before what its place says."""
    locales = tags_of(said["locale"]) or list(place.locales if place else ()) or _spoken(market)
    known = {} if place is None else place.values(locales[0].split("-")[0] if locales else "")
    own = {column: said[column] for column in SHORT_OPTIONAL if column not in ("locale", "admin") and said[column]}
    return {
        "city_id": places.city_id(market, said["city"]),
        "city": said["city"],
        "local_name": said["city"],
        "region": atlas.regions.get(market, ""),
        "market": market,
        "locales": " ".join(locales),
        **dict.fromkeys(("latitude", "longitude", "timezone", "koppen"), ""),
        **known,
        **own,
    }


def _spoken(market: str) -> list[str]:
    """The locale of a country with one official language; empty where somebody must choose."""
    official = places.official_locales(market) if market else ()
    return list(official) if len(official) == 1 else []


def _silent(values: Mapping[str, str], market: str) -> Iterator[Flaw]:
    """What the row must say itself, because nothing else does."""
    country = places.country_name(market)
    if not values["locales"]:
        official = places.official_locales(market)
        found = f"found nothing, and {country} has {len(official) or 'no'} official languages in CLDR"
        choice = f"those of the city, of {', '.join(official)}" if official else "a BCP-47 tag, such as 'en-GB'"
        yield Flaw("locale", found, f"write {choice}")
    if not values["region"]:
        found = f"found nothing, and data/countries.csv has no region for {country}"
        yield Flaw("region", found, "write one, such as 'EMEA', in a column region")


def _doubled(one: _Resolved, twins: Sequence[int]) -> Iterator[Flaw]:
    if twins:
        also = f"{quoted(one.row.values['city'].strip())} is {one.values['city_id']}, and so is line "
        remedy = "remove all but one; several locales go into one row, as in 'de-CH fr-CH'"
        yield Flaw("city", also + ", ".join(map(str, twins)), remedy)


def _fault(shown: str, row: TableRow, flaw: Flaw) -> RowFault:
    id = row.values["city"].strip()[:80]
    return RowFault(table=shown, line=row.line, column=flaw.column, row_id=id, found=flaw.found, remedy=flaw.remedy)
