"""A project of the benchmarks' own in a scratch folder: a copy of ours, with the latency model and made-up cities."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SEEDS = Path(__file__).parent / "seeds"
Row = dict[str, str]


def build_project(folder: Path, creatives: int) -> Path:
    """Copy configs, seeds and templates; add the model and the campaigns; make so many cities of the shipped ones."""
    if folder.exists():
        return folder
    for name in ("configs", "data", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    with (folder / "configs/models.yml").open("a", encoding="utf-8") as models:
        models.write((SEEDS / "model.yml").read_text(encoding="utf-8"))
    for name in ("pipeline.yml", "growth.yml"):
        shutil.copy(SEEDS / name, folder / "configs/campaigns" / name)
    shipped = read_rows(folder / "data/cities.csv")
    origins = {city["city_id"]: city["origin"] for city in made_up(shipped, creatives)}
    write_rows(folder / "data/cities.csv", [_without_origin(city) for city in made_up(shipped, creatives)])
    for name in ("climate.csv", "landmarks.csv"):
        write_rows(folder / "data" / name, list(_renamed(read_rows(folder / "data" / name), origins)))
    return folder


def made_up(shipped: list[Row], count: int) -> Iterator[Row]:
    """So many cities out of the shipped ones, a few kilometres off, with ids of their own and their `origin`."""
    for number in range(count):
        city = shipped[number % len(shipped)]
        shift = (number * 37 % 81 - 40) / 1000
        yield city | {
            "city_id": f"{city['city_id']}-{number:05d}",
            "latitude": f"{float(city['latitude']) + shift:.5f}",
            "longitude": f"{float(city['longitude']) - shift:.5f}",
            "origin": city["city_id"],
        }


def read_rows(path: Path) -> list[Row]:
    """A CSV's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[Row]) -> None:
    """Rows as CSV, columns as in the first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _without_origin(city: Row) -> Row:
    return {name: value for name, value in city.items() if name != "origin"}


def _renamed(rows: Iterable[Row], origins: dict[str, str]) -> Iterator[Row]:
    """A seed table's rows for cities made of others."""
    by_city: dict[str, list[Row]] = {}
    for row in rows:
        by_city.setdefault(row["city_id"], []).append(row)
    for city_id, origin in origins.items():
        yield from (row | {"city_id": city_id} for row in by_city.get(origin, ()))
