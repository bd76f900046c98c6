"""The history of a creative: its versions, what was asked for each, what came of it, and what people said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from adlocalizer.approving import Decision
from adlocalizer.catalogue import read_runs
from adlocalizer.domain import Attempt, Creative, Noun, Outcome, Revision, RunRef, Severity
from adlocalizer.making import read_plan
from adlocalizer.making.studio import plan_path
from adlocalizer.planning.naming import Name
from adlocalizer.publishing.account import region_outcomes
from adlocalizer.publishing.deciding import with_decisions
from adlocalizer.revisions import read_revisions
from adlocalizer.store import Ledger, Store


class Tried(Noun):
    """One answer on the way to a version's pictures."""

    key: str
    model: str
    way: str
    """first, or how it was to mend the one before."""
    kind: str
    verdict: str
    """pass, review or fail."""
    checks: tuple[str, ...]
    """What failed or asked for a person."""
    reason: str
    cost_micros: int


class File(Noun):
    """One rendition of a version, and what people said about its file, oldest first."""

    rendition_id: str
    status: str
    reason: str
    approval: str
    file: str | None
    """Path in the store."""
    sha256: str | None
    decisions: tuple[Decision, ...]


class Version(Noun):
    """One version of a creative on one day."""

    creative_id: str
    logical_date: date
    version: str
    parent: str | None
    """The version it was made from; None: an original."""
    instruction: str
    """What was to change, as somebody wrote it."""
    attempts: tuple[Tried, ...]
    renditions: tuple[File, ...]


def history_of(store: Store, name: Name, day: date | None = None) -> tuple[Version, ...]:
    """Every version of what is named, by day and number; of a rendition's name only that format. Empty: there is none.

    StoreError for a run that another version of this program planned.
    """
    versions: list[Version] = []
    for run in _runs(store, name.campaign, day):
        versions += _versions(store, run, name)
    return tuple(versions)


def _runs(store: Store, campaign: str, day: date | None) -> Iterator[RunRef]:
    plans = [path for path in store.paths(f"runs/{campaign}") if path.count("/") == 3 and path.endswith("/plan.json")]
    for path in plans:
        run = RunRef(store_url=store.url, campaign=campaign, logical_date=date.fromisoformat(path.split("/")[2]))
        if day in (None, run.logical_date) and path == plan_path(run):
            yield run


def _versions(store: Store, run: RunRef, name: Name) -> Iterator[Version]:
    plan = read_plan(run).model_copy(update={"select": ()})
    regions = {region: region_outcomes(store, plan, region, with_passes=False) for region in plan.every_region()}
    own = {region: tuple(one for one in some if _is_wanted(one, name)) for region, some in regions.items()}
    by_creative: dict[str, list[Outcome]] = {}
    for outcome in (one for some in with_decisions(plan, own).values() for one in some):
        by_creative.setdefault(outcome.rendition.creative.id, []).append(outcome)
    revisions = {one.creative.id: one for one in read_revisions(store, run)}
    said = _decisions(store)
    for creative_id, outcomes in sorted(by_creative.items(), key=lambda one: one[1][0].rendition.creative.variant):
        attempts = tuple(_attempts(Ledger(store), outcomes))
        files = tuple(_file(run, one, said) for one in sorted(outcomes, key=lambda one: one.rendition.id))
        yield _version(run, outcomes[0].rendition.creative, revisions.get(creative_id), (attempts, files))


def _is_wanted(outcome: Outcome, name: Name) -> bool:
    rendition = outcome.rendition
    return name.is_of(rendition.creative) and name.format_id in (None, rendition.format_id)


def _version(
    run: RunRef, creative: Creative, revision: Revision | None, made: tuple[tuple[Tried, ...], tuple[File, ...]]
) -> Version:
    return Version(
        creative_id=creative.id,
        logical_date=run.logical_date,
        version=f"v{creative.variant}",
        parent=f"v{revision.parent_variant}" if revision else None,
        instruction=revision.instruction if revision else "",
        attempts=made[0],
        renditions=made[1],
    )


def _attempts(ledger: Ledger, outcomes: Iterable[Outcome]) -> Iterator[Tried]:
    """Every answer once, in the order asked."""
    tried: dict[str, Attempt | None] = {}
    models: dict[str, str] = {}
    for one in outcomes:
        steps: dict[str, Attempt | None] = {attempt.key: attempt for attempt in one.tried}
        # A first answer that passed at once has no steps to tell of.
        tried |= steps or ({one.master_key: None} if one.master_key else {})
        models |= dict.fromkeys(steps or [one.master_key or ""], one.model)
    for key, attempt in tried.items():
        if (entry := ledger.entry(key)) is None and attempt is None:
            continue
        answer = entry[1] if entry else None
        checks = sorted({one.check for one in attempt.findings}) if attempt else []
        yield Tried(
            key=key,
            model=entry[0].model if entry else models[key],
            way=attempt.way if attempt else "first",
            kind=attempt.kind if attempt else answer.kind if answer else "",
            verdict=(attempt.severity if attempt else Severity.PASS).value,
            checks=tuple(checks),
            reason=attempt.reason if attempt else answer.reason if answer else "",
            cost_micros=attempt.cost_micros if attempt else answer.cost_micros if answer else 0,
        )


def _file(run: RunRef, outcome: Outcome, said: dict[str, list[Decision]]) -> File:
    asset = outcome.asset
    return File(
        rendition_id=outcome.rendition.id,
        status=outcome.status.value,
        reason=outcome.reason,
        approval=outcome.approval,
        file=f"{run.path}/{outcome.rendition.creative.region}/{asset.file}" if asset else None,
        sha256=asset.sha256 if asset else None,
        decisions=tuple(said.get(outcome.rendition.id, ())),
    )


def _decisions(store: Store) -> dict[str, list[Decision]]:
    """What was said, by rendition: about files that are no more as well."""
    found: dict[str, list[Decision]] = {}
    rows = (Decision.model_validate(row) for row in read_runs(store.url, "reviews").to_pylist())
    for one in sorted(rows, key=lambda one: one.decided_at):
        found.setdefault(one.rendition_id, []).append(one)
    return found
