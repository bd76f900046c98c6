"""Every field the API knows, by message; and how it words what it does not accept."""

from __future__ import annotations

import re
from typing import Any

import orjson

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_CATEGORIES = "HARASSMENT HATE_SPEECH SEXUALLY_EXPLICIT DANGEROUS_CONTENT CIVIC_INTEGRITY"
_IMAGE_CATEGORIES = "IMAGE_HATE IMAGE_DANGEROUS_CONTENT IMAGE_HARASSMENT IMAGE_SEXUALLY_EXPLICIT"
_ENUMS = {
    "Modality": "TEXT IMAGE AUDIO",
    "ThinkingLevel": "MINIMAL LOW MEDIUM HIGH XHIGH",
    "HarmCategory": " ".join(f"HARM_CATEGORY_{name}" for name in f"{_CATEGORIES} {_IMAGE_CATEGORIES}".split()),
    "HarmBlockThreshold": "BLOCK_LOW_AND_ABOVE BLOCK_MEDIUM_AND_ABOVE BLOCK_ONLY_HIGH BLOCK_NONE OFF",
    "HarmBlockMethod": "SEVERITY PROBABILITY",
    "ServiceTier": "SERVICE_TIER_UNSPECIFIED UNSPECIFIED STANDARD FLEX PRIORITY",
    "ImageMime": "IMAGE_JPEG IMAGE_PNG",
}
# A list in brackets is repeated; a lower-case kind is a plain value; the rest are messages or enums.
_MESSAGES: dict[str, dict[str, Any]] = {
    "Request": {
        "model": "string",
        "contents": ["Content"],
        "systemInstruction": "Content",
        "safetySettings": ["SafetySetting"],
        "tools": ["Tool"],
        "toolConfig": "any",
        "generationConfig": "GenerationConfig",
        "cachedContent": "string",
        "serviceTier": "ServiceTier",
        "labels": "any",
    },
    "Content": {"role": "string", "parts": ["Part"]},
    "Part": {
        "text": "string",
        "inlineData": "Blob",
        "fileData": "FileData",
        "thought": "bool",
        "thoughtSignature": "string",
        "functionCall": "any",
        "functionResponse": "any",
        "mediaResolution": "any",
        "videoMetadata": "any",
        "partMetadata": "any",
    },
    "Blob": {"mimeType": "string", "data": "string", "displayName": "string"},
    "FileData": {"mimeType": "string", "fileUri": "string", "displayName": "string"},
    "SafetySetting": {"category": "HarmCategory", "threshold": "HarmBlockThreshold", "method": "HarmBlockMethod"},
    "Tool": {
        "googleSearch": "GoogleSearch",
        "functionDeclarations": "any",
        "codeExecution": "any",
        "urlContext": "any",
        "googleMaps": "any",
        "googleSearchRetrieval": "any",
    },
    "GoogleSearch": {"searchTypes": "SearchTypes", "timeRangeFilter": "any"},
    "SearchTypes": {"webSearch": "Empty", "imageSearch": "Empty"},
    "Empty": {},
    "GenerationConfig": {
        "candidateCount": "int",
        "seed": "int",
        "responseModalities": ["Modality"],
        "thinkingConfig": "ThinkingConfig",
        "imageConfig": "ImageConfig",
        "responseFormat": "ResponseFormat",
        "temperature": "number",
        "topP": "number",
        "topK": "number",
        "maxOutputTokens": "int",
        "stopSequences": ["string"],
        "responseMimeType": "string",
        "responseSchema": "any",
        "responseJsonSchema": "any",
        "presencePenalty": "number",
        "frequencyPenalty": "number",
        "mediaResolution": "any",
    },
    "ThinkingConfig": {"includeThoughts": "bool", "thinkingLevel": "ThinkingLevel", "thinkingBudget": "int"},
    "ImageConfig": {"aspectRatio": "string", "imageSize": "string"},
    "ResponseFormat": {"image": "ImageFormat"},
    "ImageFormat": {"aspectRatio": "string", "imageSize": "string", "mimeType": "ImageMime", "delivery": "any"},
    "VertexImageConfig": {
        "aspectRatio": "string",
        "imageSize": "string",
        "personGeneration": "string",
        "imageOutputOptions": "ImageOutputOptions",
    },
    "ImageOutputOptions": {"mimeType": "string", "compressionQuality": "int"},
    "Upload": {"file": "File"},
    "File": {"name": "string", "displayName": "string", "mimeType": "string", "sizeBytes": "int64"},
    "BatchCreate": {"batch": "Batch"},
    "Batch": {"displayName": "string", "model": "string", "inputConfig": "InputConfig", "priority": "int64"},
    "InputConfig": {"fileName": "string", "requests": "InlineRows"},
    "InlineRows": {"requests": ["InlineRow"]},
    "InlineRow": {"request": "any", "metadata": "any"},
    "FileRow": {"key": "string", "request": "any"},
}


class ApiError(Exception):
    """An error as the API words it."""

    def __init__(self, code: int, message: str, *, status: str = "", details: list[Any] | None = None, **headers: str):
        super().__init__(message)
        self.code, self.status = code, status or _STATUS[code]
        self.details, self.headers = details or [], {name.replace("_", "-"): text for name, text in headers.items()}

    @property
    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        error = {"code": self.code, "message": str(self), "status": self.status}
        return {"error": error | ({"details": self.details} if self.details else {})}


def read_message(value: Any, message: str, path: str, vertex: bool = False) -> dict[str, Any]:
    """A JSON object with its fields in camelCase; ApiError for an unknown field or a wrong type."""
    if not isinstance(value, dict):
        raise invalid(f"Invalid value at '{path}' ({message}), {_shown(value)}")
    known, read = _MESSAGES["VertexImageConfig" if vertex and message == "ImageConfig" else message], {}
    for name, field in value.items():
        camel = re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)
        if camel not in known:
            where = f" at '{path}'" if path else ""
            raise invalid(f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.')
        if camel in read:
            raise invalid(f'Invalid JSON payload received. Field "{name}" is given twice.')
        if field is not None:
            read[camel] = _read(field, known[camel], f"{path}.{_snake(camel)}".lstrip("."), vertex)
    return read


def invalid(message: str) -> ApiError:
    """A 400 INVALID_ARGUMENT."""
    return ApiError(400, message)


def _read(value: Any, kind: Any, path: str, vertex: bool) -> Any:
    if isinstance(kind, list):
        if not isinstance(value, list):
            raise invalid(f"Invalid value at '{path}', {_shown(value)}: a list is expected.")
        return [_read(each, kind[0], f"{path}[{at}]", vertex) for at, each in enumerate(value)]
    if kind in _MESSAGES:
        return read_message(value, kind, path, vertex)
    if kind in _ENUMS:
        known = _ENUMS[kind].split()
        if not isinstance(value, str) or value.upper() not in known:
            raise invalid(f"Invalid value at '{path}' (type.googleapis.com/{kind}), {_shown(value)}")
        return value.upper()
    try:
        if kind in ("int", "int64"):
            return _whole(value, 31 if kind == "int" else 63)
        if kind in ("string", "bool"):
            return _exact(value, {"string": str, "bool": bool}[kind])
        return float(value) if kind == "number" else value
    except (TypeError, ValueError) as error:
        raise invalid(f"Invalid value at '{path}' (TYPE_{kind.upper()}), {_shown(value)}") from error


def _whole(value: Any, bits: int) -> int:
    if isinstance(value, bool) or float(value) != int(value) or not -(2**bits) <= int(value) < 2**bits:
        raise ValueError(value)
    return int(value)


def _exact(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError(value)
    return value


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: "_" + found[1].lower(), name)


def _shown(value: Any) -> str:
    return orjson.dumps(value).decode()[:60]
