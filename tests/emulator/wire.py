"""Requests as the API reads them: every field known by name, both casings, both base64 alphabets, or an ApiError."""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
from typing import Any, NamedTuple

import orjson
from PIL import Image

from tests.emulator.models import MODELS, RATIOS, Model
from tests.emulator.schema import ApiError, invalid, read_message

MOST_BYTES = 100 << 20
MOST_VERTEX_BYTES = 7 << 20
DEPRECATED = ("temperature", "topP", "topK")
_MIMES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}
_ACCEPTED = {"image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"}


class Picture(NamedTuple):
    """A picture of a request."""

    sha256: str
    mime: str
    content: bytes


class Wish(NamedTuple):
    """A valid generateContent request."""

    model: Model
    text: str
    pictures: tuple[Picture, ...]
    ratio: str
    size: str
    seed: int | None
    thinking: str
    shows_thoughts: bool
    most_tokens: int | None
    """What it may write at most, thoughts included."""
    search: tuple[str, ...]
    modalities: tuple[str, ...]
    mime: str
    """The file type asked for; empty: the service's choice."""
    identity: str
    deprecated: tuple[str, ...]
    vertex: bool

    @property
    def prompt_sha256(self) -> str:
        """Digest of its words."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_wish(body: Any, model: Model, files: Any, vertex: bool = False) -> Wish:
    """The request of a body; `files` gives the picture behind a file URI. Raises ApiError."""
    asked = read_message(body, "Request", "", vertex)
    config = asked.get("generationConfig", {})
    _hold_supported(asked, config, model)
    texts, pictures = _parts_of(asked, files, vertex)
    _hold(len(pictures) <= model.most_references, f"At most {model.most_references} images are supported.")
    shape = config.get("imageConfig", {}) | config.get("responseFormat", {}).get("image", {})
    options = shape.get("imageOutputOptions", {}).get("mimeType") or shape.get("mimeType", "")
    ratio = shape.get("aspectRatio") or _ratio_of(pictures, model)
    size = shape.get("imageSize") or model.sizes[0]
    _hold(ratio in model.ratios, f"Aspect ratio {ratio} is not supported by this model.")
    _hold(size in model.sizes, f"Image size {size} is not supported by this model.")
    level = config.get("thinkingConfig", {}).get("thinkingLevel", "")
    _hold(not level or level in model.thinking, f"Thinking level {level} is not supported for this model.")
    identity = hashlib.sha256(model.id.encode() + orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return Wish(
        model,
        "\n".join(texts),
        tuple(pictures),
        ratio,
        size,
        seed=config.get("seed"),
        thinking=level or (model.thinking[0] if model.thinking else "HIGH" if model.always_thinks else ""),
        shows_thoughts=config.get("thinkingConfig", {}).get("includeThoughts", False),
        most_tokens=config.get("maxOutputTokens"),
        search=_search_of(asked, model),
        modalities=tuple(config.get("responseModalities", ("TEXT", "IMAGE"))),
        mime=options.lower().replace("image_", "image/"),
        identity=identity,
        deprecated=tuple(name for name in DEPRECATED if name in config),
        vertex=vertex,
    )


def model_named(name: str, retired: list[str]) -> Model:
    """A model that answers; ApiError 404 for a retired or unknown one."""
    if name in retired or name not in MODELS:
        raise ApiError(
            404,
            f"models/{name} is not found for this API version, or is not supported for generateContent. "
            "Call ListModels to see the list of available models and their supported methods.",
        )
    return MODELS[name]


@functools.lru_cache(maxsize=32)
def decoded(text: str) -> Picture:
    """A picture's bytes from either base64 alphabet, padded or not; ApiError when it is neither."""
    try:
        bare = text.rstrip("=").translate(str.maketrans("-_", "+/"))
        content = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (ValueError, binascii.Error) as error:
        raise invalid("Invalid value at 'contents.parts.inline_data.data' (TYPE_BYTES), Base64 failed.") from error
    return Picture(hashlib.sha256(content).hexdigest(), sniffed(content), content)


def sniffed(content: bytes) -> str:
    """The type that the first bytes tell."""
    if content[4:12] in (b"ftypheic", b"ftypmif1", b"ftypheix"):
        return "image/heic"
    return next((mime for magic, mime in _MIMES.items() if content.startswith(magic)), "")


def signature_of(picture_sha256: str) -> str:
    """The thought signature that goes with a picture and must come back with it."""
    return base64.b64encode(hashlib.sha512(b"thought:" + picture_sha256.encode()).digest()).decode()


def _parts_of(asked: dict[str, Any], files: Any, vertex: bool) -> tuple[list[str], list[Picture]]:
    """Texts and pictures in their order; each picture's data in the tree gives way to its digest."""
    contents = asked.get("contents", [])
    _hold(bool(contents), "* GenerateContentRequest.contents: contents is not specified")
    _hold(contents[-1].get("role", "user") == "user", "Please ensure that the last turn is a user turn.")
    texts, pictures = [], []
    for turn, content in enumerate(contents):
        role = content.setdefault("role", "user")
        _hold(role in ("user", "model"), "Please use a valid role: user, model.")
        _hold(bool(content.get("parts")), f"* GenerateContentRequest.contents[{turn}].parts: contents.parts is empty.")
        for at, part in enumerate(content["parts"]):
            picture = _picture_of(part, files, vertex)
            kinds = [name for name in ("text", "inlineData", "fileData") if name in part]
            oneof = "required oneof field 'data' must have one initialized field"
            _hold(len(kinds) == 1, f"* GenerateContentRequest.contents[{turn}].parts[{at}].data: {oneof}")
            if picture:
                if role == "model" and not part.get("thought"):
                    _hold_signed(part, picture, turn, at)
                pictures.append(picture)
            elif not part.get("thought"):
                texts.append(part["text"])
    return texts, pictures


def _picture_of(part: dict[str, Any], files: Any, vertex: bool) -> Picture | None:
    if blob := part.get("inlineData"):
        picture, declared = decoded(blob.get("data", "")), blob.get("mimeType", "")
        _hold(not vertex or len(picture.content) <= MOST_VERTEX_BYTES, "The inline file is larger than 7 MB.")
        blob["data"] = picture.sha256
    elif link := part.get("fileData"):
        picture, declared = files(link.get("fileUri", "")), link.get("mimeType", "")
    else:
        return None
    _hold(declared in _ACCEPTED, f"Unsupported MIME type: {declared}")
    _hold(bool(picture.content) and picture.mime[:10] == declared[:10], "Unable to process input image.")
    return picture


def _hold_signed(part: dict[str, Any], picture: Picture, turn: int, at: int) -> None:
    where = f"in content position {turn + 1}, part position {at + 1}"
    signature = part.get("thoughtSignature", "").rstrip("=").translate(str.maketrans("-_", "+/"))
    _hold(bool(signature), f"Image part is missing a thought_signature {where}.")
    _hold(signature == signature_of(picture.sha256).rstrip("="), f"Thought signature is not valid {where}.")


def _hold_supported(asked: dict[str, Any], config: dict[str, Any], model: Model) -> None:
    _hold(config.get("candidateCount", 1) == 1, "Multiple candidates is not enabled for this model.")
    _hold("IMAGE" in config.get("responseModalities", ["IMAGE"]), "The model returns images: ask for IMAGE.")
    _hold("AUDIO" not in config.get("responseModalities", []), "The model does not support AUDIO output.")
    _hold("cachedContent" not in asked, "Cached content is not supported for this model.")
    for name in ("responseSchema", "responseJsonSchema"):
        _hold(name not in config, "Structured output is not supported for this model.")
    _hold(config.get("responseMimeType", "text/plain") == "text/plain", "JSON mode is not enabled for this model.")
    _hold("thinkingBudget" not in config.get("thinkingConfig", {}), "Thinking budget is not supported for this model.")
    for tool in asked.get("tools", []):
        for name in tool:
            _hold(name == "googleSearch" and bool(model.search), f"Tool {name} is not supported for this model.")
    for name in _search_of(asked, model):
        _hold(name in model.search, f"Tool {name} is not supported for this model.")


def _search_of(asked: dict[str, Any], model: Model) -> tuple[str, ...]:
    kinds = [tool["googleSearch"].get("searchTypes") or {"webSearch": {}} for tool in asked.get("tools", [])]
    return tuple(name for name in ("webSearch", "imageSearch") if any(name in each for each in kinds))


def _ratio_of(pictures: list[Picture], model: Model) -> str:
    if not pictures:
        return "1:1"
    import io

    try:
        wide, high = Image.open(io.BytesIO(pictures[0].content)).size
    except OSError as error:
        raise invalid("Unable to process input image.") from error
    shapes = {ratio: int(ratio.split(":")[0]) / int(ratio.split(":")[1]) for ratio in RATIOS if ratio in model.ratios}
    return min(shapes, key=lambda ratio: max(shapes[ratio] * high / wide, wide / high / shapes[ratio]))


def _hold(condition: bool, message: str) -> None:
    if not condition:
        raise invalid(message)
