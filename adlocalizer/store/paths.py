"""Which names a store accepts, and how it says what went wrong with one."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from adlocalizer.errors import StoreError
from adlocalizer.redaction import redacted

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


_CREDENTIALS = (
    "set the object store's credentials in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, …; "
    "for gs:// GOOGLE_APPLICATION_CREDENTIALS)"
)
NO_BUCKET = ("there is no such bucket", "make it, or write another one in the URL")
"""A cause and its remedy."""
_REFUSED = ("the object store refuses these credentials", f"{_CREDENTIALS}, or ask for the right")
_REMOTE_CAUSES = (
    (("FileNotFoundError",), "bucket", *NO_BUCKET),
    (("FileNotFoundError",), "", "there is no such file", "check the store's URL; a run makes missing files again"),
    (("PermissionError", "RefreshError"), "", *_REFUSED),
    (("HttpError",), "401", *_REFUSED),  # of gcsfs, as the next
    (("OSError",), "Forbidden: ", *_REFUSED),
    (("NoCredentialsError", "PartialCredentialsError"), "", "there are no credentials", _CREDENTIALS),
    (
        ("EndpointConnectionError", "ConnectTimeoutError", "ClientConnectorError"),
        "",
        "the object store cannot be reached",
        "check the network and AWS_ENDPOINT_URL or STORAGE_EMULATOR_HOST, then run again",
    ),
)
"""By the kind of the error and a word it says: what object stores' clients raise, of which none need be installed."""


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
        yield
    except StoreError:
        raise
    except Exception as error:
        cause, remedy = NO_BUCKET if _wants_bucket(error, action) else _remote_cause(error)
        raise StoreError(redacted(f"{_where(url, path)}: cannot {action}: {cause}; {remedy}")) from error


def _wants_bucket(error: Exception, action: str) -> bool:
    return action == "write" and isinstance(error, FileNotFoundError)  # nothing else must be there before


def _remote_cause(error: Exception) -> tuple[str, str]:
    said = " ".join(str(error).split())[:200] or type(error).__name__
    for kinds, words, cause, remedy in _REMOTE_CAUSES:
        if type(error).__name__ in kinds and words in said:
            return cause, remedy
    number = error.errno if isinstance(error, OSError) else None
    local = {errno.ENOSPC: _CAUSES[errno.ENOSPC]}  # a bundle waits on this machine's disk until it is whole
    return local.get(number or 0, (said, "check the URL, the credentials and the network, then run again"))


def _where(url: str, path: str) -> str:
    return f"store {shown(url)}" + (f": {path}" if path else "")
