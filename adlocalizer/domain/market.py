"""What a market forbids, asks for or frowns upon, with its source and its dates."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from adlocalizer.domain.noun import Id, Noun


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
        description="primary: the law or the regulator itself; secondary: somebody about it"
    )
    retrieved: date = Field(description="Day it was read")


class MarketRule(Noun):
    """One rule of a file in `configs/markets/`."""

    id: Id
    markets: tuple[str, ...] = Field(min_length=1, description="ISO 3166-1 alpha-2 of every market it holds in")
    subdivision: str | None = Field(default=None, description="ISO 3166-2, where it holds in a part of a market only")
    category: Id = Field(description="What it is about, such as alcohol or price_display")
    action: RuleAction
    trigger: str = Field(min_length=1, description="When it applies: see docs/markets.md for the forms; `*`: always")
    text: str = Field(min_length=1, description="The rule in a sentence")
    wants: str = Field(default="", description="Words for the prompt: what the picture should show")
    avoids: str = Field(default="", description="Words for the prompt: what the picture must leave out")
    overlay: dict[str, str] = Field(default_factory=dict, description="Words to set on the ad, by locale or language")
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

    @property
    def may_block(self) -> bool:
        """Whether it may stop an ad: only what was held against a primary source."""
        return self.status == "reviewed" and self.citation.tier == "primary"

    def in_force(self, on: date) -> bool:
        """Whether it holds on a day."""
        starts, ends = self.valid_from or date.min, self.valid_to or date.max
        return self.status != "expired" and starts <= on <= ends
