"""One process that serves every deployment of prefect.yaml: forms, schedules and runs; and a server where none is."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
from prefect import Flow, serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Schedule
from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings
from prefect.types.entrypoint import EntrypointType

from adlocalizer.config.deployments import Deployment, ScheduleLine
from adlocalizer.errors import ConfigError, StoreError

_STARTS_WITHIN_SECONDS = 600


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """Of its pages."""
        return f"http://{self.host}:{self.port}"


def configured_api() -> str | None:
    """The URL of the API that the environment or a Prefect profile names."""
    return get_current_settings().api.url


def serve_all(found: Sequence[Deployment], at_once: int) -> None:
    """Register the deployments and start their runs, each in a process of its own, until the process is stopped.

    What was scheduled stays scheduled meanwhile: a run that is late when the process is back decides itself whether its
    day has passed.
    """
    served = [deployment_of(one) for one in found]
    serve(*served, pause_on_shutdown=False, print_starting_message=False, limit=at_once)


def deployment_of(one: Deployment) -> RunnerDeployment:
    """What Prefect calls a deployment; its form lists what exists now."""
    limit = one.concurrency_limit
    return RunnerDeployment.from_flow(
        flow_of(one),
        name=one.name,
        description=one.description or None,
        tags=list(one.tags),
        parameters=dict(one.parameters),
        schedules=[_schedule(line) for line in one.schedules],
        concurrency_limit=ConcurrencyLimitConfig(**limit.model_dump()) if limit else None,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def flow_of(one: Deployment) -> Flow[..., Any]:
    """The flow of a deployment; ConfigError when there is none."""
    module, _, name = one.entrypoint.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError):
        found = None
    if not isinstance(found, Flow):
        where = f"prefect.yaml ({one.name}, entrypoint)"
        raise ConfigError(where, f"there is no flow {one.entrypoint}", "write the path of one in flows/")
    return found


@contextmanager
def server_at(address: Address) -> Iterator[None]:
    """A Prefect server for as long as the block lasts, and this process pointed at it."""
    api = f"{address.url}/api"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", address.host, "--port", str(address.port)]
    environment = {**os.environ, "PREFECT_UI_API_URL": api, "PREFECT_SERVER_LOGGING_LEVEL": "WARNING"}
    started = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    os.environ["PREFECT_API_URL"] = api
    try:
        _wait_for(started, api)
        # Prefect has read its settings: by the variable alone it would start yet another server for this process.
        with temporary_settings({PREFECT_API_URL: api}):
            yield
    finally:
        started.terminate()
        started.wait(timeout=30)


def _wait_for(started: subprocess.Popen[bytes], api: str) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and started.poll() is None:
        try:
            if httpx.get(f"{api}/health", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise StoreError(f"no server starts at {api}; look whether the port is taken, or name a server in PREFECT_API_URL")


def _schedule(line: ScheduleLine) -> Schedule:
    return Cron(line.cron, timezone=line.timezone, active=line.active, slug=line.slug, parameters=dict(line.parameters))
