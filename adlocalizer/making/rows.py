"""What shards leave in the store: a row a rendition, under a key that says whether it must be made again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from adlocalizer.bundling import region_folder
from adlocalizer.domain import Digest, GroundedCreative, Id, Master, Micros, Noun, Outcome, RunRef, Severity, digest_of
from adlocalizer.planning import Brief, Plan, compose_masters
from adlocalizer.store import Store

_SET = {
    *("locale", "headline", "subline", "call_to_action", "legal"),
    *("price", "currency", "old_price", "unit_price", "unit"),
}
"""What of a copy row stands on the ad; why it says so, and what it means, may change without another picture."""


class ShardRow(Noun):
    """One line of a shard's file."""

    rendition_key: Digest
    """Digest of everything that decided the rendition: a row with the same key need not be made again."""
    master_cost_micros: Micros
    """What all attempts of its master cost; the outcome has its share."""
    outcome: Outcome


def shard_path(run: RunRef, region: str, number: int) -> str:
    """Where a shard's outcomes are in the store."""
    return f"{region_folder(run, region)}/shards/{number}.jsonl"


def rendition_keys(brief: Brief, grounded: GroundedCreative, master: Master) -> dict[Id, Digest]:
    """The key of each of a master's renditions, by format id."""
    creative, words = grounded.creative.model_dump(mode="json"), grounded.copy_row.model_dump(mode="json", include=_SET)
    # Left out where there are none: keys of what was made before there were any stay what they were.
    ruled = grounded.model_dump(mode="json", include={"overlays", "labels", "letter_floor", "findings"})
    said = {name: value for name, value in ruled.items() if value}
    decided = digest_of([brief.look_sha256, creative, words, master.request.key, *([said] if said else [])])
    return {fit.format_id: digest_of([decided, brief.fit_sha256(fit)]) for fit in master.fits}


def read_rows(store: Store, path: str) -> tuple[ShardRow, ...]:
    """The rows of a shard's file; none when there is no file, or another version wrote it: it is made again then."""
    try:
        lines = store.read(path).splitlines() if store.exists(path) else []
        return tuple(ShardRow.model_validate(json.loads(line)) for line in lines)
    except ValueError:
        return ()


def write_rows(store: Store, path: str, rows: Sequence[ShardRow]) -> None:
    """Put a shard's file there, whole, in the order of rendition ids."""
    ordered = sorted(rows, key=lambda row: row.outcome.rendition.id)
    store.write(path, "".join(f"{row.model_dump_json()}\n" for row in ordered).encode())


def read_outcomes(
    store: Store, run: RunRef, region: str, with_passes: bool = True, numbers: Iterable[int] = ()
) -> tuple[Outcome, ...]:
    """Every outcome the shards of a region have on file; without passes they take a tenth of the memory.

    Shards of these `numbers` are looked for by name: a listing of an object store may not know yet what was written.
    """
    paths = {*_shard_files(store, region_folder(run, region)), *(shard_path(run, region, one) for one in numbers)}
    rows = (row for path in sorted(paths) for row in read_rows(store, path))
    return tuple(row.outcome if with_passes else _without_passes(row.outcome) for row in rows)


def refile(store: Store, plan: Plan) -> None:
    """Put rows on file where the plan now looks for them, and drop those it has no use for.

    Shards hold other creatives when cities come, go or move; formats and words change. A row is kept under its key.
    """
    brief, files = plan.brief, {path: read_rows(store, path) for path in _shard_files(store, plan.brief.run.path)}
    rows = {row.rendition_key: row for some in files.values() for row in some}
    known = {row.outcome.rendition.creative.id for row in rows.values()}
    wanted: dict[str, list[ShardRow]] = {}
    for shard in plan.shards:
        path = shard_path(brief.run, shard.region, shard.number)
        for grounded in shard.creatives:
            if grounded.creative.id in known:
                kept = [rows[key] for key in _every_key(plan, grounded) if key in rows]
                wanted.setdefault(path, []).extend(kept)
    for path, some in wanted.items():
        if {row.rendition_key for row in some} != {row.rendition_key for row in files.get(path, ())}:
            write_rows(store, path, some)
    for path in files.keys() - {path for path, some in wanted.items() if some}:
        store.remove(path)


def _every_key(plan: Plan, grounded: GroundedCreative) -> Iterator[Digest]:
    for master in compose_masters(plan.brief, grounded, plan.formats_of(grounded)):
        yield from rendition_keys(plan.brief, grounded, master).values()


def _shard_files(store: Store, folder: str) -> tuple[str, ...]:
    return tuple(path for path in store.paths(folder) if path.endswith(".jsonl") and path.split("/")[-2] == "shards")


def _without_passes(outcome: Outcome) -> Outcome:
    spoken = tuple(finding for finding in outcome.findings if finding.severity is not Severity.PASS)
    return outcome.model_copy(update={"findings": spoken})
