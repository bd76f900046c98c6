"""Tags: what market rules know products and scenes by. A slip in one must never open what the law closes."""

from __future__ import annotations

from pathlib import Path

import pytest

from adlocalizer.domain import Status
from adlocalizer.errors import ConfigError
from adlocalizer.ordering import plan_order
from adlocalizer.planning import Plan
from tests.projects import make_project, small_order


def tagged(tmp_path: Path, tags: str, **campaign: object) -> Path:
    project = make_project(tmp_path / "project", **{"cities": ["no-oslo"], **campaign})
    product = project / "configs/products/solara-can.yml"
    product.write_text(product.read_text("utf-8").replace("tags: [soft-drink]", f"tags: {tags}"), "utf-8")
    return project


def planned(project: Path) -> Plan:
    return plan_order(small_order(project)).plan


@pytest.mark.parametrize("tag", ["alcohol", "beer", "wine", "cider", "spirits", "cocktail"])
def test_every_drink_with_alcohol_is_blocked_where_alcohol_is(tmp_path, tag):
    plan = planned(tagged(tmp_path, f"[{tag}]"))
    assert {one.status for one in plan.blocked} == {Status.REJECTED}
    assert not list(plan.renditions())


@pytest.mark.parametrize("tag", ["Alcohol", "ALCOHOL", '"alcohol "', "alcoholic", "alchohol", "bier"])
def test_a_tag_nobody_knows_is_refused_with_its_line(tmp_path, tag):
    with pytest.raises(ConfigError, match=r"products/solara-can\.yml:16 \(tags\): found the unknown tag"):
        planned(tagged(tmp_path, f"[{tag}]"))


def test_a_slip_gets_the_tag_that_was_meant(tmp_path):
    with pytest.raises(ConfigError, match="write 'alcohol'"):
        planned(tagged(tmp_path, "[Alcohol]"))


def test_a_rule_that_asks_for_a_tag_nobody_knows_is_refused(tmp_path):
    project = tagged(tmp_path, "[alcohol]")
    rules = project / "configs/markets/no.yml"
    rules.write_text(rules.read_text("utf-8").replace("product:alcohol", "product:alchohol", 1), "utf-8")
    with pytest.raises(ConfigError, match=r"markets/no\.yml:\d+ .*unknown tag 'alchohol'"):
        planned(project)


def test_a_scene_tag_nobody_knows_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"small\.yml:1 \(scene_tags\): found the unknown tag 'peple'"):
        planned(tagged(tmp_path, "[soft-drink]", scene_tags=["peple"]))


@pytest.mark.parametrize("scene", ["the can beside a waving flag", "Flags over the can"])
def test_a_scene_with_a_flag_is_not_made_in_china(tmp_path, scene):
    plan = planned(tagged(tmp_path, "[soft-drink]", cities=["cn-beijing", "fr-paris"], scene=scene))
    assert {one.rendition.creative.city_id for one in plan.blocked} == {"cn-beijing"}


def test_a_scene_with_a_map_waits_for_a_person_in_china(tmp_path):
    plan = planned(tagged(tmp_path, "[soft-drink]", cities=["cn-beijing", "fr-paris"], scene="a map under the can"))
    assert {one.creative.city_id for one in plan.creatives if one.findings} == {"cn-beijing"}


def test_a_scene_without_them_does_not(tmp_path):
    plan = planned(tagged(tmp_path, "[soft-drink]", cities=["cn-beijing"], scene="the can on a mapped ledge"))
    assert [one.findings for one in plan.creatives] == [()]


def test_market_notes_are_about_what_is_selected(tmp_path):
    project = tagged(tmp_path, "[beer]", cities=["jp-tokyo", "de-berlin"])
    whole = plan_order(small_order(project)).plan
    part = plan_order(small_order(project, select=("*jp-*",))).plan
    assert any("de-alcohol" in one.text for one in whole.remarks) or any("eu-" in one.text for one in whole.remarks)
    assert not [one.text for one in part.remarks if one.text.startswith(("de-", "eu-"))]


def test_a_market_without_rules_is_said(tmp_path):
    remarks = [one.text for one in planned(tagged(tmp_path, "[soft-drink]", cities=["pk-karachi"])).remarks]
    assert any("no market rules are kept for PK" in text for text in remarks)
