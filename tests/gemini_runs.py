"""Runs of the small campaign with the `gemini` provider, in this process, without Prefect."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from adlocalizer.domain import Counts, Outcome
from adlocalizer.errors import AdlocalizerError
from adlocalizer.loading import keep_pictures
from adlocalizer.making import Purchase, make_shard, open_studio, read_outcomes, refile
from adlocalizer.making.purse import Caps
from adlocalizer.ordering import Ordered, caps_of, plan_order
from adlocalizer.progress import Tally
from adlocalizer.revisions import add_revisions
from adlocalizer.store import Ledger, Store

from . import projects

FAST = {"first_wait_seconds": 0.01, "longest_wait_seconds": 5, "breaker_seconds": 0.05, "deadline_seconds": 5}


class Run:
    """One run: what it planned, what it counted, what stopped it."""

    def __init__(self, ordered: Ordered, tally: Tally, counts: Counts, stopped: AdlocalizerError | None) -> None:
        self.ordered, self.tally, self.counts, self.stopped = ordered, tally, counts, stopped
        self.plan, self.store = ordered.plan, Store(ordered.order.store_url)
        self.ledger = Ledger(self.store)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        run = self.plan.brief.run
        return tuple(one for region in self.plan.every_region() for one in read_outcomes(self.store, run, region))


def make_gemini_project(folder: Path, config: dict[str, Any] | None = None, **campaign: Any) -> Path:
    """The small project, drawn by Gemini; `config` changes how patient its provider is."""
    said = {"provider": "gemini", "formats": ["gads_upload_300x250"], **campaign}
    project = projects.make_project(folder, **said)
    models = project / "configs" / "models.yml"
    text = models.read_text("utf-8")
    start, end = text.index("  gemini:\n"), text.index("\nmodels:\n")
    models.write_text(f"{text[:start]}  gemini: {json.dumps({**FAST, **(config or {})})}\n{text[end:]}", "utf-8")
    return project


def change_models(project: Path, old: str, new: str) -> None:
    """Replace text in the project's models.yml."""
    models = project / "configs" / "models.yml"
    text = models.read_text("utf-8")
    assert old in text
    models.write_text(text.replace(old, new, 1), "utf-8")


def run_gemini(project: Path, **over: Any) -> Run:
    """Make the small campaign's shards with what is asked for in `over`, fields of an order."""
    return asyncio.run(_run(project, over))


async def _run(project: Path, over: dict[str, Any]) -> Run:
    ordered = plan_order(projects.small_order(project, **over))
    plan, store = ordered.plan, Store(ordered.order.store_url)
    keep_pictures(store, ordered.loaded.pictures)
    add_revisions(store, plan.brief.run, ordered.order.revisions)
    refile(store, plan)
    tally, caps = Tally(), caps_of(ordered.order, plan)
    async with open_studio(plan, project / "data", Purchase(Caps(*caps)), tally) as studio:
        made = await asyncio.gather(*(make_shard(studio, shard) for shard in plan.wanted_shards()))
    return Run(ordered, tally, sum(made, Counts()), studio.desk.stopped)
