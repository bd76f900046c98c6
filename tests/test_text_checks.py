"""Checks that read: lettering in the scene, marks, and the label of the product."""

from __future__ import annotations

import functools
import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from adlocalizer.checks import MasterSubject
from adlocalizer.checks.foreign_text import foreign_text
from adlocalizer.checks.product_label import product_label
from adlocalizer.checks.seen import see_master
from adlocalizer.checks.standard import Standard, Undecidable
from adlocalizer.checks.watermark import watermark
from adlocalizer.config import find_project
from adlocalizer.domain import Fact, Prompt, Reference, Request
from adlocalizer.imaging import networks
from adlocalizer.imaging.label_reading import label_of
from adlocalizer.imaging.layouts import load_layouts
from adlocalizer.imaging.locating import cut_of
from adlocalizer.painting.scene import paint
from tests.lettered import CAN, written

ROOT = Path(__file__).parents[1]
BOOK = find_project(ROOT).checks()
LAYOUTS = load_layouts(ROOT / "configs" / "layouts")
MODEL = find_project(ROOT).models()["preview-scene-1"]
CHECKS = {"foreign_text": foreign_text, "watermark": watermark, "product_label": product_label}


def request_for(ratio: str, **more) -> Request:
    said = {"city_id": "fr-paris", "light": "day", "weather": "clear", "sun_elevation_degrees": 40.0, **more}
    facts = tuple(Fact(name=name, value=value, text=str(value), source="test") for name, value in said.items())
    prompt = Prompt(
        text="a city", template_sha256="0" * 64, facts=facts, composition=LAYOUTS.composition_for(ratio, "ltr")
    )
    product = Reference(role="product", sha256=hashlib.sha256(CAN).hexdigest(), mime="image/png", path="can.png")
    kept = {"provider": "preview", "model": MODEL.id, "references": (product,), "seed": 7, "size": "512"}
    return Request(prompt=prompt, ratio=ratio, **kept)


@functools.cache
def painted(ratio: str = "1:1") -> MasterSubject:
    request = request_for(ratio)
    reply = paint(request, CAN, (1024, 1024) if ratio == "1:1" else MODEL.pixels[ratio]["1K"], str(ROOT / "data"))
    return MasterSubject(request.key, reply.picture, request, reply.answer, CAN, MODEL)


def shown(subject: MasterSubject) -> Image.Image:
    return Image.open(io.BytesIO(subject.picture)).convert("RGB")


def with_picture(picture: Image.Image, **facts) -> MasterSubject:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    subject = painted()
    request = request_for("1:1", **facts) if facts else subject.request
    return subject._replace(picture=out.getvalue(), request=request)


def judged(check: str, subject: MasterSubject):
    return CHECKS[check].judge(see_master(subject), Standard(check, BOOK.checks[check]))


def with_sign(text: str, height: float = 60.0, **facts) -> MasterSubject:
    picture = shown(painted())
    ImageDraw.Draw(picture).rectangle((30, 180, 470, 180 + 1.8 * height), fill=(240, 235, 220))
    return with_picture(written(picture, text, (50, 180 + 0.3 * height), height), **facts)


def with_label(text: str) -> MasterSubject:
    """The line of the painted label that says 330 ml, written anew."""
    picture, box, cut = shown(painted()), painted().answer.product_box, cut_of(CAN).rgba
    line = next(one.line for one in label_of(CAN) if "330" in one.text)
    share = np.array([box.w * picture.width / cut.width, box.h * picture.height / cut.height])
    corners = line.corners * share + (box.x * picture.width, box.y * picture.height)
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    colour = picture.getpixel((int(left), int((top + bottom) / 2)))
    ImageDraw.Draw(picture).rectangle((left, top, right, bottom), fill=colour)
    height = bottom - top
    return with_picture(
        written(picture, text, (left + 0.12 * height, top + 0.1 * height), 0.7 * height, (250, 245, 220))
    )


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("ratio", ["1:1", "8:1"])
def test_a_painted_picture_has_nothing_to_object_to(check, ratio):
    assert judged(check, painted(ratio)).holds


@pytest.mark.parametrize("text", ["FRESH TASTE", "RESFH ATSTE", "The best"])
def test_words_in_the_scene_fail(text):
    found = judged("foreign_text", with_sign(text))
    assert not found.holds
    assert not found.doubtful
    assert text.split(maxsplit=1)[0] in found.text
    assert found.evidence is not None


def test_the_same_words_far_away_pass():
    assert judged("foreign_text", with_sign("FRESH TASTE", 14)).holds


def test_the_name_of_the_landmark_may_stand_on_it():
    assert judged("foreign_text", with_sign("INDIA", landmark="India Gate")).holds
    assert not judged("foreign_text", with_sign("INDIA", landmark="Eiffel Tower")).holds


def test_words_in_the_sky_where_the_streets_are_lettered_in_thai_ask_a_person():
    found = judged("foreign_text", with_sign("šuäuéšu", street_script="Thai"))
    assert not found.holds
    assert found.doubtful


def test_the_model_s_own_line_is_allowed():
    assert judged("foreign_text", with_sign("PREVIEW")).holds
    assert judged("watermark", with_sign("PREVIEW")).holds


def test_the_label_is_not_lettering_of_the_scene():
    seen = see_master(painted())
    assert any("SOLARA" in seen.says(line).text for line in seen.lines)
    assert judged("foreign_text", painted()).value == 0


@pytest.mark.parametrize("text", ["© 2026 Pixel Bank", "www.imagebank.com", "@lightstudio"])
def test_a_mark_in_the_corner_fails(text):
    found = judged("watermark", with_picture(written(shown(painted()), text, (20, 12), 30, (255, 255, 255))))
    assert not found.holds
    assert not found.doubtful


def test_words_laid_over_the_picture_again_and_again_fail():
    picture = shown(painted())
    for y in range(60, 640, 140):
        picture = written(picture, "pixelbank", (40, y), 40, (255, 255, 255))
    assert judged("watermark", with_picture(picture)).value >= 3


def test_one_changed_digit_of_the_label_fails():
    found = judged("product_label", with_label("300 ml"))
    assert not found.holds
    assert found.value == 1.0
    assert "300" in found.text


def test_the_same_digits_written_anew_pass():
    assert judged("product_label", with_label("330 ml")).holds


def as_png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def test_a_sign_close_over_the_product_is_not_its_label():
    subject, box = painted(), painted().answer.product_box
    found = subject._replace(answer=subject.answer.model_copy(update={"product_box": None}))
    picture = shown(subject)
    top = box.y * picture.height - 60
    ImageDraw.Draw(picture).rectangle(
        (box.x * picture.width - 20, top, box.right * picture.width + 20, top + 46), fill=(240, 235, 220)
    )
    picture = written(picture, "OPEN 24 H", (box.x * picture.width, top + 4), 34)
    assert not judged("foreign_text", found._replace(picture=as_png(picture))).holds


def test_a_label_too_small_to_be_read_is_left_to_structure():
    subject = painted()
    small = shown(subject).resize((192, 192))
    found = judged("product_label", with_picture(small))
    assert found.holds
    assert "product_structure alone judges it" in found.text


@pytest.mark.parametrize("check", CHECKS)
def test_a_machine_without_the_networks_asks_a_person(check, monkeypatch):
    networks._session.cache_clear()
    label_of.cache_clear()
    monkeypatch.setattr(networks, "_PACKAGE", "no_such_reader")
    with pytest.raises(Undecidable, match="no_such_reader"):
        judged(check, painted())
    networks._session.cache_clear()


@pytest.mark.parametrize("check", CHECKS)
def test_a_picture_of_one_pixel_asks_a_person(check):
    with pytest.raises(Undecidable):
        judged(check, with_picture(Image.new("RGB", (1, 1))))


@pytest.mark.parametrize("check", ["foreign_text", "watermark"])
def test_a_panorama_of_eight_to_one_is_searched_whole(check):
    wide = Image.new("RGB", (4096, 512), (120, 130, 140))
    mark = written(wide, "www.imagebank.com", (3100, 20), 64, (255, 255, 255))
    assert judged(check, with_picture(wide)).holds
    assert not judged(check, with_picture(mark)).holds
