"""A run's report in its folder: thumbnails, full pictures, pages. Written through a store of its own."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from adlocalizer.bundling import bundle_path, region_folder
from adlocalizer.domain import Outcome, RunRef, Status
from adlocalizer.manifest import EXTENSIONS
from adlocalizer.planning import Plan
from adlocalizer.pool import in_process, workers
from adlocalizer.publishing.account import Account, Hrefs, run_report
from adlocalizer.publishing.judge_notes import judge_notes
from adlocalizer.publishing.previous import changes_since
from adlocalizer.publishing.seen_pictures import copy_seen, href_of, master_paths, seen_paths
from adlocalizer.publishing.variety import variety_rows, without_neighbours
from adlocalizer.reporting import RunReport, render_report
from adlocalizer.store import Store

SHEET_PICTURES = 12
"""Pictures of a contact sheet."""
_BATCH = 24  # thumbnails a call to the pool: a call costs 2 ms, a thumbnail 5


def report_folder(reports: str, run: RunRef) -> Path:
    """Where a run's report stands: `<reports>/<campaign>/<logical date>`."""
    return Path(reports).expanduser().absolute() / run.campaign / run.logical_date.isoformat()


async def write_thumbnails(plan: Plan, outcomes: Sequence[Outcome], reports: str) -> None:
    """A thumbnail for every file there is, made in the pool; what stands there already is left alone.

    Beside them small copies of masters; and of evidence and what was tried, made anew: a check may have drawn another.
    """
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

    async def copy(paths: list[str]) -> None:
        async with room:
            await in_process(copy_seen, run.store_url, target.url, paths)

    masters = master_paths(Store(run.store_url), outcomes)
    standing = set(target.paths("seen"))
    seen = [
        path for path in sorted(seen_paths(outcomes) | masters) if path not in masters or href_of(path) not in standing
    ]
    copies = [seen[start : start + _BATCH] for start in range(0, len(seen), _BATCH)]
    await asyncio.gather(*map(make, batches), *map(copy, copies))


def contact_sheet(outcomes: Sequence[Outcome], report: Path) -> bytes | None:
    """Small pictures of as many cities as fit, undelivered ads first, as one JPEG; None where there is none.

    `report` is the path of the report's first page.
    """
    from adlocalizer.imaging.thumbnails import sheet

    target = Store(str(report.parent))
    urgent = sorted(outcomes, key=_for_sheet)
    by_city = {one.rendition.creative.city_id: thumb for one in reversed(urgent) if (thumb := _thumb(one))}
    order = dict.fromkeys(one.rendition.creative.city_id for one in urgent)
    chosen = [by_city[city] for city in order if city in by_city and target.exists(by_city[city])]
    return sheet([target.read(name) for name in chosen[:SHEET_PICTURES]]) if chosen else None


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
    # Of a judge, its canaries and how much pictures differ only the run's own report speaks: bundles are for others.
    said = run_report(plan, outcomes, account, _HREFS._replace(seen=set(target.paths("seen"))), bundles)
    seen = {href for card in said.cards for href in card.seen.values()}
    seen |= {note.picture for note in said.masters.values() if note.picture}
    ratios = {key: note.ratio for key, note in said.masters.items()}
    whole = {
        "changes": changes_since(plan, outcomes),
        "judge": judge_notes(plan, outcomes),
        "variety": variety_rows(plan, outcomes, ratios),
    }
    pages = render_report(said.model_copy(update=whole), templates)
    thumbs = {thumb for one in outcomes if (thumb := _thumb(one))}
    _remove_others(target, {*pages, *pictures, *zips, *thumbs, *seen})
    for name, page in pages.items():
        target.write(name, page.encode())
    return folder / "index.html"


def single_report(plan: Plan, outcomes: Sequence[Outcome], reports: str) -> tuple[RunReport, Mapping[str, bytes]]:
    """A region's cards as a bundle shows them, and its small pictures: thumbnails by rendition id, others by href.

    Made alone or with others, the region has the same cards, unless one is a twin of another region's.
    """
    target = Store(str(report_folder(reports, plan.brief.run)))
    thumbs = {one.rendition.id: target.read(thumb) for one in outcomes if (thumb := _thumb(one))}
    seen = {href_of(path) for path in seen_paths(outcomes)} & set(target.paths("seen"))
    thumbs |= {href: target.read(href) for href in seen}
    hrefs = Hrefs(_nowhere, lambda one: one.asset.file if one.asset else None, seen)
    return run_report(plan, map(without_neighbours, outcomes), Account(), hrefs, {}), thumbs


def _for_sheet(outcome: Outcome) -> tuple[bool, float, str]:
    """Undelivered ads first, then those whose shape fills a field best."""
    rendition = outcome.rendition
    return (
        outcome.status is Status.DELIVERED,
        abs(math.log(rendition.width / rendition.height) - math.log(4 / 3)),
        rendition.id,
    )


def _thumb(outcome: Outcome) -> str | None:
    return f"thumbs/{outcome.asset.sha256[:24]}.webp" if outcome.asset else None


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
