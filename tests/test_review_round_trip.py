"""From a run to its page, from the page to decisions, from decisions to bundles: all parts real."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from . import projects
from .browsing import INSIDE, browser, watched
from .commands import call

pytestmark = [pytest.mark.timeout(900), pytest.mark.slow, pytest.mark.integration, pytest.mark.browser]
FORMATS = ["gads_upload_300x250", "gads_upload_336x280", "gads_upload_728x90"]
DAY = ["small", "--date", "2026-12-01"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory, prefect_server) -> dict[str, str]:
    """A project whose every ad waits for approval."""
    folder = tmp_path_factory.mktemp("round-trip") / "project"
    project = projects.make_project(folder, cities=["jp-tokyo"], formats=FORMATS, approval="all")
    return projects.reviewing(project)


def cards(page: Any, format_id: str) -> Any:
    return page.locator(f"[data-format={format_id}]")


def decide(page: Any) -> None:
    """Approve the first format, reject the second."""
    cards(page, FORMATS[0]).locator("button.yes").click()
    cards(page, FORMATS[1]).locator("button.no").click()
    page.keyboard.type("The sky is green.")
    page.keyboard.press("Enter")
    assert page.locator("#r-progress").inner_text() == "2 of 3 decided"


def served(environment: dict[str, str], shell: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [str(Path(sys.executable).with_name("adlocalizer")), "review", *DAY, "--serve"]
    process = subprocess.Popen(command, env=shell | environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("review: ").strip(), process
    finally:
        process.kill()
        process.communicate()  # closes the pipe as well


def test_decisions_of_the_page_change_the_bundle(environment, shell, capsys, tmp_path):
    run = call(["run", *DAY, "--json"], environment, capsys)
    assert run.status == 3, run.errors
    assert (run.read["counts"]["needs_review"], projects.shipped(environment)) == (3, [])
    report = Path(environment["ADLOCALIZER_REPORTS"], "small/2026-12-01")
    with browser() as chromium, watched(chromium) as page:
        page.goto((report / "APAC.html").as_uri())
        decide(page)
        page.click("#r-export")
        with page.expect_download() as download:
            page.click("#e-go")
        download.value.save_as(tmp_path / "decisions.json")
        assert not page.faults, page.faults
    imported = call(["review", *DAY, "--import", str(tmp_path / "decisions.json")], environment, capsys)
    assert (imported.status, projects.shipped(environment)) == (3, [FORMATS[0]])
    for address, process in served(environment, shell):
        saves_at_once(address)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 3
    assert projects.shipped(environment) == [FORMATS[0], FORMATS[2]]


def saves_at_once(address: str) -> None:
    """The page served shows what was decided before; what is decided there counts as soon as it is saved."""
    inside = (address.rpartition("/")[0], *INSIDE)
    with browser() as chromium, watched(chromium, inside) as page:
        page.goto(address.replace("index.html", "APAC.html"))
        assert "A person rejected it: The sky is green." in cards(page, FORMATS[1]).inner_text()
        cards(page, FORMATS[2]).locator("button.yes").click()
        page.click("#r-export")
        page.click("#e-go")
        page.wait_for_load_state("networkidle")
        page.locator("#r-said", has_text="Saved: 1 approved, 0 rejected. 2 of 3").wait_for(timeout=240_000)
        assert cards(page, FORMATS[2]).get_attribute("data-state") == "delivered"
        assert not page.faults, page.faults
