"""PostgreSQL and Redis of this machine, in a folder of their own: what `deploy/` starts beside the server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pytest


class Ports(NamedTuple):
    """Where they listen, on 127.0.0.1."""

    postgres: int
    redis: int


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def databases() -> Iterator[Ports]:
    """Both, empty, for the time of the block."""
    initdb, postgres, redis = (_program(name) for name in ("initdb", "postgres", "redis-server"))
    # Not in pytest's folder: as root it is closed to the user PostgreSQL insists on.
    folder, ports = Path(tempfile.mkdtemp(prefix="adlocalizer-db-", dir="/tmp")), Ports(free_port(), free_port())
    as_user = {}
    if os.getuid() == 0:
        shutil.chown(folder, "nobody")
        as_user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **as_user}
    data, here = str(folder / "data"), ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
    subprocess.run([initdb, "-D", data, "-U", "prefect", "-A", "trust", "--no-sync", "-E", "UTF8"], check=True, **quiet)
    started = [
        subprocess.Popen([postgres, "-D", data, "-p", str(ports.postgres), *here, "-c", "fsync=off"], **quiet),
        subprocess.Popen([redis, "--port", str(ports.redis), "--bind", "127.0.0.1", "--save", ""], **quiet),
    ]
    try:
        for port in ports:
            _wait_for(port)
        yield ports
    finally:
        for one in started:
            one.terminate()
        for one in started:
            with suppress(subprocess.TimeoutExpired):
                one.wait(timeout=20)
            one.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    path = shutil.which(name) or (str(debian[-1]) if debian else "")
    if not path:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no {name}; install postgresql and redis-server")
    return path


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError(f"nobody listens at {port}")
