from __future__ import annotations

import csv
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from adlocalizer.config import find_project
from adlocalizer.domain import ratio_value

ROOT = Path(__file__).parents[1]
PROJECT = find_project(ROOT)
CITIES = PROJECT.cities("data/cities.csv")
FORMATS, MODELS = PROJECT.formats(), PROJECT.models()
CAMPAIGNS = sorted(path.stem for path in (ROOT / "configs" / "campaigns").glob("*.yml"))
RATIOS = {"1:1", "1:4", "1:8", "2:3", "3:2", "3:4", "4:1", "4:3", "4:5", "5:4", "8:1", "9:16", "16:9", "21:9"}


def test_all_seventy_five_cities_read_without_a_fault():
    assert (len(CITIES.cities), CITIES.faults) == (75, ())


def test_every_region_and_id_is_of_its_market():
    assert {city.region for city in CITIES.cities} == {"NA", "LATAM", "EMEA", "APAC"}
    assert [city.city_id for city in CITIES.cities if not city.city_id.startswith(f"{city.market.lower()}-")] == []


def test_every_city_has_a_climate_and_a_landmark_and_no_other_place_does():
    ids = {city.city_id for city in CITIES.cities}
    assert set(PROJECT.climate()) == ids
    assert set(PROJECT.landmarks()) == ids


def test_climate_is_that_of_the_earth():
    for normals in PROJECT.climate().values():
        assert all(-40 < celsius < 45 for celsius in normals.mean_celsius)
        assert all(0 <= millimetres < 1500 for millimetres in normals.rain_mm)
        assert {normals.temperature_quality, normals.rain_quality} <= {"ok", "low", "high", "unchecked"}


def test_landmarks_stand_in_order_of_rank():
    assert [[mark.rank for mark in marks] for marks in PROJECT.landmarks().values()] == [
        list(range(1, len(marks) + 1)) for marks in PROJECT.landmarks().values()
    ]


def test_all_formats_of_twenty_platforms_are_there():
    assert (len(FORMATS), len({one.platform for one in FORMATS.values()})) == (122, 20)


@pytest.mark.parametrize("one", FORMATS.values(), ids=FORMATS)
def test_every_format_leaves_room_and_says_where_it_is_from(one):
    zone = one.safe_zone
    assert zone is None or (zone.left + zone.right < one.width * 0.7 and zone.top + zone.bottom < one.height * 0.7)
    assert one.source.startswith("https://") or one.confidence != "official"
    assert (one.notes == one.notes.strip(), one.checked) == (True, date(2026, 11, 22))


KNOWN = {
    "gads_pmax_landscape": (1200, 628, 5_242_880, (63, 63, 120, 120)),
    "gads_upload_728x90": (728, 90, 150_000, None),
    "meta_story_9x16_1080": (1080, 1920, 30_000_000, (250, 340, 54, 54)),
    "tiktok_infeed_9x16_rtl": (1080, 1920, None, (150, 440, 150, 54)),
    "cm360_image_max": (4000, 4000, 9_500_000, None),
    "play_icon": (512, 512, 1_000_000, None),
}


@pytest.mark.parametrize(("id", "expected"), KNOWN.items())
def test_formats_hold_the_figures_of_their_sources(id, expected):
    one = FORMATS[id]
    zone = one.safe_zone and (one.safe_zone.top, one.safe_zone.bottom, one.safe_zone.left, one.safe_zone.right)
    assert (one.width, one.height, one.max_bytes, zone) == expected


def test_the_preview_model_is_free_and_draws_every_ratio_in_every_size():
    model = MODELS["preview-scene-1"]
    assert (model.default, model.spends, set(model.price_micros.values())) == (True, False, {0})
    assert set(model.pixels) == RATIOS
    assert {tuple(sizes) for sizes in model.pixels.values()} == {("512", "1K", "2K", "4K")}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_pixels_have_the_ratio_they_stand_under(model):
    for ratio, sizes in model.pixels.items():
        for wide, high in sizes.values():
            assert wide / high == pytest.approx(ratio_value(ratio), rel=0.045)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_batch_is_half_the_price_give_or_take_rounding(model):
    for size, micros in model.batch_price_micros.items():
        assert micros == pytest.approx(model.price_micros[size] / 2, abs=1000)


def test_the_default_model_that_spends_is_alive_and_priced():
    model = MODELS["gemini-nano-banana-2.1"]
    assert (model.default, model.spends, model.shutdown) == (True, True, None)
    assert model.price_micros == {"1K": 33_600, "2K": 50_400, "4K": 75_600}
    assert all("512" not in sizes for sizes in model.pixels.values())


@pytest.mark.parametrize("id", CAMPAIGNS)
def test_every_campaign_names_products_brand_recipe_and_formats_that_exist(id):
    campaign = PROJECT.campaign(id)
    assert PROJECT.brand(campaign.brand).name
    assert PROJECT.recipe(campaign.recipe).text
    assert [
        shot for product in campaign.products for shot in PROJECT.product(product).shots if not PROJECT.file(shot, id)
    ] == []
    assert [wanted for wanted in campaign.formats if not any(fnmatchcase(one, wanted) for one in FORMATS)] == []


def test_the_demo_shows_nine_shapes_of_five_platforms():
    formats = [FORMATS[id] for id in PROJECT.campaign("demo").formats]
    assert len({(one.width, one.height) for one in formats}) == 9
    assert len({one.platform for one in formats}) >= 5
    assert [one.id for one in formats if one.max_bytes is None] == []


def test_the_demo_has_copy_in_every_first_locale():
    campaign = PROJECT.campaign("demo")
    copy = PROJECT.copy(campaign.copy_table)
    assert copy.faults == ()
    assert {city.locales[0] for city in CITIES.cities} <= {row.locale for row in copy.copy}


def test_seeds_are_written_as_a_csv_writer_would(tmp_path):
    for name in ("cities.csv", "climate.csv"):
        with (ROOT / "data" / name).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)
        assert (tmp_path / name).read_bytes() == (ROOT / "data" / name).read_bytes()
