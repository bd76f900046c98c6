"""What a stretch of a program costs: wall time, CPU and memory of this process and of those it started. Linux only."""

from __future__ import annotations

import bisect
import multiprocessing
import os
import resource
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_TICKS = os.sysconf("SC_CLK_TCK")


class Reading(NamedTuple):
    """Costs up to now, in seconds and megabytes. CPU is user and system together."""

    wall: float
    own_cpu: float
    pool_cpu: float
    """Worker processes of the render pool."""
    server_cpu: float
    """Every other process below this one: Prefect's ephemeral server."""
    own_mb: float
    """Peak resident memory since the process began."""
    worker_mb: float
    """That of the largest worker."""
    server_mb: float

    def since(self, earlier: Reading) -> Reading:
        """What was spent since another reading; memory stays the peak."""
        spent = {
            name: getattr(self, name) - getattr(earlier, name) for name in self._fields if not name.endswith("_mb")
        }
        return self._replace(**spent)


def read_costs() -> Reading:
    """Costs of this process and of every process below it, as of now."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    pool = {child.pid for child in multiprocessing.active_children()}
    below = _below(os.getpid())
    others = [pid for pid in below if pid not in pool]
    workers = [pid for pid in below if pid in pool]
    return Reading(
        wall=time.monotonic(),
        own_cpu=own.ru_utime + own.ru_stime,
        pool_cpu=sum(map(_cpu, workers)),
        server_cpu=sum(map(_cpu, others)) + ended.ru_utime + ended.ru_stime,
        own_mb=_peak_mb(os.getpid()),
        worker_mb=max(map(_peak_mb, workers), default=0.0),
        server_mb=max(map(_peak_mb, others), default=0.0),
    )


def folder_mb(folder: Path) -> float:
    """Megabytes of a folder's files, counted as lengths."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _below(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found, waiting = [], [pid]
    while waiting:
        own = children.get(waiting.pop(), [])
        found += own
        waiting += own
    return found


def _stat(pid: int) -> list[str]:
    """Fields of /proc/<pid>/stat from the state on; nothing for a process that has just ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _cpu(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def _peak_mb(pid: int) -> float:
    # Not ru_maxrss: that also remembers the memory of whoever started the process.
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def fullest_minute(moments: Sequence[float]) -> int:
    """The most that any sixty seconds hold of moments in their order, in seconds."""
    return max(bisect.bisect_left(moments, at + 60) - number for number, at in enumerate(moments))
