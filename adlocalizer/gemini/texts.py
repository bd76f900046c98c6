"""A request for words as a body, and its answer: structured output by a schema, read as strictly as it was asked."""

from __future__ import annotations

import json
from typing import Any

from adlocalizer.domain import TextAnswer, TextModel, TextRequest, Usage
from adlocalizer.errors import NotAllowed
from adlocalizer.gemini import verdicts
from adlocalizer.gemini.spoken import SHUT, read_spoken


def text_body(request: TextRequest) -> dict[str, Any]:
    """Everything that is sent for a request: the prompt, and the object its answer must be."""
    names = list(request.fields)
    schema = {
        "type": "OBJECT",
        "properties": {name: {"type": "STRING"} for name in names},
        "required": names,
        "propertyOrdering": names,
    }
    config: dict[str, Any] = {
        "candidateCount": 1,
        "maxOutputTokens": request.most_output_tokens,
        "responseMimeType": "application/json",
        "responseSchema": schema,
    }
    if request.thinking:
        config["thinkingConfig"] = {"thinkingLevel": request.thinking.upper(), "includeThoughts": False}
    return {"contents": [{"role": "user", "parts": [{"text": request.prompt}]}], "generationConfig": config}


def read_text(body: str, request: TextRequest, model: TextModel) -> TextAnswer:
    """Read a 200's body; Unavailable when it is not an answer, NotAllowed, with its cost, when the account is shut."""
    spoken = read_spoken(body)
    cost = model.cost_micros(spoken.usage) if spoken.usage != Usage() else model.most_cost_micros(request.prompt)
    if spoken.is_shut:
        raise NotAllowed(SHUT, cost)
    words, reason = _words(spoken.text, request) if spoken.kind == "words" else ({}, spoken.reason)
    return TextAnswer(
        key=request.key,
        kind="bad" if reason and spoken.kind == "words" else spoken.kind,
        words={} if reason else words,
        reason=reason,
        cost_micros=cost,
        usage=spoken.usage,
        finish_reason=spoken.finish_reason,
        model_version=spoken.model_version,
        response_id=spoken.response_id,
    )


def _words(text: str, request: TextRequest) -> tuple[dict[str, str], str]:
    """The fields of the object a text is, or why it is not the one that was asked for."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}, f"it is no JSON: {verdicts.one_line(text, 80)!r}"
    if not isinstance(found, dict) or set(found) != set(request.fields):
        return {}, f"it is not an object of {', '.join(request.fields)}"
    words = {name: found[name] for name in request.fields}
    for name, value in words.items():
        if not isinstance(value, str):
            return {}, f"{name} is no text"
        if len(value) > request.fields[name]:
            return {}, f"{name} has {len(value):,} characters, {request.fields[name]} were asked for at most"
    return {name: " ".join(value.split()) for name, value in words.items()}, ""
