"""The flow in Prefect: its form, its names, its states, its artifacts, and the gate that stops it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from adlocalizer.domain import Counts
from adlocalizer.errors import GateFailed, NotAllowed, StoreError, Throttled, Unavailable

from . import projects

DAY = projects.DAY


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    return projects.make_project(tmp_path_factory.mktemp("flow") / "project", cities=["jp-tokyo"])


def run_flow(project: Path, monkeypatch: pytest.MonkeyPatch, **over: Any) -> Any:
    from flows.localize_campaign import localize_campaign

    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(project))
    said = {"campaign": "small", "logical_date": DAY, "store": str(project / "store"), **over}
    return asyncio.run(localize_campaign(**said, reports=str(project / "reports"), return_state=True))


@pytest.fixture(scope="module")
def completed(project, prefect_server) -> Any:
    """The state of a run that nothing stood in the way of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADLOCALIZER_REPORTS", str(project / "reports"))
        patch.setenv("ADLOCALIZER_REPORTS_URL", "http://reports.test")
        return run_flow(project, patch)


def test_every_parameter_of_the_form_is_described():
    from prefect.utilities.callables import parameter_schema

    from flows.localize_campaign import localize_campaign

    schema = parameter_schema(localize_campaign)
    assert all(one.get("description") for one in schema.properties.values())
    assert schema.required == []


def test_the_form_has_these_parameters_in_this_order():
    from prefect.utilities.callables import parameter_schema

    from flows.localize_campaign import localize_campaign

    names = ["campaign", "logical_date", "regions", "packs", "select", "provider", "model", "max_cost", "mode", "wait"]
    names += ["time_zone", "days_ahead", "if_missed", "approval", "answer_within_hours", "cities", "store", "reports"]
    assert list(parameter_schema(localize_campaign).properties) == names


def test_a_shard_is_tried_again_only_for_errors_that_say_so():
    from prefect.states import Failed

    from tasks.retrying import is_retryable

    async def asked(error: Exception) -> bool:
        return await is_retryable(None, None, Failed(data=error))

    retried = [
        asyncio.run(asked(error)) for error in (Throttled("x"), Unavailable("x"), NotAllowed("x"), StoreError("x"))
    ]
    assert retried == [True, True, False, False]


def test_the_shard_task_has_its_retries_and_no_cache():
    from tasks.make_shards import make

    assert (make.retries, make.retry_delay_seconds) == (2, [15, 60])
    assert make.retry_condition_fn.__name__ == "is_retryable"
    assert make.persist_result is not True


def test_prefects_settings_are_defaults_the_environment_wins_over():
    script = (
        "import os; os.environ['PREFECT_LOGGING_LEVEL'] = 'DEBUG'; import flows; from flows.settings import apply_quiet"
    )
    script += (
        "; apply_quiet(); print(os.environ['PREFECT_LOGGING_LEVEL'], os.environ['PREFECT_RESULTS_PERSIST_BY_DEFAULT'])"
    )
    done = subprocess.run([sys.executable, "-c", script], text=True, capture_output=True, check=True)
    assert done.stdout.split() == ["DEBUG", "false"]


@pytest.mark.slow
@pytest.mark.integration
def test_a_run_that_delivers_everything_is_completed(completed):
    summary = asyncio.run(completed.aresult())
    assert (completed.name, summary.counts) == ("Completed", Counts(planned=3, delivered=3))


@pytest.mark.slow
@pytest.mark.integration
def test_a_run_that_leaves_something_undelivered_is_completed_as_degraded(project, monkeypatch):
    table = project / "towns.csv"
    rows = (project / "data/cities.csv").read_text("utf-8").splitlines()
    tokyo = next(row for row in rows if row.startswith("jp-tokyo"))
    table.write_text(
        f"{rows[0]}\n{tokyo}\n{tokyo.replace('jp-tokyo', 'jp-x').replace('Asia/Tokyo', 'Mars/Base')}\n", "utf-8"
    )
    campaign = project / "configs/campaigns/degraded.yml"
    small = (project / "configs/campaigns/small.yml").read_text()
    changed = small.replace('"id": "small"', '"id": "degraded", "on_bad_row": "quarantine"').replace(
        '["jp-tokyo"]', '["*"]'
    )
    campaign.write_text(changed)
    state = run_flow(project, monkeypatch, campaign="degraded", cities=str(table))
    assert (state.type.value, state.name) == ("COMPLETED", "Degraded")
    assert "3 not" in state.message


@pytest.mark.slow
@pytest.mark.integration
def test_the_report_is_written_past_a_failed_gate_and_says_so(tmp_path, monkeypatch):
    project = projects.make_project(tmp_path / "project", cities=["jp-tokyo"])
    copy = project / "data/copy/demo.csv"
    copy.write_text(copy.read_text("utf-8").replace(",150,JPY", ",2000000000000,JPY"), "utf-8")
    state = run_flow(project, monkeypatch)
    with pytest.raises(GateFailed, match="price"):
        asyncio.run(state.aresult())
    page = (project / "reports" / "small" / DAY.isoformat() / "index.html").read_text("utf-8")
    assert "price" in page
    assert not (project / "store" / "answers").exists()


@pytest.mark.slow
@pytest.mark.integration
def test_a_character_no_face_has_is_rejected_before_anything_is_asked(tmp_path, monkeypatch):
    project = projects.make_project(tmp_path / "project", cities=["jp-tokyo"])
    copy = project / "data/copy/demo.csv"
    copy.write_text(copy.read_text("utf-8").replace("はじけるレモンで", "\U0001f34b"), "utf-8")
    state = run_flow(project, monkeypatch)
    assert (state.name, state.message) == ("Degraded", "0 of 3 renditions delivered, 3 not")
    assert not (project / "store" / "answers").exists()


@pytest.mark.slow
@pytest.mark.integration
def test_prefect_has_the_run_by_name_its_shards_and_its_artifacts(completed):
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    async def look() -> tuple[str, set[str], dict[str, Any], set[str]]:
        async with get_client() as client:
            run = await client.read_flow_run(completed.state_details.flow_run_id)
            await asyncio.sleep(3)  # task runs are recorded in batches
            this = FlowRunFilter(id=FlowRunFilterId(any_=[run.id]))
            tasks = await client.read_task_runs(flow_run_filter=this)
            artifacts = await client.read_artifacts(flow_run_filter=this)
        kinds, keys = {str(one.type): one.data for one in artifacts}, {str(one.key) for one in artifacts}
        return run.name, {task.name for task in tasks}, kinds, keys

    name, tasks, kinds, keys = asyncio.run(look())
    assert name == f"small for {DAY}"
    assert {"gate in", "make APAC shard 0", "gate out", "bundle APAC", "catalogue APAC", "report"} <= tasks
    assert {"progress", "markdown", "table", "image"} <= kinds.keys()
    assert kinds["progress"] == 100
    assert kinds["image"] == f"http://reports.test/small/{DAY}/pictures.jpg"
    assert f"small-{DAY}-report" in keys  # Prefect keeps a link as Markdown


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.integration
def test_a_scheduled_deployment_gets_runs(prefect_api):
    # The pins of pyproject.toml exist because some versions start, and schedule nothing.
    url, environment = prefect_api
    script = (
        "import flows\n"
        "from flows.localize_campaign import localize_campaign\n"
        "from pathlib import Path\n"
        "deployment = localize_campaign.to_deployment('morning', cron='0 6 * * *')\n"
        "deployment.apply()\n"
    )
    subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True, cwd=projects.ROOT)
    wanted = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if httpx.post(f"{url}/flow_runs/filter", json=wanted, timeout=10).json():
            return
        time.sleep(1)
    raise AssertionError("the scheduler made no runs")


@pytest.mark.slow
@pytest.mark.integration
def test_the_key_comes_from_a_secret_block_where_the_environment_has_none(monkeypatch):
    from prefect import flow
    from prefect.blocks.system import Secret

    from adlocalizer.config import find_project
    from tasks.provider_key import provider_key

    model = find_project(projects.ROOT).models()["gemini-nano-banana-2.1"]

    @flow
    async def ask() -> str:
        await Secret(value="from-the-block-0123").save("gemini-api-key", overwrite=True)
        key = await provider_key(model)
        return key.get_secret_value() if key else ""

    try:
        assert asyncio.run(ask()) == "from-the-block-0123"
        monkeypatch.setenv("GEMINI_API_KEY", "from-the-environment")
        assert asyncio.run(ask()) == ""
    finally:  # or runs of later tests would find it and have a key
        asyncio.run(Secret.adelete("gemini-api-key"))


@pytest.mark.slow
@pytest.mark.integration
def test_a_question_nobody_answers_in_time_ends_its_run_as_failed_in_these_words(prefect_api):
    url = prefect_api[0]
    flow = httpx.post(f"{url}/flows/", json={"name": "localize-campaign"}, timeout=60).json()["id"]
    until = datetime.now(UTC).isoformat()  # what `answer_within_hours` becomes, hours later
    paused = {"type": "PAUSED", "name": "Suspended", "state_details": {"pause_timeout": until}}
    run = httpx.post(f"{url}/flow_runs/", json={"flow_id": flow, "state": paused}, timeout=60).json()["id"]
    deadline = time.monotonic() + 120
    while (state := httpx.get(f"{url}/flow_runs/{run}", timeout=60).json()["state"])["type"] == "PAUSED":
        assert time.monotonic() < deadline
        time.sleep(0.5)
    # docs/how-to/approve.md says so.
    assert (state["name"], state["message"]) == ("Failed", "The flow was paused and never resumed.")
