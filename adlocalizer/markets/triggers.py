"""When a market rule applies: `product:alcohol & !locale:fr*`, read once and asked of every ad."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

import regex

from adlocalizer.markets.ad import PRICE_TAGS, Ad, Placed
from adlocalizer.markets.matching import has_word, pattern_of

Condition = Callable[[Ad, Placed], bool]

KINDS = ("product", "scene", "copy", "price", "placement", "image", "locale", "city")

_PARTS = r"""\s*(?:
    (?P<sign>[|&!()])
  | (?P<always>\*)(?=[\s|&()]|$)
  | (?P<kind>[a-z]+):(?:/(?P<regex>(?:\\.|[^/\\])+)/(?P<flags>i?)|"(?P<quoted>[^"]+)"|(?P<plain>[^\s|&()"/][^\s|&()"]*))
  | (?P<odd>\S[^|&()]*)
)"""
_FORMS = '`kind:word`, `kind:"several words"`, `copy:/pattern/i` or `*`, joined by `|`, `&`, `!` and parentheses'


class TriggerError(ValueError):
    """A trigger nobody can read: what was found, and what to write."""

    def __init__(self, found: str, remedy: str) -> None:
        """Keep both for whoever knows the file and the line."""
        super().__init__(found, remedy)
        self.found, self.remedy = found, remedy


class _Token(NamedTuple):
    kind: str
    """A sign such as `|`, `*`, or a term's kind."""
    word: str = ""
    is_pattern: bool = False
    is_caseless: bool = False


@functools.lru_cache(maxsize=4096)
def parse_trigger(text: str, words: tuple[str, ...] = ()) -> Condition:
    """What a trigger asks of an ad in a format; `copy:*` asks for the words. TriggerError when it cannot be read."""
    tokens = list(_tokens(text))
    try:
        met, rest = _any_of(tokens, words)
    except RecursionError:
        raise TriggerError("parentheses are nested too deeply", "write fewer of them") from None
    if rest:
        raise TriggerError(f"{text!r} goes on with {_shown(rest[0])} where it should end", f"write {_FORMS}")
    uses_words = _Token("copy", "*") in tokens
    if uses_words != bool(words):
        found = "`copy:*` without a list `words:`" if uses_words else "`words:` without `copy:*` in the trigger"
        raise TriggerError(found, "write both, or neither")
    return met


def terms_of(text: str) -> tuple[tuple[str, str], ...]:
    """The terms of a trigger, kind and word each; TriggerError when one cannot be read."""
    return tuple((token.kind, token.word) for token in _tokens(text) if token.word)


def _tokens(text: str) -> Iterator[_Token]:
    for match in regex.finditer(_PARTS, text.strip(), regex.VERBOSE):
        if match["sign"] or match["always"]:
            yield _Token(match["sign"] or "*")
        elif match["odd"]:
            raise TriggerError(f"found {match['odd'].strip()!r}", f"write {_FORMS}")
        elif match["kind"] not in KINDS:
            raise TriggerError(f"found the unknown term {match['kind'] + ':'!r}", f"write one of {', '.join(KINDS)}")
        else:
            word = match["regex"] or match["quoted"] or match["plain"]
            yield _Token(match["kind"], word, match["regex"] is not None, match["flags"] == "i")


def _any_of(tokens: list[_Token], words: tuple[str, ...]) -> tuple[Condition, list[_Token]]:
    parts, rest = _joined(tokens, words, "|")
    return (parts[0] if len(parts) == 1 else lambda ad, placed: any(part(ad, placed) for part in parts)), rest


def _all_of(tokens: list[_Token], words: tuple[str, ...]) -> tuple[Condition, list[_Token]]:
    parts, rest = _joined(tokens, words, "&")
    return (parts[0] if len(parts) == 1 else lambda ad, placed: all(part(ad, placed) for part in parts)), rest


def _joined(tokens: list[_Token], words: tuple[str, ...], sign: str) -> tuple[list[Condition], list[_Token]]:
    inner = _all_of if sign == "|" else _one
    part, rest = inner(tokens, words)
    parts = [part]
    while rest and rest[0].kind == sign:
        part, rest = inner(rest[1:], words)
        parts.append(part)
    return parts, rest


def _one(tokens: list[_Token], words: tuple[str, ...]) -> tuple[Condition, list[_Token]]:
    if not tokens or tokens[0].kind in ("|", "&", ")"):
        found = f"a term is missing before {_shown(tokens[0])}" if tokens else "a term is missing at the end"
        raise TriggerError(found, f"write {_FORMS}")
    first, rest = tokens[0], tokens[1:]
    if first.kind == "!":
        part, rest = _one(rest, words)
        return (lambda ad, placed: not part(ad, placed)), rest
    if first.kind == "(":
        part, rest = _any_of(rest, words)
        if not rest or rest[0].kind != ")":
            raise TriggerError("a parenthesis is not closed", "write `)` behind its last term")
        return part, rest[1:]
    return _term(first, words), rest


def _term(token: _Token, words: tuple[str, ...]) -> Condition:
    word = token.word
    if token.is_pattern and token.kind != "copy":
        raise TriggerError(f"found a pattern behind {token.kind + ':'!r}", "write patterns behind `copy:` only")
    match token.kind:
        case "*":
            return lambda ad, placed: True
        case "copy":
            return _copy_term(token, words)
        case "product":
            return lambda ad, placed: word in ad.product_tags
        case "scene":
            return lambda ad, placed: word in ad.scene_tags
        case "price":
            if word not in PRICE_TAGS:
                raise TriggerError(f"found the unknown price {word!r}", f"write one of {', '.join(PRICE_TAGS)}")
            return lambda ad, placed: ad.has_price(word)
        case "placement":
            return lambda ad, placed: fnmatchcase(placed.placement if "/" in word else placed.format_id, word)
        case "image":
            return lambda ad, placed: fnmatchcase(placed.digital_source_type.lower(), word.lower())
        case "locale":
            return lambda ad, placed: fnmatchcase(ad.locale, word)
        case _:
            return lambda ad, placed: fnmatchcase(ad.city_id, word)


def _copy_term(token: _Token, words: tuple[str, ...]) -> Condition:
    if token.is_pattern:
        try:
            pattern = pattern_of(token.word, token.is_caseless)
        except ValueError as error:
            raise TriggerError(f"/{token.word}/ is no pattern ({error})", "write a regular expression") from None
        return lambda ad, placed: pattern.search(ad.text) is not None
    if token.word == "*":
        return lambda ad, placed: any(has_word(ad.text, word, ad.locale) for word in words)
    return lambda ad, placed: has_word(ad.text, token.word, ad.locale)


def _shown(token: _Token) -> str:
    return repr(f"{token.kind}:{token.word}" if token.word else token.kind)
