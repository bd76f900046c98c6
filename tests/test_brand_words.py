"""Words a brand bans, as people would find them: by what is read, not by how it is coded or written."""

# ruff: noqa: RUF001 - letters that look like others are what this is about
from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.wording.letters import spots
from adlocalizer.wording.terms import banned_in


def found(word: str, text: str, locale: str) -> bool:
    return bool(banned_in(text, {"*": (word,)}, locale))


@pytest.mark.parametrize(
    ("word", "text", "locale"),
    [
        ("billig", "BILLIG und gut", "de-DE"),
        ("Straße", "Auf der STRASSE", "de-DE"),
        ("strasse", "Auf der Straße", "de-DE"),
        ("GROẞ", "Wie groß!", "de-DE"),
        ("ışık", "IŞIK gibi", "tr-TR"),
        ("indirim", "İNDİRİM günleri", "tr-TR"),
        ("ilk", "İlk yudum", "az-AZ"),
        ("φόβος", "Χωρίς ΦΟΒΟΣ", "el-GR"),
        ("ΦΘΗΝΟΣ", "ο φθηνός", "el-GR"),
        ("φθηνοσ", "Ο φθηνός", "el-GR"),
        ("рекорд", "РЕКОРД!", "ru-RU"),
        ("رخيص", "سعر رَخِيص", "ar-SA"),
        ("رخيص", "سعر رخـــيص", "ar-SA"),
        ("رَخيص", "سعر رخيص", "ar-SA"),
        ("رخيص", "سعر رخيصٌ", "ar-SA"),
        ("חינם", "חִינָּם היום", "he-IL"),
        ("خیلی‌ارزان", "قیمت خیلیارزان", "fa-IR"),
        ("ถูก", "ของถูกดี", "th-TH"),
        ("安い", "一番安いレモン", "ja-JP"),
        ("ﾚﾓﾝ", "このレモンは", "ja-JP"),
        ("便宜", "最便宜的", "zh-CN"),
        ("공짜", "공짜로 받기", "ko-KR"),
        ("सस्ता", "सबसे सस्ता!", "hi-IN"),
        ("Werbung", "Wer\u00adbung", "de-DE"),
        ("café", "Cafe\u0301 gratuit", "fr-FR"),
        ("best of", "The best\u00a0 of all", "en-GB"),
        ("offre", "l’offre du jour", "fr-FR"),
    ],
)
def test_a_banned_word_is_found_however_it_is_written(word, text, locale):
    assert found(word, text, locale)


@pytest.mark.parametrize(
    ("word", "text", "locale"),
    [
        ("art", "Smart and party", "en-GB"),
        ("billig", "einhellig, Billigung", "de-DE"),
        ("ilk", "ILK", "tr-TR"),
        ("ışık", "ISIK", "tr-TR"),
        ("رخيص", "الرخيصون", "ar-SA"),
        ("رخ", "رـــخيص", "ar-SA"),
        ("सस", "सस्ता", "hi-IN"),
        ("क", "कि", "hi-IN"),
        ("cafe", "café", "fr-FR"),
        ("짜", "공짜", "ko-KR"),
        ("قران", "قرآن", "ar-SA"),
    ],
)
def test_no_word_is_found_inside_another_or_in_another_s_letters(word, text, locale):
    assert not found(word, text, locale)


def test_what_is_reported_is_the_text_as_it_stands_there():
    assert banned_in("سعر رخـــيص!", {"ar": ("رخيص",)}, "ar-SA") == {"رخيص": "رخـــيص"}


@given(word=st.sampled_from(["café", "naïve", "Đặc biệt", "schön", "ÅNGSTRÖM", "пёс", "สบาย", "가격"]))
def test_composed_and_decomposed_letters_are_the_same(word):
    one, other = unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)
    assert found(one, f"… {other} …", "en")
    assert found(other, f"… {one} …", "en")


@given(
    text=st.text(max_size=40), word=st.text(min_size=1, max_size=4), locale=st.sampled_from(["ar", "el", "tr", "th"])
)
def test_every_spot_is_a_part_of_the_text(text, word, locale):
    for spot in spots(word, text, locale):
        assert text[spot.start : spot.end] == spot.written != ""
