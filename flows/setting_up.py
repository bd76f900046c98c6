"""What a Prefect server needs once: blocks with secrets, and automations that tell people and find lost runs."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from prefect.automations import AutomationCore, EventTrigger, Posture
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState, SendNotification

from adlocalizer.config.operations import Channel, OperationsBook
from adlocalizer.errors import ConfigError
from adlocalizer.notifying import Notice, payload_of
from tasks.telling import EVENT

_PREFIX = "adlocalizer: "
_LOST_AFTER = timedelta(seconds=90)
"""Three heartbeats, which come every 30 seconds (flows/settings.py)."""
_CRASHED = "prefect.flow-run.Crashed"


async def set_up(book: OperationsBook) -> list[str]:
    """Make what is missing and mend what differs; the names of all of it. Done twice, it changes nothing."""
    wanted = [_lost()]
    for number, channel in enumerate(one for one in book.channels if one.by == "prefect"):
        block = await _block(channel, f"adlocalizer-{channel.kind}-{number + 1}")
        wanted += [_told(channel, kind, block, number + 1, book.remedies.get("crashed", "")) for kind in channel.on]
    async with get_client() as client:
        for one in wanted:
            await _put(client, one)
    return [one.name for one in wanted]


async def _put(client: PrefectClient, wanted: AutomationCore) -> None:
    found = await client.read_automations_by_name(wanted.name)
    if found:
        await client.update_automation(found[0].id, wanted)
    else:
        await client.create_automation(wanted)


async def _block(channel: Channel, name: str) -> Any:  # noqa: ANN401 - Prefect's id of a block
    url = os.environ.get(channel.url_from or "", "").strip()
    if not url:
        raise ConfigError(
            "configs/operations.yml (channels)", f"{channel.url_from} is not set", "set it, then run again"
        )
    template = payload_of(channel, Notice("failed", "{{subject}}", "{{body}}"))
    # The address is among the block's secrets: Prefect encrypts those, and shows none.
    block = CustomWebhookNotificationBlock(name=name, url="{{url}}", json_data=template, secrets={"url": url})
    return await block.save(name, overwrite=True)


def _told(channel: Channel, kind: str, block: Any, number: int, remedy: str) -> AutomationCore:  # noqa: ANN401
    if kind == "crashed":
        event, subject = _CRASHED, "{{ flow_run.name }}: crashed"
        body = f"{{{{ flow_run.state.message }}}}\n{remedy}\nRun: {{{{ flow_run | ui_url }}}}"
    else:
        event, subject, body = f"{EVENT}{kind}", "{{ event.payload.subject }}", "{{ event.payload.body }}"
    return AutomationCore(
        name=f"{_PREFIX}{channel.kind} {number}, {kind}",
        description="Made by `adlocalizer setup-prefect` from configs/operations.yml; change it there.",
        trigger=EventTrigger(
            expect={event},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[SendNotification(block_document_id=block, subject=subject, body=body)],
    )


def _lost() -> AutomationCore:
    """A run whose process was killed stays Running for ever, and holds its place in the queue: unless this sees it."""
    return AutomationCore(
        name=f"{_PREFIX}lost runs",
        description="A run without a heartbeat for 90 seconds has crashed. Made by `adlocalizer setup-prefect`.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.*"},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=_LOST_AFTER,
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, name="Crashed", message="No heartbeat for 90 seconds.")],
    )
