"""`adlocalizer serve` as tests see it: its API, its processes, and a provider whose answers can be held back."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psutil

from .database import free_port
from .emulator import Emulator
from .killing import Counter

LONGEST_SECONDS = 900
ENDS = {"Completed", "Degraded", "Failed", "Crashed", "Suspended", "Cancelled", "Skipped"}


UNHELD = "AIza-unheld"  # a key whose requests never wait


class HeldDoor(Counter):
    """Answers the first request it meets, and that one whenever it comes; every other waits until the door is open."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.asked: list[bytes] = []
        """The body of each call."""
        self.opened = threading.Event()

    def answer(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes, str]:
        self.asked.append(body)
        said = super().answer(path, body, headers)
        if body != self.asked[0] and headers["x-goog-api-key"] != UNHELD:
            self.opened.wait(LONGEST_SECONDS)
        return said


def held_door(emulator_process: Emulator) -> Iterator[HeldDoor]:
    """A provider, as a fixture: a request that it meets again has the same answer again."""
    emulator_process.reset()
    held = HeldDoor(emulator_process.url)
    yield held
    held.opened.set()
    held.close()


class Served(NamedTuple):
    """A started `serve`."""

    process: subprocess.Popen[bytes]
    api: str
    environment: dict[str, str]
    folder: Path

    def ask(self, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        """The API's answer, once it has one: SQLite has one writer, and the server may be away."""
        deadline = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < deadline:
            try:
                answer = httpx.request("GET" if body is None else "POST", f"{self.api}/{path}", json=body, timeout=60)
            except httpx.TransportError:
                time.sleep(0.5)
                continue
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return answer
            time.sleep(1)
        raise AssertionError("the server does not answer")

    def deployment(self, name: str) -> str:
        """The id of a deployment."""
        return self.ask("deployments/filter", {"deployments": {"name": {"any_": [name]}}}).json()[0]["id"]

    def start(self, **parameters: Any) -> httpx.Response:
        """What the form sends when somebody presses Submit."""
        return self.ask(f"deployments/{self.deployment('any campaign')}/create_flow_run", {"parameters": parameters})

    def retry(self, run_id: str) -> None:
        """What the page of a run sends when somebody presses Retry."""
        state = {"type": "SCHEDULED", "name": "AwaitingRetry"}
        assert self.ask(f"flow_runs/{run_id}/set_state", {"state": state}).json()["status"] == "ACCEPT"

    def ended(self, run_id: str, among: set[str] = ENDS) -> dict[str, Any]:
        """The run, once it has come to an end."""
        return met(lambda: (run := self.ask(f"flow_runs/{run_id}").json())["state"]["name"] in among and run)

    def kill_server(self) -> None:
        """End the server's process at once; `serve` itself goes on."""
        _kill(one for one in self._children() if "server" in one.cmdline())

    def kill_run(self, run_id: str) -> None:
        """End the process of a run at once."""
        _kill(one for one in self._children() if one.environ().get("PREFECT__FLOW_RUN_ID", "").endswith(run_id))

    def start_again(self) -> Served:
        """The same once more, after its end."""
        environment = {name: value for name, value in self.environment.items() if name != "PREFECT_API_URL"}
        return serve(environment, self.folder, httpx.URL(self.api).port or 0)

    def stop(self) -> None:
        """As Ctrl-C or a service's stop does."""
        self.process.terminate()
        self.process.wait(timeout=90)

    @contextmanager
    def orphans(self) -> Iterator[None]:
        """Kill `serve` alone; what it started is ended after the block."""
        left = self._children()
        self.process.kill()
        self.process.wait()
        try:
            yield
        finally:
            _kill(one for one in left if one.is_running())

    def _children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


def _kill(processes: Any) -> None:
    found = list(processes)
    assert found
    for one in found:
        one.kill()


def met(condition: Callable[[], Any], seconds: float = LONGEST_SECONDS) -> Any:
    """What a condition says, once it says something true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.5)
    raise AssertionError("it did not come to that")


def serve(environment: dict[str, str], folder: Path, port: int = 0) -> Served:
    """Start it in a folder, with the server it starts itself; its log is `serve.log` there."""
    port = port or free_port()
    ports = ["--port", str(port), "--reports-port", str(free_port())]
    command = [str(Path(sys.executable).with_name("adlocalizer")), "serve", "--limit", "4", *ports]
    with (folder / "serve.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    api = f"http://127.0.0.1:{port}/api"
    served = Served(process, api, {**environment, "PREFECT_API_URL": api}, folder)
    every = {"deployments": {"tags": {"any_": ["ads"]}}}
    met(lambda: process.poll() is not None or len(served.ask("deployments/filter", every).json()) == 7)
    assert process.poll() is None, (folder / "serve.log").read_text()
    return served
