"""Which failures Prefect tries again: those whose own class says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect import Task
    from prefect.client.schemas import State, TaskRun


async def is_retryable(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether the error of a failed task run is of a kind that another try may mend."""
    error = await state.aresult(raise_on_failure=False)
    return bool(getattr(error, "retryable", False))


SHARD: dict[str, Any] = {
    "name": "make shard",
    "task_run_name": "make {region} shard {number}",
    "retries": 2,
    "retry_delay_seconds": [15, 60],
    "retry_jitter_factor": 0.3,
    "retry_condition_fn": is_retryable,
}
"""The task of one shard, whoever makes it."""
