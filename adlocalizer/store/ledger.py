"""The ledger of what was paid for: every answer a provider gave, kept for ever under its request's key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import orjson
from pydantic import ValidationError

from adlocalizer.domain import Answer, Digest, Inquiry, Reply, Request
from adlocalizer.errors import StoreError
from adlocalizer.store.paths import shown
from adlocalizer.store.store import Store

_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class Ledger:
    """Answers in a store: `answers/<k2>/<key>.json` beside the untouched picture `<key>.<ext>`.

    The JSON is `{"request": Request, "answer": Answer, "bytes": size of the picture or null}`. It is written last, so
    an answer is kept when its JSON stands there and its picture has that size; anything less is asked for again.
    """

    def __init__(self, store: Store) -> None:
        """Read and write in this store."""
        self.store = store

    def has(self, key: Digest) -> bool:
        """Whether an answer is on file: one look at the disk, without reading it."""
        return self.store.exists(entry_path(key))

    def kept(self, keys: Iterable[Digest]) -> frozenset[Digest]:
        """Those keys whose answers need not be asked for: a short read a key on a local disk, one listing elsewhere."""
        if self.store.is_local:
            return frozenset(key for key in keys if self._envelope(key) is not None)
        on_file = set(self.store.paths("answers"))
        return frozenset(key for key in keys if entry_path(key) in on_file)

    def refused(self, keys: Iterable[Digest]) -> frozenset[Digest]:
        """Those keys whose answer on file is none and stays so; in an object store one listing and few reads."""
        there = None if self.store.is_local else set(self.store.paths("answers"))
        if there is not None:
            drawn = {path.rpartition("/")[2].partition(".")[0] for path in there if not path.endswith(".json")}
            keys = [key for key in keys if entry_path(key) in there and key not in drawn]
        answers = (self.answer(key) for key in keys)
        return frozenset(one.key for one in answers if one is not None and one.kind in ("refusal", "unclear"))

    def answer(self, key: Digest) -> Answer | None:
        """The kept answer to a request, or None when it must be asked."""
        envelope = self._envelope(key)
        return None if envelope is None else self._answer(envelope, key)

    def entry(self, key: Digest) -> tuple[Request, Answer] | None:
        """The kept answer with the request it answers, or None."""
        envelope = self._envelope(key)
        if envelope is None:
            return None
        try:
            return Request.model_validate(envelope["request"]), self._answer(envelope, key)
        except ValidationError as error:
            raise self._unreadable(key) from error

    def keep(self, request: Request | Inquiry, reply: Reply) -> Answer:
        """Write a reply down, picture first, and return the answer on file; the first one kept for a key stays."""
        answer = self._checked(request, reply)
        path = entry_path(request.key)
        with self.store.locked(path.rpartition("/")[0]):
            if (kept := self.answer(request.key)) is not None:
                return kept
            picture = {} if reply.picture is None else {picture_path(answer): reply.picture}
            size = None if reply.picture is None else len(reply.picture)
            envelope = {"request": request.model_dump(mode="json"), "answer": answer.model_dump(mode="json")}
            entry = orjson.dumps({**envelope, "bytes": size}, option=orjson.OPT_INDENT_2)
            self.store.write_all({**picture, path: entry})
        return answer

    def picture(self, answer: Answer) -> bytes:
        """The untouched bytes of an answer's picture, checked against its digest."""
        path = picture_path(answer)
        picture = self.store.read(path)
        if hashlib.sha256(picture).hexdigest() != answer.sha256:
            raise StoreError(
                f"store {shown(self.store.url)}: {path}: these are not the bytes that were kept; "
                "remove the file and run again, it is asked for again"
            )
        return picture

    def parent(self, request: Request) -> Reply:
        """The kept reply whose picture a request edits; StoreError when it is not there any more."""
        parent = self.answer(request.edit.parent) if request.edit else None
        if parent is None:
            raise StoreError(
                f"store {shown(self.store.url)}: the picture to edit is not on file any more; "
                "run the campaign again, then revise it"
            )
        return Reply(answer=parent, picture=self.picture(parent))

    def _envelope(self, key: Digest) -> dict[str, Any] | None:
        """The entry as it stands on file, or None when there is none, or it or its picture is torn."""
        path = entry_path(key)
        if not self.store.exists(path):
            return None
        try:
            envelope = json.loads(self.store.read(path))
        except ValueError:
            return None
        if not isinstance(envelope, dict) or not {"request", "answer", "bytes"} <= envelope.keys():
            return None
        answer = envelope["answer"]
        if not isinstance(answer, dict) or answer.get("key") != key:
            return None
        return envelope if envelope["bytes"] is None or self._has_picture(answer, envelope["bytes"]) else None

    def _has_picture(self, answer: dict[str, Any], size: object) -> bool:
        path = _picture_path(answer["key"], answer.get("mime"))
        return self.store.exists(path) and self.store.size(path) == size

    def _answer(self, envelope: dict[str, Any], key: Digest) -> Answer:
        try:
            return Answer.model_validate(envelope["answer"])
        except ValidationError as error:
            raise self._unreadable(key) from error

    def _unreadable(self, key: Digest) -> StoreError:
        # Whole, but of another shape: it was paid for, so it is not silently bought again.
        return StoreError(
            f"store {shown(self.store.url)}: {entry_path(key)}: another version of adlocalizer wrote this answer; "
            "use that version, or remove the file to ask (and pay) again"
        )

    def _checked(self, request: Request | Inquiry, reply: Reply) -> Answer:
        """The reply's answer with its picture's digest, or a StoreError when the reply contradicts itself."""
        answer, picture = reply.answer, reply.picture
        digest = None if picture is None else hashlib.sha256(picture).hexdigest()
        if answer.key != request.key:
            fault = f"it answers request {answer.key[:12]}"
        elif answer.kind == "picture" and not picture:
            fault = "it says picture and brings none"
        elif picture is not None and answer.mime is None:
            fault = "its picture has no media type"
        elif answer.sha256 not in (None, digest):
            fault = "its picture has another digest than it says"
        else:
            return answer.model_copy(update={"sha256": digest})
        raise StoreError(
            f"store {shown(self.store.url)}: the reply to request {request.key[:12]} is not kept: {fault}; "
            f"this is a fault of provider {request.provider!r}, report it"
        )


def picture_path(answer: Answer) -> str:
    """Where an answer's picture is in its store."""
    return _picture_path(answer.key, answer.mime)


def _picture_path(key: Digest, mime: str | None) -> str:
    return f"answers/{key[:2]}/{key}.{_EXTENSIONS.get(mime or '', 'bin')}"


def entry_path(key: Digest) -> str:
    """Where the entry of a key is in its store."""
    return f"answers/{key[:2]}/{key}.json"
