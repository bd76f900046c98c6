"""A picture model's stand-in on 127.0.0.1: a painted JPEG for a request, after a wait drawn from the request's key."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import math
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import NormalDist

SPREAD = 0.35
"""Standard deviation of the logarithm: one in twenty takes twice the median, as picture models do."""
_SHORTEST, _LONGEST = 0.3, 3.0


@dataclass
class Counts:
    """What was asked since the counts were last read."""

    calls: int = 0
    unavailable: int = 0
    in_flight: int = 0
    most_in_flight: int = 0


class Server:
    """Answers out of a folder of pictures."""

    def __init__(self, pictures: Path, median_seconds: float, unavailable_share: float) -> None:
        self._pictures = {path.stem: path.read_bytes() for path in pictures.glob("*.jpg")}
        self._median, self._share = median_seconds, unavailable_share
        self._turned_away: set[str] = set()
        self._counts = Counts()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, request after request, until the other side closes it."""
        try:
            while head := await _head(reader):
                method, path, length = head
                body = await reader.readexactly(length)
                status, kind, content = await self._answer(method, path, body)
                said = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(content)}\r\n\r\n"
                writer.write(said.encode() + content)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, method: str, path: str, body: bytes) -> tuple[str, str, bytes]:
        if (method, path) == ("GET", "/counts"):
            counts, self._counts = self._counts, Counts(in_flight=self._counts.in_flight)
            return "200 OK", "application/json", json.dumps(asdict(counts)).encode()
        asked = json.loads(body)
        self._count()
        try:
            if self._turns_away(asked["key"]):
                self._counts.unavailable += 1
                return "503 Service Unavailable", "text/plain", b"overloaded"
            await asyncio.sleep(wait_seconds(asked["key"], self._median))
        finally:
            self._counts.in_flight -= 1
        picture = self._pictures.get(asked["picture"])
        return ("200 OK", "image/jpeg", picture) if picture else ("404 Not Found", "text/plain", b"not painted")

    def _count(self) -> None:
        counts = self._counts
        counts.calls += 1
        counts.in_flight += 1
        counts.most_in_flight = max(counts.most_in_flight, counts.in_flight)

    def _turns_away(self, key: str) -> bool:
        """Whether this key's first request fails; the second never does."""
        if key in self._turned_away or _share_of(f"503 {key}") >= self._share:
            return False
        self._turned_away.add(key)
        return True


def wait_seconds(key: str, median_seconds: float) -> float:
    """How long the answer to a key takes: log-normal, the same for the same key."""
    drawn = math.exp(SPREAD * NormalDist().inv_cdf(min(max(_share_of(key), 1e-6), 1 - 1e-6)))
    return median_seconds * min(max(drawn, _SHORTEST), _LONGEST)


def _share_of(text: str) -> float:
    """A number in [0, 1) that a text decides."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


async def _head(reader: asyncio.StreamReader) -> tuple[str, str, int] | None:
    try:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except asyncio.IncompleteReadError:
        return None
    method, path, _ = lines[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    return method, path, int(headers.get("content-length", "0"))


async def serve(options: argparse.Namespace) -> None:
    """Print the port, answer until standard input ends: the server never outlives whoever started it."""
    server = Server(options.pictures, options.median_seconds, options.unavailable_share)
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        print(listening.sockets[0].getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path, help="folder of JPEG pictures")
    parser.add_argument("--median-seconds", type=float, default=1.0)
    parser.add_argument("--unavailable-share", type=float, default=0.0, help="of keys whose first request gets a 503")
    asyncio.run(serve(parser.parse_args()))
