"""Batches: nothing is paid for twice, nothing asked is forgotten, whatever breaks and wherever."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import pytest

from adlocalizer.domain import (
    Answer,
    Box,
    Composition,
    Digest,
    Edit,
    Prompt,
    ProviderConfig,
    Reference,
    Reply,
    Request,
    RunRef,
)
from adlocalizer.errors import (
    BudgetExceeded,
    NotAllowed,
    ProviderError,
    Refused,
    Retired,
    StoreError,
    Throttled,
    Unavailable,
)
from adlocalizer.gemini.rows import read_row
from adlocalizer.making.batch_records import BatchRecord, BatchRecords
from adlocalizer.making.batching import Batching, BatchSettings, Wanted
from adlocalizer.making.purse import Caps, Journal, Purse, spent_so_far
from adlocalizer.progress import Tally
from adlocalizer.providers import Batch, BatchProvider, BatchRow
from adlocalizer.providers.gemini import GeminiProvider
from adlocalizer.store import Ledger, Store
from tests.emulator import ROOT, Emulator, running
from tests.gemini_requests import MODEL, MODELS, SMALL, answer, part, reference, settings
from tests.gemini_requests import request as gemini_request

PRICE, MOST = 16_800, 20_000
FAST = ProviderConfig(
    tries=2,
    first_wait_seconds=0.001,
    longest_wait_seconds=0.01,
    batch_first_poll_seconds=0.001,
    batch_longest_poll_seconds=0.004,
)
SHOT = Reference(role="product", sha256="0" * 64, mime="image/png", path="shots/can.png")


class Killed(BaseException):
    """What no code of ours may catch: the process ends here."""


class Office:
    """A provider that keeps its batches in a folder and stumbles where it is told to, as often as it is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stumbles: dict[str, list[BaseException | None]] = {}
        self.rows: dict[Digest, list[Any]] = {}
        self.state, self.output, self.looks, self.lag, self.weight, self.patience = "succeeded", True, 0, 0, 0, 0
        self.uploads: list[int] = []
        self.nameless = False
        for name in ("files", "batches"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    @property
    def batches(self) -> list[dict[str, Any]]:
        return [json.loads(path.read_bytes()) for path in sorted((self.folder / "batches").iterdir())]

    @property
    def paid(self) -> Counter[Digest]:
        return Counter(key for batch in self.batches for key in batch["keys"])

    def line(self, request: Request, references: Sequence[bytes], previous: Reply | None = None) -> bytes:
        before = previous.picture.decode() if previous and previous.picture else None
        shown = [len(reference) for reference in references]
        return json.dumps({"key": request.key, "references": shown, "before": before}).encode() + b"\n"

    async def upload(self, path: Path, name: str) -> str:
        self._step("before upload")
        self.uploads.append(path.stat().st_size)
        shutil.copyfile(path, self.folder / "files" / name)
        self._step("after upload")
        return name

    async def create(self, model: str, source: str, display_name: str) -> Batch:
        self._step("before create")
        with (self.folder / "files" / source).open("rb") as file:
            lines = [json.loads(line) for line in file]
        self._step("refuse", lines)
        name = f"batches-{len(self.batches):03}"
        batch = {"name": name, "display": display_name, "model": model, "keys": [line["key"] for line in lines]}
        (self.folder / "batches" / name).write_text(json.dumps({**batch, "lines": lines}))
        self._step("after create")
        return self._batch({**batch, "name": "" if self.nameless else name})

    async def find(self, display_name: str) -> Batch | None:
        self._step("find")
        if self.lag:
            self.lag -= 1
            return None
        return next((self._batch(one) for one in reversed(self.batches) if one["display"] == display_name), None)

    async def look(self, name: str) -> Batch:
        self.looks += 1
        self._step("look")
        batch = self._batch(next(one for one in self.batches if one["name"] == name))
        return batch.model_copy(update={"state": "waiting"}) if self.looks <= self.patience else batch

    async def results(self, batch: Batch, requests: Mapping[Digest, Request]) -> AsyncIterator[BatchRow]:
        keys = next(one["keys"] for one in self.batches if one["name"] == batch.name)
        for key in random.Random(7).sample(keys, len(keys)):  # noqa: S311
            self._step("row")
            turns = self.rows.get(key)
            for what in turns.pop(0) if turns else ["ok"]:
                if what != "missing":
                    yield self._row(key, what)
        self._step("after rows")

    async def discard(self, source: str) -> None:
        self._step("discard")
        (self.folder / "files" / source).unlink(missing_ok=True)

    async def generate(self, request: Request, references: Sequence[bytes]) -> Reply:
        raise NotImplementedError

    async def edit(self, previous: Reply, request: Request, references: Sequence[bytes]) -> Reply:
        raise NotImplementedError

    async def close(self) -> None:
        pass

    def _row(self, key: Digest, what: Any) -> BatchRow:
        if isinstance(what, ProviderError):
            return BatchRow(key, error=what)
        answer = Answer(key=key, kind="picture", mime="image/png", cost_micros=PRICE)
        picture = f"picture of {key}".encode().ljust(self.weight)
        return BatchRow(key if what == "ok" else what, Reply(answer=answer, picture=picture))

    def _batch(self, batch: dict[str, Any]) -> Batch:
        return Batch(
            name=batch["name"],
            display_name=batch["display"],
            state=self.state,
            output="out" if self.output else None,
            reason="" if self.state == "succeeded" else "for its own reasons",
        )

    def _step(self, where: str, lines: Sequence[dict[str, Any]] = ()) -> None:
        if where == "refuse":
            if any(line["key"] in self.rows and self.rows[line["key"]] == "malformed" for line in lines):
                raise ProviderError("row 7 is malformed")
        elif (waiting := self.stumbles.get(where)) and (error := waiting.pop(0)):
            raise error


class Desk(NamedTuple):
    """A process at work: another one on the same folder is a restart."""

    office: Any
    store: Store
    run: RunRef
    batching: Batching
    tally: Tally

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.store)

    @property
    def records(self) -> list[BatchRecord]:
        paths = [path.removesuffix("/record.json") for path in self.store.paths("batches")]
        names = sorted({Path(path).stem for path in paths if "adlocalizer-" in Path(path).stem})
        return [record for name in names if (record := BatchRecords(self.store).read(name))]

    @property
    def booked(self) -> int:
        return spent_so_far(self.store, f"{self.run.path}/spending")

    def kept(self, rows: Sequence[Wanted]) -> int:
        return len(self.ledger.kept(one.request.key for one in rows))


def desk(
    folder: Path,
    campaign: str = "spring",
    caps: Caps | None = None,
    kind: Callable[[str], Store] = Store,
    **config: Any,
) -> Desk:
    office, store, tally = Office(folder / "office"), kind(str(folder / "store")), Tally()
    if not store.exists(SHOT.path):
        store.write(SHOT.path, b"a can")
    run = RunRef(store_url=store.url, campaign=campaign, logical_date=date(2026, 11, 25))
    purse = Purse(Journal(store, f"{run.path}/spending"), caps or Caps())
    settings = BatchSettings("office", FAST.model_copy(update=config), run)
    return Desk(office, store, run, Batching(office, Ledger(store), purse, settings, tally), tally)


def wanted(count: int, model: str = "m-1", edit: Edit | None = None) -> list[Wanted]:
    box = Box(x=0.4, y=0.4, w=0.2, h=0.5)
    composition = Composition(ratio_class="square", product=box, quiet=box, horizon=0.6)
    prompt = Prompt(text="a can in Tokyo", template_sha256="0" * 64, facts=(), composition=composition)
    fixed = {"provider": "office", "model": model, "prompt": prompt, "ratio": "1:1", "size": "1K", "edit": edit}
    requests = [Request(**fixed, references=(SHOT,), seed=seed) for seed in range(count)]
    return [Wanted(request, MOST) for request in requests]


async def rounds(at: Desk, rows: Sequence[Wanted]) -> None:
    """What a run does: collect, then submit and wait until nothing is wanted."""
    await at.batching.collect()
    for _ in range(10):
        known = at.ledger.kept(one.request.key for one in rows) | at.batching.given_up().keys()
        if not (still := [one for one in rows if one.request.key not in known]):
            return
        await at.batching.submit(still)
        await at.batching.wait()
    raise AssertionError("this never ends")


def made(at: Desk, rows: Sequence[Wanted]) -> Desk:
    async def run() -> None:
        try:
            await rounds(at, rows)
        finally:
            await at.office.close()

    asyncio.run(run())
    return at


def test_the_office_is_a_batch_provider(tmp_path: Path):
    assert isinstance(Office(tmp_path), BatchProvider)


def test_what_is_wanted_is_answered_in_one_batch(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(5)
    made(at, rows)
    assert (at.kept(rows), len(at.office.batches), at.office.paid.total()) == (5, 1, 5)


def test_money_and_calls_are_counted_once_a_row(tmp_path: Path):
    at = made(desk(tmp_path), wanted(5))
    assert (at.tally.calls, at.tally.spent_micros, at.booked) == (5, 5 * PRICE, 5 * PRICE)


def test_a_second_run_asks_nothing(tmp_path: Path):
    rows = wanted(5)
    made(desk(tmp_path), rows)
    assert made(desk(tmp_path), rows).office.looks == 0
    assert len(desk(tmp_path).office.batches) == 1


def test_rows_carry_their_references_and_the_picture_they_edit(tmp_path: Path):
    at, (parent,) = desk(tmp_path), wanted(1)
    made(at, [parent])
    answer = at.ledger.answer(parent.request.key)
    edit = Edit(parent=parent.request.key, picture_sha256=answer.sha256, instruction="at night")
    made(at, wanted(1, edit=edit))
    lines = [line for batch in at.office.batches for line in batch["lines"]]
    assert [(line["references"], line["before"] or "") for line in lines] == [
        ([5], ""),
        ([5], f"picture of {parent.request.key}"),
    ]


class DyingStore(Store):
    """Dies in place of its n-th write or removal; `left` is counted down to 0."""

    left = -1

    @contextmanager
    def open_write(self, path: str) -> Iterator[BinaryIO]:
        with self._dying(), super().open_write(path) as stream:
            yield stream

    def write_all(self, files: Mapping[str, bytes]) -> None:
        for path, content in files.items():
            with self._dying():
                super().write_all({path: content})

    def append(self, path: str, line: bytes) -> None:
        with self._dying():
            super().append(path, line)

    def remove(self, path: str) -> None:
        with self._dying():
            super().remove(path)

    @contextmanager
    def _dying(self) -> Iterator[None]:
        self.left -= 1
        if self.left == 0:
            raise Killed
        yield


@pytest.mark.parametrize("write", range(1, 21))
def test_a_process_that_dies_at_any_write_pays_once_and_loses_nothing(tmp_path: Path, write: int):
    first, rows = desk(tmp_path, kind=DyingStore), wanted(4)
    first.store.left = write
    with suppress(Killed):
        made(first, rows)
    again = made(desk(tmp_path), rows)
    assert again.office.paid == dict.fromkeys((one.request.key for one in rows), 1)
    assert (again.kept(rows), again.booked) == (4, 4 * PRICE)


STEPS = ["before upload", "after upload", "before create", "after create", "look", "row", "after rows", "discard"]


@pytest.mark.parametrize("step", STEPS)
def test_a_process_that_dies_anywhere_pays_once_and_loses_nothing(tmp_path: Path, step: str):
    first, rows = desk(tmp_path), wanted(4)
    first.office.stumbles[step] = [Killed()]
    with pytest.raises(Killed):
        made(first, rows)
    again = made(desk(tmp_path), rows)
    assert again.office.paid == dict.fromkeys((one.request.key for one in rows), 1)
    assert (again.kept(rows), again.booked) == (4, 4 * PRICE)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_for_a_while_is_taken_again(tmp_path: Path, step: str):
    at, rows = desk(tmp_path), wanted(3)
    at.office.stumbles[step] = [Unavailable("503"), Unavailable("503")]
    made(at, rows)
    assert (at.kept(rows), at.office.paid.total(), at.booked) == (3, 3, 3 * PRICE)


@pytest.mark.parametrize("step", ["before upload", "before create", "look", "row", "find"])
def test_a_step_that_is_throttled_is_taken_again(tmp_path: Path, step: str):
    at, rows = desk(tmp_path), wanted(3)
    at.office.stumbles[step] = [Throttled("slow down", 0.002), Throttled("slow down")]
    made(at, rows)
    assert (at.kept(rows), at.office.paid.total()) == (3, 3)


def test_a_lost_reply_to_create_is_looked_for_even_in_a_list_that_lags(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(3)
    at.office.stumbles["after create"], at.office.lag = [Unavailable("reset", may_be_billed=True)], 3
    made(at, rows)
    assert (len(at.office.batches), at.kept(rows)) == (1, 3)


def test_a_restart_looks_for_a_doubtful_batch_even_in_a_list_that_lags(tmp_path: Path):
    first, second, rows = desk(tmp_path), desk(tmp_path), wanted(3)
    first.office.stumbles["after create"] = [Killed()]
    with pytest.raises(Killed):
        made(first, rows)
    second.office.lag = 3
    made(second, rows)
    assert (len(second.office.batches), second.kept(rows)) == (1, 3)


def test_a_doubt_that_cannot_be_settled_now_is_not_paid_again(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(3)
    at.office.stumbles = {"after create": [Unavailable("reset")], "find": [Unavailable("503")] * 5}
    made(at, rows)
    assert (len(at.office.batches), at.kept(rows)) == (1, 3)


STOPS = [
    NotAllowed("the quota of the day is used up"),
    Retired("gone", "m-1"),
    ProviderError("malformed"),
    Throttled(""),
]


@pytest.mark.parametrize("error", STOPS, ids=lambda error: type(error).__name__)
def test_no_error_undoes_a_create_that_may_have_arrived(tmp_path: Path, error: ProviderError):
    first, rows = desk(tmp_path), wanted(3)
    first.office.stumbles = {"after create": [Unavailable("reset")], "before create": [None, error]}
    first.office.lag = 5
    with pytest.raises(NotAllowed) if isinstance(error, NotAllowed) else nullcontext():
        asyncio.run(first.batching.submit(rows))
    assert (first.records[0].state, first.booked, len(first.batching.waiting())) == ("creating", 3 * MOST, 3)
    again = made(desk(tmp_path), rows)
    assert (len(again.office.batches), again.kept(rows), again.booked) == (1, 3, 3 * PRICE)


def test_a_create_that_was_only_throttled_is_no_doubt(tmp_path: Path):
    at = desk(tmp_path)
    at.office.stumbles["before create"] = [Throttled("slow down")] * 2
    assert asyncio.run(at.batching.submit(wanted(3))) == 0
    assert (at.records[0].state, at.booked) == ("failed", 0)


def test_a_created_batch_without_a_name_is_looked_for(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(3)
    at.office.nameless = True
    asyncio.run(at.batching.submit(rows))
    assert (at.records[0].state, at.records[0].batch) == ("created", "batches-000")


@pytest.mark.parametrize("said_seconds", [0.0, 0.001, None])
def test_a_provider_that_says_to_come_at_once_is_not_hurried(tmp_path: Path, said_seconds: float | None):
    at = desk(tmp_path, first_wait_seconds=0.05, longest_wait_seconds=0.1)
    at.office.stumbles["before upload"] = [Throttled("slow down", said_seconds)]
    began = time.monotonic()
    asyncio.run(at.batching.submit(wanted(1)))
    assert time.monotonic() - began >= 0.05


LEFT = [("before create", Store, "failed"), ("before upload", Store, "planned"), ("before create", None, "creating")]


@pytest.mark.parametrize(("step", "kind", "state"), LEFT, ids=["in doubt", "planned", "in doubt without locks"])
def test_a_doubt_that_another_run_left_is_settled_once_where_locks_tell(
    tmp_path: Path, step: str, kind: Callable[[str], Store] | None, state: str
):
    kind = kind or (lambda _: Store(f"memory://{tmp_path.name}"))
    first, other = desk(tmp_path, kind=kind), desk(tmp_path, "autumn", kind=kind)
    first.office.stumbles[step] = [Killed()]
    with pytest.raises(Killed):
        asyncio.run(first.batching.submit(wanted(2)))
    asyncio.run(other.batching.collect())
    assert (other.records[0].state, first.booked) == (state, 0 if state == "failed" else 2 * MOST)


def test_a_batch_of_another_run_that_may_not_be_seen_is_left_open(tmp_path: Path):
    first, other, rows = desk(tmp_path), desk(tmp_path, "autumn"), wanted(2)
    asyncio.run(first.batching.submit(rows))
    other.office.stumbles["look"] = [NotAllowed("403")] * 2
    asyncio.run(other.batching.collect())
    assert (other.records[0].state, len(other.batching.waiting())) == ("created", 2)
    with pytest.raises(NotAllowed):
        asyncio.run(other.batching.wait({rows[0].request.key}))


def test_a_batch_of_this_run_that_may_not_be_seen_stops_it(tmp_path: Path):
    first, second = desk(tmp_path), desk(tmp_path)
    asyncio.run(first.batching.submit(wanted(2)))
    second.office.stumbles["look"] = [NotAllowed("403")]
    with pytest.raises(NotAllowed):
        asyncio.run(second.batching.collect())


def test_a_batch_that_another_process_is_at_is_not_waited_for(tmp_path: Path):
    first, second, rows = desk(tmp_path), desk(tmp_path), wanted(2)
    asyncio.run(first.batching.submit(rows))

    async def beside_another() -> None:
        with second.store.locked(f"batches/{first.records[0].name}"):
            await asyncio.wait_for(second.batching.collect(), 5)

    asyncio.run(beside_another())
    assert (second.office.looks, len(second.batching.waiting())) == (0, 2)


@pytest.mark.parametrize(("kept", "looks"), [(False, 0), (True, 1)])
def test_a_run_waits_for_the_batch_of_another_that_answers_what_it_needs(tmp_path: Path, kept: bool, looks: int):
    first, other, rows = desk(tmp_path), desk(tmp_path, "autumn"), wanted(3)
    asyncio.run(first.batching.submit(rows))
    assert asyncio.run(other.batching.submit(rows[:1])) == 0
    asyncio.run(other.batching.wait({rows[0].request.key} if kept else ()))
    assert (other.kept(rows), other.office.looks) == (3 * kept, looks)


def test_keys_of_an_open_batch_are_pending_until_it_has_ended(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(2)
    asyncio.run(at.batching.submit(rows))
    records = BatchRecords(at.store)
    assert records.pending("office") == {one.request.key for one in rows}
    assert records.pending("another") == set()
    asyncio.run(at.batching.wait())
    assert records.pending("office") == set()


def test_a_batch_that_was_only_planned_holds_no_key(tmp_path: Path):
    at = desk(tmp_path)
    at.office.stumbles["before upload"] = [Killed()]
    with pytest.raises(Killed):
        asyncio.run(at.batching.submit(wanted(2)))
    assert BatchRecords(at.store).pending("office") == set()


def test_of_a_batch_that_has_ended_only_a_record_stays(tmp_path: Path):
    at = made(desk(tmp_path), wanted(2))
    assert at.store.paths("batches") == (f"batches/ended/{at.records[0].name}.json",)


@pytest.mark.parametrize("error", [None, ProviderError("malformed")])
def test_the_input_file_goes_when_its_batch_has_ended(tmp_path: Path, error: ProviderError | None):
    at = desk(tmp_path)
    at.office.stumbles["before create"] = [error]
    made(at, wanted(1))
    assert (len(at.office.uploads), list((tmp_path / "office" / "files").iterdir())) == (1, [])


def test_the_input_file_goes_before_its_keys_are_free_again(tmp_path: Path):
    at = desk(tmp_path)
    at.office.stumbles["discard"] = [Killed()]
    with pytest.raises(Killed):
        made(at, wanted(1))
    assert at.records[0].is_open


def test_a_file_that_is_not_taken_is_not_halved(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(4)
    at.office.stumbles["before upload"] = [ProviderError("no such files")]
    made(at, rows)
    assert at.batching.given_up() == {one.request.key: "no such files" for one in rows}


@pytest.mark.parametrize("most_rows", [2, 100])
def test_rows_whose_pictures_are_lost_are_given_up_and_the_others_answered(tmp_path: Path, most_rows: int):
    at, (first, *rows) = desk(tmp_path, batch_max_rows=most_rows), wanted(6)
    edit = Edit(parent="1" * 64, picture_sha256="1" * 64, instruction="at night")
    gone = SHOT.model_copy(update={"path": "shots/gone.png"})
    bare = first._replace(request=first.request.model_copy(update={"references": (gone,)}))
    lost = {one.request.key: one for one in (*wanted(2, edit=edit), bare)}
    made(at, [*lost.values(), *rows])
    assert at.batching.given_up().keys() == lost.keys()
    assert (at.kept(rows), at.office.paid.total()) == (5, 5)


def test_answers_of_a_model_that_left_the_table_are_read_at_the_dearest_prices():
    asked = gemini_request()
    line = json.dumps({"key": asked.key, "response": json.loads(answer(part()))}).encode()
    left = {name: model for name, model in MODELS.items() if name != MODEL.id}
    costs = [read_row(line, {asked.key: asked}, {name: model}).reply.answer.cost_micros for name, model in left.items()]
    found = read_row(line, {asked.key: asked}, left)
    assert (found.reply.picture, found.reply.answer.cost_micros) == (SMALL, max(costs))
    assert max(costs) > 0


def test_an_error_of_a_model_that_left_the_table_names_it():
    asked = gemini_request(model="gemini-of-yore")
    line = json.dumps({"key": asked.key, "error": {"code": 5, "message": "not found"}}).encode()
    assert read_row(line, {asked.key: asked}, MODELS).error.model == "gemini-of-yore"


def test_without_waiting_the_next_command_collects(tmp_path: Path):
    first, rows = desk(tmp_path), wanted(3)
    first.office.state = "waiting"
    assert asyncio.run(first.batching.submit(rows)) == 3
    second = desk(tmp_path)
    asyncio.run(second.batching.collect())
    assert (second.kept(rows), second.tally.spent_micros, second.tally.calls) == (3, 3 * PRICE, 0)


def test_an_open_batch_says_what_its_requests_wait_for(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(2)
    at.office.state = "waiting"
    asyncio.run(at.batching.submit(rows))
    words = at.batching.waiting()[rows[0].request.key]
    assert words == f"waits for batch {at.records[0].name}, submitted for spring of 2026-11-25"


def test_what_is_in_an_open_batch_is_not_submitted_again(tmp_path: Path):
    first, rows = desk(tmp_path), wanted(3)
    first.office.state = "waiting"
    asyncio.run(first.batching.submit(rows[:2]))
    assert asyncio.run(desk(tmp_path).batching.submit(rows)) == 1


def test_another_campaign_collects_what_is_ready_and_books_it_where_it_belongs(tmp_path: Path):
    first, rows = desk(tmp_path), wanted(3)
    asyncio.run(first.batching.submit(rows))
    other = desk(tmp_path, "autumn")
    asyncio.run(other.batching.collect())
    assert (other.kept(rows), other.tally.spent_micros, other.booked, first.booked) == (3, 0, 0, 3 * PRICE)


def test_a_batch_that_another_process_collected_is_let_go(tmp_path: Path):
    first, rows = desk(tmp_path), wanted(3)
    asyncio.run(first.batching.submit(rows))
    asyncio.run(desk(tmp_path).batching.collect())
    asyncio.run(first.batching.wait())
    assert (first.batching.waiting(), first.booked) == ({}, 3 * PRICE)


def test_two_processes_that_collect_at_once_book_once(tmp_path: Path):
    first, second, third, rows = desk(tmp_path), desk(tmp_path), desk(tmp_path), wanted(6)
    asyncio.run(first.batching.submit(rows))

    async def both() -> None:
        await asyncio.gather(second.batching.collect(), third.batching.collect())

    asyncio.run(both())
    assert (second.tally.spent_micros + third.tally.spent_micros, first.booked) == (6 * PRICE, 6 * PRICE)


@pytest.mark.parametrize(
    ("config", "sizes"), [({"batch_max_rows": 2}, [2, 2, 1]), ({"batch_max_bytes": 1_000}, [2, 2, 1])]
)
def test_rows_and_bytes_limit_a_batch(tmp_path: Path, config: dict[str, int], sizes: list[int]):
    at, rows = desk(tmp_path, **({"batch_max_rows": 100} | config)), wanted(5)
    at.office.line = lambda request, *_: json.dumps({"key": request.key, "more": "x" * 300}).encode() + b"\n"
    made(at, rows)
    assert [len(batch["keys"]) for batch in at.office.batches] == sizes
    assert max(at.office.uploads) <= 1_000


def test_a_request_too_large_for_any_batch_is_given_up(tmp_path: Path):
    at, rows = desk(tmp_path, batch_max_bytes=1_000), wanted(3)
    large, whole = rows[1].request.key, at.office.line
    at.office.line = lambda request, *more: whole(request, *more) * (20 if request.key == large else 1)
    made(at, rows)
    assert at.batching.given_up() == {large: "the request alone is larger than batch_max_bytes"}
    assert at.kept(rows) == 2


def test_each_model_has_batches_of_its_own(tmp_path: Path):
    at = made(desk(tmp_path), wanted(2) + wanted(2, "m-2"))
    assert [batch["model"] for batch in at.office.batches] == ["m-1", "m-2"]


ROWS = [
    ([["missing"]], 1),
    ([[Unavailable("code 13")]], 1),
    ([["ok", "ok"]], 0),
    ([["f" * 64, "ok"]], 0),
    ([[Unavailable("code 13"), "ok"]], 1),
]


@pytest.mark.parametrize(("script", "more"), ROWS, ids=["missing", "failed", "twice", "foreign", "first wins"])
def test_an_odd_row_costs_a_batch_more_at_most(tmp_path: Path, script: list[Any], more: int):
    at, rows = desk(tmp_path), wanted(4)
    at.office.rows[rows[2].request.key] = script
    made(at, rows)
    assert (at.kept(rows), len(at.office.batches)) == (4, 1 + more)
    assert at.booked == 4 * PRICE + at.tally.doubted_micros


DOUBTS = [("missing", 1), (Unavailable("cannot be read", may_be_billed=True), 1), (Unavailable("code 13"), 0)]


@pytest.mark.parametrize(("row", "doubted"), DOUBTS, ids=["missing", "unreadable", "failed"])
def test_a_row_that_may_have_been_billed_stays_booked_at_its_worst_price(tmp_path: Path, row: Any, doubted: int):
    at, rows = desk(tmp_path), wanted(4)
    at.office.rows[rows[2].request.key] = [[row]]
    made(at, rows)
    assert at.tally.doubted_micros == doubted * rows[2].most_micros


def test_a_row_that_fails_in_three_batches_is_given_up(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(4)
    at.office.rows[rows[0].request.key] = [[Unavailable("code 13")]] * 9
    made(at, rows)
    assert at.batching.given_up() == {rows[0].request.key: "3 batches brought no answer: code 13"}
    assert (len(at.office.batches), at.booked) == (3, 3 * PRICE)


def test_a_row_that_is_wrong_is_given_up_at_once(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(4)
    at.office.rows[rows[0].request.key] = [[ProviderError("invalid argument")]]
    made(at, rows)
    assert at.batching.given_up() == {rows[0].request.key: "invalid argument"}
    assert (at.kept(rows), len(at.office.batches)) == (3, 1)


def test_a_refused_row_is_kept_as_an_answer(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(2)
    at.office.rows[rows[0].request.key] = [[Refused("not this")]]
    made(at, rows)
    assert at.ledger.answer(rows[0].request.key).kind == "refusal"


def test_a_row_that_stops_the_run_stops_it_after_the_others_are_kept(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(4)
    at.office.rows[rows[0].request.key] = [[NotAllowed("the account is limited")]]
    with pytest.raises(NotAllowed):
        made(at, rows)
    assert (at.kept(rows), at.records[0].state, at.booked) == (3, "collected", 3 * PRICE)


@pytest.mark.parametrize("state", ["failed", "cancelled", "expired"])
def test_a_batch_that_ends_early_is_asked_again_but_not_for_ever(tmp_path: Path, state: str):
    at, rows = desk(tmp_path), wanted(2)
    at.office.state, at.office.output = state, False
    made(at, rows)
    reason = f"the batch {state}: for its own reasons"
    assert set(at.batching.given_up().values()) == {f"3 batches brought no answer: {reason}"}
    assert [record.reason for record in at.records] == [reason] * 3
    assert len({record.name for record in at.records}) == 3


def test_a_batch_that_ends_early_keeps_what_it_brought(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(4)
    at.office.state = "expired"
    at.office.rows[rows[0].request.key] = [["missing"]]
    made(at, rows)
    assert (at.kept(rows), len(at.office.batches[1]["keys"])) == (4, 1)


def test_a_batch_the_provider_no_longer_knows_stays_booked_at_its_worst_price(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(2)
    at.office.stumbles["look"] = [Retired("there is no such batch", "m-1")]
    made(at, rows)
    assert (at.kept(rows), at.booked) == (2, 2 * MOST + 2 * PRICE)
    assert sorted(record.state for record in at.records) == ["collected", "failed"]


def test_one_malformed_line_is_found_and_the_others_are_answered(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(9)
    at.office.rows[rows[4].request.key] = "malformed"
    made(at, rows)
    assert at.batching.given_up() == {rows[4].request.key: "row 7 is malformed"}
    assert (at.kept(rows), at.office.paid.total(), at.booked) == (8, 8, 8 * PRICE)


@pytest.mark.parametrize("step", ["before upload", "before create"])
def test_a_key_that_is_not_valid_stops_and_leaves_no_money_booked(tmp_path: Path, step: str):
    at = desk(tmp_path)
    at.office.stumbles[step] = [NotAllowed("the key is not valid")]
    with pytest.raises(NotAllowed):
        made(at, wanted(2))
    assert (at.booked, at.office.batches, at.records[0].state) == (0, [], "failed")


def test_a_retired_model_stops_after_the_others_were_submitted(tmp_path: Path):
    at = desk(tmp_path)
    at.office.stumbles["before create"] = [Retired("no longer served", "m-1")]
    with pytest.raises(Retired):
        asyncio.run(at.batching.submit(wanted(2) + wanted(2, "m-2")))
    assert [batch["model"] for batch in at.office.batches] == ["m-2"]


def test_what_there_is_no_money_for_is_left_out(tmp_path: Path):
    at, rows = desk(tmp_path, caps=Caps(run_micros=3 * MOST + 5)), wanted(5)
    at.office.state = "waiting"
    assert asyncio.run(at.batching.submit(rows)) == 3
    assert (at.booked, at.office.paid.total(), len(at.records)) == (3 * MOST, 3, 1)


def test_both_caps_are_minded(tmp_path: Path):
    at = desk(tmp_path, caps=Caps(command_micros=3 * MOST, run_micros=2 * MOST))
    assert asyncio.run(at.batching.submit(wanted(5))) == 2


def test_no_money_for_anything_stops(tmp_path: Path):
    at = desk(tmp_path, caps=Caps(run_micros=MOST - 1))
    with pytest.raises(BudgetExceeded):
        asyncio.run(at.batching.submit(wanted(2)))
    assert (at.booked, at.records, at.office.batches) == (0, [], [])


def test_a_batch_is_looked_at_until_it_has_ended(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(2)
    at.office.patience = 5
    made(at, rows)
    assert (at.office.looks, at.kept(rows)) == (6, 2)


def test_an_object_store_does_as_well(tmp_path: Path):
    rows = wanted(3)
    at = made(desk(tmp_path, kind=lambda _: Store(f"memory://{tmp_path.name}")), rows)
    assert (at.kept(rows), at.booked) == (3, 3 * PRICE)


def test_polls_go_on_while_the_provider_is_away(tmp_path: Path):
    at, rows = desk(tmp_path), wanted(2)
    at.office.stumbles["look"] = [Unavailable("503")] * 9
    made(at, rows)
    assert (at.office.looks, at.kept(rows)) == (10, 2)


def test_answers_that_cannot_be_kept_are_fetched_again(tmp_path: Path):
    first, rows = desk(tmp_path), wanted(3)
    (tmp_path / "store").mkdir(exist_ok=True)
    (tmp_path / "store" / "answers").write_text("in the way")
    asyncio.run(first.batching.submit(rows))
    with pytest.raises(StoreError):
        asyncio.run(first.batching.wait())
    (tmp_path / "store" / "answers").unlink()
    again = made(desk(tmp_path), rows)
    assert (again.kept(rows), len(again.office.batches), again.booked) == (3, 1, 3 * PRICE)


def test_a_record_of_another_version_is_not_overlooked(tmp_path: Path):
    at = desk(tmp_path)
    at.store.write("batches/adlocalizer-1/record.json", b'{"state": "quantum"}')
    with pytest.raises(StoreError, match="let that version collect"):
        asyncio.run(at.batching.collect())


def test_memory_stays_flat_whatever_a_batch_weighs(tmp_path: Path):
    at, rows, heavy = desk(tmp_path), wanted(40), 2_000_000
    at.office.weight = heavy
    at.office.line = lambda request, *_: json.dumps({"key": request.key}).encode().ljust(heavy) + b"\n"
    tracemalloc.start()
    made(at, rows)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (at.kept(rows), sum(at.office.uploads) > 40 * heavy, peak < 10 * heavy) == (40, True, True)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with running(pictures="canned") as started:
        yield started


class DyingGemini(GeminiProvider):
    """Is killed after a step, as `kill -9` does it."""

    def __init__(self, url: str, step: str) -> None:
        super().__init__(settings(url).model_copy(update={"mode": "batch"}))
        self._step = step

    async def upload(self, path: Path, name: str) -> str:
        return self._after("upload", await super().upload(path, name))

    async def create(self, model: str, source: str, display_name: str) -> Batch:
        return self._after("create", await super().create(model, source, display_name))

    async def look(self, name: str) -> Batch:
        return self._after("look", await super().look(name))

    async def results(self, batch: Batch, requests: Mapping[Digest, Request]) -> AsyncIterator[BatchRow]:
        async for row in super().results(batch, requests):
            yield row
            self._after("row", row)

    def _after(self, step: str, result: Any) -> Any:
        if step == self._step:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def gemini_desk(folder: Path, url: str, step: str = "") -> Desk:
    """The same with Gemini, its SDK and HTTP."""
    plain = desk(folder)
    plain.store.write("inputs/shot", SMALL)
    config = FAST.model_copy(update={"first_wait_seconds": 0.02, "longest_wait_seconds": 0.2})
    config = config.model_copy(update={"batch_first_poll_seconds": 0.05, "batch_longest_poll_seconds": 0.2})
    purse = Purse(Journal(plain.store, f"{plain.run.path}/spending"), Caps())
    settled = BatchSettings("gemini", config, plain.run)
    office = DyingGemini(url, step)
    return plain._replace(office=office, batching=Batching(office, Ledger(plain.store), purse, settled, plain.tally))


def gemini_wanted(count: int) -> list[Wanted]:
    return [Wanted(gemini_request(seed=seed, references=(reference(SMALL),)), 40_000) for seed in range(count)]


def run_gemini(folder: str, url: str, step: str) -> None:
    """What a child process does until it is killed."""
    made(gemini_desk(Path(folder), url, step), gemini_wanted(4))


def die_after_each(folder: str, url: str, *steps: str) -> None:
    """A child process for each step, forked when the SDK is loaded; how each of them ended."""
    import google.genai  # noqa: F401  # once for all of them

    for step in steps:
        if not (child := os.fork()):
            run_gemini(folder, url, step)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201


def endings(folder: Path, url: str, *steps: str) -> list[int]:
    code = f"from tests.test_batching import die_after_each; die_after_each{(str(folder), url, *steps)!r}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [int(line) for line in done.stdout.splitlines()]


def test_kill_9_after_each_step_pays_gemini_once(tmp_path: Path, emulator: Emulator):
    emulator.reset()
    emulator.configure(pictures="canned", batch={"seconds": 0.1, "list_lag_seconds": 0.2})
    assert endings(tmp_path, emulator.url, "upload", "create", "look", "row") == [-signal.SIGKILL] * 4
    at = made(gemini_desk(tmp_path, emulator.url), gemini_wanted(4))
    assert (at.kept(gemini_wanted(4)), [batch["rows"] for batch in emulator.batches()]) == (4, [4])
    assert at.booked == emulator.billed_micros() > 0


def test_whatever_gemini_does_to_a_batch_every_request_ends_and_every_bill_is_booked(
    tmp_path: Path, emulator: Emulator
):
    emulator.reset()
    faults = {"internal": 0.3, "bad_request": 0.1, "finish:IMAGE_SAFETY": 0.2}
    fate = {"row_faults": faults, "missing_rows": 0.2, "shuffle": True, "create_fault": ["reset_after_accept", "503"]}
    emulator.configure(pictures="canned", batch={"seconds": 0.05, **fate})
    at, rows = gemini_desk(tmp_path, emulator.url), gemini_wanted(40)
    made(at, rows)
    assert at.kept(rows) + len(at.batching.given_up()) == 40
    assert 0 < at.kept(rows) < 40
    assert at.tally.spent_micros == emulator.billed_micros()
    assert at.booked == at.tally.spent_micros + at.tally.doubted_micros
