"""A local double of the Gemini API over real HTTP: `with running(mime="png") as emulator:` starts one."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]


class Emulator:
    """A running emulator, as a test sees it."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process, self.url = process, url

    def journal(self, kind: str = "") -> list[dict[str, Any]]:
        """Every request so far, or those of a kind: generate, batch_create, batch_row, file_upload …"""
        entries: list[dict[str, Any]] = httpx.get(f"{self.url}/_journal", timeout=30).json()
        return [entry for entry in entries if not kind or entry["kind"] == kind]

    def configure(self, **options: Any) -> dict[str, Any]:
        """Merge options in; the configuration as it now stands."""
        answer = httpx.post(f"{self.url}/_configure", json=options, timeout=30)
        if answer.status_code != 200:
            raise ValueError(answer.json()["error"])
        configured: dict[str, Any] = answer.json()["config"]
        return configured

    def reset(self) -> None:
        """Forget everything: journal, options, files, batches."""
        httpx.post(f"{self.url}/_reset", timeout=30).raise_for_status()

    def state(self) -> dict[str, Any]:
        """Configuration, money booked and batches."""
        state: dict[str, Any] = httpx.get(f"{self.url}/_state", timeout=30).json()
        return state

    def billed_micros(self) -> int:
        """All money booked so far."""
        return int(self.state()["billed_micros"])

    def batches(self) -> list[dict[str, Any]]:
        """Every batch ever created, deleted ones too."""
        return list(self.state()["batches"])

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def running(state: Path | None = None, port: int = 0, **options: Any) -> Iterator[Emulator]:
    """An emulator of its own process, with these options; it ends with the block, and with the process it serves."""
    command = [sys.executable, "-m", "tests.emulator", "--port", str(port), "--until-stdin-closes"]
    command += ["--faults", json.dumps(options)] if options else []
    command += ["--state", str(state)] if state else []
    # A cursor on threads of numpy's own would slow two cores down.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, **pipes)
    emulator = Emulator(process, "")
    try:
        emulator.url = process.stdout.readline().strip() if process.stdout else ""
        if not emulator.url:
            raise RuntimeError("the emulator did not start")
        yield emulator
    finally:
        emulator.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
