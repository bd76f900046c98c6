"""What is asked next for a picture that was not accepted: chosen by what was found, and by what was tried before."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from adlocalizer.domain import Answer, Attempt, Finding, GroundedCreative, Master, Request, Severity, worst
from adlocalizer.domain.rule import RepairWay
from adlocalizer.making.scoring import score
from adlocalizer.planning import Brief, amended, next_attempt, recomposed
from adlocalizer.store.ledger import picture_path

Way = Literal["first"] | RepairWay
_LAST: RepairWay = "seed"
"""What any model can be asked where nothing else can be done."""
_LIMIT = 2**31
_WORST = 1e6


class Tried(NamedTuple):
    """One answer on the way to a master: how it was asked for, and what was found about it."""

    way: Way
    request: Request
    answer: Answer
    findings: tuple[Finding, ...]
    """Passes too; without a picture, why there is none."""

    @property
    def severity(self) -> Severity:
        """The worst finding; an answer without a picture is a fail."""
        return worst(self.findings) if self.answer.kind == "picture" else Severity.FAIL

    @property
    def score(self) -> float:
        """How good it is beside the others, 0 at best; none is worse than no picture, or one not judged."""
        return score(self.findings) if self.answer.kind == "picture" and self.findings else _WORST

    @property
    def broken(self) -> tuple[Finding, ...]:
        """The findings that keep it from being accepted: its fails, else its doubts."""
        return tuple(one for one in self.findings if one.severity is self.severity is not Severity.PASS)

    def as_attempt(self) -> Attempt:
        """As the outcome and the catalogue keep it."""
        answer = self.answer
        return Attempt(
            key=self.request.key,
            way=self.way,
            kind=answer.kind,
            picture=picture_path(answer) if answer.kind == "picture" else None,
            severity=self.severity,
            score=self.score,
            findings=tuple(one for one in self.findings if one.severity is not Severity.PASS),
            reason=answer.reason,
            cost_micros=answer.cost_micros,
        )


class Asking(NamedTuple):
    """A request, and the way it is meant to help."""

    way: Way
    request: Request


class Wanted(NamedTuple):
    """What is to be made: a creative's master, for a brief."""

    brief: Brief
    grounded: GroundedCreative
    master: Master


def next_asking(wanted: Wanted, tried: Sequence[Tried]) -> Asking | None:
    """What to ask after the answers so far; None where no finding names a way that could help.

    Ways that left a finding standing come after those not yet tried on it; among equals the one more findings name,
    then the one that stands first in the worst finding's own order. A way that cannot be gone here is left out, another
    seed stands in for it. Same answers and findings, same choice.
    """
    last, number = tried[-1], 1 + max(one.request.attempt for one in tried)
    ways: list[RepairWay] = [_LAST] if last.answer.kind == "bad" else _ways(last.broken, tried)
    for way in (*ways, _LAST) if ways else ():
        request = _request(wanted, tried, way, number)
        if request is not None:
            return Asking(way, request)
    return None


def best(tried: Iterable[Tried]) -> Tried | None:
    """The picture with the lowest score, the earlier one among equals; None when no picture came."""
    return min((one for one in tried if one.answer.kind == "picture"), key=lambda one: one.score, default=None)


def _ways(broken: Sequence[Finding], tried: Sequence[Tried]) -> list[RepairWay]:
    named = [way for finding in broken for way in finding.repairs]
    vain = {way: sum(_vain(way, finding.check, tried) for finding in broken) for way in named}
    return sorted(dict.fromkeys(named), key=lambda way: (vain[way], -named.count(way), named.index(way)))


def _vain(way: RepairWay, check: str, tried: Sequence[Tried]) -> int:
    """How often a way was tried against a finding that stood all the same."""
    pairs = itertools.pairwise(tried)
    return sum(after.way == way and _breaks(before, check) and _breaks(after, check) for before, after in pairs)


def _breaks(one: Tried, check: str) -> bool:
    return any(finding.check == check for finding in one.findings if finding.severity is not Severity.PASS)


def _request(wanted: Wanted, tried: Sequence[Tried], way: RepairWay, number: int) -> Request | None:
    """The request of a way; None where it cannot be gone."""
    if way == "edit":
        return _edit(wanted, tried[-1], number)
    if way == "fallback":
        used = {one.request.model for one in tried}
        other = next((one for one in wanted.master.fallbacks if one.model not in used), None)
        return other and other.model_copy(update={"attempt": number})
    if way == "composition":
        if any(one.way == "composition" for one in tried):
            return None
        other = recomposed(wanted.brief, wanted.grounded, _root(tried))
        return other and other.model_copy(update={"attempt": number})
    return _reseeded(wanted, tried, number)


def _edit(wanted: Wanted, last: Tried, number: int) -> Request | None:
    """A change of the last picture that mends all that is broken; None where one of it cannot be mended so."""
    model = wanted.brief.models[last.request.model]
    whole = all("edit" in finding.repairs and finding.instruction for finding in last.broken)
    if not (whole and last.answer.sha256 and model.edits and model.max_references > 1):
        return None
    name = wanted.brief.products[wanted.grounded.creative.product].name
    said = dict.fromkeys(one.instruction.rstrip(" .;").replace("{product}", name) for one in last.broken)
    request = amended(wanted.brief, model, last.request, last.answer.sha256, "; ".join(said))
    return request.model_copy(update={"attempt": number})


def _reseeded(wanted: Wanted, tried: Sequence[Tried], number: int) -> Request:
    """The wish behind the last answer, asked anew; less thinking where the answer before ran out of tokens."""
    root, last = _root(tried), tried[-1]
    reason = last.answer.finish_reason if last.answer.kind == "bad" else ""
    again = next_attempt(root, wanted.brief.models.get(root.model), reason)
    return again.model_copy(update={"attempt": number, "seed": (root.seed + number - root.attempt) % _LIMIT})


def _root(tried: Sequence[Tried]) -> Request:
    """The last request that was no repair of a picture."""
    return next(one.request for one in reversed(tried) if one.way != "edit")
