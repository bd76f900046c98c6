"""The demo's words: every locale of every city, in its own script, short enough for a banner."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_precision, get_territory_currencies

from adlocalizer.domain import Copy

from .holding import holds_for

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "data/copy/demo.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
SCRIPTS = {
    **{"am": "ETHIOPIC", "ar": "ARABIC", "ur": "ARABIC", "he": "HEBREW", "bn": "BENGALI", "hi": "DEVANAGARI"},
    **{"mr": "DEVANAGARI", "kn": "KANNADA", "ta": "TAMIL", "th": "THAI", "ko": "HANGUL", "zh": "CJK"},
    **{"el": "GREEK", "ru": "CYRILLIC", "uk": "CYRILLIC", "ja": "(HIRAGANA|KATAKANA|CJK)"},
}
SEASONS = "summer|winter|sommer|été|hiver|verano|invierno|estate|verão|夏|冬|зимн|зимой"
ALCOHOL = re.compile(r"\b(cheers|prost|skål|santé|salud|saúde|salute|beer|wine|spritz)\b|干杯|乾杯|вино", re.IGNORECASE)
SUPERLATIVES = re.compile(r"最|第一|顶级|极品|国家级|唯一")


each = holds_for(ROWS, named=lambda row: row["locale"])


def test_the_table_is_utf_8_with_line_feeds():
    raw = TABLE.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")


def test_every_locale_of_every_city_has_one_row():
    with (ROOT / "data/cities.csv").open(encoding="utf-8", newline="") as cities:
        wanted = {locale for city in csv.DictReader(cities) for locale in re.split(r"[ ;]+", city["locales"].strip())}
    assert sorted(wanted) == [row["locale"] for row in ROWS]


def test_no_two_markets_share_a_headline():
    assert len({row["headline"] for row in ROWS}) == len(ROWS)


@each
def test_a_row_is_valid_copy(row):
    assert Copy(**{name: value or None for name, value in row.items()}).locale == row["locale"]


@each
def test_words_are_short_enough_for_a_banner(row):
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in row["headline"])
    assert len(row["headline"]) <= (16 if wide else 38)
    assert len(row["call_to_action"]) <= 16


@each
def test_words_are_in_the_script_of_their_locale(row):
    script = SCRIPTS.get(row["locale"].split("-")[0], "LATIN")
    for column in ("headline", "call_to_action"):
        letters = [letter for letter in row[column].replace("SOLARA", "") if letter.isalpha()]
        assert [letter for letter in letters if not re.match(script, unicodedata.name(letter))] in ([], ["ー"])


@each
def test_words_are_composed_and_carry_no_controls(row):
    words = "".join(value for value in row.values())
    assert unicodedata.is_normalized("NFC", words)
    assert not [letter for letter in words if unicodedata.category(letter) in {"Cc", "Cf"}]


@each
def test_words_name_no_season_no_alcohol_no_superlative(row):
    words = f"{row['headline']} {row['call_to_action']}"
    assert not re.search(SEASONS, words, re.IGNORECASE)
    assert not ALCOHOL.search(words)
    assert not SUPERLATIVES.search(words)


@each
def test_the_price_is_in_the_money_of_the_market(row):
    market = row["locale"].split("-")[-1]
    assert row["currency"] in get_territory_currencies(market)


@each
def test_the_price_has_decimals_only_where_the_currency_has(row):
    decimals = len(row["price"].partition(".")[2])
    assert decimals in {0, get_currency_precision(row["currency"])}


@each
def test_the_locale_is_known_to_cldr(row):
    language, _, territory = row["locale"].partition("-")
    try:
        known = Locale(language)
    except UnknownLocaleError:
        known = None
    assert known is not None
    assert territory in Locale("en").territories
