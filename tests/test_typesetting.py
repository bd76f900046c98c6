from __future__ import annotations

import time
from pathlib import Path

import pytest
import skia
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adlocalizer.errors import ConfigError
from adlocalizer.grounding.writing import price_text
from adlocalizer.imaging.faces import faces_for, load_fonts, missing_characters, typeface
from adlocalizer.imaging.fonts import FontShelf, cut_face
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


def _joined(text: str) -> str:
    return "".join(char for char in text if char not in "-\n \u00ad")


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
        assert _joined(done.text) == _joined(text)
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
    assert narrow.lines == ("레몬처럼상쾌하게", "서울")


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


def test_raised_letters_of_ordinals_have_glyphs():
    assert missing_characters("1ᵉʳ, 2ᵈᵉ, Mᵐᵉ", "fr-FR", FONTS) == ""


def test_a_foreign_name_borrows_a_face():
    assert missing_characters("東京 in Berlin", "de-DE", FONTS) == ""


def test_a_cut_face_is_made_once_and_left_whole(tmp_path):
    face = FONTS.primary("he-IL")
    first = cut_face(face, 700, "", tmp_path)
    stamp = first.stat().st_mtime_ns
    assert cut_face(face, 700, "", tmp_path) == first
    assert first.stat().st_mtime_ns == stamp
    assert [path.suffix for path in tmp_path.iterdir()] == [".ttf"]


def test_a_face_of_a_package_that_is_not_there_is_a_config_error(tmp_path):
    lost = FONTS.faces[0].model_copy(update={"package": "no_such_fonts"})
    with pytest.raises(ConfigError, match="install"):
        cut_face(lost, 700, "", tmp_path)


def test_a_wrong_font_file_is_refused_with_its_place(tmp_path):
    (tmp_path / "fonts.yml").write_text("weights: {bold: 700}\nfaces: [{family: X}]\n")
    with pytest.raises(ConfigError, match=r"faces\.0"):
        load_fonts(tmp_path / "fonts.yml")


@pytest.mark.parametrize("word", ["Feierabendteegenussmomente", "Donaudampfschifffahrt", "Überraschungseffekt"])
def test_a_word_that_fits_is_not_divided(word, folder):
    done = fit(word, _style("de-DE", folder, word), Room(300, 260, 8, 90, 4))
    assert done.fits
    assert done.lines == (word,)


def test_a_word_longer_than_its_room_is_divided(folder):
    word = "Feierabendteegenussmomente"
    done = fit(word, _style("de-DE", folder, word), Room(120, 260, 14, 90, 4))
    assert done.fits
    assert "".join(done.lines).replace("-", "") == word
    assert len(done.lines) > 1


def test_a_word_of_a_language_without_divisions_is_cut_short_and_said_not_to_fit(folder):
    word = "Feierabendteegenussmomente"
    done = fit(word, _style("en-GB", folder, word), Room(100, 260, 14, 90, 4))
    assert not done.fits
    assert done.text.endswith("…")


@pytest.mark.parametrize(("locale", "word"), [("en-GB", "Refresh\u00admentality"), ("nb-NO", "Sommer\u00adfriskhet")])
def test_soft_hyphens_divide_words_in_every_language(locale, word, folder):
    done = fit(word, _style(locale, folder, word), Room(110, 200, 20, 60, 2))
    assert done.lines == tuple(f"{word}".replace("\u00ad", "-|").split("|"))


def test_soft_hyphens_that_are_not_needed_are_not_seen(folder):
    word = "Sommer\u00adfriskhet"
    assert fit(word, _style("nb-NO", folder, word), Room(900, 200, 20, 60, 2)).text == "Sommerfriskhet"


def test_lines_the_copy_ends_itself_are_kept(folder):
    text = "Kalt\nund klar"
    assert fit(text, _style("de-DE", folder, text), Room(900, 300, 20, 60, 3)).lines == ("Kalt", "und klar")


def test_one_line_in_the_largest_letters_is_not_broken_at_its_clauses(folder):
    text = "Kalt. Klar. Frisch."
    assert len(fit(text, _style("de-DE", folder, text), Room(900, 300, 12, 40, 3)).lines) == 1


def test_a_line_break_does_not_disturb_the_direction_of_brackets_and_numbers(folder):
    text = "רעננות לימון ב־9.90 ₪ עם SOLARA (330 מ״ל)"
    style = _style("he-IL", folder, text)
    whole, broken = fit(text, style, Room(2000, 90, 40, 40, 1)), fit(text, style, Room(430, 400, 40, 40, 4))
    assert len(broken.lines) > 1
    assert sum(_columns(broken)) == pytest.approx(sum(_columns(whole)), rel=0.02)


def _columns(done) -> list[int]:
    """How much ink stands on a text's canvas, line by line: shaping and mirroring change it, order does not."""
    return [int(row.sum()) for row in done.in_colour((0, 0, 0)).coverage]


def test_a_name_in_another_script_does_not_change_the_distance_of_lines(folder):
    mixed, plain = "Grün aus 東京", "Grün aus Tokio"
    tall = fit(f"{mixed}\n{plain}", _style("de-DE", folder, mixed), Room(900, 400, 50, 50, 2))
    even = fit(f"{plain}\n{plain}", _style("de-DE", folder, mixed), Room(900, 400, 50, 50, 2))
    assert tall.baseline == even.baseline


def test_letters_that_join_are_never_set_apart(folder):
    text = "مزيد من الانتعاش"
    style, room = _style("ar-SA", folder, text), Room(900, 90, 40, 40)
    assert fit(text, style._replace(spacing=0.2), room).ink_width == fit(text, style, room).ink_width


def test_capitals_set_apart_are_wider(folder):
    style, room = _style("de-DE", folder, "SOLARA"), Room(900, 90, 40, 40)
    assert fit("SOLARA", style._replace(spacing=0.2), room).ink_width > fit("SOLARA", style, room).ink_width + 30


def test_two_full_width_marks_in_a_row_take_one_and_a_half_squares(folder):
    style, room = _style("ja-JP", folder, "感。「あ"), Room(900, 90, 40, 40)
    apart = (
        fit("感。あ", style, room).ink_width + fit("感「あ", style, room).ink_width - fit("感あ", style, room).ink_width
    )
    assert fit("感。「あ", style, room).ink_width == pytest.approx(apart - 20, abs=2)


def test_a_full_stop_in_the_middle_of_its_square_keeps_its_distance_from_a_bracket(folder):
    style, room = _style("zh-TW", folder, "好喝。」"), Room(900, 90, 40, 40)
    assert fit("好喝。」", style, room).ink_width == pytest.approx(fit("好喝口」", style, room).ink_width, abs=1)


@pytest.mark.parametrize("mark", ["”，", "。”", "：“"])  # noqa: RUF001 - full-width marks
def test_quotes_as_wide_as_ideographs_share_a_half_with_the_mark_beside_them(mark, folder):
    style, room = _style("zh-CN", folder, mark), Room(900, 90, 40, 40)
    assert fit(f"好{mark}好", style, room).ink_width < fit("好好好好", style, room).ink_width - 15


def test_a_mark_no_face_has_beside_its_letter_is_missing():
    assert missing_characters("e\u0301", "de-DE", FONTS) == ""
    assert missing_characters("東\u05b8", "ja-JP", FONTS) == "\u05b8"


def test_a_letter_and_its_marks_come_from_one_face():
    faces, missing = faces_for("क्षि Ж", "hi-IN", FONTS)
    assert missing == ""
    assert [face.family for face in faces] == ["Noto Sans Devanagari", "Noto Sans"]


@pytest.mark.parametrize("size", [11, 23.5, 64, 140])
@pytest.mark.parametrize("locale", ["vi-VN", "ar-SA", "th-TH", "zh-CN"])
def test_the_ink_is_as_large_as_it_is_said_to_be_give_or_take_three_pixels(locale, size, folder):
    text = COPY[locale]
    done = fit(text, _style(locale, folder, text), Room(size * 9, 900, size, size, 5))
    high, wide = done.in_colour((0, 0, 0)).coverage.shape
    assert abs(high - done.ink_height) <= 3
    assert abs(wide - done.ink_width) <= 2


def test_a_face_may_be_drawn_larger_to_match_the_others(tmp_path):
    face = FONTS.primary("he-IL")
    plain, larger = (
        cut_face(face, 700, "", tmp_path),
        cut_face(face.model_copy(update={"scale": 1.25}), 700, "", tmp_path),
    )
    width = [skia.Font(typeface(path), 100).measureText("שלום") for path in (plain, larger)]
    assert width[1] == pytest.approx(1.25 * width[0], rel=0.01)


def test_a_face_may_have_a_weight_of_its_own():
    heavy = FONTS.faces[0].model_copy(update={"bold": 650})
    assert FONTS.weight_of(heavy, "bold") == 650
    assert FONTS.weight_of(heavy, "text") == FONTS.weights["text"]


def test_the_same_text_costs_less_than_two_milliseconds_the_second_time(folder):
    text = COPY["ar-SA"]
    style = _style("ar-SA", folder, text)
    for _ in range(2):
        fit(text, style, Room(500, 260, 14, 90, 3))
    start = time.process_time()
    for _ in range(20):
        fit(text, style, Room(500, 260, 14, 90, 3))
    assert (time.process_time() - start) / 20 < 0.002
