"""Two Prefect workers of one work pool: each makes the runs of a deployment, and both share one quota."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from . import gemini_runs, projects
from .emulator import Emulator, running

pytestmark = [pytest.mark.slow, pytest.mark.integration, pytest.mark.timeout(1800)]
POOL = "two workers"
QUOTA = 60
PREFECT = str(Path(sys.executable).with_name("prefect"))
CITIES = ("jp-tokyo", "fr-paris", "us-new-york-city", "br-sao-paulo")
DEPLOYMENT = """
  - name: {name}
    entrypoint: flows.localize_campaign.localize_campaign
    work_pool: {{name: {pool}}}
    parameters: {{campaign: {name}, logical_date: "{day}", max_cost: 5, reports: "{folder}/{name}"}}
"""


class Ended(NamedTuple):
    """How the runs of both deployments ended."""

    runs: list[dict[str, Any]]
    moments: list[float]
    statuses: list[int]
    store: Path


@pytest.fixture(scope="module")
def ended(prefect_api, tmp_path_factory) -> Iterator[Ended]:
    api, environment = prefect_api
    folder = tmp_path_factory.mktemp("pool")
    project = _project(folder)
    with running(quota_per_minute=QUOTA, latency={"median_seconds": 1, "p99_seconds": 1.5}) as emulator:
        own = {"GEMINI_API_KEY": "AIza-shared", "GOOGLE_GEMINI_BASE_URL": emulator.url, "PREFECT_API_URL": api}
        places = {"ADLOCALIZER_PROJECT": str(project), "ADLOCALIZER_STORE": str(folder / "store")}
        environment = {**environment, **own, **places, "PREFECT_WORKER_QUERY_SECONDS": "1"}
        httpx.post(f"{api}/work_pools/", json={"name": POOL, "type": "process"}, timeout=60).raise_for_status()
        # Meanwhile: they start as slowly as everything that imports Prefect.
        workers = [_worker(environment, folder, name) for name in ("one", "other")]
        try:
            _call(environment, project, "--no-prompt", "deploy", "--all")
            yield _ended(api, emulator, folder)
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.wait(timeout=60)


def _project(folder: Path) -> Path:
    """Two campaigns of other words but the same size, and a deployment of each."""
    said = {"cities": list(CITIES), "formats": ["gads_upload_300x250"], "shard_size": 2}
    project = gemini_runs.make_gemini_project(folder / "project", {"deadline_seconds": 300}, **said)
    gemini_runs.change_models(
        project, "    title: Nano Banana 2.1\n", f"    title: N\n    images_per_minute: {QUOTA}\n"
    )
    small = json.loads((project / "configs/campaigns/small.yml").read_text())
    deployments = ""
    for name, scene in (("morning", "the can stands on a ledge"), ("evening", "the can stands on a table")):
        campaign = json.dumps({**small, "id": name, "scene": scene})
        (project / f"configs/campaigns/{name}.yml").write_text(campaign, "utf-8")
        deployments += DEPLOYMENT.format(name=name, pool=POOL, day=projects.DAY, folder=folder / "reports")
    (project / "prefect.yaml").write_text(f"name: two\npull: []\ndeployments:{deployments}", "utf-8")
    return project


def _call(environment: dict[str, str], folder: Path, *words: str) -> None:
    done = subprocess.run([PREFECT, *words], env=environment, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def _worker(environment: dict[str, str], folder: Path, name: str) -> subprocess.Popen[bytes]:
    command = [PREFECT, "worker", "start", "--pool", POOL, "--name", name, "--limit", "1"]
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)


def _ordered(url: str) -> str:
    """The id of a run that was asked for; again where SQLite, which has one writer, was busy."""
    deadline = time.monotonic() + 120
    while (answer := httpx.post(url, json={}, timeout=60)).is_server_error and time.monotonic() < deadline:
        time.sleep(1)
    return str(answer.raise_for_status().json()["id"])


def _ended(api: str, emulator: Emulator, folder: Path) -> Ended:
    found = httpx.post(f"{api}/deployments/filter", json={"work_pools": {"name": {"any_": [POOL]}}}, timeout=60).json()
    ids = [_ordered(f"{api}/deployments/{one['id']}/create_flow_run") for one in found]
    deadline = time.monotonic() + 1200
    while time.monotonic() < deadline:
        runs = [httpx.get(f"{api}/flow_runs/{one}", timeout=60).json() for one in ids]
        if all(run["state"]["type"] in ("COMPLETED", "FAILED", "CRASHED") for run in runs):
            entries = emulator.journal("generate")
            return Ended(runs, [one["time"] for one in entries], [one["status"] for one in entries], folder / "store")
        time.sleep(1)
    raise AssertionError([run["state"] for run in runs])


def test_both_deployments_runs_are_made(ended):
    assert sorted((run["parameters"]["campaign"], run["state"]["name"]) for run in ended.runs) == [
        ("evening", "Completed"),
        ("morning", "Completed"),
    ]


def test_each_worker_makes_one(ended):
    assert {run["labels"]["prefect.worker.name"] for run in ended.runs} == {"one", "other"}


def test_they_share_the_quota_and_are_never_throttled(ended):
    assert ended.statuses == [200] * 2 * len(CITIES)
    # A place a second over both; the first may be used up to a second late. Each alone would take half as long.
    assert max(ended.moments) - min(ended.moments) > len(ended.moments) - 3


def test_each_has_its_manifests(ended):
    made = {path.parts[-4] for path in ended.store.glob("runs/*/*/*/manifest.json")}
    assert made == {"morning", "evening"}
