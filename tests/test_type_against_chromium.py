"""The same words in the same font files, by us and by Chromium: same letters, same order, same breaks or better."""

# ruff: noqa: RUF001 - marks and letters of many scripts
from __future__ import annotations

import html
import io
import os
import shutil
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from adlocalizer.imaging.faces import load_fonts
from adlocalizer.imaging.fonts import FontShelf
from adlocalizer.imaging.typesetting import Room, SetText, Style, fit

from .type_strings import LINES, Line

pytestmark = pytest.mark.browser
FONTS = load_fonts(Path(__file__).parents[1] / "configs" / "fonts.yml")
LARGE, SMALL, SHARES = 96, 48, (62, 42)
# The lines come out at .96 to 1.0: what is left is the smoothing of edges, and half a pixel of baseline. Letters that
# are not shaped (no joining, marks beside their letters, no bidi) come out at .17 to .89, see imaging in docs/type.md.
ALIKE = 0.95
CHROMIUM = (
    "body{margin:40px;background:#fff;color:#000}"
    f"div{{font-size:{LARGE}px;line-height:160px;white-space:nowrap;width:max-content;margin:60px 0;padding:10px}}"
    f"p{{font-size:{SMALL}px;line-height:80px;margin:0;text-wrap:balance;line-break:strict}}"
    "p:lang(ko){word-break:keep-all}p:lang(ja){word-break:auto-phrase}"
)
BREAKS_OF = """() => Object.fromEntries([...document.querySelectorAll('p')].map(p => {
  const node = p.firstChild, text = node.data, lines = [];
  let top = null, line = '';
  for (let at = 0; at < text.length; at++) {
    const range = document.createRange();
    range.setStart(node, at); range.setEnd(node, at + 1);
    const box = [...range.getClientRects()].filter(one => one.width > 0 || one.height > 0).pop();
    if (box && text[at] !== ' ') {
      if (top !== null && box.top > top + 40) { lines.push(line.trim()); line = ''; top = box.top; }
      if (top === null) top = box.top;
    }
    line += text[at];
  }
  lines.push(line.trim());
  return [p.id, lines];
}))"""

PLACES_OF = """() => [...document.querySelectorAll('div')].map(one => {
  const box = one.getBoundingClientRect();
  return [Math.floor(box.left), Math.floor(box.top), Math.ceil(box.right), Math.ceil(box.bottom)];
})"""

CLAUSES = "a clause ends its line, where readers pause"
WORDS = "no word is parted: ICU's own word breaks say where one ends"
AMOUNTS = "no number is parted at the space between its groups"
BETTER = {
    ("th-TH no spaces, stacked marks", 62): ("ความสดชื่นใหม่ยามเช้า|กลางกรุงเทพที่นี่น้ำ", "ยามเช้า, the morning, stays whole"),
    ("th-TH no spaces, stacked marks", 42): ("ความสดชื่น|ใหม่ยามเช้า|กลางกรุงเทพ|ที่นี่น้ำ", "ยามเช้า, the morning, stays whole"),
    ("ja-JP kinsoku", 62): ("雨の夜に、|はじけるレモンの爽快感。|「ソラーラ」で乾杯！", CLAUSES),
    ("ja-JP small kana and long marks", 62): ("キャンペーン期間中、|ちょっと一息。|ジューシーなひととき", CLAUSES),
    ("zh-CN two-character words", 62): ("暮色之中，|清爽柠檬上市，|尽享夏日时光", CLAUSES),
    ("zh-CN two-character words", 42): ("暮色之中，|清爽柠檬上市，|尽享夏日时光", WORDS),
    ("zh-TW traditional", 62): ("暮色之中，|清爽檸檬上市，|盡享夏日時光", CLAUSES),
    ("zh-TW traditional", 42): ("暮色之中，|清爽檸檬上市，|盡享夏日時光", WORDS),
    ("zh-HK cantonese", 62): ("香港嘅夜晚，|清新檸檬味陪住你", CLAUSES),
    ("zh-HK cantonese", 42): ("香港嘅|夜晚，|清新檸檬|味陪住你", WORDS),
    ("zh-CN quotes beside marks", 62): ("他说“好喝。”，真的！|（试）。“好？”", CLAUSES),
    ("zh-CN quotes beside marks", 42): ("他说“好喝。”，|真的！（试）。|“好？”", CLAUSES),
    ("de-AT amounts parted by spaces", 62): ("Nur € 4,99 statt € 6,49 für 1 299 ml,|inkl. MwSt. und Pfand", AMOUNTS),
    ("pl-PL small words", 42): ("Orzeźwienie,|którego szukasz|w upalne dni w Łodzi", "w goes with what it belongs to"),
    ("ru-RU dash and number", 42): ("Свежесть лимона|в московский|вечер — объём 0,33 л", "no line begins with a dash"),
}
"""Where our lines differ from Chromium's, ours and why they are better."""


class Drawn(NamedTuple):
    """One line of copy from both."""

    ours: np.ndarray
    chromium: np.ndarray
    our_lines: dict[int, tuple[str, ...]]
    chromium_lines: dict[int, tuple[str, ...]]


def at_size(line: Line, style: Style, size: int, width: float = 1e5) -> SetText:
    return fit(line.text, style, Room(width, 1e5, size, size, 8 if width < 1e5 else 1))


def ours(done: SetText) -> np.ndarray:
    return inked(done.in_colour((0, 0, 0)).coverage)


def inked(pixels: np.ndarray) -> np.ndarray:
    rows, columns = np.flatnonzero(pixels.max(axis=1) > 40), np.flatnonzero(pixels.max(axis=0) > 40)
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def alikeness(one: np.ndarray, other: np.ndarray) -> float:
    """Normalised correlation of two pictures of ink, the second brought to the size of the first."""
    resized = np.asarray(Image.fromarray(other).resize(one.shape[::-1], Image.Resampling.BILINEAR))
    return float(np.corrcoef(one.ravel(), resized.ravel())[0, 1])


def page_of(styles: list[Style], widths: list[dict[int, int]]) -> str:
    names = {
        file: f"face{number}" for number, file in enumerate({file for style in styles for file in style.types.files})
    }
    faces = "".join(f"@font-face{{font-family:{name};src:url('file://{file}')}}" for file, name in names.items())
    rows = []
    for number, (line, style) in enumerate(zip(LINES, styles, strict=True)):
        family = ",".join(names[file] for file in style.types.files)
        said = f'lang="{line.locale}" dir="{"rtl" if line.is_rtl else "ltr"}"'
        rows.append(f'<div id="d{number}" {said} style="font-family:{family}">{html.escape(line.text)}</div>')
        for share, width in widths[number].items():
            look = f"font-family:{family};width:{width}px"
            rows.append(f'<p id="p{number}-{share}" {said} style="{look}">{html.escape(line.text)}</p>')
    return f'<!doctype html><meta charset="utf-8"><style>{CHROMIUM}{faces}</style>{"".join(rows)}'


@pytest.fixture(scope="module")
def drawn(pytestconfig, tmp_path_factory) -> dict[Line, Drawn]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium; install it or name it in CHROMIUM")
    folder = pytestconfig.cache.mkdir("cut-faces")
    styles = [
        Style(line.locale, line.is_rtl, FontShelf(FONTS, folder, line.locale, [line.text]).type_set(line.text, "bold"))
        for line in LINES
    ]
    whole = [at_size(line, style, SMALL).width for line, style in zip(LINES, styles, strict=True)]
    widths = [{share: int(width * share / 100) for share in SHARES} for width in whole]
    (page_file := tmp_path_factory.mktemp("type") / "lines.html").write_text(page_of(styles, widths), "utf-8")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        told = ["--no-sandbox", "--font-render-hinting=none", "--disable-lcd-text", "--allow-file-access-from-files"]
        browser = playwright.chromium.launch(executable_path=path, args=told)
        page = browser.new_page(viewport={"width": 3600, "height": 1000})
        page.goto(page_file.as_uri())
        page.evaluate("document.fonts.ready")
        assert set(page.evaluate("[...document.fonts].map(face => face.status)")) == {"loaded"}
        breaks = page.evaluate(BREAKS_OF)
        page.add_style_tag(content="p{display:none}")
        page.set_viewport_size({"width": 3600, "height": 250 * len(LINES)})  # one picture costs less than 38
        shot = Image.open(io.BytesIO(page.screenshot())).convert("L")
        places = page.evaluate(PLACES_OF)
        browser.close()
    return {
        line: Drawn(
            ours(at_size(line, style, LARGE)),
            inked(255 - np.asarray(shot.crop(places[number]))),
            {share: at_size(line, style, SMALL, width).lines for share, width in widths[number].items()},
            {share: tuple(breaks[f"p{number}-{share}"]) for share in SHARES},
        )
        for number, (line, style) in enumerate(zip(LINES, styles, strict=True))
    }


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_line_is_as_long_and_as_high_as_in_chromium(line, drawn):
    one, other = drawn[line].ours, drawn[line].chromium
    assert abs(one.shape[0] - other.shape[0]) <= 2
    assert abs(one.shape[1] - other.shape[1]) <= 3


@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_line_has_the_same_letters_in_the_same_order_as_in_chromium(line, drawn):
    assert alikeness(drawn[line].chromium, drawn[line].ours) > ALIKE


def test_the_measure_tells_one_line_from_another(drawn):
    arabic, persian = (drawn[line].ours for line in LINES if line.locale in ("ar-SA", "fa-IR"))
    assert alikeness(arabic, persian) < 0.5


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("line", LINES, ids=str)
def test_lines_break_as_in_chromium_or_better(line, share, drawn):
    listed = BETTER.get((str(line), share))
    expected = tuple(listed[0].split("|")) if listed else drawn[line].chromium_lines[share]
    assert drawn[line].our_lines[share] == expected


def test_every_break_called_better_differs_from_chromium(drawn):
    found = {(str(line), share) for line in LINES for share in SHARES}
    differing = {
        (str(line), share)
        for line in LINES
        for share in SHARES
        if drawn[line].our_lines[share] != drawn[line].chromium_lines[share]
    }
    assert set(BETTER) <= found
    assert differing == set(BETTER)
