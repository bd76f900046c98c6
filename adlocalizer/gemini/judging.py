"""An inquiry as a body, and its answer: structured output by a schema, kept as it was said and read when it is used."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from adlocalizer.domain import Answer, Inquiry, Micros, Reply, Ruling, TextModel, Usage
from adlocalizer.errors import NotAllowed
from adlocalizer.gemini.spoken import SHUT, read_spoken
from adlocalizer.gemini.wire import encoded

_ANSWERS = ("yes", "no", "unclear")
_WHY = "{}_reason"
_MOST_REASON = 300
"""Characters of a reason that are shown to people."""


def judge_body(inquiry: Inquiry, pictures: Sequence[bytes]) -> dict[str, Any]:
    """Everything that is sent for an inquiry: each picture under its number, the prompt, the object wanted back."""
    parts: list[dict[str, Any]] = []
    for number, (view, picture) in enumerate(zip(inquiry.views, pictures, strict=True), 1):
        parts.append({"text": f"Picture {number}:"})
        parts.append({"inlineData": {"mimeType": view.mime, "data": encoded(picture)}})
    # The reason is written first: what is said then follows from what was seen.
    names = [name for id in inquiry.asked for name in (_WHY.format(id), id)]
    asked = {id: {"type": "STRING", "format": "enum", "enum": list(_ANSWERS)} for id in inquiry.asked}
    properties = {name: asked.get(name, {"type": "STRING"}) for name in names}
    config: dict[str, Any] = {
        "candidateCount": 1,
        "maxOutputTokens": inquiry.most_output_tokens,
        "responseMimeType": "application/json",
        "responseSchema": {
            "type": "OBJECT",
            "properties": properties,
            "required": names,
            "propertyOrdering": names,
        },
    }
    if inquiry.thinking:
        config["thinkingConfig"] = {"thinkingLevel": inquiry.thinking.upper(), "includeThoughts": False}
    return {"contents": [{"role": "user", "parts": [*parts, {"text": inquiry.prompt}]}], "generationConfig": config}


def read_judgement(body: str, inquiry: Inquiry, model: TextModel, most_micros: Micros) -> Reply:
    """Read a 200's body; Unavailable when it is not an answer, NotAllowed, with its cost, when the account is shut.

    An answer that does not say what it used is booked at `most_micros`.
    """
    spoken = read_spoken(body)
    cost = model.cost_micros(spoken.usage) if spoken.usage != Usage() else most_micros
    if spoken.is_shut:
        raise NotAllowed(SHUT, cost)
    answer = Answer(
        key=inquiry.key,
        kind="verdict" if spoken.kind == "words" else spoken.kind,
        text=spoken.text,
        reason=spoken.reason,
        cost_micros=cost,
        usage=spoken.usage,
        finish_reason=spoken.finish_reason,
        model_version=spoken.model_version,
        response_id=spoken.response_id,
    )
    return Reply(answer=answer)


def rulings_in(answer: Answer, inquiry: Inquiry) -> dict[str, Ruling]:
    """What a judge's answer says to each question of its inquiry; one it does not answer as asked is left out."""
    if answer.kind != "verdict" or answer.key != inquiry.key:
        return {}
    try:
        said = json.loads(answer.text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(said, dict):
        return {}
    return {
        id: Ruling(said[id], _reason(said.get(_WHY.format(id)))) for id in inquiry.asked if _is_answer(said.get(id))
    }


def _reason(said: object) -> str:
    text = " ".join(said.split()) if isinstance(said, str) else ""
    return text if len(text) <= _MOST_REASON else f"{text[: _MOST_REASON - 1]}…"


def _is_answer(said: object) -> bool:
    return isinstance(said, str) and said in _ANSWERS
