"""One process that serves every deployment of prefect.yaml: forms, schedules and runs; and a server where none is."""

from __future__ import annotations

import importlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
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
_LONGEST_PAUSE_SECONDS = 60.0  # between a server that ends at once and the next
_log = logging.getLogger("adlocalizer.serving")


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
    """A Prefect server for as long as the block lasts, and this process pointed at it; one that is there is used."""
    api = f"{address.url}/api"
    server = None if _answers(api) else _Server(address)
    os.environ["PREFECT_API_URL"] = api
    try:
        if server is not None:
            server.wait_until_it_answers()
        # Prefect has read its settings: by the variable alone it would start yet another server for this process.
        with temporary_settings({PREFECT_API_URL: api}):
            yield
    finally:
        if server is not None:
            server.end()


class _Server:
    """The server's process. One that ends by itself, killed or out of memory, is started again: runs wait for it."""

    def __init__(self, address: Address) -> None:
        self._api, here = f"{address.url}/api", ["--host", address.host, "--port", str(address.port)]
        self._command = [sys.executable, "-m", "prefect", "server", "start", *here]
        self._environment = {**os.environ, "PREFECT_UI_API_URL": self._api, "PREFECT_SERVER_LOGGING_LEVEL": "WARNING"}
        self._ending, self._one = threading.Event(), threading.Lock()
        self._process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        # In a session of its own: Ctrl-C is for the runs, which tell it how they ended.
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "start_new_session": True}
        return subprocess.Popen(self._command, env=self._environment, **quiet)  # noqa: S603

    def wait_until_it_answers(self) -> None:
        """Wait for it, and look after it from then on; StoreError when it does not start."""
        deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if _answers(self._api):
                threading.Thread(target=self._keep, name="server", daemon=True).start()
                return
            time.sleep(0.3)
        said = "look whether the port is taken, or name a server in PREFECT_API_URL"
        raise StoreError(f"no server starts at {self._api}; {said}")

    def _keep(self) -> None:
        pause = 1.0
        while True:
            began = time.monotonic()
            status = self._process.wait()
            pause = 1.0 if time.monotonic() - began > _LONGEST_PAUSE_SECONDS else min(2 * pause, _LONGEST_PAUSE_SECONDS)
            if self._ending.wait(pause):
                return
            said = "the server ended with status %d and is started again; runs go on"
            _log.warning(said, status, extra={"send_to_api": False})  # it is of no run
            with self._one:
                if self._ending.is_set():
                    return
                self._process = self._started()

    def end(self) -> None:
        """Stop it for good."""
        with self._one:
            self._ending.set()
            self._process.terminate()
        self._process.wait(timeout=30)


def _answers(api: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{api}/health", timeout=2).status_code == httpx.codes.OK
    return False


def _schedule(line: ScheduleLine) -> Schedule:
    return Cron(line.cron, timezone=line.timezone, active=line.active, slug=line.slug, parameters=dict(line.parameters))
