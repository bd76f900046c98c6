"""Judging fails closed: a check that is gone or breaks, and a picture that is no picture of ours, never pass."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adlocalizer import checks
from adlocalizer.checks import MasterSubject, check_master, worst
from adlocalizer.checks.standard import Check
from adlocalizer.config import find_project
from adlocalizer.domain import Answer, Fact, Prompt, Reference, Request, Severity
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.layouts import load_layouts

ROOT = Path(__file__).parents[1]
SHOT = (ROOT / "data/products/solara-can.png").read_bytes()
BOOK = find_project(ROOT).checks()


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "TIFF" if picture.mode == "CMYK" else "PNG")
    return out.getvalue()


def jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def noise(wide: int, high: int) -> Image.Image:
    small = np.random.default_rng(1).integers(0, 255, (max(1, high // 8), max(1, wide // 8), 3), np.uint8)
    return Image.fromarray(small).resize((wide, high))


def subject(picture: bytes, ratio: str = "1:1") -> MasterSubject:
    facts = (Fact(name="light", value="day", text="day", source="test"),)
    where = load_layouts(ROOT / "configs/layouts").composition_for(ratio, "ltr")
    prompt = Prompt(text="a city", template_sha256="0" * 64, facts=facts, composition=where)
    product = Reference(role="product", sha256="1" * 64, mime="image/png", path="can.png")
    asked = Request(
        provider="preview", model="m-1", prompt=prompt, references=(product,), ratio=ratio, size="1K", seed=7
    )
    answer = Answer(key=asked.key, kind="picture", mime="image/png")
    return MasterSubject(asked.key, picture, asked, answer, SHOT)


def deep() -> Image.Image:
    return Image.fromarray(np.random.default_rng(2).integers(0, 65_535, (512, 512), np.uint16))


STRANGE = {
    "16-bit": (png(deep()), "1:1"),
    "CMYK as JPEG": (jpeg(noise(512, 512).convert("CMYK")), "1:1"),
    "CMYK as TIFF": (png(noise(512, 512).convert("CMYK")), "1:1"),
    "1 x 1": (png(noise(1, 1)), "1:1"),
    "12,288 x 1,536": (jpeg(noise(12_288, 1_536)), "8:1"),
    "nothing": (b"", "1:1"),
    "half a picture": (png(noise(512, 512))[:2_000], "1:1"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_picture_never_passes(name):
    findings = check_master(subject(*STRANGE[name]), BOOK)
    assert worst(findings) is not Severity.PASS
    assert all(one.remedy for one in findings if one.severity is not Severity.PASS)


def test_nothing_found_asks_for_a_person():
    assert worst(()) is Severity.REVIEW


def without(stage: str, name: str):
    return lambda asked: tuple(one for one in checks_of(asked) if (asked, one.id) != (stage, name))


checks_of = checks._checks
MASTERS = tuple(one.id for one in checks_of("master"))


@pytest.mark.parametrize("name", MASTERS)
def test_without_its_check_a_stanza_stops_the_judging(monkeypatch, name):
    monkeypatch.setattr(checks, "_checks", without("master", name))
    with pytest.raises(ConfigError, match=name):
        check_master(subject(png(noise(64, 64))), BOOK)


@pytest.mark.parametrize("name", MASTERS)
def test_a_check_that_raises_asks_for_a_person_and_tells_the_error(monkeypatch, name):
    def breaks(_seen, _standard):
        raise ZeroDivisionError("a bug")

    def good(_seen, _standard):
        return checks.Verdict(holds=True, text="Good.")

    def all_good_but_one(stage: str) -> tuple[Check, ...]:
        return tuple(one._replace(judge=breaks if one.id == name else good) for one in checks_of(stage))

    monkeypatch.setattr(checks, "_checks", all_good_but_one)
    findings = check_master(subject(png(noise(64, 64))), BOOK)
    broken = next(one for one in findings if one.check == name)
    assert (broken.severity, worst(findings)) == (Severity.REVIEW, Severity.REVIEW)
    assert "ZeroDivisionError: a bug" in broken.text
