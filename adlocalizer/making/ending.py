"""How a master ended, and the outcome of each of its renditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from adlocalizer.domain import (
    Answer,
    Attempt,
    Finding,
    GroundedCreative,
    Id,
    Master,
    Micros,
    Outcome,
    Request,
    Severity,
    Status,
)
from adlocalizer.making.repairing import Tried
from adlocalizer.making.work import Developed, Finished
from adlocalizer.planning import Brief, rendition_of, sharing
from adlocalizer.wording import concerning


class Ended(NamedTuple):
    """How a master ended, before its single files are looked at."""

    request: Request
    attempts: int
    cost_micros: Micros
    status: Status
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    files: tuple[Finished, ...] = ()
    scene: str = ""
    tried: tuple[Attempt, ...] = ()
    """Every answer; none where the first one passed."""


def ended_with(chosen: Tried, tried: Sequence[Tried], developed: Developed | None, more: str = "") -> Ended:
    """Ended with one of the answers: with its files, or rejected with why and with more to say about it."""
    cost = sum(one.answer.cost_micros for one in tried)
    said = Ended(chosen.request, len(tried), cost, Status.DELIVERED, tried=lineage(tried))
    if developed is not None and developed.files:
        return said._replace(findings=chosen.findings, files=developed.files, scene=developed.scene)
    why = reason_of(chosen.findings) or chosen.answer.reason or "no picture came"
    reason = f"{why} {more}".strip() if more else why
    return said._replace(status=Status.REJECTED, reason=reason, findings=chosen.findings)


def ended_without_picture(tried: Sequence[Tried]) -> Ended:
    """Ended with a refusal, or with an answer nobody can read."""
    last, cost = tried[-1], sum(one.answer.cost_micros for one in tried)
    if last.answer.kind == "refusal":
        status, reason = Status.REFUSED, last.answer.reason or "the provider refused"
    else:
        status, reason = Status.FAILED, last.findings[0].text.rstrip(".")
    return Ended(last.request, len(tried), cost, status, reason, last.findings, tried=lineage(tried))


def doubts_of(request: Request, answer: Answer) -> tuple[Finding, ...]:
    """What a person must know of an answer without a picture whose reason is unknown."""
    if answer.kind != "unclear":
        return ()
    text = f"the provider gave no picture and a reason that somebody must look at: {answer.reason}"
    doubt = Finding(
        check="provider_reason",
        subject=request.key,
        severity=Severity.REVIEW,
        text=f"{text}.",
        remedy="Look at what the model said, and report the reason so that the next version knows it.",
        value=answer.finish_reason,
    )
    return (doubt,)


def lineage(tried: Sequence[Tried]) -> tuple[Attempt, ...]:
    """Every answer with what was found about it; none where the first one passed: there is nothing to tell."""
    if len(tried) == 1 and tried[0].severity is Severity.PASS:
        return ()
    return tuple(one.as_attempt() for one in tried)


def share_of(sharing: Sequence[Id], cost_micros: Micros, format_id: Id) -> Micros:
    """A format's share of what its master cost: equal over the formats that share it, whole micros, first ones up."""
    return cost_micros // len(sharing) + (sharing.index(format_id) < cost_micros % len(sharing))


def outcomes_of(brief: Brief, grounded: GroundedCreative, master: Master, ended: Ended) -> Iterator[Outcome]:
    """One outcome per rendition of a master, in the order of its fits."""
    files = {file.format_id: file for file in ended.files}
    for fit in master.fits:
        file = files.get(fit.format_id)
        findings = (*ended.findings, *concerning(grounded.findings, fit.format_id), *(file.findings if file else ()))
        status, reason = (ended.status, ended.reason) if file is None else _settled(findings)
        yield Outcome(
            rendition=rendition_of(brief, master.creative, fit.format_id),
            status=status,
            reason=reason,
            findings=findings,
            asset=file.asset if file else None,
            master_key=ended.request.key,
            provider=ended.request.provider,
            model=ended.request.model,
            prompt_sha256=ended.request.prompt.sha256,
            attempts=ended.attempts,
            tried=ended.tried,
            scene=ended.scene,
            cost_micros=share_of(sharing(brief, grounded, fit.format_id), ended.cost_micros, fit.format_id),
        )


def reason_of(findings: Iterable[Finding], severity: Severity = Severity.FAIL) -> str:
    """What the findings of a severity say, in sentences, each once."""
    return " ".join(dict.fromkeys(f"{one.text.rstrip('.;')}." for one in findings if one.severity is severity))


def _settled(findings: Sequence[Finding]) -> tuple[Status, str]:
    """Status and reason of a finished file: fails reject it, a doubt sends it to a person."""
    severities = {finding.severity for finding in findings}
    if Severity.FAIL in severities:
        return Status.REJECTED, reason_of(findings)
    if Severity.REVIEW in severities:
        return Status.NEEDS_REVIEW, reason_of(findings, Severity.REVIEW)
    return Status.DELIVERED, ""
