"""How readers of a locale write things, by CLDR and with its pitfalls."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from babel.localedata import locale_identifiers
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.config import find_project
from adlocalizer.domain import City, Fact
from adlocalizer.grounding import Occasion, Sources
from adlocalizer.grounding.writing import price_text, writing_facts

PROJECT = find_project(Path(__file__).parents[1])
CITIES = PROJECT.cities("data/cities.csv").cities
BY_ID = {city.city_id: city for city in CITIES}
SOURCES = PROJECT.sources()
NAMES = {
    *("local_country", "local_language", "digits", "number_format", "date_format", "hour_format"),
    *("first_weekday", "price_format"),
}
LOCALES = sorted({locale for city in CITIES for locale in city.locales})


def written(city_id: str, locale: str | None = None, sources: Sources = SOURCES) -> dict[str, Fact]:
    city = BY_ID[city_id]
    facts = writing_facts(Occasion(city, locale or city.locales[0], date(2026, 12, 1), 17, sources))
    return {fact.name: fact for fact in facts}


def spaced(text: str) -> str:
    """The text with plain spaces: CLDR writes three kinds of them."""
    return " ".join(text.split())


@pytest.mark.parametrize("city", CITIES, ids=lambda city: city.city_id)
def test_every_locale_of_every_city_has_every_fact_of_writing(city):
    for locale in city.locales:
        facts = written(city.city_id, locale)
        assert set(facts) == NAMES
        assert all(fact.text.isprintable() and fact.certainty == "exact" for fact in facts.values())


@pytest.mark.parametrize(
    ("city_id", "country", "language"),
    [
        ("jp-tokyo", "日本", "日本語"),
        ("de-berlin", "Deutschland", "Deutsch"),
        ("ma-casablanca", "المغرب", "العربية"),
        ("es-barcelona", "Espanya", "català"),
        ("ca-montreal", "Canada", "français"),
    ],
)
def test_countries_and_languages_have_their_own_names(city_id, country, language):
    facts = written(city_id)
    assert (facts["local_country"].value, facts["local_language"].value) == (country, language)


@pytest.mark.parametrize(
    ("city_id", "side", "text"),
    [
        ("de-berlin", "after", "12.345 €: the sign after the amount, with decimals 12.345,50 €"),
        ("at-vienna", "before", "€ 12.345: the sign before the amount, with decimals € 12.345,50"),
        ("jp-tokyo", "before", "¥12,345: the sign before the amount, never with decimals"),
        ("kr-seoul", "before", "₩12,345: the sign before the amount, never with decimals"),
        ("in-delhi", "before", "₹12,345: the sign before the amount, with decimals ₹12,345.50"),
        ("br-sao-paulo", "before", "R$ 12.345: the sign before the amount, with decimals R$ 12.345,50"),
        ("sa-riyadh", "after", "12,345 ر.س.: the sign after the amount, with decimals 12,345.50 ر.س."),
        ("vn-hanoi", "after", "12.345 ₫: the sign after the amount, never with decimals"),
        ("cl-santiago", "before", "$12.345: the sign before the amount, never with decimals"),
    ],
)
def test_prices_stand_as_cldr_sets_them(city_id, side, text):
    fact = written(city_id)["price_format"]
    assert (fact.value, spaced(fact.text)) == (side, text)


def test_whole_prices_have_no_decimals_and_broken_ones_those_of_their_currency():
    assert price_text(35000, "NGN", "en-NG") == "₦35,000"
    assert spaced(price_text(9.5, "EUR", "de-DE")) == "9,50 €"
    assert get_currency_precision("JPY") == 0


def test_lakhs_are_grouped_as_india_does():
    assert written("in-mumbai")["number_format"].text == "12,34,567.89"


@pytest.mark.parametrize(
    ("city_id", "system", "zero_to_two"),
    [
        ("eg-cairo", "arab", "٠١٢"),
        ("ae-dubai", "latn", "012"),
        ("bd-dhaka", "beng", "০১২"),
        ("pk-karachi", "latn", "012"),
    ],
)
def test_digits_are_those_of_the_locale(city_id, system, zero_to_two):
    fact = written(city_id)["digits"]
    assert fact.value == system
    assert fact.text.startswith(zero_to_two)


def test_examples_are_in_latin_digits_with_latin_separators():
    assert written("eg-cairo")["number_format"].text == "1,234,567.89"
    assert written("bd-dhaka")["number_format"].text == "12,34,567.89"


@pytest.mark.parametrize(
    ("city_id", "shown"),
    [
        ("de-berlin", "24.12.2026"),
        ("us-chicago", "Dec 24, 2026"),
        ("gb-london", "24 Dec 2026"),
        ("jp-tokyo", "2026/12/24"),
        ("hu-budapest", "2026. dec. 24."),
        ("th-bangkok", "24 ธ.ค. 2569"),
    ],
)
def test_dates_are_written_in_the_order_of_the_locale(city_id, shown):
    assert f"24 December 2026 is {shown}" in written(city_id)["date_format"].text


def test_thai_years_are_buddhist_and_said_to_be():
    assert "Buddhist" in written("th-bangkok")["date_format"].text
    assert "2026" in written("th-bangkok", sources=Sources({}, {}))["date_format"].text.split(" is ")[1]


def test_a_market_with_another_calendar_says_so():
    city = BY_ID["tr-istanbul"].model_copy(update={"market": "IR"})
    facts = writing_facts(Occasion(city, "fa-IR", date(2026, 12, 1), 17, SOURCES))
    assert "Persian calendar" in next(fact.text for fact in facts if fact.name == "date_format")


@pytest.mark.parametrize(
    ("city_id", "locale", "hours"),
    [
        ("us-chicago", "en-US", 12),
        ("gb-london", "en-GB", 24),
        ("ca-montreal", "fr-CA", 24),
        ("ca-montreal", "en-CA", 12),
        ("kr-seoul", "ko-KR", 12),
        ("br-sao-paulo", "pt-BR", 24),
    ],
)
def test_hours_run_to_twelve_or_twenty_four(city_id, locale, hours):
    assert written(city_id, locale)["hour_format"].value == hours


@pytest.mark.parametrize(
    ("city_id", "day"),
    [("us-chicago", "Sunday"), ("fr-paris", "Monday"), ("eg-cairo", "Saturday"), ("is-reykjavik", "Monday")],
)
def test_weeks_begin_where_they_begin(city_id, day):
    assert written(city_id)["first_weekday"].value == day


def test_no_example_carries_a_mark_of_direction():
    marks = "\u200e\u200f\u061c"
    texts = [fact.text for city in CITIES for fact in written(city.city_id).values()]
    assert [text for text in texts if any(mark in text for mark in marks)] == []


def test_a_locale_cldr_does_not_know_is_told_in_english_and_said_to_be_estimated():
    facts = written("fr-paris", "qqq")
    assert facts["local_country"].text == "France"
    assert {fact.certainty for fact in facts.values()} == {"estimated"}


def test_a_market_without_money_has_no_price_format():
    city = City(**{**BY_ID["fr-paris"].model_dump(), "market": "ZZ"})
    facts = writing_facts(Occasion(city, "fr-FR", date(2026, 12, 1), 17, SOURCES))
    assert "price_format" not in {fact.name for fact in facts}


@given(name=st.sampled_from(sorted(locale_identifiers())), market=st.sampled_from(["FR", "JP", "EG", "ZZ"]))
def test_every_locale_of_cldr_writes_everything(name, market):
    city = City(**{**BY_ID["fr-paris"].model_dump(), "market": market})
    facts = writing_facts(Occasion(city, name.replace("_", "-"), date(2026, 12, 1), 17, SOURCES))
    assert {fact.name for fact in facts} >= NAMES - {"price_format"}
    assert all(fact.text for fact in facts)


def test_importing_the_rules_of_writing_loads_no_library():
    code = "import sys, adlocalizer.grounding.facts; print({'babel', 'astral', 'holidays'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
