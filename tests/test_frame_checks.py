"""File and frame of a master: photographs and painted scenes pass, and what is built wrong is found."""

from __future__ import annotations

import functools
import io
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from adlocalizer.checks import chrome, echo, endings, exposure, judge_master, sharpness, tiling, upscaling
from adlocalizer.checks.standard import Undecidable
from adlocalizer.config import find_project
from adlocalizer.domain import Answer, Box, Finding, Severity
from tests.emulator.spoiling import framed, upscaled
from tests.test_checks_master import SHOT, jpeg, painted, request_for

ROOT = Path(__file__).parents[1]
BOOK = find_project(ROOT).checks()
NOWHERE = Box(x=0.45, y=0.45, w=0.1, h=0.1)
PHOTOGRAPHS = ("astronaut", "coffee", "cat", "rocket", "china", "flower")


@functools.cache
def photograph(name: str) -> Image.Image:
    # Lazily: these two take seconds to import, and every worker imports this file.
    if name in ("china", "flower"):
        from sklearn.datasets import load_sample_images

        return Image.fromarray(load_sample_images().images[name == "flower"])
    import skimage.data

    return Image.fromarray(getattr(skimage.data, name)())


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311


def compressed(picture: Image.Image, quality: int = 88) -> Image.Image:
    return Image.open(io.BytesIO(jpeg(picture, quality))).convert("RGB")


def limit(check: str) -> float:
    return BOOK.checks[check].threshold


def found(picture: bytes, check: str) -> Finding:
    answer = Answer(key="0" * 64, kind="picture", product_box=painted().answer.product_box)
    findings = judge_master(painted()._replace(picture=picture, answer=answer), BOOK).findings
    return next(one for one in findings if one.check == check)


def saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_bytes_behind_the_end_ask_for_review(kind):
    clean = saved(photograph("cat"), kind)
    assert found(clean, "ends_cleanly").severity is Severity.PASS
    assert found(clean + b"<script>", "ends_cleanly").severity is Severity.REVIEW


def test_a_progressive_jpeg_ends_where_its_last_scan_ends():
    clean = saved(photograph("coffee"), "JPEG", progressive=True, quality=60)
    assert endings._end(clean, "image/jpeg") == len(clean)


def test_a_metadata_segment_inside_a_jpeg_is_no_end():
    clean = saved(photograph("cat"), "JPEG", exif=b"Exif\0\0" + b"\xff\xd9" * 40)
    assert found(clean, "ends_cleanly").severity is Severity.PASS


def test_a_provenance_chunk_inside_a_png_is_no_end():
    clean, body = saved(photograph("cat"), "PNG"), b"caBX" + b"IEND" * 9
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    assert found(clean[:-12] + chunk + clean[-12:], "ends_cleanly").severity is Severity.PASS


def test_the_end_of_another_type_is_not_judged():
    with pytest.raises(Undecidable):
        endings._end(b"", "image/avif")


@pytest.mark.parametrize("cut", [1, 9, 400, 5000])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_truncated_file_never_passes(kind, cut):
    findings = judge_master(painted()._replace(picture=saved(photograph("cat"), kind)[:-cut]), BOOK).findings
    assert any(one.severity is Severity.FAIL for one in findings)


@pytest.mark.parametrize(
    "odd",
    [
        saved(Image.new("RGB", (1, 1)), "PNG"),
        saved(Image.fromarray(np.full((512, 512), 40_000, np.uint16)), "PNG"),
        saved(Image.new("CMYK", (512, 512), (20, 40, 60, 0)), "JPEG"),
        saved(Image.new("RGB", (12_288, 1_536), (90, 120, 200)), "PNG"),
        b"",
        b"\x89PNG\r\n\x1a\n",
    ],
    ids=["1x1", "16 bit", "CMYK", "12288x1536", "empty", "a head only"],
)
def test_odd_pictures_fail_and_break_no_check(odd):
    findings = judge_master(painted()._replace(picture=odd), BOOK).findings
    assert any(one.severity is Severity.FAIL for one in findings)
    assert not any("check broke" in one.text for one in findings)


@pytest.mark.parametrize("quality", [60, 90])
@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_photograph_is_no_fault_of_the_frame(name, quality):
    picture = compressed(photograph(name), quality)
    assert chrome.inner_picture(np.asarray(picture))[0] <= limit("framed")
    assert echo.likeness(picture, SHOT) <= limit("echo")
    assert echo.plainness(picture) <= limit("echo")
    assert upscaling.lost_detail(np.asarray(picture))[0] <= limit("enlarged")
    assert max(exposure.clipped(np.asarray(picture))) <= limit("exposure")


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("name", PHOTOGRAPHS[:4])
def test_a_picture_in_a_page_a_print_a_telephone_or_blurred_bars_is_found(name, seed):
    way = seeded(seed).choice(("page", "print", "telephone", "bars"))
    picture = compressed(framed(photograph(name), seeded(seed)))
    share, box, _ = chrome.inner_picture(np.asarray(picture))
    # Bars blurred from a dark, even middle hardly differ from what they border.
    assert share > limit("framed") or way == "bars"
    assert 0 < max(box[0], box[1]) < 0.4


def test_a_framed_picture_fails_with_evidence():
    judged = judge_master(painted()._replace(picture=jpeg(framed(photograph("astronaut"), seeded(1)))), BOOK)
    assert next(one for one in judged.findings if one.check == "framed").severity is Severity.FAIL
    assert judged.evidence["framed"][:4] == b"RIFF"


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_thumbnail_enlarged_fivefold_is_found(name):
    picture = compressed(upscaled(photograph(name), seeded(1)))
    assert upscaling.lost_detail(np.asarray(picture))[0] > limit("enlarged")


def test_a_soft_background_behind_something_sharp_is_not_enlarged():
    picture = photograph("china").filter(ImageFilter.GaussianBlur(6))
    picture.paste(photograph("coffee").resize((256, 256)), (128, 128))
    assert upscaling.lost_detail(np.asarray(picture))[0] <= limit("enlarged")


@pytest.mark.parametrize("mirrored", [False, True], ids=["repeated", "mirrored"])
@pytest.mark.parametrize("copies", [2, 3])
@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_strip_of_copies_is_found(name, copies, mirrored):
    part = ImageOps.fit(photograph(name), (1536 // copies, 192))
    strip = Image.new("RGB", (part.width * copies, 192))
    for at in range(copies):
        strip.paste(ImageOps.mirror(part) if mirrored and at % 2 else part, (at * part.width, 0))
    assert tiling.self_likeness(compressed(strip), NOWHERE)[0] > limit("repeats")


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_strip_of_one_scene_does_not_repeat(name):
    picture = photograph(name)
    strip = ImageOps.fit(picture, (picture.width, picture.width // 4))
    assert tiling.self_likeness(strip, NOWHERE)[0] <= limit("repeats")


def test_an_upright_strip_of_copies_is_found():
    part = ImageOps.fit(photograph("coffee"), (256, 512))
    strip = Image.new("RGB", (256, 1024))
    strip.paste(part, (0, 0))
    strip.paste(part, (0, 512))
    assert tiling.self_likeness(strip, NOWHERE)[0] > limit("repeats")


@pytest.mark.parametrize("ground", ["#ffffff", "#000000", "#c8d4e0"])
@pytest.mark.parametrize("size", [(1024, 1024), (768, 1376), (1376, 768)])
def test_the_shot_handed_back_on_a_ground_is_found(size, ground):
    shot = Image.open(io.BytesIO(SHOT)).convert("RGBA")
    flat = Image.new("RGB", shot.size, ground)
    flat.paste(shot, mask=shot)
    for back in (flat.resize(size), ImageOps.pad(flat, size, color=ground)):
        picture = compressed(back)
        assert max(echo.likeness(picture, SHOT), echo.plainness(picture)) > limit("echo")


def test_the_product_small_on_a_plain_ground_is_no_scene():
    shot = Image.open(io.BytesIO(SHOT)).convert("RGBA").resize((140, 260))
    sheet = Image.new("RGB", (1024, 1024), "#eef0ec")
    sheet.paste(shot, (500, 600), shot)
    assert echo.plainness(compressed(sheet)) > limit("echo")


def test_a_night_may_be_darker_than_a_day():
    dark = Image.new("RGB", (512, 512))
    dark.paste(photograph("coffee").resize((512, 260)), (0, 252))
    by_night = painted("1:1", "a clear night")._replace(picture=jpeg(dark))
    by_day = painted()._replace(picture=jpeg(dark))
    night, day = (
        next(one for one in judge_master(subject, BOOK).findings if one.check == "exposure")
        for subject in (by_night, by_day)
    )
    assert night.severity is Severity.PASS
    assert day.severity is Severity.REVIEW


@pytest.mark.parametrize(("blur", "wrong"), [(0.0, False), (0.002, False), (0.02, True), (0.04, True)])
@pytest.mark.parametrize("ratio", ["1:1", "9:16", "16:9"])
def test_a_blurred_product_is_softer_than_its_shot(ratio, blur, wrong):
    subject = painted(ratio)
    picture = Image.open(io.BytesIO(subject.picture)).convert("RGB")
    box = subject.answer.product_box
    radius = blur * max(box.w * picture.width, box.h * picture.height)
    softer, _ = sharpness.softness(picture.filter(ImageFilter.GaussianBlur(radius)), SHOT, box)
    assert (softer > limit("product_sharp")) is wrong


def test_a_window_in_the_scene_is_no_frame():
    picture = photograph("china").resize((1024, 768))
    ImageDraw.Draw(picture).rectangle((500, 250, 760, 520), outline="white", width=12)
    assert chrome.inner_picture(np.asarray(picture))[0] <= limit("framed")


@pytest.mark.parametrize(
    ("asked", "size", "severity"),
    [("8:1", (1440, 192), Severity.PASS), ("8:1", (1344, 192), Severity.FAIL), ("1:1", (544, 512), Severity.FAIL)],
)
def test_only_the_lowest_banners_may_be_six_per_cent_off_as_models_round_sides(asked, size, severity):
    subject = painted()._replace(picture=saved(photograph("coffee").resize(size), "JPEG"), request=request_for(asked))
    findings = judge_master(subject, BOOK).findings
    assert next(one for one in findings if one.check == "ratio").severity is severity
