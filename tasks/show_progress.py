"""What Prefect's UI shows of a run: a bar, a summary, tables, a sheet of its pictures, a link to the report."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from prefect.artifacts import (
    acreate_image_artifact,
    acreate_link_artifact,
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)

from adlocalizer.domain import Outcome, RunRef, Status
from adlocalizer.order import report_link
from adlocalizer.progress import Tally
from adlocalizer.publishing import contact_sheet
from adlocalizer.store import Store
from tasks.run_story import check_table, format_table, in_markdown
from tasks.summary import RunSummary

_MOST_ROWS = 500


class Progress:
    """The bar of one run; pictures wait neither for it nor for a server that is away."""

    def __init__(self, artifact: UUID, tally: Tally) -> None:
        """Hold the bar's id and the counts it shows."""
        self._artifact, self._tally = artifact, tally
        self._moving: asyncio.Task[None] | None = None

    def update(self) -> None:
        """Have the bar show how many renditions have an outcome, in percent; one that cannot now does the next time."""
        if self._moving is None or self._moving.done():
            self._moving = asyncio.create_task(self._move())

    async def _move(self) -> None:
        shown = None
        with suppress(httpx.HTTPError):
            while shown != (share := min(100.0, 100 * self._tally.done / max(1, self._tally.planned))):
                await aupdate_progress_artifact(artifact_id=self._artifact, progress=share)
                shown = share


async def start_progress(tally: Tally) -> Progress:
    """Put an empty bar into the UI."""
    artifact = await acreate_progress_artifact(progress=0.0, description=f"How far it is, of {tally.planned:,} ads")
    return Progress(artifact, tally)


async def show_summary(
    run: RunRef, summary: RunSummary, regions: Mapping[str, Sequence[Outcome]], is_anew: bool = False
) -> None:
    """The story of the report's first page: a summary, tables of formats, checks and what was lost, pictures, links.

    Anew, after a decision, the table of what was lost is written even if it is empty: an older one says otherwise.
    """
    outcomes = tuple(chain.from_iterable(regions.values()))
    key = re.sub(r"[^a-z0-9]+", "-", f"{run.campaign}-{run.logical_date}".lower())
    link = report_link(summary.report)
    text = in_markdown(summary, regions, link)
    await acreate_markdown_artifact(key=f"{key}-summary", markdown=text, description=summary.sentence)
    formats, checks = format_table(outcomes), check_table(outcomes)
    await acreate_table_artifact(key=f"{key}-formats", table=formats, description="Delivered of planned, by format")
    if checks:
        await acreate_table_artifact(key=f"{key}-checks", table=checks, description="Checks that spoke")
    missing = [one for one in outcomes if one.status is not Status.DELIVERED][:_MOST_ROWS]
    if missing or is_anew:
        rows = [{"rendition": one.rendition.id, "status": one.status.value, "reason": one.reason} for one in missing]
        await acreate_table_artifact(key=f"{key}-undelivered", table=rows, description="Not delivered, at most 500")
    await _show_pictures(f"{key}-pictures", outcomes, Path(summary.report))
    said = "Every ad, side by side, and what was checked"
    await acreate_link_artifact(key=f"{key}-report", link=link, link_text="Open the report", description=said)


async def _show_pictures(key: str, outcomes: Sequence[Outcome], page: Path) -> None:
    """By address, where the reports are served: Prefect shows the text of whatever address a picture has."""
    path = page.with_name("pictures.jpg")
    address = report_link(str(path))
    if urlsplit(address).scheme == "file":
        return
    sheet = await asyncio.to_thread(contact_sheet, outcomes, page)
    if sheet is not None:
        await asyncio.to_thread(Store(str(page.parent)).write, path.name, sheet)
        await acreate_image_artifact(address, key=key, description="A picture a city, undelivered ads first")
