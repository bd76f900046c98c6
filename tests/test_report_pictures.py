"""What a page looks like: small grey pictures of it, against those that were looked at.

After a change that is meant, look at the pages and write the small pictures again:
`python -m tests.test_report_pictures [NAME …]`.
"""

from __future__ import annotations

import base64
import functools
import importlib.util
import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageStat

from adlocalizer.reporting import render_report

from . import report_fixture as fixture
from .browsing import browser, watched

pytestmark = pytest.mark.browser
LOOKED_AT = Path(__file__).parent / "golden" / "report_pages.png"
WIDTHS, SCHEMES = (400, 900, 1600), ("light", "dark")
PAGES = {
    "page": "APAC.html#platform=meta",
    "viewer": "APAC.html#platform=meta",
    "index": "index.html",
    "creative": "APAC.html#city=jp-tokyo&platform=meta",
    "print": "EMEA.html",
}
"""A page and what is opened on it, by name: the viewer, a creative's own place, or paper."""
TILE = (64, 48)
"""Pixels of a small picture: blocks of the page, no letters."""
FACES = {"sans": "NotoSans[wdth,wght].ttf", "serif": "NotoSerif[wdth,wght].ttf", "mono": "NotoSansMono[wdth,wght].ttf"}
"""What pages are set in here, by the names of their style sheet: another machine's fonts would break other lines."""
MOST_DIFFERENT = 12.0
"""Mean difference of grey levels, of 255. A page without its style sheet differs by more than 40."""


@functools.cache
def own_faces() -> str:
    """A style sheet that brings the pinned faces along."""
    spec = importlib.util.find_spec("justmytype_western_core")
    assert spec
    assert spec.submodule_search_locations
    files = {file.name: file for file in Path(spec.submodule_search_locations[0]).rglob("*.ttf")}
    rules = [f":root {{ {' '.join(f'--{name}: pinned-{name};' for name in FACES)} }}"]
    for name, file in FACES.items():
        data = base64.b64encode(latin(files[file])).decode()
        rules.append(
            f"@font-face {{ font-family: pinned-{name}; src: url(data:font/ttf;base64,{data}); font-weight: 100 900; }}"
        )
    return "\n".join(rules)


def latin(file: Path) -> bytes:
    """A face's Latin letters and marks: the whole face would take a page a second to read."""
    font, chosen = TTFont(file), Subsetter()
    chosen.populate(unicodes=[*range(0x20, 0x250), *range(0x2000, 0x2300)])
    chosen.subset(font)
    saved = io.BytesIO()
    font.save(saved)
    return saved.getvalue()


def looked_at(chromium: Any, scheme: str) -> Any:
    """A page that may be given faces, whatever its own policy says of styles."""
    return watched(chromium, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)


def taken(page: Any, site: Path, name: str, width: int) -> Image.Image:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("about:blank")
    page.emulate_media(media="print" if name == "print" else "screen")
    page.goto(f"{site.as_uri()}/{PAGES[name]}")
    page.add_style_tag(content=own_faces())
    page.evaluate("Promise.all([...document.fonts].map(face => face.load()))")
    if name == "viewer":
        page.locator(".shot:visible").first.click()
    if name == "creative":
        page.locator(".set:visible .about summary").click()
        page.locator(".set:visible .about").evaluate("one => one.scrollIntoView()")
    page.evaluate("Promise.all([...document.images].filter(i => i.currentSrc && i.complete).map(i => i.decode()))")
    return Image.open(io.BytesIO(page.screenshot())).convert("L").resize(TILE, Image.Resampling.BOX)


def place(name: str, width: int, scheme: str) -> tuple[int, int, int, int]:
    """Where a small picture stands on the sheet: a row a page and scheme, a column a width."""
    left = TILE[0] * WIDTHS.index(width)
    top = TILE[1] * (list(PAGES).index(name) * len(SCHEMES) + SCHEMES.index(scheme))
    return left, top, left + TILE[0], top + TILE[1]


def written(folder: Path) -> Path:
    report = fixture.full_report()
    fixture.write_pictures(report, folder)
    for name, html in render_report(report, fixture.TEMPLATES).items():
        (folder / name).write_text(html, "utf-8")
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    return written(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module", params=SCHEMES)
def seen(request, chromium) -> Iterator[tuple[str, Any]]:
    with looked_at(chromium, request.param) as page:
        yield request.param, page


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_looks_as_it_did_when_it_was_looked_at(seen, site, name, width):
    scheme, page = seen
    with Image.open(LOOKED_AT) as sheet:
        before = sheet.crop(place(name, width, scheme))
    assert difference(before, taken(page, site, name, width)) < MOST_DIFFERENT


def difference(one: Image.Image, other: Image.Image) -> float:
    return ImageStat.Stat(ImageChops.difference(one, other)).mean[0]


def test_light_and_dark_would_be_told_apart():
    with Image.open(LOOKED_AT) as sheet:
        light, dark = (sheet.crop(place("page", 900, scheme)) for scheme in SCHEMES)
    assert difference(light, dark) > 3 * MOST_DIFFERENT


def write_again(names: list[str]) -> None:
    """Take the pictures of these pages anew; without a name, of all."""
    sheet = Image.new("L", (TILE[0] * len(WIDTHS), TILE[1] * len(PAGES) * len(SCHEMES)))
    if names:
        with Image.open(LOOKED_AT) as before:
            sheet.paste(before)
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        site = written(Path(folder))
        for scheme in SCHEMES:
            with looked_at(chromium, scheme) as page:
                for name in names or PAGES:
                    for width in WIDTHS:
                        sheet.paste(taken(page, site, name, width), place(name, width, scheme))
    sheet.save(LOOKED_AT, optimize=True)


if __name__ == "__main__":
    write_again(sys.argv[1:])
