"""What a gallery page tells its script: each card's findings and each master's prompt, said once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from adlocalizer.domain import Finding, SearchTrace, Severity
from adlocalizer.reporting.run_report import Card, MasterNote
from adlocalizer.reporting.wording import figure, money, plain, shortened, spelt_out, weight, words

_MOST_SAID = 400
_WEB = re.compile(r"https?://[^\s\\]+", re.IGNORECASE)


def page_notes(
    cards: Sequence[Card], masters: Mapping[str, MasterNote], pictures: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """`{lines, masters, cards}` as plain JSON values; cards stand in the page's order.

    Prompts of one creative differ in a line or two, and what checks measured is often the same: all are numbers into
    `lines`. So are search suggestions, whose style sheet is always the same. Facts stand in the page itself.
    `pictures` are addresses by a card's hrefs.
    """
    lines = _Numbered()
    wanted = dict.fromkeys(card.master_key for card in cards if card.master_key in masters)
    noted = {key: _master(masters[key], lines) for key in wanted if key}
    shown = [_card(card, lines, pictures) for card in cards]
    return {"lines": lines.values, "masters": noted, "cards": shown}


class _Numbered:
    """Values without repetition, each under its number."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def number(self, value: Any) -> int:  # noqa: ANN401 - anything JSON has and a dict can hold as a key
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> list[Any]:
        return list(self._numbers)


def _master(note: MasterNote, lines: _Numbered) -> dict[str, Any]:
    said = {
        "version": plain(note.model_version),
        "said": plain(shortened(note.text.strip(), _MOST_SAID)),
        "search": note.search and _search(note.search, lines),
    }
    return {name: value for name, value in said.items() if value} | {
        "prompt": [lines.number(plain(line)) for line in note.prompt.splitlines()],
        "made": f"{note.ratio}, {note.size}, {money(note.cost_micros)}",
        "sha256": note.prompt_sha256,
    }


def _search(trace: SearchTrace, lines: _Numbered) -> dict[str, Any]:
    asked = (("Web search", trace.queries), ("Image search", trace.image_queries))
    return {
        "asked": [[name, plain(" · ".join(queries))] for name, queries in asked if queries],
        "sources": [[plain(one.title or one.uri), _link(one.uri), _link(one.image_uri)] for one in trace.sources],
        "suggestions": [lines.number(line) for line in spelt_out(trace.entry_point).split("\n") if trace.entry_point],
    }


def _link(uri: str) -> str:
    """The address when it is one of the web, for it is a stranger's; else nothing."""
    return uri if _WEB.fullmatch(uri) else ""


def _card(card: Card, lines: _Numbered, pictures: Mapping[str, str]) -> dict[str, Any]:
    spoken = [one for one in card.findings if one.severity is not Severity.PASS]
    passed = [one for one in card.findings if one.severity is Severity.PASS]
    worst_first = sorted(spoken, key=lambda one: one.severity is not Severity.FAIL)
    lineage = {"lineage": lines.number(plain(card.lineage))} if card.lineage else {}
    return lineage | {
        "file": _file(card),
        "cost": money(card.cost_micros),
        "maker": lines.number(" · ".join(dict.fromkeys((card.provider, card.model)))),
        "attempts": card.attempts,
        "master": lines.number(card.master_key or ""),
        "reason": lines.number(plain(card.reason)),
        "findings": [[*_finding(one, lines), lines.number(_evidence(one, card, pictures))] for one in worst_first],
        "passed": [lines.number((words(one.check), figure(one.value), figure(one.threshold))) for one in passed],
    }


def _finding(one: Finding, lines: _Numbered) -> list[Any]:
    said = [lines.number(plain(text)) for text in (one.text.rstrip(";"), one.remedy)]
    return [words(one.check), one.severity.value, *said, plain(figure(one.value)), plain(figure(one.threshold))]


def _evidence(one: Finding, card: Card, pictures: Mapping[str, str]) -> str:
    """Where the page finds what shows it; empty: nowhere."""
    return pictures.get(card.seen.get(one.evidence or "", ""), "")


def _file(card: Card) -> str:
    shape = f"{card.width} × {card.height} px"
    if not card.bytes:
        return f"{shape}, no file"
    return f"{shape}, {(card.mime or '').removeprefix('image/').upper()}, {weight(card.bytes)}"
