"""Keys out of everything that is said: messages, log lines, tracebacks."""

from __future__ import annotations

import logging
import traceback
from typing import Any

_LEAST = 6
"""Shorter words would be blotted out where they mean something else; no key is that short."""

_concealed: dict[str, None] = {}


def conceal(secret: str) -> None:
    """Keep a key out of every log record of this process from now on, and out of what `redacted` is given."""
    if len(secret) < _LEAST or secret in _concealed:
        return
    if not _concealed:
        logging.setLogRecordFactory(_make_record)
    _concealed[secret] = None


def redacted(text: str) -> str:
    """The text with every concealed key blotted out."""
    for secret in _concealed:
        text = text.replace(secret, "[key]")
    return text


class _Record(logging.LogRecord):
    def getMessage(self) -> str:
        """The message without keys."""
        return redacted(super().getMessage())


def _make_record(*args: Any, **named: Any) -> logging.LogRecord:
    record = _Record(*args, **named)
    if record.exc_info and record.exc_info[0] is not None:
        # What a formatter finds here it does not make from the exception itself.
        record.exc_text = redacted("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
    return record
