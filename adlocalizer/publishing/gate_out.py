"""What a run is about to publish, held against its plan, its store and what was paid."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from adlocalizer.bundling import region_folder
from adlocalizer.domain import Finding, Outcome
from adlocalizer.expectations import gate_attempts, gate_files, gate_manifest, gate_sums
from adlocalizer.manifest import ManifestRow
from adlocalizer.planning import Plan
from adlocalizer.publishing.asked import Bought, bought
from adlocalizer.store import Store

Row = dict[str, object]


def gates_out(plan: Plan, outcomes: Sequence[Outcome], rows: Sequence[ManifestRow]) -> tuple[Finding, ...]:
    """What the gates find in manifest rows, attempts, files and sums of every region, passes too."""
    masters = tuple(bought(plan, outcomes))
    return (
        *gate_manifest(rows, planned_ids(plan, outcomes)),
        *gate_files(tuple(_files(plan, outcomes))),
        *gate_attempts([row for one in masters for row in one.rows]),
        *gate_sums((*_renditions(plan, outcomes), *_costs(masters))),
    )


def planned_ids(plan: Plan, outcomes: Sequence[Outcome]) -> Collection[str]:
    """What must have an outcome: everything wanted now, and what an earlier selection of the same plan has made."""
    every = set(plan.rendition_ids())
    every |= {one.rendition.id for one in plan.ended}
    wanted = {rendition.id for rendition in plan.renditions()}
    wanted |= {one.rendition.id for one in plan.wanted_ended()}
    return wanted | (every & {outcome.rendition.id for outcome in outcomes})


def _files(plan: Plan, outcomes: Sequence[Outcome]) -> Iterator[Row]:
    """Every file as its outcome has it, and as it stands; a remote store is not asked for the bytes again."""
    run = plan.brief.run
    store = Store(run.store_url)
    for one in outcomes:
        if (asset := one.asset) is None:
            continue
        path = f"{region_folder(run, one.rendition.creative.region)}/{asset.file}"
        there = store.exists(path)
        digest = hashlib.sha256(store.read(path)).hexdigest() if there and store.is_local else None
        noted = {"rendition_id": one.rendition.id, "file": asset.file, "bytes": asset.bytes, "sha256": asset.sha256}
        yield {**noted, "found_bytes": store.size(path) if there else None, "found_sha256": digest}


def _renditions(plan: Plan, outcomes: Sequence[Outcome]) -> Iterator[Row]:
    """By region: renditions that were planned, and outcomes of the five statuses, which must be as many."""
    region_of = {one.creative.id: one.creative.region for one in plan.creatives}
    region_of |= {one.rendition.creative.id: one.rendition.creative.region for one in (*plan.ended, *outcomes)}
    wanted = Counter(region_of[name.rpartition(".")[0]] for name in planned_ids(plan, outcomes))
    found = Counter(one.rendition.creative.region for one in outcomes)
    for region in sorted(wanted | found):
        yield {
            "sum": f"renditions of {region}",
            "what": "renditions",
            "wanted": wanted[region],
            "found": found[region],
        }


def _costs(masters: Sequence[Bought]) -> Iterator[Row]:
    """By master: what its attempts cost, and what its renditions carry of it."""
    for one in masters:
        if one.is_whole:
            paid = sum(row.cost_micros for row in one.rows)
            carried = sum(outcome.cost_micros for outcome in one.outcomes)
            yield {"sum": one.name, "what": "cost_micros", "wanted": paid, "found": carried}
