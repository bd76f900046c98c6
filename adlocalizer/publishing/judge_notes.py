"""What a report says of a run's judge: whom it heard, at what cost, and how many known-bad pictures it let pass."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from adlocalizer.domain import Finding, Judge, Outcome, Severity, money
from adlocalizer.making.canaries import Missed, missed_in
from adlocalizer.planning import Plan
from adlocalizer.planning.questioning import docket_path
from adlocalizer.store import Store


def judge_notes(plan: Plan, outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """Sentences about the judge of a run, whenever its pictures were judged; none where it has none."""
    if (judge := plan.brief.judge) is None:
        return ()
    store = Store(plan.brief.run.store_url)
    costs, canaries = list(_costs(store, judge, outcomes)), missed_in(store, plan.brief.run)
    asked = f"{judge.model.title} was asked about {len(costs):,} pictures for {money(sum(costs))}"
    if not canaries.asked:
        return f"{asked}.", "No known-bad picture was slipped in: how many it lets pass was not measured."
    by = "; ".join(f"{name} {missed} of {asked}" for name, asked, missed in canaries.by_forgery)
    return (
        f"{asked}, and about {canaries.asked:,} known-bad ones for {money(canaries.cost_micros)}.",
        f"{_told(canaries)}: {by}.",
    )


def judge_doubts(plan: Plan) -> tuple[Finding, ...]:
    """That a run's judge lets too much pass, when that is sure: then its consent says little. A gate that warns."""
    if (judge := plan.brief.judge) is None:
        return ()
    canaries, most = missed_in(Store(plan.brief.run.store_url), plan.brief.run), judge.book.most_missed
    if canaries.interval[0] <= most:
        return ()
    doubt = Finding(
        check="judge_misses",
        subject=judge.model.id,
        severity=Severity.REVIEW,
        text=f"{_told(canaries)}; most_missed of configs/judge.yml allows {most:.0%}.",
        remedy="Look at the pictures as if nobody had judged them, and name another model in configs/judge.yml.",
    )
    return (doubt,)


def _told(canaries: Missed) -> str:
    low, high = canaries.interval
    share = f"{canaries.rate:.0%}, with 95 % confidence between {low:.0%} and {high:.0%}"
    return f"The judge let {canaries.missed:,} of {canaries.asked:,} known-bad pictures pass ({share})"


def _costs(store: Store, judge: Judge, outcomes: Iterable[Outcome]) -> Iterator[int]:
    """What each picture of the outcomes that was judged cost, those that were not accepted too."""
    every = tuple(outcomes)
    keys = {one.master_key for one in every if one.master_key} | {tried.key for one in every for tried in one.tried}
    for path in (docket_path(judge, key) for key in sorted(keys)):
        if store.exists(path):
            yield int(json.loads(store.read(path))["cost_micros"])
