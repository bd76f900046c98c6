"""What the processes of a run book: a file for each, appended to line by line, read by all."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections import Counter, deque
from contextlib import AbstractContextManager
from fractions import Fraction
from typing import Any, NamedTuple

import orjson

from adlocalizer.domain import Micros, RunRef
from adlocalizer.errors import StoreError
from adlocalizer.store import Store

_REREAD_SECONDS = 10.0
"""How often an object store is asked what others have booked: there every look is a request."""

Line = dict[str, Any]
"""`{"reserve": name, "micros": n}`, `{"settle": name, "micros": n}`, `{"release": name}` or `{"doubt": name}`.

An ending says with `of` how much its process had reserved; one without settles what another process reserved. One
above what was reserved says with `asked` what its worst price should have been.
"""


def spending_folder(run: RunRef) -> str:
    """Where a run's processes write down what they spend."""
    return f"{run.path}/spending"


class Journal:
    """A folder of the store with one file per process. Lines reach the file by `flush`, from any thread.

    In a local folder caps are exact. An object store has no locks: processes that book within the same ten seconds do
    not see each other, and a run there that must not spend a cent too much is made by one process.
    """

    def __init__(self, store: Store, folder: str) -> None:
        """Write to a file of its own."""
        self.file = f"{secrets.token_hex(12)}.jsonl"
        self._store, self._folder = store, folder
        self._read: Counter[str] = Counter()
        self._read_at: float | None = None
        self._unwritten: deque[bytes] = deque()
        self._reading, self._writing = threading.Lock(), threading.Lock()

    @property
    def is_local(self) -> bool:
        """Whether a look at the others' files and a line more cost next to nothing."""
        return self._store.is_local

    def locked(self) -> AbstractContextManager[None]:
        """Keep other processes from booking meanwhile; object stores have no locks."""
        return self._store.locked(self._folder)

    def gained(self) -> list[tuple[str, Line]]:
        """What others have written since the last look, with their file; in an object store not more than so often."""
        with self._reading:
            now = time.monotonic()
            if not self.is_local and self._read_at is not None and now - self._read_at < _REREAD_SECONDS:
                return []
            lines = [line for path in self._store.paths(self._folder) for line in self._new_lines(path)]
            self._read_at = now
            return lines

    def add(self, line: Line) -> None:
        """Have a line written by the next `flush`."""
        self._unwritten.append(orjson.dumps(line) + b"\n")

    def flush(self) -> None:
        """Write what was added; what cannot be written is kept for the next time."""
        with self._writing:
            lines = [self._unwritten.popleft() for _ in range(len(self._unwritten))]
            try:
                if lines:
                    self._store.append(f"{self._folder}/{self.file}", b"".join(lines))
            except StoreError:
                self._unwritten.extendleft(reversed(lines))
                raise

    def _new_lines(self, path: str) -> list[tuple[str, Line]]:
        file = path.rpartition("/")[2]
        if file == self.file or not file.endswith(".jsonl") or self._store.size(path) <= self._read[path]:
            return []
        with self._store.open_read(path) as stream:
            stream.seek(self._read[path])
            content = stream.read()
        # Up to the last line break: behind it is a line still being written, or torn when its writer was killed.
        whole = content[: content.rfind(b"\n") + 1]
        self._read[path] += len(whole)
        try:
            return [(file, json.loads(line)) for line in whole.splitlines()]
        except ValueError as error:
            remedy = "a file of bookings is damaged; move it away and lower the budget by what it held"
            raise StoreError(f"store {self._store!r}: {path}: {remedy}") from error


def spent_so_far(store: Store, folder: str) -> Micros:
    """What a run has spent, doubts and has set aside: what counts against its budget."""
    bookings = Bookings()
    for file, line in Journal(store, folder).gained():
        bookings.note(file, line)
    return bookings.booked.total()


class Bookings:
    """Who reserved what and how it ended, by file: the sum of all lines, in whatever order the files are read."""

    def __init__(self) -> None:
        """Start with nothing booked."""
        self.booked: Counter[str] = Counter()
        self.spent: Counter[str] = Counter()
        self.doubted: Counter[str] = Counter()
        self.overrun = Fraction(1)
        """How many times its worst price something has cost, at most."""
        self.names: set[str] = set()
        self._unsettled: dict[str, list[_Entry]] = {}
        self._early: dict[str, list[tuple[str, Micros]]] = {}

    def open_micros(self, file: str) -> Micros:
        """What a file's process has reserved and not yet heard of."""
        return self.booked[file] - self.spent[file] - self.doubted[file]

    def is_open(self, name: str) -> bool:
        """Whether anything under this name is reserved or doubted."""
        return bool(self._unsettled.get(name))

    def note(self, file: str, line: Line) -> None:
        """Add a line of a file."""
        match line:
            case {"reserve": str(name), "micros": int(micros)}:
                self._reserve(file, name, micros)
            case {"settle": str(name), "micros": int(micros)}:
                self._settle(file, name, micros, line.get("of"))
                self.overrun = max(self.overrun, Fraction(micros, line.get("asked") or micros or 1))
            case {"release": str(name), "of": int(most)} if self._is_reserved(name, _Entry(file, most)):
                self._take(name, _Entry(file, most))
            case {"doubt": str(name), "of": int(most)} if self._is_reserved(name, _Entry(file, most)):
                self._take(name, _Entry(file, most))
                self._put(name, _Entry(file, most, is_doubted=True))

    def _reserve(self, file: str, name: str, micros: Micros) -> None:
        self.names.add(name)
        self._put(name, _Entry(file, micros))
        if early := self._early.get(name):
            # The file of who settled was read before the file of who reserved.
            settler, cost = early.pop()
            self.booked[settler] -= cost
            self.spent[settler] -= cost
            self._settle(file, name, cost, micros)

    def _settle(self, file: str, name: str, cost: Micros, most: Micros | None) -> None:
        """Settle what the file itself reserved, else another's, else what was doubted."""
        self.names.add(name)
        found = self._unsettled.get(name)
        if found:
            entry = min(found, key=lambda entry: (entry.is_doubted, entry.file != file, entry.micros != most))
            self._take(name, entry)
            file = entry.file
        else:
            self._early.setdefault(name, []).append((file, cost))
        self.booked[file] += cost
        self.spent[file] += cost

    def _is_reserved(self, name: str, entry: _Entry) -> bool:
        return entry in self._unsettled.get(name, ())

    def _put(self, name: str, entry: _Entry) -> None:
        self._unsettled.setdefault(name, []).append(entry)
        self.booked[entry.file] += entry.micros
        self.doubted[entry.file] += entry.micros * entry.is_doubted

    def _take(self, name: str, entry: _Entry) -> None:
        self._unsettled[name].remove(entry)
        if not self._unsettled[name]:
            del self._unsettled[name]
        self.booked[entry.file] -= entry.micros
        self.doubted[entry.file] -= entry.micros * entry.is_doubted


class _Entry(NamedTuple):
    file: str
    micros: Micros
    is_doubted: bool = False
