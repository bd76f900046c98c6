"""What differs from the campaign's run before: how ads ended, their pictures, their cost, the facts of the day."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from adlocalizer.bundling import delivered_rows, marker_path
from adlocalizer.domain import Outcome, RunRef
from adlocalizer.making.studio import plan_path
from adlocalizer.planning import Plan
from adlocalizer.reporting import Changes, FactMoved, Moved
from adlocalizer.store import Store

_LOOKED_AT = 31
"""Days before that are looked at one by one: a look costs less than a list of all runs, asked for then."""
_PLAN = re.compile(r"runs/[^/]+/(\d{4}-[01]\d-[0-3]\d)/plan\.json")
_MOST_EXAMPLES = 3

Row = Mapping[str, Any]
"""A row of a manifest."""


def changes_since(plan: Plan, outcomes: Sequence[Outcome]) -> Changes | None:
    """What changed since the newest earlier run of the campaign that delivered a region; None: there is none.

    Reads that run's manifests and plan; None too where another version wrote them otherwise.
    """
    store = Store(plan.brief.run.store_url)
    run = _run_before(store, plan.brief.run, plan.every_region())
    if run is None:
        return None
    try:
        every = [row for region in plan.every_region() for row in delivered_rows(store, run, region)]
        rows = {row["rendition_id"]: row for row in every}
        return _compared(run, rows, outcomes, _facts_moved(_facts_then(store, run), plan))
    except (KeyError, TypeError, ValueError):
        return None  # another version's: this run's own pictures stand all the same


def _run_before(store: Store, run: RunRef, regions: Iterable[str]) -> RunRef | None:
    earlier = (run.model_copy(update={"logical_date": day}) for day in _days_before(store, run))
    found = (one for one in earlier if store.exists(plan_path(one)))
    return next((one for one in found if any(store.exists(marker_path(one, region)) for region in regions)), None)


def _days_before(store: Store, run: RunRef) -> Iterator[date]:
    """The days that may have a run of the campaign, the newest first, however long ago."""
    near = [run.logical_date - timedelta(days=back) for back in range(1, _LOOKED_AT + 1)]
    yield from near
    paths = store.paths(f"runs/{run.campaign}")
    days = {date.fromisoformat(found[1]) for path in paths if (found := _PLAN.fullmatch(path))}
    yield from sorted((day for day in days if day < near[-1]), reverse=True)


def _facts_then(store: Store, run: RunRef) -> dict[tuple[str, str], dict[str, str]]:
    """Texts of facts by name, of every city and locale."""
    plan = json.loads(store.read(plan_path(run)))
    grounded = (one for shard in plan.get("shards", ()) for one in shard["creatives"])
    return {
        (one["creative"]["city_id"], one["creative"]["locale"]): {fact["name"]: fact["text"] for fact in one["facts"]}
        for one in grounded
    }


def _facts_moved(then: Mapping[tuple[str, str], Mapping[str, str]], plan: Plan) -> tuple[FactMoved, ...]:
    moved: dict[str, dict[str, tuple[str, str, str]]] = defaultdict(dict)
    for one in plan.creatives:
        known = then.get((one.creative.city_id, one.creative.locale), {})
        for fact in one.facts:
            if (before := known.get(fact.name)) is not None and before != fact.text:
                moved[fact.name].setdefault(one.creative.city_id, (one.creative.city, before, fact.text))
    found = [FactMoved(name, len(some), tuple(some.values())[:_MOST_EXAMPLES]) for name, some in moved.items()]
    return tuple(sorted(found, key=lambda one: (-one.cities, one.name)))


def _compared(
    run: RunRef, rows: Mapping[str, Row], outcomes: Sequence[Outcome], facts: tuple[FactMoved, ...]
) -> Changes:
    now = {one.rendition.id: one for one in outcomes}
    ended = {name: one.status.value for name, one in now.items()}
    before = {name: str(row["status"]) for name, row in rows.items()}
    moved = (Moved(name, before.get(name, ""), ended.get(name, "")) for name in sorted(ended.keys() | before.keys()))
    pictures = {name: one.asset.sha256 for name, one in now.items() if one.asset}
    same = sum(rows[name]["sha256"] == digest for name, digest in pictures.items() if name in rows)
    return Changes(
        since=run.logical_date,
        moved=tuple(one for one in moved if one.before != one.after),
        same_pictures=same,
        new_pictures=len(pictures) - same,
        cost_before_micros=sum(int(row["cost_micros"]) for row in rows.values()),
        cost_after_micros=sum(one.cost_micros for one in outcomes),
        facts=facts,
    )
