"""What a campaign's `formats:` stands for: ids, globs, platforms, packs, what is left out, and clean copies."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from adlocalizer.cli.main import app
from adlocalizer.config import find_project
from adlocalizer.domain import TextPolicy
from adlocalizer.errors import ConfigError
from adlocalizer.planning import chosen_formats, pack_members

ROOT = Path(__file__).parents[1]
PROJECT = find_project(ROOT)
BOOK, DEMO = PROJECT.format_book(), PROJECT.campaign("demo")
PLATFORMS, PACKS = BOOK.platforms, tuple(BOOK.packs)


def chosen(*entries: str, **over: object) -> list[str]:
    campaign = DEMO.model_copy(update={"formats": entries, **over})
    return list(chosen_formats(campaign, BOOK.formats, BOOK.packs))


def platforms_of(ids: list[str]) -> set[str]:
    return {BOOK.formats[id].platform for id in ids}


def test_an_id_stands_for_itself():
    assert chosen("meta_feed_1x1") == ["meta_feed_1x1"]


def test_a_glob_stands_for_the_ids_it_matches():
    assert chosen("meta_story_*") == ["meta_story_9x16_1080", "meta_story_9x16_1440"]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_platform_stands_for_all_its_formats(platform):
    ids = [id for id in chosen(platform) if id in BOOK.formats]
    assert ids == [one.id for one in BOOK.formats.values() if one.platform == platform]


@pytest.mark.parametrize(
    ("pack", "ids"),
    [
        ("google_pmax", "gads_pmax_landscape gads_pmax_square gads_pmax_portrait"),
        ("meta_vertical", "meta_story_9x16_1080 meta_story_9x16_1440 meta_reels_9x16_1080 meta_reels_9x16_1440"),
        ("japan", "yj_resp_191 yj_resp_300 line_card line_square line_carousel line_small_image"),
    ],
)
def test_a_pack_stands_for_its_formats_in_its_order(pack, ids):
    assert [id for id in chosen(pack) if id in BOOK.formats] == ids.split()


def test_braces_stand_for_their_parts_packs_and_platforms_included():
    assert platforms_of(chosen("{japan,korea,dooh}")) == {"yahoo_japan", "line_ads", "kakao", "naver", "dooh"}


def test_formats_stand_in_the_order_of_the_entries_each_once():
    assert chosen("meta_story_*", "meta_story_9x16_1080", "x_image_square", "meta_vertical")[:3] == [
        *("meta_story_9x16_1080", "meta_story_9x16_1440", "x_image_square"),
    ]


def test_what_is_left_out_is_left_out_wherever_it_stands():
    assert (
        chosen("!meta_reels_*", "meta_vertical") == chosen("meta_vertical", "!meta_reels_*") == chosen("meta_story_*")
    )


def test_a_platform_or_pack_may_be_left_out():
    assert platforms_of(chosen("japan", "!line_ads")) == {"yahoo_japan"}


def test_the_star_is_every_format_and_every_clean_copy():
    assert len(chosen("*")) == len(BOOK.formats) + 3


def test_a_clean_copy_follows_its_format():
    assert chosen("gads_pmax_square") == ["gads_pmax_square", "gads_pmax_square_clean"]


def test_a_clean_copy_alone_may_be_named():
    assert chosen("gads_pmax_square_clean") == ["gads_pmax_square_clean"]
    assert chosen("gads_pmax_*_clean", "!*portrait*") == chosen("*{landscape,square}_clean")


def test_a_clean_copy_is_left_out_with_its_format():
    assert chosen("google_pmax", "gads_pmax_*_clean", "!*portrait") == chosen("gads_pmax_{landscape,square}")


def test_clean_copies_may_be_left_out():
    assert chosen("google_pmax", "!*_clean") == ["gads_pmax_landscape", "gads_pmax_square", "gads_pmax_portrait"]


def test_where_no_words_are_set_the_format_is_its_own_clean_copy():
    assert chosen("gads_pmax_square", words_where=(TextPolicy.UNKNOWN,)) == ["gads_pmax_square"]


REFUSED = {
    ("gogle_pmax",): "'gogle_pmax' is no format, glob, platform or pack; write 'google_pmax'?",
    ("meta_feed_1x2",): "write 'meta_feed_1x1'?",
    ("linkdin",): "write 'linkedin'?",
    ("*", "!gads_pmx_*"): "'!gads_pmx_*' is no format",
    ("{meta,linkdin}",): "'linkdin' of '{meta,linkdin}' is no format, glob, platform or pack; write 'linkedin'?",
    ("*", "!{meta,linkdin}"): "'linkdin' of '!{meta,linkdin}' is no format",
    ("qqqqqqqq",): "`adlocalizer formats` lists formats and platforms, `adlocalizer formats --packs` packs",
    ("!tiktok",): "none names a format",
    ("tiktok", "!tiktok"): "what is left out is all that is named",
    ("{japan,korea",): "without its partner",
    ("meta_feed_1x1_clean",): "is no format",
}


@pytest.mark.parametrize("entries", REFUSED)
def test_an_entry_that_stands_for_nothing_is_refused_with_the_nearest_name(entries):
    with pytest.raises(ConfigError) as caught:
        chosen(*entries)
    assert str(caught.value).startswith("campaign demo (formats): ")
    assert REFUSED[entries] in str(caught.value)


@given(st.lists(st.sampled_from((*BOOK.formats, *PACKS, *PLATFORMS)), min_size=1, max_size=4), st.data())
def test_whatever_is_named_the_rest_is_what_is_not_left_out(entries, data):
    left = data.draw(st.lists(st.sampled_from((*BOOK.formats, *PACKS, *PLATFORMS)), max_size=2))
    every = chosen(*entries)
    gone = {id for entry in left for id in chosen(entry)}
    rest = [id for id in every if id not in gone]
    if rest:
        assert chosen(*entries, *(f"!{entry}" for entry in left)) == rest


def test_no_pack_holds_a_logo_or_an_icon():
    members = {id for pack in BOOK.packs.values() for id in pack_members(pack, BOOK.formats)}
    assert [id for id in members if "logo" in id or "icon" in id or "profile" in id] == []


def test_a_panoramic_pack_is_wide():
    assert all(BOOK.formats[id].ratio >= 3.5 for id in pack_members(BOOK.packs["dooh_panoramic"], BOOK.formats))


def said(*words: str) -> str:
    return CliRunner().invoke(app, ["formats", *words], catch_exceptions=False).stdout


def test_packs_are_listed_with_what_they_are_for():
    text = said("--packs")
    assert [pack for pack in PACKS if pack not in text] == []
    assert "Performance Max images" in text


def test_the_formats_of_a_pack_are_listed():
    text = said("--pack", "google_pmax")
    assert "allowed + clean" in text
    assert text.splitlines()[-1] == "3 formats of 1 platform"


def test_a_pack_may_be_narrowed_to_a_platform():
    assert said("--pack", "japan", "--platform", "line_ads").splitlines()[-1] == "4 formats of 1 platform"


def test_packs_for_machines_name_every_member():
    import json

    listed = {one["id"]: one["formats"] for one in json.loads(said("--packs", "--json"))}
    assert listed["dooh_panoramic"] == ["dooh_1400x400", "dooh_1408x400", "dooh_3840x1080"]


@pytest.mark.parametrize(("words", "error"), [
    (("--pack", "gogle_pmax"), "there is no pack 'gogle_pmax'; write 'google_pmax'?"),
    (("--platform", "metta"), "there is no platform 'metta'; write 'meta'?"),
    (("--pack", "japan", "--platform", "meta"), "pack japan has no format of meta"),
])  # fmt: skip
def test_a_filter_that_keeps_nothing_is_an_error(words, error):
    with pytest.raises(ConfigError, match=r"there is no|has no") as caught:
        said(*words)
    assert error in str(caught.value)
