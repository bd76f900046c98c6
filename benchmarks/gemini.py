"""Measures the Gemini provider beside a plain asyncio floor: python benchmarks/gemini.py [--quick]."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from stage import SEEDS, build_project, read_rows, write_rows

HERE = Path(__file__).parent
VARIANTS = ("floor", "desk", "shards")
TITLES = {
    "floor": "floor: requests only",
    "desk": "desk: limits, purse, ledger",
    "shards": "shards: the same, and pictures",
}
_MIRRORED = ("ar", "fa", "he", "ur")
"""Languages whose pictures have the product elsewhere: the emulator answers with one picture for all."""
Figures = dict[str, Any]


class Waits(NamedTuple):
    """A log-normal latency."""

    median_seconds: float
    p99_seconds: float


MODEL = Waits(0.9, 1.28)
SHORT = Waits(0.3, 0.45)
"""The quota shall bind, not the latency."""


class Bench(NamedTuple):
    """Where runs are made, and where their figures are added to."""

    scratch: Path
    record: Path | None

    def run(self, variant: str, masters: int, waits: Waits) -> Figures:
        """One variant's figures, from an empty store, which is taken away again."""
        folder = self.scratch / str(masters)
        _build(folder / "project", masters + 1)
        load = os.getloadavg()[0]
        print(f"{variant}, {masters:,} masters (load {load:.1f}) …", file=sys.stderr, flush=True)
        command = [sys.executable, str(HERE / "gemini_variant.py"), variant, str(folder), str(masters)]
        command += ["--median-seconds", str(waits.median_seconds), "--p99-seconds", str(waits.p99_seconds)]
        own = {name: value for name, value in os.environ.items() if not name.startswith(("GEMINI_", "GOOGLE_"))}
        own["PYTHONPATH"] = str(HERE.parent)
        try:
            done = subprocess.run(command, env=own, stdout=subprocess.PIPE, text=True)
        finally:
            shutil.rmtree(folder / "store", ignore_errors=True)
        if done.returncode:
            sys.exit(f"{variant} of {masters:,} masters failed; what it said stands above")
        figures: Figures = {**json.loads(done.stdout.splitlines()[-1]), "load": load}
        if self.record:
            with self.record.open("a", encoding="utf-8") as file:
                file.write(json.dumps(figures) + "\n")
        return figures


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """What the command line says; `--quick` is a size for tests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few masters, once: does it run at all")
    parser.add_argument(
        "--masters", type=int, nargs="*", default=[250, 2000], help="sizes of the comparison; none: leave it out"
    )
    parser.add_argument("--repeats", type=int, default=3, help="interleaved runs of every variant (3)")
    parser.add_argument("--quota-masters", type=int, default=1200, help="requests under the quota; 0: leave it out")
    parser.add_argument("--heavy-masters", type=int, default=48, help="4K pictures, 16 in flight; 0: leave it out")
    parser.add_argument("--record", type=Path, help="file that every run's figures are added to, a JSON line each")
    if "--quick" in arguments:
        parser.set_defaults(masters=[4], repeats=1, quota_masters=0, heavy_masters=0)
    return parser.parse_args(arguments)


def comparison(runs: Iterable[Figures]) -> str:
    """One row a size and variant: wall to the floor's, CPU a master of each side, memory."""
    head = (
        *("masters", "variant", "wall s", "wall ÷ floor", "orchestrator ms a master", "pool ms a master"),
        *("emulator ms a master", "MB parent", "load"),
    )
    by_size: dict[int, dict[str, list[Figures]]] = {}
    for one in runs:
        by_size.setdefault(one["masters"], {}).setdefault(one["variant"], []).append(one)
    rows = [_row(size, name, own) for size, own in by_size.items() for name in own]
    return _table(head, rows)


def quota_line(one: Figures) -> str:
    """How much of the quota was used, and what came back."""
    statuses = ", ".join(f"{count:,} × {status}" for status, count in sorted(one["statuses"].items()))
    return (
        f"Quota of 600 a minute, {one['masters']:,} requests: {one['used']:.1%} used over "
        f"{one['steady_seconds']:.0f} s, {one['fullest']} in the fullest minute; "
        f"answers {statuses}; load {one['load']:.1f}."
    )


def heavy_line(one: Figures) -> str:
    """The most memory with 4K answers in flight."""
    return (
        f"4K, 16 in flight, {one['masters']} answers of 20 MB pictures: peak {one['own_mb']:.0f} MB, "
        f"{one['base_mb']:.0f} MB before the first; orchestrator {1000 * one['own_cpu'] / one['masters']:.0f} ms an "
        f"answer; load {one['load']:.1f}."
    )


def main(arguments: Sequence[str]) -> int:
    """Measure and print, each figure as soon as it is known."""
    options = read_options(arguments)
    with tempfile.TemporaryDirectory(prefix="adlocalizer-bench-") as scratch:
        bench = Bench(Path(scratch), options.record)
        # The variants of a repeat one after the other, so that all meet the same load.
        turns = [(size, name) for size in options.masters for _ in range(options.repeats) for name in VARIANTS]
        if turns:
            print(comparison(bench.run(name, size, MODEL) for size, name in turns), flush=True)
        if options.quota_masters:
            print("", quota_line(bench.run("quota", options.quota_masters, SHORT)), sep="\n", flush=True)
        if options.heavy_masters:
            print("", heavy_line(bench.run("heavy", options.heavy_masters, MODEL)), sep="\n", flush=True)
    return 0


def _build(project: Path, cities: int) -> None:
    """The benchmarks' project with the campaign `gemini` and so many cities that are read from left to right."""
    if project.exists():
        return
    build_project(project, cities + cities // 4 + 20)
    shutil.copy(SEEDS / "gemini.yml", project / "configs/campaigns/gemini.yml")
    rows = [row for row in read_rows(project / "data/cities.csv") if not row["locales"].startswith(_MIRRORED)]
    write_rows(project / "data/cities.csv", rows[:cities])


def _row(size: int, name: str, runs: dict[str, list[Figures]]) -> list[str]:
    own = runs[name]
    walls, floor = [one["wall"] for one in own], [one["wall"] for one in runs["floor"]]
    ratio = f"{min(walls) / min(floor):.3f}"
    if len(walls) > 2:
        ratio += f" ({median(walls) / median(floor):.3f})"
    cpu = [f"{1000 * min(one[what] for one in own) / size:.1f}" for what in ("own_cpu", "pool_cpu", "server_cpu")]
    if name != "shards":
        cpu[1] = ""
    loads = [one["load"] for one in own]
    load = f"{min(loads):.1f} to {max(loads):.1f}"
    return [
        f"{size:,}",
        TITLES[name],
        f"{min(walls):.1f}",
        ratio,
        *cpu,
        f"{max(one['own_mb'] for one in own):.0f}",
        load,
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
