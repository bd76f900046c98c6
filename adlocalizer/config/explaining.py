"""What a failed validation means, in plain sentences taken from the noun's own schema."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import ValidationError

from adlocalizer.config.wording import listed, nearest, quoted
from adlocalizer.domain import Noun
from adlocalizer.errors import ConfigError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

N = TypeVar("N", bound=Noun)
Loc = tuple[int | str, ...]

PATTERNS = {
    r"^[a-z0-9][a-z0-9_-]{0,62}$": "an id of lower-case letters, digits, - and _, such as 'jp-tokyo'",
    r"^[a-z0-9][a-z0-9.-]{0,62}$": "a model id of lower-case letters, digits, - and .",
    r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$": "a BCP-47 tag such as 'ja-JP' or 'zh-Hant-HK'",
    r"^(\*|[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?)$": "a BCP-47 tag such as 'fr' or 'zh-Hant', or '*'",
    r"^#[0-9a-fA-F]{6}$": "a colour in quotes, such as '#ffc400'",
    r"^[1-9][0-9]{0,2}:[1-9][0-9]{0,2}$": "a ratio in quotes, such as '16:9'",
    r"^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$": "letters, digits, - and _, such as 'EMEA'",
    r"^[A-Z]{2}$": "two capital letters of ISO 3166-1, such as 'JP'",
    r"^[a-z][A-Za-z]{2,60}$": "a term of IPTC's digital source types, such as 'digitalCreation'",
    r"^https?://\S+$": "an address that begins with https://",
    r"^https?://[^\s/?#@]+(/[^\s?#]*)?$": "an address without a key in it, such as 'https://weather.example.org'",
    r"^https://[^\s\"'<>]+$": "an address that begins with https://",
    r"^[a-z_]+(\.[a-z_]+)+$": "the module path of a flow, such as flows.backfill.backfill",
    r"^[A-Z][A-Z0-9_]{0,62}$": "the name of an environment variable, such as 'OPEN_METEO_API_KEY'",
    r"^[A-Z]{3}$": "three capital letters of ISO 4217, such as 'EUR'",
    r"^[A-Z][a-z]{3}$": "four letters of ISO 15924, such as 'Latn'",
    r"^((10|0?[0-9A-F])?[0-9A-F]{4}-(10|0?[0-9A-F])?[0-9A-F]{4}"
    r"( (10|0?[0-9A-F])?[0-9A-F]{4}-(10|0?[0-9A-F])?[0-9A-F]{4})*)?$": (
        "ranges of Unicode in capital letters, a space between two of them, such as '0020-007E 00A0-024F'"
    ),
    r"^[0-9a-f]{64}$": "the 64 hexadecimal digits of a SHA-256",
    r"\S": "a word in quotes, such as 'cheapest'",
    r"^([A-Z][a-z]{3}|\*)$": "four letters of ISO 15924, such as 'Hani', or '*'",
}
"""What the nouns' patterns ask for, in words."""


class Explanation(NamedTuple):
    """One thing that is wrong: where, what stands there, what to write instead."""

    loc: Loc
    found: str
    remedy: str
    is_unknown_key: bool = False


def explanations(error: ValidationError, noun: type[Noun]) -> tuple[Explanation, ...]:
    """Everything a validation complains about, in its own order."""
    wrong = error.errors(include_url=False)
    # A tuple with a bad entry is called too short as well.
    inner = {details["loc"][:depth] for details in wrong for depth in range(len(details["loc"]))}
    return tuple(_explain(one, noun) for one in wrong if one["type"] != "too_short" or one["loc"] not in inner)


def known_keys(noun: type[Noun], loc: Loc = ()) -> tuple[str, ...]:
    """The keys a noun takes at a place."""
    return tuple(_schema_at(noun, loc).get("properties", ()))


def _explain(details: ErrorDetails, noun: type[Noun]) -> Explanation:
    loc, kind = details["loc"], details["type"]
    if kind == "extra_forbidden":
        return _unknown_key(loc, noun)
    if kind == "missing":
        meaning = _schema_at(noun, loc, resolve=False).get("description") or _wanted(_schema_at(noun, loc))
        return Explanation(loc, "is missing", f"add it: {meaning}")
    if loc and loc[-1] == "[key]":
        loc = loc[:-1]
        wanted = _wanted(_schema_at(noun, loc[:-1]).get("propertyNames", {}) | {"pattern": _pattern(details)})
        return Explanation(loc, f"the key {quoted(str(loc[-1]))} is not accepted", f"write {wanted}")
    if kind == "value_error":
        return _own_words(loc, str(details["msg"]).removeprefix("Value error, "), noun)
    schema = _schema_at(noun, loc)
    hint = ""
    if isinstance(details["input"], str) and (near := nearest(details["input"], _choices(schema))):
        hint = f"{near!r}, or " if len(_choices(schema)) > 1 else ""
    return Explanation(loc, f"found {quoted(details['input'])}", f"write {hint}{_wanted(schema)}")


def _own_words(loc: Loc, message: str, noun: type[Noun]) -> Explanation:
    """A validator's `found; remedy`; its first word may name the key, `models/one/price_micros` one further in."""
    found, _, remedy = message.partition("; ")
    first, _, rest = found.partition(" ")
    steps = first.rstrip(":").split("/")
    if steps[0] not in known_keys(noun, loc):
        return Explanation(loc, found, remedy or "write another value")
    return Explanation((*loc, *steps), rest if len(steps) > 1 else found, remedy or "write another value")


def _unknown_key(loc: Loc, noun: type[Noun]) -> Explanation:
    known = known_keys(noun, loc[:-1])
    near = nearest(str(loc[-1]), known)
    remedy = f"write {near!r} instead" if near else f"remove it; known keys: {listed(known)}"
    return Explanation(loc, f"unknown key {quoted(str(loc[-1]))}", remedy, is_unknown_key=True)


def _wanted(schema: Mapping[str, Any]) -> str:
    """What a schema accepts, as the object of `write …`."""
    if choices := _choices(schema):
        return "one of " + listed([repr(choice) for choice in choices])
    if schema.get("pattern"):
        return PATTERNS.get(schema["pattern"], f"text that matches {schema['pattern']}")
    match schema.get("type"):
        case "boolean":
            return "true or false"
        case "integer" | "number":
            return ("a whole number" if schema["type"] == "integer" else "a number") + _range(schema)
        case "string" if schema.get("format") == "date":
            return "a date such as 2026-12-01"
        case "string":
            least, most = schema.get("minLength", 0), schema.get("maxLength")
            length = f" of {least} to {most} characters" if most else " of at least one character" if least else ""
            return f"text{length} (in quotes when it looks like a number or holds a colon)"
        case "array":
            return f"a list{_length(schema)}, such as [a, b]"
        case _:
            keys = schema.get("properties", ())
            return f"keys and values: {listed(keys)}" if keys else "keys and values, such as `key: value`"


def _range(schema: Mapping[str, Any]) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    over, under = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    if least is not None and most is not None:
        return f" from {least:g} to {most:g}"
    ends = ((least, "of at least"), (over, "over"), (most, "of at most"), (under, "under"))
    return "".join(f" {word} {end:g}" for end, word in ends if end is not None)


def _length(schema: Mapping[str, Any]) -> str:
    least, most = schema.get("minItems"), schema.get("maxItems")
    if least is not None and most is not None:
        return f" of {least}" if least == most else f" of {least} to {most}"
    return f" of at least {least}" if least else f" of at most {most}" if most else ""


def _choices(schema: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(map(str, schema.get("enum", ()))) or ((str(schema["const"]),) if "const" in schema else ())


def _pattern(details: ErrorDetails) -> str:
    return str(details.get("ctx", {}).get("pattern", ""))


def _schema_at(noun: type[Noun], loc: Loc, *, resolve: bool = True) -> dict[str, Any]:
    """The part of a noun's schema a place is held to; empty when the schema knows no such place."""
    whole = _schema(noun)
    here: dict[str, Any] = whole
    for step in loc:
        here = _child(_resolved(here, whole, step), step)
    return _resolved(here, whole) if resolve else here


def _child(schema: dict[str, Any], step: int | str) -> dict[str, Any]:
    if isinstance(step, int):
        entries = [*schema.get("prefixItems", ())[step:], schema.get("items")]
    else:
        named = schema.get("properties", {}).get(step)
        entries = [named, *schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
    return next((one for one in entries if isinstance(one, dict)), {})


def _resolved(schema: dict[str, Any], whole: dict[str, Any], step: int | str = "") -> dict[str, Any]:
    """A schema without its reference; of several kinds the first, or the one that has a place for a step inside."""
    if "$ref" in schema:
        return _resolved(whole["$defs"][schema["$ref"].rpartition("/")[2]], whole, step)
    kinds = [_resolved(kind, whole) for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    lists = [kind for kind in kinds if kind.get("type") == "array" and isinstance(step, int)]
    return (lists or kinds)[0] if kinds else schema


@functools.cache
def _schema(noun: type[Noun]) -> dict[str, Any]:
    return noun.model_json_schema()


def row_noun(noun: type[N], values: Mapping[str, object], where: str) -> N:
    """The noun a table's row describes; a ConfigError names the row, the first column at fault and what to write."""
    try:
        return noun.model_validate(values, strict=True)
    except ValidationError as error:
        first = explanations(error, noun)[0]
        raise ConfigError(f"{where} ({first.loc[0]})", first.found, first.remedy) from None
