"""`adlocalizer review`: what waits for a person, and what the person says."""

from __future__ import annotations

import getpass
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from adlocalizer.approving import Decision, decisions_about, waiting
from adlocalizer.catalogue import append_reviews
from adlocalizer.cli.options import AsJson, CampaignName, Day, MaxCost, Reports, StoreUrl, Yes, parse_day
from adlocalizer.cli.reworking import check_wishes, rework, wishes_of
from adlocalizer.cli.showing import print_json, print_line, print_table
from adlocalizer.config.decisions import read_decisions, take_decisions
from adlocalizer.domain import Counts, Outcome
from adlocalizer.errors import EXIT_ALL_DELIVERED, EXIT_DEGRADED, ConfigError
from adlocalizer.making import named_plan
from adlocalizer.order import Order, placed_run, take_order
from adlocalizer.planning import Plan, chosen
from adlocalizer.publishing import account_of, redeliver, report_folder
from adlocalizer.store import Store

Approve = Annotated[list[str] | None, typer.Option("--approve", metavar="GLOB", help="Let these ship; repeatable.")]
Reject = Annotated[list[str] | None, typer.Option("--reject", metavar="GLOB", help="Keep these back; repeatable.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; needed to reject.")]
Import = Annotated[str | None, typer.Option("--import", metavar="FILE", help="Decisions as the report exports them.")]
Serve = Annotated[bool, typer.Option("--serve", help="Show the report on this machine alone; its decisions count.")]
Revise = Annotated[bool, typer.Option("--revise", help="Have what is rejected changed at once, as the reason says.")]
Reviewer = Annotated[
    str | None, typer.Option("--reviewer", metavar="NAME", help="Who decides; default: $ADLOCALIZER_REVIEWER or login.")
]


def review(
    campaign: CampaignName,
    day: Day = None,
    approve: Approve = None,
    reject: Reject = None,
    reason: Reason = "",
    decisions: Import = None,
    serve: Serve = False,
    revise: Revise = False,
    reviewer: Reviewer = None,
    store: StoreUrl = None,
    max_cost: MaxCost = None,
    reports: Reports = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Show what waits for a person, or decide: bundles and report follow at once. Only --revise asks for anything."""
    taken = take_order(campaign, parse_day(day), store, reports, max_cost=max_cost)
    order, run = placed_run(taken)
    plan = named_plan(run).model_copy(update={"select": ()})
    outcomes = _outcomes(plan, order)
    who = reviewer or os.environ.get("ADLOCALIZER_REVIEWER") or _login()
    if serve:
        if approve or reject or decisions or revise:
            raise ConfigError("--serve", "it comes with decisions", "give them alone, or decide on the page")
        return _serve(plan, order, who, Counts.of(outcomes))
    said = [*_said(outcomes, approve or (), reject or (), (who, reason))]
    said += read_decisions(Path(decisions), outcomes, who) if decisions else ()
    if revise:
        check_wishes(taken, wishes := wishes_of(said))
        _take(plan, order, said)
        return rework(taken, wishes, yes, as_json)
    if not said:
        _show(outcomes, as_json)
        return EXIT_ALL_DELIVERED
    return _decide(plan, order, said, as_json)


def _take(plan: Plan, order: Order, said: Sequence[Decision]) -> tuple[Counts, Path]:
    with Store(order.store_url).claimed(plan.brief.run.path):
        append_reviews(order.store_url, said)
        return redeliver(plan, order)


def _serve(plan: Plan, order: Order, who: str, counts: Counts) -> int:
    """Show the report until somebody stops it; the status is that of the run as it was left."""
    from adlocalizer.cli.review_page import serve_report

    def take(text: str) -> str:
        nonlocal counts
        outcomes = _outcomes(plan, order)
        said = take_decisions(text, "the page", outcomes, who)
        counts, _ = _take(plan, order, said)
        print_line(f"{_told(said)}; {_stands(counts)}")
        return f"Saved: {_told(said)}. {_stands(counts)}."

    serve_report(report_folder(order.reports_folder, plan.brief.run), take, print_line)
    return EXIT_ALL_DELIVERED if counts.is_complete else EXIT_DEGRADED


def _outcomes(plan: Plan, order: Order) -> tuple[Outcome, ...]:
    regions = account_of(Store(order.store_url), plan)
    return tuple(outcome for some in regions.values() for outcome in some)


def _told(said: Sequence[Decision]) -> str:
    approved = sum(one.decision == "approved" for one in said)
    return f"{approved:,} approved, {len(said) - approved:,} rejected"


def _stands(counts: Counts) -> str:
    return f"{counts.delivered:,} of {counts.planned:,} renditions delivered; {counts.needs_review:,} wait"


def _decide(plan: Plan, order: Order, said: Sequence[Decision], as_json: bool) -> int:
    counts, page = _take(plan, order, said)
    if as_json:
        print_json({"decisions": len(said), "counts": counts.model_dump(), "report": str(page)})
    else:
        print_line(_told(said))
        print_line(_stands(counts))
        print_line(f"report: {page}")
    return EXIT_ALL_DELIVERED if counts.is_complete else EXIT_DEGRADED


def _said(
    outcomes: Sequence[Outcome], approve: Sequence[str], reject: Sequence[str], by: tuple[str, str]
) -> Sequence[Decision]:
    who, reason = by
    if reject and not reason.strip():
        raise ConfigError("--reason", "it is missing", "say why, in a sentence: whoever makes the next one reads it")
    files = {one.rendition.id: one for one in outcomes if one.asset is not None}
    approved = _met(files, approve, "--approve")
    rejected = _met(files, reject, "--reject")
    if both := sorted({one.rendition.id for one in approved} & {one.rendition.id for one in rejected}):
        raise ConfigError("--approve", f"{both[0]} is to be approved and rejected", "name it once")
    now = datetime.now(UTC)
    said = {"sha256": "0" * 64, "reviewer": who, "note": " ".join(reason.split()), "decided_at": now}
    return (
        *decisions_about(approved, Decision(decision="approved", **said)),
        *decisions_about(rejected, Decision(decision="rejected", **said)),
    )


def _met(files: dict[str, Outcome], globs: Sequence[str], option: str) -> list[Outcome]:
    return [files[name] for name in chosen(list(files), tuple(globs), option)] if globs else []


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may know its user by number only
        raise ConfigError("--reviewer", "nobody is named", "say who decides, or set ADLOCALIZER_REVIEWER") from None


def _show(outcomes: Sequence[Outcome], as_json: bool) -> None:
    found = waiting(outcomes)
    if as_json:
        fields = ("rendition_id", "sha256", "reason", "file")
        rows = [(one.rendition.id, one.asset.sha256, one.reason, one.asset.file) for one in found if one.asset]
        print_json({"waiting": [dict(zip(fields, row, strict=True)) for row in rows]})
        return
    if not found:
        print_line("nothing waits for a person")
        return
    print_table("Waiting for a person", ("rendition", "why"), [(one.rendition.id, one.reason) for one in found])
    print_line("decide with --approve GLOB, --reject GLOB --reason TEXT, or --import the report's decisions file")
