"""The gate before anything is spent: Great Expectations over the city table and the copy table."""

from __future__ import annotations

import asyncio

from adlocalizer.expectations import gate_cities, gate_copy
from prefect import task

from adlocalizer.domain import Finding, OnBadRow, Severity
from adlocalizer.ordering import Ordered


@task(name="gate in", task_run_name="gate in")
async def gate_in(ordered: Ordered) -> tuple[Finding, ...]:
    """What the gate found about both tables, passes too; a fail closes it, unless bad rows are quarantined."""
    return await asyncio.to_thread(_look, ordered)


def _look(ordered: Ordered) -> tuple[Finding, ...]:
    loaded, campaign = ordered.loaded, ordered.loaded.materials.campaign
    locales = sorted({one.creative.locale for one in ordered.plan.creatives})
    cities = gate_cities(loaded.city_rows, campaign.city_table)
    findings = (*cities, *gate_copy(loaded.copy_rows, campaign.copy_table, locales))
    if campaign.on_bad_row is OnBadRow.FAIL:
        return findings
    return tuple(_softened(finding) for finding in findings)


def _softened(finding: Finding) -> Finding:
    """A fail about rows that were set aside already is for somebody to look at, not a reason to stop."""
    if finding.severity is not Severity.FAIL:
        return finding
    return finding.model_copy(update={"severity": Severity.REVIEW})
