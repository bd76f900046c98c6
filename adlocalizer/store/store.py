"""A store by its URL: what a run reads and writes, wherever that is."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, NamedTuple
from urllib.parse import unquote, urlsplit

from adlocalizer.errors import BadStoreUrl, StoreError
from adlocalizer.store.folder import Folder
from adlocalizer.store.objects import Objects
from adlocalizer.store.paths import checked, shown

LEFTOVER_SECONDS = 3600.0
"""An unfinished file untouched for so long belongs to nobody: no single file takes an hour to write."""


_BUCKETS = ("s3", "s3a", "gs", "gcs")


class Entry(NamedTuple):
    """A file of a store."""

    path: str
    bytes: int
    modified: datetime


class Store:
    """Files by relative POSIX path under a local folder, `file://`, or any fsspec URL (`s3://`, `gs://`, `memory://`).

    Every failure is a StoreError that names the URL, the cause and what to do. Cheap to make and to pickle: a URL.
    """

    def __init__(self, url: str) -> None:
        """Take the URL as given; nothing is opened or made before the first use."""
        if not url.strip() or "\0" in url:
            raise BadStoreUrl(
                f"store {url!r}: that is no URL; write a folder, s3://bucket/folder or gs://bucket/folder"
            )
        if url.startswith("file://") and urlsplit(url).netloc not in ("", "localhost"):
            raise BadStoreUrl(f"store {url!r}: a file:// URL has three slashes and a whole path; write file:///folder")
        if url.partition("://")[0] in _BUCKETS and "@" in urlsplit(url).netloc:
            remedy = "leave them out and set them in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, …)"
            raise BadStoreUrl(f"store {shown(url)}: credentials do not belong in a URL; {remedy}")
        self.url = url

    def __repr__(self) -> str:
        return f"Store({shown(self.url)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Store) and other.url == self.url

    def __hash__(self) -> int:
        return hash(self.url)

    def __reduce__(self) -> tuple[type[Store], tuple[str]]:
        return Store, (self.url,)

    @cached_property
    def root(self) -> Path | None:
        """The absolute local folder, or None for an object store."""
        if self.url.startswith("file://"):
            return Path(unquote(urlsplit(self.url).path)).absolute()
        if "://" in self.url:
            return None
        return Path(self.url).expanduser().absolute()

    @property
    def is_local(self) -> bool:
        """Whether the files lie in a local folder."""
        return self.root is not None

    @property
    def is_in_memory(self) -> bool:
        """Whether the files are in this process's memory: no other sees them, and they end with it."""
        return self.url.startswith("memory://")

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return self._files.read(checked(path))

    def write(self, path: str, content: bytes) -> None:
        """Put a file there whole, replacing the old one: after a crash either the old or the new one stands there."""
        if isinstance(self._files, Objects):
            self._files.write(checked(path), content)
            return
        with self.open_write(path) as stream:
            stream.write(content)

    def write_all(self, files: Mapping[str, bytes]) -> None:
        """Put files of one folder there whole, in their order, for less than writing each on its own."""
        checked_files = {checked(path): content for path, content in files.items()}
        if isinstance(self._files, Folder):
            self._files.write_all(checked_files)
            return
        for path, content in checked_files.items():
            self._files.write(path, content)

    def create(self, path: str, content: bytes) -> bool:
        """Put a file there whole unless one stands there; of several at once exactly one is told True."""
        return self._files.create(checked(path), content)

    def append(self, path: str, line: bytes) -> None:
        """Put a line, or some, at the end of a file of one writer: whole, or not at all unless the writer is killed.

        Outlives the process, not a power cut: what stands in such a file must be safe to lose at its end.
        """
        self._files.append(checked(path), line)

    def open_read(self, path: str) -> BinaryIO:
        """A binary stream over a file; close it."""
        return self._files.open_read(checked(path))

    def open_write(self, path: str) -> AbstractContextManager[BinaryIO]:
        """A readable, seekable stream that becomes the file when its block ends well, and nothing when it fails."""
        return self._files.open_write(checked(path))

    def exists(self, path: str) -> bool:
        """Whether a finished file stands there."""
        return self._files.exists(checked(path))

    def size(self, path: str) -> int:
        """A file's size in bytes."""
        return self._files.size(checked(path))

    def modified(self, path: str) -> datetime | None:
        """When a file was written last; None where there is none."""
        return self._files.modified(checked(path))

    def remove(self, path: str) -> None:
        """Take a file away; none there is fine."""
        self._files.remove(checked(path))

    def paths(self, prefix: str = "") -> tuple[str, ...]:
        """Every finished file in a folder and the folders below, sorted; all of the store without a prefix."""
        folder = prefix.rstrip("/")
        return self._files.paths(checked(folder) if folder else "")

    def entries(self, prefix: str = "") -> tuple[Entry, ...]:
        """Every finished file in a folder and the folders below with size and age, by path."""
        folder = prefix.rstrip("/")
        return tuple(Entry(*one) for one in self._files.entries(checked(folder) if folder else ""))

    def local_path(self, path: str) -> Path | None:
        """Where a file is on this machine's disk, or None for an object store."""
        name = checked(path)
        return None if self.root is None else self.root / name

    def locked(self, path: str) -> AbstractContextManager[None]:
        """Hold a local folder against other processes and threads; object stores have no locks and go on."""
        return self._files.locked(checked(path))

    def claimed(self, path: str) -> AbstractContextManager[None]:
        """Hold a folder as the only one; Taken when another process does."""
        if isinstance(self._files, Folder):
            return self._files.claimed(checked(path))
        from adlocalizer.store.claims import claimed_object  # which needs stores itself

        return claimed_object(self, checked(path))

    def remove_leftovers(self, older_than_seconds: float = LEFTOVER_SECONDS) -> int:
        """Take away what crashed writers left unfinished; returns how many files."""
        if isinstance(self._files, Folder):
            return self._files.remove_leftovers(older_than_seconds)
        from adlocalizer.store.claims import sweep_claims  # as above

        return sweep_claims(self, older_than_seconds)

    def check_writable(self) -> None:
        """Write, read and remove a small file, or raise a StoreError that names the URL."""
        probe = f"probe-{secrets.token_hex(8)}"
        with self._removed(probe):
            self.write(probe, probe.encode())
            if self.read(probe) != probe.encode():
                raise StoreError(f"store {shown(self.url)}: gives back other bytes than it was given; do not use it")

    @contextmanager
    def _removed(self, path: str) -> Iterator[None]:
        yield
        self.remove(path)

    @cached_property
    def _files(self) -> Folder | Objects:
        return Objects(self.url) if self.root is None else Folder(shown(self.url), self.root)
