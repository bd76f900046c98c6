"""Measures shards made by one process of Dask and by two, a core each: python benchmarks/scaling.py [--quick]."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import scaling_worker
from dask import config
from distributed import Client, LocalCluster
from running import open_bench
from stage import SEEDS, build_project
from variant import DAY, know_latency

from adlocalizer.domain import Counts
from adlocalizer.loading import keep_pictures
from adlocalizer.making import write_plan
from adlocalizer.making.errands import Errand, Site
from adlocalizer.making.purse import Caps
from adlocalizer.order import Order
from adlocalizer.ordering import Ordered, plan_order
from adlocalizer.pool import cores
from adlocalizer.store import Store

_SHARDS_EACH = 3


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """What the command line says; `--quick` is a size for tests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few creatives, once: does it run at all")
    parser.add_argument("--creatives", type=int, default=36, help="a master and a rendition each (36)")
    parser.add_argument("--repeats", type=int, default=2, help="turns of one process and two (2)")
    parser.add_argument("--median-seconds", type=float, default=0.5, help="latency of a picture (0.5)")
    if "--quick" in arguments:
        parser.set_defaults(creatives=6, repeats=1, median_seconds=0.1)
    return parser.parse_args(arguments)


def prepare(project: Path, store: Path) -> Ordered:
    """The campaign, planned, with its plan and product shots in an empty store."""
    shutil.rmtree(store, ignore_errors=True)
    order = Order(
        campaign="scaling",
        logical_date=DAY,
        store_url=str(store),
        reports_folder=str(store.with_name("reports")),
        project=str(project),
    )
    ordered = plan_order(order)
    keep_pictures(Store(order.store_url), ordered.loaded.pictures)
    write_plan(Store(order.store_url), ordered.plan)
    return ordered


def seconds_of(ordered: Ordered, processes: int) -> float:
    """Seconds a master with so many processes; each has one core for its pictures, as a machine of its own."""
    plan, data = ordered.plan, str(Path(ordered.order.project) / "data")
    concurrency = plan.brief.campaign.concurrency // processes
    site = Site(plan.brief.run, f"{processes} at {time.time()}", concurrency, cores(), Caps(), None, None)
    errands = [Errand(site, shard.region, shard.number) for shard in plan.wanted_shards()]
    own = {"n_workers": processes, "threads_per_worker": _SHARDS_EACH, "dashboard_address": "127.0.0.1:0"}
    cluster = LocalCluster(**own)  # type: ignore[no-untyped-call]
    with cluster, Client(cluster) as client:  # type: ignore[no-untyped-call]
        where = [*client.scheduler_info()["workers"]]
        client.gather([client.submit(scaling_worker.warm, cores(), workers=[one], pure=False) for one in where])
        # What judges a picture loads its networks with the first: a shard each is made before the clock starts.
        first = [
            client.submit(scaling_worker.make, errands.pop(), data, workers=[where[n % len(where)]]) for n in (0, 1)
        ]
        returned = client.gather(first)
        begun = time.monotonic()
        timed = client.gather([client.submit(scaling_worker.make, errand, data) for errand in errands])
        seconds = time.monotonic() - begun
    counts = sum((one.counts for one in (*returned, *timed)), Counts())
    if not counts.is_complete:
        sys.exit(f"{processes} processes: {counts.delivered} of {counts.planned} renditions delivered")
    masters: int = sum(one.counts.planned for one in timed)
    return seconds / masters


def main(arguments: Sequence[str]) -> int:
    """Measure in turns, so that both meet the same load, and print a table with the ratio."""
    options = read_options(arguments)
    config.set({"distributed.worker.daemon": False, "logging": {"distributed": "error"}})
    know_latency()
    loads, taken = [os.getloadavg()[0]], dict[int, list[float]]()
    with tempfile.TemporaryDirectory(prefix="adlocalizer-bench-") as folder:
        scratch = Path(folder)
        with open_bench(scratch, None, options.median_seconds, 0.0) as bench:
            os.environ["ADLOCALIZER_BENCH_SERVER"] = bench.server
            project = build_project(scratch / f"project-{options.creatives}", options.creatives)
            shutil.copy(SEEDS / "scaling.yml", project / "configs/campaigns/scaling.yml")
            for _ in range(options.repeats):
                for processes in (1, 2):
                    print(f"{processes} (load {os.getloadavg()[0]:.1f}) …", file=sys.stderr, flush=True)
                    seconds = seconds_of(prepare(project, scratch / "store"), processes)
                    taken.setdefault(processes, []).append(seconds)
                    loads.append(os.getloadavg()[0])
    print(
        told(taken),
        f"Load average {min(loads):.1f} to {max(loads):.1f}.",
        sep="\n\n",
    )
    return 0


def told(taken: dict[int, list[float]]) -> str:
    """A row for each number of processes: the least of its turns, and the ratio to one process."""
    lines = ["| processes | s a master | masters a minute | times one process |", "| --- | --- | --- | --- |"]
    for processes, turns in taken.items():
        least = min(turns)
        lines.append(f"| {processes} | {least:.2f} | {60 / least:.0f} | {min(taken[1]) / least:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    sys.exit(main(sys.argv[1:]))
