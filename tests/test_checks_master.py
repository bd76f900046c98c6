"""Checks of a provider's picture: painted pictures pass in every ratio and weather, and each fault is caught."""

from __future__ import annotations

import functools
import hashlib
import io
import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from adlocalizer.checks import MasterSubject, check_ids, check_master, worst
from adlocalizer.config import find_project
from adlocalizer.domain import Box, CheckBook, Fact, Finding, Prompt, Reference, Request, Severity
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.layouts import load_layouts
from adlocalizer.painting.frame import frame_of
from adlocalizer.painting.product import product_of, sized
from adlocalizer.painting.scene import compose, draw, paint
from adlocalizer.painting.tables import read_tables
from tests.emulator.spoiling import framed, upscaled

ROOT = Path(__file__).parents[1]
DATA = str(ROOT / "data")
DICE = random.Random(1)  # noqa: S311
SHOT = (ROOT / "data" / "products" / "solara-can.png").read_bytes()
BOOK = find_project(ROOT).checks()
LAYOUTS = load_layouts(ROOT / "configs" / "layouts")
MODEL = find_project(ROOT).models()["preview-scene-1"]
HOURS = {
    "a clear day": ("day", "clear", 40.0),
    "a clear night": ("night", "clear", -20.0),
    "snow": ("day", "snow", 30.0),
    "fog": ("day", "fog", 35.0),
    "fog at night": ("night", "fog", -15.0),
    "a golden hour": ("golden", "cloudy", 4.0),
}
MASTER_CHECKS = (
    *("decodes", "ratio", "resolution", "blank", "letterbox", "product_present"),
    *("ends_cleanly", "framed", "repeats", "exposure", "echo", "enlarged", "product_sharp"),
)


def request_for(ratio: str = "1:1", hour: str = "a clear day", size: str = "512") -> Request:
    light, weather, height = HOURS[hour]
    named = {"city_id": "fr-paris", "light": light, "weather": weather, "sun_elevation_degrees": height}
    facts = tuple(Fact(name=name, value=value, text=str(value), source="test") for name, value in named.items())
    where = LAYOUTS.composition_for(ratio, "ltr")
    prompt = Prompt(text="a city", template_sha256="0" * 64, facts=facts, composition=where)
    product = Reference(role="product", sha256=hashlib.sha256(SHOT).hexdigest(), mime="image/png", path="can.png")
    kept = {"provider": "preview", "model": MODEL.id, "references": (product,), "seed": 7}
    return Request(prompt=prompt, ratio=ratio, size=size, **kept)


@functools.cache
def painted(ratio: str = "1:1", hour: str = "a clear day") -> MasterSubject:
    request = request_for(ratio, hour)
    reply = paint(request, SHOT, MODEL.pixels[ratio]["512"], DATA)
    return MasterSubject(request.key, reply.picture or b"", request, reply.answer, SHOT, MODEL)


@functools.cache
def painted_without(ratio: str, hour: str) -> MasterSubject:
    """The same scene with nothing where the product stood."""
    subject, pixels = painted(ratio, hour), MODEL.pixels[ratio]["512"]
    source = product_of(SHOT)
    frame = frame_of(subject.request.prompt.composition, pixels, source.shape[1] / source.shape[0])
    gone = np.zeros_like(sized(SHOT, int(frame.product.wide), int(frame.product.high)))
    scene = compose(subject.request, frame, read_tables(DATA), DATA)
    return subject._replace(picture=jpeg(Image.fromarray(draw(scene, gone)[..., :3])))


def jpeg(picture: Image.Image, quality: int = 90) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def opened(subject: MasterSubject) -> Image.Image:
    return Image.open(io.BytesIO(subject.picture)).convert("RGB")


def finding(subject: MasterSubject, check: str, book: CheckBook = BOOK) -> Finding:
    return next(found for found in check_master(subject, book) if found.check == check)


def barred(subject: MasterSubject, share: float, upright: bool, colour: tuple[int, int, int]) -> MasterSubject:
    picture = opened(subject)
    wide, high = picture.size
    bar = round((wide if upright else high) * share)
    room = (wide - 2 * bar, high) if upright else (wide, high - 2 * bar)
    sheet = Image.new("RGB", picture.size, colour)
    sheet.paste(picture.resize(room), (bar, 0) if upright else (0, bar))
    return subject._replace(picture=jpeg(sheet))


def other_product() -> bytes:
    bottle = Image.new("RGBA", (400, 900), (0, 0, 0, 0))
    pen = ImageDraw.Draw(bottle)
    pen.rounded_rectangle((80, 260, 320, 890), 60, fill=(30, 110, 60, 255))
    pen.rectangle((160, 20, 240, 300), fill=(30, 110, 60, 255))
    pen.rectangle((90, 420, 310, 700), fill=(240, 235, 220, 255))
    out = io.BytesIO()
    bottle.save(out, "PNG")
    return out.getvalue()


def blurred(subject: MasterSubject) -> MasterSubject:
    """The product out of focus, the scene not."""
    picture, box = opened(subject), subject.answer.product_box
    wide, high = picture.size
    edges = [round(edge) for edge in (box.x * wide, box.y * high, (box.x + box.w) * wide, (box.y + box.h) * high)]
    picture.paste(picture.crop(edges).filter(ImageFilter.GaussianBlur(9)), edges[:2])
    return subject._replace(picture=jpeg(picture))


def repeated(subject: MasterSubject) -> MasterSubject:
    """The first half of a lying picture twice."""
    picture = opened(subject)
    half = picture.crop((0, 0, picture.width // 2, picture.height))
    picture.paste(half, (picture.width // 2, 0))
    return subject._replace(picture=jpeg(picture))


BROKEN = {
    "decodes": lambda: painted()._replace(picture=painted().picture[:9000]),
    "ratio": lambda: painted()._replace(picture=jpeg(opened(painted()).resize((512, 480)))),
    "resolution": lambda: painted()._replace(picture=jpeg(opened(painted()).resize((400, 400)))),
    "blank": lambda: painted()._replace(picture=jpeg(Image.new("RGB", (512, 512), (90, 120, 200)))),
    "letterbox": lambda: barred(painted(), 0.1, False, (0, 0, 0)),
    "ends_cleanly": lambda: painted()._replace(picture=painted().picture + b"PK\x03\x04 more"),
    "framed": lambda: painted()._replace(picture=jpeg(framed(opened(painted()), DICE))),
    "repeats": lambda: repeated(painted("8:1")),
    "exposure": lambda: painted()._replace(picture=jpeg(opened(painted()).point(lambda level: min(255, level * 9)))),
    "echo": lambda: painted()._replace(picture=SHOT),
    "enlarged": lambda: painted()._replace(picture=jpeg(upscaled(opened(painted()), DICE))),
    "product_sharp": lambda: blurred(painted()),
    "product_present": lambda: painted_without("1:1", "a clear day"),
}


def test_every_check_of_a_master_has_a_failing_test():
    judged = {found.check for found in check_master(painted(), BOOK)}
    elsewhere = judged - set(BROKEN)
    paths = (path for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__))
    others = "".join(path.read_text("utf-8") for path in paths)
    assert set(BROKEN) == set(MASTER_CHECKS) <= judged
    assert [check for check in sorted(elsewhere) if check not in others] == []


def test_every_check_has_a_stanza_and_every_stanza_a_check():
    assert set(check_ids()) == set(BOOK.checks)


@pytest.mark.parametrize("check", MASTER_CHECKS)
def test_a_painted_picture_passes(check):
    found = finding(painted(), check)
    assert found.severity is Severity.PASS
    assert found.subject == painted().key
    assert found.text
    assert found.remedy == ""


@pytest.mark.parametrize("check", MASTER_CHECKS)
def test_a_broken_picture_is_caught_with_the_rule_s_severity_and_remedy(check):
    found, rule = finding(BROKEN[check](), check), BOOK.checks[check]
    assert found.severity.value == rule.severity
    assert found.remedy == rule.remedy
    assert found.text
    assert found.value is not None
    assert found.threshold == rule.threshold


@pytest.mark.parametrize("hour", HOURS)
@pytest.mark.parametrize("ratio", MODEL.pixels)
def test_every_ratio_passes_in_every_light_and_weather(ratio, hour):
    findings = check_master(painted(ratio, hour), BOOK)
    assert worst(findings) is Severity.PASS, [found.text for found in findings]


@pytest.mark.parametrize("hour", ["a clear day", "fog", "a clear night"])
@pytest.mark.parametrize("ratio", ["1:1", "9:16", "16:9", "8:1", "1:8"])
def test_the_same_scene_without_the_product_fails(ratio, hour):
    assert finding(painted_without(ratio, hour), "product_present").severity is Severity.FAIL


@pytest.mark.parametrize("ratio", ["1:1", "9:16", "16:9", "8:1", "1:8"])
def test_another_product_in_its_place_fails(ratio):
    reply = paint(request_for(ratio), other_product(), MODEL.pixels[ratio]["512"], DATA)
    subject = painted(ratio)._replace(picture=reply.picture, answer=reply.answer)
    assert finding(subject, "product_present").severity is Severity.FAIL


def test_a_mirrored_product_fails():
    mirrored = opened(painted()).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    answer = painted().answer.model_copy(update={"product_box": None})
    subject = painted()._replace(picture=jpeg(mirrored), answer=answer)
    assert finding(subject, "product_mirrored").severity is Severity.FAIL


def test_a_product_elsewhere_than_the_provider_says_asks_for_review():
    answer = painted().answer.model_copy(update={"product_box": Box(x=0.02, y=0.02, w=0.2, h=0.3)})
    found = finding(painted()._replace(answer=answer), "product_present")
    assert found.severity is Severity.REVIEW
    assert "elsewhere" in found.text


def test_a_provider_that_does_not_say_where_the_product_is_is_believed_no_less():
    answer = painted().answer.model_copy(update={"product_box": None})
    assert finding(painted()._replace(answer=answer), "product_present").severity is Severity.PASS


@pytest.mark.parametrize("shot", [b"", b"<html></html>", SHOT[:5000]])
def test_a_shot_that_cannot_be_read_asks_for_review(shot):
    assert finding(painted()._replace(shot=shot), "product_present").severity is Severity.REVIEW


@pytest.mark.parametrize("picture", [b"", b"<html></html>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff" + b"\0" * 400])
def test_nothing_passes_for_bytes_that_are_no_picture(picture):
    findings = check_master(painted()._replace(picture=picture), BOOK)
    assert worst(findings) is Severity.FAIL
    assert all(found.severity is not Severity.PASS for found in findings)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (128, 120, 110), (11, 61, 102)])
@pytest.mark.parametrize("upright", [True, False])
@pytest.mark.parametrize("ratio", ["1:1", "9:16", "21:9"])
def test_bars_of_any_colour_are_caught(ratio, upright, colour):
    assert finding(barred(painted(ratio, "a golden hour"), 0.08, upright, colour), "letterbox").severity.value == "fail"


def test_one_wide_bar_is_caught_and_one_thin_line_is_not():
    for share, severity in ((0.2, Severity.FAIL), (0.03, Severity.PASS)):
        picture = opened(painted())
        picture.paste((255, 255, 255), (0, 0, 512, round(512 * share)))
        assert finding(painted()._replace(picture=jpeg(picture)), "letterbox").severity is severity


def _blanks() -> dict[str, Image.Image]:
    dice = np.random.default_rng(5)
    slope = np.linspace(0, 255, 512)
    down = np.repeat(slope[:, None], 512, axis=1)
    noisy = (down + dice.normal(0, 4, down.shape)).clip(0, 255)
    grain = dice.normal(128, 3, (512, 512)).clip(0, 255)
    shades = {"a gradient": down, "a noisy gradient": noisy, "a gradient across": down.T, "grain": grain}
    return {name: Image.fromarray(each.astype(np.uint8)).convert("RGB") for name, each in shades.items()}


@pytest.mark.parametrize("name", _blanks())
def test_pictures_of_nothing_are_blank(name):
    assert finding(painted()._replace(picture=jpeg(_blanks()[name])), "blank").severity is Severity.FAIL


def test_a_soft_picture_is_not_blank():
    soft = opened(painted()).filter(ImageFilter.GaussianBlur(3))
    assert finding(painted()._replace(picture=jpeg(soft)), "blank").severity is Severity.PASS


@pytest.mark.parametrize(("size", "severity"), [((512, 494), "pass"), ((512, 490), "fail"), ((534, 512), "fail")])
def test_the_ratio_may_be_four_per_cent_off(size, severity):
    subject = painted()._replace(picture=jpeg(opened(painted()).resize(size)))
    assert finding(subject, "ratio").severity.value == severity


def test_a_ratio_nearer_to_another_of_the_model_s_fails_although_it_is_close():
    subject = painted("3:4")._replace(picture=jpeg(opened(painted("3:4")).resize((467, 600))))
    assert finding(subject, "ratio").severity is Severity.FAIL
    assert "4:5" in finding(subject, "ratio").text
    assert finding(subject._replace(model=None), "ratio").severity is Severity.PASS


@pytest.mark.parametrize("ratio", MODEL.pixels)
def test_without_the_model_s_table_a_size_is_taken_as_a_square_s_side(ratio):
    assert finding(painted(ratio)._replace(model=None), "resolution").severity is Severity.PASS


def test_the_severity_is_the_book_s():
    rule = BOOK.checks["letterbox"].model_copy(update={"severity": "review"})
    milder = CheckBook(checks={**BOOK.checks, "letterbox": rule})
    assert finding(BROKEN["letterbox"](), "letterbox", milder).severity is Severity.REVIEW


def test_a_missing_stanza_is_named():
    short = CheckBook(checks={name: rule for name, rule in BOOK.checks.items() if name != "blank"})
    with pytest.raises(ConfigError, match="no stanza for blank"):
        check_master(painted(), short)


def test_an_unknown_stanza_is_named():
    more = CheckBook(checks={**BOOK.checks, "sharpness": BOOK.checks["blank"]})
    with pytest.raises(ConfigError, match="no check is called sharpness"):
        check_master(painted(), more)


@pytest.mark.parametrize("threshold", [None, float("nan"), float("inf")])
def test_a_threshold_that_cannot_be_compared_with_is_named(threshold):
    rule = BOOK.checks["blank"].model_copy(update={"threshold": threshold})
    with pytest.raises(ConfigError, match=r"checks\.blank"):
        check_master(painted(), CheckBook(checks={**BOOK.checks, "blank": rule}))


def test_the_worst_of_nothing_asks_for_review():
    assert worst(()) is Severity.REVIEW
