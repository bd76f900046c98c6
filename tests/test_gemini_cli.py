"""`adlocalizer run --provider gemini` as a user starts it: money, batches, keys, and processes that are killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from .commands import Said, call
from .conftest import EMULATOR_KEY
from .gemini_runs import make_gemini_project
from .warming import Started, Warm

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.integration]
COMMAND = str(Path(sys.executable).with_name("adlocalizer"))
DAY = "2026-12-01"
QUICK_BATCHES = {"batch_first_poll_seconds": 0.2, "batch_longest_poll_seconds": 1}


class Shell:
    """A user's shell in a project of its own, with a key and the emulator's address."""

    def __init__(self, project: Path, environment: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
        self.project, self.environment, self.capsys = project, environment, capsys

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        line = [COMMAND, *_words(arguments)]
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        return subprocess.Popen(
            line, env=self.environment, text=True, cwd=self.project, start_new_session=True, **pipes
        )

    def fork(self, warm: Warm, *arguments: str) -> Started:
        """The same, of a warm process."""
        return warm.start(_words(arguments), self.environment, self.project)

    def run(self, *arguments: str) -> Said:
        """A run in the test's process: for what is not about processes."""
        return call(_words(arguments), self.environment, self.capsys)


def _words(arguments: tuple[str, ...]) -> list[str]:
    return ["run", "small", "--date", DAY, "--json", *arguments]


@pytest.fixture
def shell_in(tmp_path, emulator, prefect_api, capsys):
    def build(config: dict[str, Any] | None = None, **campaign: Any) -> Shell:
        project = make_gemini_project(tmp_path / "project", config, **campaign)
        keys = {"GEMINI_API_KEY": EMULATOR_KEY, "GOOGLE_GEMINI_BASE_URL": emulator.url}
        folders = {"ADLOCALIZER_STORE": str(project / "store"), "ADLOCALIZER_REPORTS": str(project / "reports")}
        return Shell(project, {**prefect_api[1], **keys, **folders, "ADLOCALIZER_PROJECT": str(project)}, capsys)

    return build


def billed_twice(emulator) -> list[dict[str, Any]]:
    """Requests that were billed again although their first answer had reached us."""
    seen: dict[str, bool] = {}
    twice = []
    for entry in (*emulator.journal("generate"), *emulator.journal("batch_row")):
        if entry["billed_micros"]:
            twice += [entry] if seen.get(entry["identity"]) else []
            seen[entry["identity"]] = True
    return twice


def test_a_cap_that_is_reached_ends_with_four_and_delivers_what_was_made(shell_in, emulator):
    shell = shell_in(cities=["{jp,kr,fr,de}-*"])
    said = shell.run("--max-cost", "0.18")
    assert said.status == 4
    assert "renditions delivered" in said.errors
    assert "run it again to go on" in said.errors
    assert list((shell.project / "store" / "bundles").rglob("*.zip"))
    assert emulator.billed_micros() <= 180_000


def test_a_plan_above_the_cap_ends_with_four_and_asks_nothing(shell_in, emulator):
    said = shell_in().run("--max-cost", "0.01")
    assert (said.status, said.read["error"]["kind"]) == (4, "BudgetExceeded")
    assert emulator.journal("generate") == []


def test_a_model_past_its_date_ends_with_four_names_its_successor_and_asks_nothing(shell_in, emulator):
    said = shell_in(model="gemini-3.1-flash-image").run("--max-cost", "1")
    assert said.status == 4
    assert "gemini-nano-banana-2.1" in said.read["error"]["message"]
    assert emulator.journal("generate") == []


def test_a_wrong_key_ends_with_one_sentence_and_stands_in_nothing_a_run_writes_or_says(shell_in, emulator, prefect_api):
    emulator.configure(faults={"next": ["internal"], "mix": {"api_key_invalid": 1}})
    shell = shell_in()
    shell.environment |= {"PREFECT_LOGGING_LEVEL": "DEBUG", "PREFECT_LOGGING_ROOT_LEVEL": "DEBUG"}
    process = shell.start("--max-cost", "1")
    said, errors = process.communicate(timeout=300)
    assert process.returncode == 4
    assert "GEMINI_API_KEY" in json.loads(said)["error"]["message"]
    folders = (shell.project, Path(prefect_api[1]["PREFECT_HOME"]))
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert [path for path in files if EMULATOR_KEY.encode() in path.read_bytes()] == []
    assert EMULATOR_KEY not in f"{said}{errors}"


def test_a_batch_costs_half_and_rows_that_fail_are_asked_for_in_another(shell_in, emulator):
    emulator.configure(batch={"row_faults": {"internal": 0.4}, "shuffle": True})
    shell = shell_in(QUICK_BATCHES, cities=["{jp,kr,fr,de}-*"])
    said = shell.run("--max-cost", "3", "--mode", "batch").read
    assert len(emulator.batches()) > 1
    assert said["spent_micros"] == emulator.billed_micros()
    assert (billed_twice(emulator), emulator.journal("generate")) == ([], [])


def test_what_is_in_a_batch_is_not_asked_a_second_time_and_collected_when_it_is_ready(shell_in, emulator):
    emulator.configure(batch={"outcome": "stuck"})
    shell = shell_in(QUICK_BATCHES)
    tokyo = ("--select", "*jp-*")
    said = shell.run("--max-cost", "1", "--mode", "batch", "--no-wait", *tokyo)
    assert (said.status, said.read["counts"]["failed"], said.read["waiting"]) == (3, 1, 1)
    said = shell.run("--max-cost", "1", *tokyo)
    assert (said.status, said.read["waiting"], said.read["calls"]) == (3, 1, 0)
    emulator.configure(batch={"outcome": "succeeded"})
    # The cap leaves no room for the other city: the batch that is open is waited for all the same, then the run ends.
    said = shell.run("--max-cost", "0.02", "--mode", "batch")
    assert said.status == 4
    assert "the cap of $0.0200 is reached" in said.errors
    assert "1 of 2 renditions delivered" in said.errors
    assert (len(emulator.batches()), emulator.journal("generate")) == (1, [])


def test_a_run_that_is_killed_never_asks_a_kept_key_again(shell_in, warm, emulator):
    emulator.configure(latency={"median_seconds": 0.2, "p99_seconds": 0.5})
    shell, moments = shell_in(QUICK_BATCHES, cities=["{jp,kr,fr}-*"], concurrency=2), random.Random(7)  # noqa: S311
    process = shell.fork(warm, "--max-cost", "5")
    deadline = time.monotonic() + 60
    while not emulator.journal() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
    time.sleep(moments.uniform(0.05, 0.5))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    kept, before = len(list((shell.project / "store" / "answers").rglob("*.json"))), len(emulator.journal("generate"))
    said = shell.run("--max-cost", "5")
    assert said.status in (0, 3), said.errors
    counts = said.read["counts"]
    assert counts["delivered"] + counts["needs_review"] == counts["planned"] == 4
    assert len(emulator.journal("generate")) - before == 4 - kept


def test_a_signal_while_calls_are_in_flight_keeps_their_answers(shell_in, warm, emulator):
    emulator.configure(latency={"median_seconds": 3, "p99_seconds": 3.5})
    shell = shell_in()
    process = shell.fork(warm, "--max-cost", "1")
    deadline = time.monotonic() + 60
    while len(emulator.journal("generate")) < 2 and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
    time.sleep(0.6)
    os.kill(process.pid, signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    assert "answers are kept" in errors
    assert len(list((shell.project / "store" / "answers").rglob("*.json"))) == 2
