"""Figures of runs to tables of ratios, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

Figures = Mapping[str, Any]
Runs = Mapping[str, Sequence[Figures]]

TITLES = {
    "floor-a": "floor A: requests only",
    "floor-b": "floor B: requests and pictures",
    "core": "core: ledger, store, outcomes",
    "flow": "flow: Prefect, gates, bundles, report",
}


def pipeline_table(runs: Runs) -> str:
    """One row a variant: ratios to both floors, CPU, memory, calls of a second run."""
    head = (
        *("variant", "wall ÷ floor A", "wall ÷ floor B", "CPU ÷ floor B", "orchestrator ms a master"),
        *("pool ms a master", "pool ms a rendition", "server ms a master", "MB parent", "MB worker", "MB server"),
        "calls on re-run",
    )
    return _table(head, (_pipeline_row(name, runs) for name in runs))


def growth_table(runs: Runs) -> str:
    """One row a size and variant; the floor is A at the same size."""
    head = (
        *("creatives", "variant", "plan s", "plan ms a creative", "wall ÷ floor A", "orchestrator ms a master"),
        *("pool ms a rendition", "MB parent", "MB worker", "store KB a creative", "re-run ms a creative"),
        "calls on re-run",
    )
    every = [one for each in runs.values() for one in each]
    rows = []
    for size in sorted({one["creatives"] for one in every}):
        own = {name: [one for one in each if one["creatives"] == size] for name, each in runs.items()}
        rows += [_growth_row(name, own) for name in own if name != "floor-a" and own[name]]
    return _table(head, rows)


def flow_lines(runs: Runs) -> list[str]:
    """What the flow costs beside its pictures: start-up, and everything round the shards."""
    if not runs.get("flow"):
        return []
    flow = runs["flow"]
    shortest = min(flow, key=lambda one: float(one["wall"]))
    stages = sorted(shortest["stages"].items(), key=lambda stage: -stage[1])
    listed = ", ".join(f"{name} {seconds / shortest['wall']:.0%}" for name, seconds in stages)
    making = shortest["stages"].get("make", 0.0)
    return [
        f"Flow start-up (imports, ephemeral server, pool; not in the table): {_least(flow, 'start_seconds'):.1f} s "
        f"wall, {_least(flow, 'start_cpu'):.1f} s CPU.",
        f"Shares of the flow's {shortest['wall']:.1f} s by task: {listed}.",
        f"Its shards alone, wall ÷ core: {making / _least(runs['core'], 'wall'):.2f}.",
    ]


def rerun_line(runs: Runs) -> str:
    """`Provider calls on re-run: core 0, flow 0`, the most of every repeat."""
    said = (f"{name} {rerun_calls(each)}" for name, each in runs.items() if each and "again_calls" in each[0])
    return f"Provider calls on re-run: {', '.join(said)}"


def rerun_calls(runs: Iterable[Figures]) -> int:
    """The most requests any second run made: 0, or money would be spent twice."""
    return max((int(one.get("again_calls", 0)) for one in runs), default=0)


def _pipeline_row(name: str, runs: Runs) -> list[str]:
    own, masters = runs[name], runs[name][0]["masters"]
    pooled, works = _least(own, "pool_cpu"), name != "floor-a"
    return [
        TITLES[name],
        _ratio(own, runs["floor-a"], "wall"),
        _ratio(own, runs["floor-b"], "wall") if works else "",
        f"{_cpu(own) / _cpu(runs['floor-b']):.2f}" if works else "",
        _ms(_least(own, "own_cpu"), masters),
        _ms(pooled, masters) if works else "",
        _ms(pooled, own[0]["renditions"]) if works else "",
        _ms(_least(own, "server_cpu"), masters) if name == "flow" else "",
        f"{_most(own, 'own_mb'):.0f}",
        f"{_most(own, 'worker_mb'):.0f}" if works else "",
        f"{_most(own, 'server_mb'):.0f}" if name == "flow" else "",
        str(rerun_calls(own)) if "again_calls" in own[0] else "",
    ]


def _growth_row(name: str, runs: Runs) -> list[str]:
    own, first = runs[name], runs[name][0]
    creatives = first["creatives"]
    return [
        f"{creatives:,}",
        name,
        f"{_least(own, 'plan_seconds'):.2f}",
        _ms(_least(own, "plan_cpu"), creatives),
        _ratio(own, runs["floor-a"], "wall"),
        _ms(_least(own, "own_cpu"), first["masters"]),
        _ms(_least(own, "pool_cpu"), first["renditions"]),
        f"{_most(own, 'own_mb'):.0f}",
        f"{_most(own, 'worker_mb'):.0f}",
        f"{1000 * first['store_mb'] / creatives:.0f}",
        _ms(_least(own, "again_wall"), creatives),
        str(rerun_calls(own)),
    ]


def _ratio(own: Sequence[Figures], floor: Sequence[Figures], what: str) -> str:
    """The least against the least; with repeats also the median against the median."""
    best = f"{_least(own, what) / _least(floor, what):.2f}"
    if len(own) < 3:
        return best
    return f"{best} ({_median(own, what) / _median(floor, what):.2f})"


def _cpu(runs: Sequence[Figures]) -> float:
    return float(min(one["own_cpu"] + one["pool_cpu"] + one["server_cpu"] for one in runs))


def _least(runs: Sequence[Figures], what: str) -> float:
    return float(min(one[what] for one in runs))


def _most(runs: Sequence[Figures], what: str) -> float:
    return float(max(one[what] for one in runs))


def _median(runs: Sequence[Figures], what: str) -> float:
    return float(median(one[what] for one in runs))


def _ms(seconds: float, count: int) -> str:
    return f"{1000 * seconds / count:.1f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
