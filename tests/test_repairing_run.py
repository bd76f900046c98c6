"""Repairs in a run: what is asked again, what decides when nothing passes, and what is left on file."""

from __future__ import annotations

import hashlib

import pytest

from adlocalizer.config import find_project
from adlocalizer.domain import Severity, Status
from adlocalizer.publishing.asked import bought
from adlocalizer.publishing.delivery import check_out

from . import projects
from .test_making import make

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
MILD = [
    {"check": name, "severity": "review", "why": "the test wants doubts"}
    for name, rule in find_project(projects.ROOT).checks().checks.items()
    if rule.severity == "fail"
]
"""Every check only asks for a person: a blank picture is then doubtful, not failed."""


@pytest.fixture
def scripted(tmp_path, monkeypatch):
    """Makes one ad of one city under a script and keys of the campaign."""

    def run(script, cap_micros: int | None = None, **campaign):
        projects.make_known(tmp_path / "script", {"fr-paris": script}, monkeypatch)
        said = {"provider": "scripted", "cities": ["fr-paris"], "formats": ["gads_upload_250x250"], **campaign}
        project = projects.make_project(tmp_path / "project", **said)
        return make(project, cap_micros), project

    return run


def test_a_doubtful_picture_goes_to_a_person_at_once(scripted):
    made, _ = scripted(["blank", "draw"], checks=MILD)
    assert (made.outcomes[0].status, made.outcomes[0].attempts) == (Status.NEEDS_REVIEW, 1)


def test_a_campaign_that_repairs_doubts_asks_again(scripted):
    made, _ = scripted(["blank", "draw"], checks=MILD, repair="reviews")
    (one,) = made.outcomes
    assert (one.status, [tried.severity for tried in one.tried]) == (Status.DELIVERED, [Severity.REVIEW, Severity.PASS])
    assert one.cost_micros == sum(tried.cost_micros for tried in one.tried) == 2 * 33_600


def test_the_best_of_several_doubtful_pictures_is_the_file_that_stands(scripted):
    made, project = scripted(["blank", "words"], checks=MILD, repair="reviews")
    (one,) = made.outcomes
    content = made.store.read(f"{made.plan.brief.run.path}/{one.rendition.creative.region}/{one.asset.file}")
    assert (one.status, one.master_key) == (Status.NEEDS_REVIEW, one.tried[0].key)
    assert hashlib.sha256(content).hexdigest() == one.asset.sha256
    assert make(project).tally.calls == 0


def test_without_money_for_a_repair_the_doubtful_picture_stands(scripted):
    made, _ = scripted(["blank", "draw"], cap_micros=40_000, checks=MILD, repair="reviews")
    assert (made.outcomes[0].status, made.outcomes[0].attempts) == (Status.NEEDS_REVIEW, 1)


def test_a_refusal_after_a_doubtful_picture_leaves_that(scripted):
    made, _ = scripted(["blank", "refuse"], checks=MILD, repair="reviews")
    assert made.outcomes[0].status is Status.NEEDS_REVIEW
    assert [tried.kind for tried in made.outcomes[0].tried] == ["picture", "refusal"]


def test_a_lost_shard_is_walked_again_along_the_same_repairs(scripted):
    made, project = scripted(["blank", "words", "draw"], attempts=3)
    for path in made.shard_files():
        made.store.remove(path)
    again = make(project)
    assert (again.tally.calls, again.outcomes) == (0, made.outcomes)


def test_every_attempt_is_a_row_in_the_order_asked(scripted):
    made, _ = scripted(["blank", "words", "draw"], attempts=3)
    (master,) = bought(made.plan, made.outcomes)
    assert [(row.attempt, row.way, row.kind, row.severity) for row in master.rows] == [
        (1, "first", "picture", "fail"),
        (2, "seed", "bad", "fail"),
        (3, "seed", "picture", "pass"),
    ]
    assert {one.severity for one in check_out(made.plan, made.outcomes)} == {Severity.PASS}
