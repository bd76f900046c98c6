"""What a creative says, as its place in the report tells it."""

from __future__ import annotations

from adlocalizer.domain import GroundedCreative
from adlocalizer.domain.campaign import Digits
from adlocalizer.imaging.saying import words_of as words_by_role
from adlocalizer.reporting import Words


def words_of(grounded: GroundedCreative, digits: Digits = "latin") -> Words:
    """The copy of a creative by role, as it is set, with what it means and what the market adds to it."""
    row = grounded.copy_row
    words = words_by_role(row, grounded.overlays, digits)
    return Words(
        said=tuple((role, text) for role, text in words.items() if text),
        back_translation=row.back_translation or "",
        rationale=row.rationale or "",
        level=row.adapt_level or "",
        labels=grounded.labels,
    )
