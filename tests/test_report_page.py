"""The report in a browser: quiet, offline, within its width, and all of it by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from adlocalizer.reporting import render_report, render_single

from . import report_fixture as fixture
from .browsing import Stranger, watched

pytestmark = pytest.mark.browser
REPORT = fixture.small_report()
NAMES = ("index", "APAC", "EMEA", "single")


@pytest.fixture(scope="module")
def stranger() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Stranger) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, stranger: str) -> Path:
    folder = tmp_path_factory.mktemp("report")
    thumbs = fixture.write_pictures(REPORT, folder)
    pages = render_report(REPORT, fixture.TEMPLATES)
    pages["single.html"] = render_single(REPORT, "EMEA", thumbs, fixture.TEMPLATES)
    searched = fixture.searched_report()
    pages["searched.html"] = render_report(searched, fixture.TEMPLATES)["APAC.html"]
    pages["searched-single.html"] = render_single(searched, "APAC", thumbs, fixture.TEMPLATES)
    hostile = fixture.searched_report(fixture.hostile_words(stranger))
    pages["hostile.html"] = render_report(hostile, fixture.TEMPLATES)["APAC.html"]
    pages["hostile-single.html"] = render_single(hostile, "APAC", thumbs, fixture.TEMPLATES)
    for name, html in pages.items():
        (folder / name).write_text(html, "utf-8")
    return folder


@pytest.fixture
def page(chromium) -> Iterator:
    """A page whose `faults` are console errors, page errors and requests that leave the folder."""
    with watched(chromium) as made:
        yield made


def opened(page, site: Path, name: str, hash_: str = ""):
    page.goto("about:blank")
    page.goto(f"{(site / name).as_uri()}.html{hash_}")
    return page


def shown(page) -> int:
    return page.locator(".card:visible").count()


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_quiet_and_stays_within_its_width(page, site, name):
    opened(page, site, name).wait_for_load_state("networkidle")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for width in (400, 900, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.faults == []


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_loads(page, site, name):
    opened(page, site, name)
    page.evaluate("for (const image of document.images) image.loading = 'eager'")
    # Not wait_for_function: it polls with eval, which the page's own security policy forbids.
    page.evaluate("Promise.all([...document.images].filter(i => i.getAttribute('src')).map(i => i.decode()))")


@pytest.mark.parametrize(
    ("field", "value", "left"),
    [
        ("status", "refused", 2),
        ("status", "undelivered", 4),
        ("format", "gads_leaderboard", 4),
        ("platform", "meta", 12),
        ("city", "fr-paris", 7),
    ],
)
def test_a_filter_keeps_what_fits_and_stays_in_the_address(page, site, field, value, left):
    opened(page, site, "EMEA").select_option(f"[name={field}]", value)
    assert shown(page) == left
    assert page.evaluate("location.hash") == f"#{field}={value}"
    page.reload()
    assert shown(page) == left
    assert page.locator("#count").inner_text() == f"{left} of 28 shown"


@pytest.mark.parametrize(
    ("words", "left"), [("دبي", 7), ("copy_off", 1), ("berlin story", 1), ("<script>", 7), ("nowhere", 0)]
)
def test_words_find_cities_formats_and_checks(page, site, words, left):
    opened(page, site, "EMEA").fill("[name=q]", words)
    assert shown(page) == left
    assert page.locator("#nothing").is_visible() == (left == 0)


def test_clearing_shows_all_and_empties_the_address(page, site):
    opened(page, site, "EMEA", "#status=refused&q=berlin").click("button[type=reset]")
    from playwright.sync_api import expect

    expect(page.locator("#count")).to_have_text("28 shown")
    assert page.evaluate("location.hash") == ""


def test_formats_stand_side_by_side_and_go_back(page, site):
    opened(page, site, "EMEA").check("[name=by][value=format]", force=True)
    assert page.locator(".set:visible").count() == len(fixture.FORMATS)
    assert "by=format" in page.evaluate("location.hash")
    page.check("[name=by][value='']", force=True)
    assert page.locator(".set:visible h2").all_inner_texts()[:2] == ["Dubai", "Berlin"]


def test_a_picture_opens_and_closes_by_keyboard_and_focus_returns(page, site):
    opened(page, site, "APAC").locator(".shot").nth(1).focus()
    page.keyboard.press("Enter")
    assert page.locator("#viewer").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#viewer").is_visible()
    assert page.evaluate("document.activeElement === document.querySelectorAll('.shot')[1]")


def test_the_viewer_shows_facts_with_sources_prompt_and_cost(page, site):
    text = viewed(opened(page, site, "APAC"), 0)
    for said in ("low golden light", "sun position", "A can of Solara stands in Tokyo.", "$0.0111", "160 × 640 px"):
        assert said in text


def test_the_viewer_shows_what_a_check_found_and_what_to_do(page, site):
    text = viewed(opened(page, site, "APAC", "#status=needs_review"), 0)
    for said in ("letter height", "measured 9, limit 11", "shorten the headline"):
        assert said in text


@pytest.mark.parametrize("name", ["searched", "searched-single"])
def test_the_viewer_shows_lineage_version_words_and_searches(page, site, name):
    text = viewed(opened(page, site, name), 0)
    for said in (
        "Version 2, an edit of version 1: make the sky darker",
        "preview · preview-1, version preview-1-make the sky darker",
        "What the model said",
        "tokyo tower · tokyo in spring",
    ):
        assert said in text


def test_a_source_is_one_click_away_and_its_page_comes_before_its_image(page, site):
    viewed(opened(page, site, "searched"), 0)
    links = page.locator("#v-asked a")
    hrefs = links.evaluate_all("links => links.map(one => one.href)")
    assert hrefs == ["https://a.invalid/tower", "https://b.invalid/p", "https://b.invalid/p.jpg"]
    assert links.evaluate_all("links => links.every(a => a.target === '_blank' && a.rel === 'noopener noreferrer')")


@pytest.mark.parametrize("name", ["searched", "searched-single"])
def test_search_suggestions_stand_quietly_in_a_frame_of_their_own(page, site, name):
    viewed(opened(page, site, name), 0)
    page.frame_locator("iframe").locator(".chip").wait_for()
    assert page.locator("iframe").get_attribute("sandbox") == "allow-popups allow-popups-to-escape-sandbox"
    assert page.faults == []


def test_search_suggestions_keep_their_own_style(page, site):
    viewed(opened(page, site, "searched"), 0)
    chip = page.frame_locator("iframe").locator(".chip")
    assert chip.evaluate("e => getComputedStyle(e).color") == "rgb(1, 2, 3)"


def test_a_search_suggestion_opens_beside_the_report(page, site):
    asked = []
    page.context.on("request", lambda request: asked.append(request.url))
    viewed(opened(page, site, "searched"), 0)
    with page.expect_popup() as popup:
        page.frame_locator("iframe").locator(".chip").click()
    popup.value.wait_for_load_state()
    popup.value.close()
    assert asked[-1] == "https://search.invalid/?q=tokyo"
    assert page.locator("#viewer").is_visible()


@pytest.mark.parametrize("name", ["hostile", "hostile-single"])
def test_what_strangers_said_runs_nothing_and_asks_for_nothing(page, site, name):
    text = viewed(opened(page, site, name), 0)
    page.frame_locator("iframe").locator("#send").click()
    page.frame_locator("iframe").locator("#away").click()
    page.wait_for_timeout(200)
    assert (page.evaluate("typeof hacked"), Stranger.asked) == ("undefined", [])
    assert page.url.startswith("file:")
    assert "<script>hacked=2</script>" in text


def test_a_picture_without_words_or_searches_has_no_place_for_them(page, site):
    viewed(opened(page, site, "searched"), len(fixture.FORMATS))
    for box in ("#v-said-box", "#v-search-box", "#v-lineage"):
        assert not page.locator(box).is_visible()
    assert page.locator("iframe").count() == 0


def test_arrows_walk_through_what_is_shown_and_come_round(page, site):
    opened(page, site, "APAC", "#status=needs_review")
    viewed(page, 0)
    page.keyboard.press("ArrowRight")
    assert "Bangkok" in page.locator("#v-title").inner_text()
    page.keyboard.press("ArrowRight")
    assert "Tokyo" in page.locator("#v-title").inner_text()


def test_the_address_opens_a_card(page, site):
    opened(page, site, "EMEA", f"#card={REPORT.cards[-1].rendition_id}")
    assert page.locator("#viewer").is_visible()
    assert page.locator("#v-id").inner_text() == REPORT.cards[-1].rendition_id


def test_a_card_without_a_picture_opens_by_keyboard(page, site):
    opened(page, site, "EMEA", "#status=refused").locator(".shot:visible").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#v-none").is_visible()
    assert "will not draw" in page.locator(".panel").inner_text()


def test_the_first_tab_stop_skips_to_the_pictures(page, site):
    opened(page, site, "EMEA").keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


def test_every_figure_of_the_coverage_opens_just_those(page, site):
    opened(page, site, "index").locator(".coverage td a").first.click()
    page.wait_for_url("**/APAC.html#format=gads_tower_1x4")
    assert shown(page) == 2


def test_an_example_of_the_index_opens_its_card(page, site):
    opened(page, site, "index").locator(".evidence a").first.click()
    page.wait_for_url("**/APAC.html#card=*")
    assert page.locator("#viewer").is_visible()


def test_dark_and_light_are_two_designs(page, site):
    grounds = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        opened(page, site, "index")
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(243, 244, 244)", "rgb(19, 21, 22)"]


def test_print_has_every_picture_and_no_controls(page, site):
    page.emulate_media(media="print", color_scheme="dark")
    opened(page, site, "EMEA")
    assert not page.locator(".filters").is_visible()
    assert shown(page) == 28
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_every_card_is_there_without_a_script(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = opened(context.new_page(), site, "EMEA")
    assert shown(page) == 28
    assert not page.locator(".filters").is_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["index", "EMEA"])
def test_text_stands_out_from_its_ground(page, site, name, scheme):
    page.emulate_media(color_scheme=scheme)
    assert opened(page, site, name).evaluate(FAINTEST) >= 4.5


FAINTEST = """() => {
  const lift = (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((v) => lift(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = light(getComputedStyle(document.body).backgroundColor);
  const has = (e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  const texts = [...document.querySelectorAll("body *")].filter(has).map((e) => light(getComputedStyle(e).color));
  return Math.min(...texts.map((own) => (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05)));
}"""


def viewed(page, number: int) -> str:
    page.locator(".shot:visible").nth(number).click()
    return page.locator(".panel").inner_text()
