"""Versions and lineage: names that can be read back, and what came of each version."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.approving import Decision
from adlocalizer.catalogue import append_reviews
from adlocalizer.domain import Creative, Rendition, RunRef
from adlocalizer.planning.naming import Name, parse_name
from adlocalizer.publishing.history import history_of
from adlocalizer.revising import revised
from adlocalizer.revisions import add_revisions, read_revisions
from adlocalizer.store import Store

from . import projects
from .commands import call
from .deliveries import run_and_deliver

IDS = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,62}", fullmatch=True)
LOCALES = st.from_regex(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?", fullmatch=True)
NAMES = st.builds(Name, IDS, IDS, LOCALES, IDS, st.integers(1, 10**9), st.none() | IDS)


@given(NAMES)
def test_a_name_is_read_back_as_it_was_written(name: Name):
    assert parse_name(str(name)) == name


@given(IDS, IDS, LOCALES, IDS, st.integers(1, 999))
def test_what_a_creative_and_a_rendition_are_called_is_read_back(campaign, city, locale, product, variant):
    place = {"region": "APAC", "market": "JP", "city_id": city, "city": "São Paulo", "locale": locale}
    creative = Creative(campaign=campaign, product=product, variant=variant, **place)
    rendition = Rendition(creative=creative, format_id="a_1x1", platform="x", width=1, height=1)
    named, made = parse_name(creative.id), parse_name(rendition.id)
    assert (str(named), named.is_of(creative)) == (creative.id, True)
    assert made == named._replace(format_id="a_1x1")


@given(st.text(max_size=60) | st.from_regex(r"[a-z.\-0-9]{1,40}", fullmatch=True))
def test_text_that_is_read_is_exactly_a_name(text: str):
    name = parse_name(text)
    assert name is None or str(name) == text


@pytest.mark.parametrize(
    "text", ["", "demo", "a.b.ja-JP.c", "a.b.ja-JP.c.v0", "a.b.ja-JP.c.v01", "a.b.JA.c.v1", "A.b.ja.c.v1"]
)
def test_what_is_no_name_is_none(text: str):
    assert parse_name(text) is None


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A picture of which somebody approved a file, then wanted the sky changed."""
    folder = tmp_path_factory.mktemp("history") / "project"
    project = projects.make_project(folder, cities=["jp-tokyo"], formats=["gads_upload_300x250"])
    first = run_and_deliver(project)
    outcome = next(iter(first.plan.renditions()))
    manifest = json.loads(first.store.read("runs/small/2026-12-01/APAC/manifest.json"))
    digest = manifest["renditions"][0]["sha256"]
    at = datetime(2026, 12, 1, 12, tzinfo=UTC)
    said = {"sha256": digest, "reviewer": "ana", "note": "Fine.", "decided_at": at, "rendition_id": outcome.id}
    append_reviews(first.order.store_url, [Decision(decision="approved", **said)])
    order = revised(first.order, ["*"], "make the sky blue")
    run_and_deliver(project, revisions=order.revisions, select=order.select)
    return first


def test_a_runs_only_maker_adds_revisions_to_it_without_waiting_for_itself(tmp_path):
    run = RunRef(store_url=str(tmp_path), campaign="small", logical_date=projects.DAY)
    store = Store(run.store_url)
    with store.claimed(run.path):
        add_revisions(store, run, ())
    assert read_revisions(store, run) == ()


NAME = "small.jp-tokyo.ja-JP.solara-can.v1"


@pytest.mark.slow
def test_a_revision_stands_behind_what_it_comes_from(made):
    first, second = history_of(made.store, parse_name(NAME))
    assert (first.version, first.parent, first.instruction) == ("v1", None, "")
    assert (second.version, second.parent, second.instruction) == ("v2", "v1", "make the sky blue")
    assert first.attempts[0].key != second.attempts[0].key


@pytest.mark.slow
def test_a_version_tells_its_answers_files_and_decisions(made):
    first = history_of(made.store, parse_name(NAME))[0]
    assert [(one.way, one.kind, one.verdict) for one in first.attempts] == [("first", "picture", "pass")]
    (file,) = first.renditions
    assert made.store.exists(file.file)
    assert (file.status, file.approval) == ("delivered", "approved")
    assert [(one.decision, one.reviewer, one.note) for one in file.decisions] == [("approved", "ana", "Fine.")]


@pytest.mark.slow
def test_the_command_shows_it_to_people_and_machines(made, capsys):
    places = {"ADLOCALIZER_STORE": made.order.store_url, "ADLOCALIZER_PROJECT": made.order.project}
    said = call(["history", f"{NAME}.gads_upload_300x250", "--json"], places, capsys).read
    assert [one["version"] for one in said["versions"]] == ["v1", "v2"]
    shown = call(["history", NAME], places, capsys)
    assert shown.status == 0
    assert re.search(r"from v1: make the sky blue", shown.out)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "words"), [("demo", "no id of a creative"), ("small.fr-paris.fr-FR.solara-can.v1", "store has nothing of")]
)
def test_a_name_of_nothing_is_bad_input(made, capsys, name, words):
    places = {"ADLOCALIZER_STORE": made.order.store_url, "ADLOCALIZER_PROJECT": made.order.project}
    said = call(["history", name], places, capsys)
    assert (said.status, words in said.errors) == (2, True)
