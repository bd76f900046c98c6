"""The table of faces refused where it is wrong, the faces cut for a copy, and the folder they are kept in."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
import yaml

from adlocalizer.config.documents import read_yaml
from adlocalizer.domain import AdFormat, Box, Brand, Copy, Fit, TextPolicy
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.faces import FontBook, load_fonts
from adlocalizer.imaging.fonts import FontShelf
from adlocalizer.imaging.layouts import LayoutBook, load_layouts
from adlocalizer.imaging.rendering import RenderOrder
from adlocalizer.imaging.voicing import voices_for
from tests.projects import DAY, ROOT

FONTS = load_fonts(ROOT / "configs" / "fonts.yml")
LAYOUTS = load_layouts(ROOT / "configs" / "layouts")
DAYS = 86_400


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("cut")


def order(folder: Path, row: Copy, layouts: LayoutBook = LAYOUTS, **said: object) -> RenderOrder:
    form = AdFormat(
        id="square",
        platform="meta",
        placement="feed",
        width=600,
        height=600,
        file_types=("jpg",),
        text_overlay=TextPolicy.ALLOWED,
        confidence="official",
        source="the platform's page",
        checked=DAY,
    )
    shape = {"ratio": "1:1", "size": "1K", "loss": 0, "composed": False}
    return RenderOrder(
        rendition_id="one",
        ad_format=form,
        fit=Fit(format_id="square", model="m", picture_width=600, picture_height=600, **shape),
        copy_row=row,
        direction="ltr",
        brand=Brand(id="solara", name="SOLARA", colour="#0b3d66", accent="#ffd23f"),
        product_box=Box(x=0.5, y=0.5, w=0.2, h=0.4),
        layouts=layouts,
        fonts=FONTS,
        fonts_folder=str(folder),
        **said,
    )


def glyphs(style, text: str) -> set[int]:
    """The glyphs a text is drawn with: 0 is the crossed box."""
    import skia

    files = [skia.FontMgr.New_Custom_Empty().makeFromFile(file) for file in style.types.files]
    return {max(file.unicharToGlyph(ord(char)) for file in files) for char in text if not char.isspace()}


@pytest.mark.parametrize(
    ("locale", "legal", "mark"), [("zh-CN", "数量有限", "AI生成"), ("ko-KR", "세금 포함", "AI 생성")]
)
def test_what_joins_two_legal_lines_is_in_the_faces_cut_for_them(locale, legal, mark, folder):
    row = Copy(locale=locale, headline=legal, call_to_action=legal, legal=legal)
    voice = voices_for(order(folder, row, overlays=(mark,)), clean=False)["legal"]
    assert "·" in voice.text
    assert 0 not in glyphs(voice.style, voice.text)


def in_capitals_everywhere() -> LayoutBook:
    """The layouts, each with its headline in capitals."""
    stanzas = LAYOUTS.model_dump(mode="json")
    for layout in (*stanzas["classes"], *stanzas["panels"]):
        layout["letters"]["headline"]["case"] = "capitals"
    return LayoutBook.model_validate(stanzas)


def test_capitals_that_only_a_layout_asks_for_are_in_the_faces_too(folder):
    row = Copy(locale="ja-JP", headline="Café", call_to_action="見る")
    voice = voices_for(order(folder, row, in_capitals_everywhere()), clean=False)["headline"]
    assert 0 not in glyphs(voice.style, "CAFÉ")


@pytest.mark.parametrize(("locale", "words"), [("th-TH", "เลมอน"), ("ja-JP", "夏"), ("hi-IN", "नींबू")])
def test_a_word_mark_is_set_alike_in_every_locale(locale, words, folder):
    marks = [
        voices_for(order(folder, Copy(locale=own, headline=said, call_to_action=said)), clean=False)["logo"]
        for own, said in (("en-GB", "Lemon"), (locale, words))
    ]
    assert marks[0] == marks[1]


def test_a_character_that_was_not_cut_is_missing_whatever_the_whole_face_has(folder):
    assert FontShelf(FONTS, folder, "ja-JP", ["夏"]).type_set("夏冬", "bold").missing == "冬"


def book(tmp_path: Path, **face: object) -> FontBook:
    """A table of one face and one language to divide, changed as said and read as a project reads it."""
    known = {"family": "Noto Sans", "package": "justmytype_western_core", "file": "N.ttf", "scripts": ["Latn"]}
    hyphenation = face.pop("de", {"dictionary": "de_DE", "licence": "LPPL"})
    said = {"weights": {"bold": 700, "text": 500}, "faces": [known | face], "hyphenation": {"de": hyphenation}}
    path = tmp_path / "fonts.yml"
    path.write_text(yaml.safe_dump(said, sort_keys=False), encoding="utf-8")
    return load_fonts(path, lambda path, noun: read_yaml(path, noun, tmp_path))


@pytest.mark.parametrize("keep", ["0020", "latin", "0020-FFFFFFF", "0020-110000", "0020-007E,00A0-00FF"])
def test_a_range_that_is_none_is_refused_with_what_to_write(keep, tmp_path):
    with pytest.raises(ConfigError, match=r"fonts.yml.*keep.*'0020-007E 00A0-024F'"):
        book(tmp_path, keep=keep)


def test_a_range_that_ends_before_it_starts_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"fonts.yml.*keep.*007E-0020.*0020-007E"):
        book(tmp_path, keep="00A0-00FF 007E-0020")


@pytest.mark.parametrize("keep", ["", "0020-007E", "0020-007E 1F600-1F64F 100000-10FFFF"])
def test_ranges_of_unicode_are_taken(keep, tmp_path):
    assert book(tmp_path, keep=keep).faces[0].keep == keep


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"licence": "LPPL"}, "dictionary"),
        ({"dictionary": "de_DE", "rules": "finnish"}, "rules"),
        ({"dictionary": "de_XX"}, "de_XX.*de_DE"),
    ],
)
def test_hyphenation_without_one_known_way_is_refused(said, told, tmp_path):
    with pytest.raises(ConfigError, match=rf"fonts.yml.*hyphenation.*{told}"):
        book(tmp_path, de=said)


def aged(path: Path, days: float) -> Path:
    path.touch()
    then = time.time() - days * DAYS
    os.utime(path, (then, then))
    return path


def test_cutting_a_face_drops_what_nobody_used_for_90_days(tmp_path):
    old, half = aged(tmp_path / f"Old-700-{'a' * 20}.ttf", 91), aged(tmp_path / "tmpx.part", 2)
    kept = [
        aged(tmp_path / f"New-700-{'b' * 20}.ttf", 89),
        aged(tmp_path / "tmpy.part", 0),
        aged(tmp_path / "My.ttf", 99),
    ]
    FontShelf(FONTS, tmp_path, "am-ET", ["ሎሚ"]).type_set("ሎሚ", "bold")
    assert not old.exists()
    assert not half.exists()
    assert all(path.exists() for path in kept)


def test_a_face_that_is_used_is_not_old(tmp_path):
    def shelf() -> Path:
        return Path(FontShelf(FONTS, tmp_path, "am-ET", ["ሎሚ"]).type_set("ሎሚ", "bold").files[0])

    aged(shelf(), 80)
    assert time.time() - shelf().stat().st_mtime < DAYS
