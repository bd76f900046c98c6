"""What a layout is made of: roles, how large they are set, and the stacks of rows they stand in."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import combinations
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from adlocalizer.domain import Box, Id, Noun

Role = Literal[
    "logo", "headline", "subline", "price", "old_price", "unit_price", "call_to_action", "legal", "disclosure"
]
Direction = Literal["ltr", "rtl"]
Share = Annotated[float, Field(gt=0, le=1)]


def _column(cell: object) -> object:
    return (cell,) if isinstance(cell, str) else tuple(cell) if isinstance(cell, list) else cell


Cell = Annotated[tuple[Role, ...], BeforeValidator(_column, json_schema_input_type=Role | tuple[Role, ...])]
"""A place in a row: one role, or a list of several that stand one under another."""

ALWAYS = {"headline", "disclosure"}
"""Roles that every variant has a place for."""
KEPT = ALWAYS | {"legal", "call_to_action"}
"""Roles that are never given up for a larger headline."""
FRAME = Box(x=0, y=0, w=1, h=1)
"""A whole picture, panel or safe area, in fractions of itself."""


class Letters(Noun):
    """How large a role is set."""

    size: Share = Field(description="Largest font size, as a share of the frame's short side")
    min_px: int = Field(ge=6, description="Smallest font size in pixels")
    least: float = Field(default=0.0, ge=0, lt=1, description="Smallest font size, as a share of the short side")
    under: Share = Field(default=1.0, description="Largest font size as a share of the headline's, where both stand")
    lines: int = Field(default=1, ge=1, le=12, description="Most lines")
    needs: int = Field(
        default=0, ge=0, le=4000, description="Smallest short side of a frame that shows the role, in pixels"
    )
    case: Literal["none", "capitals"] = Field(default="none", description="Capitals, in scripts that have them")

    @model_validator(mode="after")
    def _grows(self) -> Self:
        if self.least > self.size:
            raise ValueError(
                f"least {self.least:g} is above size {self.size:g}; write a smaller share, or a larger size"
            )
        return self


class Stack(Noun):
    """Rows of copy in one area, drawn for left-to-right reading."""

    part: Literal["picture", "panel"] = Field(default="picture", description="Which part of a composed format")
    area: Box = Field(description="In fractions of the safe area of that part")
    align: Literal["start", "center", "end"] = Field(default="start", description="Along the reading direction")
    anchor: Literal["top", "middle", "bottom", "spread"] = Field(
        default="top", description="Where the rows gather; `spread` puts the first on top and the rest in the middle"
    )
    clear: Share | None = Field(
        default=None, description="Distance kept to the product, as a share of the short side; none: the product is far"
    )
    rows: tuple[tuple[Cell, ...], ...] = Field(
        min_length=1, description="From the top; roles go along the reading direction, a list in a row goes down"
    )

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Every role of the stack, in the file's order."""
        return tuple(role for row in self.rows for cell in row for role in cell)

    @model_validator(mode="after")
    def _stays_in_its_part(self) -> Self:
        if min(self.area.w, self.area.h) <= 0:
            raise ValueError("area has no width or no height; write w and h above 0")
        if not FRAME.holds(self.area):
            raise ValueError("the area reaches out of its part; write fractions from 0 to 1 with x + w and y + h <= 1")
        return self


class Variant(Noun):
    """One way to stand around the product."""

    id: Id
    stacks: tuple[Stack, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_each_role_once(self) -> Self:
        counts = Counter(role for stack in self.stacks for role in stack.roles)
        if twice := sorted(role for role, count in counts.items() if count > 1):
            raise ValueError(f"variant {self.id} has {', '.join(twice)} twice; keep one place for each role")
        if missing := sorted(ALWAYS - set(counts)):
            raise ValueError(f"variant {self.id} has no {' and no '.join(missing)}; give it a place in the rows")
        for (first, one), (second, other) in combinations(enumerate(self.stacks, 1), 2):
            if one.part == other.part and one.area.overlap(other.area) > 1e-9:
                raise ValueError(f"variant {self.id}: areas {first} and {second} overlap; make one smaller")
        return self
