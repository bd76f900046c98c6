"""Whether a process of this machine still lives, by a mark it left somewhere; of other machines nothing is known."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

_PROC = Path("/proc")


def own_mark() -> str:
    """A mark of this process that no other has: a random part, and on Linux where, as which number, since when it runs.

    Letters, digits and dots only: it may stand in a file's name.
    """
    return ".".join((secrets.token_hex(12), _place(), str(os.getpid()), _started(os.getpid()) or ""))


def is_known_dead(mark: str) -> bool:
    """Whether the process of a mark ran where this one runs and does not any more; False where nobody can know."""
    _, place, number, started = (*mark.split("."), "", "", "", "")[:4]
    if not place or place != _place() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False  # it lives, and is another user's
    now = _started(int(number))
    return now is not None and now != started


def _place() -> str:
    """Machine, boot and the space of process numbers, for containers have their own; empty where it is not told."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        space = (_PROC / "self/ns/pid").readlink()
    except (OSError, UnicodeDecodeError):
        return ""
    return hashlib.sha256(f"{boot} {space}".encode()).hexdigest()[:16]


def _started(number: int) -> str | None:
    """When a process started, in ticks since the boot; `dead` of one nobody has waited for, None if it is not told."""
    try:
        said = (_PROC / str(number) / "stat").read_bytes()
    except OSError:
        return None
    state, *rest = said.rpartition(b")")[2].split()  # the name before it may hold anything
    return "dead" if state in (b"Z", b"X") else rest[18].decode()
