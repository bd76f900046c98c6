"""`adlocalizer history`: how an ad came to be what it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from adlocalizer.cli.options import AsJson, StoreUrl, parse_day
from adlocalizer.cli.showing import print_json, print_line, print_table
from adlocalizer.domain import money
from adlocalizer.errors import ConfigError
from adlocalizer.order import open_project
from adlocalizer.planning.naming import parse_name
from adlocalizer.store import Store

if TYPE_CHECKING:
    from adlocalizer.publishing.history import Version

Named = Annotated[str, typer.Argument(metavar="ID", help="Of a rendition or a creative, as manifests have it.")]
Day = Annotated[str | None, typer.Option("--date", metavar="D", help="Only the run of this day; default: every run.")]


def history(name: Named, day: Day = None, store: StoreUrl = None, as_json: AsJson = False) -> None:
    """Show the versions of an ad: what each comes from, what was asked, what came of it, what people said."""
    from adlocalizer.publishing.history import history_of

    named = parse_name(name)
    if named is None:
        like = "demo.jp-tokyo.ja-JP.solara-can.v1, or with a format behind it"
        raise ConfigError("ID", f"{name!r} is no id of a creative or a rendition", f"write one like {like}")
    kept = Store(store or os.environ.get("ADLOCALIZER_STORE") or str(open_project().root / "store"))
    found = history_of(kept, named, parse_day(day) if day else None)
    if not found:
        when = f" for {day}" if day else ""
        raise ConfigError("ID", f"the store has nothing of {name}{when}", "write an id of a manifest, or name --store")
    if as_json:
        print_json({"id": name, "versions": [one.model_dump(mode="json") for one in found]})
    else:
        for one in found:
            _show(one)


def _show(one: Version) -> None:
    print_line(f"{one.creative_id}  {one.logical_date}")
    print_line(f"from {one.parent}: {one.instruction}" if one.parent else "an original")
    columns = ("answer", "way", "model", "verdict", ">cost", "why")
    rows = [
        (
            tried.key[:12],
            tried.way,
            tried.model,
            tried.verdict,
            money(tried.cost_micros),
            _why(tried.checks, tried.reason),
        )
        for tried in one.attempts
    ]
    print_table("Asked", columns, rows)
    print_table(
        "Files",
        ("format", "status", "file", "why"),
        [
            (file.rendition_id.rpartition(".")[2], file.status, (file.sha256 or "none")[:12], file.reason)
            for file in one.renditions
        ],
    )
    said = [
        (
            file.rendition_id.rpartition(".")[2],
            f"{each.decided_at:%Y-%m-%d %H:%M}",
            each.decision,
            each.reviewer,
            each.note,
        )
        for file in one.renditions
        for each in file.decisions
    ]
    if said:
        print_table("Said", ("format", "when", "decision", "who", "why"), said)
    print_line()


def _why(checks: tuple[str, ...], reason: str) -> str:
    return ", ".join(checks) or reason
