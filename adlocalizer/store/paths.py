"""Which names a store accepts, and how it says what went wrong with one."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from adlocalizer.errors import StoreError

TEMPORARY = ".tmp-"
"""How the name of an unfinished file begins."""

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

_CAUSES = {
    errno.ENOSPC: ("the disk is full", "free some space or choose another store with --store, then run again"),
    errno.EDQUOT: ("the disk quota is used up", "free some space or choose another store with --store, then run again"),
    errno.EFBIG: ("the file is larger than this system allows", "raise the limit (ulimit -f) or use another store"),
    errno.EACCES: ("permission is denied", "give this user the right to it or choose another store with --store"),
    errno.EPERM: ("the operation is not permitted", "give this user the right to it or choose another --store"),
    errno.EROFS: ("the disk is read-only", "choose another store with --store"),
    errno.ENOTDIR: ("a file stands where a folder is needed", "move the file away or choose another --store"),
    errno.EEXIST: ("a file stands where a folder is needed", "move the file away or choose another --store"),
    errno.EISDIR: ("a folder stands where a file is needed", "move the folder away or choose another --store"),
    errno.ENOENT: ("there is no such file or folder", "check the store's URL; a run makes missing files again"),
    errno.ENAMETOOLONG: ("the name is too long for this disk", "shorten the ids of campaign, product or format"),
    errno.EMFILE: ("too many files are open", "raise the limit (ulimit -n) or lower `concurrency`"),
    errno.EIO: ("the disk failed", "look at the disk, then run again"),
}


def checked(path: str) -> str:
    """The path itself if it is relative, POSIX and stays inside the store; anything else is a StoreError."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts) or "\\" in path:
        raise StoreError(f"{path!r} is not a path inside a store; write a relative one with / and without ..")
    if _UNPRINTABLE.search(path):
        raise StoreError(f"{path!r} holds a control character; use printable ones in names")
    if any(part.startswith(TEMPORARY) for part in parts):
        raise StoreError(f"{path!r} is named like an unfinished file; do not begin a name with {TEMPORARY}")
    return path


def shown(url: str) -> str:
    """The URL without a user name or password in it."""
    return re.sub(r"//[^/@]*@", "//***@", url)


@contextmanager
def explained(url: str, action: str, path: str = "") -> Iterator[None]:
    """Turn whatever the disk or the object store raises into a StoreError: URL, cause in words, remedy."""
    try:
        yield
    except OSError as error:
        # Object stores raise these two kinds without a number.
        kinds = {FileNotFoundError: errno.ENOENT, PermissionError: errno.EACCES}
        number = error.errno or kinds.get(type(error), 0)
        cause, remedy = _CAUSES.get(number) or (str(error.strerror or error), "check the store and run again")
        raise StoreError(f"{_where(url, path)}: cannot {action}: {cause}; {remedy}") from error


@contextmanager
def explained_remotely(url: str, action: str, path: str = "") -> Iterator[None]:
    """The same for object stores, whose clients each raise errors of their own."""
    try:
        with explained(url, action, path):
            yield
    except StoreError:
        raise
    except Exception as error:
        cause = " ".join(str(error).split())[:200] or type(error).__name__
        remedy = "check the URL, the credentials and the network, then run again"
        raise StoreError(f"{_where(url, path)}: cannot {action}: {cause}; {remedy}") from error


def _where(url: str, path: str) -> str:
    return f"store {shown(url)}" + (f": {path}" if path else "")
