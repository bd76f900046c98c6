"""Calibration: pictures right and wrong by design, and limits that say honestly what they can tell."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from adlocalizer.calibrating import sampling
from adlocalizer.calibrating.altering import WRONG_COLOUR, CannotAlter, recoloured
from adlocalizer.calibrating.compositing import layer_of
from adlocalizer.calibrating.conditions import RANGES, SIZES, drawn
from adlocalizer.calibrating.grounds import ground
from adlocalizer.calibrating.limits import CHECKS, Sample, limits_of, verdict
from adlocalizer.calibrating.relettering import lines_of, relettered
from adlocalizer.calibrating.sampling import batches
from adlocalizer.calibrating.variants import CUT, NEGATIVES, RIGHT, STRETCHED, Variant, variant
from adlocalizer.checks.standard import Said, Standard
from adlocalizer.cli.main import run_command
from adlocalizer.config import Project, find_project
from adlocalizer.config.calibrations import read_calibration
from adlocalizer.domain import Calibration, CheckChange, CheckRule, ErrorRate, MeasureLimit
from adlocalizer.domain.judging import MEASURES_VERSION
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.lab import ciede2000, to_lab
from adlocalizer.imaging.locating import cut_of
from adlocalizer.loading import load
from adlocalizer.ordering import plan_order
from tests.commands import call
from tests.projects import make_project, small_order

ROOT = Path(__file__).parents[1]
KNOWN = MeasureLimit(check="product_present", threshold=0.21, fails_at=0.33, right_most=0.2, wrong_least=0.4)
FEW = 20
PRODUCTS = ("solara-can", "havena-tablet", "lesson-pendulum")


@functools.cache
def product(name: str = "solara-can") -> Image.Image:
    return cut_of((ROOT / "data/products" / f"{name}.png").read_bytes()).rgba


@functools.cache
def made(kind: str, seed: int = 3, name: str = "solara-can") -> Variant:
    return variant(kind, product(name), ground(1), seed)


def grey_block() -> Image.Image:
    block = Image.new("RGBA", (300, 400), (128, 128, 128, 255))
    ImageDraw.Draw(block).ellipse((60, 60, 240, 240), fill=(90, 90, 90, 255))
    return block


@pytest.mark.parametrize("kind", [RIGHT, "letters", "hidden"])
def test_the_same_seed_gives_the_same_picture(kind):
    assert made(kind).picture.tobytes() == variant(kind, product(), ground(1), 3).picture.tobytes()


@pytest.mark.parametrize("kind", [RIGHT, *NEGATIVES])
def test_a_picture_has_one_of_the_sizes_and_three_channels(kind):
    assert made(kind).picture.size in SIZES
    assert made(kind).picture.mode == "RGB"


def test_another_seed_gives_another_picture():
    assert made(RIGHT, 3).picture.tobytes() != made(RIGHT, 4).picture.tobytes()


def test_an_unknown_kind_is_refused():
    with pytest.raises(KeyError):
        variant("upside_down", product(), ground(1), 1)


@pytest.mark.parametrize("seed", range(6))
def test_a_right_product_stands_wholly_in_the_frame(seed):
    box = made(RIGHT, seed).box
    assert min(box.x, box.y) >= 0
    assert max(box.right, box.bottom) <= 1


@given(st.integers(0, 2**32 - 1))
def test_conditions_stay_inside_their_ranges(seed):
    seen = drawn(np.random.default_rng(seed))
    for name, span in RANGES.items():
        value = getattr(seen, name)
        assert value == span.still or span.low <= value <= span.high


@pytest.mark.parametrize("seed", range(4))
def test_a_cut_product_lies_over_the_edge_by_a_tenth_or_more(seed):
    box = made("cut", seed).box
    over = max(-box.x / box.w, -box.y / box.h, (box.right - 1) / box.w, (box.bottom - 1) / box.h)
    assert CUT[0] - 0.03 <= over <= CUT[1] + 0.03


@pytest.mark.parametrize("by", STRETCHED)
def test_a_stretched_layer_has_another_shape(by):
    seen = drawn(np.random.default_rng(1))._replace(turn=0.0, lean=0.0, yaw=0.0)
    usual, wide = layer_of(product(), seen).cover.shape, layer_of(product(), seen, (1 + by, 1.0)).cover.shape
    assert (wide[1] / wide[0]) / (usual[1] / usual[0]) == pytest.approx(1 + by, abs=0.03)


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize("seed", range(3))
def test_a_recoloured_product_strays_by_twelve_and_more(name, seed):
    before, after = product(name), recoloured(product(name), np.random.default_rng(seed))
    small = [np.asarray(one.resize((24, 36), Image.Resampling.BOX)) for one in (before, after)]
    lab = [to_lab(one) for one in small]
    parts = (np.hypot(lab[0][..., 1], lab[0][..., 2]) > 14) & (small[0][..., 3] > 200)
    pairs = zip(lab[0][parts].tolist(), lab[1][parts].tolist(), strict=True)
    assert np.mean([ciede2000(tuple(one), tuple(two)) for one, two in pairs]) >= WRONG_COLOUR[0] - 1.5


def test_a_recoloured_product_keeps_its_light_and_dark():
    before, after = (
        to_lab(np.asarray(one))[..., 0] for one in (product(), recoloured(product(), np.random.default_rng(0)))
    )
    assert np.abs(before - after).mean() < 8


def test_a_product_in_greys_cannot_be_recoloured():
    with pytest.raises(CannotAlter, match="no colours"):
        recoloured(grey_block(), np.random.default_rng(0))


def test_a_row_of_ornaments_is_not_lettering():
    jar = Image.new("RGBA", (500, 600))
    draw = ImageDraw.Draw(jar)
    draw.rectangle((20, 20, 480, 580), fill=(235, 230, 215, 255))
    for number, left in enumerate(range(60, 420, 60)):
        draw.regular_polygon((left, 120, 18 + number), 6, outline=(150, 100, 20, 255), width=4)
    draw.text((80, 380), "WILDTRACHT", font=ImageFont.load_default(size=50), fill=(60, 30, 10, 255))
    for seed in range(8):
        changed = np.asarray(relettered(jar, np.random.default_rng(seed))).astype(int)
        assert (np.abs(changed - np.asarray(jar)).max(axis=(1, 2)) > 40).nonzero()[0].min() > 300


def test_the_words_of_the_can_are_found_as_lines_of_letters():
    assert sorted(len(line) for line in lines_of(product().resize((540, 1000)))) == [3, 6, 13]


def test_a_product_without_words_says_so():
    with pytest.raises(CannotAlter, match="no lettering"):
        relettered(product("lesson-pendulum"), np.random.default_rng(0))


def test_an_o_upside_down_is_no_other_letter():
    plain = Image.new("RGBA", (600, 400), (240, 236, 228, 255))
    ImageDraw.Draw(plain).text((300, 200), "OOOO", font=ImageFont.load_default(90), anchor="mm", fill=(40, 30, 30, 255))
    with pytest.raises(CannotAlter, match="too much alike"):
        relettered(plain, np.random.default_rng(3))


@pytest.mark.parametrize("seed", range(8))
def test_a_changed_letter_truly_alters_a_small_part_of_the_label(seed):
    before, after = (
        np.asarray(one).astype(int) for one in (product(), relettered(product(), np.random.default_rng(seed)))
    )
    altered = np.abs(before - after).max(axis=2) > 40
    assert 50 < altered.sum() < 0.03 * altered.size


def test_letters_too_small_to_be_read_are_left_where_larger_ones_stand():
    changed = relettered(product(), np.random.default_rng(5), scale=0.2)
    rows = np.flatnonzero(np.abs(np.asarray(changed).astype(int) - np.asarray(product())).max(axis=(1, 2)) > 40)
    assert rows[0] > 0.6 * product().height
    assert rows[-1] < 0.72 * product().height


def test_a_product_alike_in_the_mirror_has_no_wrong_way_round():
    plain = Image.new("RGBA", (200, 300), (200, 60, 60, 255))
    with pytest.raises(CannotAlter, match="mirror"):
        variant("mirrored", plain, ground(1), 1)


def test_a_missing_product_leaves_the_background_alone():
    stage = made("missing")
    assert stage.box.w > 0
    again = variant("missing", product("havena-tablet"), ground(1), 3)
    assert np.asarray(stage.picture).mean() == pytest.approx(np.asarray(again.picture).mean(), abs=2)


def values(**over: float) -> dict[str, float]:
    return dict.fromkeys(CHECKS, 0.0) | over


def apart(count: int = 60) -> list[Sample]:
    """Right pictures and stretched ones that do not overlap."""
    right = [Sample(RIGHT, seed, values(stretch=0.001 * (seed % 20))) for seed in range(count)]
    return right + [Sample("stretched", seed, values(stretch=0.08 + 0.001 * seed)) for seed in range(count)]


def overlapping() -> list[Sample]:
    """Changed letters that measure as right ones do."""
    right = [Sample(RIGHT, seed, values(structure=0.01 * (seed % 10))) for seed in range(100)]
    return right + [Sample("letters", seed, values(structure=0.01 * (seed % 10))) for seed in range(40)]


def limit_of(samples: list[Sample], check: str) -> MeasureLimit:
    return next(one for one in limits_of(samples).limits if one.check == check)


def test_limits_lie_between_right_and_wrong_where_they_are_apart():
    limit = limit_of(apart(), "product_geometry")
    assert limit.right_most < limit.threshold < limit.fails_at < (limit.wrong_least or 0)
    assert limit.unsure == ""


def test_a_wrong_picture_just_beyond_the_worst_right_one_does_not_end_doubt_there():
    near = [Sample("stretched", seed, values(stretch=0.0195 + 0.01 * seed)) for seed in range(20)]
    limit = limit_of([one for one in apart() if one.kind == RIGHT] + near, "product_geometry")
    assert limit.threshold < 0.0195
    assert limit.fails_at == pytest.approx(0.019 + 0.25 * (0.019 - 0.010), abs=1e-4)


def test_pictures_that_are_apart_are_all_told():
    rates = {rate.kind: rate for rate in limits_of(apart()).rates}
    assert rates[RIGHT].passed == rates[RIGHT].pictures
    assert rates["stretched"].failed == rates["stretched"].pictures


def test_a_measure_that_cannot_tell_says_how_many_passed():
    assert "that were a letter or digit" in limit_of(overlapping(), "product_structure").unsure


def test_a_measure_that_cannot_tell_leaves_the_others_alone():
    assert limit_of(overlapping(), "product_geometry").unsure == ""


def test_no_right_picture_fails_where_measures_overlap():
    assert next(rate for rate in limits_of(overlapping()).rates if rate.kind == RIGHT).failed == 0


def test_few_right_pictures_go_to_a_person_where_measures_overlap():
    rate = next(rate for rate in limits_of(overlapping()).rates if rate.kind == RIGHT)
    assert rate.reviewed <= 0.12 * rate.pictures


@given(st.lists(st.floats(0, 1), min_size=4, max_size=40), st.lists(st.floats(0, 1), max_size=40))
def test_limits_never_reject_what_they_pass(right, wrong):
    samples = [Sample(RIGHT, seed, values(colour=value)) for seed, value in enumerate(right)]
    samples += [Sample("recoloured", seed, values(colour=value)) for seed, value in enumerate(wrong)]
    limit = limit_of(samples, "product_colour")
    assert limit.threshold <= limit.fails_at
    assert limit.right_most <= limit.fails_at + 1e-4


def test_a_measure_without_a_value_asks_a_person():
    limits = {"stretch": MeasureLimit(check="product_geometry", threshold=0.1, fails_at=0.2, right_most=0.05)}
    assert verdict(Sample(RIGHT, 0, {"stretch": math.nan}), limits) == "reviewed"


def test_wilson_s_interval_is_that_of_the_formula():
    low, high = ErrorRate(kind="letters", passed=0, reviewed=0, failed=100).interval(0)
    assert (low, round(high, 4)) == (0.0, 0.037)


def test_an_interval_of_nothing_is_everything():
    assert ErrorRate(kind="letters", passed=0, reviewed=0, failed=0).interval(0) == (0.0, 1.0)


def test_batches_hold_every_kind_and_as_many_pictures_as_were_asked_for():
    every = [one for batch in batches([b"front"], 480) for one in batch.pictures]
    assert {kind for kind, _ in every} == {RIGHT, *NEGATIVES}
    assert 480 <= len(every) <= 490


def test_the_shots_of_a_product_take_turns_in_both_halves():
    for shot in (b"front", b"back"):
        seeds = [
            seed for batch in batches([b"front", b"back"], 480) if batch.shot == shot for _, seed in batch.pictures
        ]
        assert {seed % 2 for seed in seeds} == {0, 1}


def test_an_unsure_rule_passes_nothing():
    rule = CheckRule(threshold=1.0, unsure="two of ten passed", remedy="look", why="test")
    judged = Standard("product_structure", rule).judge(0.0, Said("good", "bad"))
    assert (judged.holds, judged.doubtful, judged.text) == (False, True, "This needs eyes: two of ten passed.")


def test_an_unsure_rule_still_rejects_beyond_its_end_of_doubt():
    rule = CheckRule(threshold=1.0, fails_at=2.0, unsure="two of ten passed", remedy="look", why="test")
    assert not Standard("product_structure", rule).judge(3.0, Said("good", "bad")).doubtful


def limits_file(folder: Path, **over: object) -> Path:
    path = folder / "data/calibrations/solara-can.json"
    path.parent.mkdir(parents=True)
    limit = MeasureLimit(check="product_geometry", threshold=0.05, fails_at=0.06, right_most=0.04, wrong_least=0.08)
    said = {"product": "solara-can", "shots": ("a" * 64,), "version": MEASURES_VERSION, "limits": (limit,)}
    path.write_text(Calibration.model_validate(said | over).model_dump_json(indent=1), encoding="utf-8")
    return path


def test_a_written_calibration_is_read_as_it_was(tmp_path):
    limits_file(tmp_path)
    found = read_calibration(tmp_path, "solara-can")
    assert found is not None
    assert found.changes[0].threshold == 0.05


def test_a_product_without_a_calibration_has_none(tmp_path):
    assert read_calibration(tmp_path, "solara-can") is None


def test_a_broken_calibration_names_file_line_and_key(tmp_path):
    path = limits_file(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("0.05", '"much"'), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"data/calibrations/solara-can.json:\d+ \(limits.0.threshold\)"):
        read_calibration(tmp_path, "solara-can")


def test_a_calibration_of_another_product_is_refused(tmp_path):
    limits_file(tmp_path, product="havena-tablet")
    with pytest.raises(ConfigError, match="run `adlocalizer calibrate solara-can`"):
        read_calibration(tmp_path, "solara-can")


def test_a_change_without_doubt_leaves_the_book_s_word():
    book = find_project(ROOT).checks()
    changed = book.changed_by([CheckChange(check="product_present", threshold=0.2, why="test")])
    assert changed.checks["product_present"].unsure == book.checks["product_present"].unsure


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_shipped_products_are_calibrated_on_the_shots_that_ship(name):
    found = read_calibration(ROOT, name)
    assert found is not None
    assert found.version == MEASURES_VERSION
    assert found.shots == (hashlib.sha256((ROOT / "data/products" / f"{name}.png").read_bytes()).hexdigest(),)


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A project whose products nobody has calibrated."""
    folder = make_project(tmp_path_factory.mktemp("calibrated"))
    shutil.rmtree(folder / "data/calibrations", ignore_errors=True)
    return folder


def loaded_notes(project: Path) -> tuple[str, ...]:
    return load(Project(project), small_order(project)).materials.notes


def calibrated_on(project: Path, **over: object) -> dict[str, object]:
    """A calibration of the can as the project has it, in its place."""
    shutil.rmtree(project / "data/calibrations", ignore_errors=True)
    shot = (project / "data/products/solara-can.png").read_bytes()
    limits_file(project, shots=(hashlib.sha256(shot).hexdigest(),), **over)
    return dict(load(Project(project), small_order(project)).materials.calibrated)


def test_a_plan_says_which_product_has_no_limits_of_its_own(project):
    shutil.rmtree(project / "data/calibrations", ignore_errors=True)
    said = "solara-can is judged by limits of other products: run `adlocalizer calibrate solara-can`"
    assert any(note.startswith(said) for note in loaded_notes(project))


def test_a_product_with_limits_of_its_own_is_held_to_them(project):
    assert calibrated_on(project, limits=(KNOWN,))["solara-can"][0].threshold == KNOWN.threshold  # type: ignore[index]


def test_nothing_is_said_of_a_product_with_limits_of_its_own(project):
    calibrated_on(project, limits=(KNOWN,))
    assert not [note for note in loaded_notes(project) if "calibrate" in note]


def test_limits_from_another_shot_do_not_count(project):
    shutil.rmtree(project / "data/calibrations", ignore_errors=True)
    limits_file(project, limits=(KNOWN,))
    assert any("its shots changed after it was calibrated" in note for note in loaded_notes(project))


def test_limits_of_measures_from_an_earlier_version_do_not_count(project):
    assert "solara-can" not in calibrated_on(project, limits=(KNOWN,), version=MEASURES_VERSION + 1)
    assert any("of an earlier version" in note for note in loaded_notes(project))


def test_limits_of_a_check_there_is_no_more_do_not_count(project):
    gone = KNOWN.model_copy(update={"check": "product_smell"})
    assert "solara-can" not in calibrated_on(project, limits=(gone,))


def test_a_limit_without_a_wrong_picture_to_draw_it_by_leaves_the_book_s(project):
    alone = KNOWN.model_copy(update={"wrong_least": None})
    assert calibrated_on(project, limits=(alone,))["solara-can"] == ()


def test_a_brief_holds_each_product_to_its_own_limits(project):
    calibrated_on(project, limits=(KNOWN,))
    brief = plan_order(small_order(project)).plan.brief
    assert brief.checks_for("solara-can").checks["product_present"].threshold == KNOWN.threshold
    assert brief.checks_for("another").checks == brief.checks.checks


def test_a_product_that_cannot_be_judged_is_said_to_go_to_a_person(project):
    calibrated_on(project, limits=(), unsure="the product is plain")
    assert "solara-can is always looked at by a person: the product is plain" in loaded_notes(project)


def test_a_product_that_one_check_cannot_tell_is_said_to_go_to_a_person_because_of_it(project):
    calibrated_on(project, limits=(KNOWN.model_copy(update={"unsure": "31 of 32 passed"}),))
    said = f"solara-can is always looked at by a person: {KNOWN.check}: 31 of 32 passed"
    assert said in loaded_notes(project)


def test_a_campaign_s_own_limit_stands_before_the_product_s(tmp_path):
    changed = {"check": "product_present", "threshold": 0.3, "why": "test"}
    folder = make_project(tmp_path / "own", checks=[changed])
    assert calibrated_on(folder, limits=(KNOWN,))["solara-can"] == ()


def test_too_few_pictures_are_refused(user_env, capsys):
    said = call(["calibrate", "solara-can", "--pictures", "12"], user_env, capsys)
    assert (said.status, "write 60 to 20,000" in said.errors) == (2, True)


def test_an_unknown_product_is_refused(user_env, capsys):
    assert call(["calibrate", "solara-cam"], user_env, capsys).status == 2


def test_a_plain_product_is_told_to_go_to_a_person_and_keeps_no_limits(project, user_env, capsys):
    Image.new("RGBA", (400, 300), (230, 228, 220, 255)).save(project / "data/products/soap.png")
    said = 'id: soap\nname: Soap\ndescription: a plain bar\nshots: ["data/products/soap.png"]\nheight_cm: 4\n'
    (project / "configs/products/soap.yml").write_text(said, encoding="utf-8")
    done = call(["calibrate", "soap"], user_env | {"ADLOCALIZER_PROJECT": str(project)}, capsys)
    assert (done.status, "will be looked at by a person" in done.out) == (0, True)
    found = read_calibration(project, "soap")
    assert found is not None
    assert found.limits == ()


@pytest.fixture(scope="module")
def written(project) -> str:
    """What the command says of the pendulum, as a person reads it, after it wrote its limits."""
    shutil.rmtree(project / "data/calibrations", ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADLOCALIZER_PROJECT", str(project))
        patch.setattr(sampling, "LEAST", FEW)  # what is written, and where, hangs on no number of pictures
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            assert run_command(["calibrate", "lesson-pendulum", "--pictures", str(FEW)]) == 0
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_calibration_names_every_check_it_drew_limits_for(written):
    assert all(check in written for check in CHECKS.values())


@pytest.mark.slow
def test_a_calibration_says_how_many_were_judged_wrongly_and_where_it_is_written(written):
    assert "judged wrongly (95 %)" in written
    assert "data/calibrations/lesson-pendulum.json" in written


@pytest.mark.slow
def test_a_calibration_says_which_way_to_be_wrong_a_product_does_not_have(written):
    assert "not tried, letters: no lettering was found on it" in written


@pytest.mark.slow
def test_what_was_written_is_bound_to_the_shot(written, project):
    found = read_calibration(project, "lesson-pendulum")
    shot = (project / "data/products/lesson-pendulum.png").read_bytes()
    assert found is not None
    assert found.shots == (hashlib.sha256(shot).hexdigest(),)
    assert {one.check for one in found.limits} == set(CHECKS.values())
