"""What `configs/formats.yml` says: every row sourced, dated and named once, packs of what there is, clean copies."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from adlocalizer.config import find_project
from adlocalizer.errors import ConfigError

from . import projects

ROOT = Path(__file__).parents[1]
BOOK = find_project(ROOT).format_book()
FORMATS = BOOK.formats

# Rows of the published table by platform, checked 2026-11-22.
ROWS = {
    **{"google_ads": 29, "amazon_ads": 14, "dooh": 13, "dv360": 9, "meta": 9, "tiktok": 7, "linkedin": 6, "reddit": 5},
    **{"kakao": 5, "x": 4, "microsoft_ads": 4, "line_ads": 4, "pinterest": 2, "snapchat": 2, "yahoo_japan": 2},
    **{"naver": 2, "google_play": 2, "cm360": 1, "openai_ads": 1, "mgid": 1},
}
CONFIDENCE = {"official": 34, "official_mirror": 20, "secondary": 59, "derived": 1, "uncertain": 8}
PERFORMANCE_MAX = ("gads_pmax_landscape", "gads_pmax_square", "gads_pmax_portrait")


def test_every_platform_has_its_rows():
    assert Counter(one.platform for one in FORMATS.values()) == ROWS


def test_every_row_says_who_says_so_and_when():
    assert [one.id for one in FORMATS.values() if not (one.source.strip() and one.checked)] == []


def test_limits_are_decimal_but_for_the_one_page_that_counts_in_1024():
    odd = {one.max_bytes for one in FORMATS.values() if one.max_bytes and one.max_bytes % 10_000}
    assert odd == {5120 * 1024}


def test_no_row_writes_a_type_no_source_names():
    assert {kind for one in FORMATS.values() for kind in one.file_types} == {"jpg", "png"}


def test_sides_of_a_safe_zone_that_no_source_gives_hold_five_percent():
    story = FORMATS["meta_story_9x16_1080"]
    assert (story.safe_zone.left, story.safe_zone.right) == (54, 54)


def test_every_platform_has_a_name_to_be_written_by():
    assert BOOK.platform_names.keys() == {one.platform for one in FORMATS.values()}


def test_policies_about_text_are_those_of_the_platforms():
    said = {one.text_overlay: set() for one in FORMATS.values()}
    for one in FORMATS.values():
        said[one.text_overlay].add(one.platform)
    assert (said["forbidden"], said["discouraged"]) == ({"microsoft_ads"}, {"yahoo_japan", "google_play"})


def test_performance_max_keeps_a_clean_copy_of_each_picture_and_nothing_else_does():
    assert tuple(one.id for one in FORMATS.values() if one.keep_clean) == PERFORMANCE_MAX


def test_only_the_two_templates_of_tiktok_are_for_one_direction():
    said = {one.id: one.direction for one in FORMATS.values() if one.direction}
    assert said == {"tiktok_infeed_9x16_ltr": "ltr", "tiktok_infeed_9x16_rtl": "rtl"}


def test_the_direction_of_a_row_has_its_buttons_on_the_side_where_lines_end():
    ltr, rtl = (FORMATS[f"tiktok_infeed_9x16_{direction}"].safe_zone for direction in ("ltr", "rtl"))
    assert (ltr.left, ltr.right) == (rtl.right, rtl.left)
    assert ltr.right > ltr.left


def test_a_clean_copy_is_its_format_without_words():
    form = FORMATS["gads_pmax_square"]
    twin = form.clean_copy()
    assert (twin.id, twin.clean, twin.keep_clean, twin.stanza) == ("gads_pmax_square_clean", True, False, form.id)
    assert (twin.platform, twin.placement, twin.width) == (form.platform, form.placement, form.width)


@pytest.mark.parametrize("words_where", [(), ("allowed",), ("allowed", "unknown", "discouraged")])
def test_a_clean_copy_has_no_words_whatever_a_campaign_asks_for(words_where):
    assert FORMATS["gads_pmax_square"].clean_copy().is_clean(words_where)


@pytest.mark.parametrize(("id", "asked", "clean"), [
    ("meta_feed_1x1", ("allowed", "unknown"), False),
    ("yj_resp_191", ("allowed", "unknown"), True),
    ("yj_resp_191", ("allowed", "unknown", "discouraged"), False),
    ("msads_audience_191", ("allowed", "unknown", "discouraged"), True),
])  # fmt: skip
def test_words_are_set_where_the_placement_and_the_campaign_agree(id, asked, clean):
    assert FORMATS[id].is_clean(asked) is clean


FAULTS = [
    ("default_max_bytes: 5000000\n", "", "default_max_bytes", "is missing; add it"),
    ("default_max_bytes: 5000000", "default_max_bytes: 0", "default_max_bytes", "a whole number over 0"),
    ("  meta_feed_1x1: {", "  meta_feed_clean: {", "formats.meta_feed_clean", "keep_clean: true"),
    ("  meta_feed_1x1: {", "  meta_feed_1x1: {clean: true, ", "formats.meta_feed_1x1", "keep_clean: true"),
    ("  meta_feed_1x1: {", "  meta: {", "formats.meta", "write another id"),
    ("  japan: {", "  meta: {", "packs.meta", "write another name"),
    ("  japan: {", "  x_image_square: {", "packs.x_image_square", "write another name"),
    ("[kakao, naver]", "[kakao, navr]", "packs.korea.formats", "found 'navr', which matches no format; write 'naver'"),
    (
        "[kakao, naver]",
        '["zz_*"]',
        "packs.korea.formats",
        "write the id of a format here, a glob over ids or a platform",
    ),
    (
        "safe_zone: {top: 63, bottom: 63, left: 120, right: 120}",
        "safe_zone: {top: 400, bottom: 228, left: 120, right: 120}",
        "formats.gads_pmax_landscape",
        "its safe_zone takes 628 of 628 pixels of height; write smaller margins",
    ),
    (
        "min_image_text_px: 24",
        "min_image_text_px: 2400",
        "formats.kakao_native_2x1.min_image_text_px",
        "its short side 600 pixels; write less",
    ),
    ("[kakao, naver]", "[]", "packs.korea.formats", "a list of at least 1"),
    ("  tiktok: TikTok", "  tictok: TikTok", "platform_names.tictok", "write 'tiktok', or leave it out"),
]


@pytest.mark.parametrize(("old", "new", "key", "said"), FAULTS)
def test_a_fault_of_the_file_is_named_with_its_key_and_what_to_write(tmp_path, old, new, key, said):
    text = (ROOT / "configs/formats.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/formats.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        find_project(tmp_path).format_book()
    assert str(caught.value).startswith("configs/formats.yml:")
    assert f"({key})" in str(caught.value)
    assert said in str(caught.value)


def test_the_files_default_limit_reaches_every_order(tmp_path):
    from adlocalizer.ordering import plan_order

    project = projects.make_project(tmp_path / "project", formats=["dooh_720x1080"])
    file = project / "configs/formats.yml"
    file.write_text(file.read_text("utf-8").replace("default_max_bytes: 5000000", "default_max_bytes: 70000"), "utf-8")
    assert plan_order(projects.small_order(project)).plan.brief.default_max_bytes == 70_000
