"""Prompts and copy are confidential: above debug a log holds ids and digests, never the text."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from adlocalizer.planning import Plan
from adlocalizer.store import Ledger, Store

from . import projects
from .commands import call
from .gemini_runs import make_gemini_project, run_gemini

FAULTS = {"finish:IMAGE_SAFETY": 0.2, "text_only": 0.2, "429": 0.2, "503": 0.2}
LOGGERS = ("", "prefect", "prefect.flow_runs", "prefect.task_runs", "adlocalizer")


@contextmanager
def heard() -> Iterator[list[str]]:
    """Everything that is logged in this block at info and above, tracebacks included, by whoever."""
    said: list[str] = []
    listener = logging.Handler(logging.INFO)
    listener.emit = lambda record: said.append(logging.Formatter("%(name)s %(message)s").format(record))
    before = {name: logging.getLogger(name).level for name in LOGGERS}
    for name in LOGGERS:
        logging.getLogger(name).addHandler(listener)
        logging.getLogger(name).setLevel(logging.INFO)
    try:
        yield said
    finally:
        for name, level in before.items():
            logging.getLogger(name).removeHandler(listener)
            logging.getLogger(name).setLevel(level)


def confidential(plan: Plan, store: Store) -> set[str]:
    """Every sentence of a prompt, and every line of copy, of a run."""
    ledger, said = Ledger(store), set()
    keys = {path.rpartition("/")[2][:64] for path in store.paths("answers") if path.endswith(".json")}
    for key in keys:
        request, answer = ledger.entry(key)
        said |= {line.strip() for line in request.prompt.text.split(". ")} | {answer.text}
    for one in plan.creatives:
        words = one.copy_row
        said |= {words.headline, words.subline, words.call_to_action, words.legal}
    return {text for text in said if text and len(text) >= 12}


@pytest.mark.slow
def test_a_run_with_faults_logs_no_prompt_and_no_copy(tmp_path, emulator):
    emulator.configure(faults={"mix": FAULTS, "seed": 5}, retry_seconds=0.02)
    with heard() as said:
        run = run_gemini(make_gemini_project(tmp_path / "project"))
    secrets = confidential(run.plan, run.store)
    assert len(secrets) > 10
    assert [text for text in secrets if any(text in line for line in said)] == []
    assert any("asking again" in line for line in said)


@pytest.mark.slow
@pytest.mark.integration
def test_prefect_logs_no_prompt_and_no_copy(tmp_path, capsys):
    from adlocalizer.ordering import plan_order

    project = projects.make_project(tmp_path / "project", cities=["jp-tokyo"], formats=["gads_upload_300x250"])
    places = {"STORE": project / "store", "REPORTS": project / "reports", "PROJECT": project}
    environment = {f"ADLOCALIZER_{name}": str(place) for name, place in places.items()}
    with heard() as said:
        call(["run", "small", "--date", "2026-12-01", "--json"], environment, capsys)
    plan = plan_order(projects.small_order(project)).plan
    secrets = confidential(plan, Store(str(project / "store")))
    assert [text for text in secrets if any(text in line for line in said)] == []
