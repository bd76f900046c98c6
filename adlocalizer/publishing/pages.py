"""A run's report in its folder: thumbnails, full pictures, pages. Written through a store of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from adlocalizer.bundling import bundle_path, region_folder
from adlocalizer.domain import Outcome, RunRef
from adlocalizer.manifest import EXTENSIONS
from adlocalizer.planning import Plan
from adlocalizer.pool import in_process, workers
from adlocalizer.publishing.account import Account, Hrefs, run_report
from adlocalizer.reporting import RunReport, render_report
from adlocalizer.store import Store

_BATCH = 24  # thumbnails a call to the pool: a call costs 2 ms, a thumbnail 5


def report_folder(reports: str, run: RunRef) -> Path:
    """Where a run's report stands: `<reports>/<campaign>/<logical date>`."""
    return Path(reports).expanduser().absolute() / run.campaign / run.logical_date.isoformat()


async def write_thumbnails(plan: Plan, outcomes: Sequence[Outcome], reports: str) -> None:
    """A thumbnail for every file there is, made in the pool; what stands there already is left alone."""
    run = plan.brief.run
    target = Store(str(report_folder(reports, run)))
    wanted = sorted(
        (_thumb(one) or "", f"{region_folder(run, one.rendition.creative.region)}/{one.asset.file}")
        for one in outcomes
        if one.asset is not None
    )
    missing = [pair for pair in dict(wanted).items() if not target.exists(pair[0])]
    batches = [missing[start : start + _BATCH] for start in range(0, len(missing), _BATCH)]
    room = asyncio.Semaphore(2 * workers())

    async def make(batch: list[tuple[str, str]]) -> None:
        async with room:
            await in_process(_make_thumbnails, run.store_url, target.url, batch)

    await asyncio.gather(*map(make, batches))


def publish_report(plan: Plan, outcomes: Sequence[Outcome], account: Account, reports: str, templates: Path) -> Path:
    """Write the report and return the path of its first page; pictures and pages of an earlier run are replaced."""
    run, folder = plan.brief.run, report_folder(reports, plan.brief.run)
    store, target = Store(run.store_url), Store(str(folder))
    regions = {one.rendition.creative.region for one in outcomes}
    bundles = {
        region: f"bundles/{Path(path).name}" for region in regions if store.exists(path := bundle_path(run, region))
    }
    pictures = {f"full/{_file_name(one)}": _asset(run, one) for one in outcomes if one.asset is not None}
    zips = {name: bundle_path(run, region) for region, name in bundles.items()}
    for name, source in {**pictures, **zips}.items():
        _place(store, source, target, name)
    pages = render_report(run_report(plan, outcomes, account, _HREFS, bundles), templates)
    thumbs = {thumb for one in outcomes if (thumb := _thumb(one))}
    _remove_others(target, {*pages, *pictures, *zips, *thumbs})
    for name, page in pages.items():
        target.write(name, page.encode())
    return folder / "index.html"


def single_report(plan: Plan, outcomes: Sequence[Outcome], reports: str) -> tuple[RunReport, Mapping[str, bytes]]:
    """A region's cards as a bundle shows them, and its thumbnails by rendition id."""
    target = Store(str(report_folder(reports, plan.brief.run)))
    thumbs = {one.rendition.id: target.read(thumb) for one in outcomes if (thumb := _thumb(one))}
    hrefs = Hrefs(thumb=_nowhere, full=lambda one: one.asset.file if one.asset else None)
    return run_report(plan, outcomes, Account(), hrefs, {}), thumbs


def _thumb(outcome: Outcome) -> str | None:
    return f"thumbs/{outcome.asset.sha256[:24]}.jpg" if outcome.asset else None


def _full(outcome: Outcome) -> str | None:
    return f"full/{_file_name(outcome)}" if outcome.asset else None


def _nowhere(_: Outcome) -> None:
    return None


_HREFS = Hrefs(thumb=_thumb, full=_full)


def _file_name(outcome: Outcome) -> str:
    extension = EXTENSIONS[outcome.asset.mime] if outcome.asset else ""
    return f"{outcome.rendition.id}.{extension}"


def _asset(run: RunRef, outcome: Outcome) -> str:
    file = outcome.asset.file if outcome.asset else ""
    return f"{region_folder(run, outcome.rendition.creative.region)}/{file}"


def _make_thumbnails(store_url: str, target_url: str, batch: Sequence[tuple[str, str]]) -> None:
    from adlocalizer.imaging.thumbnails import thumbnail

    store, target = Store(store_url), Store(target_url)
    for name, source in batch:
        target.write(name, thumbnail(store.read(source)))


def _place(store: Store, source: str, target: Store, name: str) -> None:
    """A copy, never a link: somebody may edit what stands in a report, and must not change what was checked."""
    if not target.exists(name) or target.size(name) != store.size(source) or target.read(name) != store.read(source):
        target.write(name, store.read(source))


def _remove_others(target: Store, wanted: Iterable[str]) -> None:
    keep = set(wanted)
    for path in target.paths():
        if path not in keep:
            target.remove(path)
