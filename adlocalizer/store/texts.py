"""The ledger of words: every answer a text model gave, kept for ever under its request's key."""

from __future__ import annotations

import json

import orjson
from pydantic import ValidationError

from adlocalizer.domain import Digest, TextAnswer, TextRequest
from adlocalizer.errors import StoreError
from adlocalizer.store.paths import shown
from adlocalizer.store.store import Store


class TextLedger:
    """Answers in a store: `texts/<k2>/<key>.json`, `{"request": TextRequest, "answer": TextAnswer}`."""

    def __init__(self, store: Store) -> None:
        """Read and write in this store."""
        self.store = store

    def has(self, key: Digest) -> bool:
        """Whether an answer is on file: one look, without reading it."""
        return self.store.exists(_path(key))

    def answer(self, key: Digest) -> TextAnswer | None:
        """The kept answer to a request, or None when it must be asked: there is none, or its file is torn."""
        path = _path(key)
        if not self.store.exists(path):
            return None
        try:
            entry = json.loads(self.store.read(path))
        except ValueError:
            return None
        try:
            answer = TextAnswer.model_validate(entry["answer"])
        except (ValidationError, KeyError, TypeError) as error:
            # Whole, but of another shape: it was paid for, so it is not silently bought again.
            raise StoreError(
                f"store {shown(self.store.url)}: {path}: another version of adlocalizer wrote this answer; "
                "use that version, or remove the file to ask (and pay) again"
            ) from error
        return answer if answer.key == key else None

    def keep(self, request: TextRequest, answer: TextAnswer) -> TextAnswer:
        """Write an answer down and return the one on file; the first one kept for a key stays."""
        path = _path(request.key)
        with self.store.locked(path.rpartition("/")[0]):
            if (kept := self.answer(request.key)) is not None:
                return kept
            entry = {"request": request.model_dump(mode="json"), "answer": answer.model_dump(mode="json")}
            self.store.write(path, orjson.dumps(entry, option=orjson.OPT_INDENT_2))
        return answer


def _path(key: Digest) -> str:
    return f"texts/{key[:2]}/{key}.json"
