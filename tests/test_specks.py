"""Snowflakes before a product are no part of its drawing; a letter that was changed is."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.imaging.specks import without_specks
from adlocalizer.imaging.structure import left_over

HIGH, WIDE = 240, 160
MASK = np.ones((HIGH, WIDE), np.float32)
PLAIN = ((30, 40), (40, 110), (200, 50), (215, 120))
"""Row and column of places without any drawing."""
LETTER = (118, 60)


def label(word: str = "SOLARA") -> np.ndarray:
    """Luma of a label: dark letters in the middle of a light ground."""
    plane = np.full((HIGH, WIDE), 190, np.uint8)
    cv2.putText(plane, word, (24, 128), cv2.FONT_HERSHEY_DUPLEX, 0.9, 40, 2, cv2.LINE_AA)
    return cv2.GaussianBlur(plane.astype(np.float32), (0, 0), 0.7)


def snowed(plane: np.ndarray, places: tuple[tuple[int, int], ...], size: float = 1.8) -> np.ndarray:
    down, across = np.mgrid[:HIGH, :WIDE]
    veil = sum(np.exp(-((down - y) ** 2 + (across - x) ** 2) / (2 * size**2)) for y, x in places)
    return np.asarray(plane + np.clip(veil, 0, 1) * (252 - plane), np.float32)


def unexplained(seen: np.ndarray, shot: np.ndarray | None = None) -> float:
    return left_over(label() if shot is None else shot, seen, MASK).worst


def gone(off: np.ndarray) -> np.ndarray:
    """What is left of a difference, the shot drawing nothing."""
    nothing = np.zeros_like(off)
    return without_specks(off, [np.full_like(off, 20.0), nothing], 1.5, MASK)


def test_a_label_in_snow_is_drawn_as_its_shot():
    assert unexplained(snowed(label(), (*PLAIN, LETTER))) < 0.3


def test_one_flake_on_plain_ground_is_no_drawing():
    assert unexplained(snowed(label(), PLAIN[:1])) < 0.1


def test_one_bright_spot_in_a_letter_is_a_drawing_where_nothing_falls():
    assert unexplained(snowed(label(), (LETTER,), size=2.4)) > 0.4


@pytest.mark.parametrize("word", ["SOLORA", "SQLARA", "SOLARH", "S0LAPA"])
def test_a_changed_letter_is_seen_in_snow_as_without(word):
    assert unexplained(snowed(label(word), PLAIN)) > 0.4
    assert unexplained(label(word)) > 0.4


def test_a_dark_spot_is_not_taken_away():
    seen = 380 - snowed(380 - label(), PLAIN[:1])
    assert unexplained(seen) > 0.4


@given(st.integers(12, HIGH - 13), st.integers(12, WIDE - 13), st.floats(0.9, 2.0), st.floats(25, 200))
def test_a_flake_anywhere_on_plain_ground_leaves_nothing_that_is_seen(row, column, size, height):
    down, across = np.mgrid[:HIGH, :WIDE]
    flake = height * np.exp(-((down - row) ** 2 + (across - column) ** 2) / (2 * size**2))
    assert float(np.abs(gone(flake.astype(np.float32))).max()) < 0.2 * height


@given(st.integers(14, 60), st.integers(2, 5), st.booleans())
def test_a_stroke_longer_than_a_flake_stays(long, thick, upright):
    off = np.zeros((HIGH, WIDE), np.float32)
    rows, columns = (long, thick) if upright else (thick, long)
    off[100 : 100 + rows, 60 : 60 + columns] = 90
    assert np.array_equal(gone(off), off)


def test_the_worst_window_of_a_part_is_that_of_the_whole_where_it_lies_there():
    found = left_over(label(), label("SOLORA"), MASK)
    left, top, side = found.at
    around = np.array([[left, top], [left + side, top + side]], np.float32)
    assert found.within(around) == pytest.approx(found.worst)


def test_a_part_where_the_drawing_is_the_shots_leaves_little():
    found = left_over(label(), label("SOLORA"), MASK)
    assert found.within(np.array([[20, 160], [140, 220]], np.float32)) < 0.1


def test_what_is_not_seen_whole_is_not_known():
    mask = MASK.copy()
    mask[:, :60] = 0
    found = left_over(label(), label(), mask)
    assert math.isinf(found.within(np.array([[30, 100], [90, 130]], np.float32)))
