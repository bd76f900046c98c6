"""Strict YAML: a file becomes one noun, or an error that names the line, what stands there and what to write."""

from __future__ import annotations

import codecs
import functools
import json
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

import yaml
from pydantic import ValidationError

from adlocalizer.config.books import Book
from adlocalizer.config.explaining import Explanation, explanations
from adlocalizer.config.files import read_whole
from adlocalizer.config.loading import Loader, faulty_syntax, first_odd_letter, refuse_odd_nodes
from adlocalizer.config.wording import quoted, shown_path
from adlocalizer.domain import Noun
from adlocalizer.errors import ConfigError

MAX_BYTES = 2_000_000

N = TypeVar("N", bound=Noun)


class Document(NamedTuple):
    """A parsed YAML file: its plain values, and its nodes, which know their lines."""

    value: object
    node: yaml.Node


def read_yaml(path: Path, noun: type[N], root: Path | None = None) -> N:
    """The noun a YAML file describes; a ConfigError names file, line and key of whatever is wrong."""
    shown = shown_path(path, root)
    return cast("N", _described(read_whole(path, shown, MAX_BYTES), noun, shown))


def read_document(path: Path, shown: str) -> Document:
    """A YAML file's values and nodes; refuses what YAML forbids, and what it allows but nobody means."""
    return _document(read_whole(path, shown, MAX_BYTES), shown)


@functools.lru_cache(maxsize=256)
def _described(raw: bytes, noun: type[Noun], shown: str) -> Noun:
    """The noun some bytes describe. They are the cache's key: of a file that changed nothing old is given."""
    document = _document(raw, shown)
    try:
        # JSON in between: pydantic's strict mode then takes lists for tuples and text for dates, and nothing else.
        value = noun.with_ids(document.value) if issubclass(noun, Book) else document.value
        return noun.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise _explained(explanations(error, noun), document.node, shown) from None


def _document(raw: bytes, shown: str) -> Document:
    text = _text(raw, shown)
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise ConfigError(shown, "the file is empty", "write keys and values, as in the shipped files")
        refuse_odd_nodes(node, shown)
        return Document(loader.construct_document(node), node)
    except (yaml.YAMLError, RecursionError) as error:
        raise faulty_syntax(error, shown) from None
    finally:
        loader.dispose()


def line_of(node: yaml.Node, loc: tuple[int | str, ...]) -> int:
    """The line of a key or list entry, or of the nearest thing around it that stands in the file."""
    line = node.start_mark.line + 1
    for step in loc:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode) and (pair := _pair(node, str(step))):
            line, node = pair[0].start_mark.line + 1, pair[1]
        else:
            break
    return int(line)


def _pair(node: yaml.MappingNode, key: str) -> tuple[yaml.Node, yaml.Node] | None:
    return next(((name, value) for name, value in node.value if name.value == key), None)


def _explained(wrong: tuple[Explanation, ...], node: yaml.Node, shown: str) -> ConfigError:
    # A misspelt key is also a missing key: what stands there is said first.
    ordered = sorted(wrong, key=lambda one: (not one.is_unknown_key, line_of(node, one.loc)))
    first, rest = ordered[0], ordered[1:]
    key = f" ({'.'.join(map(str, first.loc))})" if first.loc else ""
    more = f" (and {len(rest)} more in this file)" if rest else ""
    return ConfigError(f"{shown}:{line_of(node, first.loc)}{key}", first.found, first.remedy + more)


def _text(raw: bytes, shown: str) -> str:
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        text = raw.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{raw[error.start]:02X} is not UTF-8"
        raise ConfigError(f"{shown}:{line}", found, "save the file as UTF-8") from None
    if odd := first_odd_letter(text):
        raise ConfigError(f"{shown}:{odd.line}", f"found {quoted(odd.letter)}", odd.remedy)
    return text
