"""What follows a delivery when files wait for a person: they are asked about until somebody has decided."""

from __future__ import annotations

from adlocalizer.ordering import Ordered
from flows.passing import as_is
from tasks.ask_for_approval import ask, find_question, take
from tasks.publish import collect
from tasks.show_progress import show_summary
from tasks.summary import RunSummary


async def decided(ordered: Ordered, summary: RunSummary, hours: int) -> RunSummary:
    """The run after everything that waited was decided, or left waiting by somebody."""
    problem = ""
    while question := await find_question(as_is(ordered), summary, problem):
        said = await ask(question, summary, hours)
        if said.decision == "leave waiting":
            return summary
        summary, problem = await take(as_is(ordered), summary, said)
        if not problem:
            await show_summary(ordered.plan.brief.run, summary, await collect(as_is(ordered.plan)), is_anew=True)
    return summary
