"""A store in a bucket, through fsspec: an object appears whole or not at all."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast

from adlocalizer.errors import BadStoreUrl, StoreError
from adlocalizer.redaction import conceal
from adlocalizer.store.paths import explained_remotely, shown

_PART_BYTES = 16 << 20
"""A file of twice this or more goes in parts; it appears when the last has arrived."""
_SECRETS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
"""What an object store's error may quote."""
_MOMENTS = ("LastModified", "updated", "mtime", "last_modified", "modified", "created")
_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs"}


class Objects:
    """The objects under a URL, by relative path."""

    def __init__(self, url: str) -> None:
        """Open the URL's file system; nothing is sent yet."""
        self.url = url
        self._files, root = _file_system(url)
        self._root = root.rstrip("/")

    def read(self, path: str) -> bytes:
        """The bytes of an object."""
        with explained_remotely(self.url, "read", path):
            return bytes(self._files.cat_file(self._full(path)))

    def open_read(self, path: str) -> BinaryIO:
        """A binary stream over an object."""
        with explained_remotely(self.url, "read", path):
            return cast("BinaryIO", self._files.open(self._full(path), "rb"))

    @contextmanager
    def open_write(self, path: str) -> Iterator[BinaryIO]:
        """A stream whose bytes become the object when the block ends well; until then they wait on the local disk."""
        with explained_remotely(self.url, "write", path), tempfile.NamedTemporaryFile() as waiting:
            yield cast("BinaryIO", waiting.file)
            waiting.flush()
            self._files.put_file(waiting.name, self._full(path), chunksize=_PART_BYTES)

    def write(self, path: str, content: bytes) -> None:
        """Put an object in one request."""
        with explained_remotely(self.url, "write", path):
            self._files.pipe_file(self._full(path), content)

    def create(self, path: str, content: bytes) -> bool:
        """Put an object unless one stands there, decided by the object store (`If-None-Match`); whether it was put."""
        with explained_remotely(self.url, "write", path):
            try:
                self._files.pipe_file(self._full(path), content, mode="create")
            except FileExistsError:
                return False
        return True

    def append(self, path: str, line: bytes) -> None:
        """Put a line at the end of an object by writing it anew: objects do not grow."""
        with explained_remotely(self.url, "append to", path):
            before = self._files.cat_file(self._full(path)) if self._files.isfile(self._full(path)) else b""
            self._files.pipe_file(self._full(path), bytes(before) + line)

    def exists(self, path: str) -> bool:
        """Whether the object is there."""
        with explained_remotely(self.url, "look for", path):
            return bool(self._files.isfile(self._full(path)))

    def size(self, path: str) -> int:
        """The object's size in bytes."""
        with explained_remotely(self.url, "measure", path):
            return int(self._files.size(self._full(path)))

    def modified(self, path: str) -> datetime | None:
        """When the object was written last; None where there is none."""
        with explained_remotely(self.url, "look for", path):
            try:
                moment = cast("datetime", self._files.modified(self._full(path)))
            except FileNotFoundError:
                return None
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def remove(self, path: str) -> None:
        """Take an object away; none there is fine."""
        with explained_remotely(self.url, "remove", path):
            if self._files.isfile(self._full(path)):
                self._files.rm_file(self._full(path))

    def paths(self, prefix: str) -> tuple[str, ...]:
        """Every object under a folder, sorted."""
        with explained_remotely(self.url, "list", prefix):
            try:
                found = self._files.find(self._full(prefix) if prefix else self._root)
            except FileNotFoundError:
                return ()
            start = len(self._root) + 1
            return tuple(sorted(str(name)[start:] for name in found))

    def entries(self, prefix: str) -> Iterator[tuple[str, int, datetime]]:
        """Every object under a folder with its size and when it was written last: one listing."""
        with explained_remotely(self.url, "list", prefix):
            try:
                found = self._files.find(self._full(prefix) if prefix else self._root, detail=True)
            except FileNotFoundError:
                return
        start = len(self._root) + 1
        for name, said in sorted(found.items()):
            yield str(name)[start:], int(said["size"] or 0), _moment(said)

    @contextmanager
    def locked(self, path: str) -> Iterator[None]:
        """Nothing: an object store has no locks, the marker object written last decides."""
        yield

    def _full(self, path: str) -> str:
        return f"{self._root}/{path}"


def _moment(said: Mapping[str, Any]) -> datetime:
    """When an object was written last, by whichever name its file system has for it; now where it does not say."""
    found = next((said[name] for name in _MOMENTS if said.get(name)), None)
    moment = datetime.fromisoformat(found) if isinstance(found, str) else found
    if not isinstance(moment, datetime):
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _file_system(url: str) -> tuple[Any, str]:
    scheme = url.partition("://")[0]
    for name in _SECRETS:
        conceal(os.environ.get(name, ""))
    if scheme in ("gs", "gcs"):
        _tame_gcsfs()
    try:
        from fsspec.core import url_to_fs

        # Cached listings would hide what another machine has just written.
        files, root = url_to_fs(url, use_listings_cache=False)  # type: ignore[no-untyped-call]  # fsspec has no types
    except ImportError as error:
        extra = f"adlocalizer[{_EXTRAS[scheme]}]" if scheme in _EXTRAS else "the fsspec package of this scheme"
        raise StoreError(f"store {shown(url)}: {scheme}:// needs a package more; install {extra}") from error
    except ValueError as error:
        raise BadStoreUrl(
            f"store {shown(url)}: there is no store of kind {scheme}://; write a folder, file://, s3:// or gs://"
        ) from error
    return files, str(root)


def _tame_gcsfs() -> None:
    # Read when it is imported: not to ask, by gRPC and with a right of its own, how each bucket is laid out.
    os.environ.setdefault("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
    log = logging.getLogger("gcsfs")
    if log.level == logging.NOTSET:
        log.setLevel(logging.CRITICAL)  # it logs, with its traceback, whatever it raises
