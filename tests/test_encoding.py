from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from adlocalizer.imaging.encoding import FLOOR_QUALITY, MOST_ENCODES, encode

NOISE = Image.fromarray(np.random.default_rng(3).integers(0, 255, (250, 300, 3), dtype=np.uint8))


def _photo(wide: int, high: int) -> Image.Image:
    rows, columns = np.mgrid[0:high, 0:wide]
    grain = np.random.default_rng(4).normal(0, 9, (high, wide))
    waves = 120 + 70 * np.sin(columns / 17) + 40 * np.cos(rows / 23) + grain
    return Image.fromarray(np.stack([waves, waves * 0.8, 255 - waves], axis=2).clip(0, 255).astype(np.uint8))


def test_an_easy_limit_takes_one_encode_at_the_best_quality():
    file = encode(_photo(300, 250), ("jpg", "png"), 1_000_000)
    assert (file.encodes, file.mime, file.fits) == (1, "image/jpeg", True)


def test_forty_kilobytes_hold_a_300x250_photograph():
    file = encode(_photo(300, 250), ("jpg",), 40_000)
    assert file.fits
    assert len(file.data) <= 40_000


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(limit=st.integers(4_000, 60_000), kind=st.sampled_from(["jpg", "webp"]))
def test_the_search_is_bounded_and_never_lies_about_the_limit(limit, kind):
    file = encode(_photo(300, 250), (kind,), limit)
    assert file.encodes <= MOST_ENCODES
    assert file.fits == (len(file.data) <= limit)
    assert file.quality >= FLOOR_QUALITY


def test_a_limit_nothing_can_keep_is_flagged_not_hidden():
    file = encode(NOISE, ("jpg",), 2_000)
    assert not file.fits
    assert file.quality == FLOOR_QUALITY


def test_another_type_of_the_placement_is_tried_when_jpeg_misses_the_limit():
    flat = Image.new("RGB", (600, 500), (12, 80, 160))
    limit = len(encode(flat, ("png",), 10**6).data) + 50
    assert encode(flat, ("jpg", "png"), limit).mime == "image/png"


@pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
def test_xmp_is_embedded_as_given_and_nothing_else_leaks(kind):
    picture = _photo(120, 100)
    picture.info["comment"] = "a secret"
    data = encode(picture, (kind,), 10**6, xmp="<x:xmpmeta>trainedAlgorithmicMedia</x:xmpmeta>").data
    assert b"trainedAlgorithmicMedia" in data
    assert b"secret" not in data


def test_a_png_names_srgb_and_equal_pictures_give_equal_bytes():
    first, second = (encode(_photo(120, 100), ("png",), 10**6).data for _ in range(2))
    assert b"sRGB" in first
    assert first == second


def test_a_jpeg_opens_again_at_its_size():
    file = encode(_photo(301, 77), ("jpg",), 10**6)
    assert Image.open(io.BytesIO(file.data)).size == (301, 77)
