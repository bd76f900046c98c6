"""A request for words as a body, and its answer: structured output by a schema, read as strictly as it was asked."""

from __future__ import annotations

import json
from typing import Any

from adlocalizer.domain import TextAnswer, TextModel, TextRequest, Usage
from adlocalizer.errors import NotAllowed, Unavailable
from adlocalizer.gemini import verdicts
from adlocalizer.gemini.loose import Unparsed, count_in, list_in, mapping_in, parse, text_in


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
    try:
        tree = parse(body).tree
    except Unparsed as error:
        raise _broken(error if body.strip() else "it is empty") from None
    candidate = next(iter(list_in(tree, "candidates")), {})
    if "error" in tree and not candidate:
        raise _broken("it holds an error: " + verdicts.one_line(text_in(mapping_in(tree, "error"), "message")))
    finish = text_in(candidate, "finishReason") or text_in(mapping_in(tree, "promptFeedback"), "blockReason")
    usage = _usage(mapping_in(tree, "usageMetadata"))
    answer = TextAnswer(
        key=request.key,
        kind="bad",
        cost_micros=model.cost_micros(usage) if usage != Usage() else model.most_cost_micros(request.prompt),
        usage=usage,
        finish_reason=finish,
        model_version=text_in(tree, "modelVersion"),
        response_id=text_in(tree, "responseId"),
    )
    if verdicts.FINISH.get(text_in(candidate, "finishReason")) == "stop":
        shut = "the account is limited or shut for breaking Google's use policy; nothing else will be written"
        raise NotAllowed(shut, answer.cost_micros)
    return answer.model_copy(update=_said(tree, candidate, request))


def _said(tree: dict[str, Any], candidate: dict[str, Any], request: TextRequest) -> dict[str, Any]:
    """What kind of answer it is, with its words or the reason there are none."""
    block, finish = text_in(mapping_in(tree, "promptFeedback"), "blockReason"), text_in(candidate, "finishReason")
    if block:
        return {"kind": "refusal", "reason": f"the prompt was blocked ({block})"}
    ending = verdicts.FINISH.get(finish, "unclear")
    if ending != "picture":  # the table's word for an answer that ended as it should
        kind = "refusal" if ending == "refusal" else "bad"
        return {"kind": kind, "reason": f"it ended with {finish or 'no reason'} instead of words"}
    parts = list_in(mapping_in(candidate, "content"), "parts")
    text = "".join(text_in(part, "text") for part in parts if part.get("thought") is not True)
    words, reason = _words(text, request)
    return {"kind": "bad", "reason": reason} if reason else {"kind": "words", "words": words}


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


def _usage(counted: dict[str, Any]) -> Usage:
    return Usage(
        prompt_tokens=count_in(counted, "promptTokenCount"),
        text_tokens=count_in(counted, "candidatesTokenCount"),
        thought_tokens=count_in(counted, "thoughtsTokenCount"),
    )


def _broken(why: object) -> Unavailable:
    return Unavailable(f"the answer cannot be read: {why}", may_be_billed=True)
