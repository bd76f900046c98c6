"""A command line in this process: what a user's command says and ends with, without a process's seconds to start."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest


class Said(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    errors: str

    @property
    def read(self) -> dict[str, Any]:
        """What it said for machines."""
        return json.loads(self.out)


def call(words: list[str], environment: Mapping[str, str], capsys: pytest.CaptureFixture[str]) -> Said:
    """Run `adlocalizer` with these words, in this environment; Prefect's server is the test's (mark `integration`)."""
    from adlocalizer.cli.main import run_command

    capsys.readouterr()
    with patch.dict(os.environ, environment):
        status = run_command(words)
    return Said(status, *capsys.readouterr())


def overheard(words: list[str], environment: Mapping[str, str]) -> Said:
    """The same for a fixture that several tests share, where `capsys` cannot go."""
    from adlocalizer.cli.main import run_command

    out, errors = io.StringIO(), io.StringIO()
    with patch.dict(os.environ, environment), redirect_stdout(out), redirect_stderr(errors):
        status = run_command(words)
    return Said(status, out.getvalue(), errors.getvalue())
