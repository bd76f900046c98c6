"""Runs the pipeline beside plain asyncio floors and prints ratios: python benchmarks/run_all.py [--quick] [--write]."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from comparing import Figures, Runs, flow_lines, growth_table, pipeline_table, rerun_calls, rerun_line
from running import Bench, open_bench

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"


class Measured(NamedTuple):
    """Every run's figures."""

    pipeline: Runs
    growth: Runs


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """What the command line says; `--quick` is a size for CI."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few creatives, one repeat: does it run at all")
    parser.add_argument("--creatives", type=int, default=40, help="of the pipeline comparison (40)")
    parser.add_argument("--repeats", type=int, default=3, help="interleaved runs of every variant (3)")
    parser.add_argument("--median-seconds", type=float, default=2.0, help="latency of the pipeline comparison (2)")
    parser.add_argument("--unavailable-share", type=float, default=0.0, help="of requests that get a 503 first (0)")
    parser.add_argument("--sizes", type=int, nargs="*", default=[50, 500, 5000], help="creatives to grow through")
    parser.add_argument("--growth-seconds", type=float, default=0.8, help="latency of the growth runs (0.8)")
    parser.add_argument("--flow-sizes", type=int, nargs="*", default=[50, 500], help="of these, with the whole flow")
    parser.add_argument("--no-flow", action="store_true", help="leave Prefect out")
    parser.add_argument("--record", type=Path, help="file that every run's figures are added to, a JSON line each")
    parser.add_argument("--write", action="store_true", help="put the figures into benchmarks/README.md")
    parser.add_argument("--date", type=date.fromisoformat, help="the day they were measured, for --write")
    parser.add_argument("--machine", default="", help="the machine in words, for --write")
    if "--quick" in arguments:
        parser.set_defaults(creatives=2, repeats=1, median_seconds=0.2)
        parser.set_defaults(sizes=[], flow_sizes=[])
    options = parser.parse_args(arguments)
    if options.write and not (options.date and options.machine):
        parser.error("--write needs --date and --machine")
    return options


def measure(options: argparse.Namespace, scratch: Path) -> Measured:
    """Run everything, the variants of a repeat one after the other so that all meet the same load."""
    variants = ["floor-a", "floor-b", "core", *([] if options.no_flow else ["flow"])]
    waits = options.median_seconds, options.unavailable_share
    with open_bench(scratch, options.record, *waits, options.creatives) as bench:
        # The first runs cut the faces and make Prefect's database: once a machine, not once a run.
        for variant in [name for name in variants if name in ("floor-b", "flow") and not options.quick]:
            _run(bench, variant, "pipeline", options.creatives)
        pipeline: dict[str, list[Figures]] = {name: [] for name in variants}
        for _ in range(options.repeats):
            for name in variants:
                pipeline[name].append(_run(bench, name, "pipeline", options.creatives))
    if not options.sizes:
        return Measured(pipeline, {})
    grown = {"floor-a": options.sizes, "core": options.sizes, "flow": [] if options.no_flow else options.flow_sizes}
    with open_bench(scratch, options.record, options.growth_seconds, options.unavailable_share) as bench:
        growth = {name: [_run(bench, name, "growth", size) for size in sizes] for name, sizes in grown.items()}
    return Measured(pipeline, growth)


def told(measured: Measured, options: argparse.Namespace) -> str:
    """The figures as Markdown."""
    pipeline, first = measured.pipeline, measured.pipeline["floor-a"][0]
    loads = " to ".join(f"{load:.1f}" for load in _loads(measured))
    lines = [
        f"{first['creatives']} creatives, {first['masters']} masters of size 512, {first['renditions']} renditions, "
        f"16 in flight, median latency {options.median_seconds:g} s, repeats: {options.repeats}, load average {loads}. "
        "Least of the repeats, in brackets the ratio of medians; memory is the peak.",
        "",
        pipeline_table(pipeline),
        "",
        *flow_lines(pipeline),
        rerun_line(pipeline) + ".",
    ]
    if options.sizes:
        said = (
            f"Growth: a master and a rendition a creative, median latency {options.growth_seconds:g} s, one run each."
        )
        lines += ["", said, "", growth_table(measured.growth), "", rerun_line(measured.growth) + "."]
    return "\n".join(lines)


def write_figures(text: str, options: argparse.Namespace, command: str) -> None:
    """Replace the figures in the README."""
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    said = f"`{command}`, {options.date}, {options.machine}.\n\n{text}"
    README.write_text(f"{before}{BEGIN}\n{said}\n{END}{after}", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and fail when a second run asked a provider anything."""
    options = read_options(arguments)
    with tempfile.TemporaryDirectory(prefix="adlocalizer-bench-") as scratch:
        measured = measure(options, Path(scratch))
    text = told(measured, options)
    print(text)
    if options.write:
        named = {"--write", "--date", "--machine", "--record", str(options.date), options.machine, str(options.record)}
        asked = [word for word in arguments if word not in named]
        write_figures(text, options, " ".join(["python benchmarks/run_all.py", *asked]))
    every = [*measured.pipeline.values(), *measured.growth.values()]
    return int(any(map(rerun_calls, every)))


def _run(bench: Bench, variant: str, campaign: str, creatives: int) -> Figures:
    load = os.getloadavg()[0]
    print(f"{campaign} {variant}, {creatives:,} creatives (load {load:.1f}) …", file=sys.stderr, flush=True)
    figures = {"campaign": campaign, **bench.run(variant, campaign, creatives), "load": load}
    if bench.record:
        with bench.record.open("a", encoding="utf-8") as file:
            file.write(json.dumps(figures) + "\n")
    return figures


def _loads(measured: Measured) -> tuple[float, float]:
    loads = [one["load"] for runs in measured for each in runs.values() for one in each]
    return min(loads), max(loads)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
