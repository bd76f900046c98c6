"""Which variant a picture gets, what is given up for a headline, and that the rest keeps under it."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from adlocalizer.config import Project
from adlocalizer.domain import AdFormat, Box, Brand, Copy, Fit
from adlocalizer.imaging.choosing import shown_roles
from adlocalizer.imaging.colours import READABLE
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.laying import Laid, lay_out
from adlocalizer.imaging.lighting import Light
from adlocalizer.imaging.masters import Master
from adlocalizer.imaging.rendering import Composed, RenderOrder, compose

PROJECT = Project(Path(__file__).parents[1])
FORMATS, LAYOUTS, FONTS = PROJECT.formats(), PROJECT.layouts(), PROJECT.fonts()
BRAND = Brand(id="solara", name="SOLARA", colour="#0b3d66", accent="#ffd23f")
SQUARE, STORY, LEADERBOARD = "meta_carousel_1x1", "meta_story_9x16_1080", "gads_upload_970x250"
ROW = Copy(locale="en-GB", headline="Lemon after work", call_to_action="Try it now", price=1.99, currency="GBP")
FULL = ROW.model_copy(
    update={"subline": "With real lemons", "legal": "While stocks last.", "old_price": 2.99, "lowest_30d": 2.99}
)
LONG = FULL.model_copy(update={"headline": "Lemon and a little fizz for every long afternoon in town " * 2})
LANDSCAPE = "li_single_191"
WIDE, TALL = Box(x=0.03, y=0.2, w=0.94, h=0.56), Box(x=0.24, y=0.02, w=0.52, h=0.96)
RIGHT, LEFT, LOW = (
    Box(x=0.55, y=0.42, w=0.3, h=0.5),
    Box(x=0.06, y=0.3, w=0.3, h=0.6),
    Box(x=0.25, y=0.06, w=0.5, h=0.36),
)


@pytest.fixture(scope="module")
def folder(pytestconfig):
    return str(pytestconfig.cache.mkdir("cut-faces"))


@functools.cache
def picture(form: AdFormat, product: Box, sky: int = 205) -> Master:
    size = (form.width, form.height)
    drawn = Image.new("RGB", size, (sky, sky, min(255, sky + 20)))
    ImageDraw.Draw(drawn).rectangle(Rect(0, 0, *size).part(product), fill=(250, 210, 60))
    return Master.of(drawn)


def order_of(id: str, folder: str, product: Box = RIGHT, row: Copy = ROW, **changes: object) -> RenderOrder:
    form = FORMATS[id]
    fit = Fit(
        format_id=id,
        model="m",
        ratio="1:1",
        size="1K",
        loss=0,
        composed=False,
        picture_width=form.width,
        picture_height=form.height,
    )
    order = RenderOrder(
        rendition_id=id,
        ad_format=form,
        fit=fit,
        copy_row=row,
        direction="ltr",
        brand=BRAND,
        product_box=product,
        disclosure="PREVIEW",
        layouts=LAYOUTS,
        fonts=FONTS,
        fonts_folder=folder,
    )
    return order.model_copy(update=changes)


def laid(id: str, folder: str, product: Box = RIGHT, row: Copy = ROW, **changes: object) -> Laid:
    return lay_out(picture(FORMATS[id], product), order_of(id, folder, product, row, **changes))


def places(one: Laid) -> dict[str, Rect]:
    return {block.role: block.ground for stood in one.choice.stacks for block in stood.arranged.blocks}


def sizes(one: Laid) -> dict[str, float]:
    return {block.role: block.text.size for stood in one.choice.stacks for block in stood.arranged.blocks}


def test_a_product_low_in_the_picture_has_the_headline_above_it(folder):
    one = laid(SQUARE, folder)
    assert one.choice.variant == "above"
    assert places(one)["headline"].bottom < one.product.top


def test_a_product_high_in_the_picture_has_the_headline_below_it(folder):
    one = laid(SQUARE, folder, LOW)
    assert places(one)["headline"].top > one.product.bottom


def test_copy_moves_to_the_other_side_when_the_product_stands_at_the_start(folder):
    one = laid(LEADERBOARD, folder, LEFT)
    assert places(one)["headline"].left > one.product.right
    assert one.choice.fits


@pytest.mark.parametrize(("id", "product"), [(SQUARE, WIDE), (LANDSCAPE, TALL)])
def test_a_product_that_leaves_no_room_gets_a_brand_panel(id, product, folder):
    one = laid(id, folder, product, LONG)
    assert one.is_composed
    assert one.choice.fits
    assert "composed of picture and brand panel" in one.notes()[0]


def test_a_product_that_fills_even_the_panel_s_picture_stays_and_the_copy_says_it_does_not_fit(folder):
    one = laid(SQUARE, folder, Box(x=0.01, y=0.01, w=0.98, h=0.98))
    assert not one.is_composed
    assert not one.choice.fits


def test_a_clean_copy_is_never_composed_for_want_of_room(folder):
    form = FORMATS[SQUARE].model_copy(update={"clean": True})
    assert not laid(SQUARE, folder, Box(x=0.01, y=0.01, w=0.98, h=0.98), ad_format=form).is_composed


def test_the_brand_panel_stands_at_the_start_of_reading(folder):
    left, right = (laid(LANDSCAPE, folder, TALL, LONG, direction=direction) for direction in ("ltr", "rtl"))
    assert places(left)["headline"].right < left.product.left
    assert places(right)["headline"].left > right.product.right


@pytest.mark.parametrize("id", [SQUARE, STORY, LEADERBOARD, "li_single_191", "reddit_1080x1350"])
def test_price_action_subline_and_legal_line_keep_under_the_headline_in_this_order(id, folder):
    size = sizes(laid(id, folder, row=FULL))
    assert size["headline"] > size["price"] > size["legal"]
    assert size["headline"] > size["call_to_action"] > size["legal"]
    assert size["subline"] > size["legal"]


def test_what_is_given_up_for_a_long_headline_is_the_subline_first_and_never_the_legal_line(folder):
    one = laid("gads_upload_300x250", folder, row=LONG)
    assert "legal" in places(one)
    assert "legal" not in one.choice.dropped
    assert not one.choice.dropped or "subline" in one.choice.dropped


def test_a_market_s_smallest_letters_are_kept_for_the_role_it_names(folder):
    one = laid(SQUARE, folder, row=FULL, letter_floor=(("disclosure", 0.05),))
    label = next(block for stood in one.choice.stacks for block in stood.arranged.blocks if block.role == "disclosure")
    assert label.text.letter_height >= 0.05 * 1080 - 0.01


def test_a_price_is_not_shown_where_its_unit_price_is_not():
    voices = dict.fromkeys(("headline", "price", "old_price", "unit_price"))
    layout = next(one for one in LAYOUTS.classes if one.id == "square")
    letters = layout.letters | {"unit_price": layout.letters["unit_price"].model_copy(update={"needs": 500})}
    assert shown_roles(layout.model_copy(update={"letters": letters}), voices, 300) == ("headline",)


def test_an_old_price_is_not_shown_without_the_price():
    layout = next(one for one in LAYOUTS.classes if one.id == "square")
    assert shown_roles(layout, dict.fromkeys(("headline", "old_price")), 1080) == ("headline",)


def test_the_label_stands_at_the_end_of_the_logo_s_row(folder):
    left, right = (places(laid(SQUARE, folder, direction=direction)) for direction in ("ltr", "rtl"))
    assert left["disclosure"].left > left["logo"].right
    assert right["disclosure"].right < right["logo"].left


def test_capitals_are_set_where_a_layout_asks_for_them(folder):
    def shouted(layout):
        letters = layout.letters | {
            "call_to_action": layout.letters["call_to_action"].model_copy(update={"case": "capitals"})
        }
        return layout.model_copy(update={"letters": letters})

    book = LAYOUTS.model_copy(update={"classes": tuple(map(shouted, LAYOUTS.classes))})
    one = laid(SQUARE, folder, layouts=book)
    texts = {block.role: block.text.text for stood in one.choice.stacks for block in stood.arranged.blocks}
    assert texts["call_to_action"] == "TRY IT NOW"
    assert texts["headline"] == "Lemon after work"


def test_the_same_picture_and_copy_choose_the_same_variant(folder):
    assert places(laid(STORY, folder)) == places(laid(STORY, folder))


def test_a_busy_place_costs_more_than_a_calm_one():
    pixels = np.full((400, 400, 3), 210, np.uint8)
    pixels[200:] = np.random.default_rng(1).integers(0, 255, (200, 400, 1))
    light = Light.of(pixels)
    assert light.cost_under([Rect(20, 220, 380, 380)]) > light.cost_under([Rect(20, 20, 380, 180)]) + 0.3


def test_a_busy_place_under_the_old_price_alone_moves_no_headline(folder):
    calm = places(laid(SQUARE, folder, row=FULL))
    pixels, under = np.array(picture(FORMATS[SQUARE], RIGHT).pixels), calm["old_price"].grown(8).rounded()
    patch = pixels[int(under.top) : int(under.bottom), int(under.left) : int(under.right)]
    patch[:] = np.random.default_rng(3).choice((20, 235), (*patch.shape[:2], 1))
    busy = places(lay_out(Master.of(Image.fromarray(pixels)), order_of(SQUARE, folder, row=FULL)))
    assert busy["headline"] == calm["headline"]


@pytest.mark.parametrize("level", [0, 255])
def test_black_and_white_cost_nothing(level):
    assert Light.of(np.full((300, 300, 3), level, np.uint8)).cost_under([Rect(10, 10, 200, 200)]) == 0


def shown(folder: str, sky: int, **changes: object) -> Composed:
    return compose(picture(FORMATS[SQUARE], RIGHT, sky), order_of(SQUARE, folder, row=FULL, **changes))


def test_a_bright_sky_is_not_darkened_for_white_letters(folder):
    file = shown(folder, 235)
    assert file.pixels[:300].mean() >= 220


@pytest.mark.parametrize("sky", [0, 60, 110, 128, 150, 190, 235])
def test_words_are_readable_on_every_grey(sky, folder):
    assert min(block.contrast for block in shown(folder, sky).blocks) >= READABLE


@pytest.mark.parametrize("sky", [90, 128, 160])
def test_no_scrim_reaches_the_product(sky, folder):
    file = shown(folder, sky)
    box = Rect(0, 0, 1080, 1080).part(file.product_box)
    seen = file.pixels[int(box.top) + 4 : int(box.bottom) - 4, int(box.left) + 4 : int(box.right) - 4]
    assert np.abs(seen.astype(int) - (250, 210, 60)).max() <= 2
