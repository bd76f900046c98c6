"""The benchmark of judging runs, its set is labelled rightly, and its figures are those of their formulas."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adlocalizer.calibrating.relettering import lines_of
from adlocalizer.calibrating.resembling import alike
from adlocalizer.calibrating.variants import NEGATIVES, RIGHT
from adlocalizer.checks import check_master
from adlocalizer.config import find_project
from adlocalizer.domain import Severity
from adlocalizer.imaging.locating import cut_of, why_unsure

pytestmark = pytest.mark.xdist_group("judging-set")  # its grounds take three seconds to paint
ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))  # its scripts import one another by name

from judging_baseline import look  # noqa: E402
from judging_judged import Judged  # noqa: E402
from judging_set import BLOCK, CLASSES, HELD_APART, TUNING, WRONG, Picture, labelled, make, shots  # noqa: E402
from judging_spoilt import SPOILT  # noqa: E402
from judging_tables import area, caught, confusion, interval  # noqa: E402


def made(product: str, kind: str, seed: int = HELD_APART):
    found = make(Picture(product, kind, seed))
    assert found is not None
    return found


def test_every_class_has_its_pictures_and_two_fifths_are_right():
    counts = Counter(one.kind for one in labelled(2400))
    assert set(counts) == set(CLASSES)
    assert counts[RIGHT] == 960
    assert min(counts[kind] for kind in WRONG) >= 72


def test_every_product_has_every_class():
    assert {(one.product, one.kind) for one in labelled(2400)} == {(name, kind) for name in shots() for kind in CLASSES}


def test_pictures_that_are_reported_on_have_no_seed_of_those_that_limits_are_set_on():
    reported, tuned = ({one.seed for one in labelled(2400, first=first)} for first in (HELD_APART, TUNING))
    assert not reported & tuned
    assert min(reported | tuned) >= 1_000_000  # calibrations count from 0


def test_two_blocks_share_no_seed():
    one, next_one = ({each.seed for each in labelled(2400, first=HELD_APART + at * BLOCK)} for at in (0, 1))
    assert not one & next_one


def test_kinds_that_are_named_are_all_there_is_and_take_turns():
    counts = Counter(one.kind for one in labelled(64, kinds=("letters", "mirrored")))
    assert counts == {"letters": 32, "mirrored": 32}


def test_pictures_of_named_kinds_have_other_seeds_than_the_whole_set_of_their_block():
    whole, named = ({one.seed for one in labelled(2400, kinds=kinds)} for kinds in ((), ("letters",)))
    assert not whole & named
    assert max(whole | named) < HELD_APART + BLOCK


def test_a_product_is_drawn_the_same_every_time():
    before = shots()
    shots.cache_clear()
    assert shots() == before


def test_a_picture_is_made_the_same_every_time():
    one, two = (made("jar", "hidden", HELD_APART + 12) for _ in range(2))
    assert one.subject.picture == two.subject.picture


def test_only_the_plain_soap_cannot_be_told_from_its_shot():
    assert [name for name, shot in shots().items() if why_unsure(shot)] == ["soap"]


def test_a_carton_that_fills_the_picture_is_no_frame():
    carton = made("box", RIGHT, TUNING + 3042).subject
    found = {one.check: one for one in check_master(carton, find_project(ROOT).checks())}
    assert found["framed"].severity is Severity.PASS


def test_a_truncated_picture_does_not_decode():
    broken = made("can", "truncated")
    book = find_project(ROOT).checks()
    failed = {one.check for one in check_master(broken.subject, book) if one.severity is Severity.FAIL}
    assert broken.picture is None
    assert "decodes" in failed


def test_a_swapped_picture_carries_the_shot_of_the_product_that_was_asked_for():
    assert made("can", "swapped").subject.shot == shots()["can"]


def test_a_narrow_o_is_not_exchanged_for_a_wide_one():
    narrow, _, wide = next(line for line in lettering("bottle") if len(line) == 3 and abs(line[0].top - 652) < 3)
    assert wide.wide > 1.3 * narrow.wide
    assert alike(narrow.ink, wide.ink)


def test_gaps_between_letters_are_no_letters():
    assert not [line for line in lettering("telephone") if line[0].left < 200 and abs(line[0].top - 626) < 5]


def lettering(product: str):
    cut = cut_of(shots()[product]).rgba
    share = 1000 / max(cut.size)
    return lines_of(cut.resize((round(share * cut.width), round(share * cut.height)), Image.Resampling.LANCZOS))


def test_a_product_without_letters_has_no_changed_ones():
    assert make(Picture("soap", "letters", HELD_APART)) is None


@pytest.mark.parametrize("kind", [kind for kind in SPOILT if kind not in {"truncated", "wrong ratio"}])
def test_a_spoilt_picture_keeps_its_size_and_differs_from_the_right_one(kind):
    right, wrong = made("box", RIGHT, HELD_APART + 2).picture, made("box", kind, HELD_APART + 2).picture
    assert right is not None
    assert wrong is not None
    assert wrong.size == right.size
    assert np.abs(np.asarray(wrong).astype(int) - np.asarray(right)).mean() > 0.2


def test_a_picture_of_a_wrong_ratio_is_eight_per_cent_off():
    right, wrong = (made("tube", kind, HELD_APART + 3).picture for kind in (RIGHT, "wrong ratio"))
    assert right is not None
    assert wrong is not None
    off = np.log(wrong.width / wrong.height / (right.width / right.height))
    assert abs(off) >= np.log(1.079)


def test_the_area_is_one_where_all_wrong_pictures_lie_farther():
    assert area([0.1, 0.2], [0.3, 0.4]) == 1.0


def test_the_area_is_a_half_where_nothing_can_be_told():
    assert area([0.1, 0.2], [0.1, 0.2]) == 0.5


def test_a_point_of_a_curve_loses_no_more_right_pictures_than_it_says():
    right = [float(value) for value in range(100)]
    assert caught(right, [97.5, 98.5, 200.0], 0.01) == pytest.approx(2 / 3)


def test_none_of_three_hundred_may_still_be_one_in_a_hundred():
    low, high = interval(0, 300)
    assert low == 0
    assert 0.01 < high < 0.013


def test_a_right_picture_for_a_person_is_not_judged_wrongly():
    ends = ("passed", "for a person", "for a person", "rejected")
    judged = [Judged("can", RIGHT, at, end, (), (), {}, {}, {}) for at, end in enumerate(ends)]
    assert "| 4 | 1 | 2 | 1 | 25.0% |" in confusion(judged)


def test_a_wrong_picture_is_judged_wrongly_where_it_passes():
    judged = [Judged("can", "echo", at, end, (), (), {}, {}, {}) for at, end in enumerate(("passed", "rejected"))]
    assert "| 2 | 1 | 0 | 1 | 50.0% |" in confusion(judged)


def test_the_baseline_finds_the_product_in_a_right_picture_and_not_in_one_without():
    there, gone = (made("can", kind, HELD_APART + 5) for kind in (RIGHT, "missing"))
    found = [look(one.picture, one.picture.width / one.picture.height, shots()["can"]) for one in (there, gone)]
    assert found[0].distances["template"] < found[1].distances["template"]


def test_the_baseline_knows_a_broken_file():
    assert look(None, 1.0, shots()["can"]).is_broken


def test_every_negative_of_a_calibration_is_in_the_set():
    assert set(NEGATIVES) <= set(WRONG)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_small_run_prints_its_tables_and_goes_on_with_its_record(tmp_path):
    record = tmp_path / "verdicts.jsonl"
    options = ["--products", "can", "--pictures", "48", "--workers", "1", "--record", str(record)]
    command = [sys.executable, str(ROOT / "benchmarks/judging.py"), *options]
    for _ in range(2):
        done = subprocess.run([*command, "--at-most", "1"], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert len(record.read_text(encoding="utf-8").splitlines()) == 2
    assert "2 pictures of 1 drawn products" in done.stdout
    assert "**all, every picture**" in done.stdout
