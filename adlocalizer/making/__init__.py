"""A shard to its outcomes: compose, generate, judge, render, check. Everything is asked through the ledger."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from adlocalizer.making.rows import read_outcomes, refile
    from adlocalizer.making.shard import make_shard
    from adlocalizer.making.studio import (
        Purchase,
        Studio,
        close_all,
        close_with_all,
        named_plan,
        open_studio,
        read_plan,
        write_plan,
    )

__all__ = [
    "Purchase",
    "Studio",
    "close_all",
    "close_with_all",
    "make_shard",
    "named_plan",
    "open_studio",
    "read_outcomes",
    "read_plan",
    "refile",
    "write_plan",
]
_ELSEWHERE = {"make_shard": "shard", "read_outcomes": "rows", "refile": "rows"}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    """Imported once it is asked for: a plan reads what is on file, and makes nothing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ELSEWHERE.get(name, 'studio')}"), name)
