"""Processes of Dask and Ray beside a run's own: equal results from the same calls, also when one of them is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from adlocalizer.store import Store

from . import buckets, commands, gemini_runs, projects
from .database import free_port
from .emulator import Emulator, running
from .test_errands import set_runner

pytestmark = [pytest.mark.slow, pytest.mark.integration, pytest.mark.timeout(1200)]
CITIES = ("jp-tokyo", "fr-paris", "us-new-york-city", "br-sao-paulo")


def left(place: Path | str) -> dict[str, str]:
    """Digests of manifests and bundles by their path: whole files would be compared line by line, for minutes."""
    store = Store(str(place))
    manifests = [path for path in store.paths("runs/small") if "/manifest." in path]
    return {path: sha256(store.read(path)).hexdigest() for path in (*manifests, *store.paths("bundles/small"))}


def keys(store: Path) -> set[str]:
    return {path.stem for path in store.glob("answers/*/*.json")}


class Made(NamedTuple):
    """The small campaign, made by a run's own process and, where a test asks, by others."""

    folder: Path
    said: dict[str, dict[str, Any]]
    calls: dict[str, int]
    environment: dict[str, str]
    project: Path
    emulator: Emulator

    def run(self, name: str, store: str = "") -> list[str]:
        places = ["--store", store or str(self.folder / name), "--reports", str(self.folder / f"{name}-reports")]
        return ["run", "small", "--date", projects.DAY.isoformat(), "--max-cost", "5", "--json", *places]

    def make(self, name: str, stanza: str, store: str = "") -> Made:
        """Run it in this process, with a runner; what it said and how many pictures it asked for are kept."""
        set_runner(self.project, stanza)
        self.emulator.reset()
        said = commands.overheard(self.run(name, store), self.environment)
        self.said[name] = {"status": said.status, "errors": said.errors, **(said.read if said.out else {})}
        self.calls[name] = len(self.emulator.journal("generate"))
        return self


@pytest.fixture(scope="module")
def made(prefect_api, prefect_server, tmp_path_factory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("dask")
    said = {"cities": list(CITIES), "shard_size": 1, "concurrency": 2, "formats": ["gads_upload_300x250"]}
    # A request that is given up on a busy machine would be asked again, and counted.
    project = gemini_runs.make_gemini_project(folder / "project", {"deadline_seconds": 300}, **said)
    with running() as emulator:
        own = {"GEMINI_API_KEY": "AIza-shared", "GOOGLE_GEMINI_BASE_URL": emulator.url}
        environment = {**prefect_api[1], **own, "ADLOCALIZER_PROJECT": str(project)}
        yield Made(folder, {}, {}, environment, project, emulator).make("local", "runner: local")


@pytest.fixture(scope="module")
def both(made) -> Made:
    """The same by two processes of Dask."""
    return made.make("dask", "runner: dask\ncluster: {workers: 2}")


def test_two_processes_of_dask_leave_what_one_process_leaves(both):
    assert both.said["dask"]["status"] == 0, both.said["dask"]["errors"]
    assert left(both.folder / "dask") == left(both.folder / "local")


def test_they_ask_for_the_same_keys_once(both):
    assert keys(both.folder / "dask") == keys(both.folder / "local")
    assert both.calls == {"local": len(CITIES), "dask": len(CITIES)}


def test_both_of_them_made_some(both):
    files = both.folder.glob("dask/runs/small/*/spending/*.jsonl")
    assert sum(file.stat().st_size > 0 for file in files) == 2


def test_the_run_says_what_they_did_as_if_it_had_done_it(both):
    local, dask = ({**both.said[name], "report": "", "errors": ""} for name in ("local", "dask"))
    assert dask == local


def test_a_killed_worker_costs_only_its_calls_in_flight(made):
    set_runner(made.project, "runner: dask\ncluster: {workers: 2}")
    made.emulator.reset()
    made.emulator.configure(latency={"median_seconds": 3, "p99_seconds": 3.1})
    run = started(made, "killed")
    try:
        victim = _worker_of(run.pid, made.emulator)
        victim.kill()
        out, errors = run.communicate(timeout=900)
    finally:
        run.kill()
    assert (run.returncode, json.loads(out)["counts"]["delivered"]) == (0, len(CITIES)), errors
    # `concurrency: 2` of two workers: one call in flight in each.
    again = len(made.emulator.journal("generate")) - len(CITIES)
    assert again in (0, 1)
    there, here = left(made.folder / "killed"), left(made.folder / "local")
    assert (there.keys(), keys(made.folder / "killed")) == (here.keys(), keys(made.folder / "local"))
    # Who is asked twice may draw another picture the second time; everything else is the same to the byte.
    assert sum(there[path] != here[path] for path in here if path.endswith(".json")) <= again
    assert "distributed" not in errors  # nor is anything of the cluster heard in a terminal


def test_workers_of_a_running_cluster_share_with_the_run_nothing_but_a_bucket(made):
    with buckets.running_buckets(), a_cluster(made) as address:
        made.make("there", f"runner: dask\ncluster: {{address: '{address}', workers: 2}}", "s3://ads/store")
        assert made.said["there"]["status"] == 0, made.said["there"]["errors"]
        assert left("s3://ads/store") == left(made.folder / "local")
    assert made.calls["there"] == len(CITIES)
    assert not (made.folder / "there").exists()


def test_two_processes_of_ray_leave_what_one_process_leaves(made, warm):
    pytest.importorskip("ray", reason="no wheel of Ray for this Python: nothing else is left out")
    set_runner(made.project, "runner: ray\ncluster: {workers: 2}")
    made.emulator.reset()
    out, errors = warm.start(made.run("ray"), made.environment, made.folder).communicate(timeout=900)
    assert json.loads(out)["counts"]["delivered"] == len(CITIES), errors
    assert len(made.emulator.journal("generate")) == len(CITIES)
    assert left(made.folder / "ray") == left(made.folder / "local")


@contextmanager
def a_cluster(made: Made) -> Iterator[str]:
    """A scheduler and two workers, as docs/how-to/several-machines.md starts them; the scheduler's address."""
    address = f"tcp://127.0.0.1:{free_port()}"
    own = ["--nworkers", "1", "--nthreads", "2", "--no-nanny", "--no-dashboard"]
    scheduler = ["scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--no-dashboard"]
    dask, environment = str(Path(sys.executable).with_name("dask")), {**os.environ, **made.environment}
    said = {"env": environment, "cwd": made.folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [subprocess.Popen([dask, *words], **said) for words in (scheduler, *[["worker", address, *own]] * 2)]
    try:
        yield address
    finally:
        for one in processes:
            one.kill()
            one.wait()


def started(made: Made, store: str) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-c", "from adlocalizer.cli import start; start()", *made.run(store)]
    return subprocess.Popen(
        command, env=made.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=made.folder
    )


def _worker_of(run: int, emulator: Emulator) -> psutil.Process:
    """A process of the run's cluster, once something was asked: one that listens to the others."""
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        if emulator.journal("generate"):
            for child in psutil.Process(run).children():
                if any(one.status == psutil.CONN_LISTEN for one in child.net_connections()):
                    return child
        time.sleep(0.2)
    raise AssertionError("no worker began")
