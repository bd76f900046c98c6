"""`adlocalizer cities | formats | models`: what a campaign may name."""

from __future__ import annotations

from typing import Annotated

import typer

from adlocalizer.cli.options import AsJson, Cities, parse_day
from adlocalizer.cli.showing import money, print_json, print_line, print_table
from adlocalizer.domain import AdFormat, Model
from adlocalizer.errors import ConfigError, GateFailed
from adlocalizer.loading import findings_of
from adlocalizer.order import open_project

DEFAULT_CITIES = "data/cities.csv"
Platform = Annotated[str | None, typer.Option("--platform", metavar="P", help="Only this platform's formats.")]


def cities(cities: Cities = None, as_json: AsJson = False) -> None:
    """List the cities of a table, checked row by row."""
    table = open_project().cities(cities or DEFAULT_CITIES)
    if table.faults:
        raise GateFailed("tables", findings_of(table.faults))
    if as_json:
        print_json([city.model_dump(mode="json") for city in table.cities])
        return
    rows = [
        (one.city_id, one.city, one.local_name, one.region, one.market, " ".join(one.locales), one.timezone)
        for one in table.cities
    ]
    print_table("", ("id", "city", "local name", "region", "market", "locales", "time zone"), rows)
    print_line(f"{len(rows)} cities in {len({one.region for one in table.cities})} regions")


def formats(platform: Platform = None, as_json: AsJson = False) -> None:
    """List the ad formats."""
    known = open_project().formats().values()
    every = [one for one in known if platform in (None, one.platform)]
    if not every:
        platforms = ", ".join(sorted({one.platform for one in known}))
        raise ConfigError("--platform", f"there is no platform {platform!r}", f"write one of {platforms}")
    if as_json:
        print_json([one.model_dump(mode="json") for one in every])
        return
    print_table(
        "", ("id", "platform", "placement", ">pixels", ">limit", "types", "text", "source"), map(_format, every)
    )
    print_line(f"{len(every)} formats of {len({one.platform for one in every})} platforms")


def models(as_json: AsJson = False) -> None:
    """List the models with their prices and how long they live."""
    every = list(open_project().models().values())
    if as_json:
        print_json([one.model_dump(mode="json") for one in every])
        return
    print_table("", ("id", "provider", "title", "sizes", ">ratios", ">1K", ">largest", "lifecycle"), map(_model, every))


def _format(form: AdFormat) -> tuple[object, ...]:
    limit = f"{form.max_bytes / 1000:,.0f} kB" if form.max_bytes else "unknown"
    pixels, types = f"{form.width}x{form.height}", " ".join(form.file_types)
    return form.id, form.platform, form.placement, pixels, limit, types, form.text_overlay.value, form.confidence


def _model(model: Model) -> tuple[object, ...]:
    sizes = list(dict.fromkeys(size for table in model.pixels.values() for size in table))
    today = parse_day(None)
    if model.shutdown and model.shutdown <= today:
        life = f"shut down {model.shutdown}" + (f"; use {model.successor}" if model.successor else "")
    else:
        life = f"until {model.shutdown}" if model.shutdown else "in service"
    one_k, largest = model.price_micros.get("1K", 0), model.price_micros.get(sizes[-1], 0)
    named = f"{model.id}{' (default)' if model.default else ''}"
    return named, model.provider, model.title, " ".join(sizes), len(model.pixels), money(one_k), money(largest), life
