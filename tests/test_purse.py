"""The purse of a run: no process and no restart spends above a cap, and no killed writer is forgotten."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import shutil
import signal
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from adlocalizer.errors import BudgetExceeded, StoreError
from adlocalizer.making.purse import Caps, Journal, Purse, one_cap, spent_so_far, spent_together
from adlocalizer.store import Store

FOLDER = "runs/spring/2026-04-01/spending"
KEY, OTHER = "a" * 64, "b" * 64


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store(str(tmp_path) if request.param == "folder" else f"memory://{tmp_path.name}")


def purse(store: Store, run: int | None = 100, command: int | None = None, file: str = "") -> Purse:
    journal = Journal(store, FOLDER)
    journal.file = file or journal.file
    return Purse(journal, Caps(command, run))


def booked(of: Purse) -> int:
    """What the run has spent, doubts and has set aside."""
    return vars(of)["_book"].booked.total()


def totals(of: Purse) -> tuple[int, int, int]:
    return booked(of), vars(of)["_book"].spent[vars(of)["_file"]], of.doubted_micros


def test_what_fits_is_set_aside_and_what_does_not_is_refused(store: Store):
    ours = purse(store)
    ours.reserve(KEY, 60)
    with pytest.raises(BudgetExceeded) as error:
        ours.reserve(OTHER, 41)
    assert (error.value.planned_micros, error.value.cap_micros) == (101, 100)
    ours.reserve(OTHER, 40)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (lambda reservation: reservation.settle(20), (20, 20, 0)),
        (lambda reservation: reservation.doubt(), (60, 0, 60)),
        (lambda reservation: reservation.release(), (0, 0, 0)),
        (lambda reservation: (reservation.settle(20), reservation.settle(30), reservation.doubt()), (20, 20, 0)),
        (lambda reservation: (reservation.release(), reservation.settle(30)), (0, 0, 0)),
        (lambda reservation: None, (60, 0, 0)),
    ],
)
def test_the_first_ending_of_a_reservation_counts(store: Store, end, expected):
    ours = purse(store)
    end(ours.reserve(KEY, 60))
    assert totals(ours) == expected
    asyncio.run(ours.close())
    assert spent_so_far(store, FOLDER) == expected[0]


def test_a_block_that_ends_without_a_word_is_in_doubt(store: Store):
    ours = purse(store)
    with pytest.raises(ZeroDivisionError), ours.reserve(KEY, 60):
        raise ZeroDivisionError
    assert totals(ours) == (60, 0, 60)


def test_what_is_free_fits_into_an_empty_purse(store: Store):
    purse(store, run=0).reserve(KEY, 0).settle(0)


def test_without_a_journal_the_caps_hold_all_the_same():
    ours = Purse(None, Caps(100, None))
    ours.reserve(KEY, 100).settle(70)
    with pytest.raises(BudgetExceeded):
        ours.reserve(KEY, 31)
    assert totals(ours) == (70, 70, 0)


def test_a_later_command_may_spend_its_own_cap_but_not_the_runs(tmp_path: Path):
    purse(Store(str(tmp_path)), run=100, command=50).reserve(KEY, 50).settle(50)
    later = purse(Store(str(tmp_path)), run=100, command=60)
    later.reserve(KEY, 50)
    with pytest.raises(BudgetExceeded, match=r"cap of \$0\.0001"):
        later.reserve(OTHER, 1)


def test_what_cost_more_than_its_worst_price_raises_what_is_set_aside_from_then_on(store: Store):
    ours = purse(store, run=300)
    ours.reserve(KEY, 40).settle(100)
    with pytest.raises(BudgetExceeded) as error:
        ours.reserve(OTHER, 81)
    assert error.value.planned_micros == 100 + 203
    ours.reserve(OTHER, 80)
    assert booked(ours) == 100 + 200


def test_an_overrun_counts_where_what_is_in_flight_may_still_leave_enough():
    ours = Purse(None, Caps(None, 300))
    ours.reserve(KEY, 50)
    ours.reserve(OTHER, 40).settle(100)
    with pytest.raises(BudgetExceeded) as error:
        ours.reserve(KEY, 79)
    assert error.value.planned_micros == 50 + 100 + 198


def test_the_largest_overrun_counts_and_is_measured_by_what_was_asked_for():
    ours = Purse(None, Caps(None, None))
    for cost in (20, 30, 15):  # worst prices of 10, set aside 10, 20, 30
        ours.reserve(KEY, 10).settle(cost)
    ours.reserve(KEY, 10)
    assert booked(ours) == 20 + 30 + 15 + 30


def test_an_overrun_counts_for_a_later_command(tmp_path: Path):
    purse(Store(str(tmp_path))).reserve(KEY, 10).settle(20)
    later = purse(Store(str(tmp_path)))
    later.reserve(OTHER, 30)
    assert booked(later) == 20 + 60


def test_an_overrun_that_a_waiter_learns_of_counts_for_it():
    async def story() -> None:
        ours = Purse(None, Caps(100, None))
        first = await ours.reserved(KEY, 50)
        waiting = asyncio.create_task(ours.reserved(OTHER, 51))
        await asyncio.sleep(0)
        first.settle(60)
        with pytest.raises(BudgetExceeded):
            await waiting

    asyncio.run(story())


def test_an_overrun_is_said(caplog):
    Purse(None, Caps(None, None)).reserve(KEY, 10).settle(25)
    assert "2.50 times" in caplog.text


def test_the_same_request_may_be_reserved_again(store: Store):
    ours = purse(store)
    ours.reserve(KEY, 40).doubt()
    ours.reserve(KEY, 40).settle(30)
    assert totals(ours) == (70, 30, 40)


def test_what_a_dead_process_reserved_stays_booked_when_another_asks_again(tmp_path: Path):
    store = Store(str(tmp_path))
    purse(store).reserve(KEY, 40)
    purse(store).reserve(KEY, 40).settle(30)
    later = purse(store)
    later.reserve(OTHER, 30)
    assert booked(later) == 100


@pytest.mark.parametrize("reader_first", [True, False])
def test_a_batch_is_settled_by_another_process_once(store: Store, reader_first: bool):
    # Files are read in the order of their names: a settlement may be met before its reservation.
    maker, collector = purse(store, file="b.jsonl"), purse(store, file="c.jsonl" if reader_first else "a.jsonl")
    maker.reserve("batch-7", 90)
    collector.settle_elsewhere("batch-7", 50)
    collector.settle_elsewhere("batch-7", 50)
    later = purse(store, file="d.jsonl")
    later.reserve(KEY, 50)
    assert (booked(later), spent_so_far(store, FOLDER)) == (100, 100)


def test_a_batch_in_doubt_is_settled_when_it_is_found(store: Store):
    ours = purse(store)
    ours.reserve("batch-7", 90).doubt()
    ours.settle_elsewhere("batch-7", 50)
    assert totals(ours) == (50, 50, 0)


def test_a_batch_collected_later_counts_for_the_command_that_made_it(tmp_path: Path):
    purse(Store(str(tmp_path))).reserve("batch-7", 90)
    collector = purse(Store(str(tmp_path)), command=50)
    collector.settle_elsewhere("batch-7", 80)
    assert totals(collector) == (80, 0, 0)


def test_a_waiter_goes_on_when_a_request_in_flight_leaves_enough(store: Store):
    async def story() -> tuple[int, int, int]:
        ours = purse(store)
        first = await ours.reserved(KEY, 80)
        waiting = asyncio.create_task(ours.reserved(OTHER, 50))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        first.settle(50)
        (await waiting).settle(50)
        return totals(ours)

    assert asyncio.run(story()) == (100, 100, 0)


def test_a_waiter_gives_up_when_what_is_in_flight_leaves_too_little(store: Store):
    async def story() -> None:
        ours = purse(store)
        first = await ours.reserved(KEY, 80)
        waiting = asyncio.create_task(ours.reserved(OTHER, 50))
        await asyncio.sleep(0.05)
        first.doubt()
        with pytest.raises(BudgetExceeded):
            await waiting

    asyncio.run(story())


def test_nobody_waits_for_what_other_processes_have_in_flight(store: Store):
    purse(store).reserve(KEY, 80)
    with pytest.raises(BudgetExceeded):
        asyncio.run(purse(store).reserved(OTHER, 50))


def test_runs_of_one_command_share_its_cap_and_wake_each_other(store: Store):
    async def story() -> tuple[int, ...]:
        with one_cap():
            first, second = (Purse(Journal(store, f"{FOLDER}/{day}"), Caps(100, None)) for day in (1, 2))
            held = await first.reserved(KEY, 80)
            waiting = asyncio.create_task(second.reserved(OTHER, 50))
            await asyncio.sleep(0.05)
            assert not waiting.done()
            held.settle(50)
            (await waiting).settle(50)
            with pytest.raises(BudgetExceeded):
                await first.reserved(KEY, 1)
            return first.booked_micros, second.booked_micros, spent_together()

    assert asyncio.run(story()) == (50, 50, 100)


def test_runs_of_several_commands_have_a_cap_each(store: Store):
    for day in (1, 2):
        with one_cap():
            Purse(Journal(store, f"{FOLDER}/{day}"), Caps(100, None)).reserve(KEY, 80)
    assert spent_together() == 0


def test_a_waiter_that_is_cancelled_takes_nothing_along(store: Store):
    async def story() -> int:
        ours = purse(store)
        first = await ours.reserved(KEY, 80)
        waiting = [asyncio.create_task(ours.reserved(OTHER, 50)) for _ in range(3)]
        await asyncio.sleep(0.05)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        first.release()
        await asyncio.wait_for(ours.reserved(OTHER, 100), 1)
        return booked(ours)

    assert asyncio.run(story()) == 100


def test_many_at_once_are_all_written(store: Store):
    async def one(ours: Purse, number: int) -> None:
        with await ours.reserved(f"{number:064x}", 2) as reservation:
            await asyncio.sleep(0)
            reservation.settle(1)

    async def story() -> None:
        ours = purse(store)
        await asyncio.gather(*[one(ours, number) for number in range(99)])
        await ours.close()

    asyncio.run(story())
    assert spent_so_far(store, FOLDER) == 99


def test_a_torn_last_line_is_ignored(tmp_path: Path):
    purse(Store(str(tmp_path))).reserve(KEY, 40).settle(30)
    (file,) = (tmp_path / FOLDER).iterdir()
    file.write_bytes(file.read_bytes() + b'{"reserve":"' + b"c" * 20)
    assert spent_so_far(Store(str(tmp_path)), FOLDER) == 30


def test_a_damaged_file_is_named(tmp_path: Path):
    purse(Store(str(tmp_path)), file="x-1.jsonl").reserve(KEY, 40)
    (file,) = (tmp_path / FOLDER).iterdir()
    file.write_bytes(b"\0" * 30 + b"\n" + file.read_bytes())
    with pytest.raises(StoreError, match=r"spending/x-.*damaged; move it away"):
        purse(Store(str(tmp_path))).reserve(KEY, 1)


def test_a_reservation_that_cannot_be_written_is_none(tmp_path: Path):
    journal = Journal(Store(str(tmp_path)), FOLDER)
    ours = Purse(journal, Caps(None, 100))
    file = tmp_path / FOLDER / journal.file
    file.mkdir(parents=True)
    with pytest.raises(StoreError):
        ours.reserve(KEY, 60)
    file.rmdir()
    ours.reserve(KEY, 100).settle(10)
    assert (booked(ours), spent_so_far(Store(str(tmp_path)), FOLDER)) == (10, 10)


def test_a_settlement_that_cannot_be_written_is_written_with_the_next(tmp_path: Path):
    journal = Journal(Store(str(tmp_path)), FOLDER)
    ours = Purse(journal, Caps(None, 100))
    reservation = ours.reserve(KEY, 60)
    file = tmp_path / FOLDER / journal.file
    file.unlink()
    file.mkdir()
    reservation.settle(10)
    file.rmdir()
    ours.reserve(OTHER, 5)
    assert [next(iter(json.loads(line))) for line in file.read_text().splitlines()] == ["settle", "reserve"]


ROUNDS = 60


def race(url: str, start) -> None:
    for number in range(ROUNDS):
        ours = Purse(Journal(Store(url), f"{FOLDER}/{number}"), Caps(None, 100))
        start.wait()
        with suppress(BudgetExceeded):
            ours.reserve(KEY, 60).settle(55)


def test_of_two_processes_that_race_for_the_last_money_one_gets_it(tmp_path: Path):
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(2)
    racing = [spawn.Process(target=race, args=(str(tmp_path), start)) for _ in range(2)]
    for process in racing:
        process.start()
    for process in racing:
        process.join()
    spent = [spent_so_far(Store(str(tmp_path)), f"{FOLDER}/{number}") for number in range(ROUNDS)]
    assert ([process.exitcode for process in racing], spent) == ([0, 0], [55] * ROUNDS)


def spend_and_die(url: str) -> None:
    ours = purse(Store(url))
    ours.reserve(KEY, 30).settle(20)
    ours.reserve(OTHER, 50)
    os.kill(os.getpid(), signal.SIGKILL)


def test_what_a_killed_process_had_in_flight_counts_at_its_worst_price(tmp_path: Path):
    process = multiprocessing.get_context("spawn").Process(target=spend_and_die, args=(str(tmp_path),))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert spent_so_far(Store(str(tmp_path)), FOLDER) == 70
    with pytest.raises(BudgetExceeded):
        purse(Store(str(tmp_path))).reserve(KEY, 31)


class Spending(RuleBasedStateMachine):
    """Two commands of a run at once, restarted at any moment, against a model that only adds."""

    reservations = Bundle("reservations")

    def __init__(self):
        super().__init__()
        self.folder = tempfile.mkdtemp()
        self.commands = [self._command(), self._command()]
        self.booked: dict[object, int] = {}
        self.of_command: list[set[object]] = [set(), set()]

    def _command(self) -> Purse:
        return purse(Store(self.folder), 100, 60)

    @rule(target=reservations, number=st.sampled_from([0, 1]), most=st.integers(1, 40), name=st.sampled_from("kl"))
    def reserve(self, number: int, most: int, name: str):
        mine = sum(self.booked[one] for one in self.of_command[number])
        fits = mine + most <= 60 and sum(self.booked.values()) + most <= 100
        try:
            reservation = self.commands[number].reserve(name * 64, most)
        except BudgetExceeded:
            assert not fits
            return multiple()
        assert fits
        self.booked[reservation] = most
        self.of_command[number].add(reservation)
        return reservation

    @rule(reservation=consumes(reservations), share=st.floats(0, 1))
    def settle(self, reservation, share: float):
        self.booked[reservation] = int(self.booked[reservation] * share)
        reservation.settle(self.booked[reservation])

    @rule(reservation=consumes(reservations))
    def doubt(self, reservation):
        reservation.doubt()

    @rule(reservation=consumes(reservations))
    def release(self, reservation):
        self.booked[reservation] = 0
        reservation.release()

    @rule(number=st.sampled_from([0, 1]))
    def restart(self, number: int):
        self.commands[number], self.of_command[number] = self._command(), set()

    @invariant()
    def what_is_booked_is_the_sum_and_below_the_caps(self):
        assert spent_so_far(Store(self.folder), FOLDER) == sum(self.booked.values()) <= 100
        assert all(sum(self.booked[one] for one in command) <= 60 for command in self.of_command)

    def teardown(self):
        shutil.rmtree(self.folder)


test_whatever_happens_the_caps_hold = Spending.TestCase
test_whatever_happens_the_caps_hold.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
