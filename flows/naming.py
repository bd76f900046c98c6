"""What flow runs are called in Prefect's UI."""

from __future__ import annotations

from prefect.runtime import flow_run

from tasks.plan_campaign import due_date


def run_name() -> str:
    """`demo for 2026-12-01 APAC`: the campaign, the day the run is for, and the regions it is narrowed to."""
    said = flow_run.parameters
    asked = said.get("logical_date")
    day = asked or due_date(None, said.get("time_zone"), int(said.get("days_ahead") or 0))
    return " ".join((f"{said.get('campaign')} for {day}", *(said.get("regions") or ())))


def backfill_name() -> str:
    """`demo from 2026-09-01 to 2026-11-30`."""
    said = flow_run.parameters
    return f"{said.get('campaign')} from {said.get('first')} to {said.get('last')}"
