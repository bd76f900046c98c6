"""Rows of a table as the key of what was worked out from them."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Rows(Generic[T]):
    """Rows that equal others by being the very same ones: reading a table's words at every look-up takes too long."""

    __slots__ = ("all",)

    def __init__(self, rows: tuple[T, ...]) -> None:
        self.all = rows

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and self.all is other.all

    def __hash__(self) -> int:
        # Whoever keeps a key keeps its rows, so no other rows can get their place in memory.
        return id(self.all)
