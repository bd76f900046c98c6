"""Rows of the attempts table: a request that was asked for a run, and what came of it."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from adlocalizer.domain import Answer, Attempt, Creative, Noun, Request


class AttemptRow(Noun):
    """One request that was asked for a run, and what came of it; the fields are the columns, in their order."""

    key: str = Field(description="The request's key: its answer stands in the ledger")
    creative_id: str = Field(description="The creative it was asked for")
    campaign: str = Field(description="Campaign id")
    product: str = Field(description="Product id")
    region: str = Field(description="Unit of delivery")
    market: str = Field(description="ISO 3166-1 alpha-2 country")
    city_id: str = Field(description="Row of the city table")
    locale: str = Field(description="BCP-47 tag")
    ratio: str = Field(description="Native ratio of the master")
    size: str = Field(description="The model's picture size, by its API name")
    attempt: int = Field(description="1, 2, … for the master, in the order they were asked")
    provider: str = Field(description="Who was asked")
    model: str = Field(description="Model id")
    kind: str = Field(description="picture, refusal or bad")
    cost_micros: int = Field(description="What the answer cost, in millionths of a US dollar")
    sha256: str | None = Field(description="Digest of the picture's untouched bytes")
    reason: str = Field(description="Why there is no picture")
    prompt_sha256: str = Field(description="Digest of the prompt")
    logical_date: str = Field(description="The day the run is for, ISO 8601")
    way: str = Field(default="first", description="first, or how it was to mend the one before: edit, seed, …")
    parent_key: str | None = Field(default=None, description="Of an edit: key of the request whose picture it changes")
    severity: str = Field(default="pass", description="The worst finding about it: pass, review or fail")
    score: float = Field(default=0.0, description="How good it is beside the others of its master, 0 at best")
    checks: str = Field(default="", description="Ids of checks that failed or ask for a person, sorted, joined with ;")


def attempt_row(
    creative: Creative, request: Request, answer: Answer, logical_date: date, tried: Attempt | None = None
) -> AttemptRow:
    """The row of a request and its answer; `tried` says what became of it where it did not pass at once."""
    judged = tried.model_dump(include={"way", "score"}) if tried else {}
    if tried:
        checks = ";".join(sorted({finding.check for finding in tried.findings}))
        judged |= {"severity": tried.severity.value, "checks": checks}
    return AttemptRow(
        **judged,
        parent_key=request.edit.parent if request.edit else None,
        **creative.model_dump(include={"campaign", "product", "region", "market", "city_id", "locale"}),
        **request.model_dump(include={"ratio", "size", "attempt", "provider", "model"}),
        **answer.model_dump(include={"key", "kind", "cost_micros", "sha256", "reason"}),
        creative_id=creative.id,
        prompt_sha256=request.prompt.sha256,
        logical_date=logical_date.isoformat(),
    )
