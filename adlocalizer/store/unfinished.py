"""Files under a temporary name until they are whole: held by their writer, and taken away when it has died."""

from __future__ import annotations

import os
import platform
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

from adlocalizer.store.locks import HAS_LOCKS, claim, is_free
from adlocalizer.store.paths import TEMPORARY

_HOST = f"{zlib.crc32(platform.node().encode()):08x}"
"""Locks of another machine's processes may be unknown here: its unfinished files are left alone until they are old."""
_OURS = f"{TEMPORARY}{_HOST}-"


@contextmanager
def unfinished(final: Path, is_synced: bool = True) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file under a temporary name beside the final one, and its path; whatever still has that name goes.

    The folder is on the disk at the end, unless its user sees to that.
    """
    folder = final.parent
    make_folder(folder)
    path, number = _begun(folder)
    try:
        with cast("BinaryIO", os.fdopen(number, "w+b")) as stream:
            yield stream, path
        if is_synced:
            sync_folder(folder)
    finally:
        with suppress(FileNotFoundError):
            path.unlink()


def finish(stream: BinaryIO) -> None:
    """Have all that was written on the disk."""
    stream.flush()
    os.fsync(stream.fileno())


def is_temporary(path: Path) -> bool:
    """Whether this is an unfinished file."""
    return path.name.startswith(TEMPORARY)


def removed_orphan(path: Path) -> bool:
    """Take away an unfinished file of this machine that no process holds; whether it was."""
    if not path.name.startswith(_OURS):
        return False
    number = os.open(path, os.O_RDWR)
    try:
        if not is_free(number):
            return False
        path.unlink()
    except OSError:
        return False
    finally:
        os.close(number)
    return True


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, if it is not there, and have it on the disk."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Have a folder's names on the disk."""
    if hasattr(os, "O_DIRECTORY"):
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _begun(folder: Path) -> tuple[Path, int]:
    """A new file, held so that nobody takes it for a dead writer's."""
    while True:
        path = folder / f"{_OURS}{secrets.token_hex(8)}"
        # Not tempfile: its files are readable by one user only, and a store is shared.
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        if claim(number if HAS_LOCKS else None) and os.fstat(number).st_nlink:
            return path, number
        os.close(number)  # somebody who tidies up came in between
