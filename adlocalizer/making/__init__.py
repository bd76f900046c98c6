"""A shard to its outcomes: compose, generate, judge, render, check. Everything is asked through the ledger."""

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
