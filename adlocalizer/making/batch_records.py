"""What is written down about batches, so that no crash forgets one or pays for one twice."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from adlocalizer.domain import Digest, Id, Micros, Noun, Request, RunRef, digest_of
from adlocalizer.errors import StoreError
from adlocalizer.store import Store
from adlocalizer.store.paths import explained, shown


class BatchRecord(Noun):
    """A batch as we know it: `batches/<name>/record.json` with its requests in `requests.jsonl` beside it.

    Once it has ended, all that is left is `batches/ended/<name>.json`.
    """

    name: str = Field(description="The name we gave it; the provider calls it the display name")
    state: Literal["planned", "creating", "created", "collected", "failed"]
    """`creating` is a doubt: the provider may have it. `failed` was never begun, or is lost."""
    provider: Id
    model: str
    campaign: Id
    logical_date: date
    keys: tuple[Digest, ...] = Field(description="Of the requests in it, in the order of the input file")
    most_micros: Micros = Field(description="What it may cost at worst, as it is booked until it is collected")
    source: str = Field(default="", description="The provider's name of the input file")
    batch: str = Field(default="", description="The provider's name of the batch")
    answered: int = 0
    cost_micros: Micros = 0
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self.state in ("planned", "creating", "created")

    @property
    def words(self) -> str:
        """What an outcome says that waits for it."""
        return f"waits for batch {self.name}, submitted for {self.campaign} of {self.logical_date.isoformat()}"

    def is_of(self, run: RunRef) -> bool:
        """Whether a run submitted it."""
        return (self.campaign, self.logical_date) == (run.campaign, run.logical_date)


class BatchRecords:
    """The batches of a store."""

    def __init__(self, store: Store) -> None:
        """Read and write in this store."""
        self._store = store

    def open(self, provider: Id) -> tuple[BatchRecord, ...]:
        """Every batch at a provider that something may still come of, whoever submitted it."""
        paths = (path for path in self._store.paths("batches") if path.endswith("/record.json"))
        records = [self.read(path.split("/")[-2]) for path in paths]
        return tuple(one for one in records if one is not None and one.is_open and one.provider == provider)

    def collected_since(self, moment: datetime) -> tuple[BatchRecord, ...]:
        """Every batch whose answers were kept after a moment, of whatever provider."""
        ended = (one.path for one in self._store.entries("batches/ended") if one.modified >= moment)
        records = [self.read(path.rpartition("/")[2].removesuffix(".json")) for path in ended]
        return tuple(one for one in records if one is not None and one.state == "collected")

    def pending(self, provider: Id) -> frozenset[Digest]:
        """Keys that an open batch will answer: they are paid for, or will be."""
        return frozenset(key for record in self.open(provider) if record.state != "planned" for key in record.keys)

    def read(self, name: str) -> BatchRecord | None:
        """A batch's record, or None; StoreError when another version wrote it: money may hang on it."""
        for path in (_ended_path(name), _record_path(name)):
            if (content := self._content(path)) is None:
                continue
            try:
                return BatchRecord.model_validate_json(content)
            except ValueError as error:
                raise StoreError(
                    f"store {shown(self._store.url)}: {path}: another version of adlocalizer wrote this record; "
                    "let that version collect the batch, or remove the folder to ask (and pay) again"
                ) from error
        return None

    def write(self, record: BatchRecord) -> BatchRecord:
        """Put a record there, whole, and give it back; of a batch that has ended it is all that stays."""
        path = _record_path(record.name) if record.is_open else _ended_path(record.name)
        self._store.write(path, record.model_dump_json(indent=1).encode())
        if not record.is_open:
            # Last: whoever finds both records goes by the ended one.
            self.remove(record.name)
        return record

    def plan(self, record: BatchRecord, requests: Iterable[Request]) -> BatchRecord:
        """Write the requests down, then the record that says they are complete."""
        with self._store.open_write(_requests_path(record.name)) as stream:
            for request in requests:
                stream.write(request.model_dump_json().encode() + b"\n")
        return self.write(record)

    def remove(self, name: str) -> None:
        """Take away what stands there while a batch is open."""
        self._store.remove(_record_path(name))
        self._store.remove(_requests_path(name))

    def requests(self, name: str) -> dict[Digest, Request]:
        """What a batch asks, by key."""
        with self._store.open_read(_requests_path(name)) as lines:
            requests = [Request.model_validate_json(line) for line in lines]
        return {request.key: request for request in requests}

    def free_name(self, keys: Sequence[Digest]) -> str:
        """The name of the next batch of these requests; a batch that ended without them leaves its name behind."""
        for generation in itertools.count(1):
            name = f"adlocalizer-{digest_of([sorted(keys), generation])[:24]}"
            # In this order: a batch that ends meanwhile stands in both places before it leaves the first.
            if not (self._store.exists(_record_path(name)) or self._store.exists(_ended_path(name))):
                break
        return name

    def locked(self, name: str) -> AbstractContextManager[None]:
        """Hold a batch against other processes, when they let go of it."""
        return self._store.locked(f"batches/{name}")

    def claimed(self, name: str) -> AbstractContextManager[None]:
        """The same, at once: Taken while another process holds it."""
        return self._store.claimed(f"batches/{name}")

    def _content(self, path: str) -> bytes | None:
        try:
            return self._store.read(path) if self._store.exists(path) else None
        except StoreError:
            if self._store.exists(path):
                raise
            return None  # it has ended since


def write_input(path: Path, lines: Iterator[bytes], most_bytes: int) -> list[int]:
    """Write lines to a local file as long as they fit; gives back where each one ends."""
    ends: list[int] = []
    with explained(str(path.parent), "write", path.name), path.open("wb") as stream:
        for line in lines:
            if stream.tell() + len(line) > most_bytes:
                break
            stream.write(line)
            ends.append(stream.tell())
    return ends


def input_name(path: Path) -> str:
    """A name for an input file that says what is in it: the same bytes are uploaded once."""
    with path.open("rb") as stream:
        return f"adl-{hashlib.file_digest(stream, 'sha256').hexdigest()[:36]}"


def _record_path(name: str) -> str:
    return f"batches/{name}/record.json"


def _ended_path(name: str) -> str:
    return f"batches/ended/{name}.json"


def _requests_path(name: str) -> str:
    return f"batches/{name}/requests.jsonl"
