"""The connections under Google's SDK: enough of them, big bodies taken in a few at a time, the key kept at home."""

from __future__ import annotations

import ctypes
import functools
import gc
import itertools
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from adlocalizer.errors import ConfigError
from adlocalizer.gemini.gate import current_seat
from adlocalizer.gemini.ready import current_body

_LARGE_BYTES = 1 << 20
_M_MMAP_THRESHOLD, _LARGE_BLOCK_BYTES = -3, 8 << 20
_GOOGLE = ".googleapis.com"


def client_args(base_url: str | None, concurrency: int) -> dict[str, Any]:
    """What the SDK's asynchronous client is made with: one connection for every request in flight."""
    _give_memory_back()
    address = urlsplit(base_url or f"https://generativelanguage{_GOOGLE}")
    home = address.hostname or ""
    most = concurrency + 8  # beside pictures: files, batches
    limits = httpx2.Limits(max_connections=most, max_keepalive_connections=most, keepalive_expiry=30)

    async def send_ready_made(request: httpx2.Request) -> None:
        """Send the bytes that stand ready instead of what the SDK has made."""
        if (body := current_body.get()) is not None:
            request.stream = httpx2.ByteStream(body)
            request.headers["Content-Length"] = str(len(body))

    async def keep_key(request: httpx2.Request) -> None:
        """Send no key to a strange host, wherever a redirect or an upload's address leads."""
        if request.url.host != home and not request.url.host.endswith(_GOOGLE):
            request.headers.pop("x-goog-api-key", None)

    freeze_once = functools.cache(gc.freeze)

    async def hold_still(_: httpx2.Response) -> None:
        """Have garbage looked for among what is new: to go through all that is loaded takes a fifth of a second."""
        freeze_once()  # by the first answer the SDK has made its models ready

    return {
        "transport": _pools(limits, most, address),
        "event_hooks": {"request": [keep_key, send_ready_made], "response": [hold_still, _take_seat]},
    }


class _Pools(httpx2.AsyncBaseTransport):
    """A pool for every connection, used in turn; none ever waits for a connection.

    A pool asks the system about each of its idle connections, twice a request.
    """

    def __init__(self, pools: Sequence[httpx2.AsyncHTTPTransport]) -> None:
        self._pools, self._next = pools, itertools.cycle(pools)

    async def send(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request by the next pool."""
        return await next(self._next).handle_async_request(request)

    handle_async_request = send

    async def aclose(self) -> None:
        """Close every connection."""
        gc.unfreeze()
        for pool in self._pools:
            await pool.aclose()


@functools.cache
def _give_memory_back() -> None:
    """Have glibc take large blocks from the system each time, and give them back: its pools keep what threads freed.

    With 16 answers of 4K in flight the process peaks a third lower (benchmarks/README.md).
    """
    with suppress(OSError, AttributeError, TypeError):  # another C library, or none to be found
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK_BYTES)


def _pools(limits: httpx2.Limits, count: int, address: SplitResult) -> _Pools:
    # With a transport of one's own, httpx2 no longer looks for a proxy.
    named = {} if proxy_bypass(address.hostname or "") else getproxies()
    variable = next((name for name in (address.scheme, "all") if named.get(name)), "")
    proxy = named.get(variable)
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy}"
    trusted = httpx2.create_ssl_context()  # once: reading the certificates takes longer than all else here
    try:
        return _Pools([httpx2.AsyncHTTPTransport(trusted, limits=limits, proxy=proxy) for _ in range(count)])
    except (ValueError, ImportError, httpx2.InvalidURL) as error:
        found = f"no connection can go through this proxy ({type(error).__name__})"
    # Its address is not repeated, it may hold a password.
    raise ConfigError(f"{variable.upper()}_PROXY", found, "write http://host:port, or unset it")


async def _take_seat(response: httpx2.Response) -> None:
    seat = current_seat.get()
    length = response.headers.get("content-length", "")
    if seat is not None and (not length.isdecimal() or int(length) >= _LARGE_BYTES):
        await seat.take()
