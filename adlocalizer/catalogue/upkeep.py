"""The tables kept small and whole: how they stand, and small files made into large ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from adlocalizer.catalogue.places import TABLES, Place, Table, explained, place_of
from adlocalizer.store import Store

KEPT_DAYS = 30
"""How long versions can be read again unless somebody says otherwise."""
_FILE_BYTES = 4 << 20
"""What files grow to: about 90,000 rows. A day of a month that is made anew rewrites the files its rows are in."""


class Standing(NamedTuple):
    """How a table stands."""

    table: Table
    version: int
    """The latest; every commit makes one, from 0 on."""
    rows: int
    files: int
    """Of the latest version."""
    bytes: int


class Compacted(NamedTuple):
    """What compacting a table did, or would do."""

    table: Table
    merged: int
    """Small files that became, or would become, fewer."""
    files: int
    """Files of the latest version after it; before it where nothing was done."""
    removed: int
    """Files of versions older than those that stay, taken away or to be."""


def standings(store_url: str) -> tuple[Standing, ...]:
    """How each table stands that was ever written."""
    return tuple(_standing(store_url, table) for table in TABLES if _exists(store_url, table))


def missing_files(store_url: str) -> tuple[str, ...]:
    """Files that the latest version of a table names and that are not there, by store path."""
    from deltalake import DeltaTable

    gone = []
    for table in (one for one in TABLES if _exists(store_url, one)):
        place, store = place_of(store_url, table), Store(store_url)
        with explained(store_url, table):
            named = DeltaTable(place.url, storage_options=place.options).get_add_actions(flatten=True)["path"]
        paths = (f"catalogue/{table}/{one}" for one in named.to_pylist())
        there = set(store.paths(f"catalogue/{table}"))
        gone += [path for path in paths if path not in there and not store.exists(path)] if there else []
    return tuple(gone)


def compact(store_url: str, keep_days: int = KEPT_DAYS, is_done: bool = False) -> tuple[Compacted, ...]:
    """Make small files into large ones and take away files only versions older than so many days need.

    Says only what it would do unless `is_done`. Readers and writers may go on meanwhile.
    """
    return tuple(_compact(store_url, table, keep_days, is_done) for table in TABLES if _exists(store_url, table))


def _compact(store_url: str, table: Table, keep_days: int, is_done: bool) -> Compacted:
    from deltalake import DeltaTable, WriterProperties

    place = place_of(store_url, table)
    with explained(store_url, table):
        delta = DeltaTable(place.url, storage_options=place.options)
        actions = delta.get_add_actions(flatten=True)
        merged = _small(zip(actions["path"].to_pylist(), actions["size_bytes"].to_pylist(), strict=True))
        if is_done and merged:
            properties = WriterProperties(compression="ZSTD")
            found = delta.optimize.compact(target_size=_FILE_BYTES, writer_properties=properties)
            merged = int(found["numFilesRemoved"])
        gone = delta.vacuum(keep_days * 24, dry_run=not is_done, enforce_retention_duration=False)
        if is_done:
            delta.create_checkpoint()
        return Compacted(table, merged, len(delta.file_uris()), len(gone))


def _small(files: Iterable[tuple[str, int]]) -> int:
    """How many files, newest first as a table lists them, fit together with neighbours of their partition."""
    bins: dict[str, list[list[int]]] = {}
    for path, size in reversed([*files]):
        own = bins.setdefault(path.rpartition("/")[0], [[]])
        if sum(own[-1]) + size > _FILE_BYTES:
            own.append([])
        own[-1].append(size)
    return sum(len(some) for own in bins.values() for some in own if len(some) > 1)


def _exists(store_url: str, table: Table) -> bool:
    from deltalake import DeltaTable

    place: Place = place_of(store_url, table)
    with explained(store_url, table):
        return bool(DeltaTable.is_deltatable(place.url, storage_options=place.options))


def _standing(store_url: str, table: Table) -> Standing:
    from deltalake import DeltaTable

    place = place_of(store_url, table)
    with explained(store_url, table):
        delta = DeltaTable(place.url, storage_options=place.options)
        files = delta.get_add_actions(flatten=True)
        sizes, rows = files["size_bytes"].to_pylist(), files["num_records"].to_pylist()
        return Standing(table, delta.version(), sum(one or 0 for one in rows), len(sizes), sum(sizes))
