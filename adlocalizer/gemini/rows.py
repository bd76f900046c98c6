"""Lines of a batch's files: requests going in, answers and errors coming out."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from adlocalizer.domain import Digest, Model, Reply, Request
from adlocalizer.errors import ProviderError
from adlocalizer.gemini.loose import Unparsed, count_in, mapping_in, parse, text_in
from adlocalizer.gemini.reading import Asked, read_tree
from adlocalizer.gemini.verdicts import CODES, Said, of_status
from adlocalizer.planning import picture_price

_log = logging.getLogger(__name__)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # a row carries no header, so no date is compared with it


class Row(NamedTuple):
    """What a line says: a reply, or the error in its place."""

    key: Digest
    reply: Reply | None = None
    error: ProviderError | None = None


class UnknownRow(ValueError):
    """A line that belongs to no request."""


def input_line(key: Digest, body: Mapping[str, Any]) -> bytes:
    """A request as one line."""
    return json.dumps({"key": key, "request": body}, separators=(",", ":")).encode() + b"\n"


def read_row(line: bytes, requests: Mapping[Digest, Request], models: Mapping[str, Model]) -> Row:
    """Read one line of an output file, whatever the order of its fields; raises UnknownRow."""
    try:
        body = parse(line.decode("utf-8", "replace"))
    except Unparsed as error:
        raise UnknownRow(str(error)) from None
    key = text_in(body.tree, "key") or text_in(mapping_in(body.tree, "metadata"), "key")
    if key not in requests:
        raise UnknownRow(f"its key is {key[:80]!r}")
    asked = Asked(requests[key], _model_of(requests[key], models), "batch")
    response = mapping_in(body.tree, "response")
    if not response:
        return Row(key, error=_row_error(mapping_in(body.tree, "error"), asked.model))
    try:
        return Row(key, reply=read_tree(body, response, asked))
    except ProviderError as error:
        return Row(key, error=error)


def _row_error(error: dict[str, Any], model: Model) -> ProviderError:
    code = count_in(error, "code")
    status = code if code >= 100 else CODES.get(code, 500)
    word = text_in(error, "status") or ("FAILED_PRECONDITION" if code == 9 else "")
    return of_status(Said(status, {**error, "status": word}, {}, _EPOCH), model)


def _model_of(request: Request, models: Mapping[str, Model]) -> Model:
    """A request's model; when it has left the table since, one with the prices of the dearest that is in it."""
    if (known := models.get(request.model)) is not None:
        return known
    dearest = max(models.values(), key=lambda model: picture_price(model, request, "batch"))
    _warn_of_prices(request.model, dearest.id)
    return dearest.model_copy(update={"id": request.model, "shutdown": None, "successor": None})


@lru_cache
def _warn_of_prices(model: str, dearest: str) -> None:
    _log.warning("Model %s is no longer in models.yml: its answers are booked at the prices of %s.", model, dearest)
