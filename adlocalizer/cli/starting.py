"""What a command does before it runs a flow."""

from __future__ import annotations

import asyncio

from adlocalizer.expectations import warm


def begin_prefect() -> None:
    """Keep Prefect's log off the terminal, and import the slow library of the gates meanwhile; before any flow is."""
    from flows.settings import apply_quiet

    apply_quiet()
    # Great Expectations takes seconds to import, Prefect's server seconds to start: side by side.
    asyncio.get_running_loop().run_in_executor(None, warm)
