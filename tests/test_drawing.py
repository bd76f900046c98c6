"""What can be looked at on a sheet that is drawn on."""

from __future__ import annotations

import numpy as np
import pytest

from adlocalizer.imaging.contrast import extremes
from adlocalizer.imaging.drawing import Sheet
from adlocalizer.imaging.geometry import Rect


@pytest.fixture
def sheet() -> Sheet:
    rows = np.full((20, 30, 4), 255, np.uint8)
    rows[-1, -1, :3] = 0
    return Sheet(rows)


@pytest.mark.parametrize(
    "outside", [Rect(40, 5, 50, 9), Rect(5, 25, 9, 30), Rect(-20, 5, -10, 9), Rect(5, -9, 9, -3), Rect(30, 20, 31, 21)]
)
def test_a_part_outside_the_sheet_shows_the_pixels_nearest_to_it(sheet, outside):
    assert sheet.region(outside).size > 0
    assert len(extremes(sheet.region(outside))) == 2


def test_a_part_beyond_the_last_corner_shows_the_last_pixel(sheet):
    assert sheet.region(Rect(40, 40, 50, 50)).tolist() == [[[0, 0, 0, 255]]]


def test_a_part_inside_shows_its_own_pixels(sheet):
    assert sheet.region(Rect(2, 3, 12, 8)).shape == (5, 10, 4)
