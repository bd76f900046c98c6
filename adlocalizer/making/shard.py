"""A shard to its outcomes, and the outcomes to one file written last: its presence means the shard is done."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import ValidationError

from adlocalizer.bundling import region_folder
from adlocalizer.domain import Counts, Digest, GroundedCreative, Master, Noun, Outcome, RunRef, Shard, digest_of
from adlocalizer.making.picture import make_master
from adlocalizer.making.studio import Studio
from adlocalizer.planning import Brief, compose_masters
from adlocalizer.progress import show
from adlocalizer.store import Store
from adlocalizer.together import all_or_stop


class ShardRef(Noun):
    """Which shard of which run: all that travels to the task that makes it."""

    run: RunRef
    plan_sha256: Digest
    region: str
    number: int


class ShardCounts(Noun):
    """How a shard ended: all that travels back."""

    region: str
    number: int
    counts: Counts


class ShardRow(Noun):
    """One line of a shard's file."""

    rendition_key: Digest
    """Digest of everything that decided the rendition: a row with the same key need not be made again."""
    outcome: Outcome


def shard_path(run: RunRef, region: str, number: int) -> str:
    """Where a shard's outcomes are in the store."""
    return f"{region_folder(run, region)}/shards/{number}.jsonl"


async def make_shard(studio: Studio, shard: Shard) -> ShardCounts:
    """Make what is wanted of a shard and not yet made, and write its file; counts of what was wanted come back.

    Errors of single pictures are outcomes. NotAllowed, BudgetExceeded and StoreError leave: nothing more can succeed.
    """
    plan, store = studio.plan, studio.store
    path = shard_path(plan.brief.run, shard.region, shard.number)
    pieces = list(_pieces(plan.brief, shard, studio))
    kept = await asyncio.to_thread(_reusable, store, path, plan.brief, shard)
    made = await all_or_stop(_make(studio, piece, kept) for piece in pieces)
    rows = [row for some in made for row in some]
    if {row.rendition_key for row in rows} - kept.keys():
        wanted = {row.outcome.rendition.id for row in rows}
        others = [row for row in kept.values() if row.outcome.rendition.id not in wanted]
        ordered = sorted([*rows, *others], key=lambda row: row.outcome.rendition.id)
        content = "".join(f"{row.model_dump_json()}\n" for row in ordered)
        await asyncio.to_thread(store.write, path, content.encode())
    counts = Counts.of(row.outcome for row in rows)
    return ShardCounts(region=shard.region, number=shard.number, counts=counts)


def read_outcomes(store: Store, run: RunRef, region: str) -> tuple[Outcome, ...]:
    """Every outcome the shards of a region have on file."""
    files = store.paths(f"{region_folder(run, region)}/shards")
    return tuple(row.outcome for path in files for row in _rows(store, path))


def remove_stale_shards(store: Store, run: RunRef, shards: Sequence[Shard]) -> None:
    """Take away files of shards that the plan no longer has, so that nothing of them is delivered."""
    wanted = {shard_path(run, shard.region, shard.number) for shard in shards}
    for region in {shard.region for shard in shards}:
        for path in store.paths(f"{region_folder(run, region)}/shards"):
            if path not in wanted:
                store.remove(path)


class _Piece(NamedTuple):
    grounded: GroundedCreative
    master: Master
    keys: Mapping[str, Digest]
    """Rendition keys by format id."""


def _pieces(brief: Brief, shard: Shard, studio: Studio) -> Iterator[_Piece]:
    for grounded in shard.creatives:
        for master in compose_masters(brief, grounded, studio.plan.wanted_formats(grounded.creative)):
            yield _Piece(grounded, master, _keys(brief, grounded, master))


def _keys(brief: Brief, grounded: GroundedCreative, master: Master) -> dict[str, Digest]:
    words = grounded.copy_row.model_dump(mode="json")
    return {
        fit.format_id: digest_of(
            [brief.look_sha256, grounded.creative.id, master.request.key, words, brief.format_sha256[fit.format_id]]
        )
        for fit in master.fits
    }


async def _make(studio: Studio, piece: _Piece, kept: Mapping[Digest, ShardRow]) -> list[ShardRow]:
    missing = [name for name, key in piece.keys.items() if key not in kept]
    rows = [kept[key] for key in piece.keys.values() if key in kept]
    if rows:
        _count(studio, [row.outcome for row in rows])
    if missing:
        master = piece.master.model_copy(
            update={"fits": tuple(fit for fit in piece.master.fits if fit.format_id in missing)}
        )
        outcomes = await make_master(studio, piece.grounded, master)
        _count(studio, outcomes)
        rows += [ShardRow(rendition_key=piece.keys[one.rendition.format_id], outcome=one) for one in outcomes]
    else:
        studio.tally.kept += 1
    return rows


def _count(studio: Studio, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        studio.tally.ended[outcome.status] += 1
    show(studio.tally)


def _reusable(store: Store, path: str, brief: Brief, shard: Shard) -> dict[Digest, ShardRow]:
    """Rows whose files still stand there, of creatives the shard still has."""
    if not store.exists(path):
        return {}
    creatives = {grounded.creative.id for grounded in shard.creatives}
    folder = region_folder(brief.run, shard.region)
    return {
        row.rendition_key: row
        for row in _rows(store, path)
        if row.outcome.rendition.creative.id in creatives and _stands(store, folder, row.outcome)
    }


def _stands(store: Store, folder: str, outcome: Outcome) -> bool:
    asset = outcome.asset
    if asset is None:
        # A picture that failed for want of an answer is worth another try; other ends were decided.
        return outcome.status.value != "failed"
    path = f"{folder}/{asset.file}"
    return store.exists(path) and store.size(path) == asset.bytes


def _rows(store: Store, path: str) -> Iterator[ShardRow]:
    for line in store.read(path).splitlines():
        try:
            yield ShardRow.model_validate(json.loads(line))
        except (ValueError, ValidationError):
            return  # another version's rows: the shard is made again from kept answers
