"""A region from outcomes to its bundle, behind the gate that looks at its manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from adlocalizer.bundling import BundleExtras, Delivery, bundle_path, deliver_region, marker_path
from adlocalizer.catalogue import replace_run
from adlocalizer.domain import Finding, Outcome
from adlocalizer.errors import GateFailed
from adlocalizer.manifest import manifest_rows
from adlocalizer.planning import Plan
from adlocalizer.publishing.gate_out import gates_out
from adlocalizer.publishing.judge_notes import judge_doubts
from adlocalizer.publishing.pages import single_report
from adlocalizer.reporting import render_single
from adlocalizer.store import Store


def check_out(plan: Plan, outcomes: Sequence[Outcome]) -> tuple[Finding, ...]:
    """The gates over every region's rows, files, attempts and sums; nothing is published past a fail."""
    try:
        rows = manifest_rows(outcomes, plan.brief.run.logical_date, disclosures(plan))
    except GateFailed as error:
        return error.findings
    return (*gates_out(plan, outcomes, rows), *judge_doubts(plan))


def deliver(plan: Plan, region: str, outcomes: Sequence[Outcome], reports: str, templates: Path) -> Delivery:
    """Write a region's manifest and bundle; its thumbnails must stand in the reports folder."""
    report, thumbs = single_report(plan, outcomes, reports)
    extras = BundleExtras(
        copy_by_locale={one.creative.locale: one.copy_row for one in plan.creatives},
        formats=plan.brief.formats,
        disclosures=disclosures(plan),
        report_html=render_single(report, region, thumbs, templates).encode(),
    )
    return deliver_region(Store(plan.brief.run.store_url), plan.brief.run, region, outcomes, extras)


def retire_regions(store: Store, plan: Plan) -> None:
    """Take back what a run delivered for regions that the plan no longer has: marker, bundle and catalogue rows."""
    run, regions = plan.brief.run, plan.every_region()
    markers = [path for path in store.paths(run.path) if path.endswith("/manifest.json")]
    for region in {path.split("/")[-2] for path in markers} - set(regions):
        store.remove(bundle_path(run, region))
        replace_run(run.store_url, "renditions", (), run, region)
        replace_run(run.store_url, "attempts", (), run, region)
        store.remove(marker_path(run, region))


def disclosures(plan: Plan) -> Mapping[str, str]:
    """What must be said about how pictures were made, by provider."""
    model = plan.brief.model
    return {model.provider: model.disclosure} if model.disclosure else {}
