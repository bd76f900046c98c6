"""Where a flow run's time went: seconds by task, out of Prefect's own records."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime

_LAG_SECONDS = 4
"""The server records task runs in batches: the last ones stand there a little later."""
Span = tuple[datetime, datetime]


async def task_seconds() -> dict[str, float]:
    """Wall seconds of the latest flow run by task name, in order; those of tasks side by side count once."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
    from prefect.client.schemas.sorting import FlowRunSort

    await asyncio.sleep(_LAG_SECONDS)
    async with get_client() as client:
        (latest,) = await client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)
        runs = await client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[latest.id])))
    spans: dict[str, list[Span]] = {}
    for run in sorted(runs, key=lambda run: str(run.start_time)):
        if run.start_time and run.end_time:
            # `bundle EMEA` and `make EMEA shard 3` are one stage each: the task's key without its digest.
            spans.setdefault(run.task_key.rpartition("-")[0], []).append((run.start_time, run.end_time))
    return {name: covered_seconds(own) for name, own in spans.items()}


def covered_seconds(spans: Iterable[Span]) -> float:
    """Seconds that at least one of the spans covers."""
    covered, until = 0.0, None
    for begun, ended in sorted(spans):
        start = begun if until is None else max(begun, until)
        if ended > start:
            covered += (ended - start).total_seconds()
            until = ended
    return covered
