"""A report shown on this machine alone, whose page hands its decisions over: `adlocalizer review --serve`.

Only the loopback interface listens, and every address holds a secret of the process, so no other page and no other
user's guess reaches it. A request must name this server as its host (against DNS rebinding), a decision must come from
a page of it (`Origin`, which no page of another site can forge) as JSON (which no form can send).
"""

from __future__ import annotations

import asyncio
import functools
import secrets
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from adlocalizer.errors import AdlocalizerError, ConfigError

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

LOOPBACK = "127.0.0.1"
MOST_BYTES = 16_000_000
"""Of a decisions file; one decision takes about 300."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_OFFLINE = ('<meta name="review" content="offline">', "form-action 'none'\">")
_LIVE = ('<meta name="review" content="live">', "form-action 'none'; connect-src 'self'\">")

Take = Callable[[str], Awaitable[str]]
"""A decisions file's text to a sentence about what became of it; an AdlocalizerError says why it was not taken."""

Handed = SimpleQueue[tuple[str, "Future[str]"]]


def serve_report(folder: Path, take: Callable[[str], str], say: Callable[[str], None]) -> None:
    """Show the report in `folder` until the process is interrupted; `say` tells its address.

    A thread listens; decisions are taken in this one, one file after the other.
    """
    import uvicorn

    if not (folder / "index.html").is_file():
        raise ConfigError(str(folder), "no report stands there", "write it with `adlocalizer report`")
    with socket.create_server((LOOPBACK, 0)) as listening:
        host, token = f"{LOOPBACK}:{listening.getsockname()[1]}", secrets.token_urlsafe(24)
        say(f"review: http://{host}/{token}/index.html")
        say("decisions that are saved there count at once; stop with Ctrl-C")
        handed: Handed = SimpleQueue()
        app = report_app(folder, token, host, functools.partial(_hand, handed))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        listener = Thread(target=server.run, kwargs={"sockets": [listening]})
        listener.start()
        try:
            while listener.is_alive():
                _take_next(handed, take)
        except KeyboardInterrupt:
            say("the review is stopped")
        finally:
            server.should_exit = True
            listener.join()


async def _hand(handed: Handed, text: str) -> str:
    result: Future[str] = Future()
    handed.put((text, result))
    return await asyncio.wrap_future(result)


def _take_next(handed: Handed, take: Callable[[str], str]) -> None:
    """Take one file, if one comes within a second."""
    with suppress(Empty):
        text, result = handed.get(timeout=1)
        try:
            result.set_result(take(text))
        except AdlocalizerError as error:
            result.set_exception(error)


def report_app(folder: Path, token: str, host: str, take: Take) -> Starlette:
    """The web application: `/<token>/<file of the report>` to read, `/<token>/decisions` to hand decisions over."""
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse, PlainTextResponse
    from starlette.routing import Route

    root = folder.resolve()

    def is_ours(request: Request) -> bool:
        told = request.path_params["token"].encode()
        return request.headers.get("host") == host and secrets.compare_digest(told, token.encode())

    async def show(request: Request) -> Response:
        if not is_ours(request):
            return PlainTextResponse("not here", 404, _HEADERS)
        return shown_file(root, request.path_params["name"] or "index.html")

    async def decide(request: Request) -> Response:
        if not is_ours(request):
            return PlainTextResponse("not here", 404, _HEADERS)
        if (fault := _fault(request, host)) is not None:
            return JSONResponse({"error": fault}, 403, _HEADERS)
        return await _taken(request, take)

    # Decisions come first: no file of a report is called so.
    routes = [Route("/{token}/decisions", decide, methods=["POST"]), Route("/{token}/{name:path}", show)]
    return Starlette(routes=routes)


def _fault(request: Request, host: str) -> str | None:
    """Why a request to decide is not from a page of this server; None: it is."""
    if request.headers.get("origin") != f"http://{host}":
        return "decisions are taken from this page only"
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return "decisions are taken as JSON only"
    return None


async def _taken(request: Request, take: Take) -> Response:
    from starlette.responses import JSONResponse

    text = bytearray()
    async for chunk in request.stream():
        text += chunk
        if len(text) > MOST_BYTES:
            return JSONResponse({"error": "that is too much for decisions"}, 413, _HEADERS)
    try:
        said = await take(text.decode())
    except (AdlocalizerError, UnicodeDecodeError) as error:
        return JSONResponse({"error": str(error)}, 422, _HEADERS)
    return JSONResponse({"said": said}, headers=_HEADERS)


def shown_file(root: Path, name: str) -> Response:
    """A file of the report, wherever links in its name lead; a page is made to know that decisions can be saved."""
    from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse

    with suppress(OSError, ValueError):  # a name no file can have
        path = (root / name).resolve()
        if path.is_relative_to(root) and path.is_file():
            if path.suffix == ".html":
                return HTMLResponse(live(path.read_text("utf-8")), headers=_HEADERS)
            return FileResponse(path, headers=_HEADERS)
    return PlainTextResponse("not here", 404, _HEADERS)


def live(html: str) -> str:
    """The page, told that it is served: its script may hand decisions to where it came from, and to nobody else."""
    for before, after in zip(_OFFLINE, _LIVE, strict=True):
        html = html.replace(before, after, 1)
    return html
