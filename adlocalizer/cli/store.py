"""`adlocalizer store`: is it whole, what is in it, what can go, and its tables kept small."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from adlocalizer.cli.options import AsJson, StoreUrl
from adlocalizer.cli.showing import print_json, print_line, print_table
from adlocalizer.errors import EXIT_ALL_DELIVERED, EXIT_DEGRADED, ConfigError
from adlocalizer.store import Store

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look after a store: verify, stats, gc, compact.")

Remove = Annotated[bool, typer.Option("--yes", help="Do it; without this it is only shown.")]
Age = Annotated[float, typer.Option("--older-than", metavar="HOURS", min=0, help="Leave younger orphans; default: 24.")]
Keep = Annotated[int, typer.Option("--keep-days", metavar="N", min=0, help="Versions that can be read again.")]
_MOST_SHOWN = 20
_MONTH = 30


@app.command()
def verify(store: StoreUrl = None, as_json: AsJson = False) -> int:
    """Check every answer, file, bundle and table against its digest and what names it. Changes nothing."""
    from adlocalizer.catalogue import missing_files
    from adlocalizer.store.parts import areas
    from adlocalizer.store.verifying import Damage, verify

    kept = _store(store)
    found = verify(kept)
    gone = [path for area in areas(kept) for path in missing_files(area.url)]
    remedy = "bring it back from a backup, or run the campaign again: its rows are written anew"
    damage = (*found.damage, *(Damage(path, "it is missing, and its table names it", remedy) for path in gone))
    if as_json:
        print_json({"checked": found.checked, "damage": [one._asdict() for one in damage]})
    else:
        print_table("Checked", ("kind", ">files"), found.checked.items())
        for one in damage:
            print_line(f"{one.path}: {one.found}; {one.remedy}")
        print_line(f"{sum(found.checked.values()):,} files checked; {len(damage):,} damaged")
    return EXIT_DEGRADED if damage else EXIT_ALL_DELIVERED


@app.command()
def stats(store: StoreUrl = None, as_json: AsJson = False) -> None:
    """Show what there is, by kind and campaign, and how the tables stand."""
    from adlocalizer.catalogue import standings
    from adlocalizer.store.parts import sizes

    kept = _store(store)
    found, tables = sizes(kept), standings(kept.url)
    files, total = sum(one.files for one in found), sum(one.bytes for one in found)
    if as_json:
        said = {"sizes": [one._asdict() for one in found], "tables": [one._asdict() for one in tables]}
        print_json({**said, "files": files, "bytes": total})
        return
    rows = [(one.kind, one.campaign, one.files, _megabytes(one.bytes)) for one in found]
    print_table("Files", ("kind", "campaign", ">files", ">MB"), rows)
    print_line()
    columns = ("table", ">version", ">rows", ">files", ">MB")
    print_table("Tables", columns, [(*one[:4], _megabytes(one.bytes)) for one in tables])
    print_line(f"{files:,} files, {_megabytes(total)} MB")


@app.command()
def gc(store: StoreUrl = None, older_than: Age = 24.0, yes: Remove = False, as_json: AsJson = False) -> None:
    """Show what nobody needs any more: orphans, and what configs/store.yml lets go. With --yes it goes."""
    from adlocalizer.config.keeping import retention_of
    from adlocalizer.order import open_project
    from adlocalizer.store.parts import areas
    from adlocalizer.store.sweeping import Terms, find_waste, sweep

    retention, now = retention_of(open_project().root), datetime.now(UTC)
    refused, superseded = (_days(one) for one in (retention.refused_days, retention.superseded_days))
    terms = Terms(now, timedelta(hours=older_than), refused, superseded)
    rows: list[dict[str, Any]] = []
    kept = _store(store)
    for area in areas(kept):
        waste = find_waste(area, terms, _approved(area.url))
        before = area.url.removeprefix(kept.url).strip("/")
        rows += [{**one._asdict(), "path": f"{before}/{one.path}".lstrip("/")} for one in waste]
        if yes:
            sweep(area, waste, now)
    unfinished = kept.remove_leftovers(older_than * 3600) if yes else 0
    if as_json:
        print_json(
            {"removed": yes, "waste": rows, "bytes": sum(one["bytes"] for one in rows), "unfinished": unfinished}
        )
    else:
        _show_waste(rows, yes)


@app.command()
def compact(store: StoreUrl = None, keep_days: Keep = _MONTH, yes: Remove = False, as_json: AsJson = False) -> None:
    """Make the tables' small files into large ones, and let old versions go. With --yes; else it is only shown."""
    from adlocalizer.catalogue import compact

    found = compact(_store(store).url, keep_days, yes)
    if as_json:
        print_json({"done": yes, "tables": [one._asdict() for one in found]})
        return
    print_table("Tables", ("table", ">merged", ">files", ">removed"), found)
    print_line("done" if yes else "nothing is changed; --yes does it")


def _show_waste(rows: Sequence[dict[str, Any]], is_done: bool) -> None:
    shown = [(one["path"], one["why"], "content" if one["entry_stays"] else "file") for one in rows[:_MOST_SHOWN]]
    if rows:
        print_table("Waste", ("file", "why", "goes"), shown)
    if len(rows) > _MOST_SHOWN:
        print_line(f"… and {len(rows) - _MOST_SHOWN:,} more; --json lists them all")
    done = "removed" if is_done else "nothing is changed; --yes removes them" if rows else "nothing to remove"
    print_line(f"{len(rows):,} files, {_megabytes(sum(one['bytes'] for one in rows))} MB: {done}")


def _approved(store_url: str) -> frozenset[str]:
    """Digests of files somebody approved, whatever was said later: what was approved is not waste."""
    from adlocalizer.catalogue import read_runs

    rows = read_runs(store_url, "reviews").to_pylist()
    return frozenset(row["sha256"] for row in rows if row["decision"] == "approved")


def _store(url: str | None) -> Store:
    from adlocalizer.order import open_project

    found = Store(url or os.environ.get("ADLOCALIZER_STORE") or str(open_project().root / "store"))
    if found.root is not None and not found.root.is_dir():
        raise ConfigError("--store", f"there is no folder {found.root}", "name the store that runs were made in")
    return found


def _days(number: int | None) -> timedelta | None:
    return None if number is None else timedelta(days=number)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.2f}"
