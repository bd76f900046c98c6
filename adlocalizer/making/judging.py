"""A finished picture before its judge: a few narrow questions through the desk, the answers as findings.

It only ever adds doubts and objections. What is not answered as it was asked sends the picture to a person.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any, NamedTuple

from adlocalizer.domain import Answer, Finding, Inquiry, Judge, Product, QuestionRule, Ruling, Severity
from adlocalizer.errors import AdlocalizerError, ConfigError, Waiting
from adlocalizer.gemini.judging import rulings_in
from adlocalizer.making.canaries import forgeries_for, note_canary, slipped
from adlocalizer.making.studio import Studio
from adlocalizer.making.wishes import JudgeWish
from adlocalizer.making.work import Developed, Viewed, ViewOrder, Work
from adlocalizer.planning.questioning import (
    Hearing,
    docket_path,
    hearing_of,
    inquiry_of,
    inquiry_price,
    most_inquiry_price,
)
from adlocalizer.pool import in_process
from adlocalizer.store.paths import shown

UNHEARD = "judge_unheard"
"""The check of a finding that says a judge was to be asked and could not be: the next run asks again."""
_LOOK = "Look at the picture with the question in mind; approve it, or ask for another one."
log = logging.getLogger(__name__)


class _Case(NamedTuple):
    """One picture before its judge."""

    judge: Judge
    hearing: Hearing
    product: Product
    work: Work


async def judged(studio: Studio, work: Work, developed: Developed) -> Developed:
    """A picture with what its judge finds; its files fall where that is a fail. Unchanged where nobody judges.

    A picture that failed already is not asked about. Raises Waiting when the run is stopping, and ConfigError.
    """
    judge = studio.plan.brief.judge
    if judge is None or not developed.files:
        return developed
    product = studio.plan.brief.products[work.grounded.creative.product]
    hearing = hearing_of(studio.plan.brief, judge, product, work.request.prompt.facts)
    if not hearing.questions:
        return developed
    findings = await _heard(studio, _Case(judge, hearing, product, work))
    is_fail = any(finding.severity is Severity.FAIL for finding in findings)
    return developed._replace(findings=(*developed.findings, *findings), files=() if is_fail else developed.files)


async def _heard(studio: Studio, case: _Case) -> tuple[Finding, ...]:
    """What the judge says of a picture; the canary beside it goes the same way and leaves no trace here."""
    viewed = await in_process(_view, _order(studio, case))
    if viewed.fault:
        return (_unheard(case, f"what it would be shown cannot be made: {viewed.fault}"),)
    inquiry = inquiry_of(case.judge, case.hearing, viewed.views)
    try:
        answer = await _asked(studio, case, inquiry)
        await _canary(studio, case, viewed)
    except (ConfigError, Waiting):
        raise
    except AdlocalizerError as error:
        return (_unheard(case, _placeless(studio, error)),)
    note = {"inquiry": inquiry.key, "cost_micros": answer.cost_micros}
    path = docket_path(case.judge, case.work.request.key)
    await asyncio.to_thread(studio.store.write, path, json.dumps(note).encode())
    return _findings(case, inquiry, answer, viewed)


def _order(studio: Studio, case: _Case) -> ViewOrder:
    brief, key = studio.plan.brief, case.work.request.key
    return ViewOrder(
        brief.run,
        case.work,
        brief.references[case.product.id][0],
        case.hearing.sights,
        case.judge.book.longest_side,
        forgeries_for(case.judge, case.hearing, key),
    )


async def _asked(studio: Studio, case: _Case, inquiry: Inquiry) -> Answer:
    price, most = inquiry_price(case.judge, case.hearing), most_inquiry_price(case.judge, case.hearing)

    def views_of(asked: Inquiry) -> tuple[bytes, ...]:
        return tuple(studio.store.read(one.path) for one in asked.views)

    return await studio.desk.answer(JudgeWish(inquiry, views_of, price, most))


async def _canary(studio: Studio, case: _Case, viewed: Viewed) -> None:
    """Ask about the canary, if there is one, and note what was said; that it could not be asked harms no picture."""
    if (canary := viewed.canary) is None:
        return
    inquiry = inquiry_of(case.judge, case.hearing, canary.views)
    try:
        answer = await _asked(studio, case, inquiry)
    except (ConfigError, Waiting):
        raise
    except AdlocalizerError as error:
        log.info("a canary was not asked about: %s", error)
        return
    became = slipped(case.judge, (canary.question, canary.forgery), inquiry, answer)
    await asyncio.to_thread(note_canary, studio.store, studio.plan.brief.run, became, inquiry)


def _findings(case: _Case, inquiry: Inquiry, answer: Answer, viewed: Viewed) -> tuple[Finding, ...]:
    """What the answer means for the picture: passes, objections with evidence, and doubts where it says too little."""
    rulings = rulings_in(answer, inquiry)
    found = []
    for id in inquiry.asked:
        rule, ruling = case.judge.book.questions[id], rulings.get(id)
        said = {"check": f"judge_{id}"[:63], "subject": case.work.request.key, "threshold": rule.right}
        if ruling is not None and ruling.said == rule.right:
            found.append(Finding(severity=Severity.PASS, text=_sentence(ruling), value=ruling.said, **said))
            continue
        evidence = viewed.views[rule.sights[-1]].path
        meaning = _unanswered(answer) if ruling is None else _objection(case, rule, ruling)
        found.append(Finding(**said, **meaning, evidence=evidence))
    return tuple(found)


def _objection(case: _Case, rule: QuestionRule, ruling: Ruling) -> dict[str, Any]:
    """The judge answered otherwise than of a good picture; one who cannot see it only has doubts."""
    if ruling.said == "unclear":
        text = f"The judge cannot tell: {_sentence(ruling)}"
        return {"severity": Severity.REVIEW, "text": text, "value": ruling.said, "remedy": rule.remedy}
    facts = {fact.name: fact.value for fact in case.work.request.prompt.facts}
    return {
        "severity": Severity(rule.severity),
        "text": f"The judge objects: {_sentence(ruling)}",
        "value": ruling.said,
        "remedy": rule.remedy,
        "repairs": rule.repairs,
        "instruction": rule.instruction.format_map({**facts, "product": case.product.name}),
    }


def _unanswered(answer: Answer) -> dict[str, Any]:
    """No fault of the picture, so nothing is asked anew; and no pass either."""
    said = {"refusal": f"it would not answer ({answer.reason})", "bad": answer.reason or "it gave no answer"}
    why = said.get(answer.kind, "its answer is not one that was asked for")
    return {"severity": Severity.REVIEW, "text": f"The judge gave no verdict: {why}.", "remedy": _LOOK}


def _unheard(case: _Case, why: str) -> Finding:
    text = f"The judge was not asked: {why.rstrip('.')}."
    remedy = "Run again, and it is asked; or look at the picture and approve it yourself."
    return Finding(check=UNHEARD, subject=case.work.request.key, severity=Severity.REVIEW, text=text, remedy=remedy)


def _placeless(studio: Studio, error: AdlocalizerError) -> str:
    """What happened, without where this machine keeps its store: findings are delivered."""
    return str(error).replace(f"store {shown(studio.store.url)}", "store")


def _sentence(ruling: Ruling) -> str:
    return f"{ruling.reason.rstrip('.')}." if ruling.reason else f"it answers {ruling.said} and gives no reason."


def _view(order: ViewOrder) -> Viewed:
    # The imaging libraries are loaded by the workers, never by the run itself.
    from adlocalizer.making.viewing import view

    return view(order)
