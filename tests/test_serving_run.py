"""`adlocalizer serve` with the server it starts: a form, a schedule and a question that outlives its process."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import httpx
import pytest

from . import commands, projects
from .database import free_port
from .homes import furnish

pytestmark = [pytest.mark.slow, pytest.mark.integration, pytest.mark.timeout(2400)]
LONGEST_SECONDS = 900
ENDS = {"Completed", "Degraded", "Failed", "Crashed", "Suspended", "Cancelled", "Skipped"}
DAY = datetime.now(ZoneInfo("Asia/Tokyo")).date().isoformat()


class Served(NamedTuple):
    api: str
    environment: dict[str, str]
    folder: Path

    def ask(self, path: str, body: dict[str, Any]) -> httpx.Response:
        for _ in range(20):
            answer = httpx.post(f"{self.api}/{path}", json=body, timeout=60)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:  # SQLite has one writer
                break
            time.sleep(1)
        return answer

    def start(self, **parameters: Any) -> httpx.Response:
        found = self.ask("deployments/filter", {"deployments": {"name": {"any_": ["any campaign"]}}}).json()
        return self.ask(f"deployments/{found[0]['id']}/create_flow_run", {"parameters": parameters})

    def ended(self, run_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < deadline:
            run = httpx.get(f"{self.api}/flow_runs/{run_id}", timeout=60).json()
            if run["state"]["name"] in ENDS:
                return run
            time.sleep(1)
        raise AssertionError(f"still {run['state']['name']}")


def serve(environment: dict[str, str], log: Path, port: int) -> subprocess.Popen[bytes]:
    with log.open("wb") as stream:
        ports = ["--port", str(port), "--reports-port", str(free_port())]
        command = [str(Path(sys.executable).with_name("adlocalizer")), "serve", "--limit", "3", *ports]
        return subprocess.Popen(command, env=environment, stdout=stream, stderr=stream, cwd=log.parent)


@pytest.fixture(scope="module")
def served(shell, tmp_path_factory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("serve")
    project = projects.make_project(folder / "project", cities=["jp-tokyo"], formats=["gads_upload_300x250"])
    campaigns = project / "configs/campaigns"
    asked = json.loads((campaigns / "small.yml").read_text()) | {"id": "asked", "approval": "all"}
    (campaigns / "asked.yml").write_text(json.dumps(asked))
    text = (projects.ROOT / "prefect.yaml").read_text("utf-8").replace("{limit: 1,", "{limit: 3,")  # or each would wait
    (project / "prefect.yaml").write_text(text, "utf-8")
    places = {"ADLOCALIZER_PROJECT": str(project), "ADLOCALIZER_REPORTS": str(folder / "reports")}
    home = {"PREFECT_HOME": str(furnish(folder / "home")), "PREFECT_SERVER_LOGGING_LEVEL": "WARNING"}
    environment = {**shell, **home, **places, "PREFECT_RUNNER_POLL_FREQUENCY": "1"}
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    process = serve(environment, folder / "serve.log", port)
    one = Served(api, {**environment, "PREFECT_API_URL": api}, folder)
    try:
        _wait_for_deployments(one, process)
        yield one
    finally:
        process.terminate()
        process.wait(timeout=90)


def _wait_for_deployments(one: Served, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx.ConnectError):  # the server is on its way
            if len(one.ask("deployments/filter", {"deployments": {"tags": {"all_": ["ads"]}}}).json()) == 7:
                return
        time.sleep(1)
    raise AssertionError((one.folder / "serve.log").read_text())


@pytest.fixture(scope="module")
def runs(served) -> dict[str, dict[str, Any]]:
    """A run from the form, one as a schedule makes it, one that asks a person; all at once."""
    form = served.start(campaign="small", logical_date=DAY, regions=["APAC"], store=str(served.folder / "form"))
    schedule = served.start(campaign="small", time_zone="Asia/Tokyo", store=str(served.folder / "schedule"))
    asked = served.start(campaign="asked", logical_date=DAY, approval="suspend", store=str(served.folder / "asked"))
    started = {"form": form, "schedule": schedule, "asked": asked}
    return {name: served.ended(one.json()["id"]) for name, one in started.items()}


def manifest(folder: Path, campaign: str = "small") -> bytes:
    return (folder / "runs" / campaign / DAY / "APAC/manifest.json").read_bytes()


def test_form_schedule_and_command_line_give_the_same_manifest(served, runs, capsys):
    assert [runs[name]["state"]["name"] for name in ("form", "schedule")] == ["Completed", "Completed"]
    words = ["run", "small", "--date", DAY, "--store", str(served.folder / "cli"), "--json"]
    assert commands.call(words, served.environment, capsys).status == 0
    every = {manifest(served.folder / name) for name in ("form", "schedule", "cli")}
    assert len(every) == 1


def test_serving_starts_one_server_and_no_other(served, runs):
    # Of two, neither knows of the places in a queue that the other gave away: runs end as cancelled.
    assert "temporary server" not in (served.folder / "serve.log").read_text()


def test_the_report_of_a_run_opens_in_a_browser(served, runs):
    wanted = {"flow_runs": {"id": {"any_": [runs["form"]["id"]]}}, "artifacts": {"type": {"any_": ["markdown"]}}}
    texts = [row["data"] for row in served.ask("artifacts/filter", wanted).json()]
    link = next(part for text in texts for part in text.split("(") if part.startswith("http")).partition(")")[0]
    assert "<html" in httpx.get(link, timeout=60).text


def test_a_scheduled_run_is_for_the_day_of_its_time_zone(runs):
    assert runs["schedule"]["name"] == f"small for {DAY}"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"campaign": "smal"}, "campaign"),
        ({"regions": ["MARS"]}, "regions"),
        ({"packs": ["no_pack"]}, "packs"),
        ({"provider": "nobody"}, "provider"),
        ({"model": "none"}, "model"),
        ({"max_cost": -1}, "max_cost"),
        ({"mode": "slow"}, "mode"),
    ],
)
def test_a_wrong_value_is_refused_before_there_is_a_run(served, parameters, said):
    answer = served.start(**parameters)
    assert answer.status_code == httpx.codes.CONFLICT
    assert said in answer.json()["detail"]


@pytest.mark.browser
def test_the_form_can_be_filled_in_without_knowing_prefect(served, chromium, tmp_path):
    found = served.ask("deployments/filter", {"deployments": {"name": {"any_": ["any campaign"]}}}).json()
    page = chromium.new_page(viewport={"width": 1400, "height": 2000})
    filled = urllib.parse.quote(json.dumps({"campaign": "small", "max_cost": -5}))
    page.goto(
        f"{served.api.removesuffix('/api')}/deployments/deployment/{found[0]['id']}/run?parameters={filled}",
        timeout=300_000,
    )
    page.get_by_text("Most US dollars to spend").wait_for(timeout=120_000)
    page.screenshot(path=tmp_path / "form.png")
    text = page.inner_text("body")
    assert 'Property is type "None"' not in text
    assert [one for one in ("Campaign", "Day the ads are for", "Regions", "Who draws") if one not in text] == []
    page.get_by_role("button", name="Submit").click()
    # What was left empty is no fault; what is wrong is named.
    page.get_by_text("-5 is less than the minimum of 0").first.wait_for(timeout=120_000)
    page.close()


def test_a_run_that_asks_frees_its_process_and_the_bundle_follows_the_answer(served, runs):
    assert runs["asked"]["state"]["name"] == "Suspended"
    store = served.folder / "asked"
    assert b'"needs_review"' in manifest(store, "asked")
    path, answer = f"flow_runs/{runs['asked']['id']}/resume", {"decision": "approve", "reviewer": "Ada"}
    assert served.ask(path, {"run_input": {**answer, "decision": "perhaps"}}).json()["status"] != "ACCEPT"
    assert served.ask(path, {"run_input": answer}).json()["status"] == "ACCEPT"
    time.sleep(3)
    assert served.ended(runs["asked"]["id"])["state"]["name"] == "Completed"
    rows = json.loads(manifest(store, "asked"))["renditions"]
    assert {(row["status"], row["approval"]) for row in rows} == {("delivered", "approved")}


def test_a_schedule_of_each_region_makes_runs(served):
    before = datetime.now(UTC).isoformat()
    found: dict[str, str] = {}
    deadline = time.monotonic() + LONGEST_SECONDS
    wanted = {"flow_runs": {"expected_start_time": {"after_": before}, "state": {"type": {"any_": ["SCHEDULED"]}}}}
    while time.monotonic() < deadline and len(found) < 4:
        rows = served.ask("flow_runs/filter", wanted).json()
        found = {
            str(row["parameters"]["regions"]): row["expected_start_time"]
            for row in rows
            if "regions" in row["parameters"]
        }
        time.sleep(1)
    hours = {region: datetime.fromisoformat(start).astimezone(UTC).hour for region, start in found.items()}
    assert hours["['APAC']"] == 21  # six in the morning in Tokyo
    assert hours["['LATAM']"] == 11  # in Lima
