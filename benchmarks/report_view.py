"""How soon a made-up report is seen in Chromium, and how long a filter takes: 600 and 5,000 ads.

    python benchmarks/report_view.py [--ads 600 5000]

It needs Chromium (`CHROMIUM`, or on the path) and Playwright. First view is the browser's own first contentful paint;
CPU is that of the page's main thread, which holds better on a busy machine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from report import build

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FILTER = """() => {
  const list = document.querySelector("[name=status]"), began = performance.now();
  const take = (value) => { list.value = value; list.dispatchEvent(new Event("input", { bubbles: true })); };
  take("rejected"); document.body.offsetHeight;
  take(""); document.body.offsetHeight;
  return (performance.now() - began) / 2;
}"""
SEEN = """() => ({
  first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
  nodes: document.querySelectorAll("*").length,
  cards: document.querySelectorAll(".card").length,
})"""


def viewed(browser: Browser, page_file: Path) -> dict[str, float]:
    """First view and filter in ms, main-thread CPU until loaded in ms, elements, cards."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(page_file.as_uri(), wait_until="load")
    seen: dict[str, float] = page.evaluate(SEEN)
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    seen["cpu"] = 1000 * metrics["TaskDuration"]
    seen["filter"] = page.evaluate(FILTER) if seen["cards"] else 0
    page.close()
    return seen


def rows(browser: Browser, ads: int, folder: Path) -> list[str]:
    """A row for the first page, and for the region's page with most cards."""
    build(folder, ads)
    heaviest = max(folder.glob("*.html"), key=lambda path: path.read_text("utf-8").count('<article class="card'))
    told = []
    for path in (folder / "index.html", heaviest):
        viewed(browser, path)  # once for the browser's own caches
        seen = viewed(browser, path)
        figures = (f"{seen[name]:,.0f}" for name in ("cards", "nodes", "first", "cpu", "filter"))
        told.append(f"| {ads:,} | {path.name} | " + " | ".join(figures) + " |")
    return told


def main() -> None:
    """Print the table."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ads", nargs="+", type=int, default=[600, 5000], help="How many ads a run has")
    wanted = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    print(f"Load average {os.getloadavg()[0]:.1f}.\n")
    print("| ads | page | cards | elements | first view ms | main-thread CPU ms | filter ms |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for ads in wanted.ads:
            print("\n".join(rows(browser, ads, Path(folder, str(ads)))))
        browser.close()


if __name__ == "__main__":
    main()
