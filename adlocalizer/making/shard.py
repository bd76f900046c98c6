"""A shard to its outcomes, and the outcomes to one file written last: its presence means the shard is done."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from adlocalizer.bundling import marker_path, region_folder
from adlocalizer.domain import Counts, Digest, GroundedCreative, Id, Master, Outcome, Shard, Status
from adlocalizer.logs import about
from adlocalizer.making.ending import share_of
from adlocalizer.making.judging import UNHEARD
from adlocalizer.making.picture import Made, make_master
from adlocalizer.making.rows import ShardRow, read_rows, rendition_keys, shard_path, write_rows
from adlocalizer.making.studio import Studio
from adlocalizer.planning import compose_masters, sharing
from adlocalizer.progress import show
from adlocalizer.store import Store
from adlocalizer.together import all_or_stop


async def make_shard(studio: Studio, shard: Shard) -> Counts:
    """Make what is wanted of a shard and not yet made, write its file last, and count what was wanted.

    What goes wrong with one picture is its outcome. NotAllowed, ConfigError and a BudgetExceeded before any attempt
    leave: nothing more can succeed.
    """
    store, run = studio.store, studio.plan.brief.run
    path = shard_path(run, shard.region, shard.number)
    on_file = await asyncio.to_thread(_standing, store, region_folder(run, shard.region), path, studio)
    pieces = list(_pieces(studio, shard, on_file))
    if any(piece.missing for piece in pieces):
        # An old marker over new files would call a half-made region delivered.
        await asyncio.to_thread(store.remove, marker_path(run, shard.region))
    made = await all_or_stop(_make(studio, piece, on_file) for piece in pieces)
    rows = {row.rendition_key: row for some in made for row in some}
    if any(on_file.get(key) != row for key, row in rows.items()):
        await asyncio.to_thread(write_rows, store, path, list({**on_file, **rows}.values()))
    return Counts.of(row.outcome for row in rows.values())


class _Piece(NamedTuple):
    grounded: GroundedCreative
    master: Master
    keys: Mapping[Id, Digest]
    """Rendition keys by format id."""
    missing: frozenset[Id]
    """Formats without a row on file."""


def _pieces(studio: Studio, shard: Shard, on_file: Mapping[Digest, ShardRow]) -> Iterator[_Piece]:
    brief = studio.plan.brief
    for grounded in shard.creatives:
        for master in compose_masters(brief, grounded, studio.plan.wanted_formats(grounded)):
            keys = rendition_keys(brief, grounded, master)
            missing = frozenset(name for name, key in keys.items() if key not in on_file)
            yield _Piece(grounded, master, keys, missing)


async def _make(studio: Studio, piece: _Piece, on_file: Mapping[Digest, ShardRow]) -> list[ShardRow]:
    old = [on_file[key] for name, key in piece.keys.items() if name not in piece.missing]
    if not piece.missing:
        studio.tally.kept += 1
        rows = [_shared(studio, piece.grounded, row) for row in old]
        _count(studio, [row.outcome for row in rows])
        return rows
    fits = tuple(fit for fit in piece.master.fits if fit.format_id in piece.missing)
    with about(creative=piece.grounded.creative.id, formats=",".join(fit.format_id for fit in fits)):
        made = await make_master(studio, piece.grounded, piece.master.model_copy(update={"fits": fits}))
    paid = {"master_cost_micros": made.cost_micros}
    rows = [_shared(studio, piece.grounded, row.model_copy(update=paid)) for row in old]
    rows += [_row(piece.keys, made, outcome) for outcome in made.outcomes]
    _count(studio, [row.outcome for row in rows])
    return rows


def _row(keys: Mapping[Id, Digest], made: Made, outcome: Outcome) -> ShardRow:
    key = keys[outcome.rendition.format_id]
    return ShardRow(rendition_key=key, master_cost_micros=made.cost_micros, outcome=outcome)


def _shared(studio: Studio, grounded: GroundedCreative, row: ShardRow) -> ShardRow:
    """The row with its share of the master's cost as the plan now splits it: a format more makes the shares smaller."""
    format_id = row.outcome.rendition.format_id
    share = share_of(sharing(studio.plan.brief, grounded, format_id), row.master_cost_micros, format_id)
    return row.model_copy(update={"outcome": row.outcome.model_copy(update={"cost_micros": share})})


def _count(studio: Studio, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        studio.tally.ended[outcome.status] += 1
    show(studio.tally)


def _standing(store: Store, folder: str, path: str, studio: Studio) -> dict[Digest, ShardRow]:
    """Rows on file that need not be made again, by key."""
    attempts = studio.plan.brief.campaign.attempts
    return {row.rendition_key: row for row in read_rows(store, path) if _stands(store, folder, row.outcome, attempts)}


def _stands(store: Store, folder: str, outcome: Outcome, attempts: int) -> bool:
    if any(finding.check == UNHEARD for finding in outcome.findings):
        return False  # its judge is asked, now that perhaps it can be
    if (asset := outcome.asset) is not None:
        path = f"{folder}/{asset.file}"
        return store.exists(path) and store.size(path) == asset.bytes
    # What failed for want of an answer, or of money for another attempt, is worth another try.
    return outcome.status is Status.REFUSED or (outcome.status is Status.REJECTED and outcome.attempts >= attempts)
