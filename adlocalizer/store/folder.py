"""A store in a local folder: unfinished files have temporary names, finished ones are on the disk for good."""

from __future__ import annotations

import errno
import functools
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from adlocalizer.errors import StoreError
from adlocalizer.store.locks import HAS_LOCKS, claim, lock
from adlocalizer.store.paths import explained
from adlocalizer.store.unfinished import finish, is_temporary, make_folder, removed_orphan, sync_folder, unfinished

TAKEN = "another process is making this run; wait for it to end, or stop it"


class Taken(StoreError):
    """Another process holds what was to be held."""


class Folder:
    """The files under a local folder, by relative path."""

    def __init__(self, url: str, root: Path) -> None:
        """Hold the folder; it is made by the first write."""
        self.url, self.root = url, root
        self._at = functools.lru_cache(maxsize=512)(root.joinpath)  # a path's parts are put together many times a file

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        with explained(self.url, "read", path):
            return self._at(path).read_bytes()

    def open_read(self, path: str) -> BinaryIO:
        """A binary stream over a file."""
        with explained(self.url, "read", path):
            return self._at(path).open("rb")

    @contextmanager
    def open_write(self, path: str) -> Iterator[BinaryIO]:
        """A stream whose bytes become the file when the block ends well, and vanish when it does not."""
        final = self._at(path)
        with explained(self.url, "write", path), unfinished(final) as (stream, begun):
            yield stream
            finish(stream)
            begun.replace(final)

    def write_all(self, files: Mapping[str, bytes]) -> None:
        """Put files there whole, one after the other, and wait for the disk once for all their names.

        After a power cut on the way any of them may be missing; none is half there.
        """
        for path, content in files.items():
            with explained(self.url, "write", path), unfinished(self._at(path), False) as (stream, begun):
                stream.write(content)
                finish(stream)
                begun.replace(self._at(path))
        with explained(self.url, "write"):
            for folder in {self._at(path).parent for path in files}:
                sync_folder(folder)

    def create(self, path: str, content: bytes) -> bool:
        """Put a file there whole unless one stands there; whether it was put."""
        final = self._at(path)
        with explained(self.url, "write", path), unfinished(final) as (stream, begun):
            stream.write(content)
            finish(stream)
            try:
                os.link(begun, final)
            except FileExistsError:
                return False
        return True

    def append(self, path: str, line: bytes) -> None:
        """Put a line at the end of a file in one write."""
        with explained(self.url, "append to", path):
            make_folder(self._at(path).parent)
            number = os.open(self._at(path), os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
            try:
                # No fsync: what is written is the system's, and stays when its writer is killed.
                written = os.write(number, line)
                if written < len(line):  # a full disk takes what fits; half a line would spoil the next
                    os.ftruncate(number, os.fstat(number).st_size - written)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            finally:
                os.close(number)

    def exists(self, path: str) -> bool:
        """Whether a finished file stands there."""
        with explained(self.url, "look for", path):
            return self._at(path).is_file()

    def size(self, path: str) -> int:
        """The file's size in bytes."""
        with explained(self.url, "measure", path):
            return self._at(path).stat().st_size

    def modified(self, path: str) -> datetime | None:
        """When the file was written last; None where there is none."""
        with explained(self.url, "look for", path), suppress(FileNotFoundError, NotADirectoryError):
            return datetime.fromtimestamp(self._at(path).stat().st_mtime, UTC)
        return None

    def remove(self, path: str) -> None:
        """Take a file away; none there is fine."""
        with explained(self.url, "remove", path), suppress(FileNotFoundError):
            self._at(path).unlink()
            sync_folder(self._at(path).parent)

    def paths(self, prefix: str) -> tuple[str, ...]:
        """Every finished file under a folder, or the file itself, sorted."""
        with explained(self.url, "list", prefix):
            if prefix and self._at(prefix).is_file():
                return (prefix,)
            found = _files(self._at(prefix))
            return tuple(sorted(p.relative_to(self.root).as_posix() for p in found if not is_temporary(p)))

    def entries(self, prefix: str) -> Iterator[tuple[str, int, datetime]]:
        """Every finished file under a folder with its size and when it was written last."""
        for path in self.paths(prefix):
            with explained(self.url, "measure", path), suppress(FileNotFoundError):  # another process may remove it
                found = self._at(path).stat()
                yield path, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC)

    def remove_leftovers(self, older_than_seconds: float) -> int:
        """Take away unfinished files whose writer has died, or that nobody has touched for so long; how many."""
        limit, removed = time.time() - older_than_seconds, 0
        with explained(self.url, "tidy up"):
            for path in _files(self.root):
                with suppress(FileNotFoundError):
                    if is_temporary(path) and path.stat().st_mtime <= limit:
                        path.unlink()
                        removed += 1
                    else:
                        removed += removed_orphan(path)
        return removed

    @contextmanager
    def locked(self, path: str) -> Iterator[None]:
        """Hold a folder against every other process and thread of this machine."""
        with self._opened(path) as number:
            lock(number)
            yield

    @contextmanager
    def claimed(self, path: str) -> Iterator[None]:
        """Hold a folder as the only one; a process that dies lets go of it."""
        with self._opened(path) as number:
            if not claim(number):
                raise Taken(f"store {self.url}: {path}: {TAKEN}")
            yield

    @contextmanager
    def _opened(self, path: str) -> Iterator[int | None]:
        with explained(self.url, "lock", path):
            make_folder(self._at(path))
        if not HAS_LOCKS:  # there a folder cannot be opened either
            yield None
            return
        with explained(self.url, "lock", path):
            number = os.open(self._at(path), os.O_RDONLY)
        try:
            yield number
        finally:
            os.close(number)


def _files(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR):
            raise error

    for parent, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(parent) / name for name in names)
