"""JSON from the network: big base64 cut out before parsing, both casings accepted, nothing taken for granted."""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import ConfigDict, TypeAdapter, ValidationError

# In valid JSON this stands nowhere but at a key: inside a string the quotes would be escaped.
_DATA = re.compile(r'"data"\s*:\s*"')
_SNAKE = re.compile(r"_([a-z0-9])")
_CHUNK = 1 << 20
"""Characters decoded at a time: the interpreter lock is held for a millisecond, not for a whole 4K picture."""

_QUICK = TypeAdapter(bytes, config=ConfigDict(val_json_bytes="base64"))
"""Either alphabet, padded or not, in a quarter of the time of `binascii`."""


class Unparsed(ValueError):
    """A body that is not the JSON object it should be."""


class Blob(NamedTuple):
    """Where a base64 value stands in its text."""

    start: int
    end: int


class Body(NamedTuple):
    """A parsed body; values of `data` are left where they were and numbered."""

    tree: dict[str, Any]
    text: str
    blobs: tuple[Blob, ...]


def parse(text: str) -> Body:
    """Parse a JSON object, its base64 apart; raises Unparsed."""
    blobs = tuple(_blobs(text))
    edges = [0, *(at for blob in blobs for at in blob), len(text)]
    pieces = [text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)]
    bare = pieces[0] + "".join(f"{number}{piece}" for number, piece in enumerate(pieces[1:]))
    try:
        tree = json.loads(bare, object_hook=_in_camel_case)
    except (ValueError, RecursionError) as error:
        raise Unparsed("it is not JSON") from error
    if not isinstance(tree, dict):
        raise Unparsed("it is not a JSON object")
    return Body(tree, text, blobs)


def decoded(body: Body, number: object) -> bytes:
    """A base64 value by the number that stands in its place: either alphabet, padded or not; raises Unparsed."""
    if not isinstance(number, str) or not number.isascii() or not number.isdecimal() or int(number) >= len(body.blobs):
        raise Unparsed("a picture's data is not text")
    start, end = body.blobs[int(number)]
    text = body.text
    if text.find("\\", start, end) >= 0:  # some encoders write = as \u003d and / as \/
        try:
            text = "".join(json.loads(f'"{text[start:end]}"').split())
        except ValueError as error:
            raise Unparsed("a picture's data is not text") from error
        start, end = 0, len(text)
    while end > start and text[end - 1] == "=":
        end -= 1
    try:
        return b"".join(_decoded_chunks(text, start, end))
    except ValueError as error:  # binascii.Error, and characters outside ASCII
        raise Unparsed("a picture's base64 is broken") from error


def mapping_in(tree: object, name: str) -> dict[str, Any]:
    """A member that should be an object, else an empty one."""
    value = tree.get(name) if isinstance(tree, Mapping) else None
    return value if isinstance(value, dict) else {}


def list_in(tree: object, name: str) -> list[dict[str, Any]]:
    """A member that should be a list of objects; what is no object is left out."""
    value = tree.get(name) if isinstance(tree, Mapping) else None
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def texts_in(tree: object, name: str) -> tuple[str, ...]:
    """A member that should be a list of strings."""
    value = tree.get(name) if isinstance(tree, Mapping) else None
    return tuple(_clean(part) for part in value if isinstance(part, str)) if isinstance(value, list) else ()


def text_in(tree: object, name: str) -> str:
    """A member that should be a string, else an empty one; half characters are replaced."""
    value = tree.get(name) if isinstance(tree, Mapping) else None
    return _clean(value) if isinstance(value, str) else ""


def count_in(tree: object, name: str) -> int:
    """A member that should be a whole number, or one written as a string as 64-bit numbers are; else 0."""
    value = tree.get(name) if isinstance(tree, Mapping) else None
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        value = int(value)
    return min(max(value, 0), 2**53) if isinstance(value, int) and not isinstance(value, bool) else 0


def _blobs(text: str) -> Iterator[Blob]:
    at = 0
    while found := _DATA.search(text, at):
        end = text.find('"', found.end())
        if end < 0 or text[end - 1] == "\\":
            return  # cut short, or no base64: the parser will say
        yield Blob(found.end(), end)
        at = end + 1


def _decoded_chunks(text: str, start: int, end: int) -> Iterator[bytes]:
    for at in range(start, end, _CHUNK):
        chunk = text[at : min(at + _CHUNK, end)]
        if chunk.endswith("="):
            raise ValueError("padding inside")
        try:
            yield _QUICK.validate_strings(chunk)
        except ValidationError:
            yield _decoded_patiently(chunk)


def _decoded_patiently(chunk: str) -> bytes:
    """What the quick reader does not take: both alphabets in one, bits left over at the end."""
    if "=" in chunk:
        raise ValueError("padding inside")
    plain = chunk.replace("-", "+").replace("_", "/")
    return binascii.a2b_base64(plain + "=" * (-len(plain) % 4), strict_mode=True)


def _in_camel_case(tree: dict[str, Any]) -> dict[str, Any]:
    return {_SNAKE.sub(lambda found: found[1].upper(), name): value for name, value in tree.items()}


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
