"""Where this machine keeps what can be made again and takes long to make: cut faces, the unpacked finder of faces."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def cache_folder() -> Path:
    """`$ADLOCALIZER_CACHE`, else `adlocalizer` in the user's cache folder, else in the temporary one."""
    if named := os.environ.get("ADLOCALIZER_CACHE"):
        return Path(named).expanduser().absolute()
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "adlocalizer"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir()) / "adlocalizer"
    return folder


def keep(target: Path, write: Callable[[Path], object]) -> None:
    """Have a file written beside the target, then put in its place; safe with other processes at work.

    Raises OSError, and what `write` raises; nothing is left behind then.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    number, half = tempfile.mkstemp(suffix=".part", dir=target.parent)
    os.close(number)
    try:
        write(Path(half))
        Path(half).replace(target)
    finally:
        Path(half).unlink(missing_ok=True)
