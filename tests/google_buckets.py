"""Google Cloud Storage on this machine, as far as two clients speak it: gcsfs its JSON API, Delta Lake its XML API.

Of the emulators to be had none minds the preconditions that claims and commits rest on, so this one does: objects in
memory, each write with a generation of its own, and 501 for whatever it does not know.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from .buckets import pointed_at

_JSON = r"(?:/(?P<way>upload|download))?/storage/v1/b/(?P<bucket>[^/]+)(?:/o(?:/(?P<name>.+))?)?"
_XML = r"/(?P<bucket>[^/]+)(?:/(?P<name>.+))?"
_PAGE = 1000


class Blob(NamedTuple):
    """An object as it was written."""

    content: bytes
    generation: int
    written: datetime

    @property
    def md5(self) -> str:
        return base64.b64encode(hashlib.md5(self.content, usedforsecurity=False).digest()).decode()

    @property
    def stamp(self) -> str:
        return self.written.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Said(NamedTuple):
    """What is answered."""

    status: int
    content: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed


class Cloud:
    """The buckets, and what is being uploaded."""

    def __init__(self, closed: bool) -> None:
        self.closed = closed
        self.buckets: dict[str, dict[str, Blob]] = {"ads": {}}
        self._uploads: dict[str, tuple[str, str, str | None, bytearray]] = {}
        self._numbers, self._lock = itertools.count(1), threading.Lock()

    def answer(self, method: str, url: str, headers: Any, body: bytes) -> Said:
        """The answer to one request; requests are answered one after the other."""
        with self._lock:
            return self._answered(method, urlsplit(url), headers, body)

    def _answered(self, method: str, url: Any, headers: Any, body: bytes) -> Said:
        asked = {name: some[-1] for name, some in parse_qs(url.query, keep_blank_values=True).items()}
        if self.closed:
            return _failed(401, "Anonymous caller does not have storage.objects access")
        found = re.fullmatch(_JSON, url.path) or re.fullmatch(_XML, url.path)
        if found is None or found["bucket"] not in self.buckets:
            return _failed(404, "The specified bucket does not exist.")
        bucket, name = found["bucket"], unquote(found["name"] or "")
        if found.re.pattern == _XML:
            return self._xml(method, bucket, name, (asked, headers, body))
        if found["way"] == "upload":
            return self._upload(bucket, asked, headers, body)
        return self._json(method, bucket, name, asked, headers)

    def _json(self, method: str, bucket: str, name: str, asked: dict[str, str], headers: Any) -> Said:
        objects = self.buckets[bucket]
        if not name:
            return _spoken(self._listed(bucket, asked)) if method == "GET" else _failed(501, method)
        if name not in objects:
            return _failed(404, f"No such object: {bucket}/{name}")
        if not _holds(objects.get(name), asked.get("ifGenerationMatch")):
            return _failed(412, "At least one of the pre-conditions you specified did not hold.")
        if method == "DELETE":
            del objects[name]
            return Said(204)
        if asked.get("alt") == "media":
            return _ranged(objects[name], headers.get("range"))
        return _spoken(_resource(bucket, name, objects[name]))

    def _listed(self, bucket: str, asked: dict[str, str]) -> dict[str, Any]:
        names, prefixes = _names(self.buckets[bucket], asked)
        items = [_resource(bucket, name, self.buckets[bucket][name]) for name in names]
        return {"kind": "storage#objects", "items": items, "prefixes": prefixes}

    def _upload(self, bucket: str, asked: dict[str, str], headers: Any, body: bytes) -> Said:
        condition = asked.get("ifGenerationMatch")
        if (number := asked.get("upload_id")) is not None:
            return self._chunk(number, headers["content-range"], body)
        if asked.get("uploadType") == "multipart":
            said, content = _two_parts(headers["content-type"], body)
            return self._put(bucket, said["name"], condition, content)
        if asked.get("uploadType") != "resumable":
            return _failed(501, str(asked))
        name = asked.get("name") or json.loads(body)["name"]
        number = str(next(self._numbers))
        self._uploads[number] = (bucket, name, condition, bytearray())
        where = f"http://{headers['host']}/upload/storage/v1/b/{bucket}/o?uploadType=resumable&upload_id={number}"
        return Said(200, headers={"Location": where})

    def _chunk(self, number: str, said: str, body: bytes) -> Said:
        """A part of an upload: it must begin where the one before ended, in steps of 256 KiB but for the last."""
        bucket, name, condition, so_far = self._uploads[number]
        first, last, total = (int(one) for one in re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", said).groups())  # type: ignore[union-attr]
        is_last = last + 1 == total
        if first != len(so_far) or last + 1 - first != len(body) or not (is_last or len(body) % (1 << 18) == 0):
            return _failed(400, f"{said} does not follow {len(so_far)} bytes")
        so_far += body
        if not is_last:
            return Said(308, headers={"Range": f"bytes=0-{len(so_far) - 1}"})
        del self._uploads[number]
        return self._put(bucket, name, condition, bytes(so_far))

    def _put(self, bucket: str, name: str, condition: str | None, content: bytes) -> Said:
        if not _holds(self.buckets[bucket].get(name), condition):
            return _failed(412, "At least one of the pre-conditions you specified did not hold.")
        self.buckets[bucket][name] = Blob(content, next(self._numbers), datetime.now(UTC))
        return _spoken(_resource(bucket, name, self.buckets[bucket][name]))

    def _xml(self, method: str, bucket: str, name: str, said: tuple[dict[str, str], Any, bytes]) -> Said:
        (asked, headers, body), objects = said, self.buckets[bucket]
        if method == "GET" and not name and asked.get("list-type") == "2":
            return self._listed_as_xml(bucket, asked)
        if asked or not name or "x-goog-copy-source" in headers:
            return _failed(501, f"{method} {asked}")
        if method == "PUT":
            put = self._put(bucket, name, headers.get("x-goog-if-generation-match"), body)
            return put if put.status != 200 else Said(200, headers=_marks(objects[name]))
        if name not in objects:
            return _failed(404, f"No such object: {bucket}/{name}")
        if method == "DELETE":
            del objects[name]
            return Said(204)
        return _ranged(objects[name], headers.get("range"))

    def _listed_as_xml(self, bucket: str, asked: dict[str, str]) -> Said:
        objects = self.buckets[bucket]
        names, prefixes = _names(objects, asked)
        said = "".join(
            f"<Contents><Key>{escape(name)}</Key><LastModified>{objects[name].stamp}</LastModified>"
            f"<ETag>{_marks(objects[name])['ETag']}</ETag><Size>{len(objects[name].content)}</Size></Contents>"
            for name in names
        ) + "".join(f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in prefixes)
        return Said(200, f"<ListBucketResult>{said}</ListBucketResult>".encode())


def _names(objects: dict[str, Blob], asked: dict[str, str]) -> tuple[list[str], list[str]]:
    """Names and folders of a listing, all on one page."""
    prefix, delimiter, after = asked.get("prefix", ""), asked.get("delimiter", ""), asked.get("start-after", "")
    found = sorted(name for name in objects if name.startswith(prefix) and name > after)
    assert len(found) <= _PAGE, "listings in pages are not known here"
    ends = {name: name.find(delimiter, len(prefix)) if delimiter else -1 for name in found}
    folders = {name[: end + len(delimiter)] for name, end in ends.items() if end >= 0}
    return [name for name in found if ends[name] < 0], sorted(folders)


def _two_parts(kind: str, body: bytes) -> tuple[dict[str, Any], bytes]:
    boundary = re.escape(kind.partition("boundary=")[2].strip('"').encode())
    _, *parts, _ = re.split(rb"(?:\r?\n)?--" + boundary, body)
    said, content = (re.split(rb"\r?\n\r?\n", part, maxsplit=1)[1] for part in parts)
    return json.loads(said), content


def _holds(found: Blob | None, condition: str | None) -> bool:
    return condition is None or int(condition) == (found.generation if found else 0)


def _marks(blob: Blob) -> dict[str, str]:
    times = {"Last-Modified": format_datetime(blob.written, usegmt=True)}
    said = {"x-goog-generation": f"{blob.generation}", "x-goog-hash": f"md5={blob.md5}", **times}
    return {"ETag": f'"{blob.generation}"', **said}


def _resource(bucket: str, name: str, blob: Blob) -> dict[str, Any]:
    sums = {"md5Hash": blob.md5, "generation": str(blob.generation)}
    times = {"updated": blob.stamp, "timeCreated": blob.stamp}
    return {"kind": "storage#object", "bucket": bucket, "name": name, "size": str(len(blob.content)), **sums, **times}


def _ranged(blob: Blob, asked: str | None) -> Said:
    size = len(blob.content)
    if asked is None:
        return Said(200, blob.content, _marks(blob))
    first, last = re.fullmatch(r"bytes=(\d*)-(\d*)", asked).groups()  # type: ignore[union-attr]
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last) + 1, size) if first and last else size
    if start >= size:
        return _failed(416, asked)
    return Said(206, blob.content[start:end], _marks(blob) | {"Content-Range": f"bytes {start}-{end - 1}/{size}"})


def _spoken(said: dict[str, Any]) -> Said:
    return Said(200, json.dumps(said).encode(), {"Content-Type": "application/json"})


def _failed(status: int, message: str) -> Said:
    return _spoken({"error": {"code": status, "message": message}})._replace(status=status)


@contextmanager
def running_cloud(closed: bool = False) -> Iterator[str]:
    """Start the server with a bucket `ads`, and this environment pointing at it; its URL. `closed`: to everybody."""
    # A process of its own: Delta Lake asks whether there is a table with Python's lock in its hand.
    command = [sys.executable, "-m", "tests.google_buckets", *(["closed"] if closed else [])]
    server = subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    try:
        with pointed_at({"STORAGE_EMULATOR_HOST": url}):
            yield url
    finally:
        server.terminate()
        server.communicate(timeout=30)


def _door(cloud: Cloud) -> type[BaseHTTPRequestHandler]:
    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            said = cloud.answer(self.command, self.path, self.headers, body)
            with suppress(OSError):  # who asked has gone
                self.send_response(said.status)
                for name, value in {**said.headers, "Content-Length": str(len(said.content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said.content if self.command != "HEAD" else b"")

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _serve

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    return Door


if __name__ == "__main__":
    door = ThreadingHTTPServer(("127.0.0.1", 0), _door(Cloud("closed" in sys.argv)))
    print(f"http://127.0.0.1:{door.server_port}", flush=True)  # noqa: T201
    door.serve_forever()
