"""Text models: a prompt and a schema in, an object of texts out, as strict about the schema as the API is."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from starlette.requests import Request
from starlette.responses import Response

from tests.emulator.faults import BILLED_TRANSPORT, RAW, Broken, raise_named, unworded
from tests.emulator.judging import verdicts
from tests.emulator.schema import invalid, read_message
from tests.emulator.wire import Picture, decoded

if TYPE_CHECKING:
    from tests.emulator.app import Service

TEXT_FAULTS = ("prose", "missing_field", "long_field", "number_field", "formula", "strange_answer")
_PICTURE_TOKENS = 1120
_SCHEMA = {"type", "properties", "required", "propertyOrdering", "description", "nullable"}
_FIELD = {"type", "description", "nullable", "maxLength", "minLength", "enum", "format"}


class TextModel(NamedTuple):
    """A model that writes. Prices are thousandths of a micro-dollar a token."""

    id: str
    prices: tuple[int, int]
    """Input; text and thoughts out."""


TEXT_MODELS = {
    model.id: model
    for model in (TextModel("gemini-3.8-flash", (1500, 7500)), TextModel("gemini-3.5-flash-lite", (300, 2500)))
}


class TextWish(NamedTuple):
    """A valid request for words."""

    text: str
    fields: tuple[str, ...]
    identity: str
    pictures: tuple[Picture, ...] = ()
    seed: int | None = None
    ratio: str = ""


def read_text_wish(body: Any, model: str) -> TextWish:
    """The request of a body; ApiError for whatever the API would refuse."""
    asked = read_message(body, "Request", "")
    config = asked.get("generationConfig", {})
    for name in ("imageConfig", "responseFormat"):
        _hold(name not in config, f"{name} is not supported for this model.")
    _hold("IMAGE" not in config.get("responseModalities", []), "The model does not return images.")
    _hold(config.get("candidateCount", 1) == 1, "Multiple candidates is not enabled for this model.")
    _hold(0 < config.get("maxOutputTokens", 1) <= 65_536, "max_output_tokens must be positive and at most 65536.")
    contents = asked.get("contents", [])
    parts = [part for turn in contents for part in turn.get("parts", [])]
    known = all(part.get("text") or part.get("inlineData") for part in parts)
    _hold(bool(parts) and known, "* contents: a text or picture part is expected")
    pictures = tuple(decoded(part["inlineData"].get("data", "")) for part in parts if "inlineData" in part)
    _hold(all(one.mime for one in pictures), "Unable to process input image. Please retry or report.")
    mime, schema = config.get("responseMimeType", "text/plain"), config.get("responseSchema")
    _hold(mime in ("text/plain", "application/json", "text/x.enum"), f"Unknown response_mime_type {mime!r}.")
    _hold(schema is None or mime == "application/json", "response_schema requires application/json.")
    identity = hashlib.sha256(model.encode() + orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()
    words = "\n".join(part["text"] for part in parts if "text" in part)
    return TextWish(words, _fields_of(schema), identity, pictures)


async def write(service: Service, request: Request, entry: dict[str, Any], body: Any) -> Response:
    """Answer a request to a text model."""
    name, config = entry["model"], service.config
    if name in config["retired"]:
        raise_named("retired", config, name)
    wish = read_text_wish(body, name)
    fault = service.faults.for_wish(config["faults"], wish)  # type: ignore[arg-type]
    entry |= {"identity": wish.identity, "fault": fault, "prompt": wish.text, "fields": list(wish.fields)}
    raise_named(fault, config, name)
    service.quotas.take(config, name)
    if broken := unworded(fault):
        return broken
    await service.think(wish, request)
    if fault in ("closed", "hang"):
        return Broken(fault)
    told = config["words"] or {}
    if wish.pictures:
        entry["references"] = [one.sha256 for one in wish.pictures]
        looks = service.painter.looks
        told = await asyncio.to_thread(verdicts, wish.fields, wish.pictures, looks, config["verdicts"] or {})
    tree, bill = _answer(wish, fault, TEXT_MODELS[name], told)
    service.book(entry, bill)
    answered = RAW.get(fault) or (b"" if fault == "empty_200" else orjson.dumps(tree))
    if fault in BILLED_TRANSPORT:
        return Broken(fault, answered)
    return Response(answered, media_type="application/json; charset=UTF-8")


def _fields_of(schema: Any) -> tuple[str, ...]:
    if schema is None:
        return ()
    where = "generation_config.response_schema"
    _hold(isinstance(schema, dict) and not set(schema) - _SCHEMA, f"Unknown name in '{where}'.")
    _hold(schema.get("type") == "OBJECT", f"{where}.type: an OBJECT is expected, in capitals.")
    properties = schema.get("properties")
    _hold(isinstance(properties, dict) and bool(properties), f"{where}.properties: should be non-empty for OBJECT type")
    for name, field in properties.items():
        known = isinstance(field, dict) and not set(field) - _FIELD and field.get("type") == "STRING"
        _hold(known, f"{where}.properties[{name}]: Unknown name or type.")
    for name in ("required", "propertyOrdering"):
        _hold(not set(schema.get(name, [])) - set(properties), f"{where}.{name}: property is not defined")
    return tuple(schema.get("propertyOrdering") or properties)


def _answer(
    wish: TextWish, fault: str, model: TextModel, told: dict[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    kind, _, name = fault.partition(":")
    tag = wish.identity[:6]
    words: dict[str, Any] = {field: told.get(field, f"Emulated {field} {tag}") for field in wish.fields}
    if kind == "missing_field":
        words.pop(wish.fields[-1])
    if kind == "long_field":
        words[wish.fields[0]] = "long " * 200
    if kind == "strange_answer":
        words[wish.fields[-1]] = "perhaps"
    if kind == "number_field":
        words[wish.fields[0]] = 7
    if kind == "formula":
        words[wish.fields[0]] = "=SUM(A1)"
    text = "Here is the copy you asked for." if kind == "prose" else orjson.dumps(words).decode()
    blocked, silent = kind == "prompt_blocked", kind in ("finish", "no_candidates")
    prompt = max(1, len(wish.text) // 4) + _PICTURE_TOKENS * len(wish.pictures)
    said = 0 if blocked or silent else max(1, len(text) // 4)
    thoughts = 0 if blocked else 120
    usage = {"promptTokenCount": prompt, "candidatesTokenCount": said, "thoughtsTokenCount": thoughts}
    usage["totalTokenCount"] = prompt + said + thoughts
    tree: dict[str, Any] = {"usageMetadata": usage, "modelVersion": model.id, "responseId": tag}
    if blocked:
        tree["promptFeedback"] = {"blockReason": name or "SAFETY"}
    elif kind != "no_candidates":
        part = [] if silent else [{"text": text}]
        ending = (name or "SAFETY") if kind == "finish" else "STOP"
        tree["candidates"] = [{"content": {"role": "model", "parts": part}, "finishReason": ending, "index": 0}]
    nanos = prompt * model.prices[0] + (said + thoughts) * model.prices[1]
    return tree, {"billed_micros": -(-nanos // 1000), "usage": usage, "response_id": tag}


def _hold(condition: bool, message: str) -> None:
    if not condition:
        raise invalid(message)
