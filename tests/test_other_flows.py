"""The flows beside the main one, once each, against Gemini's double: collect batches, revise, write a report again."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prefect.settings import PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY, temporary_settings

from tests.emulator import Emulator

from . import gemini_runs, projects
from .conftest import EMULATOR_KEY

pytestmark = [pytest.mark.slow, pytest.mark.integration, pytest.mark.timeout(600)]
DAY = projects.DAY


@pytest.fixture(scope="module")
def spans(prefect_server) -> Iterator[InMemorySpanExporter]:
    """What Prefect traces, as `opentelemetry-instrument` would send it to a collector."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    with temporary_settings({PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY: True}):
        yield exporter
    provider.shutdown()


class Story(NamedTuple):
    """The states the flows ended in, one after the other, and what the double was asked meanwhile."""

    project: Path
    states: dict[str, Any]
    asked: dict[str, int]
    left_by_the_killed: list[str]
    """What was delivered when the first collecting was killed."""

    def result(self, name: str) -> Any:
        return asyncio.run(self.states[name].aresult())

    def rows(self) -> list[dict[str, Any]]:
        file = self.project / f"store/runs/small/{DAY}/APAC/manifest.json"
        return json.loads(file.read_text("utf-8"))["renditions"]


@pytest.fixture(scope="module")
def story(tmp_path_factory, spans, prefect_api, emulator_process: Emulator) -> Story:
    from flows.collect_batches import collect_batches
    from flows.localize_campaign import localize_campaign
    from flows.report import report
    from flows.revise import revise

    emulator_process.reset()
    project = gemini_runs.make_gemini_project(tmp_path_factory.mktemp("flows") / "project", cities=["jp-tokyo"])
    places = {"store": str(project / "store"), "reports": str(project / "reports")}
    run = {"campaign": "small", "logical_date": DAY, **places}
    words = {"edit": "make the sky blue", "select": ["*.jp-tokyo.*"]}
    steps = [
        ("submitted", localize_campaign, {**run, "mode": "batch", "wait": False, "max_cost": 5}),
        ("collected", collect_batches, {**places, "max_cost": 0}),
        ("collected again", collect_batches, {**places, "max_cost": 0}),
        ("revised", revise, {**run, **words, "max_cost": 5}),
        ("written", report, run),
    ]
    states, asked, left = {}, {}, []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADLOCALIZER_PROJECT", str(project))
        patch.setenv("GEMINI_API_KEY", EMULATOR_KEY)
        patch.setenv("GOOGLE_GEMINI_BASE_URL", emulator_process.url)
        for name, flow, parameters in steps:
            before = len(emulator_process.journal("batch_row")) + len(emulator_process.journal("generate"))
            if name == "collected":
                left = _collect_and_kill(project, parameters, prefect_api[1])
            states[name] = asyncio.run(flow(**parameters, return_state=True))
            after = len(emulator_process.journal("batch_row")) + len(emulator_process.journal("generate"))
            asked[name] = after - before
    return Story(project, states, asked, left)


def _collect_and_kill(project: Path, parameters: dict[str, Any], environment: dict[str, str]) -> list[str]:
    """Collect in a process of its own, killed as soon as the answer is on file."""
    names = ("ADLOCALIZER_PROJECT", "GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL")
    script = "import asyncio, flows\nfrom flows.collect_batches import collect_batches\n"
    script += f"asyncio.run(collect_batches(**{parameters!r}))"
    environment = environment | {name: os.environ[name] for name in names}
    process = subprocess.Popen([sys.executable, "-c", script], env=environment, cwd=projects.ROOT)
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and not list(project.glob("store/answers/*/*.json")):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    manifests = [json.loads(path.read_text("utf-8")) for path in project.glob("store/runs/small/*/*/manifest.json")]
    return [row["rendition_id"] for one in manifests for row in one["renditions"] if row["status"] == "delivered"]


def test_a_run_that_only_submits_is_degraded_and_says_what_waits(story):
    assert story.states["submitted"].name == "Degraded"
    assert "in batches" in story.states["submitted"].message


def test_what_a_batch_has_ready_is_delivered_without_a_request(story):
    summary = story.result("collected")
    assert (story.states["collected"].name, summary.troubles) == ("Completed", ())
    assert [one.counts.delivered for one in summary.runs] == [1]
    assert story.asked["collected"] == 0


def test_what_a_killed_process_had_fetched_is_delivered_by_the_next_and_asked_for_by_nobody(story):
    assert story.left_by_the_killed == []
    assert story.asked["submitted"] == 1
    assert story.asked["collected"] == 0


def test_a_batch_is_collected_once(story):
    assert story.states["collected again"].message == "no run waits for a batch"


def test_a_revision_is_asked_for_once_and_delivered_beside_the_first(story):
    assert story.states["revised"].name == "Completed"
    assert story.asked["revised"] == 1
    assert sorted(row["rendition_id"].split(".")[-2] for row in story.rows()) == ["v1", "v2"]


def test_the_report_is_written_again_for_nothing(story):
    page = Path(story.result("written"))
    assert page == story.project / f"reports/small/{DAY}/index.html"
    assert story.asked["written"] == 0


def test_a_trace_has_a_span_a_run_and_a_span_a_task_inside_it(story, spans):
    found = {span.name: span for span in spans.get_finished_spans()}
    run, task = found[f"small for {DAY}"], found["write report"]
    assert task.context.trace_id in {span.context.trace_id for span in spans.get_finished_spans() if span is not task}
    assert run.attributes["prefect.run.type"] == "flow"


def test_no_trace_holds_a_key_or_a_prompt(story, spans):
    said = "".join(span.to_json() for span in spans.get_finished_spans())
    assert EMULATOR_KEY not in said
    assert "ledge of the place" not in said
    assert "make the sky blue" not in said
