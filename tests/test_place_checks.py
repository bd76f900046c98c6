"""Light, weather, composition and people of a picture, held against what it was asked for."""

from __future__ import annotations

import functools
import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adlocalizer.checks import MasterSubject
from adlocalizer.checks.daylight import daylight
from adlocalizer.checks.people import no_people, people_shown
from adlocalizer.checks.placement import product_place
from adlocalizer.checks.quiet_area import quiet_area
from adlocalizer.checks.seen import see_master
from adlocalizer.checks.snow import snow_in_warmth
from adlocalizer.checks.standard import Check, Standard, Verdict
from adlocalizer.config import find_project
from adlocalizer.domain import Answer, Box, Edit, Fact, Prompt, Reference, Request
from adlocalizer.imaging.layouts import load_layouts
from adlocalizer.imaging.people import find_faces
from adlocalizer.painting.scene import paint

ROOT = Path(__file__).parents[1]
SHOT = (ROOT / "data" / "products" / "solara-can.png").read_bytes()
BOOK = find_project(ROOT).checks()
LAYOUTS = load_layouts(ROOT / "configs" / "layouts")
HEIGHTS = {"day": 40.0, "golden": 4.0, "blue": -5.0, "twilight": -9.0, "night": -30.0}
SIZES = {"1:1": (512, 512), "16:9": (688, 384), "9:16": (384, 688), "8:1": (1536, 192)}
NOON = {"light": "day", "hour": 12, "weather": "clear", "temperature_celsius": 24.0}


def asked(ratio: str = "1:1", roles: tuple[str, ...] = ("product",), **facts: object) -> Request:
    said = {"city_id": "fr-paris", "sun_elevation_degrees": HEIGHTS[str(facts.get("light", "day"))], **NOON, **facts}
    known = [Fact(name=name, value=value, text=str(value), source="test") for name, value in said.items() if value]
    composition = LAYOUTS.composition_for(ratio, "ltr")
    prompt = Prompt(text="a city", template_sha256="0" * 64, facts=tuple(known), composition=composition)
    digest = hashlib.sha256(SHOT).hexdigest()
    sent = tuple(Reference(role=role, sha256=digest, mime="image/png", path="can.png") for role in roles)
    return Request(provider="preview", model="m", prompt=prompt, references=sent, ratio=ratio, size="512", seed=3)


@functools.cache
def painted(ratio: str = "1:1", light: str = "day", weather: str = "clear") -> bytes:
    return paint(asked(ratio, light=light, weather=weather), SHOT, SIZES[ratio], str(ROOT / "data")).picture or b""


def subject(picture: bytes | Image.Image, request: Request, box: Box | None = None) -> MasterSubject:
    if isinstance(picture, Image.Image):
        out = io.BytesIO()
        picture.save(out, "PNG")
        picture = out.getvalue()
    where = box or request.prompt.composition.product
    return MasterSubject(
        request.key, picture, request, Answer(key=request.key, kind="picture", product_box=where), SHOT
    )


def verdict(check: Check[object], about: MasterSubject) -> Verdict:
    return check.judge(see_master(about), Standard(check.id, BOOK.checks[check.id]))


def astronaut() -> Image.Image:
    data = pytest.importorskip("skimage.data")
    return Image.fromarray(data.astronaut())


def with_face(share: float) -> Image.Image:
    """A photographed person in a grey frame of 1,024 pixels, as a share of its side."""
    frame = Image.new("RGB", (1024, 1024), (140, 150, 160))
    side = round(1024 * share)
    frame.paste(astronaut().resize((side, side)), (10, 10))
    return frame


@pytest.mark.parametrize("light", HEIGHTS)
@pytest.mark.parametrize("weather", ["clear", "cloudy", "fog"])
def test_a_painted_sky_is_that_of_its_hour(light, weather):
    request = asked(light=light, weather=weather)
    assert verdict(daylight, subject(painted(light=light, weather=weather), request)).holds


@pytest.mark.parametrize("ratio", SIZES)
def test_a_night_sky_at_noon_is_caught_in_every_ratio(ratio):
    assert not verdict(daylight, subject(painted(ratio, "night"), asked(ratio))).holds


@pytest.mark.parametrize("ratio", SIZES)
def test_a_noon_sky_at_night_is_caught_in_every_ratio(ratio):
    assert not verdict(daylight, subject(painted(ratio), asked(ratio, light="night"))).holds


def test_a_black_sky_at_noon_is_wrong_beyond_doubt():
    found = verdict(daylight, subject(Image.new("RGB", (512, 512), (4, 5, 10)), asked()))
    assert (found.holds, found.doubtful) == (False, False)


def test_an_edit_that_changed_the_light_is_only_doubtful():
    edit = Edit(parent="0" * 64, picture_sha256="1" * 64, instruction="make it night")
    request = asked().model_copy(update={"edit": edit})
    found = verdict(daylight, subject(Image.new("RGB", (512, 512), (4, 5, 10)), request))
    assert (found.holds, found.doubtful) == (False, True)


def test_a_studio_without_an_hour_may_be_black():
    assert verdict(daylight, subject(Image.new("RGB", (512, 512)), asked(hour=None))).holds


def snowed_in() -> Image.Image:
    """White ground and roofs under a blue sky."""
    horizon = round(512 * asked().prompt.composition.horizon)
    pixels = np.full((512, 512, 3), (90, 150, 225), np.uint8)
    pixels[horizon - 80 :] = (238, 241, 246)
    return Image.fromarray(pixels)


def test_snow_in_july_asks_a_person():
    assert not verdict(snow_in_warmth, subject(snowed_in(), asked())).holds


@pytest.mark.parametrize("facts", [{"temperature_celsius": -2.0}, {"weather": "snow"}, {"temperature_celsius": None}])
def test_snow_may_lie_where_the_facts_allow_it(facts):
    assert verdict(snow_in_warmth, subject(snowed_in(), asked(**facts))).holds


@pytest.mark.parametrize("ratio", SIZES)
def test_a_painted_warm_city_shows_no_snow(ratio):
    assert verdict(snow_in_warmth, subject(painted(ratio), asked(ratio))).holds


@pytest.mark.parametrize("ratio", SIZES)
@pytest.mark.parametrize("light", ["day", "night"])
def test_the_copy_area_of_a_painted_picture_is_plain(ratio, light):
    assert verdict(quiet_area, subject(painted(ratio, light), asked(ratio, light=light))).holds


def test_a_crowded_copy_area_asks_a_person_and_shows_it():
    found = verdict(quiet_area, subject(Image.effect_noise((512, 512), 90).convert("RGB"), asked()))
    assert not found.holds
    assert found.evidence is not None


def test_one_line_across_the_copy_area_is_no_crowd():
    pixels = np.full((512, 512, 3), 190, np.uint8)
    pixels[100:104] = 20
    assert verdict(quiet_area, subject(Image.fromarray(pixels), asked())).holds


def placed(box: Box) -> Verdict:
    return verdict(product_place, subject(painted(), asked(), box))


@pytest.mark.parametrize("ratio", SIZES)
def test_a_product_where_it_was_asked_for_passes(ratio):
    assert verdict(product_place, subject(painted(ratio), asked(ratio))).holds


def test_a_product_on_the_words_place_asks_a_person():
    quiet, product = asked().prompt.composition.quiet, asked().prompt.composition.product
    where = Box(x=quiet.x + quiet.w / 2 - product.w / 2, y=quiet.y, w=product.w, h=product.h)
    found = placed(where)
    assert not found.holds
    assert "covers the area for the copy" in found.text


@pytest.mark.parametrize("times", [0.25, 1.8])
def test_a_product_of_another_size_asks_a_person(times):
    room = asked().prompt.composition.product
    found = placed(Box(x=room.x, y=room.y + room.h * (1 - times), w=room.w * times, h=room.h * times))
    assert not found.holds


def test_a_product_a_little_beside_its_place_is_no_fault():
    room = asked().prompt.composition.product
    assert placed(room.model_copy(update={"x": room.x + 0.06})).holds


def test_a_face_where_nobody_was_asked_for_asks_a_person_and_is_shown():
    found = verdict(no_people, subject(with_face(0.9), asked()))
    assert (found.holds, found.doubtful) == (False, True)
    assert found.evidence is not None


def lawful(request: Request, certainty: str, avoids: str = "people, parties, driving") -> Request:
    rule = Fact(name="market_avoids", value=avoids, text=avoids, source="rules", certainty=certainty)
    prompt = request.prompt.model_copy(update={"facts": (*request.prompt.facts, rule)})
    return request.model_copy(update={"prompt": prompt})


def test_a_face_against_a_reviewed_rule_fails():
    found = verdict(no_people, subject(with_face(0.9), lawful(asked(), "exact")))
    assert (found.holds, found.doubtful) == (False, False)


def test_a_face_against_a_rule_that_may_not_block_asks_a_person():
    found = verdict(no_people, subject(with_face(0.9), lawful(asked(), "estimated")))
    assert (found.holds, found.doubtful) == (False, True)


def test_a_rule_about_dress_is_none_about_people():
    found = verdict(no_people, subject(with_face(0.9), lawful(asked(), "exact", "bare skin, swimwear, embraces")))
    assert (found.holds, found.doubtful) == (False, True)


@pytest.mark.parametrize("ratio", SIZES)
def test_no_face_is_seen_in_a_painted_picture(ratio):
    assert verdict(no_people, subject(painted(ratio), asked(ratio))).holds


def test_people_of_the_scene_s_tags_may_be_seen():
    about = subject(with_face(0.9), asked())._replace(scene_tags=("people",))
    assert verdict(no_people, about).holds
    assert verdict(people_shown, about).holds


def test_people_who_went_along_and_are_not_seen_ask_a_person():
    assert not verdict(people_shown, subject(painted(), asked(roles=("product", "character")))).holds


def test_a_face_is_found_where_it_is():
    (face, *_) = find_faces(with_face(1.0))
    assert face.score > 0.5
    assert 0.3 < face.box.x + face.box.w / 2 < 0.6
    assert face.box.y + face.box.h / 2 < 0.4
