"""What Prefect's UI shows of a run: a progress bar, a summary, what was not delivered, a link to the report."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from uuid import UUID

from prefect.artifacts import (
    acreate_link_artifact,
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)

from adlocalizer.domain import Outcome, RunRef, Status
from adlocalizer.progress import Tally
from tasks.summary import RunSummary

_MOST_ROWS = 500


class Progress:
    """The bar of one run."""

    def __init__(self, artifact: UUID, tally: Tally) -> None:
        """Hold the bar's id and the counts it shows."""
        self._artifact, self._tally = artifact, tally

    async def update(self) -> None:
        """Show how many renditions have an outcome, in percent."""
        share = 100 * self._tally.done / max(1, self._tally.planned)
        await aupdate_progress_artifact(artifact_id=self._artifact, progress=min(100.0, share))


async def start_progress(tally: Tally) -> Progress:
    """Put an empty bar into the UI."""
    artifact = await acreate_progress_artifact(progress=0.0, description=f"{tally.planned:,} renditions")
    return Progress(artifact, tally)


async def show_summary(run: RunRef, summary: RunSummary, regions: Mapping[str, Sequence[Outcome]]) -> None:
    """A table of counts, a table of what was not delivered, and where the report is."""
    key = re.sub(r"[^a-z0-9]+", "-", f"{run.campaign}-{run.logical_date}".lower())
    await acreate_markdown_artifact(key=f"{key}-summary", markdown=_markdown(summary))
    every = chain.from_iterable(regions.values())
    missing = [one for one in every if one.status is not Status.DELIVERED][:_MOST_ROWS]
    if missing:
        rows = [{"rendition": one.rendition.id, "status": one.status.value, "reason": one.reason} for one in missing]
        await acreate_table_artifact(key=f"{key}-undelivered", table=rows, description="Not delivered, at most 500")
    await acreate_link_artifact(key=f"{key}-report", link=Path(summary.report).as_uri(), link_text="Report")


def _markdown(summary: RunSummary) -> str:
    counts = summary.counts.model_dump()
    head = "| " + " | ".join(name.replace("_", " ") for name in counts) + " |"
    rule = "|" + " --- |" * len(counts)
    row = "| " + " | ".join(f"{count:,}" for count in counts.values()) + " |"
    said = f"{summary.calls:,} provider calls, {summary.kept:,} pictures on file, {summary.money}."
    return "\n".join((head, rule, row, "", said))
