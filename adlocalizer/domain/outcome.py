"""What was planned, and how each planned thing ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

from pydantic import Field

from adlocalizer.domain.campaign import Copy, Locale
from adlocalizer.domain.noun import Box, Digest, Id, Micros, Noun
from adlocalizer.domain.place import Fact
from adlocalizer.domain.request import Request
from adlocalizer.domain.rule import RepairWay
from adlocalizer.domain.shape import Fit


class Creative(Noun):
    """The localized idea: campaign × product × city × locale × variant."""

    campaign: Id
    product: Id
    region: str
    market: str
    city_id: Id
    city: str
    locale: Locale
    variant: int = Field(ge=1)

    @property
    def id(self) -> str:
        """`spring-launch.jp-tokyo.ja-JP.solara-can.v1`."""
        return f"{self.campaign}.{self.city_id}.{self.locale}.{self.product}.v{self.variant}"


class Rendition(Noun):
    """A creative in one ad format."""

    creative: Creative
    format_id: Id
    platform: Id
    width: int
    height: int

    @property
    def id(self) -> str:
        """The creative's id and the format's, such as `….v1.meta_story_9x16_1080`."""
        return f"{self.creative.id}.{self.format_id}"


class Master(Noun):
    """One generated picture of a creative in one native ratio, and the renditions it serves."""

    creative: Creative
    request: Request
    fallbacks: tuple[Request, ...] = Field(default=(), description="The same wish to other models, in order")
    fits: tuple[Fit, ...]
    price_micros: Micros = Field(description="What the table says a picture costs; the real cost comes from usage")
    most_micros: Micros = Field(description="What one request may cost at worst, long thoughts included")


class Severity(StrEnum):
    """How bad a finding is, best first."""

    PASS = "pass"  # noqa: S105 - a severity, not a secret
    REVIEW = "review"
    FAIL = "fail"


class Finding(Noun):
    """One check's result."""

    check: Id
    subject: str = Field(description="Rendition id, request key or row id")
    severity: Severity
    text: str = Field(description="What was found, in a sentence")
    value: float | int | str | None = None
    threshold: float | int | str | None = None
    remedy: str = Field(default="", description="What somebody can do about it")
    repairs: tuple[RepairWay, ...] = Field(default=(), description="What the pipeline tries about it, in this order")
    instruction: str = Field(default="", description="What an edit of the picture asks for, in English")
    evidence: str | None = Field(default=None, description="Store path of a picture")
    rows: tuple[str, ...] = Field(default=(), description="Of a gate: ids of the rows at fault, at most 1,000")


def worst(findings: Iterable[Finding]) -> Severity:
    """The worst severity; without any finding nothing was checked, and that asks for review."""
    order = tuple(Severity)
    return max((finding.severity for finding in findings), key=order.index, default=Severity.REVIEW)


def decisive(findings: Iterable[Finding]) -> Finding | None:
    """The finding that decided: the first failure, else the first that asks for review; None where all passed."""
    order = tuple(reversed(Severity))
    spoken = (finding for finding in findings if finding.severity is not Severity.PASS)
    return min(spoken, key=lambda one: order.index(one.severity), default=None)


class Attempt(Noun):
    """One answer on the way to a master: how it was asked for, and what became of it."""

    key: Digest
    way: Literal["first", "edit", "seed", "composition", "fallback"]
    kind: Literal["picture", "refusal", "bad", "unclear"]
    picture: str | None = Field(default=None, description="Store path of what came")
    severity: Severity = Field(description="The worst finding about it")
    score: float = Field(default=0.0, description="How good it is beside the others, 0 at best; see making/scoring.py")
    findings: tuple[Finding, ...] = Field(default=(), description="All but passes")
    reason: str = ""
    cost_micros: Micros = 0


class Status(StrEnum):
    """How a planned rendition ended."""

    DELIVERED = "delivered"
    NEEDS_REVIEW = "needs_review"
    REJECTED = "rejected"
    REFUSED = "refused"
    FAILED = "failed"


class Asset(Noun):
    """A finished file of a rendition."""

    file: str = Field(description="Path in the run's region folder")
    mime: str
    bytes: int = Field(gt=0)
    sha256: Digest
    product_box: Box | None = None
    copy_boxes: tuple[Box, ...] = Field(default=(), description="Every typeset block, in fractions of the file")


class Outcome(Noun):
    """How one rendition ended: exactly one each."""

    rendition: Rendition
    status: Status
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    asset: Asset | None = None
    master_key: Digest | None = None
    provider: Id
    model: str
    prompt_sha256: Digest | None = None
    attempts: int = Field(default=0, ge=0)
    approval: Literal["none", "pending", "approved", "rejected"] = "none"
    """What a person said of its file; `none`: nobody need say anything."""
    tried: tuple[Attempt, ...] = Field(default=(), description="Every answer of its master, the accepted one included")
    scene: str = Field(default="", description="Fingerprint of the scene around the product, to find pictures alike")
    cost_micros: Micros = Field(default=0, description="This rendition's share of its master's attempts")


class Counts(Noun):
    """Outcomes by status; the five sum to the plan."""

    planned: int = 0
    delivered: int = 0
    needs_review: int = 0
    rejected: int = 0
    refused: int = 0
    failed: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Counts:
        """Count outcomes."""
        statuses = [outcome.status for outcome in outcomes]
        return cls(planned=len(statuses), **{status.value: statuses.count(status) for status in Status})

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in Counts.model_fields})

    @property
    def is_complete(self) -> bool:
        """Whether everything planned was delivered."""
        return self.delivered == self.planned


class Edited(NamedTuple):
    """A master of a version before, as the start of an edit, and the formats the edit is made for."""

    parent: Request
    picture_sha256: Digest
    fits: tuple[Fit, ...]


class Revision(Noun):
    """Why a version of a creative exists: somebody wanted another one changed."""

    creative: Creative
    parent_variant: int = Field(ge=1, description="The version it comes from; that one stays")
    instruction: str = Field(min_length=1, max_length=2000, description="What to change, in somebody's words")
    model: str | None = Field(default=None, description="Who makes the edit; None: whoever made the parent")
    edits: tuple[Edited, ...] = Field(min_length=1)


class GroundedCreative(Noun):
    """A creative with its facts and its copy: all that composing needs."""

    creative: Creative
    facts: tuple[Fact, ...]
    copy_row: Copy
    overlays: tuple[str, ...] = Field(default=(), description="Words a market asks for, set with the legal line")
    labels: tuple[str, ...] = Field(default=(), description="What a market asks the picture to say of how it was made")
    letter_floor: tuple[tuple[Literal["legal", "disclosure"], float], ...] = Field(
        default=(), description="Least height of their capitals a market asks for, as a share of the shortest side"
    )
    findings: tuple[Finding, ...] = Field(default=(), description="What a person must look at before any of it ships")
    revision: Revision | None = None

    @property
    def edits(self) -> tuple[Edited, ...]:
        """What a revised creative is made from; nothing for an original."""
        return self.revision.edits if self.revision else ()


class Shard(Noun):
    """A slice of one region's creatives: one task run, one file of outcomes."""

    region: str
    number: int = Field(ge=0)
    creatives: tuple[GroundedCreative, ...]


class RunRef(Noun):
    """Which run a thing belongs to: all that travels between tasks and machines."""

    store_url: str
    campaign: Id
    logical_date: date

    @property
    def path(self) -> str:
        """The run's folder in its store."""
        return f"runs/{self.campaign}/{self.logical_date.isoformat()}"
