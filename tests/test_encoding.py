from __future__ import annotations

import functools
import io
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from adlocalizer.imaging.encoding import CLEAR, encode, needs_full_colour, opaque
from adlocalizer.imaging.labelling import xmp_packet
from adlocalizer.imaging.likeness import likeness
from adlocalizer.imaging.searching import BEST_QUALITY, LEAST_QUALITY, MOST_ENCODES, search

ROOT = Path(__file__).parents[1]
NOISE = Image.fromarray(np.random.default_rng(3).integers(0, 255, (250, 300, 3), dtype=np.uint8))
EVERY = ("jpg", "webp", "avif", "png")
MIME = {"jpg": "image/jpeg", "webp": "image/webp", "avif": "image/avif", "png": "image/png"}
SEARCHED = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@functools.cache
def _photo(wide: int, high: int, grain: float = 9, wave: int = 17) -> Image.Image:
    rows, columns = np.mgrid[0:high, 0:wide]
    noise = np.random.default_rng(4).normal(0, grain, (high, wide))
    waves = 120 + 70 * np.sin(columns / wave) + 40 * np.cos(rows / 23) + noise
    return Image.fromarray(np.stack([waves, waves * 0.8, 255 - waves], axis=2).clip(0, 255).astype(np.uint8))


@functools.cache
def _shot() -> Image.Image:
    """The demo's product on a plain ground: edges, letters and gradients, as in an ad."""
    with Image.open(ROOT / "data" / "products" / "solara-can.png") as shot:
        ground = Image.new("RGBA", shot.size, (120, 160, 200, 255))
        ground.alpha_composite(shot.convert("RGBA"))
    return ground.convert("RGB").resize((300, 557)).crop((0, 100, 300, 350))


@functools.cache
def _sky(wide: int, high: int) -> Image.Image:
    """A soft glow, nothing else: its bytes hardly shrink with the quality."""
    rows, columns = np.mgrid[0:high, 0:wide]
    down, across = rows / high, columns / wide
    colours = [255 * np.hypot(across - 0.5, down - 0.5), 180 - 80 * across, 60 + 100 * down]
    return Image.fromarray(np.stack(colours, axis=2).clip(0, 255).astype(np.uint8))


def _saved(picture: Image.Image, kind: str, quality: int) -> bytes:
    out = io.BytesIO()
    more = {"speed": 10} if kind == "avif" else {}
    picture.save(out, {"jpg": "JPEG"}.get(kind, kind.upper()), quality=quality, **more)
    return out.getvalue()


def _opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def _sampling(data: bytes) -> tuple[int, int]:
    return _opened(data).layer[0][1:3]


def test_an_easy_limit_takes_one_encode_at_the_best_quality():
    file = encode(_photo(300, 250), ("jpg", "png"), 1_000_000)
    assert (file.encodes, file.mime, file.fits, file.likeness) == (1, "image/jpeg", True, None)


def test_forty_kilobytes_hold_a_300x250_photograph():
    file = encode(_photo(300, 250), ("jpg",), 40_000)
    assert file.fits
    assert len(file.data) <= 40_000


@SEARCHED
@given(
    press=st.floats(0.02, 1.7),
    kind=st.sampled_from(["jpg", "jpg", "webp", "avif"]),
    grain=st.sampled_from([0.0, 2.0, 9.0, 30.0]),
    wave=st.integers(3, 60),
    size=st.sampled_from([(300, 250), (160, 600), (728, 90), (320, 100)]),
)
def test_any_limit_takes_three_encodes_at_most_and_a_miss_is_told(press, kind, grain, wave, size):
    picture = _photo(*size, grain, wave)
    limit = round(len(_saved(picture, kind, BEST_QUALITY)) * math.exp(-press))
    written = []
    found = search(lambda quality: written.append(quality) or _saved(picture, kind, quality), kind, limit)
    assert found.encodes == len(written) <= MOST_ENCODES
    assert found.fits == (len(found.best.data) <= limit)
    assert LEAST_QUALITY <= found.best.quality <= BEST_QUALITY


@pytest.mark.parametrize("kind", ["jpg", "webp", "avif"])
@pytest.mark.parametrize("picture", [_sky(600, 314), _photo(300, 250, 0.0, 4), _photo(320, 100, 30.0), _shot()])
def test_a_limit_that_the_least_quality_keeps_is_kept(kind, picture):
    write = functools.cache(lambda quality: _saved(picture, kind, quality))
    best, least = len(write(BEST_QUALITY)), len(write(LEAST_QUALITY))
    missed = [
        limit for limit in np.geomspace(best, least, 20).round() if not search(write, kind, max(limit, least)).fits
    ]
    assert missed == []


@pytest.mark.parametrize("kind", ["jpg", "webp", "avif"])
@pytest.mark.parametrize("press", [0.1, 0.4, 0.8, 1.2])
def test_the_search_ends_within_a_few_points_of_bisection(kind, press):
    write = functools.cache(lambda quality: _saved(_shot(), kind, quality))
    limit = round(len(write(BEST_QUALITY)) * math.exp(-press))
    low, high = LEAST_QUALITY, BEST_QUALITY
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if len(write(middle)) <= limit else (low, middle)
    found = search(write, kind, limit)
    assert found.fits
    assert low - found.best.quality <= 6


def test_a_limit_nothing_can_keep_is_flagged_not_hidden():
    file = encode(NOISE, ("jpg",), 2_000)
    assert not file.fits
    assert file.quality == LEAST_QUALITY


def test_another_type_of_the_placement_is_tried_when_jpeg_misses_the_limit():
    flat = Image.new("RGB", (600, 500), (12, 80, 160))
    limit = len(encode(flat, ("png",), 10**6).data) + 50
    assert encode(flat, ("jpg", "png"), limit).mime == "image/png"


def test_a_file_that_fits_only_at_a_quality_that_shows_says_so():
    file = encode(_photo(300, 250), ("jpg",), 4_500)
    assert file.fits
    assert not file.is_clear
    assert file.likeness == pytest.approx(likeness(_photo(300, 250), _opened(file.data)), abs=1e-3)


def test_the_clearest_of_the_types_a_placement_takes_is_chosen_where_jpeg_shows():
    alone, choice = (encode(_shot(), types, 4_000) for types in (("jpg",), ("jpg", "webp", "avif")))
    assert alone.likeness < CLEAR
    assert choice.fits
    assert choice.likeness > alone.likeness
    assert choice.encodes <= 3 * MOST_ENCODES


@pytest.mark.parametrize("kind", EVERY)
def test_xmp_is_embedded_as_given_and_nothing_else_leaks(kind):
    picture = _photo(120, 100).copy()
    picture.info |= {"comment": "a secret", "icc_profile": b"secret", "exif": b"secret", "gps": "secret"}
    data = encode(picture, (kind,), 10**6, xmp="<x:xmpmeta>trainedAlgorithmicMedia</x:xmpmeta>").data
    assert b"trainedAlgorithmicMedia" in data
    assert b"secret" not in data


@pytest.mark.parametrize("kind", EVERY)
def test_every_type_is_written_as_what_it_is_without_an_alpha_channel(kind):
    rows = np.dstack([np.asarray(_photo(301, 77)), np.full((77, 301), 255, np.uint8)])
    file = encode(opaque(rows), (kind,), 10**6)
    assert file.mime == MIME[kind]
    assert (_opened(file.data).size, _opened(file.data).mode) == ((301, 77), "RGB")


@pytest.mark.parametrize("kind", EVERY)
def test_opaque_rows_are_written_with_their_own_colours(kind):
    rows = np.full((64, 64, 4), (200, 30, 90, 255), np.uint8)
    assert _opened(encode(opaque(rows), (kind,), 10**6).data).getpixel((30, 30)) == pytest.approx((200, 30, 90), abs=4)


def test_a_png_names_srgb_and_equal_pictures_give_equal_bytes():
    first, second = (encode(_photo(120, 100), ("png",), 10**6).data for _ in range(2))
    assert b"sRGB" in first
    assert first == second


@pytest.mark.parametrize("kind", ["jpg", "webp", "avif"])
def test_exif_names_srgb_and_nothing_more(kind):
    exif = _opened(encode(_photo(120, 100), (kind,), 10**6).data).getexif()
    assert dict(exif.get_ifd(0x8769)) == {0xA001: 1}


def test_a_small_jpeg_is_progressive():
    assert _opened(encode(_photo(301, 77), ("jpg",), 10**6).data).info["progressive"]


def test_a_jpeg_over_400_000_pixels_is_sequential():
    small, large = (_opened(encode(_photo(wide, 400), ("jpg",), 10**7).data) for wide in (1000, 1001))
    assert "progressive" in small.info
    assert "progressive" not in large.info


@pytest.mark.parametrize("types", [("jpg", "png"), ("png", "jpg"), ("avif", "jpg"), ("webp", "avif", "jpg")])
def test_the_first_type_a_placement_names_is_preferred(types):
    assert encode(_photo(120, 100), types, 10**6).mime == MIME[types[0]]


@pytest.mark.parametrize(("full_colour", "sampling"), [(True, (1, 1)), (False, (2, 2))])
def test_a_jpeg_has_its_colours_at_full_resolution_only_where_letters_need_it(full_colour, sampling):
    assert _sampling(encode(_photo(301, 77), ("jpg",), 10**6, full_colour=full_colour).data) == sampling


@pytest.mark.parametrize(
    ("height", "letters", "ground", "needed"),
    [
        (14, (200, 20, 30), (255, 255, 255), True),
        (14, (255, 198, 26), (12, 74, 56), True),
        (40, (200, 20, 30), (255, 255, 255), False),
        (14, (255, 255, 255), (200, 20, 30), False),
        (14, (16, 20, 31), (255, 210, 63), False),
    ],
)
def test_small_coloured_letters_need_full_colour(height, letters, ground, needed):
    assert needs_full_colour([(height, letters, ground)]) == needed


def test_noise_in_full_colour_is_written_too():
    assert encode(NOISE, ("jpg",), 10**6, full_colour=True).fits


def test_a_picture_is_like_itself():
    assert likeness(_photo(300, 250), _photo(300, 250)) == pytest.approx(1)


def test_likeness_is_the_mean_of_the_formula_at_every_place():
    one, other = _photo(40, 30), _opened(_saved(_photo(40, 30), "jpg", 20))
    first, second = (np.asarray(picture.convert("L")).astype(float) for picture in (one, other))
    near = np.exp(-(np.arange(-5, 6) ** 2) / 4.5)
    weights = np.outer(near, near) / near.sum() ** 2
    found = []
    for top in range(20):
        for left in range(30):
            a, b = (levels[top : top + 11, left : left + 11] for levels in (first, second))
            mean_a, mean_b = (weights * a).sum(), (weights * b).sum()
            spread = (weights * a * a).sum() - mean_a**2, (weights * b * b).sum() - mean_b**2
            shared = (weights * a * b).sum() - mean_a * mean_b
            light = (2 * mean_a * mean_b + 6.5025) / (mean_a**2 + mean_b**2 + 6.5025)
            found.append(light * (2 * shared + 58.5225) / (sum(spread) + 58.5225))
    assert likeness(one, other) == pytest.approx(np.mean(found), abs=1e-4)


def test_pictures_of_two_sizes_cannot_be_compared():
    with pytest.raises(ValueError, match="cannot be compared"):
        likeness(_photo(40, 30), _photo(40, 31))


def test_a_low_limit_takes_the_shortest_packet_and_keeps_what_made_the_picture():
    xmp = xmp_packet("compositeWithTrainedAlgorithmicMedia", "Title", "Words " * 40, "adlocalizer")
    low, high = (encode(_shot(), ("jpg",), limit, xmp).data for limit in (4_000, 400_000))
    assert b"digitalsourcetype/compositeWithTrainedAlgorithmicMedia" in low
    assert b"CreatorTool" not in low
    assert b"CreatorTool" in high
    assert encode(_shot(), ("jpg",), 4_000, xmp).fits


@pytest.mark.parametrize(("limit", "colours"), [(40_000, 256), (25_000, 64), (13_000, 16)])
def test_a_png_takes_fewer_colours_under_a_lower_limit(limit, colours):
    file = encode(_shot(), ("png",), limit)
    assert file.fits
    assert file.encodes <= MOST_ENCODES
    assert len(_opened(file.data).getcolors(256)) <= colours
