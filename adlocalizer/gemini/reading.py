"""The raw body of an answer to a reply: picture, words, usage, cost, and how it ended."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from functools import lru_cache
from typing import Any, NamedTuple

from adlocalizer.domain import Answer, Mode, Model, Reply, Request, SafetyRating, SearchTrace, Source, Usage
from adlocalizer.errors import NotAllowed, Unavailable
from adlocalizer.gemini import verdicts
from adlocalizer.gemini.loose import Body, Unparsed, count_in, decoded, list_in, mapping_in, parse, text_in, texts_in
from adlocalizer.planning import picture_price, real_cost

_log = logging.getLogger(__name__)
_LARGE = 1 << 20
"""Characters that are read in about three milliseconds."""


class Asked(NamedTuple):
    """What an answer is read against: the request, and the prices it is booked at."""

    request: Request
    model: Model
    mode: Mode = "interactive"


async def read_in_turn(body: str | bytes, asked: Asked) -> Reply:
    """The same as `read_answer`: of a small answer at once, of a big one in a thread, so that nobody waits for it."""
    if len(body) < _LARGE:
        return read_answer(body, asked)  # a thread would take the interpreter from the loop as long, and its turn more
    return await asyncio.to_thread(read_answer, body, asked)


def read_answer(body: str | bytes, asked: Asked) -> Reply:
    """Read a 200's body; Unavailable when it is not an answer, NotAllowed when the account is shut."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    try:
        parsed = parse(text)
    except Unparsed as error:
        raise _broken(error if text.strip() else "it is empty") from None
    return read_tree(parsed, parsed.tree, asked)


def read_tree(body: Body, tree: dict[str, Any], asked: Asked) -> Reply:
    """Read an answer that is a part of a body, such as the response in a batch's row."""
    candidate = next(iter(list_in(tree, "candidates")), {})
    parts = [part for part in list_in(mapping_in(candidate, "content"), "parts") if part.get("thought") is not True]
    drawn = next((part for part in reversed(parts) if _is_picture(part)), None)
    if "error" in tree and not candidate:
        raise _broken("it holds an error: " + verdicts.one_line(text_in(mapping_in(tree, "error"), "message")))
    try:
        picture = decoded(body, mapping_in(drawn, "inlineData").get("data")) if drawn else None
    except Unparsed as error:
        raise _broken(error) from None
    retirement = text_in(mapping_in(tree, "modelStatus"), "retirementTime")
    if retirement:
        _warn_of_retirement(asked.model.id, retirement)
    return _reply(_answer(tree, candidate, asked, parts), picture, tree, candidate)


def _reply(answer: Answer, picture: bytes | None, tree: dict[str, Any], candidate: dict[str, Any]) -> Reply:
    ending, reason = _ending(tree, candidate)
    if ending == "stop":
        raise NotAllowed("the account is limited or shut for breaking Google's use policy; nothing else will be drawn")
    if ending == "refusal" or picture is None:
        kind = "bad" if ending == "picture" else ending
        return _with(answer, None, kind=kind, reason=reason, thought_signature="")
    from adlocalizer.imaging.ingest import Unreadable, peek

    try:
        seen = peek(picture)
    except Unreadable as error:
        return _with(answer, None, kind="bad", reason=f"its picture cannot be used: {error}", thought_signature="")
    shape = {"mime": seen.mime, "width": seen.width, "height": seen.height}
    digest = hashlib.sha256(picture).hexdigest()
    caution = "" if ending == "picture" else f"the model ended with {answer.finish_reason or 'no reason'}: {reason}"
    return _with(answer, picture, kind="picture", sha256=digest, caution=caution, **shape)


def _with(answer: Answer, picture: bytes | None, **more: object) -> Reply:
    # Validated again: the kind and type come from tables and headers.
    return Reply(answer=Answer.model_validate(answer.model_dump() | more), picture=picture)


def _ending(tree: dict[str, Any], candidate: dict[str, Any]) -> tuple[verdicts.Ending, str]:
    feedback = mapping_in(tree, "promptFeedback")
    block, finish = text_in(feedback, "blockReason"), text_in(candidate, "finishReason")
    if block:
        told = text_in(feedback, "blockReasonMessage")
        told = told or verdicts.WORDS.get(block, "")
        return verdicts.BLOCK.get(block, "unclear"), f"the prompt was blocked ({block})" + (f": {told}" if told else "")
    if not candidate:
        return "bad", "there is no candidate in the answer"
    told = text_in(candidate, "finishMessage")
    if not finish:
        # No reason and no content is an answer that broke off; with a picture somebody must look.
        has_content = bool(mapping_in(candidate, "content"))
        return ("unclear" if has_content else "bad"), told or "it ended without a reason"
    return verdicts.FINISH.get(finish, "unclear"), told or _in_words(finish)


def _in_words(finish: str) -> str:
    if finish == "STOP":
        return "no picture came"
    return f"{verdicts.WORDS[finish]} ({finish})" if finish in verdicts.WORDS else finish


def _answer(tree: dict[str, Any], candidate: dict[str, Any], asked: Asked, parts: list[dict[str, Any]]) -> Answer:
    drawn = next((part for part in reversed(parts) if _is_picture(part)), None)
    search = _search(mapping_in(candidate, "groundingMetadata"))
    usage = _usage(mapping_in(tree, "usageMetadata"), search, drawn is not None)
    cost = real_cost(asked.model, usage, asked.mode)
    return Answer(
        key=asked.request.key,
        kind="unclear",
        cost_micros=picture_price(asked.model, asked.request, asked.mode) if cost is None else cost,
        usage=usage,
        finish_reason=text_in(candidate, "finishReason") or text_in(mapping_in(tree, "promptFeedback"), "blockReason"),
        text="\n".join(text for part in parts if (text := text_in(part, "text"))),
        safety=_safety(candidate, mapping_in(tree, "promptFeedback")),
        model_version=text_in(tree, "modelVersion"),
        response_id=text_in(tree, "responseId"),
        thought_signature=text_in(drawn, "thoughtSignature"),
        search=search,
    )


def _safety(*rated: dict[str, Any]) -> tuple[SafetyRating, ...]:
    return tuple(
        SafetyRating(text_in(one, "category"), text_in(one, "probability"), one.get("blocked") is True)
        for part in rated
        for one in list_in(part, "safetyRatings")
    )


def _usage(counted: dict[str, Any], search: SearchTrace | None, has_picture: bool) -> Usage:
    answered, details = count_in(counted, "candidatesTokenCount"), list_in(counted, "candidatesTokensDetails")
    image = sum(count_in(part, "tokenCount") for part in details if text_in(part, "modality").upper() == "IMAGE")
    if not details and has_picture:
        image = answered  # not said which: booked at the higher price
    return Usage(
        prompt_tokens=count_in(counted, "promptTokenCount") + count_in(counted, "toolUsePromptTokenCount"),
        image_tokens=image,
        text_tokens=max(0, answered - image),
        thought_tokens=count_in(counted, "thoughtsTokenCount"),
        search_queries=len(search.queries) + len(search.image_queries) if search else 0,
    )


def _search(grounding: dict[str, Any]) -> SearchTrace | None:
    if not grounding:
        return None
    chunks = [(mapping_in(chunk, "web"), mapping_in(chunk, "image")) for chunk in list_in(grounding, "groundingChunks")]
    pages = [Source(text_in(web, "uri"), text_in(web, "title")) for web, _ in chunks if web]
    pages += [
        Source(text_in(image, "sourceUri"), text_in(image, "title"), text_in(image, "imageUri"))
        for _, image in chunks
        if image
    ]
    return SearchTrace(
        queries=texts_in(grounding, "webSearchQueries"),
        image_queries=texts_in(grounding, "imageSearchQueries"),
        sources=tuple(pages),
        entry_point=text_in(mapping_in(grounding, "searchEntryPoint"), "renderedContent"),
    )


def _is_picture(part: dict[str, Any]) -> bool:
    return bool(mapping_in(part, "inlineData"))


@lru_cache
def _warn_of_retirement(model: str, when: str) -> None:
    _log.warning("The API says that %s retires at %s: choose another model before.", model, verdicts.one_line(when))


def _broken(why: object) -> Unavailable:
    return Unavailable(f"the answer cannot be read: {why}", may_be_billed=True)
