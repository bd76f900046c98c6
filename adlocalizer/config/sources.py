"""Every table that facts are looked up in, read at once."""

from __future__ import annotations

from pathlib import Path

from adlocalizer.config.calendars import read_feasts, read_season_words, read_shopping_days
from adlocalizer.config.place_tables import read_cliches, read_countries, read_dress, read_streets, read_vegetation
from adlocalizer.config.seeds import read_climate, read_landmarks
from adlocalizer.grounding import Sources


def read_sources(root: Path) -> Sources:
    """The tables of a project's `data/`; the day's weather is no table."""

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
