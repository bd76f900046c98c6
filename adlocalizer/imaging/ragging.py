"""Which breaks make good lines: as even as can be, ending where one pauses, with no word left alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adlocalizer.imaging.breaking import HYPHENS, Break, Piece

# All worths and costs set by eye, on the contact sheet of every script.
_WORDS: tuple[Break, ...] = ("pause", "space", "name", "word")
_TIERS: tuple[tuple[Break, ...], ...] = (
    ("pause",),
    _WORDS,
    (*_WORDS, "small", "soft"),
    (*_WORDS, "small", "soft", "hyphen"),
    (*_WORDS, "small", "soft", "hyphen", "inside"),
)
"""Kinds of break allowed together."""

_WORTH: dict[Break, float] = {"small": 0.8, "soft": 0.8, "hyphen": 0.45, "inside": 0.3}
"""How much smaller letters may get before a break of this kind is taken: each one counts."""
DIVIDED_WORTH = _WORTH["hyphen"]
"""Letters around a divided word must be larger than those around whole words by more than this."""
_MISSED_WORTH, _MISSED_COST = 0.86, 0.9  # of a pause inside a line, for each line that ends elsewhere
_PAUSED_WORTH = 1.22  # lines that all end where one pauses read better even in letters that much smaller
_COST: dict[Break, float] = {
    "pause": -0.12,
    "space": 0.0,
    "name": 0.1,
    "word": 0.04,
    "small": 0.3,
    "soft": 0.3,
    "inside": 0.6,
    "hyphen": 0.6,
}
_EVENNESS = 4  # the power a line's width is taken to: high enough that the widest line decides, and the size with it
_ORPHAN, _ORPHAN_COST = 0.4, 0.5  # a last line of one piece is an orphan when narrower than this share of the others
_LINE_WORTH = 0.95  # one line more must bring letters larger than this


class Spread(NamedTuple):
    """A text on lines."""

    ends: tuple[int, ...]
    """Index of each line's last piece."""
    width: float
    """Of the widest line, in the unit of the widths given."""
    worth: float
    """What a pixel of its size is worth beside other spreads."""


def spreads(pieces: Sequence[Piece], widths: Sequence[tuple[float, float]], hyphen: float, lines: int) -> list[Spread]:
    """The best ways to set pieces on at most so many lines; best with fewest lines first.

    `widths` are each piece's own and its with the gap, `hyphen` a hyphen's. Ends the copy orders itself are kept.
    """
    found: dict[tuple[int, ...], Spread] = {}
    tried = list[list[int]]()
    for kinds in _TIERS:
        ends = [at for at, piece in enumerate(pieces) if piece.end in (*kinds, "forced")]
        if ends in tried:
            continue
        tried.append(ends)
        for spread in _spreads_at(ends, pieces, widths, hyphen, lines):
            inner = [pieces[end].end for end in spread.ends[:-1]]
            paused = _PAUSED_WORTH if inner and kinds == ("pause",) else 1.0
            missed = _MISSED_WORTH ** _missed(pieces, spread.ends)
            worth = missed * paused * math.prod(_WORTH.get(kind, 1.0) for kind in inner) * _LINE_WORTH ** len(inner)
            found.setdefault(spread.ends, spread._replace(worth=worth))
    return sorted(found.values(), key=lambda one: len(one.ends))


def _is_stop(piece: Piece) -> bool:
    """Whether a sentence ends there, before a space."""
    return piece.end == "pause" and piece.gap != ""


def _missed(pieces: Sequence[Piece], ends: tuple[int, ...]) -> int:
    """How many lines of three or more end elsewhere while a pause stands inside a line."""
    pauses = [at for at, piece in enumerate(pieces) if _is_stop(piece)]
    taken = sum(at in ends for at in pauses)
    return min(len(pauses), len(ends) - 1) - taken if len(ends) > 2 else 0


def _spreads_at(
    ends: list[int], pieces: Sequence[Piece], widths: Sequence[tuple[float, float]], hyphen: float, lines: int
) -> list[Spread]:
    forced = [row for row, end in enumerate(ends) if pieces[end].end == "forced"]
    if len(forced) > lines:
        return []
    wide = _line_widths(ends, pieces, widths, hyphen)
    inside = _inside([_is_stop(pieces[end]) for end in ends])
    total, found = float(sum(full for _, full in widths)), []
    for count in range(len(forced), min(lines, len(ends)) + 1):
        cost = _costs(wide, [pieces[end].end for end in ends], max(total / count, 1e-6))
        for row in forced[:-1]:
            cost[: row + 1, row + 1 :] = np.inf
        for missed in (_MISSED_COST, 0.0) if inside.any() else (0.0,):  # where pauses make lines too long, even ones
            rows = _cheapest(cost + missed * inside, count)
            if rows:
                starts = (0, *(row + 1 for row in rows[:-1]))
                longest = max(float(wide[start, row]) for start, row in zip(starts, rows, strict=True))
                found.append(Spread(tuple(ends[row] for row in rows), longest, 1.0))
    return found


def _line_widths(
    ends: list[int], pieces: Sequence[Piece], widths: Sequence[tuple[float, float]], hyphen: float
) -> NDArray[np.float64]:
    """Width of the line from just after end `row - 1` to end `column`; infinite below the diagonal."""
    run = np.concatenate(([0.0], np.cumsum([full for _, full in widths])))
    last = np.array([run[end] + widths[end][0] + hyphen * (pieces[end].end in HYPHENS) for end in ends])
    first = run[[0, *(end + 1 for end in ends[:-1])]]
    return np.where(np.tri(len(ends), k=-1, dtype=bool), np.inf, last[None, :] - first[:, None])


def _inside(paused: list[bool]) -> NDArray[np.int64]:
    """How many pauses stand inside the line from just after end `row - 1` to end `column`."""
    before = np.concatenate(([0], np.cumsum(paused)))
    return np.asarray(np.maximum(before[None, :-1] - before[:-1, None], 0))


def _costs(wide: NDArray[np.float64], kinds: list[Break], target: float) -> NDArray[np.float64]:
    cost = (wide / target) ** _EVENNESS + np.array([_COST.get(kind, 0.0) for kind in kinds])[None, :]
    if len(kinds) > 1 and wide[-1, -1] < _ORPHAN * target:
        cost[-1, -1] += _ORPHAN_COST
    return np.asarray(cost)


def _cheapest(cost: NDArray[np.float64], count: int) -> list[int]:
    """The ends of the cheapest lines, exactly so many; empty when there are none."""
    best, steps = cost[0], []
    for _ in range(count - 1):
        through = np.full_like(cost, np.inf)
        through[1:] = best[:-1, None] + cost[1:]
        steps.append(through.argmin(axis=0))
        best = through.min(axis=0)
    if not np.isfinite(best[-1]):
        return []
    rows = [len(cost) - 1]
    for step in reversed(steps):
        rows.append(int(step[rows[-1]]) - 1)
    return rows[::-1]
