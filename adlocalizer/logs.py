"""Log lines a machine reads: JSON, each with the run, the shard and the creative it is about."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TextIO

_ABOUT: ContextVar[Mapping[str, str]] = ContextVar("about", default=MappingProxyType({}))


@contextmanager
def about(**where: str) -> Iterator[None]:
    """What is logged inside the block is about this as well: `about(run=…, shard=…)`."""
    token = _ABOUT.set({**_ABOUT.get(), **where})
    try:
        yield
    finally:
        _ABOUT.reset(token)


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time, level, where it comes from, what it is about, what it says."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a trace of an error stands in `error`."""
        said = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            **_ABOUT.get(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["error"] = record.exc_text or self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def log_lines(stream: TextIO) -> logging.Handler:
    """Write everything the pipeline logs to a stream, from now on; what was made for it, to take away again."""
    logger, lines = logging.getLogger("adlocalizer"), logging.StreamHandler(stream)
    lines.setFormatter(JsonLines())
    logger.addHandler(lines)
    logger.setLevel(logging.INFO)
    return lines
