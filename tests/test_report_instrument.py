"""The report as an instrument: filters count and explain, pictures zoom and compare, hostile words stay words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from adlocalizer.domain import Fact
from adlocalizer.reporting import RunReport, render_report

from . import report_fixture as fixture
from .browsing import Stranger, watched

pytestmark = pytest.mark.browser
REPORT = fixture.small_report()


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("instrument")
    fixture.write_pictures(REPORT, folder)
    for name in ("hostile", "whole"):
        (folder / name).mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        hostile = hostile_report(f"http://127.0.0.1:{server.server_port}")
        full = fixture.full_report()
        for report, place in ((REPORT, folder), (full, folder / "whole"), (hostile, folder / "hostile")):
            for name, html in render_report(report, fixture.TEMPLATES).items():
                (place / name).write_text(html, "utf-8")
        yield folder
        server.shutdown()


@pytest.fixture(scope="module")
def shared(chromium) -> Iterator[Any]:
    with watched(chromium) as made:
        yield made


@pytest.fixture
def page(shared) -> Any:
    """One page for all tests of the module; each opens what it needs."""
    shared.faults.clear()
    shared.emulate_media(media="screen", color_scheme="light")
    return shared


def opened(page: Any, site: Path, name: str = "EMEA", hash_: str = "") -> Any:
    page.goto("about:blank")
    page.goto(f"{(site / name).as_uri()}.html{hash_}")
    return page


def shown(page: Any) -> int:
    return page.locator(".card:visible").count()


def option(page: Any, name: str, value: str) -> str:
    return page.locator(f"[name={name}] option[value='{value}']").text_content()


@pytest.mark.parametrize(
    ("field", "value", "left"),
    [
        ("locale", "fr-FR", 7),
        ("check", "copy_off_product", 1),
        ("cost_from", "0.0111", 28),
        ("cost_from", "0.0112", 0),
        ("cost_to", "0.0111", 28),
        ("cost_to", "0.01", 0),
    ],
)
def test_locale_check_and_cost_filter_and_stay_in_the_address(page, site, field, value, left):
    opened(page, site, hash_=f"#{field}={value}")
    assert shown(page) == left
    assert page.input_value(f"[name={field}]") == value
    assert page.locator("#count").inner_text() == ("28 shown" if left == 28 else f"{left} of 28 shown")


def test_every_option_counts_what_it_would_show_with_the_others_left_as_they_are(page, site):
    opened(page, site, hash_="#city=de-berlin")
    assert option(page, "status", "") == "All (7)"
    assert option(page, "status", "refused") == "Refused (2)"
    assert option(page, "status", "failed") == "Failed (0)"
    assert option(page, "city", "fr-paris") == "Parisgnp.exe (7)"
    page.select_option("[name=status]", "failed")
    assert option(page, "city", "fr-paris") == "Parisgnp.exe (1)"


def test_nothing_found_says_why_and_gives_a_way_out(page, site):
    opened(page, site, hash_="#status=refused&city=fr-paris")
    assert (
        page.locator("#why").inner_text()
        == "No picture on this page has Status “Refused” and City “Parisgnp.exe” at once."
    )
    assert page.locator(".offer").all_inner_texts() == [
        "Without Status: 7 pictures",
        "Without City: 2 pictures",
        "Clear all filters",
    ]
    page.locator(".offer").nth(1).click()
    assert (shown(page), page.evaluate("location.hash")) == (2, "#status=refused")


def test_another_region_is_a_page_that_keeps_the_filters_it_understands(page, site):
    opened(page, site, hash_="#status=delivered&city=fr-paris")
    page.select_option("#region", "APAC.html")
    page.wait_for_url("**/APAC.html#status=delivered")
    assert page.locator("h1").inner_text() == "APAC"


def test_on_a_narrow_page_the_further_filters_open_when_asked(page, site):
    page.set_viewport_size({"width": 400, "height": 900})
    opened(page, site)
    assert not page.locator("[name=check]").is_visible()
    page.click("#more")
    assert page.locator("[name=check]").is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_picture_is_zoomed_and_moved_by_keyboard(page, site):
    opened(page, site, "APAC", "#platform=meta").locator(".shot:visible").first.click()
    fitted = page.locator("#v-sheet").bounding_box()["width"]
    page.keyboard.press("z")
    assert page.locator("#v-sheet").bounding_box()["width"] == pytest.approx(3 * fitted, rel=0.02)
    before = page.evaluate("document.querySelector('#v-stage').scrollTop")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.querySelector('#v-stage').scrollTop") > before
    page.click("#z-in")
    page.click("#z-fit")
    assert page.locator("#v-sheet").bounding_box()["width"] == pytest.approx(fitted, rel=0.02)
    assert not page.locator(".stage.zoomed").count()


def test_a_zoomed_picture_is_dragged(page, site):
    opened(page, site, "APAC", "#platform=meta").locator(".shot:visible").first.click()
    page.keyboard.press("z")
    box = page.locator("#v-stage").bounding_box()
    before = page.evaluate("document.querySelector('#v-stage').scrollTop")
    page.mouse.move(box["x"] + 200, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.up()
    assert page.evaluate("document.querySelector('#v-stage').scrollTop") == pytest.approx(before + 100, abs=2)


def test_what_is_laid_over_a_thumbnail_is_laid_over_the_picture(page, site):
    opened(page, site, "APAC", "#status=delivered").locator(".shot:visible").first.click()
    page.evaluate(LAYER)
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("1")
    assert page.locator("#layer-safe").is_checked()
    assert page.locator("#v-layers [aria-pressed=true]").count() == 1
    assert page.locator("#v-sheet .layers .safe").is_visible()


LAYER = """() => {
  const shot = document.querySelector(".card:not([hidden]) .shot");
  if (!shot.querySelector(".layers")) shot.insertAdjacentHTML("beforeend",
    '<svg class="layers" viewBox="0 0 1000 1000"><path class="safe" d="M0 0H1000V1000H0Z"/></svg>');
}"""

PAIR = """<div class="compare"><figure class="before"><img src="{a}" width="160" height="640" alt="attempt 1">
<figcaption>first</figcaption></figure><figure class="after"><img src="{b}" width="160" height="640" alt="attempt 2">
<figcaption>second</figcaption></figure></div>"""


def test_before_and_after_is_one_picture_with_a_slider_that_keys_move(page, site):
    html = (site / "APAC.html").read_text("utf-8")
    first, second = re.findall(r'src="(thumbs/[^"]+)"', html)[:2]
    (site / "pair.html").write_text(html.replace("</main>", PAIR.format(a=first, b=second) + "</main>", 1), "utf-8")
    slider = opened(page, site, "pair").locator(".compare input[type=range]").last
    assert slider.get_attribute("aria-label") == "How much is shown of second"
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert slider.input_value() == "52"
    clipped = page.locator(".compare .after").last.evaluate("one => one.style.clipPath")
    assert clipped == "inset(0px 0px 0px 52%)"
    assert page.faults == []


def test_print_on_a4_is_short_and_whole(page, site):
    opened(page, site)
    paper = page.pdf(format="A4", print_background=True)
    pages = len(re.findall(rb"/Type\s*/Page\b", paper))
    assert 2 <= pages <= 8
    page.emulate_media(media="print")
    assert not page.locator("#review").is_visible()
    assert not page.locator(".decide").first.is_visible()


HIDDEN = """() => [...document.querySelectorAll("main a")]
  .filter(one => !one.closest("details:not([open])") && !one.checkVisibility()).map(one => one.outerHTML)"""


def test_no_link_of_the_first_page_is_hidden(page, site):
    assert opened(page, site / "whole", "index").evaluate(HIDDEN) == []


def test_a_chosen_scheme_of_each_page_kind_has_a_picture_of_its_own(page, site):
    """Not a blank page: each has ink, and dark is dark."""
    for name in ("index", "EMEA"):
        for scheme, is_dark in (("light", False), ("dark", True)):
            page.emulate_media(color_scheme=scheme)
            middle, spread = tones(opened(page, site, name).screenshot())
            assert (middle < 128) is is_dark
            assert spread > 10


def tones(png: bytes) -> tuple[float, float]:
    from PIL import Image, ImageStat

    found = ImageStat.Stat(Image.open(io.BytesIO(png)).convert("L"))
    return found.median[0], found.stddev[0]


ATTACKS = (
    "<script>hacked=1</script>",
    "</script><script>hacked=2</script>",
    '"><img src={host}/a.png onerror=hacked=3>',
    "' onmouseover='hacked=4",
    "<svg onload=hacked=5><animate onbegin=hacked=5>",
    "<iframe srcdoc='<script>top.hacked=6</script>'></iframe>",
    "<!--<script>hacked=7//--></textarea><style>@import '{host}/b.css';</style>",
    "{{{{ 7 * 7 }}}}{{% include 'base.html.j2' %}}",
    "javascript:hacked=8",
    "<a href='javascript:hacked=9' autofocus onfocus=hacked=9>x</a>",
    "<meta http-equiv=refresh content='0;url={host}/c'>",
    "<base href={host}/><link rel=prefetch href={host}/d>",
    "\u202e\u2066</title></style></noscript><img src=x onerror=hacked=10>",
    "__proto__",
)


def hostile_report(host: str) -> RunReport:
    """Every text of every card and master is an attack, each in turn."""
    spoken = [text.format(host=host) for text in ATTACKS]
    cards, masters = [], dict(REPORT.masters)
    for number, one in enumerate(REPORT.cards):
        said = spoken[number % len(spoken)]
        findings = tuple(found.model_copy(update={"text": said, "remedy": said}) for found in one.findings)
        words = {"city": said, "local_name": said + "x", "headline": said, "reason": said, "findings": findings}
        words |= {"platform_name": said, "placement": said, "model": said, "provider": said}
        words |= {"instruction": said, "parent_variant": 1}
        cards.append(one.model_copy(update=words))
        if one.master_key:
            fact = Fact(name="light", value=said, text=said, source=said)
            told = {"prompt": said, "facts": (fact,), "text": said, "model_version": said}
            masters[one.master_key] = masters[one.master_key].model_copy(update=told)
    return REPORT.model_copy(update={"title": spoken[0], "cards": tuple(cards), "masters": masters})


@pytest.mark.parametrize("name", ["index", "APAC", "EMEA"])
def test_no_attack_runs_asks_or_leads_away(page, site, name):
    opened(page, site / "hostile", name)
    if name != "index":
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        for _ in range(len(REPORT.cards)):
            page.keyboard.press("ArrowRight")
    ours = [fault for fault in page.faults if "ERR_FILE_NOT_FOUND" not in fault and not fault.startswith("file:")]
    assert (page.evaluate("typeof hacked"), Stranger.asked, ours) == ("undefined", [], [])
    assert page.url.startswith(site.as_uri())
    assert "49" not in page.locator("h1").inner_text()
