"""The gate before anything is spent: the tables and the product shots."""

from __future__ import annotations

import asyncio

from prefect import task

from adlocalizer.domain import Finding, OnBadRow, Severity
from adlocalizer.expectations import gate_cities, gate_copy, gate_facts, gate_rules
from adlocalizer.grounding import ALWAYS
from adlocalizer.grounding.shopping import unknown_holidays
from adlocalizer.ordering import Ordered
from adlocalizer.pictures import look_at_shots
from adlocalizer.pool import in_process


@task(name="gate in", task_run_name="gate in")
async def gate_in(ordered: Ordered) -> tuple[Finding, ...]:
    """What the gate found, passes too; a fail closes it, unless bad rows are quarantined."""
    materials, pictures = ordered.loaded.materials, ordered.loaded.pictures
    shots = {name: [pictures[ref.path] for ref in refs] for name, refs in materials.references.items()}
    tables, seen = await asyncio.gather(asyncio.to_thread(_look_at_tables, ordered), in_process(look_at_shots, shots))
    return (*tables, *seen, *ordered.plan.remarks)


def _look_at_tables(ordered: Ordered) -> tuple[Finding, ...]:
    loaded, campaign = ordered.loaded, ordered.loaded.materials.campaign
    locales = sorted({one.copy_row.locale for one in ordered.plan.creatives})
    cities = gate_cities(loaded.city_rows, campaign.city_table)
    findings = (*cities, *gate_copy(loaded.copy_rows, campaign.copy_table, locales), *_look_at_grounds(ordered))
    if campaign.on_bad_row is OnBadRow.FAIL:
        return findings
    return tuple(_softened(finding) for finding in findings)


def _look_at_grounds(ordered: Ordered) -> tuple[Finding, ...]:
    """What the plan rests on: the facts of its cities and the rules of its markets."""
    creatives, rules = tuple(ordered.plan.creatives), ordered.loaded.materials.rules
    markets = sorted({one.creative.market for one in creatives} & rules.keys())
    facts = gate_facts(creatives, ALWAYS)
    days = ordered.loaded.materials.sources.shopping_days
    return (*facts, *gate_rules({market: rules[market] for market in markets}), *unknown_holidays(days))


def _softened(finding: Finding) -> Finding:
    """A fail about rows that were set aside already is for somebody to look at, not a reason to stop."""
    if finding.severity is not Severity.FAIL:
        return finding
    return finding.model_copy(update={"severity": Severity.REVIEW})
