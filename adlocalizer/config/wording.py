"""How errors speak: what stands there in short, the nearest word that is known, a path without its machine."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from pathlib import Path

_LONGEST = 60


def quoted(value: object) -> str:
    """The value as somebody wrote it, on one line, without characters that hide, and short."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "keys and values"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return repr(value) if len(value) <= _LONGEST else f"{value[:_LONGEST]!r}… ({len(value):,} characters)"
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def listed(words: Collection[str], most: int = 24) -> str:
    """The words in their order, shortened when there are many."""
    some = list(words)[:most]
    rest = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(some) + rest if some else "none"


def nearest(word: str, known: Collection[str], cutoff: float = 0.6) -> str | None:
    """The known word somebody most likely meant."""
    by_folded = {_folded(name): name for name in known}
    found = difflib.get_close_matches(_folded(word[:_LONGEST]), by_folded, n=1, cutoff=cutoff)
    return by_folded[found[0]] if found else None


def nearest_or_all(word: str, known: Collection[str]) -> str:
    """`write 'b'; there are: a, b` for a word that is not known."""
    near = nearest(word, known)
    return f"write {near!r}? There are: {listed(known)}" if near else f"write one of: {listed(known)}"


def shown_path(path: Path, root: Path | None) -> str:
    """The path as people say it: from the project's root when it lies there, else as it was given."""
    if root is not None and path.is_absolute() and path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return path.as_posix()


def _folded(word: str) -> str:
    return word.strip().casefold().replace(" ", "_").replace("-", "_")
