"""Where lines may end, how long words are divided, and which breaks make good lines."""

# ruff: noqa: RUF001 - marks of many scripts
from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.imaging.breaking import letters_of, pieces_of
from adlocalizer.imaging.faces import load_fonts
from adlocalizer.imaging.fonts import TypeSet
from adlocalizer.imaging.hyphenating import division_points
from adlocalizer.imaging.ragging import spreads

FONTS = load_fonts(Path(__file__).parents[1] / "configs" / "fonts.yml")
LANGUAGES = ("ar", "de", "fi", "hi", "hu", "ja", "ko", "pl", "th", "zh")


def types(language: str) -> TypeSet:
    clinging = frozenset(FONTS.clinging.get(language, ()))
    return TypeSet(None, (), 1.2, 0.7, "", hyphenation=FONTS.hyphenation.get(language), clinging=clinging)


def cut(text: str, language: str, *kinds: str) -> str:
    """A text with a bar wherever a line may end in one of the ways, or in any."""
    pieces = pieces_of(text, language, types(language))
    return "".join(
        piece.text + piece.gap + ("|" if not kinds or piece.end in kinds else "") for piece in pieces
    ).removesuffix("|")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("th", "ความ|สดชื่น|ใหม่|ยาม|เช้า|กลาง|กรุงเทพ"),
        ("lo", "ຄວາມ|ສົດຊື່ນ|ໃໝ່|ໃນ|ຍາມ|ແລງ"),
        ("km", "ភាព|ស្រស់ស្រាយ|ថ្មី|នៅពេល|ល្ងាច"),
        ("my", "ရန်|ကုန်|ညနေခင်း|အတွက်|လန်းဆန်း|မှု|အသစ်"),
    ],
)
def test_scripts_without_spaces_break_between_words_of_a_dictionary(language, text):
    assert cut(text.replace("|", ""), language) == text


def test_japanese_breaks_between_phrases():
    assert cut("雨の夜に、はじけるレモンの爽快感。", "ja", "word", "pause") == "雨の|夜に、|はじける|レモンの|爽快感。"


def test_a_japanese_particle_stays_with_the_bracket_before_it():
    assert "」|で" not in cut("「ソラーラ」で乾杯", "ja", "word", "pause")


@pytest.mark.parametrize("mark", "、。」）！？ーっゃ")
def test_no_japanese_line_begins_with_a_mark_that_belongs_to_the_line_before(mark):
    assert f"|{mark}" not in cut(f"夜に{mark}はじける", "ja")


def test_korean_breaks_between_words_unless_nothing_else_fits():
    assert cut("비 오는 서울에서도 SOLARA와", "ko", "space", "word") == "비 |오는 |서울에서도 |SOLARA와"
    assert "inside" in {piece.end for piece in pieces_of("서울에서도", "ko", types("ko"))}


@pytest.mark.parametrize(("language", "text"), [("zh", "暮色|之中，|清爽|柠檬|上市"), ("zh", "清新|檸檬|味")])
def test_chinese_words_are_not_parted(language, text):
    assert cut(text.replace("|", ""), language, "word", "pause", "space") == text


@pytest.mark.parametrize("text", ["1,99 €", "Frisch – heute", "50 %", "A · B"])
def test_a_sign_alone_does_not_begin_a_line(text):
    assert not any(piece.text[0] in "€–%·" for piece in pieces_of(text, "de", types("de")))


def test_a_small_word_would_rather_not_end_a_line():
    assert cut("dni w Łodzi", "pl", "small") == "dni w |Łodzi"


def test_a_single_letter_is_not_left_before_its_hyphen():
    assert cut("E-Mail-Adresse", "de", "word") == "E-Mail-|Adresse"


def test_a_name_of_two_words_would_rather_stay_together():
    assert cut("heute in Tel Aviv", "en", "name") == "heute in Tel |Aviv"


def test_a_line_end_of_the_copy_is_kept():
    assert [piece.text for piece in pieces_of("Kalt\nund klar", "de", types("de")) if piece.end == "forced"] == [
        "Kalt",
        "klar",
    ]


def test_an_emoji_does_not_shift_the_breaks():
    assert cut("😀😀 neu da", "de") == "😀😀 |neu |da"


@pytest.mark.parametrize("space", [" ", "\u2009", "\u2002", "\u2004", "\u205f", "\u3000"])
def test_a_space_of_any_width_where_a_line_may_end_is_drawn_only_when_the_line_goes_on(space):
    assert pieces_of(f"alt{space}rot", "de", types("de"))[0] == ("alt", space, "space")


@pytest.mark.parametrize("space", ["\u00a0", "\u202f"])
def test_a_space_that_holds_two_words_together_stays_between_them(space):
    assert [piece.text for piece in pieces_of(f"ein{space}zwei da", "de", types("de"))] == [f"ein{space}zwei", "da"]


def test_a_break_without_a_width_leaves_nothing_behind():
    assert [piece[:2] for piece in pieces_of("ein\u200bzwei", "de", types("de"))] == [("ein", ""), ("zwei", "")]


def test_soft_hyphens_are_taken_out_and_remembered():
    assert cut("Feier\u00adabend\u00adtee", "de", "soft") == "Feier|abend|tee"


def test_a_word_with_soft_hyphens_is_divided_nowhere_else():
    assert cut("Überraschungs\u00adeffekt", "de", "hyphen") == "Überraschungseffekt"


def test_after_its_last_soft_hyphen_a_word_is_divided_nowhere_else_either():
    assert cut("Zitronen\u00adüberraschungseffekt", "de") == "Zitronen|überraschungseffekt"
    assert cut("Zitronen\u00adüber\u00adraschungseffekt heute", "de") == "Zitronen|über|raschungseffekt |heute"


def test_the_word_after_one_with_soft_hyphens_is_divided_as_ever():
    assert "hyphen" in {piece.end for piece in pieces_of("Feier\u00adabend Überraschungseffekt", "de", types("de"))}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Über|ra|schungs|ef|fekt"),
        ("fi", "raikas|tavaa"),
        ("fi", "sitruu|na|juomaa"),
        ("hu", "citrom|fris|ses|séggel"),
        ("sv", "Sommar|kvälls|frä|schör"),
        ("nl", "Verfris|sings|mo|ment"),
        ("en", "refreshingly"),
    ],
)
def test_long_words_are_divided_as_their_language_does(language, text):
    assert cut(text.replace("|", ""), language, "hyphen") == text


def test_a_word_whose_accents_stand_after_their_letters_is_divided_in_the_same_places():
    parted = cut(unicodedata.normalize("NFD", "Frühstücksüberraschungen"), "de")
    assert unicodedata.normalize("NFC", parted) == cut("Frühstücksüberraschungen", "de")
    assert "|" in parted


@pytest.mark.parametrize("text", ["SOLARAFRISCHE", "kurz", "12345678901234"])
def test_capitals_short_words_and_numbers_are_never_divided(text):
    assert division_points(text, FONTS.hyphenation["de"]) == ()


def test_every_language_that_is_divided_names_its_dictionary_and_a_licence_other_than_the_gpl_alone():
    for divided in FONTS.hyphenation.values():
        assert bool(divided.dictionary) != bool(divided.rules)
        assert divided.rules or any(word in divided.licence for word in ("LGPL", "MPL", "LPPL", "MIT", "BSD"))


@pytest.mark.parametrize("language", sorted(FONTS.hyphenation))
def test_every_language_of_the_table_can_be_divided(language):
    import pyphen

    rules = FONTS.hyphenation[language]
    assert rules.rules == "finnish" or rules.dictionary in pyphen.LANGUAGES


@given(
    text=st.text(st.sampled_from("aé ß-/.,!«»1€%\u00a0\n字の、ไท한글مر😀"), max_size=40),
    language=st.sampled_from(LANGUAGES),
)
def test_pieces_hold_the_whole_text_and_nothing_else(text, language):
    pieces = pieces_of(text, language, types(language))
    said = "".join(piece.text + piece.gap for piece in pieces)
    assert "".join(said.split()) == "".join(text.split())
    assert not pieces or pieces[-1].end == "forced"


@pytest.mark.parametrize("text", ["क्षि", "👩‍👩‍👧", "ê", "ที่"])
def test_copy_is_never_cut_inside_a_letter(text):
    letters = letters_of(f"a{text}b")
    assert "".join(letters) == f"a{text}b"
    assert letters[0] == "a"
    assert letters[-1] == "b"


def even(text: str, language: str, lines: int) -> list[str]:
    """The best lines of a text whose letters are all one wide, exactly so many."""
    pieces = pieces_of(text, language, types(language))
    widths = [(float(len(piece.text)), float(len(piece.text + piece.gap))) for piece in pieces]
    found = [one for one in spreads(pieces, widths, 1.0, lines) if len(one.ends) == lines]
    best = max(found, key=lambda one: one.worth / one.width)
    starts = (0, *(end + 1 for end in best.ends))
    return ["".join(p.text + p.gap for p in pieces[a : b + 1]).strip() for a, b in zip(starts, best.ends, strict=False)]


def test_lines_are_as_even_as_can_be():
    assert even("aaaa bbbb cccc dddd", "en", 2) == ["aaaa bbbb", "cccc dddd"]


def test_the_last_line_is_not_one_short_word():
    assert even("aaaaaa bbbbbb cccccc dd", "en", 2) == ["aaaaaa bbbbbb", "cccccc dd"]


def test_a_line_ends_where_a_clause_does_when_it_costs_little():
    assert even("aaaa bbb, cc dddd", "en", 2) == ["aaaa bbb,", "cc dddd"]


def test_more_lines_than_pieces_are_not_made():
    pieces = pieces_of("one two", "en", types("en"))
    assert max(len(one.ends) for one in spreads(pieces, [(3.0, 4.0), (3.0, 3.0)], 1.0, 9)) == 2


def test_ordered_line_ends_that_are_too_many_make_no_spread():
    pieces = pieces_of("a\nb\nc", "en", types("en"))
    assert spreads(pieces, [(1.0, 1.0)] * 3, 1.0, 2) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [("تومان (۳۳۰ میلی\u200cلیتر)", "fa"), ("330 Stk Dosen", "de"), ("330 kcal", "en")],
)
def test_a_line_would_rather_not_end_between_a_number_and_its_unit(text, language):
    pieces = pieces_of(text, language, types(language))
    assert [piece.end for piece in pieces if "330" in piece.text or "۳۳۰" in piece.text] == ["small"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("(330 مل)", "ar"),
        ("330 ml Dose", "de"),
        ("330 מ״ל קר", "he"),
        ("8.4 fl oz", "en"),
        ("99 kr.", "sv"),
        ("250 ml : sans", "fr"),
    ],
)
def test_a_number_is_not_parted_from_a_unit_of_few_letters(text, language):
    assert not any(piece.text[-1].isdecimal() for piece in pieces_of(text, language, types(language)))


def test_a_number_may_end_a_line_before_what_it_counts():
    assert [piece.end for piece in pieces_of("Nur 5 Geschenke heute", "de", types("de"))][1] == "space"


@pytest.mark.parametrize(
    "text",
    [
        "nur |€ 6,49",
        "für |1 299,00 €",
        "por |R$ 9,90",
        "vergi |₺ 5 000 000",
        "nu |− 20 %",
        "+ € 0,15 |Pfand",
        "4,99 € |100 %",
    ],
)
def test_an_amount_is_not_parted_at_its_spaces(text):
    assert cut(text.replace("|", ""), "de") == text


@pytest.mark.parametrize("text", ["nur CHF |3.50", "hemat Rp |5.000", "Chanel No. |5"])
def test_letters_before_a_number_would_rather_not_end_a_line(text):
    assert cut(text.replace("|", ""), "en", "small") == text


def test_a_sign_of_a_currency_after_its_number_does_not_hold_the_next_word():
    assert cut("4,99 € Pfand", "de", "space") == "4,99 € |Pfand"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Preis inkl. MwSt."),
        ("de", "Inkl. USt. und Pfand"),
        ("de", "kalt, z. B. am 3. Mai"),
        ("cs", "do 31. 12. 2026"),
        ("id", "hemat s.d. 31/12"),
        ("th", "ถึง 15 ธ.ค. 2569"),
    ],
)
def test_no_clause_ends_after_an_abbreviation(language, text):
    assert "pause" not in {piece.end for piece in pieces_of(text, language, types(language))}


@pytest.mark.parametrize(("text", "end"), [("kalt, z. |B.", "small"), ("99.90 M.N. |heute", "space")])
def test_a_single_letter_before_a_point_leans_on_the_next_word_and_the_end_of_a_row_of_them_does_not(text, end):
    assert text in cut(text.replace("|", ""), "de", end)


def test_a_date_is_not_parted_after_the_points_in_it():
    assert cut("platí do 31. 12. 2026 nebo", "cs") == "platí |do |31. 12. 2026 |nebo"


@pytest.mark.parametrize("text", ["1–31 ธ.ค.", "10–16 Uhr", "2026-2027"])
def test_a_span_of_numbers_is_parted_only_when_nothing_else_fits(text):
    assert {piece.end for piece in pieces_of(text, "th", types("th")) if piece.text[-1] in "–-"} <= {"inside"}


@pytest.mark.parametrize(
    "text", ["www.mangerbouger-verzeichnis.fr/angebote", "#Frühstücksüberraschungen", "@kaffeevollautomaten"]
)
def test_an_address_is_not_divided_as_words_are(text):
    assert {piece.end for piece in pieces_of(f"{text} hier", "de", types("de"))} <= {"inside", "space", "forced"}


def test_a_word_that_is_no_unit_may_begin_a_line_after_an_amount():
    assert cut("De R$ 12,90 por R$ 9,90", "pt", "small") == "De |R$ 12,90 por |R$ 9,90"


def test_chinese_ideographs_that_icu_knows_no_word_of_stay_together():
    assert cut("一杯“冷萃”，唤醒", "zh", "word", "pause") == "一杯|“冷萃”，|唤醒"


def test_a_japanese_prefix_of_respect_stays_with_its_word():
    assert "お|飲み" not in cut("未満の方もお飲みいただけます", "ja", "word")


@pytest.mark.parametrize("text", ["Just squeezed. |100% natural", "Neu. |Kalt"])
def test_a_clause_ends_where_a_sentence_does(text):
    assert cut(text.replace("|", ""), "en", "pause") == text
