"""Reports over HTTP, for whoever follows a run's link: a browser opens no file from Prefect's page.

Only what stands in the folder of reports is shown. A request must name this machine, or the host of
`ADLOCALIZER_REPORTS_URL`, as its host: no page of another site reads ads through a name that leads here.
"""

from __future__ import annotations

import html
import os
from datetime import date
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from adlocalizer.cli.showing import print_line
from adlocalizer.errors import ConfigError
from adlocalizer.order import REPORTS_URL, take_order

if TYPE_CHECKING:
    from starlette.applications import Starlette

_HERE = ("127.0.0.1", "localhost")
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - who writes this wants it
_STYLE = "font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem"


def site() -> Starlette:
    """The folder of reports that the environment or the project names, behind a first page that lists them."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.requests import Request
    from starlette.responses import HTMLResponse
    from starlette.routing import Mount, Route
    from starlette.staticfiles import StaticFiles

    folder = Path(take_order("any", date.min).reports_folder)  # of no campaign and no day

    def first(_: Request) -> HTMLResponse:
        return HTMLResponse(_list_page(folder), headers={"Cache-Control": "no-store"})

    hosts = [*_HERE, *filter(None, [urlsplit(os.environ.get(REPORTS_URL, "")).hostname])]
    return Starlette(
        routes=[Route("/", first), Mount("/", StaticFiles(directory=folder, html=True, check_dir=False))],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)],
    )


def serve_reports(host: str, port: int) -> None:
    """Show the reports from a thread beside, and let runs link there; ConfigError when the port is taken."""
    import socket

    import uvicorn

    try:
        listening = socket.create_server((host, port))
    except OSError as error:
        said = f"{port} cannot be listened at: {error.strerror}"
        raise ConfigError("--reports-port", said, f"name another, or set {REPORTS_URL}") from error
    os.environ[REPORTS_URL] = f"http://{socket.gethostname() if host in _EVERYWHERE else host}:{port}"
    server = uvicorn.Server(uvicorn.Config(site(), log_level="error", lifespan="off"))
    Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    print_line(f"reports: {os.environ[REPORTS_URL]}")


def _list_page(folder: Path) -> str:
    """Links to every report, the latest day first."""
    found = sorted(folder.glob("**/????-??-??/index.html"), key=lambda page: (page.parent.name, page), reverse=True)
    pages = [page.parent.relative_to(folder).as_posix() for page in found]
    rows = [f'<li><a href="{quote(page)}/index.html">{html.escape(page)}</a></li>' for page in pages]
    body = f"<ul>{''.join(rows)}</ul>" if rows else "<p>There is none yet: the first run writes one.</p>"
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Reports</title>'
    body = f'<body style="{_STYLE}"><h1>Reports</h1>{body}</body>'
    return f'<!doctype html><html lang="en"><head>{head}</head>{body}</html>'
