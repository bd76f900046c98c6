"""A shard to its outcomes: compose, generate, judge, render, check. Everything is asked through the ledger."""

from adlocalizer.making.shard import ShardCounts, ShardRef, make_shard, read_outcomes, remove_stale_shards
from adlocalizer.making.studio import Studio, cache_folder, open_studio, read_plan, write_plan

__all__ = [
    "ShardCounts",
    "ShardRef",
    "Studio",
    "cache_folder",
    "make_shard",
    "open_studio",
    "read_outcomes",
    "read_plan",
    "remove_stale_shards",
    "write_plan",
]
