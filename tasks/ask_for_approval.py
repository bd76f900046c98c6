"""A person's decision about files that wait for one: the run is suspended, and a form in Prefect's pages takes it."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from prefect import task
from prefect.events.worker import EventsWorker
from prefect.exceptions import Pause
from prefect.flow_runs import asuspend_flow_run
from prefect.input import RunInput
from pydantic import Field

from adlocalizer.answering import Answer, counts_of, pending, take_answer
from adlocalizer.errors import ConfigError
from adlocalizer.order import report_link
from adlocalizer.ordering import Ordered
from tasks.summary import RunSummary
from tasks.telling import tell_waiting

_MOST_SHOWN = 20

Verdict = Literal["approve", "reject", "leave waiting"]


class Approval(RunInput):
    """The form."""

    decision: Verdict = Field(
        title="Decision", description="`leave waiting` ends the run; `adlocalizer review` can decide later."
    )
    reviewer: str = Field(title="Your name", min_length=1, max_length=100)
    which: list[str] = Field(
        default=["*"], title="Which", description="Ids, or patterns such as `*.jp-*`. `*` is everything that waits."
    )
    reason: str = Field(default="", title="Reason", max_length=500, description="In a sentence; needed to reject.")


class Question(NamedTuple):
    """What is asked, under a key that is the same as long as the same files wait."""

    key: str
    text: str
    waiting: int


@task(name="find what waits", task_run_name="find what waits")
async def find_question(ordered: Ordered, summary: RunSummary, problem: str) -> Question | None:
    """What to ask; None when no file waits for a person."""
    found = await asyncio.to_thread(pending, ordered.plan)
    if not found:
        return None
    named = "\n".join((problem, *(f"{one.rendition.id} {one.asset.sha256}" for one in found if one.asset)))
    listed = [f"- `{one.rendition.id}`: {one.reason}" for one in found[:_MOST_SHOWN]]
    listed += [f"- and {len(found) - _MOST_SHOWN:,} more; the report shows all"] if len(found) > _MOST_SHOWN else []
    parts = [f"**{problem}**"] if problem else []
    where = f"[Look at them in the report]({report_link(summary.report)})."
    waits = "1 file waits" if len(found) == 1 else f"{len(found):,} files wait"
    parts += [f"{waits} for you. {where}", "\n".join(listed)]
    return Question(f"approval-{hashlib.sha256(named.encode()).hexdigest()[:16]}", "\n\n".join(parts), len(found))


async def ask(question: Question, summary: RunSummary, hours: int) -> Approval:
    """The answer, if it was given; else the run is suspended here, its process ends, and an answer starts it again.

    Prefect fails a run that nobody answers in time; what it delivered stays, and what waits goes on waiting.
    """
    form = Approval.with_initial_data(description=question.text)
    # A sign of life that arrives after the question would have the server wait for the next, and count the run as lost.
    await asyncio.to_thread(EventsWorker.instance().wait_until_empty)
    try:
        return await asuspend_flow_run(wait_for_input=form, timeout=hours * 3600, key=question.key)
    except Pause:
        await tell_waiting(summary, question.waiting, hours)
        raise


@task(name="take decision", task_run_name="{said.decision}")
async def take(ordered: Ordered, summary: RunSummary, said: Approval) -> tuple[RunSummary, str]:
    """The run delivered after a decision, and what was wrong with the decision if it could not be taken."""
    answer = Answer(said.decision == "approve", said.which, said.reason, said.reviewer)
    try:
        page = await asyncio.to_thread(take_answer, ordered.plan, ordered.order, answer, datetime.now(UTC))
    except ConfigError as error:
        return summary, str(error)
    counts = await asyncio.to_thread(counts_of, ordered.plan)
    return summary.model_copy(update={"counts": counts, "report": page}), ""
