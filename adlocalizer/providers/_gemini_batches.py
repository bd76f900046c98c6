"""Names of files, and answers about batches and files that the SDK would take for more than they are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from adlocalizer.errors import Unavailable
from adlocalizer.gemini import verdicts
from adlocalizer.providers import Batch

_FILE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


def file_name(name: str) -> str:
    """A name the API takes for a file, the same for the same name of ours."""
    if _FILE_NAME.fullmatch(name):
        return name
    return f"adlocalizer-{hashlib.sha256(name.encode()).hexdigest()[:24]}"


def is_usable(name: str | None, state: object) -> bool:
    """Whether a file can be used, by its record; Unavailable when the answer holds none."""
    if not name:
        raise Unavailable("the answer holds no file")
    return str(getattr(state, "name", state)) in ("ACTIVE", "None")


def inlined_lines(batch: Any) -> list[bytes]:  # noqa: ANN401 - the SDK's, whose types only its importer may name
    """Answers that came inside the batch, as lines; the SDK has them parsed already."""
    answered = (batch.dest.inlined_responses if batch.dest else None) or []
    return [one.model_dump_json(by_alias=True, exclude_none=True).encode() + b"\n" for one in answered]


def check_list(headers: Mapping[str, str] | None) -> None:
    """Unavailable for an empty body: the SDK takes it for an empty list, and what is there would be begun once more."""
    said = {name.lower(): value for name, value in (headers or {}).items()}
    if said.get("content-length") == "0" or "json" not in said.get("content-type", ""):
        raise Unavailable("the answer holds no list")


def as_batch(batch: Any) -> Batch:  # noqa: ANN401 - the SDK's, whose types only its importer may name
    """A batch of the SDK as one of ours; Unavailable when the answer holds none."""
    if not batch.name:
        raise Unavailable("the answer holds no batch", may_be_billed=True)
    state = str(getattr(batch.state, "value", batch.state) or "").removeprefix("JOB_STATE_")
    return Batch(
        name=batch.name,
        display_name=batch.display_name or "",
        state=verdicts.STATES.get(state, "waiting"),
        output=batch.dest.file_name if batch.dest else None,
        reason=((batch.error.message or "") if batch.error else "") or state,
    )
