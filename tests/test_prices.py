"""Prices and unit prices as every locale writes them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from babel import Locale
from babel.localedata import locale_identifiers
from babel.numbers import get_currency_precision, get_currency_symbol, parse_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from adlocalizer.grounding.prices import LATIN_DIGITS, own_digits, price_text, unit_price_text

ROOT = Path(__file__).parents[1]
with (ROOT / "data/copy/demo.csv").open(encoding="utf-8", newline="") as table:
    USED = sorted({row["locale"] for row in csv.DictReader(table)})
EVERY = sorted(tag.replace("_", "-") for tag in locale_identifiers() if len(tag) < 12)
CURRENCIES = ("EUR", "USD", "JPY", "KRW", "AED", "CHF", "INR", "KWD", "HUF", "NGN")
MARKS = re.compile("[\u200e\u200f\u061c]")
NO_BREAK = "\u00a0"


def plain(text: str) -> str:
    """A price as people type it: ordinary spaces, no marks of direction."""
    return MARKS.sub("", text).replace(NO_BREAK, " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        (1.29, "EUR", "de-DE", "1,29 €"),
        (1.39, "EUR", "de-AT", "€ 1,39"),
        (1.6, "EUR", "fr-FR", "1,60 €"),
        (12345.5, "EUR", "fr-FR", "12 345,50 €"),
        (150, "JPY", "ja-JP", "¥150"),
        (1800, "KRW", "ko-KR", "₩1,800"),
        (1.99, "USD", "en-US", "$1.99"),
        (2499, "INR", "hi-IN", "₹2,499"),
        (5.49, "BRL", "pt-BR", "R$ 5,49"),
        (35000, "NGN", "en-NG", "₦35,000"),
        (3, "AED", "ar-AE", "3 د.إ."),
        (7.9, "ILS", "he-IL", "7.90 ₪"),
    ],
)
def test_a_price_stands_as_its_locale_writes_it(amount, currency, locale, text):
    assert plain(price_text(amount, currency, locale)) == text


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [(3, "AED", "en-AE", "AED 3"), (80, "KES", "en-KE", "Ksh 80"), (2.8, "MYR", "ms-MY", "RM 2.80")],
)
def test_a_sign_of_letters_stands_a_space_apart_as_cldr_asks(amount, currency, locale, text):
    assert price_text(amount, currency, locale) == text.replace(" ", NO_BREAK)


@pytest.mark.parametrize(
    ("locale", "number"),
    [
        ("ar-EG", "١٬٢٣٤٫٥٠"),  # noqa: RUF001 - the digits of the locale
        ("fa-IR", "۱٬۲۳۴٫۵۰"),  # noqa: RUF001 - the digits of the locale
        ("bn-BD", "১,২৩৪.৫০"),
        ("mr-IN", "१,२३४.५०"),
        ("my-MM", "၁,၂၃၄.၅၀"),
    ],
)
def test_native_digits_come_with_their_own_separators(locale, number):
    assert number in price_text(1234.5, "EGP", locale, "native")


@pytest.mark.parametrize("locale", ["de-DE", "hi-IN", "th-TH", "ar-AE", "ja-JP"])
def test_native_digits_are_latin_where_cldr_says_the_locale_is_read_in_them(locale):
    assert price_text(1.5, "EUR", locale, "native") == price_text(1.5, "EUR", locale)


@pytest.mark.parametrize("locale", USED)
def test_nothing_in_a_price_lets_a_line_break_at_a_space(locale):
    texts = (price_text(12345.5, "CHF", locale), unit_price_text(12345.5, "CHF", "100 g", locale))
    assert not any(" " in text for text in texts)


@settings(deadline=None, max_examples=150)
@given(
    locale=st.sampled_from(EVERY),
    currency=st.sampled_from(CURRENCIES),
    cents=st.integers(1, 10**9),
    digits=st.sampled_from(["latin", "native"]),
)
def test_every_price_reads_back_as_the_amount_it_was_made_of(locale, currency, cents, digits):
    place, decimals = Locale.parse(locale, sep="-"), get_currency_precision(currency)
    amount = round(cents / 10**decimals, decimals)
    system = place.default_numbering_system if digits == "native" else "latn"
    own = own_digits(system) or LATIN_DIGITS
    text = price_text(amount, currency, locale, digits)
    symbol = get_currency_symbol(currency, place).replace("\uffe5", "\u00a5")
    number = MARKS.sub("", text.replace(symbol, "")).translate(str.maketrans(own, LATIN_DIGITS)).strip()
    known = system if own_digits(system) and system in place.number_symbols else "latn"
    assert float(parse_decimal(number, locale=place, numbering_system=known)) == amount


@pytest.mark.parametrize(
    ("amount", "currency", "unit", "locale", "text"),
    [
        (2.4, "EUR", "l", "de-DE", "2,40 €/l"),
        (2.4, "EUR", "l", "fr-FR", "2,40 €/l"),
        (2.4, "GBP", "l", "en-GB", "£2.40/l"),
        (455, "JPY", "l", "ja-JP", "¥455/L"),
        (1.2, "EUR", "100 g", "de-DE", "1,20 €/100 g"),
        (3, "EUR", "kg", "el-GR", "3 €/κιλό"),
        (9.5, "AED", "l", "ar-AE", "9.50 د.إ./ل"),
        (12, "HKD", "l", "zh-HK", "HK$12 每升"),
        (8, "EUR", "m2", "it-IT", "8 €/m²"),
    ],
)
def test_a_unit_price_names_its_unit_as_the_locale_does(amount, currency, unit, locale, text):
    assert plain(unit_price_text(amount, currency, unit, locale)) == text


def test_the_count_of_a_unit_is_in_the_digits_of_the_price():
    hundred = "١٠٠"  # noqa: RUF001 - the digits of the locale
    assert hundred in unit_price_text(2, "EGP", "100 g", "ar-EG", "native")


def test_a_locale_cldr_does_not_know_is_written_as_english_is():
    assert price_text(1.5, "EUR", "xx-XX") == "€1.50"
