"""`adlocalizer serve` with the server it starts: a form, a schedule and a question that outlives its process."""

from __future__ import annotations

import json
import signal
import time
import urllib.parse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from . import commands, gemini_runs, projects
from .homes import furnish
from .serving import ENDS, LONGEST_SECONDS, UNHELD, Served, held_door, met, serve

pytestmark = [pytest.mark.slow, pytest.mark.integration, pytest.mark.timeout(2400)]
DAY = datetime.now(ZoneInfo("Asia/Tokyo")).date().isoformat()
CITIES = ("jp-tokyo", "sg-singapore")
door = pytest.fixture(scope="module")(held_door)


@pytest.fixture(scope="module")
def served(door, shell, tmp_path_factory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("serve")
    project = gemini_runs.make_gemini_project(folder / "project", {"deadline_seconds": 300}, cities=list(CITIES))
    campaigns = project / "configs/campaigns"
    small = json.loads((campaigns / "small.yml").read_text())
    asked = {"id": "asked", "approval": "all", "provider": "preview", "cities": ["jp-tokyo"]}
    (campaigns / "asked.yml").write_text(json.dumps(small | asked))
    text = (projects.ROOT / "prefect.yaml").read_text("utf-8").replace("{limit: 1,", "{limit: 3,")  # or each would wait
    (project / "prefect.yaml").write_text(text, "utf-8")
    places = {"ADLOCALIZER_PROJECT": str(project), "ADLOCALIZER_REPORTS": str(folder / "reports")}
    home = {"PREFECT_HOME": str(furnish(folder / "home")), "PREFECT_SERVER_LOGGING_LEVEL": "WARNING"}
    gemini = {"GEMINI_API_KEY": "AIza-served", "GOOGLE_GEMINI_BASE_URL": door.url}
    one = serve({**shell, **home, **places, **gemini, "PREFECT_RUNNER_POLL_FREQUENCY": "1"}, folder)
    try:
        yield one
    finally:
        door.opened.set()
        one.stop()


@pytest.fixture(scope="module")
def runs(served, door) -> dict[str, Any]:
    """A run from the form, one as a schedule makes it, one that asks a person; all at once. And one by command line.

    While the second request of the first two is being answered, the process of the scheduled one is killed, and
    somebody presses Retry; then the server is killed, and the form's answer comes while it is away. The scheduled one
    waits for its answer still when this ends.
    """
    paid = {"campaign": "small", "max_cost": 5}
    form = served.start(**paid, logical_date=DAY, regions=["APAC"], store=str(served.folder / "form"))
    schedule = served.start(**paid, time_zone="Asia/Tokyo", store=str(served.folder / "schedule"))
    asked = served.start(campaign="asked", logical_date=DAY, approval="suspend", store=str(served.folder / "asked"))
    ids = {name: one.json()["id"] for name, one in (("form", form), ("schedule", schedule), ("asked", asked))}
    met(lambda: len(door.asked) == 4 and all(len(answers(served.folder / name)) == 1 for name in ("form", "schedule")))
    served.kill_run(ids["schedule"])
    killed = served.ended(ids["schedule"])
    served.retry(ids["schedule"])
    served.kill_server()
    door.opened.set()
    met(lambda: len(answers(served.folder / "form")) == 2)
    door.opened.clear()  # long before the one that was retried can ask
    words = ["run", "small", "--date", DAY, "--store", str(served.folder / "cli"), "--json", "--max-cost", "5"]
    status = commands.overheard(words, {**served.environment, "GEMINI_API_KEY": UNHELD}).status
    ended = {name: served.ended(ids[name]) for name in ("form", "asked")}
    met(lambda: len(door.asked) == 7)
    return {"killed": killed, "status": status, **ended}


@pytest.fixture(scope="module")
def again(served, runs, door) -> Iterator[dict[str, Any]]:
    """What `serve` does that was stopped while the scheduled run waited for an answer, and started anew.

    At once: the stopped run is tried again, a person decides about the one that asked, and another waits for an answer.
    """
    served.process.send_signal(signal.SIGTERM)
    time.sleep(1)
    door.opened.set()
    served.process.wait(timeout=90)
    kept, anew = len(answers(served.folder / "schedule")), served.start_again()
    door.opened.clear()
    try:
        stopped, asked = anew.ended(runs["killed"]["id"]), runs["asked"]["id"]
        waiting = manifest(served.folder / "asked", "asked")
        anew.retry(stopped["id"])
        answer = {"decision": "approve", "reviewer": "Ada"}
        replies = [
            anew.ask(f"flow_runs/{asked}/resume", {"run_input": {**answer, **more}}).json()["status"]
            for more in ({"decision": "perhaps"}, {})
        ]
        orphan = anew.start(campaign="small", logical_date=DAY, max_cost=5, store=str(anew.folder / "orphan")).json()
        schedule, decided = anew.ended(stopped["id"]), anew.ended(asked, ENDS - {"Suspended"})
        met(lambda: len(door.asked) == 9)
        seen = {"kept": kept, "stopped": stopped, "schedule": schedule, "replies": replies, "decided": decided}
        yield {"anew": anew, "orphan": orphan["id"], "waiting": waiting, **seen}
    finally:
        anew.stop()


def answers(store: Path) -> list[Path]:
    return list(store.glob("answers/*/*.json"))


def manifest(folder: Path, campaign: str = "small") -> bytes:
    return (folder / "runs" / campaign / DAY / "APAC/manifest.json").read_bytes()


def test_a_server_that_is_killed_is_started_again_and_runs_end_as_if_nothing_had_been(served, runs):
    assert "the server ended with status -9 and is started again" in (served.folder / "serve.log").read_text()
    assert [runs[name]["state"]["name"] for name in ("form", "asked")] == ["Completed", "Suspended"]
    assert runs["form"]["run_count"] == 1


def test_serving_starts_one_server_and_no_other(served, runs):
    # Of two, neither knows of the places in a queue that the other gave away: runs end as cancelled.
    assert "temporary server" not in (served.folder / "serve.log").read_text()


def test_the_report_of_a_run_opens_in_a_browser(served, runs):
    wanted = {"flow_runs": {"id": {"any_": [runs["form"]["id"]]}}, "artifacts": {"type": {"any_": ["markdown"]}}}
    texts = [row["data"] for row in served.ask("artifacts/filter", wanted).json()]
    link = next(part for text in texts for part in text.split("(") if part.startswith("http")).partition(")")[0]
    assert "<html" in httpx.get(link, timeout=60).text


def test_a_scheduled_run_is_for_the_day_of_its_time_zone(runs):
    assert runs["killed"]["name"] == f"small for {DAY}"


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


def test_a_run_whose_process_was_killed_asks_after_retry_only_for_what_was_in_flight(runs, door):
    assert runs["killed"]["state"]["name"] == "Crashed"
    first, second = door.asked[0], next(body for body in door.asked if body != door.asked[0])
    asked = door.asked[:7]
    # By form, schedule and command line; and once more for what the killed process was waiting for.
    assert (asked.count(first), asked.count(second)) == (3, 4)


def test_a_served_run_that_is_stopped_keeps_what_was_being_answered_and_asks_nothing_after_retry(again, door):
    assert again["kept"] == 2
    assert again["stopped"]["state"]["name"] in ("Crashed", "Cancelled")
    assert again["schedule"]["state"]["name"] == "Completed"
    assert len(door.asked) == 7 + 2  # two of another run


def test_form_schedule_and_command_line_give_the_same_manifest(served, runs, again):
    assert [one["state"]["name"] for one in (runs["form"], again["schedule"])] == ["Completed", "Completed"]
    assert runs["status"] == 0
    every = {manifest(served.folder / name) for name in ("form", "schedule", "cli")}
    assert len(every) == 1


def test_a_run_that_asks_frees_its_process_and_its_question_outlives_worker_and_server(runs, again):
    assert runs["asked"]["state"]["name"] == "Suspended"
    assert b'"needs_review"' in again["waiting"]
    assert [said == "ACCEPT" for said in again["replies"]] == [False, True]
    assert again["decided"]["state"]["name"] == "Completed"
    rows = json.loads(manifest(again["anew"].folder / "asked", "asked"))["renditions"]
    assert {(row["status"], row["approval"]) for row in rows} == {("delivered", "approved")}


def test_a_run_keeps_what_is_being_answered_when_the_process_that_served_it_is_killed(again, door):
    anew = again["anew"]
    with anew.orphans():
        door.opened.set()
        assert anew.ended(again["orphan"])["state"]["name"] == "Crashed"
    assert (len(answers(anew.folder / "orphan")), len(door.asked)) == (2, 9)
