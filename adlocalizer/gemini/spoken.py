"""The raw body of an answer in words: the text, what it used, and how it ended."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from adlocalizer.domain import Usage
from adlocalizer.errors import Unavailable
from adlocalizer.gemini import verdicts
from adlocalizer.gemini.loose import Unparsed, count_in, list_in, mapping_in, parse, text_in

SHUT = "the account is limited or shut for breaking Google's use policy; nothing else will be written"


class Spoken(NamedTuple):
    """An answer of a text model, whatever it says."""

    kind: Literal["words", "refusal", "bad"]
    text: str
    reason: str
    """Why there are no words."""
    usage: Usage
    finish_reason: str
    model_version: str
    response_id: str
    is_shut: bool
    """Whether it says that the account may ask nothing more."""


def read_spoken(body: str) -> Spoken:
    """Read a 200's body; Unavailable when it is not an answer."""
    try:
        tree = parse(body).tree
    except Unparsed as error:
        raise _broken(error if body.strip() else "it is empty") from None
    candidate = next(iter(list_in(tree, "candidates")), {})
    if "error" in tree and not candidate:
        raise _broken("it holds an error: " + verdicts.one_line(text_in(mapping_in(tree, "error"), "message")))
    kind, text, reason = _said(tree, candidate)
    finish = text_in(candidate, "finishReason")
    return Spoken(
        kind,
        text,
        reason,
        _usage(mapping_in(tree, "usageMetadata")),
        finish or text_in(mapping_in(tree, "promptFeedback"), "blockReason"),
        text_in(tree, "modelVersion"),
        text_in(tree, "responseId"),
        verdicts.FINISH.get(finish) == "stop",
    )


def _said(tree: dict[str, Any], candidate: dict[str, Any]) -> tuple[Literal["words", "refusal", "bad"], str, str]:
    """What kind of answer it is, with its words or the reason there are none."""
    block, finish = text_in(mapping_in(tree, "promptFeedback"), "blockReason"), text_in(candidate, "finishReason")
    if block:
        return "refusal", "", f"the prompt was blocked ({block})"
    ending = verdicts.FINISH.get(finish, "unclear")
    if ending != "picture":  # the table's word for an answer that ended as it should
        return (
            "refusal" if ending == "refusal" else "bad",
            "",
            f"it ended with {finish or 'no reason'} instead of words",
        )
    parts = list_in(mapping_in(candidate, "content"), "parts")
    return "words", "".join(text_in(part, "text") for part in parts if part.get("thought") is not True), ""


def _usage(counted: dict[str, Any]) -> Usage:
    return Usage(
        prompt_tokens=count_in(counted, "promptTokenCount"),
        text_tokens=count_in(counted, "candidatesTokenCount"),
        thought_tokens=count_in(counted, "thoughtsTokenCount"),
    )


def _broken(why: object) -> Unavailable:
    return Unavailable(f"the answer cannot be read: {why}", may_be_billed=True)
