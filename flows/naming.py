"""What flow runs are called in Prefect's UI."""

from __future__ import annotations

from prefect.runtime import flow_run


def run_name() -> str:
    """`demo for 2026-12-01`: the campaign and the day the run is for."""
    said = flow_run.parameters
    day = said.get("logical_date") or flow_run.scheduled_start_time.astimezone().date()
    return f"{said.get('campaign')} for {day}"


def backfill_name() -> str:
    """`demo from 2026-09-01 to 2026-11-30`."""
    said = flow_run.parameters
    return f"{said.get('campaign')} from {said.get('first')} to {said.get('last')}"
