"""`adlocalizer setup-prefect`: what a Prefect server needs once."""

from __future__ import annotations

import asyncio

from adlocalizer.cli.showing import print_line
from adlocalizer.config.operations import read_operations
from adlocalizer.errors import ConfigError
from adlocalizer.order import open_project


def setup_prefect() -> None:
    """Make the automations that tell people and find lost runs, as configs/operations.yml says; again is harmless."""
    book = read_operations(open_project().root)
    from flows.serving import configured_api
    from flows.setting_up import set_up

    if not configured_api():
        raise ConfigError("PREFECT_API_URL", "it is not set", "write the server's, e.g. http://127.0.0.1:4200/api")
    for name in asyncio.run(set_up(book)):
        print_line(name)
