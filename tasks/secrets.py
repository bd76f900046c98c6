"""Secrets of a run: from the environment, else from Prefect's Secret blocks; from nowhere else."""

from __future__ import annotations

import asyncio
import os
from typing import cast

from prefect.blocks.system import Secret

from adlocalizer.config.operations import read_operations
from adlocalizer.order import open_project
from adlocalizer.redaction import conceal


def block_name(variable: str) -> str:
    """The name of the block that may stand in for a variable: GEMINI_API_KEY, gemini-api-key."""
    return variable.lower().replace("_", "-")


async def fill_environment() -> None:
    """Put what the environment lacks and a block has into this process's environment, and keep it out of every log."""
    names = [name for name in read_operations(open_project().root).secrets if not os.environ.get(name)]
    found = await asyncio.gather(*(_block(block_name(name)) for name in names))
    for name, value in zip(names, found, strict=True):
        if value:
            conceal(value)
            os.environ[name] = value


async def _block(name: str) -> str:
    try:
        return str(cast("Secret[str]", await Secret.aload(name)).get())
    except ValueError:  # there is no such block
        return ""
