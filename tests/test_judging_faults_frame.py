"""The emulator's spoilt pictures: each fault of the frame is caught, and good pictures are not."""

from __future__ import annotations

import functools
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adlocalizer.checks import MasterSubject, judge_master
from adlocalizer.config import find_project
from adlocalizer.domain import Answer, Severity
from adlocalizer.imaging.locating import cut_of
from adlocalizer.imaging.masters import Master, open_master
from tests.emulator.altering import ALTERED, altered, line_of
from tests.emulator.models import MODELS
from tests.emulator.pictures import Drawn, Painter, Place, beside
from tests.emulator.wire import Picture, Wish
from tests.test_checks_master import SHOT, painted

ROOT = Path(__file__).parents[1]
BOOK = find_project(ROOT).checks()
PRODUCT = Picture("0" * 64, "image/png", SHOT)
PAINTER = Painter()
FRAME = ("ends_cleanly", "framed", "repeats", "exposure", "echo", "enlarged", "letterbox", "blank")
CAUGHT = {"framed": "framed", "upscaled": "enlarged", "echo": "echo", "letterbox": "letterbox", "blank": "blank"}
WORDS = "between 35 % and 65 % of the width, its bottom edge on the ground at 88 % of the height"


def wish(ratio: str, pictures: tuple[Picture, ...] = (PRODUCT,)) -> Wish:
    model = next(model for model in MODELS.values() if "1K" in model.image_tokens)
    kept = {"seed": 1, "thinking": "", "shows_thoughts": False, "most_tokens": None, "search": ()}
    shape = {"ratio": ratio, "size": "1K", "modalities": ("IMAGE",), "mime": "image/jpeg"}
    more = {"identity": ratio, "deprecated": (), "vertex": False}
    return Wish(model=model, text=WORDS, pictures=pictures, **kept, **shape, **more)


def drawn(ratio: str, fault: str = "", salt: int = 0) -> Drawn:
    if fault:
        return PAINTER.spoilt(wish(ratio), fault, "image/jpeg", salt)
    return PAINTER.answer(wish(ratio), {"mime": "image/jpeg", "pictures": "drawn"}, salt)


@functools.cache
def pixels(ratio: str, fault: str = "") -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(drawn(ratio, fault).content)).convert("RGB")).astype(int)


def judged(picture: bytes, ratio: str, opened: Master | None = None) -> dict[str, Severity]:
    asked = painted(ratio).request
    subject = MasterSubject("0" * 64, picture, asked, Answer(key="0" * 64, kind="picture"), SHOT, opened=opened)
    return {one.check: one.severity for one in judge_master(subject, BOOK).findings}


@pytest.mark.parametrize("salt", range(4))
@pytest.mark.parametrize("ratio", ["1:1", "9:16", "16:9", "4:5"])
def test_a_drawn_picture_has_no_fault_of_the_frame(ratio, salt):
    found = judged(drawn(ratio, salt=salt).content, ratio)
    assert {check: found[check] for check in FRAME if found[check] is not Severity.PASS} == {}


@pytest.mark.parametrize("salt", range(3))
@pytest.mark.parametrize("ratio", ["1:1", "9:16", "16:9"])
@pytest.mark.parametrize("fault", CAUGHT)
def test_a_fault_of_the_frame_is_never_passed(fault, ratio, salt):
    found = judged(drawn(ratio, fault, salt).content, ratio)
    assert found[CAUGHT[fault]] is Severity.FAIL


def test_a_thumbnail_is_found_in_a_picture_that_is_decoded_at_a_half():
    thumbnail, sharp = drawn("1:1", "upscaled").content, drawn("1:1").content
    assert open_master(thumbnail, [(300, 250)]).size == (512, 512)
    found = [judged(one, "1:1", open_master(one, [(300, 250)]))["enlarged"] for one in (thumbnail, sharp)]
    assert found == [Severity.FAIL, Severity.PASS]


@pytest.mark.parametrize("fault", [*ALTERED, "missing_product", "doubled", "lettered"])
def test_a_fault_of_the_product_changes_the_picture_in_one_place_only(fault):
    changed = np.abs(pixels("1:1", fault) - pixels("1:1")).max(axis=2) > 40
    assert 0.0001 < changed.mean() < 0.35


@pytest.mark.parametrize("fault", ALTERED)
def test_an_altered_product_keeps_the_outline_of_its_shot(fault):
    before, after = (cut_of(shot.content).rgba.getchannel("A") for shot in (PRODUCT, altered(PRODUCT, fault)))
    apart = np.abs(np.asarray(before).astype(int) - np.asarray(after)) > 127
    assert apart.mean() < 0.02


def test_the_largest_line_of_the_can_has_the_six_letters_of_its_name():
    assert len(line_of(cut_of(SHOT).rgba)) == 6


def test_a_changed_letter_leaves_the_rest_of_the_label_alone():
    before, after = (
        np.asarray(cut_of(shot.content).rgba.convert("RGB")).astype(int)
        for shot in (PRODUCT, altered(PRODUCT, "letter_changed"))
    )
    changed = np.argwhere(np.abs(before - after).max(axis=2) > 30)
    tall, wide = changed.max(axis=0) - changed.min(axis=0)
    assert 0 < tall < 0.14 * before.shape[0]
    assert 0 < wide < 0.25 * before.shape[1]


def test_a_second_product_stands_on_the_side_with_more_room():
    assert beside(Place(left=0.6, right=0.9)).right == 0.6
    assert beside(Place(left=0.1, right=0.4)).left == 0.4


def test_an_edit_of_a_spoilt_picture_shows_the_true_product():
    spoilt = drawn("1:1", "swapped")
    parent = Picture(spoilt.sha256, spoilt.mime, spoilt.content)
    mended = PAINTER.answer(wish("1:1", (parent,)), {"mime": "image/jpeg", "pictures": "drawn"}, 0)
    assert mended.sha256 == drawn("1:1").sha256
