"""What a market forbids, asks for or frowns upon, with its source and its dates."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from adlocalizer.domain.noun import Id, Noun

Market = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
"""A country, ISO 3166-1 alpha-2."""

Spoken = Annotated[str, Field(pattern=r"^(\*|[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?)$")]
"""A locale, a language, or `*` for any other."""


class RuleAction(StrEnum):
    """What a market rule does, strictest first."""

    PROHIBIT = "prohibit"
    REQUIRE = "require"
    RESTRICT = "restrict"
    AVOID = "avoid"
    CAUTION = "caution"


class Citation(Noun):
    """Where a market rule can be read."""

    url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    title: str = Field(min_length=1)
    tier: Literal["primary", "secondary", "unverified"] = Field(
        description="primary: the own words of law or regulator, there or reproduced whole; secondary: about them"
    )
    retrieved: date | None = Field(default=None, description="Day it was read; left out: nobody has read it yet")


class MarketRule(Noun):
    """One rule of a file in `configs/markets/`."""

    id: Id
    markets: tuple[Market, ...] = Field(
        min_length=1, description="ISO 3166-1 alpha-2 of every market it holds in; left out: those of the file"
    )
    subdivision: str | None = Field(default=None, description="ISO 3166-2, where it holds in a part of a market only")
    category: Id = Field(description="What it is about, such as alcohol or price_display")
    action: RuleAction
    trigger: str = Field(min_length=1, description="When it applies: see docs/markets.md for the forms; `*`: always")
    words: tuple[str, ...] = Field(default=(), description="What `copy:*` in the trigger looks for")
    text: str = Field(min_length=1, description="The rule in a sentence")
    wants: str = Field(default="", description="Words for the prompt: what the picture should show")
    avoids: str = Field(default="", description="Words for the prompt: what the picture must leave out")
    overlay: dict[Spoken, str] = Field(
        default_factory=dict, description="Words to set on the ad, by locale or language, `*` for any other"
    )
    label: bool = Field(
        default=False, description="Whether its words say how the picture was made: a mark on it, not the legal line's"
    )
    min_letter_share: float | None = Field(
        default=None, gt=0, le=0.5, description="Least height of its words' capitals, as a share of the shortest side"
    )
    withholds: tuple[Literal["old_price"], ...] = Field(
        default=(), description="Columns of the copy that are not drawn where the rule applies"
    )
    remedy: str = Field(default="", description="What to do where the rule applies; default: mend the copy row")
    citation: Citation
    valid_from: date | None = None
    valid_to: date | None = None
    status: Literal["draft", "reviewed", "expired"] = "draft"
    reviewed: date | None = Field(default=None, description="Day the rule was held against its primary source")
    note: str = ""

    @model_validator(mode="after")
    def _dates_in_order(self) -> MarketRule:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} is before valid_from {self.valid_from}; write a later date")
        return self

    @model_validator(mode="after")
    def _measures_its_own_words(self) -> MarketRule:
        if self.min_letter_share is not None and not self.overlay:
            raise ValueError("min_letter_share has no words to hold for; write `overlay:`, or leave it out")
        return self

    @model_validator(mode="after")
    def _is_reviewed_on_a_day(self) -> MarketRule:
        if self.status == "reviewed" and self.reviewed is None:
            raise ValueError("reviewed has no day; write when the rule was held against its source, or `status: draft`")
        if self.status == "reviewed" and self.citation.retrieved is None:
            raise ValueError("a reviewed rule's source has been read; write `retrieved:`, or `status: draft`")
        return self

    @property
    def may_block(self) -> bool:
        """Whether it may stop an ad: only what was held against a primary source."""
        return self.status == "reviewed" and self.citation.tier == "primary"

    @property
    def standing(self) -> str:
        """How far it was checked, for people: `reviewed, primary source`."""
        return f"{self.status}, {self.citation.tier} source" + ("" if self.citation.retrieved else " not yet read")

    def words_for(self, locale: str) -> str | None:
        """The words it wants set on an ad, in the locale or its language; None where it has none in that language."""
        parts = locale.split("-")
        tags = ("-".join(parts[:count]) for count in range(len(parts), 0, -1))
        return next((self.overlay[tag] for tag in (*tags, "*") if tag in self.overlay), None)

    def in_force(self, on: date) -> bool:
        """Whether it holds on a day."""
        starts, ends = self.valid_from or date.min, self.valid_to or date.max
        return self.status != "expired" and starts <= on <= ends
