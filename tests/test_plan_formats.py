"""A plan's formats: clean copies, formats for one direction of reading, limits nobody names; every count agrees."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from adlocalizer.config import find_project
from adlocalizer.domain import Counts, RunRef, Severity, Status
from adlocalizer.errors import ConfigError
from adlocalizer.exporting import export_rows, export_sheets
from adlocalizer.loading import keep_pictures, load
from adlocalizer.making import Purchase, make_shard, open_studio, read_outcomes, refile
from adlocalizer.making.purse import Caps
from adlocalizer.manifest import manifest_rows
from adlocalizer.ordering import plan_order
from adlocalizer.planning import Materials, Plan, compose_masters, make_plan, quote, sharing
from adlocalizer.progress import Tally
from adlocalizer.publishing.delivery import check_out
from adlocalizer.store import Store

from . import projects

ROOT = Path(__file__).parents[1]
PROJECT = find_project(ROOT)
RUN = RunRef(store_url="/nowhere", campaign="demo", logical_date=projects.DAY)
ARABIC_AND_FRENCH = ("ae-dubai", "fr-paris")


@pytest.fixture(scope="module")
def materials() -> Materials:
    return load(PROJECT, projects.small_order(ROOT, campaign="demo")).materials


def planned(materials: Materials, *formats: str, select: tuple[str, ...] = (), **over: object) -> Plan:
    said = {"formats": formats, "cities": ARABIC_AND_FRENCH, **over}
    return make_plan(materials._replace(campaign=materials.campaign.model_copy(update=said)), RUN, select)


def ids(plan: Plan) -> set[str]:
    return {f"{one.creative.city_id} {one.format_id}" for one in plan.renditions()}


def test_a_clean_copy_shares_its_formats_picture_and_costs_nothing_more(materials):
    both, one = planned(materials, "google_pmax"), planned(materials, "google_pmax", "!*_clean")
    assert [m.request.key for m in both.masters()] == [m.request.key for m in one.masters()]
    assert quote(both, lambda _: ()).renditions == 2 * quote(one, lambda _: ()).renditions


def test_a_clean_copy_is_drawn_by_the_model_its_format_is_drawn_by(materials):
    models = {**materials.models, "other": materials.model.model_copy(update={"id": "other", "default": False})}
    own = materials._replace(models=models)
    plan = planned(own, "gads_pmax_square", model_by_format={"gads_pmax_square": "other"})
    assert {fit.format_id: fit.model for fit in plan.brief.fits} == {
        **{"gads_pmax_square": "other", "gads_pmax_square_clean": "other"},
    }


def test_clean_copies_alone_can_be_selected(materials):
    plan = planned(materials, "google_pmax", select=("*_clean",))
    assert {one.format_id.endswith("_clean") for one in plan.renditions()} == {True}


def test_a_clean_copy_is_another_file_than_its_format(materials):
    brief = planned(materials, "gads_pmax_square").brief
    words, clean = (brief.fit_sha256(fit) for fit in brief.fits)
    assert words != clean


def test_other_policies_about_words_make_other_files_of_the_formats_they_are_about(materials):
    asked = ("allowed", "unknown", "discouraged")
    first = planned(materials, "yj_resp_191", "line_card").brief
    second = planned(materials, "yj_resp_191", "line_card", words_where=asked).brief
    assert [first.fit_sha256(a) == second.fit_sha256(b) for a, b in zip(first.fits, second.fits, strict=True)] == [
        *(False, True),
    ]


def test_a_format_for_one_direction_is_planned_for_locales_read_that_way_alone(materials):
    plan = planned(materials, "tiktok_infeed_*")
    assert ids(plan) == {"ae-dubai tiktok_infeed_9x16_rtl", "fr-paris tiktok_infeed_9x16_ltr"}


def test_the_quote_counts_what_is_planned_for_each_direction(materials):
    price = quote(planned(materials, "tiktok_infeed_*"), lambda _: ())
    assert (price.renditions, price.masters) == (2, 2)
    assert price.renditions_by_format == {"tiktok_infeed_9x16_ltr": 1, "tiktok_infeed_9x16_rtl": 1}


def test_what_a_picture_costs_is_shared_by_the_formats_its_locale_has(materials):
    plan = planned(materials, "tiktok_infeed_*", "meta_story_9x16_1080")
    for grounded in plan.creatives:
        for name in plan.formats_of(grounded):
            assert set(sharing(plan.brief, grounded, name)) == set(plan.formats_of(grounded))


def test_a_creative_that_no_format_is_for_is_not_planned_and_said(materials):
    plan = planned(materials, "tiktok_infeed_9x16_rtl")
    assert ids(plan) == {"ae-dubai tiktok_infeed_9x16_rtl"}
    assert [one.creative.city_id for one in plan.creatives] == ["ae-dubai"]
    assert any(said.startswith("nothing is made for fr-FR: ") for said in plan.warnings)


def test_a_quarantined_creative_ends_in_the_formats_its_locale_would_have_had(materials):
    without = materials._replace(copy_rows=tuple(one for one in materials.copy_rows if one.locale != "ar-AE"))
    plan = planned(without, "tiktok_infeed_*", "google_pmax", on_bad_row="quarantine")
    ended = [one.rendition.format_id for one in plan.ended]
    assert {one.rendition.creative.city_id for one in plan.ended} == {"ae-dubai"}
    assert len(ended) == len(set(ended)) == 7
    assert "tiktok_infeed_9x16_ltr" not in ended
    assert {one.status for one in plan.ended} == {Status.FAILED}


def test_a_rule_about_a_placement_is_about_its_clean_copy_too(materials):
    rule = next(one for one in materials.rules["NO"] if one.may_block and one.action == "prohibit")
    own = rule.model_copy(update={"trigger": "placement:gads_pmax_square", "markets": ("FR",)})
    plan = planned(materials._replace(rules={"FR": (own,)}), "gads_pmax_square", "meta_feed_1x1")
    assert {one.rendition.format_id for one in plan.blocked} == {"gads_pmax_square", "gads_pmax_square_clean"}


def test_limits_nobody_names_are_said_once_with_their_formats(materials):
    plan = planned(materials, "dooh_720x1080", "dooh_800x1280", "meta_feed_1x1")
    [said] = [one for one in plan.warnings if "byte limit" in one]
    assert said.startswith("2 formats name no byte limit that was found; 5,000,000 bytes are kept")
    assert said.endswith(": dooh_720x1080, dooh_800x1280")


def test_a_format_nothing_is_made_in_is_not_said_to_have_no_limit(materials):
    names = ("tiktok_infeed_9x16_rtl", "dooh_720x1080")
    bare = {name: form.model_copy(update={"max_bytes": None}) for name, form in materials.formats.items()}
    plan = planned(materials._replace(formats=bare), *names, cities=("fr-*",))
    [said] = [one for one in plan.warnings if "byte limit" in one]
    assert "tiktok_infeed_9x16_rtl" not in said


def test_brand_colours_nobody_can_read_together_are_said_once(materials):
    pale = materials.brand.model_copy(update={"accent": "#7fd6ff", "on_accent": "#b9e8ff"})
    [said] = [one for one in planned(materials._replace(brand=pale), "meta_feed_1x1").warnings if "contrast" in one]
    assert "on_accent #b9e8ff on accent #7fd6ff" in said


def test_a_format_in_capitals_gets_its_name_suggested(materials):
    with pytest.raises(ConfigError, match="write 'meta_feed_1x1'"):
        planned(materials, "META_FEED_1X1")


def test_a_campaign_of_every_format_is_planned_and_counted(materials):
    plan = planned(materials, "*")
    price = quote(plan, lambda _: ())
    assert price.renditions == sum(len(plan.formats_of(one)) for one in plan.creatives) == 2 * 124
    assert sum(price.renditions_by_format.values()) == price.renditions
    for grounded in plan.creatives:
        masters = compose_masters(plan.brief, grounded, plan.formats_of(grounded))
        served = Counter(fit.format_id for master in masters for fit in master.fits)
        assert served == Counter(plan.formats_of(grounded))


def test_words_where_they_are_forbidden_are_refused(tmp_path):
    project = projects.make_project(tmp_path / "project", words_where=["allowed", "forbidden"])
    with pytest.raises(ConfigError, match=r"small.yml:1 \(words_where\).*leave it out"):
        plan_order(projects.small_order(project))


@pytest.mark.slow
def test_a_clean_copy_is_made_listed_and_exported_beside_its_format(tmp_path):
    said = {"formats": ["gads_pmax_square"], "cities": ["ae-dubai"], "max_enlarge": 0.2}
    project = projects.make_project(tmp_path / "project", **said)
    ordered = plan_order(projects.small_order(project))
    plan, counts = ordered.plan, asyncio.run(_make(ordered, project))
    outcomes = read_outcomes(Store(plan.brief.run.store_url), plan.brief.run, "EMEA")
    assert counts == Counts(planned=2, delivered=2)
    assert {one.severity for one in check_out(plan, outcomes)} <= {Severity.PASS}
    rows = manifest_rows(outcomes, plan.brief.run.logical_date, {})
    words = {one.creative.locale: one.copy_row for one in plan.creatives}
    assert export_sheets(export_rows(rows, words, plan.brief.formats))
    boxes = {one.rendition.format_id: len(one.asset.copy_boxes) for one in outcomes}
    assert boxes["gads_pmax_square"] > boxes["gads_pmax_square_clean"] == 1


async def _make(ordered, project: Path) -> Counts:  # type: ignore[no-untyped-def]
    store, counts = Store(ordered.order.store_url), Counts()
    keep_pictures(store, ordered.loaded.pictures)
    refile(store, ordered.plan)
    async with open_studio(ordered.plan, project / "data", Purchase(Caps(None)), Tally()) as studio:
        for shard in ordered.plan.wanted_shards():
            counts += await make_shard(studio, shard)
    return counts
