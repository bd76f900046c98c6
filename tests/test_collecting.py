"""Runs that wait for batches, as orders."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from adlocalizer.collecting import Places, waiting_orders
from adlocalizer.config import Project, find_project
from adlocalizer.domain import RunRef
from adlocalizer.making import write_plan
from adlocalizer.making.batch_records import BatchRecord, BatchRecords
from adlocalizer.ordering import plan_order
from adlocalizer.publishing import Account, write_account
from adlocalizer.store import Store

from . import projects

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    return find_project(projects.make_project(tmp_path_factory.mktemp("collecting") / "project", cities=["jp-tokyo"]))


def submitted(project: Project, store: Path, name: str, day: date, **over: object) -> Places:
    order = projects.small_order(
        project.root, store_url=str(store), logical_date=day, select=("*.gads_upload_300x250",)
    )
    write_plan(Store(str(store)), plan_order(order).plan)
    record = {
        "name": name,
        "state": "created",
        "provider": "gemini",
        "model": "m",
        "campaign": "small",
        "logical_date": day,
    }
    BatchRecords(Store(str(store))).write(BatchRecord(**{**record, "keys": ("a" * 64,), "most_micros": 1, **over}))
    return Places(str(store), str(store / "reports"))


@pytest.fixture(autouse=True)
def here(project, monkeypatch):
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(project.root))


def test_without_a_batch_nothing_waits(project, tmp_path):
    assert waiting_orders(project, Places(str(tmp_path)), 0, NOW) == ()


def test_a_run_that_waits_is_collected_as_it_was_made_and_under_its_cap(project, tmp_path):
    places = submitted(project, tmp_path, "one", projects.DAY)
    (order,) = waiting_orders(project, places, 0, NOW)
    assert (order.campaign, order.logical_date, order.mode, order.wait, order.max_cost) == (
        "small",
        projects.DAY,
        "batch",
        False,
        0,
    )
    assert (order.provider, order.select) == ("preview", ("*.gads_upload_300x250",))


def test_two_batches_of_a_run_are_collected_by_one_run_and_days_in_their_order(project, tmp_path):
    for number, day in enumerate((date(2026, 12, 2), projects.DAY, projects.DAY)):
        places = submitted(project, tmp_path, f"batch-{number}", day)
    assert [order.logical_date for order in waiting_orders(project, places, None, NOW)] == [
        projects.DAY,
        date(2026, 12, 2),
    ]


def test_a_run_that_was_killed_between_collecting_and_delivering_still_waits(project, tmp_path):
    places = submitted(project, tmp_path, "one", projects.DAY, state="collected")
    run = RunRef(store_url=str(tmp_path), campaign="small", logical_date=projects.DAY)
    write_account(Store(str(tmp_path)), run, Account(waiting=3))
    assert len(waiting_orders(project, places, 0, NOW)) == 1
    assert waiting_orders(project, places, 0, NOW + timedelta(days=31)) == ()
    write_account(Store(str(tmp_path)), run, Account(waiting=0))
    assert waiting_orders(project, places, 0, NOW) == ()


def test_a_batch_that_was_collected_keeps_nobody_waiting(project, tmp_path):
    places = submitted(project, tmp_path, "one", projects.DAY, state="collected")
    assert waiting_orders(project, places, 0, NOW) == ()
