"""A YAML loader without surprises: YAML 1.2's plain values, no tags, no doubled keys, no bombs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import yaml

from adlocalizer.config.wording import quoted
from adlocalizer.errors import ConfigError

if TYPE_CHECKING:
    from yaml import SafeLoader as _Base
else:
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_NODES = 200_000
"""Values a file may hold once its aliases are written out."""

_ODD = re.compile("^ *\t|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]", re.MULTILINE)


class Loader(_Base):
    """Reads `9:16`, `no` and `2026-12-01` as the text they are; numbers are decimal and finite."""


Loader.yaml_implicit_resolvers = {}
Loader.yaml_constructors = {}


def _number(loader: Loader, node: yaml.ScalarNode) -> int | float:
    text = str(loader.construct_scalar(node))
    try:
        return int(text) if node.tag.endswith("int") else float(text)
    except ValueError:
        raise yaml.constructor.ConstructorError(None, None, f"{quoted(text)} is no number", node.start_mark) from None


def _truth(loader: Loader, node: yaml.ScalarNode) -> bool:
    return str(loader.construct_scalar(node)).lower() == "true"


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?[0-9]{1,18}$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]{1,18}|[0-9]{1,18}(?:\.[0-9]{0,18})?)(?:[eE][-+]?[0-9]{1,2})?$", "-+.0123456789"),
    ("merge", r"^<<$", "<"),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))
for _tag in ("null", "str", "seq", "map"):
    _name = f"tag:yaml.org,2002:{_tag}"
    Loader.add_constructor(_name, yaml.SafeLoader.yaml_constructors[_name])
Loader.add_constructor("tag:yaml.org,2002:bool", _truth)
Loader.add_constructor("tag:yaml.org,2002:int", _number)
Loader.add_constructor("tag:yaml.org,2002:float", _number)
Loader.add_constructor(None, yaml.SafeLoader.yaml_constructors[None])


class OddLetter(NamedTuple):
    """A character no configuration needs."""

    line: int
    letter: str
    remedy: str


def first_odd_letter(text: str) -> OddLetter | None:
    """The first tab in an indentation, or control, direction or line-separator character."""
    found = _ODD.search(text)
    if not found:
        return None
    letter, line = found.group()[-1], text.count("\n", 0, found.end() - 1) + 1
    return OddLetter(line, letter, "indent with spaces" if letter == "\t" else "remove this invisible character")


def refuse_odd_nodes(root: yaml.Node, shown: str) -> None:
    """Raise for doubled keys, keys that are not plain, and aliases that repeat themselves out of bounds."""
    sizes: dict[int, int] = {}

    def where(node: yaml.Node) -> str:
        return f"{shown}:{node.start_mark.line + 1}"

    def measure(node: yaml.Node) -> int:
        if isinstance(node, yaml.ScalarNode):
            return 1
        if (known := sizes.get(id(node))) is not None:
            if known == 0:
                raise ConfigError(where(node), "an alias stands inside its own anchor", "write the values out")
            return known
        sizes[id(node)] = 0
        if isinstance(node, yaml.MappingNode):
            _refuse_odd_keys(node, shown)
            size = 1 + sum(1 + measure(value) for _, value in node.value)
        else:
            size = 1 + sum(map(measure, node.value))
        if size > MAX_NODES:
            raise ConfigError(where(node), "its aliases stand for too many values", "write the values out, or fewer")
        sizes[id(node)] = size
        return size

    measure(root)


def _refuse_odd_keys(node: yaml.MappingNode, shown: str) -> None:
    seen: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise ConfigError(f"{shown}:{line}", "a key is a list or a mapping", "write a plain word as key")
        if first := seen.get(key.value):
            found = f"the key {quoted(key.value)} stands here again, first in line {first}"
            raise ConfigError(f"{shown}:{line} ({key.value})", found, "keep one of the two")
        seen[key.value] = line


_SYNTAX = (
    ("found another document", "write one document; remove the second ---"),
    ("expected a single document", "write one document; remove the second ---"),
    ("cannot start any token", "put a text that starts with a special character in quotes; indent with spaces"),
    ("mapping values are not allowed", "put a text that holds ': ' in quotes, or check the indentation"),
    ("unexpected end of stream", "close the quote"),
    ("could not determine a constructor", "remove the tag that starts with !, or put the text in quotes"),
    ("did not find expected whitespace or line break", "put a text that starts with ! in quotes"),
    ("nesting depth", "nest less deeply"),
    ("undefined alias", "write the anchor (&name) before its alias (*name)"),
    ("expected ',' or", "close the bracket, or put a comma between the entries"),
    ("could not find expected ':'", "write `key: value` on a line of its own"),
    ("for merging", "write `<<: *name`, the name of a mapping"),
)


def faulty_syntax(error: Exception, shown: str) -> ConfigError:
    """A parser's complaint with its line and what to do about it."""
    if isinstance(error, RecursionError):
        return ConfigError(shown, "values are nested too deeply", "nest less deeply")
    found = str(getattr(error, "problem", None) or error)
    mark = getattr(error, "problem_mark", None)
    if "end of stream" in found:
        mark = getattr(error, "context_mark", None) or mark
    where = f"{shown}:{mark.line + 1}" if mark else shown
    usual = "write `key: value`, indented by spaces, as in the shipped files"
    remedy = next((words for part, words in _SYNTAX if part in found), usual)
    return ConfigError(where, f"is not YAML ({found})", remedy)
