"""What an ad says, role by role, and how the struck price looks."""

from __future__ import annotations

import pytest

from adlocalizer.config import find_project
from adlocalizer.domain import Copy
from adlocalizer.imaging.faces import load_fonts
from adlocalizer.imaging.fonts import FontShelf
from adlocalizer.imaging.saying import copy_texts, prices_said, words_of
from adlocalizer.imaging.typesetting import Room, SetText, Style, fit
from tests.projects import ROOT

LEGAL = {"legal": "+ 0,25 € Pfand"}


def row(**said: object) -> Copy:
    return Copy.model_validate({"locale": "de-DE", "headline": "Zitrone", "call_to_action": "Kosten", **said})


PRICED = row(price=1.29, currency="EUR", old_price=1.59, lowest_30d=1.59, unit_price=3.91, unit="l")


def test_a_row_without_prices_says_none():
    said = words_of(row())
    assert {role for role, text in said.items() if text} == {"headline", "call_to_action"}


def test_prices_are_said_as_the_locale_writes_them():
    said = words_of(PRICED)
    prices = [said[role] for role in ("price", "old_price", "unit_price")]
    assert prices == ["1,29\u00a0€", "1,59\u00a0€", "3,91\u00a0€/l"]


def test_a_subline_is_said_as_it_stands():
    assert words_of(row(subline="Aus der Dose"))["subline"] == "Aus der Dose"


@pytest.mark.parametrize(
    ("locale", "old", "lowest", "drawn"),
    [
        ("en-US", 5.0, None, None),
        ("en-US", 5.0, 4.0, None),
        ("en-US", 5.0, 5.0, "$5"),
        ("de-DE", 5.0, None, None),
        ("de-DE", 4.0, 5.0, "4\u00a0€"),
    ],
)
def test_an_old_price_is_struck_only_where_the_lowest_of_30_days_bears_it_out(locale, old, lowest, drawn):
    money = {"en-US": "USD", "de-DE": "EUR"}[locale]
    said = words_of(row(locale=locale, price=1.0, currency=money, old_price=old, lowest_30d=lowest))
    assert said["old_price"] == drawn


def test_an_old_price_that_reads_like_the_price_is_not_said():
    assert words_of(row(price=1.0, old_price=1.001, lowest_30d=1.001, currency="EUR"))["old_price"] is not None
    yen = row(locale="ja-JP", price=150.0, old_price=150.4, lowest_30d=150.4, currency="JPY")
    assert words_of(yen)["old_price"] is None


def test_what_a_market_asks_for_follows_the_rows_own_legal_line_and_both_are_whole():
    assert words_of(row(**LEGAL), ("Mit Maß genießen",))["legal"] == "+ 0,25 € Pfand · Mit Maß genießen"


def test_faces_must_hold_digits_and_signs_of_prices_too():
    texts = copy_texts(row(locale="ar-EG", price=20.5, currency="EGP"), "SOLARA", digits="native")
    assert any("٢٠٫٥٠" in text for text in texts)  # noqa: RUF001 - the digits of the locale
    assert "SOLARA" in texts


def test_who_hears_the_picture_is_told_both_prices_in_words():
    assert prices_said(PRICED, "en") == "€1.29, before €1.59, €3.91/L"
    assert prices_said(row(), "en") == ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fonts")


def struck(folder, *, is_struck: bool) -> SetText:
    text = "1,59\u00a0€"
    shelf = FontShelf(load_fonts(ROOT / "configs/fonts.yml"), folder, "de-DE", [text])
    style = Style("de-DE", False, shelf.type_set(text, "text"), "text", struck=is_struck)
    return fit(text, style, Room(400, 80, 40, 40))


def test_a_line_goes_through_all_of_a_struck_price(folder):
    through, bare = (struck(folder, is_struck=one).in_colour((0, 0, 0)).coverage for one in (True, False))
    assert (through > 0).all(axis=1).any()
    assert not (bare > 0).all(axis=1).any()


def test_the_demo_strikes_only_prices_its_markets_let_it_compare_with():
    rows = find_project(ROOT).copy("data/copy/demo.csv").copy
    compared = [one for one in rows if one.old_price]
    assert compared
    assert all(one.lowest_30d == one.old_price for one in compared)
    assert all(one.unit_price for one in rows if one.currency == "EUR")
