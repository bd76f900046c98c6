"""Approvals: decisions are bound to a file's digest, and bundles hold what they allow."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adlocalizer.approving import Decision, decided, latest
from adlocalizer.config.decisions import read_decisions
from adlocalizer.domain import Asset, Creative, Outcome, Rendition, Status
from adlocalizer.errors import ConfigError

from . import projects
from .commands import Said, call

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
PLACE = {"region": "APAC", "market": "JP", "city_id": "jp-tokyo", "city": "Tokyo", "locale": "ja-JP", "variant": 1}
CREATIVE = Creative(campaign="small", product="solara-can", **PLACE)
RENDITION = Rendition(creative=CREATIVE, format_id="a", platform="x", width=1, height=1)
A_FILE, ANOTHER_FILE = "a" * 64, "b" * 64


def outcome(status: Status = Status.DELIVERED, sha256: str = A_FILE) -> Outcome:
    asset = Asset(file=f"assets/x/a/{RENDITION.id}.jpg", mime="image/jpeg", bytes=1, sha256=sha256)
    reason = "" if status is Status.DELIVERED else "Sharpness asks for a person."
    return Outcome(rendition=RENDITION, status=status, reason=reason, asset=asset, provider="preview", model="m")


def said(decision: str, sha256: str = A_FILE, hours: int = 0, note: str = "") -> Decision:
    at = NOON + timedelta(hours=hours)
    return Decision(sha256=sha256, decision=decision, reviewer="somebody", note=note, decided_at=at)


def test_an_approved_file_ships_though_it_was_flagged():
    after = decided(outcome(Status.NEEDS_REVIEW), "flagged", latest([said("approved")]))
    assert (after.status, after.approval, after.reason) == (Status.DELIVERED, "approved", "")


def test_a_rejected_file_stays_back_and_says_why():
    after = decided(outcome(), "flagged", latest([said("rejected", note="The sky is green.")]))
    assert (after.status, after.approval) == (Status.REJECTED, "rejected")
    assert after.reason == "A person rejected it: The sky is green."


def test_the_latest_decision_holds_in_whatever_order_they_are_read():
    decisions = [said("approved", hours=2), said("rejected", hours=1)]
    assert decided(outcome(), "all", latest(decisions)).approval == "approved"


def test_a_file_made_anew_is_undecided_again():
    after = decided(outcome(Status.NEEDS_REVIEW, ANOTHER_FILE), "flagged", latest([said("approved")]))
    assert (after.status, after.approval) == (Status.NEEDS_REVIEW, "pending")


@pytest.mark.parametrize(
    ("policy", "status", "after", "approval"),
    [
        ("none", Status.DELIVERED, Status.DELIVERED, "none"),
        ("none", Status.NEEDS_REVIEW, Status.NEEDS_REVIEW, "none"),
        ("flagged", Status.DELIVERED, Status.DELIVERED, "none"),
        ("flagged", Status.NEEDS_REVIEW, Status.NEEDS_REVIEW, "pending"),
        ("all", Status.DELIVERED, Status.NEEDS_REVIEW, "pending"),
        ("all", Status.NEEDS_REVIEW, Status.NEEDS_REVIEW, "pending"),
    ],
)
def test_without_a_word_the_policy_decides(policy, status, after, approval):
    found = decided(outcome(status), policy, {})
    assert (found.status, found.approval) == (after, approval)


@pytest.mark.parametrize("status", [Status.REJECTED, Status.REFUSED, Status.FAILED])
def test_nobody_can_approve_what_a_check_rejected_or_what_was_never_made(status):
    assert decided(outcome(status), "flagged", latest([said("approved")])).status is status


def entry(**over: Any) -> dict[str, Any]:
    return {"rendition_id": RENDITION.id, "sha256": A_FILE, "decision": "approved", **over}


def read(folder: Path, content: Any, who: str = "somebody") -> tuple[Decision, ...]:
    path = folder / "decisions.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return read_decisions(path, [outcome(Status.NEEDS_REVIEW)], who)


def test_a_decisions_file_says_who_when_and_why(tmp_path):
    more = {"reason": "  wrong\nsky ", "reviewer": "another", "decided_at": "2020-01-02T03:04:05Z"}
    found = read(tmp_path, {"decisions": [entry(decision="rejected", **more)]})[0]
    assert (found.reviewer, found.note, found.decided_at.year) == ("another", "wrong sky", 2020)
    assert (found.source_file, found.rendition_id) == ("decisions.json", RENDITION.id)


def test_a_clock_that_runs_ahead_decides_now(tmp_path):
    found = read(tmp_path, {"decisions": [entry(decided_at="2999-01-01T00:00:00")]})[0]
    assert found.decided_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("no json", "it is no JSON"),
        ([], 'it has no list "decisions"'),
        ({"decisions": {}}, 'it has no list "decisions"'),
        ({"decisions": [entry(), entry(decision="maybe")]}, r"decision 2\): decision"),
        ({"decisions": [entry(sha256="x")]}, r"decision 1\): sha256"),
        ({"decisions": [entry(sha256=ANOTHER_FILE)]}, "was made anew since"),
        ({"decisions": [entry(rendition_id="demo.x")]}, "this run has no file for demo.x"),
        ({"decisions": [entry(decision="rejected", reason=" ")]}, "is rejected without a reason"),
        ({"decisions": [entry(approved_by="me")]}, "approved_by"),
        ({"decisions": ["yes"]}, r"decision 1\)"),
    ],
)
def test_a_decisions_file_that_cannot_be_taken_says_which_entry(tmp_path, content, message):
    with pytest.raises(ConfigError, match=message):
        read(tmp_path, content)


def test_a_decisions_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.json: it cannot be read"):
        read_decisions(tmp_path / "none.json", [], "somebody")


@pytest.fixture(scope="module")
def environment(tmp_path_factory, prefect_server) -> dict[str, str]:
    """A run of two ads that all wait for approval."""
    folder = tmp_path_factory.mktemp("review") / "project"
    formats = ["gads_upload_300x250", "gads_upload_336x280"]
    project = projects.make_project(folder, cities=["jp-tokyo"], formats=formats, approval="all")
    return projects.reviewing(project)


@pytest.mark.slow
@pytest.mark.integration
def test_a_run_waits_is_approved_in_part_and_changes_its_mind(environment, capsys):
    def review(*words: str) -> Said:
        return call(["review", "small", "--date", "2026-12-01", *words], environment, capsys)

    run = call(["run", "small", "--date", "2026-12-01", "--json"], environment, capsys)
    assert (run.status, run.read["counts"]["needs_review"], projects.shipped(environment)) == (3, 2, [])
    assert len(review("--json").read["waiting"]) == 2
    assert "--reason: it is missing" in review("--reject", "*300x250").errors
    half = review("--approve", "*300x250", "--json")
    assert (half.status, projects.shipped(environment)) == (3, ["gads_upload_300x250"])
    assert review("--approve", "*").status == 0
    assert projects.shipped(environment) == ["gads_upload_300x250", "gads_upload_336x280"]
    review("--reject", "*300x250", "--reason", "Too plain.")
    assert projects.shipped(environment) == ["gads_upload_336x280"]
    again = call(["run", "small", "--date", "2026-12-01", "--json"], environment, capsys).read
    assert (again["calls"], again["counts"]["delivered"], again["counts"]["rejected"]) == (0, 1, 1)
    manifest = json.loads(
        Path(environment["ADLOCALIZER_STORE"], "runs/small/2026-12-01/APAC/manifest.json").read_text()
    )
    assert [row["approval"] for row in manifest["renditions"]] == ["rejected", "approved"]
