"""A run in words and rows, as Prefect's UI shows it beside its own states."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from adlocalizer.domain import Counts, Outcome, Severity, Status, money
from adlocalizer.reporting.sentences import End, status_sentence
from tasks.summary import RunSummary

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")
"""What Markdown would read as more than text."""


def in_markdown(summary: RunSummary, regions: Mapping[str, Sequence[Outcome]], link: str = "") -> str:
    """The status sentence, the report's link if there is one, a table of the regions, what it cost and where it is."""
    ends = map(End.of_outcome, chain.from_iterable(regions.values()))
    counts = Counts.of(chain.from_iterable(regions.values()))
    names = ["region", *Counts.model_fields, "cost of its pictures"]
    rows = [_row(region, some) for region, some in sorted(regions.items())]
    rows += [_row("all", tuple(chain.from_iterable(regions.values())))] if len(regions) > 1 else []
    head = ["| " + " | ".join(name.replace("_", " ") for name in names) + " |", "|" + " --- |" * len(names)]
    calls = f"{summary.calls:,} provider {'call' if summary.calls == 1 else 'calls'}"
    kept = f"{summary.kept:,} {'picture' if summary.kept == 1 else 'pictures'} on file"
    said = f"{calls}, {kept}, {summary.money}."
    where = [f"- `{path}`" for path in summary.bundles]
    opened = [f"[Open the report]({link})", ""] if link else []
    parts = [f"**{as_text(status_sentence(counts, ends))}**", "", *opened, *head, *rows, "", said]
    return "\n".join([*parts, "", "Bundles in the store:", "", *where] if where else parts)


def format_table(outcomes: Iterable[Outcome]) -> list[dict[str, str]]:
    """A row a format: how many of each region are delivered of how many planned, such as `12/12`."""
    every = tuple(outcomes)
    regions = sorted({one.rendition.creative.region for one in every})
    planned = Counter((one.rendition.format_id, one.rendition.creative.region) for one in every)
    done = Counter(
        (one.rendition.format_id, one.rendition.creative.region) for one in every if one.status is Status.DELIVERED
    )
    formats = sorted({(one.rendition.platform, one.rendition.format_id) for one in every})
    return [
        {"format": name} | {at: f"{done[name, at]}/{planned[name, at]}" for at in regions if planned[name, at]}
        for _, name in formats
    ]


def check_table(outcomes: Iterable[Outcome]) -> list[dict[str, str | int]]:
    """A row a check that failed an ad or asked for a person, the most frequent first, with an example."""
    failed: Counter[str] = Counter()
    review: Counter[str] = Counter()
    example: dict[str, str] = {}
    for outcome in outcomes:
        spoken = {one.check: one for one in outcome.findings if one.severity is not Severity.PASS}
        for check, finding in spoken.items():
            (failed if finding.severity is Severity.FAIL else review)[check] += 1
            example.setdefault(check, f"{outcome.rendition.id}: {finding.text}")
    ordered = sorted(example, key=lambda check: (-failed[check] - review[check], check))
    return [
        {"check": check, "failed": failed[check], "to look at": review[check], "such as": example[check]}
        for check in ordered
    ]


def as_text(text: str) -> str:
    """The text as Markdown that shows it letter for letter: names and reasons may come from strangers."""
    return _ACTIVE.sub(r"\\\1", text)


def _row(name: str, outcomes: Sequence[Outcome]) -> str:
    counts = [f"{count:,}" for count in Counts.of(outcomes).model_dump().values()]
    cost = money(sum(one.cost_micros for one in outcomes))
    return "| " + " | ".join([as_text(name), *counts, cost]) + " |"
