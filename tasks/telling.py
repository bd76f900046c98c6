"""People are told when somebody must act: an event for Prefect's automations, and the channels a run sends itself."""

from __future__ import annotations

import asyncio
import logging
import os
from typing import TYPE_CHECKING, Any

from prefect.events import emit_event
from prefect.runtime import flow_run as running
from prefect.utilities.urls import url_for

from adlocalizer.config.operations import NoticeKind, OperationsBook, read_operations
from adlocalizer.domain import Noun
from adlocalizer.errors import EXIT_BAD_INPUT, AdlocalizerError, BudgetExceeded
from adlocalizer.notifying import Notice, send
from adlocalizer.order import open_project, report_link
from adlocalizer.redaction import redacted
from tasks.summary import RunSummary

if TYPE_CHECKING:
    from prefect import Flow
    from prefect.client.schemas import FlowRun, State

EVENT = "adlocalizer.run."
"""What events are called, with the kind of notice behind it."""

_log = logging.getLogger("adlocalizer.telling")


async def tell_end(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Tell people of a run that ended degraded or failed; a hook of every flow. Runs inside another run say nothing."""
    if flow_run.parent_task_run_id is not None or (kind := await _kind_of(state)) is None:
        return
    said = await _said(state)
    await _tell(kind, flow_run, str(flow_run.id), said)


async def tell_waiting(summary: RunSummary, files: int, hours: int) -> None:
    """Tell people that the run of this moment is suspended until somebody decides about its files."""
    waits = "1 file waits" if files == 1 else f"{files:,} files wait"
    said = f"{waits} for a person, for {hours:,} hours; {summary.sentence}; {summary.money}"
    await _tell("waiting", None, str(running.id), [said, f"Report: {report_link(summary.report)}"])


async def _kind_of(state: State[Any]) -> NoticeKind | None:
    if state.is_completed():
        return "degraded" if state.name == "Degraded" else None
    if state.is_crashed():
        return "crashed"
    error = await state.aresult(raise_on_failure=False)
    return "over-budget" if isinstance(error, BudgetExceeded) else "failed"


async def _said(state: State[Any]) -> list[str]:
    """What happened and what it cost, a line each."""
    result = None if state.is_crashed() else await state.aresult(raise_on_failure=False)
    if isinstance(result, RunSummary):
        return [f"{result.sentence}; {result.money}", f"Report: {report_link(result.report)}"]
    if isinstance(result, Noun):
        return [str(getattr(result, "sentence", ""))]
    if isinstance(result, AdlocalizerError):
        notes: list[str] = list(getattr(result, "__notes__", ()))
        return [str(result), *(notes or [_cost_of(result)])]
    return [state.message or state.name or ""]


def _cost_of(error: AdlocalizerError) -> str:
    """What an error cost that ended a run before it could count."""
    is_before = isinstance(error, BudgetExceeded) and not error.is_running
    if is_before or error.exit_code == EXIT_BAD_INPUT:
        return "Nothing was spent."
    return "What it spent until then is booked in the store; run it again and the report says it."


async def _tell(kind: NoticeKind, run: FlowRun | None, run_id: str, said: list[str]) -> None:
    book = read_operations(open_project().root)
    name = run.name if run else running.name
    link = url_for("flow-run", obj_id=run_id)
    lines = [*said, book.remedies.get(kind, ""), *([f"Run: {link}"] if link else [])]
    notice = Notice(kind, f"{name}: {kind}", redacted("\n".join(line for line in lines if line)))
    resource = {"prefect.resource.id": f"prefect.flow-run.{run_id}", "prefect.resource.name": name or ""}
    emit_event(f"{EVENT}{kind}", resource=resource, payload=notice._asdict())
    await asyncio.to_thread(_send, book, notice)


def _send(book: OperationsBook, notice: Notice) -> None:
    for channel in book.channels:
        if channel.by == "run" and notice.kind in channel.on and (failure := send(channel, notice, os.environ)):
            _log.warning(failure)
