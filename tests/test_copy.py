"""Copy before it is drawn: terms, banned words, lengths, promises, and whose words stand in."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.config import find_project
from adlocalizer.config.rows import COPY_COLUMNS, COPY_OPTIONAL, CopyTable, copy_table
from adlocalizer.config.tables import read_table
from adlocalizer.domain import Brand, Copy, CopyBook, Severity
from adlocalizer.errors import ConfigError
from adlocalizer.ordering import plan_order
from adlocalizer.wording import (
    claims_discount,
    concerning,
    copy_findings,
    discount_percent,
    length_of,
    limit_of,
    terms_of,
    words_by_locale,
)
from adlocalizer.wording.letters import spots
from adlocalizer.wording.terms import banned_in

from . import projects

PROJECT = find_project(Path(__file__).parents[1])
FORMATS, BOOK, BRAND = PROJECT.formats(), PROJECT.copy_book(), PROJECT.brand("solara")
DEMO = PROJECT.copy("data/copy/demo.csv").copy
GLOSSARY = {"SOLARA": {"*": "SOLARA", "ja": "ソラーラ"}, "Sparkling Lemon": {"*": "Sparkling Lemon"}}
HEADER = ("locale", "headline", "call_to_action", "price", "currency")


def row(locale: str = "de-DE", headline: str = "Zitrone", **more: object) -> Copy:
    return Copy.model_validate({"locale": locale, "headline": headline, "call_to_action": "Los", **more})


def brand(**more: object) -> Brand:
    return BRAND.model_copy(update=more)


def faults(words: Copy, *formats: str, of: Brand = BRAND) -> list[tuple[str, str, Severity]]:
    found = copy_findings(words, of, [FORMATS[name] for name in formats], BOOK)
    return [(one.check, one.subject, one.severity) for one in found]


def read(folder: Path, columns: str, *cells: str) -> CopyTable:
    table = folder / "copy.csv"
    table.write_text("\n".join((columns, *cells)), "utf-8")
    return copy_table(read_table(table, COPY_COLUMNS, COPY_OPTIONAL, "copy.csv"), "copy.csv")


# The table


def test_every_column_of_a_copy_row_is_read(tmp_path):
    columns = "locale,headline,subline,call_to_action,price,currency,disclaimer,old_price,lowest_30d,unit_price,unit"
    more = "adapt_level,rationale,back_translation,review"
    cells = "de-DE,A,S,B,1.2,EUR,C,1.5,1.4,3.64,l,localization,why,means,needed"
    table = read(tmp_path, f"{columns},{more}", cells)
    assert table.copy == (
        row(
            headline="A",
            subline="S",
            call_to_action="B",
            price=1.2,
            currency="EUR",
            legal="C",
            old_price=1.5,
            lowest_30d=1.4,
            unit_price=3.64,
            unit="l",
            adapt_level="localization",
            rationale="why",
            back_translation="means",
            review="needed",
        ),
    )


def test_legal_and_disclaimer_are_one_line(tmp_path):
    table = read(tmp_path, "locale,headline,call_to_action,legal,disclaimer", "de-DE,A,B,C,D")
    assert [str(fault) for fault in table.faults] == [
        "copy.csv:2 (disclaimer): legal and disclaimer are both filled in, and name the same line in row 'de-DE'; "
        "keep one of the two columns"
    ]


@pytest.mark.parametrize(
    ("columns", "cells", "said"),
    [
        ("old_price", "1.0", "old_price"),
        ("old_price", "cheap", "old_price"),
        ("adapt_level", "guess", "adapt_level"),
        ("review", "maybe", "review"),
        ("unit_price", "3.64", "unit_price"),
        ("unit_price", "0", "unit_price"),
        ("unit", "l", "unit"),
        ("unit", "barrel", "unit"),
        ("old_price", "1.499", "old_price"),
    ],
)
def test_a_bad_cell_is_named(tmp_path, columns, cells, said):
    table = read(tmp_path, f"locale,headline,call_to_action,price,currency,{columns}", f"de-DE,A,B,1.2,EUR,{cells}")
    assert [fault.column for fault in table.faults] == [said]


def test_an_old_price_without_a_price_is_named(tmp_path):
    table = read(tmp_path, "locale,headline,call_to_action,lowest_30d", "de-DE,A,B,1")
    assert [fault.column for fault in table.faults] == ["lowest_30d"]


def test_a_unit_price_without_a_price_is_named_with_what_to_write(tmp_path):
    table = read(tmp_path, "locale,headline,call_to_action,unit_price,unit", "de-DE,A,B,3.64,l")
    assert [str(fault) for fault in table.faults] == [
        "copy.csv:2 (unit_price): unit_price has no price beside it in row 'de-DE'; "
        "fill in price, or leave unit_price empty"
    ]


def test_a_price_with_more_decimals_than_its_currency_has_is_named_since_an_ad_would_round_it(tmp_path):
    table = read(tmp_path, "locale,headline,call_to_action,price,currency", "ja-JP,A,B,150.5,JPY")
    assert [str(fault) for fault in table.faults] == [
        "copy.csv:2 (price): JPY is written with 0 decimals, found '150.5' in row 'ja-JP'; "
        "round it: an ad would show another number"
    ]


@pytest.mark.parametrize("words", DEMO, ids=lambda one: one.locale)
def test_every_demo_row_says_how_it_came_to_be_and_what_it_means(words):
    assert words.adapt_level
    assert words.rationale
    assert words.back_translation
    assert words.review == ""


@pytest.mark.parametrize("campaign", ["demo", "example"])
def test_nobody_need_look_at_the_words_of_the_demo(campaign):
    named = PROJECT.campaign(campaign).formats
    assert [one for words in DEMO for one in faults(words, *named)] == []


# Letters


COUNTED = {
    "\u00e9": 1,
    "e\u0301": 1,
    "किताब": 3,
    "🇯🇵": 1,
    "👩\u200d👩\u200d👧": 1,
    "レモン": 3,
    "ex\u00adtra": 5,
    "": 0,
}


@pytest.mark.parametrize(("text", "count"), COUNTED.items())
def test_characters_are_counted_as_people_see_them(text, count):
    assert length_of(text) == count


@pytest.mark.parametrize(
    ("word", "text", "locale", "written"),
    [
        ("best", "The BEST lemon", "en-US", "BEST"),
        ("best", "Bestow it", "en-US", None),
        ("straße", "An der STRASSE", "de-DE", "STRASSE"),
        ("gross", "Groß und grün", "de-DE", "Groß"),
        ("ilk", "İLK tat", "tr-TR", "İLK"),
        ("ilk", "ILK tat", "tr-TR", None),
        ("ilk", "ILK tat", "en-US", "ILK"),
        ("最", "これは最高", "ja-JP", "最"),
        ("최고", "최고의 맛", "ko-KR", "최고"),
        ("e", "é", "fr-FR", None),
        ("क", "कि", "hi-IN", None),
        ("no 1", "The no\u00a0 1 can", "en-US", "no\u00a0 1"),
        ("ceník", "CENI\u0301K", "cs-CZ", "CENI\u0301K"),
    ],
)
def test_a_word_is_found_by_the_rules_of_its_script(word, text, locale, written):
    assert next((spot.written for spot in spots(word, text, locale)), None) == written


@given(st.text(max_size=8), st.text(max_size=30), st.sampled_from(["en-US", "tr-TR", "th-TH", "ko-KR"]))
def test_what_is_found_stands_there(word, text, locale):
    for spot in spots(word, text, locale):
        assert text[spot.start : spot.end] == spot.written != ""


@given(
    st.text(alphabet="abc\u00e7\u0131i\u015f\u00f6\u00dfAB\u0130I\u00c9 ", min_size=1, max_size=12).map(
        lambda text: " ".join(text.split())
    )
)
def test_a_text_holds_itself(text):
    assert not text or any(spots(text, f"… {text} …", "tr-TR"))


# Terms and banned words


def test_the_nearest_locale_settles_how_a_term_is_written():
    forms = {"SOLARA": {"*": "SOLARA", "zh": "太阳", "zh-Hant-HK": "太陽", "ja": ""}}
    assert terms_of(forms, "zh-Hant-HK") == {"SOLARA": "太陽"}
    assert terms_of(forms, "zh-CN") == {"SOLARA": "太阳"}
    assert terms_of(forms, "fr-FR") == {"SOLARA": "SOLARA"}
    assert terms_of(forms, "ja-JP") == {}


@pytest.mark.parametrize("text", ["Solara schmeckt", "Sólara!", "ソラーラ", "ＳＯＬＡＲＡ"])  # noqa: RUF001
def test_a_miswritten_term_is_a_finding(text):
    assert faults(row(headline=text), of=brand(glossary=GLOSSARY)) == [("copy_glossary", "de-DE", Severity.REVIEW)]


@pytest.mark.parametrize("text", ["SOLARA schmeckt", "Solarstrom", "SOLARA\u2019s"])
def test_a_term_as_it_must_be_is_none(text):
    assert faults(row(headline=text), of=brand(glossary=GLOSSARY)) == []


def test_a_term_that_only_the_back_translation_has_was_translated():
    words = row(headline="Spritzige Zitrone", back_translation="Sparkling lemon")
    [found] = copy_findings(words, brand(glossary=GLOSSARY), [], BOOK)
    assert "has the term 'Sparkling Lemon'" in found.text


def test_words_are_banned_for_all_for_a_language_or_for_a_locale():
    banned = {"*": ("best",), "de": ("billig",), "de-CH": ("gratis",)}
    assert banned_in("BEST, billig, gratis", banned, "de-CH") == {
        "gratis": "gratis",
        "billig": "billig",
        "best": "BEST",
    }
    assert banned_in("BEST, billig, gratis", banned, "fr-FR") == {"best": "BEST"}


def test_a_banned_word_fails():
    words = row(headline="Der Beste", legal="der beste Preis")
    found = faults(words, of=brand(banned_words={"de": ("beste",)}))
    assert found == [("copy_banned_word", "de-DE", Severity.FAIL)] * 2


# Lengths


def test_a_line_too_long_for_a_format_names_locale_format_count_and_limit():
    words = row(headline="x" * 41)
    formats = [FORMATS[name] for name in ("gads_dgen_square", "dooh_1920x1080")]
    [found] = copy_findings(words, BRAND, formats, BOOK)
    assert (found.subject, found.value, found.threshold) == ("de-DE.gads_dgen_square", 41, 40)
    assert found.severity is Severity.REVIEW
    assert found.text == "de-DE: headline has 41 characters, gads_dgen_square takes 40;"


def test_a_length_concerns_its_own_format_only():
    words = row(headline="x" * 41, review="needed")
    found = copy_findings(words, BRAND, [FORMATS[name] for name in ("gads_dgen_square", "pin_standard_2x3")], BOOK)
    kept = [one.check for one in concerning(found, "gads_dgen_square")]
    assert kept == ["copy_length", "copy_review"]
    assert [one.check for one in concerning(found, "dooh_1920x1080")] == ["copy_review"]


def test_the_limit_is_that_of_the_script_a_text_is_written_in():
    shown = next(one for one in BOOK.limits if one.formats == ("pin_standard_2x3",) and one.reach == "shown")
    texts = ("Lemon", "レモンの時間", "ليمون", "柠檬", "레몬", "SOLARA レ", "Лимон")
    assert [limit_of(text, shown) for text in texts] == [40, 30, 30, 30, 30, 40, 40]


def test_a_script_without_a_number_has_no_limit():
    yahoo = next(one for one in BOOK.limits if one.formats == ("yj_resp_*",))
    assert limit_of("x" * 99, yahoo) is None
    assert limit_of("レモン", yahoo) == 20


def test_every_limit_is_of_a_format_there_is():
    from fnmatch import filter as matching

    assert [one for one in BOOK.limits for glob in one.formats if not matching(FORMATS, glob)] == []


@given(st.text(min_size=1, max_size=60))
def test_a_limit_is_one_of_its_numbers(text):
    for limit in BOOK.limits:
        assert limit_of(text, limit) in {None, *limit.most.values()}


# Promises


@pytest.mark.parametrize(
    ("locale", "text", "percent"),
    [
        ("de-DE", "Jetzt -20 % auf alles", 20),
        ("de-DE", "20\u00a0% Rabatt", 20),
        ("de-DE", "100 % natürlich", None),
        ("fr-FR", "\u221215\u202f% dès maintenant", 15),
        ("tr-TR", "%20 indirim", 20),
        ("ar-EG", "خصم ٢٠٪", 20),
        ("bn-BD", "-২০%", 20),
        ("ja-JP", "今だけ20\uff05オフ", 20),
        ("ko-KR", "20% 할인", 20),
        ("en-US", "Save 12.5% now", 12.5),
        ("en-US", "10-20% fruit", None),
        ("en-US", "1920% more", None),
        ("pt-BR", "10% e 30% OFF", 30),
        ("nl-NL", "Zonder korting", None),
        ("en-US", "100 % recycled. Save 20 % now", 20),
        ("en-US", "50% more, 20% off", 20),
        ("en-US", "20% off 50% recycled cans", 20),
        ("en-US", "100% off", 100),
        ("en-US", "Save on 2 cans, 100 % juice", None),
        ("en-US", "Save\nup to 20% now", 20),
        ("de-DE", "100% Bio, spare Zucker", None),
        ("de-DE", "Mit 100 % Ökostrom sparen", None),
        ("de-DE", "Spare jetzt bis zu 20 %", 20),
        ("de-DE", "Rabatt: 20 %", 20),
        ("de-DE", "Unser 20 %-Rabatt", 20),
        ("de-DE", "Jetzt sparen \u2013 100 % Bio", None),
        ("de-DE", "Bio \u2013 100 % Saft", None),
        ("de-DE", "Bio - 100 % Saft", None),
        ("de-DE", "Bio-100 % Saft", None),
        ("de-DE", "Neu: \u2013100 % auf Pfand", 100),
        ("fr-FR", "\u2212 15 %", 15),
        ("fr-FR", "20 % de moins", 20),
        ("fr-FR", "Économisez jusqu\u2019à 20 %", 20),
        ("es-ES", "20 % de descuento", 20),
        ("ja-JP", "今だけ-20%", 20),
        ("zh-CN", "优惠高达20%", 20),
        ("ko-KR", "20%까지 할인", 20),
        ("th-TH", "ลดสูงสุด 20%", 20),
        ("hi-IN", "20% तक की छूट", 20),
        ("ar-EG", "خصم يصل إلى ٢٠٪", 20),
        ("tr-TR", "%20'ye varan indirim", 20),
    ],
)
def test_a_promise_is_read_in_the_forms_of_its_locale(locale, text, percent):
    assert claims_discount(row(locale, text), BOOK.discount_words) == percent


@pytest.mark.parametrize("words", DEMO, ids=lambda one: one.locale)
def test_a_minus_is_a_promise_in_every_locale(words):
    assert claims_discount(words.model_copy(update={"headline": "-7%"})) == 7
    assert claims_discount(words, BOOK.discount_words) is None


def test_a_promise_that_the_numbers_keep_is_no_finding():
    assert faults(row(headline="-20 %", price=8, old_price=10, currency="EUR")) == []
    assert faults(row(headline="-33 %", price=1, lowest_30d=1.49, currency="EUR")) == []


def test_a_promise_that_the_numbers_contradict_fails():
    words = row(headline="-20 %", price=9, old_price=10, currency="EUR")
    assert faults(words) == [("copy_discount", "de-DE", Severity.FAIL)]


@pytest.mark.parametrize("text", ["100 % recycelt. Spare 20 %", "-10 % oder -20 %", "20 % Rabatt, mit Karte -30 %"])
def test_of_several_percentages_one_that_the_numbers_keep_is_enough(text):
    assert faults(row(headline=text, price=8, old_price=10, currency="EUR")) == []


def test_several_promises_of_which_none_is_kept_fail_and_are_all_named():
    words = row(headline="-10 % oder -30 %", price=8, old_price=10, currency="EUR")
    [found] = copy_findings(words, BRAND, [], BOOK)
    assert (found.severity, found.value) == (Severity.FAIL, 30)
    assert "promises 10 and 30 % off, 8 instead of 10 EUR is 20.0 %" in found.text


@given(st.text(alphabet="ab1250%-\u2013 .,:Savefof", max_size=30))
def test_a_percentage_is_promised_only_where_it_stands(text):
    claim = claims_discount(row("en-US", f"x{text}"), BOOK.discount_words)
    assert claim is None or f"{claim:g}" in text or f"{claim:g}".replace(".", ",") in text


def test_a_promise_without_numbers_is_for_somebody_to_look_at():
    assert faults(row(headline="-20 %", price=9, currency="EUR")) == [("copy_discount", "de-DE", Severity.REVIEW)]


@given(st.floats(0.01, 1e6), st.floats(0.01, 1e6))
def test_a_reduction_is_below_a_hundred_per_cent(price, before):
    assert discount_percent(price, before) < 100
    assert (discount_percent(price, before) > 0) == (price < before)


def test_a_row_to_be_reviewed_is_a_finding():
    assert faults(row(review="needed")) == [("copy_review", "de-DE", Severity.REVIEW)]


# Whose words stand in

BRAZILIAN = row("pt-BR", "Limão", price=7.9, currency="BRL", legal="Impostos inclusos")


def test_words_are_borrowed_along_the_chain_only():
    assert set(words_by_locale([BRAZILIAN], {})) == {"pt-BR"}
    assert words_by_locale([BRAZILIAN], {"pt-PT": ("pt-AO", "pt-BR")})["pt-PT"].headline == "Limão"


def test_a_price_and_small_print_are_not_borrowed_across_a_border():
    lent = words_by_locale([BRAZILIAN], {"pt-PT": ("pt-BR",)})["pt-PT"]
    assert (lent.locale, lent.price, lent.currency, lent.legal) == ("pt-BR", None, None, None)
    assert words_by_locale([BRAZILIAN], {"en-BR": ("pt-BR",)})["en-BR"] == BRAZILIAN


def test_a_locale_with_words_of_its_own_borrows_none_nor_does_one_whose_row_is_bad():
    own = row("pt-PT", "Limão fresco")
    assert words_by_locale([BRAZILIAN, own], {"pt-PT": ("pt-BR",)})["pt-PT"] == own
    assert "pt-PT" not in words_by_locale([BRAZILIAN], {"pt-PT": ("pt-BR",)}, {"pt-PT"})


CITY = "city_id,city,local_name,region,market,locales,latitude,longitude,timezone\n"
LISBON = "pt-lisbon,Lisbon,Lisboa,EMEA,PT,pt-PT,38.72,-9.14,Europe/Lisbon\n"


def lisbon(folder: Path, **campaign: object) -> Path:
    project = projects.make_project(folder, cities=["pt-*"], copy_table="data/copy/short.csv", **campaign)
    with (project / "data/copy/demo.csv").open(encoding="utf-8", newline="") as file:
        kept = [line for line in csv.DictReader(file) if line["locale"] == "pt-BR"]
    with (project / "data/copy/short.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, HEADER, extrasaction="ignore")
        table.writeheader()
        table.writerows(kept)
    (project / "data/cities.csv").write_text(CITY + LISBON, "utf-8")
    return project


def test_without_a_chain_a_locale_without_words_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match="there is no copy for pt-PT"):
        plan_order(projects.small_order(lisbon(tmp_path)))


def test_borrowed_words_keep_the_creative_s_locale_and_are_said(tmp_path):
    project = lisbon(tmp_path, locale_fallback={"pt-PT": ["pt-BR"]})
    plan = plan_order(projects.small_order(project)).plan
    [creative] = list(plan.creatives)
    assert (creative.creative.locale, creative.copy_row.locale) == ("pt-PT", "pt-BR")
    assert [note for note in plan.warnings if note.startswith("pt-PT")] == [
        "pt-PT has no copy of its own: it takes that of pt-BR, without price and legal line, as locale_fallback says"
    ]


@pytest.mark.parametrize(
    ("chain", "said"),
    [
        ({"pt-PT": ["pt-PT"]}, "leads back to its own locale"),
        ({"pt-PT": ["pt-BR", "pt-BR"]}, "stands in the chain twice"),
        ({"pt-PT": []}, "the chain is empty"),
        ({"pt-PT": ["xx-BR"]}, "unknown locale 'xx-BR'"),
        ({"xx-PT": ["pt-BR"]}, "unknown locale 'xx-PT'"),
    ],
)
def test_a_chain_that_leads_nowhere_is_refused(tmp_path, chain, said):
    with pytest.raises(ConfigError, match=rf"campaign small \(locale_fallback: .*{said}"):
        plan_order(projects.small_order(lisbon(tmp_path, locale_fallback=chain)))


def test_a_book_without_limits_finds_nothing():
    assert copy_findings(row(headline="x" * 200), BRAND, list(FORMATS.values()), CopyBook()) == ()


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("glossary", "{SOLARA: {german: SOLARA}}", "glossary.SOLARA.german"),
        ("banned_words", "{de_DE: [billig]}", "banned_words.de_DE"),
    ],
)
def test_a_brand_speaks_of_locales_and_languages_only(tmp_path, key, value, said):
    brand = projects.make_project(tmp_path) / "configs/brands/solara.yml"
    brand.write_text(f"{brand.read_text('utf-8')}{key}: {value}\n", "utf-8")
    with pytest.raises(ConfigError, match=rf"solara.yml:\d+ \({said}\).*BCP-47"):
        find_project(tmp_path).brand("solara")
