"""One master: asked, judged, asked again if need be, and made into its renditions' outcomes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import NamedTuple

from adlocalizer.domain import (
    Answer,
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
from adlocalizer.errors import AdlocalizerError, BudgetExceeded, ConfigError, NotAllowed, Retired, Unavailable, Waiting
from adlocalizer.making.studio import Studio
from adlocalizer.making.wishes import Wish
from adlocalizer.making.work import Developed, Finished, Work
from adlocalizer.planning import next_attempt, picture_price, rendition_of, sharing
from adlocalizer.pool import in_process
from adlocalizer.store.paths import shown
from adlocalizer.wording import concerning

_NOT_ASKED = (Waiting, NotAllowed)
_WITHOUT_PICTURE = ("refusal", "bad", "unclear")
log = logging.getLogger(__name__)


class _Ended(NamedTuple):
    """How a master ended, before its single files are looked at."""

    request: Request
    attempts: int
    cost_micros: Micros
    status: Status
    reason: str = ""
    findings: tuple[Finding, ...] = ()
    files: tuple[Finished, ...] = ()


class Made(NamedTuple):
    """One outcome per rendition of a master, in the order of its fits, and what all attempts cost."""

    outcomes: tuple[Outcome, ...]
    cost_micros: Micros


async def make_master(studio: Studio, grounded: GroundedCreative, master: Master) -> Made:
    """Make a master's renditions; only ConfigError leaves: what stops the asking stops the desk, and is an outcome."""
    async with studio.room:
        ended = await _ended(studio, grounded, master)
    return Made(tuple(_outcomes(studio, grounded, master, ended)), ended.cost_micros)


def share_of(sharing: Sequence[Id], cost_micros: Micros, format_id: Id) -> Micros:
    """A format's share of what its master cost: equal over the formats that share it, whole micros, first ones up."""
    return cost_micros // len(sharing) + (sharing.index(format_id) < cost_micros % len(sharing))


async def _ended(studio: Studio, grounded: GroundedCreative, master: Master) -> _Ended:
    request, spent = master.request, 0
    if master.fallbacks:
        request = await studio.desk.kept_first(_chain(master)) or request
    rejected = _Ended(request, 0, 0, Status.REJECTED)
    for attempt in range(1, studio.plan.brief.campaign.attempts + 1):
        try:
            request, answer = await _answered(studio, master, request)
            spent += answer.cost_micros
            if answer.kind in _WITHOUT_PICTURE:
                rejected = _without_picture(request, attempt, spent, answer)
                if answer.kind != "bad":
                    return rejected
                request = next_attempt(request, studio.plan.brief.models.get(request.model), answer.finish_reason)
                continue
            developed = await _developed(studio, Work(request, answer, grounded, master.fits, studio.fonts_folder))
        except ConfigError:
            raise  # the next picture would meet the same
        except BudgetExceeded as error:
            if attempt == 1:
                return _Ended(request, 0, 0, Status.FAILED, f"not asked: {error}")
            return rejected._replace(reason=f"{rejected.reason} No money was left for another attempt.".strip())
        except AdlocalizerError as error:
            asked = attempt - isinstance(error, _NOT_ASKED)
            return _Ended(request, asked, spent, Status.FAILED, _said(studio, error), rejected.findings)
        except BrokenProcessPool:
            reason = "a worker process died, perhaps for want of memory; lower `concurrency` and run again"
            return _Ended(request, attempt, spent, Status.FAILED, reason, rejected.findings)
        if developed.files:
            return _Ended(request, attempt, spent, Status.DELIVERED, "", developed.findings, developed.files)
        rejected = _Ended(request, attempt, spent, Status.REJECTED, _reason(developed.findings), developed.findings)
        request = next_attempt(request)
    return rejected


def _chain(master: Master) -> tuple[Request, ...]:
    return (master.request, *master.fallbacks)


async def _answered(studio: Studio, master: Master, request: Request) -> tuple[Request, Answer]:
    """The answer to a request, or to the same wish put to the next model while the one asked is down or retired."""
    models = [one.model for one in _chain(master)]
    while True:
        others = _chain(master)[models.index(request.model) + 1 :]
        try:
            wish = Wish(master, request, studio.pictures_of, _price(studio, request), bool(others))
            return request, await studio.desk.answer(wish)
        except (Retired, Unavailable) as error:
            if not others:
                raise
            log.warning("request %s: %s; asking %s instead", request.key[:12], error, others[0].model)
            request = others[0]


def _price(studio: Studio, request: Request) -> Micros:
    brief = studio.plan.brief
    return picture_price(brief.models[request.model], request, brief.mode)


def _without_picture(request: Request, attempt: int, spent: Micros, answer: Answer) -> _Ended:
    if answer.kind == "refusal":
        return _Ended(request, attempt, spent, Status.REFUSED, answer.reason or "the provider refused")
    if answer.kind == "bad":
        return _Ended(request, attempt, spent, Status.REJECTED, answer.reason or "no picture came")
    text = f"the provider gave no picture and a reason that somebody must look at: {answer.reason}"
    doubt = Finding(
        check="provider_reason",
        subject=request.key,
        severity=Severity.REVIEW,
        text=f"{text}.",
        remedy="Look at what the model said, and report the reason so that the next version knows it.",
        value=answer.finish_reason,
    )
    return _Ended(request, attempt, spent, Status.FAILED, text, (doubt,))


def _said(studio: Studio, error: AdlocalizerError) -> str:
    """What happened, without where this machine keeps its store: reasons are delivered."""
    return str(error).replace(f"store {shown(studio.store.url)}", "store")


async def _developed(studio: Studio, work: Work) -> Developed:
    return await in_process(_develop, studio.brief_json, work)


def _develop(brief_json: str, work: Work) -> Developed:
    # The imaging libraries are loaded by the workers, never by the run itself.
    from adlocalizer.making.developing import develop

    return develop(brief_json, work)


def _outcomes(studio: Studio, grounded: GroundedCreative, master: Master, ended: _Ended) -> Iterator[Outcome]:
    files = {file.format_id: file for file in ended.files}
    brief = studio.plan.brief
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
            cost_micros=share_of(sharing(brief, grounded, fit.format_id), ended.cost_micros, fit.format_id),
        )


def _settled(findings: Sequence[Finding]) -> tuple[Status, str]:
    """Status and reason of a finished file: fails reject it, a doubt sends it to a person."""
    severities = {finding.severity for finding in findings}
    if Severity.FAIL in severities:
        return Status.REJECTED, _reason(findings)
    if Severity.REVIEW in severities:
        return Status.NEEDS_REVIEW, _reason(findings, Severity.REVIEW)
    return Status.DELIVERED, ""


def _reason(findings: Iterable[Finding], severity: Severity = Severity.FAIL) -> str:
    return " ".join(f"{one.text.rstrip('.;')}." for one in findings if one.severity is severity)
