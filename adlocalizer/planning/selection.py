"""Globs with braces over ids: the query language of `--select` and of campaign files."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase, translate
from functools import lru_cache

from adlocalizer.errors import ConfigError

_MOST_PATTERNS = 10_000
_AND = "&"


def expand_braces(glob: str, where: str = "--select") -> tuple[str, ...]:
    """`{jp,kr}-*` to `jp-*` and `kr-*`; braces may stand in braces. ConfigError for unbalanced ones.

    A glob with `&` stays one pattern: each of its parts may have many, and multiplied they would be too many.
    """
    if _AND in glob:
        for part in glob.split(_AND):
            expand_braces(part, where)
        return (glob,)
    start = glob.find("{")
    if start < 0:
        if "}" in glob:
            raise _unbalanced(glob, where)
        return (glob,)
    parts, end = _parts(glob, start, where)
    expanded = tuple(full for part in parts for full in expand_braces(f"{glob[:start]}{part}{glob[end + 1 :]}", where))
    if len(expanded) > _MOST_PATTERNS:
        found = f"{glob[:60]!r} stands for more than {_MOST_PATTERNS:,} patterns"
        raise ConfigError(where, found, "write fewer braces, or * where the parts do not matter")
    return expanded


def any_match(name: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns, braces already expanded, matches the whole name; case counts.

    Of a pattern with `&` every part must match, as in `*.{jp,kr}-*&*.meta_*`.
    """
    return any(_matches_all(name, pattern) if _AND in pattern else fnmatchcase(name, pattern) for pattern in patterns)


def chosen(names: Sequence[str], globs: Sequence[str], where: str) -> tuple[str, ...]:
    """The names that globs match, glob by glob, each once; a ConfigError when a glob matches none."""
    every: dict[str, None] = {}
    for glob in globs:
        patterns = expand_braces(glob, where)
        found = [name for name in names if any_match(name, patterns)]
        if not found:
            raise ConfigError(where, f"{glob!r} matches nothing", _nearest(glob, names))
        every |= dict.fromkeys(found)
    return tuple(every)


def _matches_all(name: str, pattern: str) -> bool:
    return all(_compiled(part).match(name) for part in pattern.split(_AND))


@lru_cache(maxsize=256)
def _compiled(part: str) -> re.Pattern[str]:
    return re.compile("|".join(translate(one) for one in expand_braces(part)))


def _parts(glob: str, start: int, where: str) -> tuple[list[str], int]:
    depth, parts = 0, [""]
    for place, letter in enumerate(glob[start:], start):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth == 0:
            return parts, place
        if letter == "," and depth == 1:
            parts.append("")
        elif place > start:
            parts[-1] += letter
    raise _unbalanced(glob, where)


def _unbalanced(glob: str, where: str) -> ConfigError:
    return ConfigError(where, f"{glob!r} has a brace without its partner", "write both, as in '*.{jp,kr}-*'")


def _nearest(glob: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(glob.strip("*"), names, n=3, cutoff=0.3) or list(names[:3])
    return f"write * for any text, as in '*{near[0]}*'; there is {', '.join(near)}" if near else "there is nothing yet"
