"""Commands in processes of their own that need no seconds to start: a warm process has imported all, and forks them.

What a child is asked for it does as `adlocalizer` does it, signals and exit status included; only the imports are there
already. The environment must hold the `PREFECT_` variables the warm process was started with. Needs `os.fork`.
"""

from __future__ import annotations

import gc
import importlib
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_SLOW = (
    "adlocalizer.cli.main",
    "adlocalizer.cli.run",
    "flows.localize_campaign",
    "deltalake",
    "pandas",
)


class Started:
    """A forked command, as `subprocess.Popen` shows one."""

    def __init__(self, warm: Warm, pid: int, said: tuple[Path, Path]) -> None:
        self._warm, self._said = warm, said
        self.pid, self.returncode = pid, None

    def poll(self) -> int | None:
        """Its exit status, None while it goes on."""
        if self.returncode is None:
            self.returncode = self._warm.ask({"ended": self.pid})
        return self.returncode

    def communicate(self, timeout: float = 300.0) -> tuple[str, str]:
        """What it said, once it has ended."""
        deadline = time.monotonic() + timeout
        while self.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert self.returncode is not None, "it goes on"
        out, errors = (file.read_text("utf-8") for file in self._said)
        return out, errors


class Warm:
    """The warm process, as a test sees it."""

    def __init__(self, process: subprocess.Popen[str], scratch: Path) -> None:
        self._process, self._scratch, self._numbers = process, scratch, itertools.count()

    def start(self, words: Sequence[str], environment: Mapping[str, str], folder: Path) -> Started:
        """A command in a process, and a group, of its own."""
        number = next(self._numbers)
        said = self._scratch / f"{number}.out", self._scratch / f"{number}.errors"
        order = {"words": list(words), "environment": dict(environment), "folder": str(folder)}
        return Started(self, self.ask(order | {"said": [str(file) for file in said]}), said)

    def ask(self, order: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def warmed(environment: Mapping[str, str], *more: str) -> Iterator[Warm]:
    """A warm process, which imports `more`, too; it ends with the block, and waits for nobody."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-m", "tests.warming", *more]
    with tempfile.TemporaryDirectory() as scratch:
        process = subprocess.Popen(command, cwd=ROOT, env=dict(environment), **pipes)
        try:
            yield Warm(process, Path(scratch))
        finally:
            process.kill()
            process.communicate()


def _run(order: dict[str, Any]) -> None:
    """Be the command; only this function ends the process. On one core, where its pool has one process to start."""
    os.setsid()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {random.choice(sorted(os.sched_getaffinity(0)))})  # noqa: S311
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    for number, place in ((0, os.devnull), *zip((1, 2), order["said"], strict=True)):
        os.dup2(os.open(place, os.O_RDWR | os.O_CREAT, 0o600), number)
    sys.argv = ["adlocalizer", *order["words"]]
    from adlocalizer.cli.main import main

    try:
        main()
    except SystemExit as error:
        sys.stdout.flush()
        os._exit(error.code if isinstance(error.code, int) else 1)
    os._exit(1)


def _ended(number: int) -> int | None:
    ended, status = os.waitpid(number, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for name in (*_SLOW, *sys.argv[1:]):
        importlib.import_module(name)
    importlib.import_module("adlocalizer.expectations.validating")._libraries()
    gc.freeze()  # or every child would look through all of this for garbage, and so have a copy of it
    while line := sys.stdin.readline():
        order = json.loads(line)
        if "ended" in order:
            said = _ended(order["ended"])
        elif not (said := os.fork()):
            _run(order)
        print(json.dumps(said), file=answers, flush=True)


if __name__ == "__main__":
    _serve()
