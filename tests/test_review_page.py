"""Review in the page: by keyboard and by hand, kept by the browser, bound to each file, exported whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adlocalizer.config.decisions import read_decisions
from adlocalizer.domain import Asset, Creative, Outcome, Rendition, Status
from adlocalizer.reporting import RunReport, render_report

from . import report_fixture as fixture
from .browsing import watched

pytestmark = pytest.mark.browser
REPORT = fixture.small_report()
WAITING = [card for card in REPORT.cards if card.status is Status.NEEDS_REVIEW]
TOKYO, BANGKOK = WAITING


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The report, and in `anew/` the same after Tokyo's waiting picture was made anew."""
    folder = tmp_path_factory.mktemp("review")
    fixture.write_pictures(REPORT, folder)
    (folder / "anew").mkdir()
    for pictures in ("thumbs", "full"):
        (folder / "anew" / pictures).symlink_to(folder / pictures)
    write(REPORT, folder)
    cards = [one.model_copy(update={"sha256": "f" * 64}) if one is TOKYO else one for one in REPORT.cards]
    write(REPORT.model_copy(update={"cards": tuple(cards)}), folder / "anew")
    return folder


def write(report: RunReport, folder: Path) -> None:
    for name, html in render_report(report, fixture.TEMPLATES).items():
        (folder / name).write_text(html, "utf-8")


@pytest.fixture
def page(chromium) -> Iterator[Any]:
    with watched(chromium) as made:
        yield made
        assert made.faults == []


def opened(page: Any, site: Path, name: str = "APAC", hash_: str = "") -> Any:
    page.goto(f"{(site / name).as_uri()}.html{hash_}")
    return page


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def reject(page: Any, reason: str) -> None:
    page.keyboard.press("r")
    page.keyboard.type(reason)
    page.keyboard.press("Enter")


def progress(page: Any) -> str:
    return page.locator("#r-progress").inner_text()


def said(page: Any) -> str:
    return page.locator("#r-said").inner_text()


def marked(page: Any) -> dict[str, str]:
    cards = page.locator("[data-decision]").evaluate_all(
        "all => all.map(one => [one.dataset.id, one.dataset.decision])"
    )
    return dict(cards)


def focused(page: Any) -> str:
    return page.evaluate("document.activeElement.closest('.card')?.dataset.id || ''")


def exported(page: Any) -> dict[str, Any]:
    page.click("#r-export")
    with page.expect_download() as download:
        page.click("#e-go")
    assert download.value.suggested_filename == "decisions_spring-launch_2027-03-01.json"
    return json.loads(Path(download.value.path()).read_text("utf-8"))


def test_a_review_is_walked_through_by_keyboard_alone(page, site):
    opened(page, site)
    assert progress(page) == "0 of 2 decided"
    press(page, "n")
    assert focused(page) == TOKYO.rendition_id
    press(page, "a")
    assert focused(page) == BANGKOK.rendition_id
    reject(page, "The headline is cut.")
    assert progress(page) == "2 of 2 decided"
    assert marked(page) == {TOKYO.rendition_id: "approved", BANGKOK.rendition_id: "rejected"}
    page.reload()
    assert marked(page) == {TOKYO.rendition_id: "approved", BANGKOK.rendition_id: "rejected"}
    press(page, "j", "k", "j", "?")
    assert page.locator("#keys").is_visible()
    press(page, "Escape")
    assert not page.locator("#keys").is_visible()


def test_undo_takes_back_what_was_done_last(page, site):
    press(opened(page, site), "n", "a", "a", "u")
    assert marked(page) == {TOKYO.rendition_id: "approved"}
    press(page, "u")
    assert (marked(page), progress(page), said(page)) == ({}, "0 of 2 decided", "Undone.")
    press(page, "u")
    assert said(page) == "Nothing to undo."


def test_a_selection_is_decided_at_once_and_undone_at_once(page, site):
    press(opened(page, site), "j", "x", "j", "x", "j", "x")
    assert page.locator("#r-chosen").inner_text() == "3 pictures selected"
    reject(page, "Wrong can.")
    assert (len(marked(page)), set(marked(page).values())) == (3, {"rejected"})
    assert page.locator("#r-more").inner_text() == "and 3 other decisions"
    press(page, "u")
    assert marked(page) == {}


def test_what_a_filter_hides_is_not_decided(page, site):
    opened(page, site).click("#r-all")
    page.select_option("[name=city]", "th-bangkok")
    assert page.locator("#r-chosen").inner_text() == "6 pictures selected"
    page.click("#r-approve")
    assert all(".th-bangkok." in name for name in marked(page))


def test_the_viewer_decides_and_goes_on_to_what_still_waits(page, site):
    opened(page, site, hash_=f"#card={TOKYO.rendition_id}").click("#v-approve")
    assert page.locator("#v-id").inner_text() == BANGKOK.rendition_id
    reject(page, "Too loud.")
    assert page.locator("#v-decision").inner_text() == "Rejected here: Too loud."
    page.click("#v-withdraw")
    assert marked(page) == {TOKYO.rendition_id: "approved"}


def test_a_rejection_needs_a_reason(page, site):
    press(opened(page, site), "n", "r", " ", "Enter")
    assert page.locator("#reason").is_visible()
    press(page, "Escape")
    assert marked(page) == {}


def test_what_a_check_rejected_or_nobody_made_cannot_be_decided(page, site):
    rejected = next(card for card in REPORT.cards if card.status is Status.REJECTED)
    opened(page, site, hash_=f"#card={rejected.rendition_id}")
    press(page, "a")
    assert "no decision lets it ship" in page.locator("#v-decision").inner_text()
    assert not page.locator("#v-approve").is_visible()
    opened(page, site, "EMEA", "#status=refused")
    assert page.locator(".card:visible .decide").count() == 0
    press(page, "j", "a")
    assert said(page).startswith("No file was made here")


def test_a_picture_that_was_made_anew_is_pending_again(page, site):
    press(opened(page, site), "n", "a", "a")
    opened(page, site / "anew")
    assert marked(page) == {BANGKOK.rendition_id: "approved"}
    assert said(page) == "1 decided picture was made anew since: decide again."
    assert [one["rendition_id"] for one in exported(page)["decisions"]] == [BANGKOK.rendition_id]


def test_the_export_holds_the_decisions_of_every_page_and_the_command_line_takes_it(page, site, tmp_path):
    press(opened(page, site), "n", "a")
    page.wait_for_selector("#r-export:enabled")
    opened(page, site, "EMEA", "#status=delivered")
    while page.is_disabled("#r-export"):  # under load the browser hands over to the next page what this one keeps late
        page.reload()
    press(page, "j")
    reject(page, 'No "can"\u202e <b>here</b>.')
    page.click("#r-export")
    page.fill("#e-name", "somebody else")
    page.keyboard.press("Escape")
    (tmp_path / "d.json").write_text(json.dumps(exported(page)), "utf-8")
    taken = read_decisions(tmp_path / "d.json", [outcome(card) for card in REPORT.cards if card.sha256], "who imports")
    assert sorted((one.decision, one.note, one.reviewer) for one in taken) == [
        ("approved", "", "who imports"),
        ("rejected", 'No "can"\u202e <b>here</b>.', "who imports"),
    ]


def outcome(card: Any) -> Outcome:
    shared = card.model_dump(include={"region", "market", "city_id", "city", "locale", "product", "variant"})
    creative = Creative(campaign=REPORT.campaign, **shared)
    form = card.model_dump(include={"format_id", "platform", "width", "height"})
    rendition = Rendition(creative=creative, **form)
    asset = Asset(file="assets/a.jpg", mime="image/jpeg", bytes=1, sha256=card.sha256)
    return Outcome(rendition=rendition, status=card.status, reason=card.reason, asset=asset, provider="p", model="m")


def test_letters_are_no_commands_while_something_is_written_or_when_they_are_switched_off(page, site):
    opened(page, site).focus("[name=q]")
    page.keyboard.type("jar")
    assert page.input_value("[name=q]") == "jar"
    page.click("button[type=reset]")
    press(page, "?")
    page.check("#k-off")
    press(page, "Escape", "n", "a")
    assert marked(page) == {}


def test_what_waits_can_be_listed_alone_and_empties_as_it_is_decided(page, site):
    opened(page, site, hash_="#status=undecided")
    assert page.locator(".card:visible").count() == 2
    press(page, "n", "a")
    assert page.locator(".card:visible").count() == 1
    assert focused(page) == BANGKOK.rendition_id


def test_what_others_wrote_into_the_browsers_store_is_no_decision(page, site):
    opened(page, site)
    wrong = {TOKYO.sha256: {"sha256": TOKYO.sha256, "decision": "approved"}, "x": None, BANGKOK.sha256: 7}
    page.evaluate("text => localStorage.setItem('adlocalizer/spring-launch/2027-03-01', text)", json.dumps(wrong))
    page.reload()
    assert (marked(page), progress(page)) == ({}, "0 of 2 decided")


def test_a_newcomer_finds_a_rejected_picture_and_the_reason_within_three_clicks(page, site):
    opened(page, site, "index")
    page.locator(".troubles li", has_text="Rejected").locator(".where a, .evidence a").first.click()
    page.wait_for_url("**/*.html#*")
    if not page.locator("#viewer").is_visible():
        page.locator(".card:visible .shot").first.click()
    text = page.locator(".panel").inner_text()
    assert "Rejected" in text
    assert "the copy stands on the product" in text


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        ("Market rule", "cn-superlatives-1: Advertisements may not use words such as"),
        ("Quiet area", "measured 0.2096, limit 0.17"),
        ("A person rejected it", "the second line is hard to read on the towers"),
    ],
)
def test_in_the_example_every_rejected_ad_and_its_reason_are_at_most_two_clicks_away(page, cause, reason):
    opened(page, Path(__file__).parents[1] / "reports" / "example", "index")
    page.locator(".troubles li", has_text=cause).locator(".where a").first.click()
    page.wait_for_url("**/*.html#*")
    if not page.locator("#viewer").is_visible():
        page.locator(".card:visible .shot").first.click()
    assert reason in page.locator(".panel").inner_text()
