"""Rejecting with a reason can have the picture changed at once: the reason is the instruction."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adlocalizer.approving import Decision
from adlocalizer.catalogue import read_runs
from adlocalizer.cli.reworking import wishes_of
from adlocalizer.errors import ConfigError

from . import projects
from .commands import Said, call
from .gemini_runs import make_gemini_project, run_gemini


def said(rendition_id: str, decision: str, note: str = "") -> Decision:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    rest = {"reviewer": "ana", "decided_at": at, "rendition_id": rendition_id}
    return Decision(sha256="0" * 64, decision=decision, note=note, **rest)


def test_rejections_are_wishes_by_their_reason():
    decisions = [said("a", "rejected", "bluer"), said("b", "approved"), said("c", "rejected", "bluer")]
    assert wishes_of(decisions) == {"bluer": ["a", "c"]}


def test_without_a_rejection_there_is_nothing_to_change():
    with pytest.raises(ConfigError, match="nothing is rejected"):
        wishes_of([said("a", "approved")])


def review(environment: dict[str, str], capsys, *words: str) -> Said:
    return call(["review", "small", "--date", "2026-12-01", *words], environment, capsys)


@pytest.mark.slow
def test_a_change_that_spends_needs_a_cap_and_without_one_nothing_is_decided(tmp_path, emulator, capsys):
    project = make_gemini_project(tmp_path / "project", cities=["jp-tokyo"])
    run = run_gemini(project)
    store, reports = run.ordered.order.store_url, str(project / "reports")
    from adlocalizer.making import write_plan

    write_plan(run.store, run.plan)
    places = {"ADLOCALIZER_STORE": store, "ADLOCALIZER_REPORTS": reports, "ADLOCALIZER_PROJECT": str(project)}
    asked = review(places | {"ADLOCALIZER_REVIEWER": "ana"}, capsys, "--reject", "*", "--reason", "bluer", "--revise")
    assert (asked.status, "--max-cost" in asked.errors) == (2, True)
    assert read_runs(store, "reviews").num_rows == 0


@pytest.mark.slow
@pytest.mark.integration
def test_what_is_rejected_is_made_anew_beside_the_old_one(tmp_path, capsys):
    project = projects.make_project(tmp_path / "project", cities=["jp-tokyo"], formats=["gads_upload_300x250"])
    places = {"STORE": project / "store", "REPORTS": project / "reports", "PROJECT": project, "REVIEWER": "ana"}
    environment = {f"ADLOCALIZER_{name}": str(place) for name, place in places.items()}
    call(["run", "small", "--date", "2026-12-01", "--json"], environment, capsys)
    after = review(environment, capsys, "--reject", "*", "--reason", "make the sky blue", "--revise", "--json")
    assert after.read["counts"]["delivered"] == 1
    path = Path(environment["ADLOCALIZER_STORE"], "runs/small/2026-12-01/APAC/manifest.json")
    rows = {row["variant"]: row for row in json.loads(path.read_text())["renditions"]}
    assert (rows[1]["approval"], rows[1]["status"], rows[2]["status"]) == ("rejected", "rejected", "delivered")
    history = call(["history", rows[2]["creative_id"], "--json"], environment, capsys).read["versions"]
    assert (history[1]["parent"], history[1]["instruction"]) == ("v1", "make the sky blue")
