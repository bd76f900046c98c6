"""What a command does before it runs a flow."""

from __future__ import annotations

import asyncio
import importlib
import threading

from adlocalizer.expectations import warm


async def begin_prefect(flow: str) -> None:
    """Keep Prefect's log off the terminal, import the flow's module and start the server: Ctrl-C counts meanwhile."""
    from flows.settings import apply_quiet, start_server

    apply_quiet()
    # Great Expectations takes seconds to import, Prefect's server seconds to start: side by side. Nobody waits for the
    # thread: an executor's would keep a process that was told to stop.
    threading.Thread(target=warm, daemon=True).start()
    # Prefect itself would wait for its server inside the loop, which hears no signal then.
    await asyncio.to_thread(importlib.import_module, flow)
    await asyncio.to_thread(start_server)
