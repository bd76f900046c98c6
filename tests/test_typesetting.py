from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adlocalizer.errors import ConfigError
from adlocalizer.grounding.writing import price_text
from adlocalizer.imaging.faces import load_fonts, missing_characters
from adlocalizer.imaging.fonts import FontShelf, cut
from adlocalizer.imaging.typesetting import Room, Style, fit
from adlocalizer.scripts import script_of

FONTS = load_fonts(Path(__file__).parents[1] / "configs" / "fonts.yml")
RTL = ("ar", "he", "ur")
COPY = {
    "de-DE": "Frische, die nach Feierabend schmeckt",
    "vi-VN": "Sảng khoái bất tận giữa lòng Hà Nội",
    "ar-SA": "انتعاش الليمون مع SOLARA في مساء الرياض",
    "he-IL": "רעננות לימון עם SOLARA בערב תל אביבי",
    "ur-PK": "لاہور کی شام میں SOLARA کی تازگی",
    "hi-IN": "दिल्ली की शाम में ताज़गी का नया एहसास",
    "bn-BD": "ঢাকার বিকেলে সতেজতার নতুন স্বাদ",
    "kn-IN": "ಬೆಂಗಳೂರಿನ ಸಂಜೆಗೆ ಹೊಸ ತಾಜಾತನ SOLARA ₹40",
    "ta-SG": "சிங்கப்பூர் மாலையில் புதிய புத்துணர்ச்சி",
    "th-TH": "ความสดชื่นใหม่ยามเช้ากลางกรุงเทพ",
    "ja-JP": "雨の夜に、はじけるレモンの爽快感。",
    "ko-KR": "비 오는 서울에서도 레몬처럼 상쾌하게",
    "zh-CN": "暮色之中，清爽柠檬上市",  # noqa: RUF001 - a Chinese comma
    "zh-TW": "暮色之中，清爽檸檬上市",  # noqa: RUF001 - a Chinese comma
    "zh-HK": "嘅夜晚，清新檸檬味",  # noqa: RUF001 - a Chinese comma
    "am-ET": "በአዲስ አበባ ምሽት አዲስ የሎሚ ትኩስነት",
    "el-GR": "Φρεσκάδα λεμονιού στο βράδυ της Αθήνας",
    "ru-RU": "Свежесть лимона в московский вечер",
}


@pytest.fixture(scope="module")
def folder(pytestconfig):
    return pytestconfig.cache.mkdir("cut-faces")


def _style(locale: str, folder: Path, text: str) -> Style:
    types = FontShelf(FONTS, folder, locale, [text]).type_set(text, "bold")
    rtl = locale[:2] in RTL
    return Style(locale, rtl, types, align="right" if rtl else "left")


@pytest.mark.parametrize("locale", COPY)
def test_every_script_is_set_whole_inside_its_room(locale, folder):
    text, room = COPY[locale], Room(500, 260, 14, 90, 3)
    done = fit(text, _style(locale, folder, text), room)
    assert done.fits
    assert done.style.types.missing == ""
    assert done.ink_width <= room.width + 1
    assert done.ink_height <= room.height
    assert done.size > 40


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(st.text(st.characters(codec="latin-1", categories=("L", "N")), min_size=1, max_size=24), min_size=1),
    width=st.integers(40, 900),
    height=st.integers(14, 400),
)
def test_a_text_of_any_length_fits_or_says_so_and_never_overflows(words, width, height, folder):
    text, room = " ".join(words), Room(width, height, 10, 80, 4)
    done = fit(text, _style("de-DE", folder, text), room)
    slack = 2 + done.size * 0.35  # marks above capitals reach out of the line
    if done.fits:
        assert done.text.replace("\n", " ") == text
    else:
        assert done.text.endswith("…")
    if done.fits or len(done.text) > 1:
        assert done.ink_width <= width + 2
        assert done.ink_height <= height + slack


@pytest.mark.parametrize("locale", ["ar-SA", "hi-IN", "th-TH", "ja-JP", "ko-KR"])
def test_copy_that_cannot_fit_is_flagged_in_every_script(locale, folder):
    text = COPY[locale] * 6
    done = fit(text, _style(locale, folder, text), Room(160, 40, 14, 40, 2))
    assert not done.fits
    assert done.ink_width <= 162


def test_two_lines_are_balanced_instead_of_leaving_a_lonely_word(folder):
    text = "Frische, die nach Feierabend schmeckt"
    done = fit(text, _style("de-DE", folder, text), Room(620, 200, 40, 40, 2))
    assert done.width < 480


def test_korean_breaks_only_between_words(folder):
    text = "레몬처럼상쾌하게 서울"
    style = _style("ko-KR", folder, text)
    narrow = fit(text, style, Room(150, 300, 12, 60, 4))
    assert narrow.size * 8 <= 170


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "text"),
    [
        (160, "JPY", "ja-JP", "¥160"),
        (1.99, "EUR", "de-DE", "1,99\xa0€"),
        (40, "INR", "hi-IN", "₹40"),
        (20000, "VND", "vi-VN", "20.000\xa0₫"),
        (1500, "NGN", "en-NG", "₦1,500"),
        (12, "HKD", "zh-HK", "HK$12"),
        (2.5, "CHF", "de-CH", "CHF\xa02.50"),
    ],
)
def test_prices_are_written_as_their_locale_writes_them(amount, currency, locale, text):
    assert price_text(amount, currency, locale) == text


@pytest.mark.parametrize(
    ("locale", "script"),
    [("zh-HK", "Hant"), ("zh-Hans-HK", "Hans"), ("ur-PK", "Arab"), ("am-ET", "Ethi"), ("fil-PH", "Latn")],
)
def test_a_locale_is_written_in_the_script_of_its_place(locale, script):
    assert script_of(locale) == script


@pytest.mark.parametrize("locale", COPY)
def test_no_character_of_the_copy_is_missing(locale):
    assert missing_characters(COPY[locale], locale, FONTS) == ""


def test_characters_no_face_has_are_named():
    assert missing_characters("Frisch \U0001f34b \U00013000", "de-DE", FONTS) == "\U00013000\U0001f34b"


def test_a_foreign_name_borrows_a_face():
    assert missing_characters("東京 in Berlin", "de-DE", FONTS) == ""


def test_a_cut_face_is_made_once_and_left_whole(tmp_path):
    face = FONTS.primary("he-IL")
    first = cut(face, 700, "", tmp_path)
    stamp = first.stat().st_mtime_ns
    assert cut(face, 700, "", tmp_path) == first
    assert first.stat().st_mtime_ns == stamp
    assert [path.suffix for path in tmp_path.iterdir()] == [".ttf"]


def test_a_face_of_a_package_that_is_not_there_is_a_config_error(tmp_path):
    lost = FONTS.faces[0].model_copy(update={"package": "no_such_fonts"})
    with pytest.raises(ConfigError, match="install"):
        cut(lost, 700, "", tmp_path)


def test_a_wrong_font_file_is_refused_with_its_place(tmp_path):
    (tmp_path / "fonts.yml").write_text("weights: {bold: 700}\nfaces: [{family: X}]\n")
    with pytest.raises(ConfigError, match=r"faces\.0"):
        load_fonts(tmp_path / "fonts.yml")


@pytest.mark.parametrize("word", ["Feierabendteegenussmomente", "Donaudampfschifffahrt", "Überraschungseffekt"])
def test_a_word_is_never_broken_inside(word, folder):
    done = fit(word, _style("de-DE", folder, word), Room(300, 260, 8, 90, 4))
    assert done.fits
    assert done.ink_height < 1.6 * done.size


def test_a_word_longer_than_its_room_is_cut_short_and_said_not_to_fit(folder):
    word = "Feierabendteegenussmomente"
    done = fit(word, _style("de-DE", folder, word), Room(100, 260, 14, 90, 4))
    assert not done.fits
    assert done.text.endswith("…")
