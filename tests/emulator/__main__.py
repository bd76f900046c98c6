"""`python -m tests.emulator`: serve until told to stop; the address is printed once requests are taken."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.emulator.app import application
from tests.emulator.options import DEFAULTS


class Breakable(H11Protocol):
    """HTTP/1.1 whose application may reach its own connection, to break it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scope["extensions"] = {**(scope.get("extensions") or {}), "transport": self.transport}
            await inner(scope, receive, send)

        self.app = app


class Server(uvicorn.Server):
    """Says where it listens."""

    async def startup(self, sockets: Any = None) -> None:
        """Listen, then print the address."""
        await super().startup(sockets)
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        print(f"http://{host}:{port}", flush=True)  # noqa: T201


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.emulator", description="A local double of the Gemini API.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--faults", default="{}", help="options as JSON, or a file of them; or only their `faults`")
    parser.add_argument("--state", type=Path, help="folder that keeps files and batches over a restart")
    parser.add_argument("--until-stdin-closes", action="store_true", help="stop when the parent process is gone")
    said = parser.parse_args()
    if said.until_stdin_closes:
        threading.Thread(target=_watch, daemon=True).start()
    with contextlib.ExitStack() as stack:
        folder = said.state or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="emulator-")))
        app = application(folder, {"seed": said.seed, **_options(said.faults)})
        config = uvicorn.Config(
            app,
            host=said.host,
            port=said.port,
            http=Breakable,
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=75,
        )
        asyncio.run(Server(config).serve())


def _options(text: str) -> dict[str, Any]:
    content = text if text.lstrip().startswith("{") else Path(text).read_text(encoding="utf-8")
    read: dict[str, Any] = orjson.loads(content)
    known = {*DEFAULTS, "mix", "script", "next"} - {"seed"}
    return read if set(read) & known or not read else {"faults": {"mix": read}}


def _watch() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
