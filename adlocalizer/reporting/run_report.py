"""What a report is made of: one card per planned rendition, one note per master, and the run's own figures."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from adlocalizer.domain import Box, Digest, Fact, Finding, Id, Micros, Noun, SearchTrace, Severity, Status

_NOT_RELATIVE = re.compile(r"[/\\]|[^/]*:|.*[\\\x00-\x1f]", re.DOTALL)


def _stay_relative(href: str) -> str:
    if not href or _NOT_RELATIVE.match(href):
        raise ValueError(f"{href!r} is no relative path; a report links only to files beside it, such as thumbs/a.webp")
    return href


Href = Annotated[str, AfterValidator(_stay_relative)]
"""A path relative to the page, not yet percent-encoded: no scheme, no root, no backslash."""

Address = Annotated[str, Field(pattern=r"^https://[^\s\"'<>]+$")]
"""A page of somebody else, linked and never loaded."""

Region = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$")]
"""Unit of delivery; it names a file."""


class TriedNote(Noun):
    """One answer on the way to a picture."""

    way: str = Field(description="first, or how it was to mend the one before")
    kind: str = Field(description="picture, or what came in its place")
    severity: Severity
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    cost_micros: Micros = 0
    picture: str | None = Field(default=None, description="Its name among the card's pictures")
    is_chosen: bool = Field(default=False, description="Whether its picture decided")


class Card(Noun):
    """One rendition as the report shows it."""

    rendition_id: str
    status: Status
    reason: str = ""
    region: Region
    market: str
    city_id: Id
    city: str
    local_name: str
    locale: str
    direction: str = Field(default="ltr", description="ltr or rtl")
    format_id: Id
    platform: Id
    platform_name: str = Field(default="", description="How people write it")
    placement: str = ""
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    product: str
    variant: int = Field(ge=1)
    thumb: Href | None = None
    full: Href | None = None
    mime: str | None = None
    bytes: int | None = None
    sha256: Digest | None = Field(default=None, description="Of its file: what a person decides about")
    approval: str = Field(default="none", description="What people said: none, pending, approved, rejected")
    findings: tuple[Finding, ...] = ()
    cost_micros: Micros = 0
    attempts: int = Field(default=0, ge=0)
    provider: str
    model: str
    master_key: str | None = None
    headline: str = ""
    parent_variant: int | None = Field(default=None, description="The version this one is an edit of")
    instruction: str = Field(default="", description="What that edit was to change")
    tried: tuple[TriedNote, ...] = Field(default=(), description="Every answer, where the first one did not pass")
    seen: dict[str, Href] = Field(
        default_factory=dict, description="Small pictures by what findings and tries call them"
    )
    safe: Box | None = Field(default=None, description="What copy and product keep to, in fractions of the file")
    product_box: Box | None = Field(default=None, description="Where the product stands, in fractions of the file")
    copy_boxes: tuple[Box, ...] = Field(default=(), description="Every typeset block, in fractions of the file")

    @property
    def creative(self) -> tuple[str, str, str, int]:
        """What all renditions of one creative share."""
        return (self.city_id, self.locale, self.product, self.variant)

    @property
    def creative_id(self) -> str:
        """The rendition's id without its format."""
        return self.rendition_id.removesuffix(f".{self.format_id}")

    @property
    def shown_on(self) -> str:
        """Where the ad is shown, in words: `Meta · stories`; the format's id where no placement is named."""
        if not self.placement:
            return self.format_id.replace("_", " ")
        return f"{self.platform_said} · {self.placement.replace('_', ' ')}"

    @property
    def platform_said(self) -> str:
        """The platform as people write it; its id in words where it has no name."""
        return self.platform_name or self.platform.replace("_", " ")

    @property
    def lineage(self) -> str:
        """Where a revised version comes from, in words; empty for an original."""
        if self.parent_variant is None:
            return ""
        return f"Version {self.variant}, an edit of version {self.parent_variant}: {self.instruction}"

    @property
    def drawn(self) -> str:
        """The small picture of its best attempt, the one that decided first; empty where nothing was drawn."""
        chosen_first = sorted(self.tried, key=lambda one: not one.is_chosen)
        return next((href for one in chosen_first if (href := self.seen.get(one.picture or ""))), "")

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height."""
        return (self.width, self.height)

    @property
    def ratio(self) -> float:
        """Width divided by height."""
        return self.width / self.height


class MasterNote(Noun):
    """How one master was made; its renditions' cards refer to it by key."""

    key: str
    ratio: str
    size: str
    prompt: str
    facts: tuple[Fact, ...] = ()
    prompt_sha256: str
    cost_micros: Micros = 0
    price_micros: Micros = Field(default=0, description="What the price table says of its first attempt")
    model_version: str = ""
    picture: Href | None = Field(default=None, description="A small copy of it")
    text: str = Field(default="", description="What the model said beside the picture, or in its place")
    search: SearchTrace | None = None


class Words(Noun):
    """What a creative says, and what that means."""

    said: tuple[tuple[str, str], ...] = Field(description="Role and text, in the locale's language")
    back_translation: str = Field(default="", description="The headline in English, literally")
    rationale: str = Field(default="", description="Why it says so")
    level: str = Field(default="", description="How freely the words were adapted")
    labels: tuple[str, ...] = Field(default=(), description="What the picture must say of how it was made")


class Moved(NamedTuple):
    """An ad that ended otherwise than in the run before; an empty status: it was not made then, or is not now."""

    rendition_id: str
    before: str
    after: str


class FactMoved(NamedTuple):
    """A fact that changed: its name, in how many cities, and examples (city, before, after)."""

    name: str
    cities: int
    examples: tuple[tuple[str, str, str], ...]


class Changes(NamedTuple):
    """What differs from the campaign's run before."""

    since: date
    moved: tuple[Moved, ...]
    same_pictures: int
    new_pictures: int
    cost_before_micros: int
    cost_after_micros: int
    facts: tuple[FactMoved, ...]


class VarietyRow(Noun):
    """How much the pictures of one ratio differ from city to city."""

    ratio: str
    pictures: int
    scenes: float = Field(description="Effective number of scenes: 1 where all are one, `pictures` where none repeats")
    largest: int = Field(description="Pictures of the most repeated scene")
    repeated: int = Field(description="Pictures that share their scene with another")
    closest: float = Field(description="Likeness of the two most alike of different cities, 0 to 1; 0: one city only")
    closest_cities: tuple[str, ...] = ()
    places: int = Field(description="Places of the product, told apart by tenths of the frame")
    usual_place: float = Field(description="Share of the pictures with the product at its most frequent place")


class RunReport(Noun):
    """Everything a run's report says."""

    campaign: Id
    title: str
    logical_date: date
    cards: tuple[Card, ...]
    masters: dict[str, MasterNote] = Field(default_factory=dict)
    gates: tuple[Finding, ...] = ()
    gate_closed: bool = False
    calls: int = Field(default=0, ge=0, description="Provider calls this run made")
    kept: int = Field(default=0, ge=0, description="Answers it already had")
    cost_micros: Micros = 0
    doubted_micros: Micros = Field(default=0, description="What may have been billed for requests without an answer")
    stand_ins: dict[str, int] = Field(default_factory=dict, description="Ads drawn by a fallback, by its model")
    versions: dict[str, str] = Field(default_factory=dict)
    disclosures: tuple[str, ...] = ()
    screens: tuple[str, ...] = Field(default=(), description="Who looked for nudity and harm, a sentence each")
    variety: tuple[VarietyRow, ...] = Field(default=(), description="How much the pictures differ, a row a ratio")
    judge: tuple[str, ...] = Field(default=(), description="What the run's judge did, a sentence each")
    places: dict[str, tuple[float, float]] = Field(default_factory=dict, description="Degrees north, east, by city id")
    waits: dict[str, int] = Field(default_factory=dict, description="Answers by the most seconds they took")
    changes: Changes | None = Field(default=None, description="Since the campaign's run before; None: there is none")
    words: dict[str, Words] = Field(default_factory=dict, description="What creatives say, by creative id")
    bundles: dict[str, Href] = Field(default_factory=dict, description="Zip by region")
    data_ages: tuple[str, ...] = ()
    credits: dict[str, Address] = Field(default_factory=dict, description="Whom a licence asks to name: words, link")

    @model_validator(mode="after")
    def _no_card_twice(self) -> RunReport:
        ids = [card.rendition_id for card in self.cards]
        if len(set(ids)) < len(ids):
            twice = next(name for name in ids if ids.count(name) > 1)
            raise ValueError(f"{twice} has more than one card; a planned rendition has exactly one outcome")
        return self

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions in the order the report has them."""
        return tuple(sorted({card.region for card in self.cards}))
