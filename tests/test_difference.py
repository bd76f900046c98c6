"""Two dates half a year apart look apart: the same city, product and words, other light, season and weather."""

from __future__ import annotations

import functools
import io
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adlocalizer.ordering import plan_order
from adlocalizer.painting.scene import paint

from . import projects

ROOT = Path(__file__).parents[1]
SHOT = (ROOT / "data/products/solara-can.png").read_bytes()
DAYS = (date(2026, 12, 21), date(2027, 6, 21))
WIDE, HIGH = 576, 464
CITIES = ("au-sydney", "no-oslo")


@functools.cache
def pictures() -> dict[tuple[str, date], np.ndarray]:
    """The previews of two cities on two days, RGB 0..255, without the half where the product stands."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        project = projects.make_project(Path(folder), cities=list(CITIES), formats=["gads_upload_300x250"])
        for day in DAYS:
            for master in plan_order(projects.small_order(project, logical_date=day)).plan.masters():
                drawn = paint(master.request, SHOT, (WIDE, HIGH), str(project / "data")).picture
                pixels = np.asarray(Image.open(io.BytesIO(drawn)).convert("RGB"), np.float32)
                found[master.creative.city_id, day] = pixels[:, : WIDE // 2]
    return found


def brightness(picture: np.ndarray) -> float:
    return float(picture.mean())


@pytest.mark.parametrize("city_id", CITIES)
def test_two_dates_half_a_year_apart_look_apart(city_id):
    winter, summer = (pictures()[city_id, day] for day in DAYS)
    assert np.abs(winter - summer).mean() > 40  # of 255; two variants of one day differ by 5


@pytest.mark.parametrize("city_id", CITIES)
def test_half_a_year_changes_the_sky_and_the_ground(city_id):
    winter, summer = (pictures()[city_id, day] for day in DAYS)
    for rows in (slice(0, HIGH // 4), slice(-HIGH // 5, None)):
        assert np.abs(winter[rows].mean((0, 1)) - summer[rows].mean((0, 1))).max() > 25


def test_sydney_is_bright_in_december_and_oslo_in_june():
    december, june = DAYS
    assert brightness(pictures()["au-sydney", december]) > 1.2 * brightness(pictures()["au-sydney", june])
    assert brightness(pictures()["no-oslo", june]) > 1.5 * brightness(pictures()["no-oslo", december])
