"""Scenes side by side: fingerprints find the same scene again, and a run says how often one is repeated."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageFilter

from adlocalizer.checks.surveying import Shown, survey
from adlocalizer.domain import Box
from adlocalizer.imaging.scenes import fingerprint, likenesses, scene_of

PRODUCT = Box(x=0.4, y=0.4, w=0.2, h=0.4)
LIMIT = 0.945


def city(seed: int, product: tuple[int, int, int] = (230, 200, 30), size: tuple[int, int] = (480, 480)) -> Image.Image:
    """Houses of a city's own widths, heights and colours under a sky, a product in front."""
    dice = np.random.default_rng(seed)
    wide, high = size
    pixels = np.zeros((high, wide, 3), np.uint8)
    pixels[:] = np.linspace((110, 160, 220), (200, 215, 230), high)[:, None].astype(np.uint8)
    left = 0
    while left < wide:
        width, top = int(dice.integers(wide // 24, wide // 8)), int(high * dice.uniform(0.3, 0.6))
        pixels[top : int(high * 0.65), left : left + width] = dice.integers(60, 190, 3)
        left += width
    pixels[int(high * 0.65) :] = (150, 140, 125)
    rows, columns = (slice(int(0.4 * high), int(0.8 * high)), slice(int(0.4 * wide), int(0.6 * wide)))
    pixels[rows, columns] = product
    return Image.fromarray(pixels)


def alike(one: Image.Image, other: Image.Image, boxes: tuple[Box, Box] = (PRODUCT, PRODUCT)) -> float:
    scenes = [scene_of(fingerprint(picture, box)) for picture, box in zip((one, other), boxes, strict=True)]
    _, block = next(likenesses([scene for scene in scenes if scene is not None]))
    return float(block[0, 1])


def shown(name: str, picture: Image.Image, shape: str = "1:1") -> Shown:
    key = hashlib.sha256(name.encode()).hexdigest()
    return Shown(key, name, name.title(), shape, fingerprint(picture, PRODUCT))


def test_a_picture_is_like_itself():
    assert alike(city(1), city(1)) > 0.999


def test_another_product_in_the_same_scene_changes_nothing():
    assert alike(city(1), city(1, product=(20, 60, 160))) > 0.999


@pytest.mark.parametrize("seed", range(2, 8))
def test_another_city_is_another_scene(seed):
    assert alike(city(1), city(seed)) < LIMIT


@pytest.mark.parametrize(
    "changed",
    [
        lambda one: one.filter(ImageFilter.GaussianBlur(1)),
        lambda one: ImageEnhance.Brightness(one).enhance(1.08),
        lambda one: ImageEnhance.Color(one).enhance(0.8),
        lambda one: one.resize((300, 300)).resize((480, 480)),
        lambda one: Image.fromarray(
            (np.asarray(one) + np.random.default_rng(3).normal(0, 4, (480, 480, 3))).clip(0, 255).astype(np.uint8)
        ),
    ],
    ids=["blurred", "brighter", "paler", "enlarged", "grainy"],
)
def test_the_same_scene_is_known_again(changed):
    assert alike(city(1), changed(city(1))) > LIMIT


def test_plain_grounds_of_one_colour_are_one_scene():
    grounds = [Image.new("RGB", (480, 480), (200, 190, 180)), Image.new("RGB", (480, 480), (203, 190, 180))]
    assert alike(*grounds) > LIMIT


def test_plain_grounds_of_two_colours_are_two_scenes():
    grounds = [Image.new("RGB", (480, 480), (200, 190, 180)), Image.new("RGB", (480, 480), (60, 110, 190))]
    assert alike(*grounds) < LIMIT


def test_scenes_that_hardly_share_a_part_beside_their_products_are_not_compared():
    halves = Box(x=0, y=0, w=0.7, h=1), Box(x=0.3, y=0, w=0.7, h=1)
    assert alike(city(1), city(1), halves) == 0


def test_a_fingerprint_is_one_line_of_ascii_without_the_letters_of_markup():
    said = fingerprint(city(1), PRODUCT)
    assert said.isascii()
    assert len(said) < 600
    assert not set(said) & set(" \n<>&\"'")


@given(
    wide=st.integers(8, 900),
    high=st.integers(8, 900),
    box=st.tuples(*[st.floats(-0.2, 1.2) for _ in range(2)], *[st.floats(0.01, 1.2) for _ in range(2)]),
)
@settings(max_examples=40, deadline=None)
def test_any_picture_and_box_give_a_fingerprint_that_can_be_read_and_compared(wide, high, box):
    x, y, w, h = box
    product = Box(x=x, y=y, w=w, h=h)
    scene = scene_of(fingerprint(Image.new("RGB", (wide, high), (90, 120, 60)), product))
    assert scene is not None
    assert np.isfinite(next(likenesses([scene, scene]))[1]).all()


@pytest.mark.parametrize("said", ["", "s0.12x12.00.00.a.b", "nonsense"])
def test_a_fingerprint_of_another_version_is_left_out(said):
    assert scene_of(said) is None
    assert survey([Shown("k", "a", "A", "1:1", said)], LIMIT).nearest == {}


def test_the_twin_of_another_city_is_named():
    found = survey([shown("oslo", city(1)), shown("bergen", city(1)), shown("rome", city(2))], LIMIT)
    nearest = found.nearest[shown("oslo", city(1)).key]
    assert nearest.city == "Bergen"
    assert nearest.likeness > LIMIT


def test_pictures_of_one_city_are_not_held_against_each_other():
    one = shown("oslo", city(1))
    found = survey([one, one._replace(key="f" * 64)], LIMIT)
    assert found.nearest[one.key].key == ""


def test_pictures_of_different_ratios_are_not_held_against_each_other():
    one, other = shown("oslo", city(1)), shown("rome", city(1, size=(640, 360)), shape="16:9")
    assert survey([one, other], LIMIT).nearest[one.key].key == ""


def test_forty_pictures_of_one_scene_count_as_one():
    found = survey([shown(f"city {number}", city(1)) for number in range(40)], LIMIT)
    (row,) = found.variety
    assert (row.pictures, row.scenes, row.largest, row.repeated) == (40, 1.0, 40, 40)


def test_different_scenes_all_count():
    (row,) = survey([shown(f"city {number}", city(number)) for number in range(12)], LIMIT).variety
    assert (row.scenes, row.largest, row.repeated) == (12.0, 1, 0)


def test_one_place_for_the_product_everywhere_is_told():
    (row,) = survey([shown(f"city {number}", city(number)) for number in range(5)], LIMIT).variety
    assert (row.places, row.usual_place) == (1, 1.0)


def test_the_order_of_pictures_changes_nothing():
    pictures = [shown(f"city {number}", city(number % 4)) for number in range(9)]
    assert survey(pictures, LIMIT) == survey(pictures[::-1], LIMIT)
