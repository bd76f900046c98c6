"""A request as the body of a generateContent call; the same body is a row of a batch."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from adlocalizer.domain import Model, Reply, Request
from adlocalizer.planning import most_output


class Previous(NamedTuple):
    """The picture an edit starts from, in standard base64; with a signature it is sent as the model's own turn."""

    picture: str
    mime: str
    signature: str = ""


@lru_cache(maxsize=32)
def encoded(picture: bytes) -> str:
    """A picture in standard base64; the same shots go along with every request and are encoded once."""
    return base64.b64encode(picture).decode("ascii")


def previous_of(reply: Reply | None, request: Request, history: bool) -> Previous | None:
    """What an edit starts from: as history when its signature is kept and the same model goes on."""
    if reply is None or reply.picture is None or request.edit is None:
        return None
    answer = reply.answer
    is_same = answer.model_version == request.model or answer.model_version.startswith(f"{request.model}-")
    signature = answer.thought_signature if history and is_same else ""
    return Previous(base64.b64encode(reply.picture).decode("ascii"), answer.mime or "image/png", signature)


def body(request: Request, model: Model, references: Sequence[str], previous: Previous | None = None) -> dict[str, Any]:
    """Everything that is sent for a request, given its references in standard base64: pictures first, words last."""
    sent = {
        "contents": _contents(request, references, previous),
        "generationConfig": _generation(request, model),
        "safetySettings": [{"category": name, "threshold": at} for name, at in sorted(request.config.safety.items())],
        "tools": [{"googleSearch": {"searchTypes": {f"{kind}Search": {} for kind in request.config.search}}}]
        if request.config.search
        else [],
    }
    return {name: value for name, value in sent.items() if value}


def dumped(body: dict[str, Any]) -> bytes:
    """A body as JSON."""
    return orjson.dumps(body)


def _contents(request: Request, references: Sequence[str], previous: Previous | None) -> list[dict[str, Any]]:
    shots = [_picture(shot, ref.mime) for ref, shot in zip(request.references, references, strict=True)]
    words = {"text": request.prompt.text}
    if previous is None:
        return [{"role": "user", "parts": [*shots, words]}]
    picture = _picture(previous.picture, previous.mime)
    if not previous.signature:
        return [{"role": "user", "parts": [picture, *shots, words]}]
    turn = {"role": "model", "parts": [{**picture, "thoughtSignature": previous.signature}]}
    return [turn, {"role": "user", "parts": [*shots, words]}]


def _picture(picture: str, mime: str) -> dict[str, Any]:
    return {"inlineData": {"mimeType": mime, "data": picture}}


def _generation(request: Request, model: Model) -> dict[str, Any]:
    # Without TEXT a refusal comes back empty, without its reason.
    config: dict[str, Any] = {
        "candidateCount": 1,
        "responseModalities": ["TEXT", "IMAGE"],
        "imageConfig": {"aspectRatio": request.ratio, **({"imageSize": request.size} if model.takes_size else {})},
    }
    if model.seed:
        config["seed"] = request.seed
    if (most := most_output(model, request)) is not None:
        config["maxOutputTokens"] = most  # thoughts count: what is set aside for a request is all it can cost
    if request.config.thinking:
        config["thinkingConfig"] = {"thinkingLevel": request.config.thinking.upper(), "includeThoughts": False}
    return config
