"""axe-core finds nothing on any kind of page, in light and in dark, whatever is open."""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adlocalizer.reporting import render_report, render_single

from . import report_fixture as fixture
from .browsing import watched

pytestmark = pytest.mark.browser
REPORT = fixture.small_report()
AXE = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("accessible")
    thumbs = fixture.write_pictures(REPORT, folder)
    pages = render_report(REPORT, fixture.TEMPLATES)
    pages["single.html"] = render_single(REPORT, "EMEA", thumbs, fixture.TEMPLATES)
    pages["searched.html"] = render_report(fixture.searched_report(), fixture.TEMPLATES)["APAC.html"]
    for name, html in pages.items():
        (folder / name).write_text(html, "utf-8")
    return folder


@pytest.fixture(scope="module", params=["light", "dark"])
def page(request, chromium) -> Iterator[Any]:
    with watched(chromium, color_scheme=request.param, reduced_motion="reduce") as made:
        yield made


def nothing_more(page: Any) -> None:
    """The page as it opens."""


def viewer_open(page: Any) -> None:
    page.locator(".shot").first.click()


def rejecting(page: Any) -> None:
    page.keyboard.press("n")
    page.keyboard.press("r")


def decided(page: Any) -> None:
    page.keyboard.press("n")
    page.keyboard.press("a")
    page.keyboard.press("x")
    rejecting(page)
    page.keyboard.type("Too loud.")
    page.keyboard.press("Enter")
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")


def exporting(page: Any) -> None:
    decided(page)
    page.click("#r-export")


def keys_listed(page: Any) -> None:
    page.keyboard.press("?")


def nothing_fits(page: Any) -> None:
    page.fill("[name=q]", "nowhere")
    page.select_option("[name=status]", "delivered")


def all_unfolded(page: Any) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


@pytest.mark.parametrize(
    ("name", "then"),
    [
        ("index", all_unfolded),
        ("EMEA", nothing_more),
        ("APAC", decided),
        ("APAC", viewer_open),
        ("APAC", rejecting),
        ("APAC", exporting),
        ("APAC", keys_listed),
        ("APAC", nothing_fits),
        ("searched", viewer_open),
        ("single", all_unfolded),
    ],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)
def test_axe_finds_nothing(page, site, name: str, then: Callable[[Any], None]):
    page.goto(f"{(site / name).as_uri()}.html")
    page.evaluate("localStorage.clear()")
    page.reload()
    then(page)
    assert violations(page) == []


def violations(page: Any) -> list[str]:
    """What axe-core finds, a line each: the rule, and where first."""
    page.evaluate(AXE.read_text("utf-8"))
    wanted = {"runOnly": RULES, "resultTypes": ["violations"], "iframes": False}
    found = page.evaluate("wanted => axe.run(document, wanted)", wanted)["violations"]
    return [f"{one['id']}: {one['nodes'][0]['target']} {one['nodes'][0]['failureSummary']}" for one in found]
