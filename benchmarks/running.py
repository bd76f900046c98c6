"""Runs variants, each in a process of its own, against one latency server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from floor import wanted
from measuring import folder_mb
from pictures import paint_pictures
from stage import build_project

HERE = Path(__file__).parent
Figures = dict[str, Any]


SHIPPED = 75
"""Cities we ship; more are made of these and ask for no other shapes."""


class Bench(NamedTuple):
    """A latency server and the scratch folder everything is written to."""

    scratch: Path
    record: Path | None
    server: str

    def run(self, variant: str, campaign: str, creatives: int) -> Figures:
        """One variant's figures, from an empty store, which is taken away again."""
        project = build_project(self.scratch / f"project-{creatives}", creatives)
        store, reports = self.scratch / "store", self.scratch / "reports"
        command = [sys.executable, str(HERE / "variant.py"), variant, "--campaign", campaign]
        command += ["--store", str(store), "--reports", str(reports)]
        own = {
            "ADLOCALIZER_PROJECT": str(project),
            "ADLOCALIZER_BENCH_SERVER": self.server,
            "PREFECT_HOME": str(self.scratch / "prefect"),
            "PYTHONPATH": str(HERE.parent),
        }
        try:
            done = subprocess.run(command, env=os.environ | own, stdout=subprocess.PIPE, text=True)
            if done.returncode:
                sys.exit(f"{variant} of {creatives:,} creatives failed; what it said stands above")
            kept = {"store_mb": folder_mb(store), "reports_mb": folder_mb(reports)}
            return {**json.loads(done.stdout.splitlines()[-1]), **kept}
        finally:
            shutil.rmtree(store, ignore_errors=True)
            shutil.rmtree(reports, ignore_errors=True)


@contextmanager
def open_bench(
    scratch: Path, record: Path | None, median_seconds: float, unavailable_share: float, creatives: int = SHIPPED
) -> Iterator[Bench]:
    """Paint the pictures that so many creatives ask for, start the server, and stop it whatever happens."""
    pictures = scratch / "pictures"
    _paint(scratch, pictures, min(creatives, SHIPPED))
    command = [sys.executable, str(HERE / "latency_server.py"), str(pictures)]
    command += ["--median-seconds", str(median_seconds), "--unavailable-share", str(unavailable_share)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        try:
            yield Bench(scratch, record, f"http://127.0.0.1:{port}")
        finally:
            server.stdin.close()


def _paint(scratch: Path, pictures: Path, creatives: int) -> None:
    """One picture for every shape that so many creatives ask for, left-to-right and right-to-left."""
    from variant import DAY, know_latency

    from adlocalizer.order import Order
    from adlocalizer.ordering import plan_order

    know_latency()
    project = build_project(scratch / f"project-{creatives}", creatives)
    for campaign in ("pipeline", "growth"):
        order = Order(
            campaign=campaign,
            logical_date=DAY,
            store_url=str(scratch / "store"),
            reports_folder=str(scratch / "reports"),
            project=str(project),
        )
        ordered = plan_order(order)
        requests = [asked.master.request for asked in wanted(ordered.plan)]
        shot = next(iter(ordered.loaded.pictures.values()))
        paint_pictures(requests, ordered.plan.brief.model, shot, project / "data", pictures)
