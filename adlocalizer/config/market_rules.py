"""The rules of markets: every file of `configs/markets/`, one for each market and one for each group of markets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from adlocalizer.config import places
from adlocalizer.config.books import Book
from adlocalizer.config.documents import line_of, read_document, read_yaml
from adlocalizer.config.tags import Tag, TagBook, tag_remedy
from adlocalizer.config.wording import shown_path
from adlocalizer.domain import Id, MarketRule
from adlocalizer.domain.market import Market
from adlocalizer.errors import ConfigError
from adlocalizer.markets import TriggerError, parse_trigger, terms_of

FOLDER = "configs/markets"


class MarketBook(Book):
    """The rules of a market, or of several that share them, by id."""

    shelf = "rules"
    markets: tuple[Market, ...] = Field(min_length=1, description="ISO 3166-1 alpha-2; rules hold in all of them")
    rules: dict[Id, MarketRule] = Field(min_length=1, description="Rules by id")

    @classmethod
    def with_ids(cls, value: object) -> object:
        """The file's values with each stanza's key as its id, and the file's markets where a stanza names none."""
        named = super().with_ids(value)
        if not isinstance(named, dict) or not isinstance(rules := named.get(cls.shelf), dict):
            return named
        shared = {"markets": named["markets"]} if named.get("markets") else {}
        return {
            **named,
            cls.shelf: {key: {**shared, **one} if isinstance(one, dict) else one for key, one in rules.items()},
        }

    @model_validator(mode="after")
    def _holds_in_its_markets(self) -> MarketBook:
        for id, rule in self.rules.items():
            if strange := [market for market in rule.markets if market not in self.markets]:
                raise ValueError(f"rules/{id}/markets found {strange[0]!r}, which is no market of this file; remove it")
            if rule.subdivision and "city:" not in rule.trigger:
                raise ValueError(f"rules/{id}/trigger names no city, but the rule has a subdivision; write `city:` too")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The schema of the file: its stanzas need no `markets`."""
        schema = super().__get_pydantic_json_schema__(core, handler)
        held = schema["properties"][cls.shelf]
        noun = handler.resolve_ref_schema(
            held.get("additionalProperties") or next(iter(held["patternProperties"].values()))
        )
        noun["required"] = [name for name in noun["required"] if name != "markets"]
        return schema


def read_market_rules(root: Path, tags: TagBook | None = None) -> dict[str, tuple[MarketRule, ...]]:
    """Every rule by market, in the order of file names and of the files; ConfigError names file and line.

    With tags, a trigger that asks for one nobody knows is refused: its rule would never apply.
    """
    by_market: dict[str, list[MarketRule]] = {}
    seen: dict[str, Path] = {}
    for path in sorted((root / FOLDER).glob("*.yml")):
        book = read_yaml(path, MarketBook, root)
        _check_markets(path, book, root)
        for id, rule in book.rules.items():
            if (first := seen.setdefault(id, path)) is not path:
                found = f"a rule of this id stands in {shown_path(first, root)} too"
                _refuse(path, ("rules", id), root, found, "give each rule its own id")
            _check_trigger(path, rule, root)
            if tags:
                _check_terms(path, rule, root, {"product": tags.product, "scene": tags.scene})
            _check_languages(path, rule, root)
            for market in rule.markets:
                by_market.setdefault(market, []).append(rule)
    return {market: tuple(rules) for market, rules in by_market.items()}


def _check_markets(path: Path, book: MarketBook, root: Path) -> None:
    for place, market in enumerate(book.markets):
        if remedy := places.market_remedy(market):
            _refuse(path, ("markets", place), root, f"found the unknown country {market!r}", remedy)
    own = path.stem.upper()
    if places.market_remedy(own) is None and book.markets != (own,):
        found = f"a file of this name holds the rules of {own} only"
        _refuse(path, ("markets",), root, found, f"write `markets: [{own}]`, or give the file another name")


def _check_trigger(path: Path, rule: MarketRule, root: Path) -> None:
    try:
        parse_trigger(rule.trigger, rule.words)
    except TriggerError as error:
        _refuse(path, ("rules", rule.id, "trigger"), root, error.found, error.remedy)


def _check_terms(path: Path, rule: MarketRule, root: Path, known: Mapping[str, Mapping[str, Tag]]) -> None:
    for kind, word in terms_of(rule.trigger):
        if kind in known and (said := tag_remedy(word, known[kind])):
            _refuse(path, ("rules", rule.id, "trigger"), root, *said)


def _check_languages(path: Path, rule: MarketRule, root: Path) -> None:
    for tag in rule.overlay.keys() - {"*"}:
        if remedy := places.locale_remedy(tag):
            _refuse(path, ("rules", rule.id, "overlay", tag), root, f"found the unknown language {tag!r}", remedy)


def _refuse(path: Path, loc: tuple[int | str, ...], root: Path, found: str, remedy: str) -> NoReturn:
    shown = shown_path(path, root)
    line = line_of(read_document(path, shown).node, loc)
    raise ConfigError(f"{shown}:{line} ({'.'.join(map(str, loc))})", found, remedy)
