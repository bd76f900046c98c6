"""The seed tables that ground prompts: month normals and landmarks, by city."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from adlocalizer.config.explaining import row_noun
from adlocalizer.config.rows import number_or_text
from adlocalizer.config.tables import TableRow, read_table
from adlocalizer.config.wording import quoted
from adlocalizer.domain import Climate, Landmark
from adlocalizer.errors import ConfigError

MONTHS = tuple(f"m{month:02}" for month in range(1, 13))
CLIMATE_COLUMNS = ("city_id", "var", *MONTHS, "source", "qa")
LANDMARK_COLUMNS = ("city_id", "rank", "landmark", "kind", "avoid", "shape", "note")
LANDMARK_OPTIONAL = ("local_name", "source")

_TEMPERATURE, _RAIN = "t_mean_c", "precip_mm"


def read_climate(path: Path, shown: str) -> dict[str, Climate]:
    """Month normals by city id: two rows a city, one of temperature and one of rain."""
    rows: dict[tuple[str, str], TableRow] = {}
    for row in read_table(path, CLIMATE_COLUMNS, (), shown):
        city_id, variable = row.values["city_id"], row.values["var"]
        if variable not in (_TEMPERATURE, _RAIN):
            raise ConfigError(
                f"{shown}:{row.line} (var)", f"found {quoted(variable)}", f"write {_TEMPERATURE} or {_RAIN}"
            )
        if (first := rows.setdefault((city_id, variable), row)) is not row:
            found = f"{quoted(city_id)} has {variable} in line {first.line} too"
            raise ConfigError(f"{shown}:{row.line} (city_id)", found, "keep one of the two rows")
    return {city_id: _climate(city_id, rows, shown) for city_id in dict.fromkeys(city for city, _ in rows)}


def read_landmarks(path: Path, shown: str) -> dict[str, tuple[Landmark, ...]]:
    """Landmarks by city id, best rank first."""
    by_city: dict[str, dict[int, Landmark]] = {}
    for row in read_table(path, LANDMARK_COLUMNS, LANDMARK_OPTIONAL, shown):
        rank = row.values["rank"]
        values = {**row.values, "rank": int(rank) if rank.isascii() and rank.isdecimal() and len(rank) < 4 else rank}
        landmark = row_noun(Landmark, values, f"{shown}:{row.line}")
        ranks = by_city.setdefault(landmark.city_id, {})
        if ranks.setdefault(landmark.rank, landmark) is not landmark:
            found = f"{landmark.city_id} has two landmarks of rank {landmark.rank}"
            raise ConfigError(f"{shown}:{row.line} (rank)", found, "give each landmark of a city its own rank")
    return {city: tuple(ranks[rank] for rank in sorted(ranks)) for city, ranks in by_city.items()}


class _Normals(NamedTuple):
    row: TableRow
    months: tuple[float, ...]


def _climate(city_id: str, rows: dict[tuple[str, str], TableRow], shown: str) -> Climate:
    warmth, rain = (_normals(city_id, variable, rows, shown) for variable in (_TEMPERATURE, _RAIN))
    values = {
        "city_id": city_id,
        "mean_celsius": warmth.months,
        "rain_mm": rain.months,
        "temperature_quality": warmth.row.values["qa"],
        "rain_quality": rain.row.values["qa"],
        "source": warmth.row.values["source"],
    }
    return row_noun(Climate, values, f"{shown}:{warmth.row.line}")


def _normals(city_id: str, variable: str, rows: dict[tuple[str, str], TableRow], shown: str) -> _Normals:
    row = rows.get((city_id, variable))
    if row is None:
        raise ConfigError(shown, f"{quoted(city_id)} has no row of {variable}", "add it: each city has both variables")
    months = [number_or_text(row.values[month]) for month in MONTHS]
    for month, value in zip(MONTHS, months, strict=True):
        if isinstance(value, str):
            raise ConfigError(f"{shown}:{row.line} ({month})", f"found {quoted(value)}", "write a number")
    return _Normals(row, tuple(map(float, months)))
