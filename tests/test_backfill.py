"""A campaign for many days: which days, what they cost together, and that nothing is asked twice."""

from __future__ import annotations

import asyncio
import csv
import itertools
import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.backfilling import days_between, is_delivered
from adlocalizer.cli.watching import watched
from adlocalizer.domain import Answer, Counts, Reply
from adlocalizer.errors import BudgetExceeded, ConfigError, GateFailed
from adlocalizer.ordering import plan_order
from adlocalizer.progress import Tally, show
from adlocalizer.store import Ledger, Store

from . import gemini_runs, projects
from .commands import Said, call, overheard
from .deliveries import run_and_deliver

ROOT = Path(__file__).parents[1]
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 2)
SOAK = bool(os.environ.get("ADLOCALIZER_SOAK"))
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


def made_days(count: int, at_once: int, ends: dict[int, Exception]) -> tuple[Any, list[int], int]:
    """Days that each take a moment, and end as told: how all ended, which were begun, and the most at one time."""
    from tasks.make_days import make_days

    begun, going, most = [], 0, 0

    async def make(day: date) -> Any:
        nonlocal going, most
        begun.append(day.day)
        going, most = going + 1, max(most, going + 1)
        await asyncio.sleep(0.01 * (1 + day.day % 3))
        going -= 1
        if day.day in ends:
            raise ends[day.day]
        return summary_of(day)

    order = projects.small_order(ROOT)
    orders = [order.model_copy(update={"logical_date": date(2026, 12, 1 + more)}) for more in range(count)]
    try:
        return asyncio.run(make_days(orders, make, at_once)), begun, most
    except (BudgetExceeded, ConnectionError) as error:
        return error, begun, most


def summary_of(day: date) -> Any:
    from tasks.summary import RunSummary

    said = {"calls": 1, "kept": 0, "spent_micros": 0, "doubted_micros": 0, "waiting": 0, "report": "r", "bundles": ()}
    return RunSummary(campaign="small", logical_date=day.isoformat(), counts=Counts(), **said)


def test_no_more_days_than_asked_for_go_side_by_side_and_they_are_told_in_order():
    summary, begun, most = made_days(7, 3, {})
    assert (most, sorted(begun)) == (3, list(range(1, 8)))
    assert [day.logical_date[-2:] for day in summary.days] == [f"{number:02}" for number in range(1, 8)]


def test_a_day_whose_gate_closes_keeps_no_other_back():
    summary, begun, _ = made_days(4, 2, {2: GateFailed("in", ())})
    assert (len(begun), len(summary.days), summary.troubles[0][:10]) == (4, 3, "2026-12-02")


@pytest.mark.parametrize("stop", [BudgetExceeded(2, 1), ConnectionError("a server that is away")])
def test_what_stops_a_day_lets_the_days_in_hand_end_and_begins_no_other(stop):
    error, begun, _ = made_days(9, 2, {2: stop})
    assert error is stop
    assert max(begun) <= 4
    assert f"{len(begun) - 1} days: " in error.__notes__[0]


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


def add_a_format(project: Path) -> None:
    campaign = project / "configs/campaigns/small.yml"
    said = json.loads(campaign.read_text("utf-8"))
    campaign.write_text(json.dumps(said | {"formats": ["gads_upload_300x250", "li_message_300x250"]}), "utf-8")


def change_a_check(project: Path) -> None:
    checks = project / "configs/checks.yml"
    checks.write_text(checks.read_text("utf-8").replace("threshold: 0.97", "threshold: 0.96", 1), "utf-8")


def add_a_copy_line(project: Path) -> None:
    table = project / "data/copy/demo.csv"
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        row["subline"] = "冬の光の中で" if row["locale"] == "ja-JP" else row["subline"]
    with table.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def add_a_report_section(project: Path) -> None:
    (project / "templates/reports/sections/95-note.html.j2").write_text("<section>A note of ours</section>", "utf-8")


@pytest.fixture(scope="module")
def changed(made) -> tuple[tuple[int, ...], Any]:
    """After four changes: what a dry run says of pictures, those on file, price and ads; then the days made again."""
    project, _ = made
    words = ["backfill", "small", "--from", FIRST.isoformat(), "--to", LAST.isoformat(), "--dry-run", "--json"]
    environment = {"ADLOCALIZER_PROJECT": str(project), "ADLOCALIZER_STORE": str(project / "store")}
    for change in (add_a_format, change_a_check, add_a_copy_line, add_a_report_section):
        change(project)
    done = overheard(words, environment)
    assert done.status == 0, done.errors
    said = tuple(done.read[name] for name in ("masters", "kept", "price_micros", "renditions"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADLOCALIZER_PROJECT", str(project))
        return said, run_flow(project)


@pytest.mark.slow
@pytest.mark.integration
def test_a_plan_says_that_a_format_a_check_a_copy_line_and_a_report_section_ask_for_nothing(changed):
    assert changed[0] == (2, 2, 0, 4)


@pytest.mark.slow
@pytest.mark.integration
def test_a_format_a_check_a_copy_line_and_a_report_section_are_made_without_a_call(made, changed):
    assert (made[1].calls, changed[1].calls, changed[1].counts.planned) == (2, 0, 4)
    page = (made[0] / "reports/small" / FIRST.isoformat() / "index.html").read_text("utf-8")
    assert "A note of ours" in page


def in_a_process(words: list[str], environment: dict[str, str]) -> Said:
    """The command as a user starts it, with the server it starts itself."""
    command = [sys.executable, "-c", "from adlocalizer.cli import start; start()", *words]
    said = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    return Said(said.returncode, said.stdout, said.stderr)


@pytest.mark.slow
@pytest.mark.integration
@pytest.mark.timeout(10_000)
def test_a_backfill_makes_exactly_the_calls_its_plan_printed(tmp_path, emulator, capsys, shell):
    """Two days of two cities; `ADLOCALIZER_SOAK=1` makes it 90 of five."""
    cities, last = (["jp-tokyo", "fr-paris"], "2026-12-02")
    if SOAK:
        cities, last = ["jp-tokyo", "fr-paris", "br-rio-de-janeiro", "ae-dubai", "us-chicago"], "2027-02-28"
    project = gemini_runs.make_gemini_project(tmp_path / "project", {"deadline_seconds": 250}, cities=cities)
    environment = {"ADLOCALIZER_PROJECT": str(project), "ADLOCALIZER_STORE": str(project / "store")}
    environment["ADLOCALIZER_REPORTS"] = str(project / "reports")
    words = ["backfill", "small", "--from", "2026-12-01", "--to", last, "--max-cost", "500", "--json"]
    planned = call([*words, "--dry-run"], environment, capsys).read
    words += ["--at-once", "3"]
    door = {name: os.environ[name] for name in ("GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL")}
    done = in_a_process(words, shell | door | environment) if SOAK else call(words, environment, capsys)
    assert done.status == 0, done.errors
    made, journal = done.read, emulator.journal("generate")
    asked = len(journal)
    assert [entry["status"] for entry in journal] == [200] * asked
    assert (asked, made["exit_status"]) == (planned["masters"] - planned["kept"], 0)
    assert len(made["days"]) == len(planned["days"]) == (90 if SOAK else 2)
    print(f"{len(made['days'])} days, {planned['masters']} pictures, {asked} calls")  # noqa: T201


@pytest.mark.slow
@pytest.mark.integration
def test_days_that_are_delivered_may_be_left_out(made, capsys, monkeypatch):
    project, _ = made
    words = ["backfill", "small", "--from", "2026-12-02", "--to", "2026-12-05", "--only-missing", "--dry-run", "--json"]
    environment = {"ADLOCALIZER_PROJECT": str(project), "ADLOCALIZER_STORE": str(project / "store")}
    said = call(words, environment, capsys).read
    assert [day["logical_date"] for day in said["days"]] == ["2026-12-03", "2026-12-04", "2026-12-05"]
    assert said["left_out"] == 1


@pytest.fixture(scope="module")
def partly_made(tmp_path_factory) -> Path:
    """A project of two cities and two formats; of its day one city was made, in one format."""
    project = projects.make_project(tmp_path_factory.mktemp("partly") / "project", formats=list(projects.FORMATS[:2]))
    run_and_deliver(project, select=("*jp-tokyo*300x250",))
    return project


@pytest.mark.slow
@pytest.mark.parametrize(
    ("select", "is_there"),
    [("*{jp,us}-*300x250", True), ("*jp-tokyo*", False), ("*fr-paris*", False), ("*300x250", False), ("*", False)],
)
def test_a_day_is_left_out_when_all_that_is_wanted_of_it_is_there(partly_made, select, is_there):
    assert is_delivered(projects.small_order(partly_made, select=(select,))) is is_there


@pytest.mark.slow
@pytest.mark.slow
def test_a_backfill_of_no_day_ends_without_prefect(partly_made, capsys):
    words = ["backfill", "small", "--from", "2026-12-01", "--to", "2026-12-01", "--only-missing", "--json"]
    environment = {"ADLOCALIZER_PROJECT": str(partly_made), "ADLOCALIZER_STORE": str(partly_made / "store")}
    said = call([*words, "--select", "*jp-tokyo*300x250"], environment, capsys)  # unit tests have no server
    assert (said.status, said.read["days"], said.read["left_out"]) == (0, [], 1)


def test_a_day_of_which_something_failed_is_not_left_out(tmp_path, monkeypatch):
    projects.make_known(tmp_path / "script", {"fr-paris": "fail"}, monkeypatch)
    said = {"provider": "scripted", "formats": ["gads_upload_300x250"], "budget": 1}
    project = projects.make_project(tmp_path / "project", **said)
    assert run_and_deliver(project).counts.failed == 1
    assert not is_delivered(projects.small_order(project))


def test_a_dry_run_prices_every_day_and_writes_nothing(tmp_path, capsys):
    words = ["backfill", "demo", "--from", "2026-12-01", "--to", "2026-12-02", "--select", "*jp-tokyo*", "--dry-run"]
    said = call([*words, "--json"], {"ADLOCALIZER_STORE": str(tmp_path / "store")}, capsys).read
    assert [(day["masters"], day["kept"]) for day in said["days"]] == [(7, 0), (7, 0)]
    assert said["masters"] == 14
    assert not (tmp_path / "store").exists()


def refuse(project: Path, city: str) -> None:
    """Put a refusal of a city's picture on file."""
    masters = plan_order(projects.small_order(project)).plan.masters()
    (asked,) = [one.request for one in masters if one.creative.city_id == city]
    Ledger(Store(str(project / "store"))).keep(asked, Reply(answer=Answer(key=asked.key, kind="refusal", reason="no")))


def test_a_dry_run_says_how_many_pictures_were_refused_before(tmp_path, capsys):
    project = gemini_runs.make_gemini_project(tmp_path / "project")
    refuse(project, "fr-paris")
    environment = {"ADLOCALIZER_PROJECT": str(project), "ADLOCALIZER_STORE": str(project / "store")}
    words = ["backfill", "small", "--from", "2026-12-01", "--to", "2026-12-02", "--dry-run"]
    read = call([*words, "--json"], environment, capsys).read
    assert [(day["masters"], day["kept"], day["refused"]) for day in read["days"]] == [(2, 1, 1), (2, 2, 1)]
    assert "note: 2 pictures were refused before and will not" in call(words, environment, capsys).errors


def test_a_dry_run_says_once_what_is_odd_about_many_days(tmp_path, capsys):
    words = ["backfill", "demo", "--from", "2026-11-28", "--to", "2026-12-02", "--select", "*jp-tokyo*", "--dry-run"]
    said = call(words, {"ADLOCALIZER_STORE": str(tmp_path / "store")}, capsys).errors
    assert said.count("the pictures are made for 2026-11-28 (3 days in all)") == 1
    assert said.count("the campaign runs from") == 1


def test_the_cap_is_for_all_days_together(tmp_path, capsys):
    # A season apart: days whose words are the same are paid for once.
    words = ["backfill", "demo", "--from", "2026-12-01", "--to", "2027-03-01", "--every", "3mo"]
    words += ["--select", "*jp-tokyo*", "--provider", "gemini", "--max-cost"]
    store = {"ADLOCALIZER_STORE": str(tmp_path / "store"), "GEMINI_API_KEY": "k"}
    one_day = call(["plan", *words[1:2], "--date", "2026-12-01", *words[8:12], "--json"], store, capsys).read
    said = call([*words, str(1.5 * one_day["price_micros"] / 1e6)], store, capsys)
    assert said.status == 4
    assert not (tmp_path / "store" / "answers").exists()


def test_days_that_have_not_begun_count_as_planned(capsys):
    with watched(quiet=False, together="making days", planned=10):
        show(Tally(planned=2))
    assert "making days: 0 of 10 renditions" in capsys.readouterr().err


def test_a_store_that_cannot_be_written_is_told_before_any_day_is_priced(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    words = ["backfill", "demo", "--from", "2026-12-01", "--to", "2026-12-02", "--store", str(tmp_path / "file")]
    said = call(words, {}, capsys)
    assert (said.status, said.errors[:29]) == (2, "adlocalizer: --store: store /")


def test_an_unreadable_day_names_its_option(capsys):
    said = call(["backfill", "demo", "--from", "yesterday", "--to", "2026-12-02"], {}, capsys)
    assert (said.status, "--from: 'yesterday' is no date" in said.errors) == (2, True)


def test_every_parameter_of_the_form_is_described():
    from prefect.utilities.callables import parameter_schema

    from flows.backfill import backfill

    assert all(one.get("description") for one in parameter_schema(backfill).properties.values())
