"""Planning: the ratio that loses least, one master a ratio, a selection that means what it says, a firm order."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.config import find_project
from adlocalizer.domain import AdFormat, Model, RunRef, Status, ratio_value
from adlocalizer.errors import ConfigError, GateFailed
from adlocalizer.loading import load
from adlocalizer.order import Order
from adlocalizer.ordering import plan_order
from adlocalizer.planning import (
    Plan,
    chosen,
    compose_masters,
    crop_loss,
    enlargement,
    expand_braces,
    fit_format,
    fit_formats,
    make_plan,
    next_attempt,
    quote,
)

ROOT = Path(__file__).parents[1]
PROJECT = find_project(ROOT)
FORMATS = PROJECT.formats()
PREVIEW = PROJECT.models()["preview-scene-1"]
DAY = date(2026, 12, 1)


def order(**over: object) -> Order:
    said = {"campaign": "demo", "logical_date": DAY, "store_url": "/nowhere", "reports_folder": "/nowhere"}
    return Order(**{**said, "project": str(ROOT), **over})


@pytest.fixture(scope="module")
def demo() -> Plan:
    return plan_order(order()).plan


def form(width: int, height: int) -> AdFormat:
    return FORMATS["meta_carousel_1x1"].model_copy(update={"id": "any", "width": width, "height": height})


# Native ratio and loss in percent, from the published table of ad formats and native ratios.
CROPPED = {
    "meta_story_9x16_1080": ("9:16", 0.0),
    "li_single_191": ("16:9", 7.0),
    "gads_upload_300x250": ("5:4", 4.0),
    "gads_upload_728x90": ("8:1", 1.1),
    "gads_upload_468x60": ("8:1", 2.5),
    "amz_rec_160x600": ("1:4", 6.2),
    "gads_upload_970x250": ("4:1", 3.0),
    "dv360_300x1050": ("1:4", 12.5),
    "play_feature": ("21:9", 12.2),
    "meta_feed_4x5_1080": ("4:5", 0.0),
}
COMPOSED = (
    "gads_upload_970x90",
    "gads_upload_320x50",
    "gads_upload_120x600",
    "amz_rec_980x55",
    "kakao_search_1200x380",
)


@pytest.mark.parametrize("name", CROPPED)
def test_a_format_is_asked_in_the_ratio_that_loses_least(name):
    ratio, percent = CROPPED[name]
    fit = fit_format(FORMATS[name], PREVIEW)
    assert (fit.ratio, fit.composed) == (ratio, False)
    assert fit.loss * 100 == pytest.approx(percent, abs=0.06)


@pytest.mark.parametrize("name", COMPOSED)
def test_a_format_that_would_lose_more_than_fifteen_percent_is_composed(name):
    fit, wanted = fit_format(FORMATS[name], PREVIEW), FORMATS[name]
    assert (fit.composed, fit.loss) == (True, 0)
    assert 0 < fit.panel < 1
    assert fit.picture_width * fit.picture_height < wanted.width * wanted.height


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_shipped_format_needs_more_than_the_allowed_enlargement(name):
    fit = fit_format(FORMATS[name], PREVIEW, max_enlarge=0.06)
    assert enlargement(fit, PREVIEW) <= 0.06


@given(st.integers(50, 4000), st.integers(50, 4000))
def test_the_picture_part_lies_inside_the_format_whatever_its_shape(width, height):
    fit = fit_format(form(width, height), PREVIEW)
    assert 1 <= fit.picture_width <= width
    assert 1 <= fit.picture_height <= height


@given(st.integers(50, 4000), st.integers(50, 4000))
def test_no_other_ratio_would_lose_less_than_the_one_a_crop_takes(width, height):
    wanted, fit = form(width, height), fit_format(form(width, height), PREVIEW)
    if not fit.composed:
        least = min(crop_loss(wanted.ratio, ratio_value(ratio)) for ratio in PREVIEW.pixels)
        assert fit.loss == pytest.approx(least, abs=1e-4)


@given(st.integers(50, 4000), st.integers(50, 4000))
def test_a_composed_picture_has_its_native_ratio_to_a_pixel(width, height):
    fit = fit_format(form(width, height), PREVIEW)
    if fit.composed:
        native = ratio_value(fit.ratio)
        slack = 1 if width >= height else native
        assert abs(fit.picture_width - native * fit.picture_height) <= slack


def test_the_smallest_size_without_enlargement_is_asked():
    assert fit_format(FORMATS["meta_carousel_1x1"], PREVIEW).size == "2K"
    assert fit_format(FORMATS["meta_carousel_1x1"], PREVIEW, max_enlarge=0.06).size == "1K"


def test_formats_of_one_ratio_share_one_master_in_the_size_the_largest_needs():
    small, large = FORMATS["gads_upload_200x200"], FORMATS["meta_feed_1x1"]
    assert {fit.size for fit in fit_formats([(small, PREVIEW), (large, PREVIEW)])} == {"2K"}


def test_a_model_without_extreme_ratios_gets_composed_banners():
    square = Model(**{**PREVIEW.model_dump(), "pixels": {"1:1": PREVIEW.pixels["1:1"]}})
    fit = fit_format(FORMATS["gads_upload_728x90"], square)
    assert (fit.ratio, fit.composed, fit.picture_width) == ("1:1", True, 90)


BRACES = {
    "*jp-*": ("*jp-*",),
    "{jp,kr}-*": ("jp-*", "kr-*"),
    "a{b,c{d,e}}f": ("abf", "acdf", "acef"),
    "{a,b}{1,2}": ("a1", "a2", "b1", "b2"),
    "x{}y": ("xy",),
}


@pytest.mark.parametrize("glob", BRACES)
def test_braces_stand_for_their_parts(glob):
    assert expand_braces(glob) == BRACES[glob]


@pytest.mark.parametrize("glob", ["{a,b", "a}", "{a,{b}", "a}{"])
def test_a_brace_without_its_partner_is_refused(glob):
    with pytest.raises(ConfigError, match="without its partner"):
        expand_braces(glob)


def test_braces_that_stand_for_too_much_are_refused():
    with pytest.raises(ConfigError, match="more than"):
        expand_braces("{a,b}" * 20)


@given(st.text("ab{},*", max_size=12))
def test_any_glob_is_expanded_or_refused(glob):
    if glob.count("{") == glob.count("}") == 0:
        assert expand_braces(glob) == (glob,)
        return
    try:
        parts = expand_braces(glob)
    except ConfigError:
        return
    assert not any(set(part) & set("{}") for part in parts)


def test_a_glob_that_matches_nothing_names_what_there_is():
    with pytest.raises(ConfigError, match="jp-tokyo"):
        chosen(["jp-tokyo", "fr-paris"], ["*tokio*"], "--select")


def test_the_demo_covers_every_shipped_city_in_every_format(demo):
    renditions = list(demo.renditions())
    assert len({one.creative.city_id for one in renditions}) == 75
    assert len(renditions) == 75 * len(demo.brief.formats)


def test_the_demo_has_eight_formats_of_five_platforms_and_an_extreme_banner(demo):
    formats = demo.brief.formats.values()
    assert len(formats) >= 8
    assert len({one.platform for one in formats}) >= 5
    assert any(max(one.ratio, 1 / one.ratio) > 7.5 for one in formats)


def test_rendition_ids_name_campaign_city_locale_product_variant_and_format(demo):
    ids = [one.id for one in demo.renditions()]
    assert "demo.jp-tokyo.ja-JP.solara-can.v1.meta_story_9x16_1080" in ids
    assert len(set(ids)) == len(ids)


def test_every_format_has_exactly_one_master_of_its_creative(demo):
    grounded = next(demo.creatives)
    masters = compose_masters(demo.brief, grounded, demo.brief.formats)
    served = [fit.format_id for master in masters for fit in master.fits]
    assert sorted(served) == sorted(demo.brief.formats)
    assert len({master.request.ratio for master in masters}) == len(masters)


def test_regions_follow_each_other_and_cities_are_sorted_in_them(demo):
    keys = [(one.creative.region, one.creative.city_id) for one in demo.creatives]
    assert all(first <= second for first, second in pairwise(keys))


def test_the_order_of_the_city_table_does_not_change_the_plan(demo):
    materials = load(PROJECT, order()).materials
    turned = materials._replace(cities=materials.cities[::-1])
    assert make_plan(turned, demo.brief.run) == demo


def test_shards_hold_at_most_their_size_and_one_region(demo):
    assert all(len(shard.creatives) <= demo.brief.campaign.shard_size for shard in demo.shards)
    assert all(len({one.creative.region for one in shard.creatives}) == 1 for shard in demo.shards)


def test_equal_plans_have_equal_keys_and_every_key_is_another(demo):
    again = plan_order(order()).plan
    keys = [master.request.key for master in demo.masters()]
    assert keys == [master.request.key for master in again.masters()]
    assert len(set(keys)) == len(keys)


def test_another_store_does_not_change_a_key(demo):
    elsewhere = plan_order(order(store_url="/elsewhere")).plan
    assert [m.request.key for m in elsewhere.masters()] == [m.request.key for m in demo.masters()]


def keys_and_moons(provider: str, day: date) -> tuple[set[str], set[object]]:
    """Keys of Dubai's pictures, and the moon that stands in their facts and, by day, in no word of theirs."""
    plan = plan_order(order(provider=provider, logical_date=day, select=("*.ae-dubai.*",))).plan
    prompts = [master.request.prompt for master in plan.masters()]
    assert not any("moon" in prompt.text for prompt in prompts)
    moons = {fact.value for prompt in prompts for fact in prompt.facts if fact.name == "moon"}
    return {master.request.key for master in plan.masters()}, moons


@pytest.mark.parametrize(("provider", "is_shared"), [("gemini", True), ("preview", False)])
def test_a_fact_no_word_speaks_of_is_another_request_only_for_who_is_told_facts(provider, is_shared):
    (keys, moons), (later, later_moons) = (keys_and_moons(provider, date(2026, 12, day)) for day in (1, 2))
    assert moons != later_moons
    assert keys == later if is_shared else keys.isdisjoint(later)


def test_words_that_differ_are_another_request_for_who_is_told_words_alone(demo):
    prompt = next(demo.masters()).request.prompt.model_copy(update={"words_alone": True})
    assert prompt.sha256 != prompt.model_copy(update={"text": f"{prompt.text} Mind the moon."}).sha256


def test_another_attempt_has_another_key(demo):
    request = next(demo.masters()).request
    assert len({request.key, next_attempt(request).key, next_attempt(next_attempt(request)).key}) == 3


def test_a_selection_keeps_only_what_its_globs_match():
    plan = plan_order(order(select=("*.{jp,kr}-*.meta_story*",))).plan
    assert {one.creative.market for one in plan.renditions()} == {"JP", "KR"}
    assert {one.format_id for one in plan.renditions()} == {"meta_story_9x16_1080"}


def test_a_selection_needs_only_the_masters_of_what_it_wants():
    plan = plan_order(order(select=("*.jp-tokyo.*.gads_upload_728x90",))).plan
    assert [master.request.ratio for master in plan.masters()] == ["8:1"]


def test_a_selection_of_nothing_is_refused():
    with pytest.raises(ConfigError, match="matches nothing"):
        plan_order(order(select=("*atlantis*",)))


def test_kept_answers_cost_nothing(demo):
    paid = demo.model_copy(update={"brief": _priced(demo)})
    keys = [master.request.key for master in paid.masters()]
    price = quote(paid, lambda _: set(keys[:100]))
    assert price.kept == 100
    assert price.price_micros == 33_600 * (len(keys) - 100)


def test_the_most_a_plan_costs_is_every_attempt_of_every_master(demo):
    paid = demo.model_copy(update={"brief": _priced(demo)})
    price = quote(paid, lambda _: ())
    assert price.most_micros == price.price_micros * demo.brief.campaign.attempts


def _priced(plan: Plan):  # type: ignore[no-untyped-def]
    model = plan.brief.model.model_copy(update={"price_micros": dict.fromkeys(("512", "1K", "2K", "4K"), 33_600)})
    return plan.brief.model_copy(update={"model": model, "models": {model.id: model}})


def test_a_locale_without_copy_is_named_with_its_cities(tmp_path):
    lines = (ROOT / "data/copy/demo.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    table = tmp_path / "copy.csv"
    table.write_text("".join(line for line in lines if not line.startswith("ja-JP,")), encoding="utf-8")
    materials = load(PROJECT, order()).materials
    words = tuple(row for row in materials.copy_rows if row.locale != "ja-JP")
    with pytest.raises(ConfigError, match=r"ja-JP \(jp-osaka, jp-tokyo\)"):
        make_plan(materials._replace(copy_rows=words), _run())


def _run() -> RunRef:
    return RunRef(store_url="/nowhere", campaign="demo", logical_date=DAY)


def _bad_city_table(folder: Path) -> Path:
    table = folder / "cities.csv"
    text = (ROOT / "data/cities.csv").read_text(encoding="utf-8")
    table.write_text(text.replace(",35.6895,", ",135.0,"), encoding="utf-8")
    return table


def test_a_bad_row_stops_the_run_with_its_line(tmp_path):
    with pytest.raises(GateFailed, match=r"cities.csv:\d+ \(latitude\)"):
        plan_order(order(cities=str(_bad_city_table(tmp_path))))


def test_a_quarantined_row_is_an_outcome_of_every_format(tmp_path):
    campaign = tmp_path / "demo.yml"
    text = (ROOT / "configs/campaigns/demo.yml").read_text(encoding="utf-8")
    campaign.write_text(text.replace("on_bad_row: fail", "on_bad_row: quarantine"), encoding="utf-8")
    plan = plan_order(order(campaign=str(campaign), cities=str(_bad_city_table(tmp_path)))).plan
    assert len(plan.quarantined) == len(plan.brief.formats)
    assert {one.status for one in plan.quarantined} == {Status.FAILED}
    assert "latitude" in plan.quarantined[0].reason
    assert "jp-tokyo" not in {one.creative.city_id for one in plan.creatives}


def test_a_day_outside_the_flight_is_pointed_out():
    plan = plan_order(order(logical_date=date(2027, 6, 1))).plan
    assert any("runs from" in warning for warning in plan.warnings)
