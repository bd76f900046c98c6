"""Measures two runs of two campaigns that share one quota: python benchmarks/shared_quota.py [--quick] [--served]."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
from measuring import fullest_minute
from stage import ROOT, SEEDS, build_project, read_rows, write_rows

sys.path.insert(0, str(ROOT))

from tests.emulator import Emulator, running

BIN = Path(sys.executable).parent
MODEL = "gemini-3.1-flash-image"
"""It has the size 512, the least to judge: the quota shall bind, not the cores."""
FORMATS = {"morning": "gads_upload_300x250", "evening": "gads_upload_250x250"}
"""By campaign: their pictures have different ratios, by which requests are told apart."""
_MIRRORED = ("ar", "fa", "he", "ur")
"""Languages whose pictures have the product elsewhere: the emulator answers with one picture for all."""
_TWINS = "checks: [{check: near_duplicate, threshold: 1, why: the emulator answers with one picture for all}]"
_STEADY_AFTER_SECONDS = 5.0
"""What may go at once goes then."""
_MINUTE = 60.0
DAY = "2026-12-01"


class Called(NamedTuple):
    """A request, as the emulator met it."""

    at: float
    ratio: str
    status: int


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """What the command line says; `--quick` is a size for tests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few masters: does it run at all")
    parser.add_argument("--served", action="store_true", help="two deployments' runs of `adlocalizer serve`")
    parser.add_argument("--quota", type=int, default=600, help="requests a minute, of which the emulator keeps (600)")
    parser.add_argument("--seconds", type=int, default=150, help="how long both shall ask for pictures (150)")
    if "--quick" in arguments:
        parser.set_defaults(quota=120, seconds=8)
    return parser.parse_args(arguments)


def build(project: Path, quota: int, cities: int) -> None:
    """The benchmarks' project: two campaigns of so many cities that are read from left to right, and their quota."""
    build_project(project, cities + cities // 4 + 20)
    rows = [row for row in read_rows(project / "data/cities.csv") if not row["locales"].startswith(_MIRRORED)]
    write_rows(project / "data/cities.csv", rows[:cities])
    text = (SEEDS / "gemini.yml").read_text("utf-8")
    deployments = ""
    for name, form in FORMATS.items():
        own = text.replace("id: gemini\n", f"id: {name}\n").replace(FORMATS["morning"], form)
        (project / f"configs/campaigns/{name}.yml").write_text(f"{own}model: {MODEL}\n{_TWINS}\n", "utf-8")
        deployments += f"  - name: {name}\n    entrypoint: flows.localize_campaign.localize_campaign\n"
    (project / "prefect.yaml").write_text(f"name: two\ndeployments:\n{deployments}", "utf-8")
    models = project / "configs/models.yml"
    before, name, after = models.read_text("utf-8").partition(f"  {MODEL}:\n")
    after = "".join(line for line in after.splitlines(True) if not line.startswith("    shutdown: 2026-10"))
    models.write_text(f"{before}{name}    images_per_minute: {quota}\n{after}", "utf-8")


def run_by_command(environment: dict[str, str], folder: Path) -> None:
    """Each campaign by `adlocalizer run` in a process of its own, both at once."""
    words = ["--date", DAY, "--max-cost", "10000"]
    started = []
    for name in FORMATS:
        with (folder / f"{name}.log").open("wb") as log:
            own = {"env": environment, "cwd": folder, "stdout": log, "stderr": log}
            started.append(subprocess.Popen([str(BIN / "adlocalizer"), "run", name, *words], **own))  # type: ignore[call-overload]
    ends = dict(zip(FORMATS, (one.wait() for one in started), strict=True))
    for name, status in ends.items():
        if status not in (0, 3):  # 3: some ask a person, which costs no request
            sys.exit(f"{name} ended with {status}: {(folder / f'{name}.log').read_text('utf-8')[-2000:]}")


def run_by_deployment(environment: dict[str, str], folder: Path) -> None:
    """Each campaign as a run of its deployment, both at once, in processes of one `adlocalizer serve`."""
    with _served(environment, folder) as client:
        wanted = {"campaign": "", "logical_date": DAY, "max_cost": 10000}
        runs = []
        for name in FORMATS:
            found = client.post("deployments/filter", json={"deployments": {"name": {"any_": [name]}}}).json()
            body = {"parameters": wanted | {"campaign": name}}
            runs.append(client.post(f"deployments/{found[0]['id']}/create_flow_run", json=body).json()["id"])
        while True:
            states = [client.get(f"flow_runs/{one}").json()["state"] for one in runs]
            if all(state["type"] not in ("SCHEDULED", "PENDING", "RUNNING") for state in states):
                break
            time.sleep(2)
    if {state["type"] for state in states} != {"COMPLETED"}:
        sys.exit(f"{states}; {(folder / 'serve.log').read_text('utf-8')[-2000:]}")


@contextmanager
def _served(environment: dict[str, str], folder: Path) -> Iterator[httpx.Client]:
    """A client of the server that `adlocalizer serve` has started, once it knows both deployments."""
    port, reports = _free_port(), _free_port()
    ports = ["--port", str(port), "--reports-port", str(reports)]
    api = httpx.Client(base_url=f"http://127.0.0.1:{port}/api/", timeout=60)
    with (folder / "serve.log").open("wb") as log, api as client:
        command = [str(BIN / "adlocalizer"), "serve", "--limit", "2", *ports]
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            while process.poll() is None and _deployments(client) < len(FORMATS):
                time.sleep(0.5)
            yield client
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _deployments(client: httpx.Client) -> int:
    try:
        return len(client.post("deployments/filter", json={}).raise_for_status().json())
    except httpx.HTTPError:
        return 0


def read_calls(emulator: Emulator) -> list[Called]:
    """All requests for pictures, in their order."""
    return sorted(Called(one["time"], one["ratio"], one["status"]) for one in emulator.journal("generate"))


def told(calls: Sequence[Called], quota: int, load: float) -> str:
    """How much of the quota was used while both asked, the fullest minute of all, and what came back."""
    moments = [one.at for one in calls]
    own = {ratio: [one.at for one in calls if one.ratio == ratio] for ratio in {one.ratio for one in calls}}
    start = max(min(some) for some in own.values()) + _STEADY_AFTER_SECONDS
    end = min(max(some) for some in own.values())
    steady = [one for one in calls if start <= one.at <= end]
    used = len(steady) / (end - start) * _MINUTE / quota
    shares = " and ".join(str(sum(one.ratio == ratio for one in steady)) for ratio in sorted(own))
    statuses = ", ".join(f"{count:,} × {status}" for status, count in sorted(Counter(c.status for c in calls).items()))
    return (
        f"Quota of {quota} a minute, {len(calls):,} requests of two runs: {used:.1%} used over the {end - start:.0f} s "
        f"in which both asked ({shares} requests), {fullest_minute(moments)} in the fullest minute; "
        f"answers {statuses}; load {load:.1f} before."
    )


def main(arguments: Sequence[str]) -> int:
    """Measure and print; fails when a minute holds more than the quota."""
    options = read_options(arguments)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="adlocalizer-bench-") as scratch, _emulator(options.quota) as emulator:
        folder = Path(scratch)
        build(folder / "project", options.quota, options.quota * options.seconds // 120)
        places = {"STORE": "store", "REPORTS": "reports", "PROJECT": "project"}
        own = {f"ADLOCALIZER_{name}": str(folder / place) for name, place in places.items()}
        own |= {"PREFECT_HOME": str(folder / "prefect"), "PYTHONPATH": str(ROOT), "GX_ANALYTICS_ENABLED": "false"}
        own |= {"GEMINI_API_KEY": "a-key-of-nobody", "GOOGLE_GEMINI_BASE_URL": emulator.url}
        (run_by_deployment if options.served else run_by_command)({**os.environ, **own}, folder)
        calls = read_calls(emulator)
        shutil.rmtree(folder / "store")
    print(told(calls, options.quota, load))
    return 0 if fullest_minute([one.at for one in calls]) <= options.quota else 1


@contextmanager
def _emulator(quota: int) -> Iterator[Emulator]:
    waits = {"median_seconds": 2.0, "p99_seconds": 3.0}
    with running(pictures="canned", quota_per_minute=quota, latency=waits, retired=[]) as emulator:
        yield emulator


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
