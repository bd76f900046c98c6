"""A browser as the tests use it: pages that remember what went wrong on them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

import pytest

INSIDE = ("file:", "data:", "blob:", "about:")


class Stranger(BaseHTTPRequestHandler):
    """A host that notes what it is asked for."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@contextmanager
def browser() -> Iterator[Any]:
    """The system's Chromium; no event loop can be started in this thread meanwhile."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium; install it or name it in CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@contextmanager
def watched(chromium: Any, inside: tuple[str, ...] = INSIDE, **options: Any) -> Iterator[Any]:
    """A page of its own, whose `faults` are console errors, page errors, dialogs and requests that leave `inside`."""
    page = chromium.new_page(**{"viewport": {"width": 1280, "height": 900}, **options})
    page.faults = []
    page.on("console", lambda message: message.type in ("error", "warning") and page.faults.append(message.text))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("dialog", lambda dialog: (page.faults.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: request.url.startswith(inside) or page.faults.append(request.url))
    page.on("requestfailed", lambda request: page.faults.append(request.url))
    try:
        yield page
    finally:
        page.close()
