"""The pretended language: longer, accented, in brackets, with what must not change unchanged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.imaging.faces import missing_characters
from adlocalizer.wording.letters import length_of
from adlocalizer.wording.pseudo import GROWTH, pseudo
from tests.projects import ROOT

SAMPLES = (
    "Taste the sun",
    "Frischer Geschmack für heiße Tage",
    "ذوق الشمس الآن",
    "धूप का स्वाद लें",
    "太陽を味わう",
    "ลิ้มรสแสงแดด",
    "טעם של שמש",
)


@pytest.mark.parametrize("text", SAMPLES)
def test_a_pretended_text_is_at_least_35_percent_longer(text: str):
    assert length_of(pseudo(text)) >= length_of(text) * (1 + GROWTH) + 2


@pytest.mark.parametrize("text", SAMPLES)
def test_a_pretended_text_is_little_longer_than_asked(text: str):
    assert length_of(pseudo(text)) <= length_of(text) * (1 + GROWTH) + 5


def test_letters_carry_accents_and_vowels_are_long():
    assert pseudo("Taste the sun") == "[Ţååšţéé ţhéé šûûñ Ţ]"


@pytest.mark.parametrize("kept", ["1,98 €", "R$ 249,90", "20 %", "2026", "{city}", "{{ city }}", "%s", "<b>"])
def test_numbers_and_placeholders_stay(kept: str):
    assert kept in pseudo(f"From {kept} for all")


def test_the_brand_stays():
    assert "Solara Sun" in pseudo("Drink Solara Sun today", ("Solara", "Solara Sun"))


def test_no_gap_is_left_where_the_brand_stood():
    assert "  " not in pseudo("قهوة LUMO الباردة: خصم 25% هذا الشتاء!", ("LUMO",))


def test_a_script_without_spaces_gets_none():
    assert " " not in pseudo("太陽を味わう")


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_stays_nothing(text: str):
    assert pseudo(text) == text


@given(st.text(max_size=60).filter(str.strip))
def test_any_text_is_pretended_in_brackets(text: str):
    assert (pseudo(text)[0], pseudo(text)[-1]) == ("[", "]")


def test_every_face_of_latin_has_the_accents():
    from adlocalizer.imaging.faces import load_fonts

    every = pseudo("ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz")
    assert missing_characters(every, "en-GB", load_fonts(ROOT / "configs/fonts.yml")) == ""
