"""Veils and halos: as strong as words need, near the words alone, and with no edge that shows."""

from __future__ import annotations

import numpy as np
import pytest

from adlocalizer.imaging.colours import READABLE
from adlocalizer.imaging.contrast import Scrim
from adlocalizer.imaging.drawing import Sheet
from adlocalizer.imaging.geometry import Rect

from .test_arranging import FORMATS, FULL, RIGHT, SQUARE, Composed, compose, order_of, picture

GREY = 128
WORDS, PRODUCT = Rect(100, 140, 300, 180), Rect(310, 40, 400, 380)


@pytest.fixture(scope="module")
def folder(pytestconfig):
    return str(pytestconfig.cache.mkdir("cut-faces"))


@pytest.fixture
def haloed() -> np.ndarray:
    """A mid grey with a dark halo around words of 40 pixels."""
    sheet = Sheet(np.full((400, 400, 4), (GREY, GREY, GREY, 255), np.uint8))
    sheet.halo(WORDS, [PRODUCT], Scrim((255, 255, 255), (0, 0, 0), 0.6), 40)
    return sheet.pixels[..., 0].astype(int)


def test_a_halo_is_as_strong_under_its_words_as_it_has_to_be(haloed):
    assert haloed[140:180, 100:300].mean() <= GREY * 0.4 + 2


def test_a_halo_has_no_edge(haloed):
    beside = haloed[:, :309]
    assert max(np.abs(np.diff(beside, axis=0)).max(), np.abs(np.diff(beside, axis=1)).max()) <= 6


def test_a_halo_leaves_the_product_as_it_is(haloed):
    assert (haloed[40:380, 311:400] == GREY).all()


def test_a_halo_stays_near_its_words(haloed):
    assert (haloed[:90] == GREY).all()
    assert (haloed[:, :50] == GREY).all()


def shown(folder: str, sky: int) -> Composed:
    return compose(picture(FORMATS[SQUARE], RIGHT, sky), order_of(SQUARE, folder, row=FULL))


@pytest.mark.parametrize("sky", [110, 128, 150])
def test_an_old_price_and_a_legal_line_leave_the_ground_beside_them_as_it_was(sky, folder):
    file = shown(folder, sky)
    box = Rect(0, 0, 1080, 1080).part(file.product_box)
    ground = file.pixels[620:1040, round(box.right) + 10 : 1040]
    assert np.abs(ground.astype(int) - (sky, sky, sky + 20)).max() <= 1
    below = file.pixels[1040:, :40]
    assert np.abs(below.astype(int) - (sky, sky, sky + 20)).max() <= 1


@pytest.mark.parametrize("sky", [110, 128, 150])
def test_an_old_price_and_a_legal_line_are_readable_without_a_veil(sky, folder):
    contrast = {block.role: block.contrast for block in shown(folder, sky).blocks}
    assert min(contrast["old_price"], contrast["legal"]) >= READABLE


def test_a_halo_leaves_the_pill_beside_its_words_as_it_is(folder):
    row = FULL.model_copy(update={"unit_price": 6.03, "unit": "l"})
    file = compose(picture(FORMATS[SQUARE], RIGHT, 128), order_of(SQUARE, folder, row=row))
    boxes = {block.role: Rect(0, 0, 1080, 1080).part(block.box) for block in file.blocks}
    pill = boxes["price"].rounded()
    edge = file.pixels[int(pill.bottom) - 3, int(pill.left) + 25 : int(pill.right) - 25]
    assert {tuple(pixel) for pixel in edge.tolist()} == {(0x0B, 0x3D, 0x66)}
