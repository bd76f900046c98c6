"""Answers as the API shapes them, the tokens they count and what these cost."""

from __future__ import annotations

import base64
import functools
import hashlib
import random
from typing import Any, NamedTuple

import orjson

from tests.emulator.altering import ALTERED
from tests.emulator.pictures import Drawn, Painter
from tests.emulator.spoiling import SPOILT
from tests.emulator.wire import Wish, signature_of

PICTURE_FAULTS = (
    *("wrong_ratio", "wrong_size", "jpeg_for_png", "webp", "blank", "echo", "truncated_picture"),
    *("doubled", "missing_product", *ALTERED, *SPOILT),
)
_THOUGHTS = {"MINIMAL": (40, 110), "LOW": (90, 180), "MEDIUM": (180, 420), "HIGH": (600, 1400), "": (0, 0)}
_SEARCH_MICROS = 14_000  # a query, beyond the free ones
_BATCH_SHARE = 2  # batch costs one part of so many
_CHIP = (
    '<style>.chip{color:#1a0dab}</style><div class="chip"><a href="https://www.google.com/search?q=city">city</a></div>'
)
_RETIRING = {
    "modelStage": "DEPRECATED",
    "retirementTime": "2027-03-15T00:00:00Z",
    "message": "This model retires on 2027-03-15.",
}


class Answered(NamedTuple):
    """A 200 without its pictures: what it will hold, what it counts and costs."""

    wish: Wish
    fault: str
    salt: int
    usage: dict[str, Any]
    billed_micros: int
    response_id: str

    @property
    def bill(self) -> dict[str, Any]:
        """What the journal keeps of it."""
        return {"billed_micros": self.billed_micros, "usage": self.usage, "response_id": self.response_id}

    @property
    def reason(self) -> str:
        """The finish reason; empty when the prompt was blocked or there is no candidate."""
        kind, _, name = self.fault.partition(":")
        if kind == "unknown_reason":
            return name or "IMAGE_MOON_PHASE"
        return name if kind in ("finish", "finish_with_picture") else "STOP"

    @property
    def pictures(self) -> int:
        """How many final pictures it holds."""
        kind = self.fault.partition(":")[0]
        if kind == "two_pictures":
            return 2
        without = ("no_candidates", "no_content", "text_only", "prompt_blocked", "finish", "unknown_reason")
        return int(kind not in (*without, "unknown_part", "thought_picture_only"))


def answered(wish: Wish, fault: str, salt: int, how: dict[str, Any], batch: bool = False) -> Answered:
    """What a request gets, by its identity and a salt: equal for equal, but for the response id.

    Two of the options count: `free_queries`, the searches that cost nothing, and `thought_tokens`, how long it thinks.
    """
    dice = random.Random(f"{wish.identity}{salt}")  # noqa: S311
    kind = fault.partition(":")[0]
    thoughts = 0 if kind == "prompt_blocked" else how["thought_tokens"] or dice.randint(*_THOUGHTS[wish.thinking])
    bare = Answered(wish, fault, salt, {}, 0, "")
    if wish.most_tokens is not None and _written(bare) + thoughts > wish.most_tokens:
        # It stops where the limit is, before the picture; what it thought is billed.
        bare, thoughts = bare._replace(fault="finish:MAX_TOKENS"), wish.most_tokens
    kind, text = bare.fault.partition(":")[0], 0 if kind == "prompt_blocked" else len(_words(bare)) // 4
    pictures = wish.model.image_tokens[wish.size] * bare.pictures
    usage = _usage(wish, thoughts, text, pictures)
    nanos = _nanos(wish, usage, pictures)
    queries = 0 if kind == "prompt_blocked" else len(queries_of(wish))
    paid = _SEARCH_MICROS * max(0, queries - int(how["free_queries"]))
    # A started micro counts whole, as the project books it.
    micros = -(-nanos // (1000 * (_BATCH_SHARE if batch else 1))) + paid
    named = hashlib.sha256(f"{wish.identity}{salt}{batch}{random.random()}".encode()).hexdigest()[:22]  # noqa: S311
    return bare._replace(usage=usage, billed_micros=micros, response_id=named)


def _written(answer: Answered) -> int:
    return answer.wish.model.image_tokens[answer.wish.size] * answer.pictures + len(_words(answer)) // 4


def queries_of(wish: Wish) -> list[str]:
    """The searches a grounded request makes."""
    names = {"webSearch": "city weather and landmarks", "imageSearch": "city landmark photograph"}
    return [names[kind] for kind in wish.search]


def rendered(answer: Answered, painter: Painter, how: dict[str, Any]) -> dict[str, Any]:
    """The JSON tree of an answer, its pictures drawn; for orjson, as their base64 stands in it ready-made."""
    kind, _, name = answer.fault.partition(":")
    tree: dict[str, Any] = {"usageMetadata": answer.usage, "modelVersion": answer.wish.model.id}
    tree |= {"responseId": answer.response_id}
    if answer.wish.vertex:
        tree["createTime"] = "2026-11-25T08:00:00.000000Z"
        tree["usageMetadata"] = answer.usage | {"trafficType": "ON_DEMAND"}
    if kind == "no_usage":
        del tree["usageMetadata"]
    if kind == "model_status":
        tree["modelStatus"] = _RETIRING
    if kind == "prompt_blocked":
        return {"promptFeedback": {"blockReason": name or "SAFETY"}} | tree
    if kind == "no_candidates":
        return tree
    candidate: dict[str, Any] = {"finishReason": answer.reason, "index": 0}
    if kind != "no_content":
        candidate = {"content": {"parts": _parts(answer, painter, how), "role": "model"}} | candidate
    if answer.reason != "STOP":
        candidate["finishMessage"] = f"The picture could not be completed ({answer.reason})."
    if answer.wish.search:
        candidate["groundingMetadata"] = _grounding(answer.wish)
    return {"candidates": [candidate]} | tree


def as_json(tree: Any) -> bytes:
    """The bytes of a tree."""
    return orjson.dumps(tree)


def _parts(answer: Answered, painter: Painter, how: dict[str, Any]) -> list[dict[str, Any]]:
    wish, kind = answer.wish, answer.fault.partition(":")[0]
    parts: list[dict[str, Any]] = []
    words = _words(answer)
    if wish.shows_thoughts and wish.thinking:
        parts.append({"text": "**Composing the scene**\n\nThe product stands in front of the city.", "thought": True})
    if (wish.shows_thoughts and wish.thinking) or kind == "thought_picture_only":
        parts.append(_part(painter.answer(wish, how, answer.salt + 1)) | {"thought": True})
    if words:
        parts.append({"text": words})
    if kind == "unknown_part":
        parts.append({"hologram": {"mimeType": "model/gltf-binary", "data": "AAAA"}})
    for at in range(answer.pictures):
        drawn = _drawn(answer, painter, how, at)
        signed = {"thoughtSignature": signature_of(drawn.sha256)}
        parts.append(_part(drawn, kind == "bad_base64") | signed)
    return parts


def _drawn(answer: Answered, painter: Painter, how: dict[str, Any], at: int) -> Drawn:
    mime = answer.wish.mime or str(how["mime"])
    if answer.fault in PICTURE_FAULTS:
        drawn = painter.spoilt(answer.wish, answer.fault, mime, answer.salt)
    else:
        drawn = painter.answer(answer.wish, how, answer.salt + at)
    painter.looks.keep(answer.fault, drawn.content)
    return drawn


def _part(drawn: Drawn, broken: bool = False) -> dict[str, Any]:
    coded = orjson.Fragment(b'"!!not*base64!!"' if broken else _in_base64(drawn.content))
    return {"inlineData": {"mimeType": drawn.mime, "data": coded}}


@functools.lru_cache(maxsize=16)
def _in_base64(content: bytes) -> bytes:
    """Standard base64, as a JSON string."""
    return b'"' + base64.b64encode(content) + b'"'


def _words(answer: Answered) -> str:
    """The text beside or instead of a picture; a model told to draw only says nothing."""
    if "TEXT" not in answer.wish.modalities:
        return ""
    kind = answer.fault.partition(":")[0]
    if kind == "text_only":
        return "Here is a description of the picture you asked for, with the product in front of the city."
    return "Here is your picture." if kind in ("unknown_part", "finish_with_picture") else ""


def _usage(wish: Wish, thoughts: int, text: int, pictures: int) -> dict[str, Any]:
    words, images = max(1, len(wish.text) // 4), wish.model.reference_tokens * len(wish.pictures)
    prompt = [{"modality": "TEXT", "tokenCount": words}]
    out = [{"modality": "IMAGE", "tokenCount": pictures}] if pictures else []
    usage: dict[str, Any] = {
        "promptTokenCount": words + images,
        "candidatesTokenCount": text + pictures,
        "totalTokenCount": words + images + text + pictures + thoughts,
        "promptTokensDetails": prompt + ([{"modality": "IMAGE", "tokenCount": images}] if images else []),
    }
    if out:
        usage["candidatesTokensDetails"] = out
    if thoughts:
        usage["thoughtsTokenCount"] = thoughts
    return usage


def _nanos(wish: Wish, usage: dict[str, Any], pictures: int) -> int:
    """Thousandths of a micro-dollar."""
    inward, words, images = wish.model.prices
    said = usage["candidatesTokenCount"] - pictures + usage.get("thoughtsTokenCount", 0)
    return int(usage["promptTokenCount"] * inward + said * words + pictures * images)


def _grounding(wish: Wish) -> dict[str, Any]:
    found: dict[str, Any] = {"searchEntryPoint": {"renderedContent": _CHIP}, "groundingChunks": []}
    host = "https://vertexaisearch.cloud.google.com/grounding-api-redirect"
    if "webSearch" in wish.search:
        found["webSearchQueries"] = ["city weather and landmarks"]
        found["groundingChunks"].append({"web": {"uri": f"{host}/AAAA", "title": "example.org"}})
    if "imageSearch" in wish.search:
        found["imageSearchQueries"] = ["city landmark photograph"]
        image = {"sourceUri": "https://example.org/city", "imageUri": "https://example.org/city.jpg"}
        found["groundingChunks"].append({"image": image | {"title": "The city", "domain": "example.org"}})
    found["groundingSupports"] = [
        {"segment": {"startIndex": 0, "endIndex": 9, "text": "Composing"}, "groundingChunkIndices": [0]}
    ]
    return found
