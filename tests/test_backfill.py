"""A campaign for many days: which days, what they cost together, and that nothing is asked twice."""

from __future__ import annotations

import asyncio
import itertools
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.backfilling import days_between, left_after
from adlocalizer.errors import ConfigError

from . import projects
from .commands import call

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 2)
DATES = st.dates(date(2000, 1, 1), date(2040, 1, 1))


def days(first: str, last: str, every: str = "1d", newest_first: bool = False) -> list[str]:
    found = days_between(date.fromisoformat(first), date.fromisoformat(last), every, newest_first)
    return [day.isoformat() for day in found]


def test_both_ends_are_included():
    assert days("2026-12-01", "2026-12-03") == ["2026-12-01", "2026-12-02", "2026-12-03"]


def test_the_newest_may_come_first():
    assert days("2026-12-01", "2026-12-02", newest_first=True) == ["2026-12-02", "2026-12-01"]


def test_months_count_from_the_first_day_and_never_drift():
    assert days("2026-01-31", "2026-04-30", "1mo") == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_a_single_day_is_a_backfill_too():
    assert days("2026-12-01", "2026-12-01", "2w") == ["2026-12-01"]


@given(first=DATES, length=st.integers(0, 400), step=st.integers(1, 60))
def test_days_are_in_order_a_step_apart_and_none_is_outside(first, length, step):
    last = first + timedelta(days=length)
    found = days_between(first, last, f"{step}d")
    assert found[0] == first
    assert last - timedelta(days=step) < found[-1] <= last
    assert {later - earlier for earlier, later in itertools.pairwise(found)} <= {timedelta(days=step)}


@pytest.mark.parametrize("every", ["", "0d", "d", "1y", "1.5d", "-1d", "1 d", "1D", "1d\n", "9999d"])
def test_a_step_that_is_none_is_refused(every):
    with pytest.raises(ConfigError, match="write a number and d, w or mo"):
        days_between(FIRST, LAST, every)


def test_days_in_the_wrong_order_are_refused():
    with pytest.raises(ConfigError, match="2026-12-02 is after --to 2026-12-01"):
        days_between(LAST, FIRST, "1d")


def test_more_than_ten_years_of_days_are_a_slip():
    with pytest.raises(ConfigError, match="more than 3,660 days"):
        days_between(date(1990, 1, 1), date(2030, 1, 1), "1d")


@pytest.mark.parametrize(("cap", "spent", "left"), [(None, 5, None), (2.0, 500_000, 1.5), (1.0, 1_500_000, 0.0)])
def test_later_days_may_spend_what_earlier_ones_left(cap, spent, left):
    assert left_after(cap, spent) == left


def run_flow(project: Path, **over: Any) -> Any:
    from flows.backfill import backfill

    said = {"campaign": "small", "first": FIRST, "last": LAST, "store": str(project / "store"), **over}
    return asyncio.run(backfill(**said, reports=str(project / "reports")))


@pytest.fixture(scope="module")
def made(tmp_path_factory, prefect_server) -> tuple[Path, Any]:
    """Two days of one city, and how they ended."""
    folder = tmp_path_factory.mktemp("backfill") / "project"
    project = projects.make_project(folder, cities=["jp-tokyo"], formats=["gads_upload_300x250"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADLOCALIZER_PROJECT", str(project))
        return project, run_flow(project)


@pytest.mark.slow
@pytest.mark.integration
def test_every_day_is_a_run_of_its_own(made):
    project, summary = made
    assert [day.logical_date for day in summary.days] == ["2026-12-01", "2026-12-02"]
    assert len(list((project / "store/runs/small").glob("*/*/manifest.json"))) == 2


@pytest.mark.slow
@pytest.mark.integration
def test_a_new_format_for_days_on_file_asks_for_nothing(made, monkeypatch):
    project, first = made
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(project))
    campaign = project / "configs/campaigns/small.yml"
    said = json.loads(campaign.read_text("utf-8"))
    campaign.write_text(json.dumps(said | {"formats": ["gads_upload_300x250", "li_message_300x250"]}), "utf-8")
    again = run_flow(project)
    assert (first.calls, again.calls) == (2, 0)
    assert (first.counts.delivered, again.counts.delivered) == (2, 4)


@pytest.mark.slow
@pytest.mark.integration
def test_days_that_are_delivered_may_be_left_out(made, capsys, monkeypatch):
    project, _ = made
    words = ["backfill", "small", "--from", "2026-12-02", "--to", "2026-12-05", "--only-missing", "--dry-run", "--json"]
    environment = {"ADLOCALIZER_PROJECT": str(project), "ADLOCALIZER_STORE": str(project / "store")}
    said = call(words, environment, capsys).read
    assert [day["logical_date"] for day in said["days"]] == ["2026-12-03", "2026-12-04", "2026-12-05"]
    assert said["left_out"] == 1


def test_a_dry_run_prices_every_day_and_writes_nothing(tmp_path, capsys):
    words = ["backfill", "demo", "--from", "2026-12-01", "--to", "2026-12-02", "--select", "*jp-tokyo*", "--dry-run"]
    said = call([*words, "--json"], {"ADLOCALIZER_STORE": str(tmp_path / "store")}, capsys).read
    assert [(day["masters"], day["kept"]) for day in said["days"]] == [(7, 0), (7, 0)]
    assert said["masters"] == 14
    assert not (tmp_path / "store").exists()


def test_the_cap_is_for_all_days_together(tmp_path, capsys):
    words = ["backfill", "demo", "--from", "2026-12-01", "--to", "2026-12-02", "--select", "*jp-tokyo*"]
    words += ["--provider", "gemini", "--max-cost"]
    store = {"ADLOCALIZER_STORE": str(tmp_path / "store"), "GEMINI_API_KEY": "k"}
    one_day = call(["plan", *words[1:2], "--date", "2026-12-01", *words[6:10], "--json"], store, capsys).read
    said = call([*words, str(1.5 * one_day["price_micros"] / 1e6)], store, capsys)
    assert said.status == 4
    assert not (tmp_path / "store" / "answers").exists()


def test_an_unreadable_day_names_its_option(capsys):
    said = call(["backfill", "demo", "--from", "yesterday", "--to", "2026-12-02"], {}, capsys)
    assert (said.status, "--from: 'yesterday' is no date" in said.errors) == (2, True)


def test_every_parameter_of_the_form_is_described():
    from prefect.utilities.callables import parameter_schema

    from flows.backfill import backfill

    assert all(one.get("description") for one in parameter_schema(backfill).properties.values())
