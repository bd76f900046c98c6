"""What input rows and pictures are held to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from adlocalizer.domain.noun import Id, Noun


class RowFault(Noun):
    """A row of a table that cannot be accepted, and how to mend it."""

    table: str = Field(description="Path of the table, as the campaign names it")
    line: int = Field(ge=1, description="Line of a CSV or row of a sheet, the header being 1")
    column: str = Field(description="Column at fault; empty: the row as a whole")
    row_id: str = Field(default="", description="The row's id as it stands there")
    found: str = Field(description="What stands there")
    remedy: str = Field(description="What to write instead")

    @property
    def where(self) -> str:
        """`data/cities.csv:12 (latitude)`."""
        return f"{self.table}:{self.line}" + (f" ({self.column})" if self.column else "")

    def __str__(self) -> str:
        named = f" in row {self.row_id!r}" if self.row_id else ""
        return f"{self.where}: {self.found}{named}; {self.remedy}"


RepairWay = Literal["edit", "seed", "composition", "fallback"]
"""What is done about a picture that is not accepted: its last picture edited, the same wish with another seed, the
product asked for elsewhere, another model."""


class CheckRule(Noun):
    """How strict one check is: a stanza of `configs/checks.yml`."""

    threshold: float | None = Field(default=None, description="Limit, in the check's own unit; what keeps it passes")
    fails_at: float | None = Field(
        default=None, description="Where doubt ends: between threshold and this a person is asked, beyond it it breaks"
    )
    severity: Literal["fail", "review"] = Field(default="fail", description="What breaking it means")
    remedy: str = Field(min_length=1, description="What somebody can do about it")
    repairs: tuple[RepairWay, ...] = Field(default=("seed",), description="What the pipeline tries, in this order")
    instruction: str = Field(default="", description="What an edit asks for, in English; {product} is its name")
    unsure: str = Field(default="", description="Why nothing passes unreviewed; empty: the measure can tell")
    why: str = Field(min_length=1, description="Where the limit comes from")


class CheckChange(Noun):
    """How a recipe, a campaign or a calibration holds pictures to a check where that differs from the book.

    Nothing switches a check off: the mildest it can say is `review`.
    """

    check: Id
    severity: Literal["fail", "review"] | None = Field(default=None, description="What breaking it means here")
    threshold: float | None = Field(default=None, description="Limit here, in the check's own unit")
    fails_at: float | None = Field(default=None, description="Where doubt ends here; see configs/checks.yml")
    unsure: str | None = Field(default=None, description="Why nothing passes unreviewed here")
    why: str = Field(min_length=1, description="Why these pictures are held to something else")


class CheckBook(Noun):
    """Every check by its id."""

    checks: dict[Id, CheckRule] = Field(min_length=1)

    def changed_by(self, changes: Iterable[CheckChange]) -> CheckBook:
        """The book with changes, later ones last; each names a check of the book."""
        changed = dict(self.checks)
        for one in changes:
            said = one.model_dump(include={"severity", "threshold", "fails_at", "unsure", "why"}, exclude_none=True)
            changed[one.check] = changed[one.check].model_copy(update=said)
        return CheckBook(checks=changed)
