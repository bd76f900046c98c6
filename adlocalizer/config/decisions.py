"""A decisions file as the report exports it: what somebody said about files, by their digests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from adlocalizer.approving import Decision
from adlocalizer.config.explaining import explanations
from adlocalizer.config.wording import quoted
from adlocalizer.domain import Digest, Noun, Outcome
from adlocalizer.errors import ConfigError

_REMEDY = "export the file from the report again"


class _Said(Noun):
    rendition_id: str = Field(min_length=1)
    sha256: Digest
    decision: Literal["approved", "rejected"]
    reason: str = ""
    reviewer: str = ""
    decided_at: datetime | None = None


def read_decisions(path: Path, outcomes: Sequence[Outcome], who: str) -> tuple[Decision, ...]:
    """The decisions in a file; see `take_decisions`."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ConfigError(str(path), f"it cannot be read ({error.strerror})", "name the file you exported") from error
    except ValueError as error:
        raise ConfigError(str(path), "it is no JSON", _REMEDY) from error
    return take_decisions(text, str(path), outcomes, who)


def take_decisions(text: str, source: str, outcomes: Sequence[Outcome], who: str) -> tuple[Decision, ...]:
    """`{"decisions": [{rendition_id, sha256, decision, reason, reviewer, decided_at}, …]}`, the last three optional.

    A ConfigError names the first entry that cannot be taken: one about another run, a file made anew since, or a
    rejection without a reason. `source` is what errors and the decisions call the text.
    """
    files = {one.rendition.id: one.asset.sha256 for one in outcomes if one.asset is not None}
    now, taken = datetime.now(UTC), []
    for number, entry in enumerate(_entries(text, source), start=1):
        where = f"{source} (decision {number})"
        said = _read(entry, where)
        if (known := files.get(said.rendition_id)) is None:
            raise ConfigError(where, f"this run has no file for {said.rendition_id}", "name the --date it is about")
        if known != said.sha256:
            found = f"{said.rendition_id} was made anew since"
            raise ConfigError(where, found, "look at the new file, decide again and export once more")
        if said.decision == "rejected" and not said.reason.strip():
            raise ConfigError(where, f"{said.rendition_id} is rejected without a reason", 'add "reason"')
        taken.append(
            Decision(
                sha256=said.sha256,
                decision=said.decision,
                reviewer=said.reviewer or who,
                note=" ".join(said.reason.split()),
                decided_at=_moment(said.decided_at, now),
                source_file=Path(source).name,
                rendition_id=said.rendition_id,
            )
        )
    return tuple(taken)


def _moment(said: datetime | None, now: datetime) -> datetime:
    # A browser's clock may run ahead: nobody has decided anything tomorrow.
    if said is None:
        return now
    return min(said if said.tzinfo else said.replace(tzinfo=UTC), now)


def _entries(text: str, source: str) -> Sequence[object]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(source, "it is no JSON", _REMEDY) from error
    entries = read.get("decisions") if isinstance(read, dict) else None
    if not isinstance(entries, list):
        raise ConfigError(source, 'it has no list "decisions"', _REMEDY)
    return entries


def _read(entry: object, where: str) -> _Said:
    try:
        return _Said.model_validate(entry)
    except ValidationError as error:
        if not isinstance(entry, dict):
            raise ConfigError(where, f"it is no decision, found {quoted(entry)}", _REMEDY) from error
        first = explanations(error, _Said)[0]
        key = ".".join(map(str, first.loc))
        raise ConfigError(where, f"{key}: {first.found}", f"{first.remedy}, or {_REMEDY}") from error
