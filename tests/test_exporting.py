"""The sheets: only what was delivered, paused, under documented columns, with names that lead back."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from adlocalizer.domain import AdFormat, Asset, Copy, Creative, Outcome, Rendition, Status
from adlocalizer.exporting import ExportRow, export_rows, export_sheets, sheet_names
from adlocalizer.exporting import sheets as sheets_package
from adlocalizer.exporting.rows import ad_group_name, ad_name, campaign_name
from adlocalizer.manifest import asset_path, manifest_rows

DAY = date(2027, 3, 1)
COPY = {
    "ja-JP": Copy(locale="ja-JP", headline="=夏", call_to_action="今すぐ", price=150, currency="JPY", legal="20歳から"),
    "pt-BR": Copy(locale="pt-BR", headline='Ve\u00adrão "puro"', call_to_action="Prove já"),
}
FORMATS = {
    name: AdFormat(
        id=name,
        platform=platform,
        placement=placement,
        width=300,
        height=250,
        file_types=("jpg",),
        confidence="official",
        source="s",
        checked=DAY,
    )
    for name, platform, placement in (
        ("meta_feed_4x5", "meta", "feed_portrait"),
        ("gads_upload_300x250", "google_ads", "uploaded_display_medium_rectangle"),
        ("gads_pmax_square", "google_ads", "performance_max_square"),
        ("snap_single_9x16", "snapchat", "single_image"),
    )
}


def outcome(city_id: str, locale: str, format_id: str, status: Status = Status.DELIVERED) -> Outcome:
    market = city_id[:2].upper()
    creative = Creative(
        campaign="spring_launch",
        product="can",
        region="R",
        market=market,
        city_id=city_id,
        city="X",
        locale=locale,
        variant=1,
    )
    platform = FORMATS[format_id].platform
    rendition = Rendition(creative=creative, format_id=format_id, platform=platform, width=300, height=250)
    asset = Asset(file=asset_path(rendition, "image/jpeg"), mime="image/jpeg", bytes=9, sha256="0" * 64)
    return Outcome(rendition=rendition, status=status, asset=asset, provider="preview", model="m")


def ready() -> tuple[ExportRow, ...]:
    places = (("jp-tokyo", "ja-JP"), ("br-rio", "pt-BR"))
    outcomes = [outcome(city, locale, name) for city, locale in places for name in FORMATS]
    outcomes.append(outcome("jp-osaka", "ja-JP", "meta_feed_4x5", Status.NEEDS_REVIEW))
    return export_rows(manifest_rows(outcomes, DAY), COPY, FORMATS)


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_every_platform_has_its_plain_sheet_and_two_have_their_own():
    expected = ["google_ads.csv", "google_ads_editor.csv", "meta.csv", "meta_bulk.csv", "snapchat.csv"]
    assert list(export_sheets(ready())) == expected


def test_the_registry_is_the_folder():
    files = {path.stem for path in Path(sheets_package.__path__[0]).glob("*.py") if path.stem != "__init__"}
    assert set(sheet_names()) == files


def test_only_delivered_renditions_are_in_a_sheet():
    assert b"osaka" not in b"".join(export_sheets(ready()).values())


def test_equal_rows_in_any_order_give_equal_sheets():
    assert export_sheets(ready()) == export_sheets(ready()[::-1])


def test_nothing_delivered_is_no_sheet():
    assert export_sheets(()) == {}


@pytest.mark.parametrize("column", ["Campaign Status", "Ad Set Run Status", "Ad Status"])
def test_every_layer_of_metas_sheet_is_paused(column: str):
    assert {row[column] for row in read(export_sheets(ready())["meta_bulk.csv"])} == {"PAUSED"}


def test_metas_sheet_carries_the_words_and_the_path_in_the_bundle():
    rio, tokyo = read(export_sheets(ready())["meta_bulk.csv"])
    assert (rio["Title"], rio["Link Description"], rio["Body"]) == ('Verão "puro"', "Prove já", "")
    assert (tokyo["Title"], tokyo["Countries"], tokyo["Ad ID"]) == ("'=夏", "JP", "")
    assert tokyo["Image File Name"].startswith("assets/meta/meta_feed_4x5/spring_launch.jp-tokyo.")


def test_sheets_hold_no_soft_hyphens():
    assert all("\u00ad" not in row.headline for row in ready())


def test_editors_sheet_holds_uploaded_images_only_and_paused():
    lines = read(export_sheets(ready())["google_ads_editor.csv"])
    assert [line["Campaign"] for line in lines] == ["spring-launch_br", "spring-launch_jp"]
    assert {line["Status"] for line in lines} == {"Paused"}
    assert all("/gads_upload_300x250/" in line["Image"] for line in lines)


def test_the_plain_sheet_has_the_state_the_words_and_the_size():
    line = read(export_sheets(ready())["snapchat.csv"])[1]
    assert (line["state"], line["headline"], line["price"], line["currency"]) == ("PAUSED", "'=夏", "150", "JPY")
    assert (line["width"], line["height"], line["placement"]) == ("300", "250", "single_image")


def test_an_ad_name_parses_back_to_its_row():
    for row in ready():
        campaign, market, city, locale, product, variant, form, day = ad_name(row).split("_")
        assert (campaign, form) == (row.campaign.replace("_", "-"), row.format_id.replace("_", "-"))
        assert (market.upper(), city, locale, product) == (row.market, row.city_id, row.locale, row.product)
        assert (variant, day) == (f"v{row.variant}", "20270301")
    assert len({ad_name(row) for row in ready()}) == len(ready())


def test_each_layers_name_begins_with_the_one_above():
    for row in ready():
        assert ad_name(row).startswith(ad_group_name(row) + "_")
        assert ad_group_name(row).startswith(campaign_name(row) + "_")
