"""An object store on this machine that speaks S3: moto's server, in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import fsspec
import httpx

KEY, SECRET = "AKIANEVERTOBESEEN0", "secret-never-to-be-seen-0123456789"


@contextmanager
def running_buckets(closed: bool = False) -> Iterator[str]:
    """Start the server with a bucket `ads`, and this environment pointing at it; its URL. `closed`: to every key."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    # Its first request makes the bucket; after so many it asks for keys it knows.
    asks = {"INITIAL_NO_AUTH_ACTION_COUNT": "1"} if closed else {}
    server = subprocess.Popen(command, env={**os.environ, **asks}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    said = {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        with pointed_at(said):
            _wait_until_made(url)
            yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


@contextmanager
def pointed_at(environment: dict[str, str]) -> Iterator[None]:
    """Another environment: what was opened, and processes that were started, in the one before are let go of."""
    try:
        with patch.dict(os.environ, environment):
            _forget()
            yield
    finally:
        _forget()


def _forget() -> None:
    from adlocalizer.pool import _pool

    for name in ("s3fs", "gcsfs"):
        if name in sys.modules:
            fsspec.get_filesystem_class(name.removesuffix("fs")).clear_instance_cache()
    if _pool.cache_info().currsize:
        _pool().shutdown()
        _pool.cache_clear()


def _wait_until_made(url: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if httpx.put(f"{url}/ads", timeout=10).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise AssertionError("the server did not start")
