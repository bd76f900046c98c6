"""Locks on folders of a local disk: they go with the process that holds them."""

from __future__ import annotations

from contextlib import suppress

try:
    import fcntl
except ImportError:  # Windows has no such lock; there one run at a time is the rule
    fcntl = None  # type: ignore[assignment]  # mypy looks at the platform it runs on

HAS_LOCKS = fcntl is not None


def lock(number: int | None) -> None:
    """Wait for an open folder and hold it; None is a system without locks."""
    # A network disk without locks still works: the marker is written last, a lost race costs one question more.
    if number is not None:
        with suppress(OSError):
            fcntl.flock(number, fcntl.LOCK_EX)


def claim(number: int | None) -> bool:
    """Hold an open folder if nobody does; whether it is held now."""
    if number is None:
        return True
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a disk without locks, as above
    return True


def is_free(number: int) -> bool:
    """Whether nobody holds an open file, which is held from now on; False where that cannot be known."""
    if not HAS_LOCKS:
        return False
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def hold_byte(number: int, byte: int) -> bool:
    """Lock one byte of an open file if no other process has; whether it is held now."""
    try:
        fcntl.lockf(number, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # a disk without locks, as above
    return True


def let_byte_go(number: int, byte: int) -> None:
    """Unlock one byte of an open file."""
    with suppress(OSError):
        fcntl.lockf(number, fcntl.LOCK_UN, 1, byte)
