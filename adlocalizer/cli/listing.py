"""`adlocalizer formats | models`: what a campaign may name."""

from __future__ import annotations

import os
import textwrap
from datetime import date
from typing import Annotated, Any, Literal, get_args

import typer

from adlocalizer.cli.options import AsJson, parse_day
from adlocalizer.cli.showing import print_json, print_line, print_table
from adlocalizer.config.books import FormatBook
from adlocalizer.config.wording import nearest_or_all
from adlocalizer.domain import AdFormat, Model, ProviderConfig, money
from adlocalizer.domain.shape import Size
from adlocalizer.errors import ConfigError
from adlocalizer.gemini.access import resolved
from adlocalizer.order import open_project
from adlocalizer.planning import ended, pack_members

Platform = Annotated[str | None, typer.Option("--platform", metavar="P", help="Only this platform's formats.")]
Pack = Annotated[str | None, typer.Option("--pack", metavar="P", help="Only the formats of this pack.")]
Packs = Annotated[bool, typer.Option("--packs", help="List the packs: formats that are booked together.")]


def formats(platform: Platform = None, pack: Pack = None, packs: Packs = False, as_json: AsJson = False) -> None:
    """List the ad formats, or the packs a campaign may name in their place."""
    book = open_project().format_book()
    if packs:
        _list_packs(book, as_json=as_json)
        return
    for option, name, known in (("platform", platform, book.platforms), ("pack", pack, tuple(book.packs))):
        if name is not None and name not in known:
            found = f"there is no {option} {name!r}"
            raise ConfigError(f"--{option}", found, nearest_or_all(name, known))
    packed = None if pack is None else pack_members(book.packs[pack], book.formats)
    named = [one for one in book.formats.values() if packed is None or one.id in packed]
    every = [one for one in named if platform in (None, one.platform)]
    if not every:
        raise ConfigError("--platform", f"pack {pack} has no format of {platform}", "leave one of the two out")
    if as_json:
        print_json([one.model_dump(mode="json", exclude={"clean"}) for one in every])
        return
    print_table(
        "", ("id", "platform", "placement", ">pixels", ">limit", "types", "text", "source"), map(_format, every)
    )
    print_line(f"{_counted(len(every), 'format')} of {_counted(len({one.platform for one in every}), 'platform')}")


def models(as_json: AsJson = False) -> None:
    """List the models: what each can do, what a picture costs and how long the model lives."""
    project, today = open_project(), parse_day(None)
    every = [(one, _reached(one, project.provider(one.provider))) for one in project.models().values()]
    if as_json:
        print_json([_fields(model, provider, today) for model, provider in every])
        return
    abilities = ("id", "provider", "title", "sizes", ">ratios", "thinking", "search", ">inputs")
    print_table("", abilities, (_abilities(model) for model, _ in every))
    print_line()
    prices = ("id", ">1K", ">largest", ">1K\nbatch", ">largest\nbatch", "status")
    print_table("", prices, (_prices(model, provider, today) for model, provider in every))
    print_line()
    print_line("* is asked where no model is named; inputs are reference pictures; prices are for one picture")


def status_of(model: Model, provider: ProviderConfig, today: date) -> str:
    """In words, how long a model can be asked where its provider is reached, and elsewhere if that differs."""
    ends = {"developer": ("on the Gemini API", model.shutdown), "vertex": ("on Vertex AI", model.vertex_shutdown)}
    _, last = ends.pop(provider.backend)
    [(elsewhere, other)] = ends.values()
    here, there = _life(model, last, today), _life(model, other, today)
    if last == other or here == there:
        return here
    return f"{here}; {elsewhere} {there if other else 'no end is known'}"


def _reached(model: Model, provider: ProviderConfig) -> ProviderConfig:
    return resolved(provider, os.environ) if model.provider == "gemini" else provider


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _list_packs(book: FormatBook, *, as_json: bool) -> None:
    members = {one.id: pack_members(one, book.formats) for one in book.packs.values()}
    if as_json:
        print_json([{"id": one.id, "title": one.title, "formats": members[one.id]} for one in book.packs.values()])
        return
    rows = ((one.id, len(members[one.id]), one.title) for one in book.packs.values())
    print_table("", ("pack", ">formats", "for"), rows)
    print_line(f"{len(members)} packs; a campaign's `formats:` takes them, and platforms: {', '.join(book.platforms)}")


def _format(form: AdFormat) -> tuple[object, ...]:
    limit = f"{form.max_bytes / 1000:,.0f} kB" if form.max_bytes else "unknown"
    pixels, types = f"{form.width}x{form.height}", " ".join(form.file_types)
    text = form.text_overlay.value + (" + clean" if form.keep_clean else "")
    return form.id, form.platform, form.placement, pixels, limit, types, text, form.confidence


def _fields(model: Model, provider: ProviderConfig, today: date) -> dict[str, Any]:
    reason = ended(model, provider, today)
    is_early = model.available_from is not None and model.available_from > today
    status: Literal["available", "upcoming", "retired"] = (
        "available" if not reason else "upcoming" if is_early else "retired"
    )
    return model.model_dump(mode="json") | {"status": status, "reason": reason}


def _abilities(model: Model) -> tuple[object, ...]:
    thinking = " ".join(model.thinking) or ("always" if model.most_thinking else "–")
    title, search = textwrap.fill(model.title, 20), " ".join(model.search) or "–"
    sizes = " ".join(_sizes(model))
    return _named(model), model.provider, title, sizes, len(model.pixels), thinking, search, model.max_references


def _prices(model: Model, provider: ProviderConfig, today: date) -> tuple[object, ...]:
    tables, sizes = (model.price_micros, model.batch_price_micros), ("1K", _sizes(model)[-1])
    costs = [money(table[size]) if size in table else "–" for table in tables for size in sizes]
    return _named(model), *costs, status_of(model, provider, today).replace("; on ", ";\non ")


def _named(model: Model) -> str:
    return f"{model.id} *" if model.default else model.id


def _sizes(model: Model) -> list[Size]:
    drawn = {size for table in model.pixels.values() for size in table}
    return [size for size in get_args(Size) if size in drawn]


def _life(model: Model, last: date | None, today: date) -> str:
    if last is not None and last <= today:
        return f"shut down {last}" + (f"; use {model.successor}" if model.successor else "")
    if model.available_from is not None and model.available_from > today:
        return f"from {model.available_from}"
    if last is None:
        return "in service"
    days = (last - today).days
    return f"in service until {last} ({days:,} {'day' if days == 1 else 'days'})"
