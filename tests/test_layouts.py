from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.domain import AdFormat, Box, SafeZone
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.geometry import Rect, crop_window
from adlocalizer.imaging.layouts import load_layouts, safe_area

LAYOUTS = Path(__file__).parents[1] / "configs" / "layouts.yml"
BOOK = load_layouts(LAYOUTS)
NATIVE = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9", "1:4", "4:1", "1:8", "8:1"]
CLASSES = {"8:1": "panorama", "4:1": "leaderboard", "16:9": "landscape", "5:4": "landscape", "1:1": "square"} | {
    "4:5": "portrait",
    "9:16": "story",
    "1:4": "skyscraper",
    "1:8": "tower",
}


@pytest.mark.parametrize(("ratio", "name"), CLASSES.items())
def test_every_native_ratio_has_the_class_of_its_shape(ratio, name):
    assert BOOK.composition_for(ratio, "ltr").ratio_class == name


@pytest.mark.parametrize("ratio", NATIVE)
def test_a_master_for_right_to_left_reading_is_the_mirror_image(ratio):
    left, right = BOOK.composition_for(ratio, "ltr"), BOOK.composition_for(ratio, "rtl")
    assert right.product.x == pytest.approx(1 - left.product.right)
    assert right.quiet.x == pytest.approx(1 - left.quiet.right)
    assert right.horizon == left.horizon


@pytest.mark.parametrize("ratio", NATIVE)
def test_the_product_stands_off_the_copy_on_the_ground_and_large(ratio):
    place = BOOK.composition_for(ratio, "ltr")
    assert place.product.overlap(place.quiet) == 0
    assert place.product.y < place.horizon < place.product.bottom
    assert place.product.h >= 0.2


@given(ratio=st.sampled_from(NATIVE), loss=st.floats(0, 0.15), wide=st.booleans(), rtl=st.booleans())
def test_no_crop_up_to_fifteen_percent_cuts_the_product(ratio, loss, wide, rtl):
    product = BOOK.composition_for(ratio, "rtl" if rtl else "ltr").product
    size = (round(2000 * (1 - loss)), 2000) if wide else (2000, round(2000 * (1 - loss)))
    safe = Box(x=0.05, y=0.05, w=0.9, h=0.9)
    window = crop_window((2000, 2000), size, product, safe)
    assert Box(x=0, y=0, w=1, h=1).holds(window)
    assert Box(x=0, y=0, w=1, h=1).holds(product.seen_in(window))


@given(width=st.integers(50, 8192), height=st.integers(50, 8192))
def test_every_frame_has_a_class_and_a_panel(width, height):
    low, high = BOOK.layout_for(width, height).ratio
    assert low <= width / height < high or width / height >= high
    assert BOOK.panel_layout_for(width, height).id in ("wide_panel", "tall_panel")


def test_a_format_without_a_zone_keeps_five_percent_a_side():
    form = _format(None)
    assert safe_area(form) == Box(x=0.05, y=0.05, w=0.9, h=0.9)


def test_a_zone_is_read_in_pixels_of_the_final_file():
    area = safe_area(_format(SafeZone(top=250, bottom=340)))
    assert (area.x, area.y) == (0, pytest.approx(250 / 1920))
    assert area.bottom == pytest.approx(1 - 340 / 1920)


def _format(zone: SafeZone | None) -> AdFormat:
    return AdFormat(
        id="story",
        platform="meta",
        placement="stories",
        width=1080,
        height=1920,
        file_types=("jpg",),
        safe_zone=zone,
        confidence="official",
        source="the platform's page",
        checked=date(2026, 11, 22),
    )


def test_the_largest_clear_part_comes_first():
    parts = Rect(0, 0, 100, 50).clear_of(Rect(70, 10, 90, 40))
    assert parts[0] == Rect(0, 0, 70, 50)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"unknown": 1}, "unknown"),
        ({"letters": {}}, "letters"),
        ({"composition": {"product": {"x": 0.9, "y": 0, "w": 0.5, "h": 1}}}, "composition"),
    ],
)
def test_a_wrong_layout_file_is_refused_with_its_place(tmp_path, change, word):
    book = yaml.safe_load(LAYOUTS.read_text())
    book["classes"][0] |= change
    (tmp_path / "layouts.yml").write_text(yaml.safe_dump(book))
    with pytest.raises(ConfigError, match=word):
        load_layouts(tmp_path / "layouts.yml")


def test_ratio_ranges_that_leave_a_gap_are_refused(tmp_path):
    book = yaml.safe_load(LAYOUTS.read_text())
    book["classes"][0]["ratio"][0] = 5.5
    (tmp_path / "layouts.yml").write_text(yaml.safe_dump(book))
    with pytest.raises(ConfigError, match="belong to no class"):
        load_layouts(tmp_path / "layouts.yml")
