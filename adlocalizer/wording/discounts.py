"""What copy promises of a price, and what the numbers say: per cent by CLDR's forms, in any digits."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence

import regex

from adlocalizer.domain import Copy
from adlocalizer.wording.letters import Spot, said_for, spots

_MARKS = regex.compile("[\u061c\u200e\u200f\u2066-\u2069]")
_PERCENT = "%\u066a\uff05\ufe6a"
_ANY_PERCENT = regex.compile(f"[{_PERCENT}]")
_MINUS = "-\u2212\u2013\u2011"
"""What people type for CLDR's signs: Arabic, full-width and small per cent; minus, en dash, hard hyphen."""
_BETWEEN = regex.compile(r"(?:[^\p{L}\p{M}\p{N}\p{Pd}.!?…。！？｡,;，；、،؛।]|\p{Pd}(?!\s)){0,3}")  # noqa: RUF001
_UP_TO = regex.compile(r"\s*+(?:[\p{L}\p{M}'’]+\s+){0,2}(?:[\p{L}\p{M}'’]+\s*)?")  # noqa: RUF001
_OF_ITS = regex.compile(r"(?:'|’)?\s?(?:[\p{L}\p{M}'’]{1,5}\s){0,2}")  # noqa: RUF001
"""What may stand between word and number: nothing much, else three words before it (`save up to 20 %`), two short ones
after (`20 % de descuento`). Never a number, the end of a sentence, a comma or a dash between two thoughts."""
_WHOLE = 100.0
"""Per cent that say what a thing is made of, unless the word stands right beside them."""
_SPOKEN = ("headline", "subline", "call_to_action", "legal")

ROUNDING = 0.5
"""Percentage points a promise may be off: `-20 %` for 19.6 % is rounded, for 19.4 % it is not."""


def discount_percent(price: float, before: float) -> float:
    """How much less a price is than the one before, in per cent of that; negative when it is more."""
    return (1 - price / before) * 100


def bears_out(row: Copy) -> bool:
    """Whether the lowest price of the 30 days before it fell is given, and the old price not above it.

    What Article 6a of Directive 98/6/EC asks for in the European Union; kept everywhere.
    """
    return row.old_price is not None and row.lowest_30d is not None and row.old_price <= row.lowest_30d


def claims_discount(row: Copy, words: Mapping[str, Sequence[str]] | None = None) -> float | None:
    """The reduction a copy promises, in per cent, the highest if it names several; None when it promises none."""
    return max(promises(row, words), default=None)


def promises(row: Copy, words: Mapping[str, Sequence[str]] | None = None) -> tuple[float, ...]:
    """Every reduction a copy promises, in per cent, the smallest first.

    A promise is a percentage with a minus right before it, such as `-20 %`, or the one beside a word of `words`: what a
    language says of reductions, by locale, language or `*`. Beside: in the same sentence, a few words apart at most.
    """
    found: set[float] = set()
    for text in (getattr(row, column) for column in _SPOKEN):
        if text:
            found.update(_claims(_MARKS.sub("", text), row.locale, words or {}))
    return tuple(sorted(found))


def _claims(text: str, locale: str, words: Mapping[str, Sequence[str]]) -> Iterator[float]:
    # Few texts name a percentage, and a locale's forms cost three milliseconds to load.
    if _ANY_PERCENT.search(text) is None:
        return
    matches = list(_percent(locale).finditer(text))
    yield from (_number(match) for match in matches if match["minus"])
    for spot in (one for said in said_for(words, locale) for word in said for one in spots(word, text, locale)):
        # One promise a word: of two percentages as near, as in `20 % off 50 % recycled cans`, the smaller.
        beside = [(gap, _number(match)) for match in matches if (gap := _gap(text, spot, match)) is not None]
        if beside:
            yield min(beside)[1]


def _gap(text: str, spot: Spot, match: regex.Match[str]) -> int | None:
    """How many characters part a word from a percentage that is beside it; None when it is not."""
    is_before = spot.end <= match.start()
    between = text[spot.end : match.start()] if is_before else text[match.end() : spot.start]
    if spot.start < match.end() and match.start() < spot.end:
        return None
    is_near = _number(match) < _WHOLE and (_UP_TO if is_before else _OF_ITS).fullmatch(between)
    return len(between) if is_near or _BETWEEN.fullmatch(between) else None


def _number(match: regex.Match[str]) -> float:
    return float(regex.sub(r"[^\d]", ".", match["before"] or match["after"]))


@functools.cache
def _percent(locale: str) -> regex.Pattern[str]:
    """Percentages as a locale writes them, and as everybody does: the sign on either side, any digits."""
    from babel.core import Locale

    symbols = Locale.parse(locale, sep="-").number_symbols.values()
    sign, minus, point = (
        f"[{''.join(map(regex.escape, sorted(_letters(symbols, name) | set(usual))))}]"
        for name, usual in (("percentSign", _PERCENT), ("minusSign", _MINUS), ("decimal", ".,"))
    )
    number = rf"\d{{1,3}}(?:{point}\d+)?"
    # A dash with a space after it parts two thoughts, and one right after a letter joins two words.
    lead = rf"(?:(?<!\d\s?|[\p{{Lu}}\p{{Ll}}])(?P<minus>{minus})(?:(?<=\u2212)\s)?)?(?<!\d|\d{point})"
    return regex.compile(rf"{lead}(?:{sign}\s?(?P<after>{number})(?!\d)|(?P<before>{number})\s?{sign})")


def _letters(symbols: Iterable[Mapping[str, str]], name: str) -> set[str]:
    found = (_MARKS.sub("", one.get(name, "")) for one in symbols)
    return {text for text in found if len(text) == 1}
