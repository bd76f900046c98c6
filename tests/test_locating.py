"""Finding the product: where it is, at any size, and not where it is not."""

from __future__ import annotations

import functools
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from adlocalizer.domain import Box
from adlocalizer.imaging.ingest import Unreadable
from adlocalizer.imaging.locating import cut_of, find_product, why_unsure

SHOT = (Path(__file__).parents[1] / "data" / "products" / "solara-can.png").read_bytes()
WHOLE = Box(x=0, y=0, w=1, h=1)


@functools.cache
def street(wide: int = 480, high: int = 480) -> Image.Image:
    """A busy background: blocks of every colour under a little noise."""
    dice = np.random.default_rng(3)
    blocks = dice.integers(0, 255, (12, 12, 3)).astype(np.uint8)
    large = np.asarray(Image.fromarray(blocks).resize((wide, high), Image.Resampling.BILINEAR)).astype(float)
    return Image.fromarray((large + dice.normal(0, 8, large.shape)).clip(0, 255).astype(np.uint8))


def with_product(box: Box, shot: Image.Image | None = None) -> tuple[Image.Image, Box]:
    """The street with a product as high as a box, and the box it really fills."""
    picture, product = street().copy(), shot or cut_of(SHOT).rgba
    high = round(box.h * picture.height)
    wide = round(high * product.width / product.height)
    left, top = round(box.x * picture.width), round(box.y * picture.height)
    small = product.resize((wide, high), Image.Resampling.LANCZOS)
    picture.paste(small, (left, top), small)
    return picture, Box(x=left / 480, y=top / 480, w=wide / 480, h=high / 480)


def shared(one: Box, other: Box) -> float:
    both = one.overlap(other)
    return both / (one.w * one.h + other.w * other.h - both)


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_a_product_is_found_where_it_is_expected():
    picture, box = with_product(Box(x=0.5, y=0.4, w=0.3, h=0.5))
    found = find_product(picture, SHOT, box)
    assert found.score > 0.95
    assert shared(found.box, box) > 0.9


@given(x=st.floats(0, 0.6), y=st.floats(0, 0.35), h=st.floats(0.25, 0.6))
@settings(max_examples=40, deadline=None)
def test_a_product_is_found_anywhere_and_at_any_size(x, y, h):
    picture, box = with_product(Box(x=x, y=y, w=0.1, h=h))
    found = find_product(picture, SHOT, Box(x=0.02, y=0.02, w=0.2, h=0.2))
    assert found.score > 0.92
    assert shared(found.box, box) > 0.8


def test_a_picture_without_the_product_scores_low():
    assert find_product(street(), SHOT, WHOLE).score < 0.7


def test_a_product_of_another_colour_scores_low():
    product = cut_of(SHOT).rgba
    hsv = np.asarray(product.convert("RGB").convert("HSV")).copy()
    hsv[..., 0] += 110
    other = Image.merge("RGBA", (*Image.fromarray(hsv, "HSV").convert("RGB").split(), product.getchannel("A")))
    picture, box = with_product(Box(x=0.5, y=0.4, w=0.3, h=0.5), other)
    assert find_product(picture, SHOT, box).score < 0.7


def test_warm_light_leaves_it_the_same_product():
    picture, box = with_product(Box(x=0.5, y=0.4, w=0.3, h=0.5))
    warm = (np.asarray(picture) * np.array([1.0, 0.86, 0.66])).astype(np.uint8)
    assert find_product(Image.fromarray(warm), SHOT, box).score > 0.92


@pytest.mark.parametrize(
    "near",
    [
        Box(x=0.9, y=0.9, w=0.5, h=0.5),
        Box(x=-1, y=-1, w=0.5, h=0.5),
        Box(x=2, y=2, w=1, h=1),
        Box(x=0, y=0, w=0, h=0),
    ],
)
def test_an_expectation_outside_the_picture_does_not_hide_the_product(near):
    picture, box = with_product(Box(x=0.5, y=0.4, w=0.3, h=0.5))
    assert shared(find_product(picture, SHOT, near).box, box) > 0.8


@pytest.mark.parametrize("size", [(8, 8), (1, 300), (300, 1), (2000, 60)])
def test_pictures_too_small_for_a_product_are_answered_all_the_same(size):
    picture = Image.new("RGB", size, (120, 30, 30))
    assert find_product(picture, SHOT, WHOLE).score < 0.7


def test_a_cut_that_is_a_guess_is_said_to_be_unsure():
    assert "could not be cut out" in why_unsure(png(street()))


def test_a_product_without_any_pattern_is_said_to_be_unsure():
    plain = Image.new("RGBA", (200, 300), (0, 0, 0, 0))
    ImageDraw.Draw(plain).rectangle((50, 50, 150, 250), fill=(200, 30, 30, 255))
    assert "plain" in why_unsure(png(plain))


def test_the_shipped_product_is_sure():
    assert why_unsure(SHOT) == ""


@pytest.mark.parametrize("shot", [b"", b"<html>", png(Image.new("RGBA", (200, 200), (9, 9, 9, 0)))])
def test_a_shot_that_shows_nothing_is_unreadable(shot):
    with pytest.raises(Unreadable):
        find_product(street(), shot, WHOLE)
