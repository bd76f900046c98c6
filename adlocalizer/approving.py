"""What people's decisions make of outcomes: the latest about a file's digest holds, and only about that file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from adlocalizer.domain import ApprovalPolicy, Digest, Noun, Outcome, Status


class Decision(Noun):
    """One decision about a file, by its digest: a file made anew has another one and is undecided again."""

    sha256: Digest
    decision: Literal["approved", "rejected", "changes_requested"]
    reviewer: str = Field(min_length=1, description="Who decided, by the name they gave")
    note: str = Field(default="", description="Why")
    decided_at: datetime
    source_file: str = Field(default="", description="The decisions file it came from")
    rendition_id: str = Field(default="", description="The rendition whose file it was")


def latest(decisions: Iterable[Decision]) -> dict[Digest, Decision]:
    """The decision that holds for each file."""
    return {one.sha256: one for one in sorted(decisions, key=lambda one: one.decided_at)}


def decided(outcome: Outcome, policy: ApprovalPolicy, decisions: Mapping[Digest, Decision]) -> Outcome:
    """The outcome after what people said about its file.

    An approved file ships though a check asked for a person; a rejected one does not though every check passed. Without
    a word a flagged file waits, and where the policy is `all` so does every other.
    """
    if outcome.asset is None or outcome.status not in (Status.DELIVERED, Status.NEEDS_REVIEW):
        return outcome
    said = decisions.get(outcome.asset.sha256)
    if said is None:
        return _undecided(outcome, policy)
    if said.decision == "approved":
        return outcome.model_copy(update={"status": Status.DELIVERED, "reason": "", "approval": "approved"})
    why = f": {said.note.rstrip('.')}" if said.note else ""
    reason = f"A person rejected it{why}."
    return outcome.model_copy(update={"status": Status.REJECTED, "reason": reason, "approval": "rejected"})


def waiting(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Outcomes whose file waits for a person, by rendition id."""
    found = (one for one in outcomes if one.asset is not None and one.status is Status.NEEDS_REVIEW)
    return tuple(sorted(found, key=lambda one: one.rendition.id))


def decisions_about(outcomes: Sequence[Outcome], said: Decision) -> tuple[Decision, ...]:
    """One decision for each outcome's file, as `said` has it otherwise."""
    return tuple(
        said.model_copy(update={"sha256": one.asset.sha256, "rendition_id": one.rendition.id})
        for one in outcomes
        if one.asset is not None
    )


def _undecided(outcome: Outcome, policy: ApprovalPolicy) -> Outcome:
    if outcome.status is Status.NEEDS_REVIEW:
        return outcome if policy == "none" else outcome.model_copy(update={"approval": "pending"})
    if policy != "all":
        return outcome
    held = {"status": Status.NEEDS_REVIEW, "reason": "It waits for approval.", "approval": "pending"}
    return outcome.model_copy(update=held)
