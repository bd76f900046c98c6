"""Reading a file whole and within bounds, and refusing in words what cannot be read."""

from __future__ import annotations

from pathlib import Path

from adlocalizer.config.wording import nearest
from adlocalizer.errors import ConfigError


def is_file(path: Path) -> bool:
    """Whether a regular file stands there; a name no file can have is no file."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether a folder stands there."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def read_whole(path: Path, shown: str, max_bytes: int) -> bytes:
    """The bytes of a file; a ConfigError when there is none, it is empty, too large or closed to us."""
    if not is_file(path):
        raise ConfigError(shown, *_no_file(path))
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= max_bytes else b""
    except OSError as error:
        raise ConfigError(shown, f"cannot be read ({error.strerror})", "check the file's permissions") from None
    if size > max_bytes:
        raise ConfigError(shown, f"has {size:,} bytes", f"write at most {max_bytes:,}")
    if not raw:
        raise ConfigError(shown, "the file is empty: it has zero bytes", "write or export it again")
    return raw


def _no_file(path: Path) -> tuple[str, str]:
    if is_folder(path):
        return "is a folder", "write the path of a file"
    try:
        near = nearest(path.name, [one.name for one in path.parent.iterdir()])
    except (OSError, ValueError):
        near = None
    return "there is no such file", f"write {near!r}?" if near else "check the path"
