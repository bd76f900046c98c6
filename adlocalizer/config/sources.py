"""Every table that facts are looked up in, read at once."""

from __future__ import annotations

import hashlib
from pathlib import Path

from adlocalizer.config.calendars import read_feasts, read_season_words, read_shopping_days
from adlocalizer.config.place_tables import read_cliches, read_countries, read_dress, read_streets, read_vegetation
from adlocalizer.config.seeds import read_climate, read_landmarks
from adlocalizer.grounding import Sources

_TABLES = ("climate", "landmarks", "streets", "countries", "vegetation", "dress", "cliches")
_CALENDARS = ("shopping_days", "season_words", "feasts")
_MOST_REMEMBERED = 8
_read: dict[str, Sources] = {}


def read_sources(root: Path) -> Sources:
    """The tables of a project's `data/`; the day's weather is no table.

    Equal tables are read once: a command plans, its flow plans again, and so does each day of a backfill.
    """
    digest = _digest_of(root)
    if digest not in _read:
        if len(_read) >= _MOST_REMEMBERED:
            _read.clear()
        _read[digest] = _sources(root)
    return _read[digest]


def _digest_of(root: Path) -> str:
    """A name for what the tables hold now; a missing one is an error only when it is read."""
    said = hashlib.sha256()
    for name in (*_TABLES, *_CALENDARS):
        path = root / "data" / f"{name}.csv"
        content = path.read_bytes() if path.is_file() else b""
        said.update(hashlib.sha256(content).digest())
    return said.hexdigest()


def _sources(root: Path) -> Sources:
    def named(name: str) -> tuple[Path, str]:
        return root / "data" / name, f"data/{name}"

    return Sources(
        climate=read_climate(*named("climate.csv")),
        landmarks=read_landmarks(*named("landmarks.csv")),
        streets=read_streets(*named("streets.csv")),
        countries=read_countries(*named("countries.csv")),
        vegetation=read_vegetation(*named("vegetation.csv")),
        dress=read_dress(*named("dress.csv")),
        cliches=read_cliches(*named("cliches.csv")),
        shopping_days=read_shopping_days(*named("shopping_days.csv")),
        season_words=read_season_words(*named("season_words.csv")),
        feasts=read_feasts(*named("feasts.csv")),
    )
