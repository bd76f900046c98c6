"""What is known to be wrong before a picture is drawn: for a person to see, or not to be made at all."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path

import pytest
import yaml
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from adlocalizer.domain import Status
from adlocalizer.errors import ConfigError
from adlocalizer.ordering import plan_order, price_plan
from adlocalizer.planning import Plan
from tests.projects import make_project, small_order

ROWS = "locale,headline,call_to_action,price,currency,legal,old_price,lowest_30d,review\n"


def planned(project: Path, **order: object) -> Plan:
    return plan_order(small_order(project, **order)).plan


def with_copy(tmp_path: Path, *rows: str, **campaign: object) -> Path:
    """A project of Tokyo and Paris with these words."""
    project = make_project(tmp_path / "project", copy_table="data/copy/mine.csv", **campaign)
    (project / "data/copy/mine.csv").write_text(ROWS + "\n".join(rows) + "\n", encoding="utf-8")
    return project


def checks(plan: Plan, city_id: str) -> set[str]:
    return {one.check for made in plan.creatives if made.creative.city_id == city_id for one in made.findings}


PLAIN = ("ja-JP,レモンの時間,ためす,,,,,,", "fr-FR,Heure du citron,Goûter,,,,,,")


def test_words_nobody_doubts_have_no_findings(tmp_path):
    plan = planned(with_copy(tmp_path, *PLAIN))
    assert [made.findings for made in plan.creatives] == [(), ()]


def test_words_that_wait_for_a_reader_are_said_on_every_rendition_of_their_locale_only(tmp_path):
    plan = planned(with_copy(tmp_path, "ja-JP,レモンの時間,ためす,,,,,,needed", PLAIN[1]))
    assert (checks(plan, "jp-tokyo"), checks(plan, "fr-paris")) == ({"copy_review"}, set())


def test_a_promise_the_prices_contradict_is_never_made_and_costs_nothing(tmp_path):
    row = 'fr-FR,"-50 % demain",Goûter,9.00,EUR,,10.00,10.00,'
    plan = planned(with_copy(tmp_path, PLAIN[0], row))
    assert {one.rendition.creative.city_id for one in plan.blocked} == {"fr-paris"}
    assert {one.status for one in plan.blocked} == {Status.REJECTED}
    assert all("10.0 %" in one.reason for one in plan.blocked)
    assert {made.creative.city_id for made in plan.creatives} == {"jp-tokyo"}


def test_a_word_the_brand_bans_is_never_made(tmp_path):
    project = with_copy(tmp_path, *PLAIN)
    brand = project / "configs/brands/solara.yml"
    brand.write_text(brand.read_text("utf-8") + "\nbanned_words: {fr: [citron]}\n", encoding="utf-8")
    plan = planned(project)
    assert {one.rendition.creative.city_id for one in plan.blocked} == {"fr-paris"}


HIEROGLYPH = "\U00013000"
MIXED = ["gads_upload_300x250", "meta_carousel_1x1"]


def test_a_character_no_face_has_is_found_by_the_plan_with_its_row_and_what_to_do(tmp_path):
    plan = planned(with_copy(tmp_path, PLAIN[0], f"fr-FR,Citron {HIEROGLYPH},Goûter,,,,,,"))
    assert {made.creative.city_id for made in plan.creatives} == {"jp-tokyo"}
    assert {one.status for one in plan.blocked} == {Status.REJECTED}
    (found,) = plan.blocked[0].findings
    assert found.text == f"data/copy/mine.csv (fr-FR), headline: no face has U+13000 ({HIEROGLYPH});"
    assert "configs/fonts.yml" in found.remedy


def doubts(plan: Plan) -> set[str]:
    return {one.text for ended in plan.blocked for one in ended.findings}


def test_a_brand_name_no_face_has_is_found_in_the_brands_file(tmp_path):
    project = with_copy(tmp_path, *PLAIN)
    brand = project / "configs/brands/solara.yml"
    brand.write_text(brand.read_text("utf-8").replace("name: SOLARA", f"name: SOLARA {HIEROGLYPH}"), encoding="utf-8")
    assert doubts(planned(project)) == {f"configs/brands/solara.yml, name: no face has U+13000 ({HIEROGLYPH});"}


def test_a_models_disclosure_no_face_has_is_found_in_the_table_of_models(tmp_path):
    project = with_copy(tmp_path, *PLAIN)
    models = project / "configs/models.yml"
    models.write_text(models.read_text("utf-8").replace("disclosure: PREVIEW", f"disclosure: {HIEROGLYPH}"), "utf-8")
    (found,) = doubts(planned(project))
    assert found.startswith("configs/models.yml (preview")
    assert ", disclosure: " in found


@pytest.mark.parametrize(("label", "name"), [(True, "label"), (False, "overlay")])
def test_words_of_a_market_no_face_has_are_found_in_its_rule(label, name, tmp_path):
    plan = planned(with_rule(with_copy(tmp_path, *PLAIN), action="require", overlay={"fr": HIEROGLYPH}, label=label))
    assert doubts(plan) == {f"market rule fr-test-1, {name}: no face has U+13000 ({HIEROGLYPH});"}


def with_rule(project: Path, **said: object) -> Path:
    """A reviewed rule of a primary source more in France."""
    cited = {"url": "https://example.org/law", "title": "A law", "tier": "primary", "retrieved": "2026-11-01"}
    about = {"category": "test", "trigger": "*", "text": "A rule.", "citation": cited}
    standing = {"status": "reviewed", "reviewed": "2026-11-01"}
    path = project / "configs/markets/fr.yml"
    stanzas = yaml.safe_load(path.read_text("utf-8"))
    stanzas["rules"]["fr-test-1"] = about | standing | said
    path.write_text(yaml.safe_dump(stanzas, sort_keys=False, default_flow_style=False), encoding="utf-8")
    return project


def test_a_rendition_that_a_rule_forbids_ends_once_whatever_its_words(tmp_path):
    project = with_copy(tmp_path, PLAIN[0], f"fr-FR,Citron {HIEROGLYPH},Goûter,,,,,,", formats=MIXED)
    plan = planned(with_rule(project, action="prohibit", trigger="placement:meta/*"))
    ended = [one.rendition.id for one in plan.ended]
    assert len(ended) == len(set(ended)) == len(MIXED)
    assert {one.findings[0].check for one in plan.ended} == {"market_rule", "copy_glyphs"}


def test_an_old_price_nothing_bears_out_is_not_drawn_and_the_plan_says_why(tmp_path):
    bare = planned(with_copy(tmp_path / "a", "ja-JP,レモン,ためす,150,JPY,,200,,", PLAIN[1]))
    whole = planned(with_copy(tmp_path / "b", "ja-JP,レモン,ためす,150,JPY,,200,200,", PLAIN[1]))
    (said,) = (one for one in bare.warnings if "old_price" in one)
    assert said.startswith("data/copy/mine.csv (ja-JP): the old price 200 will not be drawn: the row has no lowest_30d")
    assert not [one for one in whole.warnings if "old_price" in one]


def test_a_price_of_millions_is_said_digit_by_digit(tmp_path):
    plan = planned(with_copy(tmp_path, "ja-JP,レモン,ためす,1290000,JPY,,1590000,,", PLAIN[1]))
    assert any("the old price 1590000 will not be drawn" in one for one in plan.warnings)


def test_a_row_whose_old_price_a_market_s_rule_withholds_is_named_as_well(tmp_path):
    plan = planned(with_copy(tmp_path, PLAIN[0], "fr-FR,Citron,Goûter,2.00,EUR,,4.00,3.00,"))
    assert any("(fr-FR): the old price 4 will not be drawn: it is above lowest_30d 3" in one for one in plan.warnings)


def test_a_lowest_price_below_the_price_is_said_with_its_row(tmp_path):
    plan = planned(with_copy(tmp_path, "ja-JP,レモン,ためす,150,JPY,,200,120,", PLAIN[1]))
    said = [one for one in plan.warnings if one.startswith("data/copy/mine.csv (ja-JP)")]
    assert "above lowest_30d 120" in said[0]
    assert "below the price 150" in said[1]


def test_the_plan_names_the_characters_that_a_brands_own_face_borrows(tmp_path):
    project = with_copy(tmp_path, PLAIN[0], "fr-FR,Heure à l’œil,Goûter,,,,,,")  # noqa: RUF001
    cut_ascii(project / "data/brands/Own.ttf")
    brand = project / "configs/brands/solara.yml"
    fonts = "fonts: [{file: data/brands/Own.ttf, licensed: true}]"
    brand.write_text(f"{brand.read_text('utf-8').rstrip()}\n{fonts}\n", encoding="utf-8")
    (said,) = (one for one in planned(project).warnings if "own faces" in one)
    assert said == "the brand's own faces lack à û œ ’ (fr-FR): other faces lend them; look at the proof"  # noqa: RUF001


def cut_ascii(path: Path) -> None:
    """A face of ASCII alone, in one weight."""
    package = importlib.util.find_spec("justmytype_western_core")
    source = next(Path(package.submodule_search_locations[0]).rglob("NotoSans[[]wdth,wght].ttf"))
    with TTFont(source) as font:
        subsetter = Subsetter(Options(notdef_outline=True, name_IDs=["*"]))
        subsetter.populate(unicodes=range(0x20, 0x7F))
        subsetter.subset(font)
        instantiateVariableFont(font, {"wght": 700, "wdth": 100}, inplace=True)
        font.save(path)


@pytest.mark.parametrize("globs", [["gads_*"], ["*_728x90", "*_250x250"]])
def test_a_campaign_says_of_which_formats_the_legal_line_stands_beside_the_picture(globs, tmp_path):
    brief = planned(with_copy(tmp_path, *PLAIN, legal_beside=globs)).brief
    assert brief.is_legal_beside("gads_upload_728x90")
    assert brief.is_legal_beside("gads_upload_300x250") == (globs == ["gads_*"])


def test_a_legal_line_beside_the_picture_makes_another_file_of_its_format_alone(tmp_path):
    bare = planned(with_copy(tmp_path / "a", *PLAIN, legal_beside=[])).brief
    beside = planned(with_copy(tmp_path / "b", *PLAIN, legal_beside=["*_728x90"])).brief
    changed = {one.format_id for one in bare.fits if bare.fit_sha256(one) != beside.fit_sha256(one)}
    assert changed == {"gads_upload_728x90"}


def test_a_legal_line_beside_a_format_the_campaign_does_not_have_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"small \(legal_beside\).*'meta_\*' matches nothing"):
        planned(with_copy(tmp_path, *PLAIN, legal_beside=["meta_*"]))


def test_words_no_face_has_cost_nothing_where_no_copy_is_set(tmp_path):
    project = with_copy(tmp_path, PLAIN[0], f"fr-FR,Citron {HIEROGLYPH},Goûter,,,,,,", words_where=[])
    assert not planned(project).blocked


def test_an_old_price_above_the_lowest_of_30_days_is_taken_off_the_ad_and_is_for_a_person(tmp_path):
    plan = planned(with_copy(tmp_path, PLAIN[0], "fr-FR,Citron,Goûter,2.00,EUR,,4.00,3.00,"))
    (paris,) = (made for made in plan.creatives if made.creative.city_id == "fr-paris")
    assert (paris.copy_row.old_price, paris.copy_row.price) == (None, 2.0)
    assert any("eu-price-1" in one.text and "not drawn" in one.remedy for one in paris.findings)


def test_an_old_price_that_is_the_lowest_of_30_days_stays(tmp_path):
    plan = planned(with_copy(tmp_path, PLAIN[0], "fr-FR,Citron,Goûter,2.00,EUR,,3.00,3.00,"))
    assert {made.copy_row.old_price for made in plan.creatives} == {None, 3.0}


def test_a_scene_that_leans_on_a_cliche_is_for_a_person_where_it_is_one(tmp_path):
    project = with_copy(tmp_path, *PLAIN, scene="a samurai lifts the can")
    assert "cliche" in checks(planned(project), "jp-tokyo")


def with_tokyos_streets(project: Path, texture: str) -> Path:
    path = project / "data/streets.csv"
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("jp-tokyo,")]
    path.write_text("\n".join([*kept, f"jp-tokyo,{texture},plain houses,ours"]) + "\n", encoding="utf-8")
    return project


def test_a_cliche_in_a_row_of_streets_is_for_a_person_and_says_where_it_stands(tmp_path):
    plan = planned(with_tokyos_streets(with_copy(tmp_path, *PLAIN), "alleys where a samurai rests"))
    doubts = [one for made in plan.creatives for one in made.findings]
    assert [(one.check, one.value, "jp-tokyo" in one.subject) for one in doubts] == [("cliche", "samurai", True)]
    assert doubts[0].text.startswith("the street texture says 'samurai' in JP")


def test_a_cliche_of_the_scene_says_so(tmp_path):
    plan = planned(with_copy(tmp_path, *PLAIN, scene="a samurai lifts the can"))
    ((doubt, id),) = [(one, made.creative.id) for made in plan.creatives for one in made.findings]
    assert (doubt.text.partition(" says")[0], doubt.subject) == ("the scene", id)


def test_what_is_blocked_is_in_no_price(tmp_path):
    row = 'fr-FR,"-50 % demain",Goûter,9.00,EUR,,10.00,10.00,'
    plan = planned(with_copy(tmp_path, PLAIN[0], row))
    assert price_plan(plan).renditions == len(list(plan.renditions()))
    assert not [one for one in plan.rendition_ids() if "fr-paris" in one]


@pytest.mark.parametrize(("flight", "found"), [("2026-07-01", set()), ("2027-01-05", {"season_words"})])
def test_winter_is_right_in_sydneys_july_and_doubted_in_its_january(tmp_path, flight, found):
    row = "en-AU,The winter lemon,Taste it,,,,,,"
    flown = {"starts": flight, "ends": flight}
    project = with_copy(tmp_path, row, cities=["au-sydney"], flight=flown)
    assert checks(planned(project, logical_date=date.fromisoformat(flight)), "au-sydney") == found
