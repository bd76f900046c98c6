from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.config import Project
from adlocalizer.config.documents import read_yaml
from adlocalizer.domain import AdFormat, Box, SafeZone
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.geometry import Rect, crop_window
from adlocalizer.imaging.layouts import load_layouts, safe_area

ROOT = Path(__file__).parents[1]
LAYOUTS = ROOT / "configs" / "layouts"
BOOK = Project(ROOT).layouts()
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
    assert BOOK.panel_layout_for(width, height).id in ("wide_panel", "tall_panel", "square_panel")


def test_a_format_without_a_zone_keeps_five_percent_a_side():
    assert safe_area(_format(None), "ltr") == Box(x=0.05, y=0.05, w=0.9, h=0.9)


def test_a_zone_is_read_in_pixels_of_the_final_file():
    area = safe_area(_format(SafeZone(top=250, bottom=340)), "ltr")
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


def test_a_zone_is_mirrored_for_right_to_left_reading():
    form = _format(SafeZone(right=150))
    assert safe_area(form, "rtl") == safe_area(form, "ltr").mirrored()


def test_the_zone_of_a_format_made_for_one_direction_is_as_it_is_written():
    form = _format(SafeZone(left=150)).model_copy(update={"direction": "rtl"})
    assert safe_area(form, "rtl") == safe_area(form, "ltr")


@pytest.mark.parametrize("layout", [*BOOK.classes, *BOOK.panels], ids=lambda layout: layout.id)
def test_letters_are_ordered_from_the_headline_down_to_the_legal_line(layout):
    unders = [layout.letters[role].under for role in ("price", "call_to_action", "legal") if role in layout.letters]
    assert unders == sorted(unders, reverse=True)
    assert all(letters.size <= layout.letters["headline"].size for letters in layout.letters.values())


@pytest.mark.parametrize("layout", [*BOOK.classes, *BOOK.panels], ids=lambda layout: layout.id)
def test_the_subline_is_the_first_to_be_given_up(layout):
    assert layout.drop[0] == "subline"


@pytest.mark.parametrize("layout", BOOK.classes, ids=lambda layout: layout.id)
def test_every_class_has_several_ways_to_stand_around_the_product(layout):
    assert len(layout.variants) >= 2


def _changed(folder, file, change):
    """A copy of the shipped layouts with one of them changed."""
    shutil.copytree(LAYOUTS, folder / "layouts")
    said = yaml.safe_load((LAYOUTS / file).read_text())
    change(said)
    (folder / "layouts" / file).write_text(yaml.safe_dump(said))
    return folder / "layouts"


def _first(said):
    return said["variants"][0]["stacks"][0]


FAULTS = {
    "an unknown key": (lambda said: said.update(unknown=1), "unknown"),
    "a missing key": (lambda said: said.pop("gap"), "gap"),
    "a role without letters": (lambda said: said["letters"].pop("price"), "letters of price are missing"),
    "letters of no role": (
        lambda said: said["letters"].update(old_price={"size": 0.1, "min_px": 9}),
        "no variant has old_price",
    ),
    "an unknown role": (lambda said: _first(said)["rows"].append(["slogan"]), "slogan"),
    "a role twice": (lambda said: _first(said)["rows"].append(["headline"]), "has headline twice"),
    "no label": (lambda said: said["variants"][0]["stacks"].pop(), "has no disclosure"),
    "areas that overlap": (lambda said: _first(said)["area"].update(w=1.0), "areas 1 and 2 overlap"),
    "an area out of the frame": (lambda said: _first(said)["area"].update(h=1.5), "reaches out of its part"),
    "a product that is quiet": (lambda said: said["composition"]["product"].update(x=0.2), "product and quiet overlap"),
    "a panel in a class": (lambda said: _first(said).update(part="panel"), "has no panel"),
    "a class and a kind of panel": (
        lambda said: said.update(panel={"stands": "beside", "share": 0.4}),
        "either a composition",
    ),
    "a range upside down": (lambda said: said.update(ratio=[9.0, 5.0]), "smaller number first"),
    "a variant twice": (lambda said: said["variants"].append(said["variants"][0]), "twice; give each its own id"),
    "an area of no height": (lambda said: _first(said)["area"].update(h=0), "no height"),
    "a least size above the size": (lambda said: said["letters"]["price"].update(least=0.9), "least 0.9 is above size"),
    "a side no format has": (lambda said: said["letters"]["price"].update(needs=20000), "from 0 to 4000"),
    "a button to be given up": (lambda said: said["drop"].append("call_to_action"), "call_to_action, which may not"),
    "a near role": (lambda said: _first(said)["rows"].append(["sublime"]), "write 'subline', or one of"),
    "a legal line in one variant only": (
        lambda said: (
            _first(said)["rows"].append(["legal"]),
            said["letters"].update(legal={"size": 0.1, "min_px": 9}),
        ),
        "have no legal",
    ),
    "the ratio of another": (lambda said: said.update(ratio=[2.2, 5.0]), "give each a range of its own"),
    "a headline to be given up": (lambda said: said["drop"].append("headline"), "may not be given up"),
    "a range that leaves a gap": (lambda said: said.update(ratio=[5.5, 1000.0]), "belong to no class"),
    "a range that is another's too": (lambda said: said.update(ratio=[4.5, 1000.0]), "belong to two classes"),
    "a range below nothing": (lambda said: said.update(ratio=[-5.0, 1000.0]), "ratio"),
    "another file's id": (lambda said: said.update(id="square"), "give both the same name"),
}


@pytest.mark.parametrize(("change", "word"), FAULTS.values(), ids=FAULTS.keys())
def test_a_wrong_layout_is_refused_with_its_file_and_place(tmp_path, change, word):
    folder = _changed(tmp_path, "panorama.yml", change)
    with pytest.raises(ConfigError, match=word) as caught:
        load_layouts(folder, lambda path, noun: read_yaml(path, noun, tmp_path))
    assert "panorama.yml" in str(caught.value)


@pytest.mark.parametrize("share", [0, 0.81, 1])
def test_a_panel_that_leaves_the_picture_no_room_is_refused(share, tmp_path):
    folder = _changed(tmp_path, "wide_panel.yml", lambda said: said["panel"].update(share=share))
    with pytest.raises(ConfigError, match=r"panel\.share.*of at most 0\.8"):
        load_layouts(folder, lambda path, noun: read_yaml(path, noun, tmp_path))


def test_a_project_says_the_line_and_the_nearest_key(tmp_path):
    (tmp_path / "configs").mkdir()
    _changed(tmp_path / "configs", "panorama.yml", lambda said: said["letters"]["price"].update(sise=1))
    with pytest.raises(ConfigError) as caught:
        Project(tmp_path).layouts()
    assert re.fullmatch(r"configs/layouts/panorama.yml:\d+ \(letters.price.sise\)", caught.value.where)
    assert "write 'size' instead" in caught.value.remedy


def test_a_folder_without_layouts_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="no file has a composition"):
        load_layouts(tmp_path)
