"""Ctrl-C in a terminal, which every process of the run hears, while Prefect's server is still starting."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .projects import ROOT


def children(pid: int) -> list[str]:
    """Commands of a process's children."""
    names = [name for task in Path(f"/proc/{pid}/task").glob("*/children") for name in task.read_text().split()]
    return [Path(f"/proc/{name}/cmdline").read_text() for name in names]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_ctrl_c_while_prefect_starts_ends_the_run_at_once(user_env):
    words = [str(Path(sys.executable).with_name("adlocalizer")), "run", "example", "--date", "2026-12-01"]
    run = subprocess.Popen(words, env=user_env, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 90
    while not any("uvicorn" in command for command in children(run.pid)):
        assert run.poll() is None, run.stderr
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)
    errors = run.communicate(timeout=30)[1]
    assert (run.returncode, "go on with: adlocalizer run example --date 2026-12-01" in errors) == (4, True)
    assert [line for line in errors.splitlines() if line and not line.startswith("adlocalizer: ")] == []
