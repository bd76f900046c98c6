"""The checks of the product: a painted can passes all of them, and each wrong one fails its own, with evidence."""

from __future__ import annotations

import functools
import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from adlocalizer.checks import MasterSubject, judge_master
from adlocalizer.domain import Box, CheckBook, CheckChange, Finding, Severity
from adlocalizer.imaging.locating import cut_of
from tests.test_checks_master import BOOK, SHOT, jpeg, opened, painted

ROOT = Path(__file__).parents[1]
CHECKS = (
    *("product_present", "product_geometry", "product_mirrored", "product_structure"),
    *("product_colour", "product_once", "product_whole"),
)


def findings(subject: MasterSubject, book: CheckBook = BOOK) -> dict[str, Finding]:
    return {one.check: one for one in judge_master(subject, book).findings}


def product_of(subject: MasterSubject) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """The picture, and the edges of the product in its pixels."""
    picture, box = opened(subject), subject.answer.product_box
    wide, high = picture.size
    return picture, tuple(round(edge) for edge in (box.x * wide, box.y * high, box.right * wide, box.bottom * high))


def with_product(change, box: Box | None = None) -> MasterSubject:
    """The painted picture with the product taken from its place and put back changed."""
    picture, (left, top, right, bottom) = product_of(painted())
    rgba = cut_of(SHOT).rgba.resize((right - left, bottom - top), Image.Resampling.LANCZOS)
    changed = change(rgba)
    place = (left + (rgba.width - changed.width) // 2, bottom - changed.height)
    picture.paste(changed, place, changed)
    answer = painted().answer.model_copy(update={"product_box": box})
    return painted()._replace(picture=jpeg(picture), answer=answer)


def recoloured(rgba: Image.Image) -> Image.Image:
    pixels = np.asarray(rgba)
    hsv = cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0] + 20) % 180
    return Image.fromarray(np.dstack((cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB), pixels[..., 3])))


def struck_through(rgba: Image.Image) -> Image.Image:
    changed = rgba.copy()
    x, y, side = round(0.30 * rgba.width), round(0.655 * rgba.height), round(0.10 * rgba.width)
    changed.paste((247, 190, 30, 255), (x, y, x + side, y + side))
    return changed


def doubled() -> MasterSubject:
    picture, (left, top, right, bottom) = product_of(painted())
    rgba = cut_of(SHOT).rgba.resize((right - left, bottom - top), Image.Resampling.LANCZOS)
    aside = 10 if left > picture.width / 2 else picture.width - rgba.width - 10
    picture.paste(rgba, (aside, top), rgba)
    return painted()._replace(picture=jpeg(picture))


def covered() -> MasterSubject:
    picture, (left, top, right, bottom) = product_of(painted())
    leaf = Image.effect_noise((right - left, (bottom - top) * 3 // 10), 120).convert("RGB")
    picture.paste(leaf, (left, top + (bottom - top) // 4))
    return painted()._replace(picture=jpeg(picture))


WRONG = {
    "product_geometry": lambda: with_product(lambda can: can.resize((can.width, round(can.height * 0.86)))),
    "product_mirrored": lambda: with_product(ImageOps.mirror),
    "product_structure": lambda: with_product(struck_through),
    "product_colour": lambda: with_product(recoloured),
    "product_once": doubled,
    "product_whole": covered,
}


@functools.cache
def wrong(check: str) -> MasterSubject:
    return WRONG[check]()


@pytest.mark.parametrize("check", CHECKS)
def test_a_painted_product_passes(check):
    assert findings(painted())[check].severity is Severity.PASS


@pytest.mark.parametrize("check", WRONG)
def test_a_wrong_product_does_not_pass_its_own_check(check):
    found = findings(wrong(check))[check]
    assert found.severity is not Severity.PASS
    assert found.value > found.threshold
    assert found.remedy
    assert found.repairs


@pytest.mark.parametrize("check", ["product_geometry", "product_mirrored", "product_colour", "product_once"])
def test_what_is_plainly_wrong_fails(check):
    assert findings(wrong(check))[check].severity is Severity.FAIL


@pytest.mark.parametrize("check", WRONG)
def test_the_evidence_shows_shot_and_picture_side_by_side(check):
    shown = Image.open(io.BytesIO(judge_master(wrong(check), BOOK).evidence[check]))
    assert shown.format == "WEBP"
    assert shown.width > 100


def test_a_product_that_is_not_found_is_said_once():
    gone = painted()._replace(picture=jpeg(Image.effect_noise((512, 512), 90).convert("RGB")))
    found = findings(gone)
    assert found["product_present"].severity is Severity.FAIL
    assert {found[check].severity for check in CHECKS[1:]} == {Severity.REVIEW}
    assert all("not found" in found[check].text for check in CHECKS[1:])


def test_a_plain_product_needs_eyes():
    sheet = Image.new("RGBA", (500, 800), (0, 0, 0, 0))
    sheet.paste((120, 120, 120, 255), (100, 100, 400, 700))
    out = io.BytesIO()
    sheet.save(out, "PNG")
    found = findings(painted()._replace(shot=out.getvalue()))
    assert {found[check].severity for check in CHECKS} == {Severity.REVIEW}
    assert "plain" in found["product_present"].text


@pytest.mark.parametrize("check", CHECKS)
def test_a_broken_shot_asks_for_review(check):
    assert findings(painted()._replace(shot=SHOT[:3000]))[check].severity is Severity.REVIEW


def test_the_shot_that_fits_best_counts():
    front = io.BytesIO()
    Image.fromarray(np.asarray(recoloured(cut_of(SHOT).rgba))).save(front, "PNG")
    alone = painted()._replace(shot=front.getvalue())
    assert findings(alone)["product_colour"].severity is Severity.FAIL
    assert findings(alone._replace(more_shots=(SHOT,)))["product_colour"].severity is Severity.PASS


def test_no_more_than_three_shots_are_compared():
    front = io.BytesIO()
    Image.fromarray(np.asarray(recoloured(cut_of(SHOT).rgba))).save(front, "PNG")
    wrong_side = front.getvalue()
    subject = painted()._replace(shot=wrong_side, more_shots=(wrong_side, wrong_side, SHOT))
    assert findings(subject)["product_colour"].severity is Severity.FAIL


def test_a_calibration_changes_what_passes():
    stricter = BOOK.changed_by([CheckChange(check="product_colour", threshold=0.0, fails_at=50.0, why="test")])
    assert findings(painted(), stricter)["product_colour"].severity is Severity.REVIEW


def test_a_judged_picture_says_where_the_product_was_found():
    said = painted().answer.product_box
    unsaid = painted()._replace(answer=painted().answer.model_copy(update={"product_box": None}))
    assert judge_master(unsaid, BOOK).product_box.likeness(said) > 0.9


def test_a_picture_that_fails_before_its_product_is_looked_for_says_nothing_of_it():
    grey = Image.new("RGB", opened(painted()).size, (120, 120, 120))
    unsaid = painted().answer.model_copy(update={"product_box": None})
    assert judge_master(painted()._replace(picture=jpeg(grey), answer=unsaid), BOOK).product_box is None
