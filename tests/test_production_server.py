"""The server of `deploy/compose.yaml` on a PostgreSQL and a Redis of this machine: set up twice, killed in a run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import yaml

from adlocalizer.config.deployments import read_deployments

from . import gemini_runs, projects
from .database import Ports, databases, free_port
from .serving import held_door

pytestmark = [pytest.mark.slow, pytest.mark.database, pytest.mark.timeout(900)]
COMPOSE = yaml.safe_load((projects.ROOT / "deploy/compose.yaml").read_text("utf-8"))["services"]
AUTH = "ads:a-password-0123"
BIN = Path(sys.executable).parent
door = pytest.fixture(scope="module")(held_door)


class Stack(NamedTuple):
    """A started server, and the environment of who talks to it."""

    url: str
    server: dict[str, str]
    client: dict[str, str]
    project: Path

    def start(self, service: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a service by the command it has in the compose file."""
        words = [str(word) for word in COMPOSE[service]["command"]]
        if service == "server":
            words = [*words[:3], "--port", self.url.rpartition(":")[2]]
        environment = (self.server if service == "server" else self.client) | more
        with (self.project / f"{service}.log").open("ab") as log:
            own = {"cwd": self.project, "stdout": log, "stderr": log, "start_new_session": True}
            return subprocess.Popen([str(BIN / words[0]), *words[1:]], env=environment, **own)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The API's answer, as somebody who knows the password gets it."""
        method, auth = ("GET" if body is None else "POST"), tuple(AUTH.split(":"))
        answer = httpx.request(method, f"{self.url}/api/{path}", json=body, auth=auth, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/api/ready", timeout=5).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.3)
        raise AssertionError((self.project / "server.log").read_text())


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)
        process.wait(timeout=60)


def environment_of(service: str, ports: Ports, project: Path, url: str) -> dict[str, str]:
    """A service's variables as compose gives them, with this machine's addresses in place of its names."""
    said = {name: str(value) for name, value in COMPOSE[service]["environment"].items()}
    here = {
        "PREFECT_SERVER_DATABASE_HOST": "127.0.0.1",
        "PREFECT_SERVER_DATABASE_PORT": str(ports.postgres),
        "PREFECT_SERVER_DATABASE_NAME": "postgres",
        "PREFECT_SERVER_DATABASE_PASSWORD": "none",
        "PREFECT_REDIS_MESSAGING_URL": f"redis://127.0.0.1:{ports.redis}/0",
        "PREFECT_SERVER_DOCKET_URL": f"redis://127.0.0.1:{ports.redis}/1",
        "PREFECT_SERVER_API_AUTH_STRING": AUTH,
        "PREFECT_API_AUTH_STRING": AUTH,
        "PREFECT_API_URL": f"{url}/api",
        "PREFECT_UI_API_URL": f"{url}/api",
        "ADLOCALIZER_STORE": str(project / "store"),
    }
    said |= {name: value for name, value in here.items() if name in said}
    return {name: value for name, value in said.items() if not value.startswith("${")}


@pytest.fixture(scope="module")
def stack(door, tmp_path_factory, shell) -> Iterator[Stack]:
    folder, cities = tmp_path_factory.mktemp("production"), ["jp-tokyo", "sg-singapore"]
    project = gemini_runs.make_gemini_project(folder / "project", {"deadline_seconds": 300}, cities=cities)
    (project / "prefect.yaml").write_text((projects.ROOT / "prefect.yaml").read_text("utf-8"), "utf-8")
    url, home = f"http://127.0.0.1:{free_port()}", {"PREFECT_HOME": str(project / "home")}
    own = {"ADLOCALIZER_PROJECT": str(project), "ADLOCALIZER_REPORTS": str(project / "reports")}
    own |= {"GEMINI_API_KEY": "AIza-production", "GOOGLE_GEMINI_BASE_URL": door.url}
    with databases() as ports:
        environments = [shell | home | own | environment_of(one, ports, project, url) for one in ("server", "worker")]
        yield Stack(url, *environments, project)


@pytest.fixture(scope="module")
def looked_at(stack, door) -> Iterator[dict[str, Any]]:
    """What there is to see: after setting up twice, and after a run in whose middle the server was killed."""
    seen: dict[str, Any] = {}
    server = stack.start("server")
    started = [server]
    try:
        stack.wait_until_ready()
        seen["stranger"] = httpx.post(f"{stack.url}/api/deployments/filter", json={}, timeout=30).status_code
        set_up(stack)
        seen["once"] = state_of(stack)
        started.append(stack.start("worker", PREFECT_WORKER_WEBSERVER_PORT=str(free_port())))
        run = start_run(stack)
        set_up(stack)
        seen["twice"] = state_of(stack)
        wait_for(lambda: len(door.asked) == 2)
        end(server, signal.SIGKILL)
        door.opened.set()  # the answer comes while the server is away
        started.append(stack.start("server"))
        stack.wait_until_ready()
        wait_for(lambda: stack.ask(f"flow_runs/{run}")["state"]["type"] in ("COMPLETED", "FAILED", "CRASHED"))
        seen["run"], seen["after"] = stack.ask(f"flow_runs/{run}"), state_of(stack)
        yield seen
    finally:
        for one in reversed(started):
            end(one, signal.SIGKILL)


def set_up(stack: Stack) -> None:
    """The script of the compose file's `setup`, word for word."""
    script = COMPOSE["setup"]["command"][-1]
    environment = stack.client | {"PATH": f"{BIN}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-ec", script], env=environment, cwd=stack.project, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def start_run(stack: Stack) -> str:
    found = stack.ask("deployments/filter", {"deployments": {"name": {"any_": ["any campaign"]}}})
    said = {"campaign": "small", "logical_date": "2026-12-01", "store": str(stack.project / "store"), "max_cost": 5}
    run: str = stack.ask(f"deployments/{found[0]['id']}/create_flow_run", {"parameters": said})["id"]
    return run


def state_of(stack: Stack) -> dict[str, Any]:
    """Deployments with their schedules and limits, and automations: by name, with their ids."""
    deployments = stack.ask("deployments/filter", {})
    automations = stack.ask("automations/filter", {})
    return {
        "deployments": {one["name"]: one for one in deployments},
        "automations": {one["name"]: one["id"] for one in automations},
    }


def wait_for(met: Any) -> None:
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        if met():
            return
        time.sleep(0.5)
    raise AssertionError("it did not come to that")


def test_nobody_is_let_in_without_the_password(looked_at):
    assert looked_at["stranger"] == httpx.codes.UNAUTHORIZED


def test_prefect_deploy_makes_every_deployment_as_it_is_written(looked_at):
    made = looked_at["once"]["deployments"]
    written = {one.name: one for one in read_deployments(projects.ROOT)}
    assert made.keys() == written.keys()
    for name, one in written.items():
        said = made[name]
        assert (said["entrypoint"], said["work_pool_name"], tuple(said["tags"])) == (one.entrypoint, "ads", one.tags)
        assert said["global_concurrency_limit"]["limit"] == one.concurrency_limit.limit
        assert said["concurrency_options"]["collision_strategy"] == one.concurrency_limit.collision_strategy
        assert said["parameters"] == one.parameters


def test_prefect_deploy_makes_every_schedule_with_its_time_zone(looked_at):
    made = {
        (name, row["slug"], row["schedule"]["cron"], row["schedule"]["timezone"], row["active"])
        for name, one in looked_at["once"]["deployments"].items()
        for row in one["schedules"]
    }
    assert made == {
        (one.name, line.slug, line.cron, line.timezone, line.active)
        for one in read_deployments(projects.ROOT)
        for line in one.schedules
    }


def test_setting_up_twice_is_the_same_as_once(looked_at):
    once, twice = looked_at["once"], looked_at["twice"]
    assert once["automations"] == twice["automations"] != {}
    ids = [{name: one["id"] for name, one in at["deployments"].items()} for at in (once, twice)]
    assert ids[0] == ids[1]


def test_a_run_is_found_with_its_end_after_the_server_was_killed(looked_at, stack):
    said = looked_at["run"]["state"]
    assert said["name"] == "Completed", f"{said['message']}; {stack.project}/worker.log"
    assert looked_at["run"]["run_count"] == 1
    assert (stack.project / "store/runs/small/2026-12-01/APAC/manifest.json").is_file()


def test_what_was_answered_while_the_server_was_away_is_asked_once(looked_at, door):
    assert len(door.asked) == len(set(door.asked)) == 2


def test_a_server_that_is_killed_forgets_no_form_and_no_automation(looked_at):
    assert looked_at["after"]["automations"] == looked_at["once"]["automations"]
    assert looked_at["after"]["deployments"].keys() == looked_at["once"]["deployments"].keys()


def test_the_work_pool_for_kubernetes_is_taken_as_it_is(looked_at, stack):
    template = json.loads((projects.ROOT / "deploy/kubernetes/base-job-template.json").read_text("utf-8"))
    # What `prefect work-pool create jobs --type kubernetes --base-job-template …` sends.
    pool = stack.ask("work_pools/", {"name": "jobs", "type": "kubernetes", "base_job_template": template})
    assert pool["base_job_template"]["variables"]["properties"]["image"]["default"].startswith("adlocalizer:")
