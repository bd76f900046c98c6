"""Composed formats: what stands on the brand panel, how large beside the headline, and how wide the panel is."""

from __future__ import annotations

from pathlib import Path

import pytest

from adlocalizer.config import Project
from adlocalizer.imaging.laying import Laid, lay_out
from adlocalizer.planning.fitting import fit_format

from .test_arranging import FORMATS, FULL, LAYOUTS, order_of, picture, places, sizes

MODEL = Project(Path(__file__).parents[1]).models()["preview-scene-1"]
COMPOSED = [form.id for form in FORMATS.values() if fit_format(form, MODEL).composed]
NARROW = ["dv360_300x100", "gads_upload_320x100"]


@pytest.fixture(scope="module")
def folder(pytestconfig):
    return str(pytestconfig.cache.mkdir("cut-faces"))


def composed(id: str, folder: str, headline: str = "Fresh lemons after every long afternoon") -> Laid:
    form = FORMATS[id]
    fit = fit_format(form, MODEL)
    master = picture(form.model_copy(update={"width": fit.picture_width, "height": fit.picture_height}), BOX)
    row = FULL.model_copy(update={"headline": headline})
    return lay_out(master, order_of(id, folder, BOX, row, fit=fit))


BOX = LAYOUTS.composition_for("21:9", "ltr").product


@pytest.mark.parametrize("id", COMPOSED)
@pytest.mark.parametrize("headline", ["Frische, die nach Feierabend schmeckt", "Feierabendfrische am Donauufer " * 2])
def test_nothing_on_a_panel_is_larger_than_it_may_be_beside_the_headline(headline, id, folder):
    one = composed(id, folder, headline)
    letters = LAYOUTS.panel_layout_for(one.order.ad_format.width, one.order.ad_format.height).letters
    size, floors = sizes(one), one.places[2].floors
    most = {role: max(letters[role].min_px, letters[role].under * size["headline"]) for role in size}
    least = {role: floors[role] / one.voices[role].style.types.cap_height for role in size}
    assert {role: size[role] for role in size if size[role] > max(most[role], least[role]) + 0.5} == {}


@pytest.mark.parametrize("id", NARROW)
def test_a_panel_too_narrow_for_its_words_is_widened_and_the_product_stays_whole(id, folder):
    one = composed(id, folder)
    shown, panel = one.places[2].picture, one.places[2].panel
    assert panel.width > one.order.ad_format.width - one.order.fit.picture_width
    assert shown.holds(one.product)


@pytest.mark.parametrize("id", NARROW)
def test_a_widened_panel_leaves_the_price_its_place(id, folder):
    assert "price" in places(composed(id, folder))


@pytest.mark.parametrize("id", COMPOSED)
def test_no_panel_is_left_bare(id, folder):
    one = composed(id, folder)
    assert any(stood.is_panel and stood.arranged.blocks for stood in one.choice.stacks)


def test_a_panel_that_takes_its_words_well_keeps_its_width(folder):
    one = composed("gads_upload_970x90", folder, "Lemon")
    assert one.places[2].panel.width == 970 - one.order.fit.picture_width
