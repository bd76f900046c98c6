"""Capital letters, language by language."""

# ruff: noqa: RUF001 - letters of many scripts
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.imaging.casing import in_capitals


@pytest.mark.parametrize(
    ("locale", "text", "capitals"),
    [
        ("tr-TR", "İstanbul'da ılık içecek", "İSTANBUL'DA ILIK İÇECEK"),
        ("az-AZ", "sərin içki", "SƏRİN İÇKİ"),
        ("de-DE", "Straße", "STRASSE"),
        ("de-DE", "STRAẞE", "STRAẞE"),
        ("el-GR", "Φρεσκάδα για τον Μάιο", "ΦΡΕΣΚΑΔΑ ΓΙΑ ΤΟΝ ΜΑΪΟ"),
        ("el-GR", "προϊόν, νεράιδα, άυλος", "ΠΡΟΪΟΝ, ΝΕΡΑΪΔΑ, ΑΫΛΟΣ"),
        ("el-GR", "ευφυΐα του Μαΐου", "ΕΥΦΥΪΑ ΤΟΥ ΜΑΪΟΥ"),
        ("el-GR", "κρύο ή ζεστό, η μέρα", "ΚΡΥΟ Ή ΖΕΣΤΟ, Η ΜΕΡΑ"),
        ("el-GR", "café ήλιος", "CAFÉ ΗΛΙΟΣ"),
        ("nl-NL", "ijsje, ĳs", "IJSJE, ĲS"),
        ("lt-LT", "i̇̀ Vilnių", "Ì VILNIŲ"),
        ("ga-IE", "na hÉireann, i nGaeltacht", "NA hÉIREANN, I nGAELTACHT"),
        ("ga-IE", "an tSamhraidh ar an mBóthar, bhFuil", "AN tSAMHRAIDH AR AN mBÓTHAR, bhFUIL"),
        ("hy-AM", "Երևան", "ԵՐԵՎԱՆ"),
        ("ka-GE", "გემო", "გემო"),
        ("en-GB", "ﬁne", "FINE"),
    ],
)
def test_capitals_are_those_of_the_language(locale, text, capitals):
    assert in_capitals(text, locale) == capitals


@pytest.mark.parametrize("locale", ["ar-SA", "he-IL", "hi-IN", "th-TH", "ja-JP", "zh-CN", "am-ET"])
def test_scripts_without_case_stay_as_they_are(locale):
    text = "مرحبا שלום ताज़गी ความสดชื่น 雨の夜 አዲስ"
    assert in_capitals(text, locale) == text


@given(
    text=st.text(st.characters(codec="latin-1", categories=("L", "N", "Zs"))),
    locale=st.sampled_from(["de", "el", "tr"]),
)
def test_capitals_of_capitals_are_the_same(text, locale):
    once = in_capitals(text, locale)
    assert in_capitals(once, locale) == once
