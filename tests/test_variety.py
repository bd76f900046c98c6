"""A run's pictures side by side: twins of two cities ask a person, name each other, and are counted in the report."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from adlocalizer.domain import Answer, Asset, Box, Finding, Outcome, Reply, Request, Severity, Status
from adlocalizer.imaging.scenes import fingerprint
from adlocalizer.ordering import plan_order
from adlocalizer.planning import Plan, compose_masters
from adlocalizer.publishing.variety import variety_rows, with_variety, without_neighbours
from adlocalizer.reporting import render_report
from adlocalizer.store import Ledger, Store

from . import projects
from .report_fixture import TEMPLATES, small_report

PRODUCT = Box(x=0.4, y=0.4, w=0.2, h=0.4)


def scene(seed: int) -> str:
    dice = np.random.default_rng(seed)
    pixels = dice.integers(40, 220, (9, 9, 3)).astype(np.uint8)
    return fingerprint(Image.fromarray(pixels).resize((360, 360), Image.Resampling.NEAREST), PRODUCT)


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Plan:
    project = projects.make_project(tmp_path_factory.mktemp("variety") / "project")
    return plan_order(projects.small_order(project)).plan


@pytest.fixture
def store(plan) -> Store:
    return Store(plan.brief.run.store_url)


def request_of(plan: Plan, city: str) -> Request:
    grounded = next(one for one in plan.creatives if one.creative.city_id == city)
    return compose_masters(plan.brief, grounded, plan.formats_of(grounded))[0].request


def outcome(plan: Plan, city: str, seed: int, **changes: object) -> Outcome:
    request = request_of(plan, city)
    rendition = next(one for one in plan.renditions() if one.creative.city_id == city)
    answer = Answer(key=request.key, kind="picture", mime="image/png")
    Ledger(Store(plan.brief.run.store_url)).keep(request, Reply(answer=answer, picture=b"picture of " + city.encode()))
    said = Outcome(
        rendition=rendition,
        status=Status.DELIVERED,
        asset=Asset(file=f"assets/{city}.jpg", mime="image/jpeg", bytes=9, sha256="0" * 64),
        master_key=request.key,
        provider=request.provider,
        model=request.model,
        scene=scene(seed),
    )
    return said.model_copy(update=changes)


def regions(plan: Plan, tokyo: int, paris: int, **changes: object) -> dict[str, tuple[Outcome, ...]]:
    return {
        "APAC": (outcome(plan, "jp-tokyo", tokyo, **changes),),
        "EMEA": (outcome(plan, "fr-paris", paris),),
    }


def looked_at(store: Store, plan: Plan, found: dict[str, tuple[Outcome, ...]]) -> list[tuple[Outcome, Finding]]:
    seen = with_variety(store, plan, found)
    return [(one, one.findings[-1]) for some in seen.values() for one in some]


def test_twins_of_two_cities_in_two_regions_ask_a_person_and_name_each_other(store, plan):
    (tokyo, about_tokyo), (paris, about_paris) = looked_at(store, plan, regions(plan, 1, 1))
    assert tokyo.status is paris.status is Status.NEEDS_REVIEW
    assert "Paris" in about_tokyo.text
    assert "Tokyo" in about_paris.text
    assert "Paris" in tokyo.reason


def test_a_twin_is_found_with_value_limit_remedy_and_the_other_picture(store, plan):
    _, found = looked_at(store, plan, regions(plan, 1, 1))[0]
    assert found.check == "near_duplicate"
    assert found.severity is Severity.REVIEW
    assert isinstance(found.value, float)
    assert found.value > float(found.threshold or 1)
    assert found.remedy
    assert store.read(found.evidence or "") == b"picture of fr-paris"


def test_two_scenes_pass_and_say_which_is_nearest(store, plan):
    for one, found in looked_at(store, plan, regions(plan, 1, 2)):
        assert one.status is Status.DELIVERED
        assert found.severity is Severity.PASS
        assert found.evidence is None


def test_looking_again_finds_the_same(store, plan):
    assert with_variety(store, plan, regions(plan, 1, 1)) == with_variety(store, plan, regions(plan, 1, 1))


def test_passes_are_left_out_where_none_are_wanted(store, plan):
    assert with_variety(store, plan, regions(plan, 1, 2), with_passes=False) == regions(plan, 1, 2)


def test_a_bundle_names_another_region_s_city_only_where_it_asks_a_person(store, plan):
    passed, _ = looked_at(store, plan, regions(plan, 1, 2))[0]
    assert without_neighbours(passed) == regions(plan, 1, 2)["APAC"][0]
    doubted, _ = looked_at(store, plan, regions(plan, 1, 1))[0]
    assert without_neighbours(doubted) == doubted


@pytest.mark.parametrize("status", [Status.REJECTED, Status.REFUSED, Status.FAILED])
def test_what_does_not_ship_is_nobody_s_twin(store, plan, status):
    found = regions(plan, 1, 1, status=status)
    seen = with_variety(store, plan, found)
    assert seen["APAC"] == found["APAC"]
    assert seen["EMEA"][0].status is Status.DELIVERED


def test_an_outcome_without_a_fingerprint_stays_as_it_is(store, plan):
    found = regions(plan, 1, 1, scene="")
    assert with_variety(store, plan, found)["APAC"] == found["APAC"]


def test_the_report_counts_scenes_by_ratio(plan):
    every = [one for some in regions(plan, 1, 1).values() for one in some]
    (row,) = variety_rows(plan, every, {str(one.master_key): "5:4" for one in every})
    assert (row.ratio, row.pictures, row.scenes, row.repeated) == ("5:4", 2, 1.0, 2)


def test_the_report_s_page_shows_how_different_the_pictures_are(plan):
    every = [one for some in regions(plan, 1, 2).values() for one in some]
    rows = variety_rows(plan, every, {str(one.master_key): "5:4" for one in every})
    page = render_report(small_report().model_copy(update={"variety": rows}), TEMPLATES)["index.html"]
    assert "How different the pictures are" in page
    assert "No scene is repeated." in page
