"""The run's pictures side by side: what is nearly the same in two cities asks a person, and the report counts it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from adlocalizer.domain import Finding, Outcome, Severity, Status
from adlocalizer.planning import Plan
from adlocalizer.reporting import VarietyRow
from adlocalizer.store import Ledger, Store
from adlocalizer.store.ledger import picture_path

if TYPE_CHECKING:
    from adlocalizer.checks.surveying import Shown, Survey

_CHECK = "near_duplicate"
_SHIPS = (Status.DELIVERED, Status.NEEDS_REVIEW)
Regions = Mapping[str, tuple[Outcome, ...]]


def with_variety(
    store: Store, plan: Plan, regions: Regions, with_passes: bool = True
) -> dict[str, tuple[Outcome, ...]]:
    """The outcomes with what was found about each among all others; the same outcomes give the same findings."""
    survey, ledger = _survey(plan, [one for some in regions.values() for one in some]), Ledger(store)
    judged: dict[tuple[str, str], tuple[Finding, ...]] = {}

    def looked_at(outcome: Outcome) -> Outcome:
        key, product = outcome.master_key, outcome.rendition.creative.product
        if key is None or key not in survey.nearest or outcome.status not in _SHIPS:
            return outcome
        if (key, product) not in judged:
            judged[key, product] = tuple(_findings(plan, survey, ledger, key, product))
        findings = judged[key, product]
        return _with(outcome, findings if with_passes else tuple(one for one in findings if _speaks(one)))

    return {region: tuple(looked_at(one) for one in some) for region, some in regions.items()}


def without_neighbours(outcome: Outcome) -> Outcome:
    """The outcome without what passed beside the others: whom it is most like depends on what else was made by then."""
    kept = tuple(one for one in outcome.findings if one.check != _CHECK or _speaks(one))
    return outcome.model_copy(update={"findings": kept})


def variety_rows(plan: Plan, outcomes: Iterable[Outcome], ratios: Mapping[str, str]) -> tuple[VarietyRow, ...]:
    """A row a ratio for the report, by the ratio of each key; none where cities are meant to share their scene."""
    if _limit(plan) >= 1:
        return ()
    found = (one._asdict() for one in _survey(plan, outcomes, ratios).variety if one.shape)
    return tuple(VarietyRow(ratio=one.pop("shape"), **one) for one in found)


def _survey(plan: Plan, outcomes: Iterable[Outcome], ratios: Mapping[str, str] | None = None) -> Survey:
    # OpenCV is loaded when there is something to compare.
    from adlocalizer.checks.surveying import survey

    return survey(_shown(outcomes, ratios), _limit(plan))


def _shown(outcomes: Iterable[Outcome], ratios: Mapping[str, str] | None) -> Iterator[Shown]:
    from adlocalizer.checks.surveying import Shown

    for one in outcomes:
        if one.master_key is not None and one.scene and one.asset is not None and one.status in _SHIPS:
            creative, key = one.rendition.creative, one.master_key
            yield Shown(key, creative.city_id, creative.city, (ratios or {}).get(key, ""), one.scene)


def _limit(plan: Plan) -> float:
    limit = plan.brief.checks.checks[_CHECK].threshold
    return 1.0 if limit is None else limit


def _findings(plan: Plan, survey: Survey, ledger: Ledger, key: str, product: str) -> Iterator[Finding]:
    from adlocalizer.checks import check_variety

    nearest = survey.nearest[key]
    for finding in check_variety(nearest, key, plan.brief.checks):
        twin = ledger.answer(nearest.key) if nearest.key and _speaks(finding) else None
        yield finding.model_copy(update={"evidence": picture_path(twin)}) if twin else finding


def _speaks(finding: Finding) -> bool:
    return finding.severity is not Severity.PASS


def _with(outcome: Outcome, findings: Sequence[Finding]) -> Outcome:
    if not findings:
        return outcome
    spoken = [one for one in findings if _speaks(one)]
    fails = any(one.severity is Severity.FAIL for one in spoken)
    status = Status.REJECTED if fails else Status.NEEDS_REVIEW if spoken else outcome.status
    reason = " ".join((*([outcome.reason] if outcome.reason else []), *(one.text for one in spoken)))
    findings = (*outcome.findings, *findings)
    return outcome.model_copy(update={"findings": findings, "status": status, "reason": reason})
