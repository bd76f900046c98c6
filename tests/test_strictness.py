"""What a campaign may change of how strict checks are, and what it is told when it cannot."""

from __future__ import annotations

import json

import pytest

from adlocalizer.config import find_project
from adlocalizer.errors import ConfigError

from . import projects

GOOD = {"check": "ratio", "threshold": 0.02, "why": "stricter here"}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return projects.make_project(tmp_path_factory.mktemp("strict") / "project")


def read(project, *changes: dict):
    path = project / "configs/campaigns/small.yml"
    said = {**json.loads(path.read_text("utf-8")), "checks": list(changes)}
    path.write_text(json.dumps(said, indent=1), "utf-8")
    return find_project(project).campaign("small")


def refused(project, *changes: dict) -> str:
    with pytest.raises(ConfigError) as error:
        read(project, *changes)
    return str(error.value)


def test_a_campaign_may_be_stricter(project):
    (change,) = read(project, GOOD).checks
    book = find_project(project).checks().changed_by((change,))
    assert book.checks["ratio"].threshold == 0.02


def test_an_unknown_check_is_named_with_its_line_and_the_nearest_there_is(project):
    text = refused(project, {**GOOD, "check": "ratoi"})
    line = 1 + (project / "configs/campaigns/small.yml").read_text("utf-8").split('"ratoi"')[0].count("\n")
    assert f"small.yml:{line - 1} (checks.0)" in text
    assert "ratio" in text


def test_a_limit_for_a_check_that_has_none_is_refused(project):
    assert "decodes has no limit" in refused(project, {**GOOD, "check": "decodes"})


def test_a_change_of_nothing_is_refused(project):
    assert "it changes nothing" in refused(project, {"check": "ratio", "why": "because"})


def test_a_check_changed_twice_is_refused(project):
    assert "changed here twice" in refused(project, GOOD, GOOD)


def test_doubt_that_ends_before_the_limit_is_refused(project):
    assert "below the threshold" in refused(project, {**GOOD, "fails_at": 0.01})


def test_nothing_switches_a_check_off(project):
    assert "severity" in refused(project, {"check": "ratio", "severity": "pass", "why": "never mind"})
