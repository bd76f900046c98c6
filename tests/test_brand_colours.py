"""Colours a brand allows: how far two colours are apart, and what is drawn against the palette."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.checks import FileSubject, check_file
from adlocalizer.domain import Finding, Severity
from adlocalizer.imaging.colours import rgb
from adlocalizer.imaging.contrast import dark_ink, hexed, shade
from adlocalizer.imaging.lab import ciede2000
from adlocalizer.imaging.rendering import render

from .banners import BRAND, HOME, ROOT, banner_order, sky

BOOK = HOME.checks()

# The test pairs of Sharma, Wu and Dalal (2005), table 1: two colours as L*, a*, b*, and their distance.
SHARMA = """
50.0000 2.6772 -79.7751 50.0000 0.0000 -82.7485 2.0425
50.0000 3.1571 -77.2803 50.0000 0.0000 -82.7485 2.8615
50.0000 2.8361 -74.0200 50.0000 0.0000 -82.7485 3.4412
50.0000 -1.3802 -84.2814 50.0000 0.0000 -82.7485 1.0000
50.0000 -1.1848 -84.8006 50.0000 0.0000 -82.7485 1.0000
50.0000 -0.9009 -85.5211 50.0000 0.0000 -82.7485 1.0000
50.0000 0.0000 0.0000 50.0000 -1.0000 2.0000 2.3669
50.0000 -1.0000 2.0000 50.0000 0.0000 0.0000 2.3669
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0009 7.1792
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0010 7.1792
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0011 7.2195
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0012 7.2195
50.0000 -0.0010 2.4900 50.0000 0.0009 -2.4900 4.8045
50.0000 -0.0010 2.4900 50.0000 0.0010 -2.4900 4.8045
50.0000 -0.0010 2.4900 50.0000 0.0011 -2.4900 4.7461
50.0000 2.5000 0.0000 50.0000 0.0000 -2.5000 4.3065
50.0000 2.5000 0.0000 73.0000 25.0000 -18.0000 27.1492
50.0000 2.5000 0.0000 61.0000 -5.0000 29.0000 22.8977
50.0000 2.5000 0.0000 56.0000 -27.0000 -3.0000 31.9030
50.0000 2.5000 0.0000 58.0000 24.0000 15.0000 19.4535
50.0000 2.5000 0.0000 50.0000 3.1736 0.5854 1.0000
50.0000 2.5000 0.0000 50.0000 3.2972 0.0000 1.0000
50.0000 2.5000 0.0000 50.0000 1.8634 0.5757 1.0000
50.0000 2.5000 0.0000 50.0000 3.2592 0.3350 1.0000
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630
61.2901 3.7196 -5.3901 61.4292 2.2480 -4.9620 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
22.7233 20.0904 -46.6940 23.0331 14.9730 -42.5619 2.0373
36.4612 47.8580 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.4410 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.1350 0.9033 -0.0636 -0.5514 0.9082
"""
PAIRS = [tuple(map(float, line.split())) for line in SHARMA.split("\n") if line]
LAB = st.tuples(st.floats(0, 100), st.floats(-100, 100), st.floats(-100, 100))


@pytest.fixture(scope="module")
def file(pytestconfig) -> FileSubject:
    order = banner_order(str(pytestconfig.cache.mkdir("cut-faces")))
    return FileSubject("r", render(sky(), order), order, (ROOT / "data/products/solara-can.png").read_bytes())


@pytest.mark.parametrize("pair", PAIRS)
def test_two_colours_are_as_far_apart_as_the_formulas_authors_say(pair):
    assert ciede2000(pair[:3], pair[3:6]) == pytest.approx(pair[6], abs=5e-5)


@given(one=LAB, other=LAB)
def test_the_distance_of_two_colours_has_no_direction(one, other):
    assert ciede2000(one, other) == pytest.approx(ciede2000(other, one), abs=1e-6)


@given(one=LAB)
def test_a_colour_is_no_distance_from_itself(one):
    assert ciede2000(one, one) == pytest.approx(0, abs=1e-6)


# What is drawn


def judged(
    subject: FileSubject, letters: str = "#ffffff", ground: str | None = None, veil: str | None = None, **palette: str
) -> Finding:
    """The palette's check on a file whose headline was drawn in these colours."""
    look = {"letters": letters, "ground": ground, "veil": veil}
    blocks = tuple(block.model_copy(update=look) for block in subject.rendered.blocks if block.role == "headline")
    brand = subject.order.brand.model_copy(update={"palette": palette})
    order = subject.order.model_copy(update={"brand": brand})
    rendered = subject.rendered.model_copy(update={"blocks": blocks})
    found = check_file(subject._replace(order=order, rendered=rendered), BOOK)
    return next(one for one in found if one.check == "brand_colours")


def test_a_colour_of_the_palette_passes_and_one_beside_it_asks_for_review(file):
    assert judged(file, "#3a6ea5", sky="#3a6ea5").severity is Severity.PASS
    found = judged(file, "#3a6ea5", sun="#ffcc33")
    assert (found.severity, found.threshold) == (Severity.REVIEW, 5.0)
    assert "headline letters #3a6ea5 by" in found.text


def test_a_colour_hardly_to_be_told_from_the_palette_s_passes(file):
    assert judged(file, "#3b6fa6", sky="#3a6ea5").severity is Severity.PASS


def test_the_brand_s_four_colours_belong_to_every_palette(file):
    for colour in (BRAND.colour, BRAND.on_colour, BRAND.accent, BRAND.on_accent):
        assert judged(file, colour, ground=colour, sky="#3a6ea5").severity is Severity.PASS


def test_a_veil_may_be_a_dark_shade_of_the_palette(file):
    dark = hexed(shade(rgb(BRAND.colour), 0.006))
    assert judged(file, BRAND.on_colour, veil=dark, sky="#3a6ea5").severity is Severity.PASS
    assert judged(file, BRAND.on_colour, ground=dark, sky="#3a6ea5").severity is Severity.REVIEW
    assert judged(file, BRAND.on_colour, veil="#3c0000", sky="#3a6ea5").severity is Severity.REVIEW


def test_dark_letters_on_a_veil_may_be_a_shade_of_the_brand_s_colour(file):
    ink = hexed(dark_ink(rgb(BRAND.colour)))
    assert judged(file, ink, sky="#3a6ea5").severity is Severity.PASS


def test_a_brand_without_a_palette_may_be_drawn_in_any_colour(file):
    assert judged(file, "#ff00ff").severity is Severity.PASS


def test_the_brand_s_own_demo_keeps_to_its_palette(file):
    assert next(one for one in check_file(file, BOOK) if one.check == "brand_colours").severity is Severity.PASS
