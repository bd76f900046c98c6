"""The demo by its schedules, each region's in its own time zone, by one schedule of all, and by command: one result."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from . import projects
from .homes import furnish
from .serving import Served, met, serve

pytestmark = [
    pytest.mark.slow,
    pytest.mark.integration,
    pytest.mark.timeout(10_000),
    pytest.mark.skipif(not os.environ.get("ADLOCALIZER_SOAK"), reason="ADLOCALIZER_SOAK=1 makes the demo three times"),
]
ALL = "Asia/Kolkata"
"""The zone of the schedule that makes every region at once."""
_LEAD = timedelta(minutes=3)
"""Until the schedules are due: the server and `serve` have started by then."""


@pytest.fixture(scope="module")
def zones() -> dict[str, str]:
    """The time zone of each region's schedule, as `prefect.yaml` has them."""
    found = yaml.safe_load((projects.ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    lines = next(one for one in found if one["name"] == "demo every morning")["schedules"]
    return {line["parameters"]["regions"][0]: line["timezone"] for line in lines}


@pytest.fixture(scope="module")
def due() -> datetime:
    return datetime.now(UTC).replace(second=0, microsecond=0) + _LEAD


@pytest.fixture(scope="module")
def folder(tmp_path_factory, due) -> Path:
    """The project as it is shipped, but due in a moment; and a deployment that makes all regions."""
    folder = tmp_path_factory.mktemp("demo")
    for name in ("configs", "data", "templates"):
        shutil.copytree(projects.ROOT / name, folder / "project" / name)
    book = yaml.safe_load((projects.ROOT / "prefect.yaml").read_text("utf-8"))
    demo = next(one for one in book["deployments"] if one["name"] == "demo every morning")
    # A run that waits until midnight has come, where its day is read, would make nothing.
    demo["parameters"] |= {"store": str(folder / "regions"), "if_missed": "make"}
    for line in demo["schedules"]:
        line["cron"] = cron_at(due, line["timezone"])
    once = {"slug": "all", "cron": cron_at(due, ALL), "timezone": ALL, "parameters": {"time_zone": ALL}}
    parameters = {**demo["parameters"], "store": str(folder / "all")}
    whole = {"name": "all at once", "entrypoint": demo["entrypoint"], "parameters": parameters, "schedules": [once]}
    book["deployments"].append(whole)
    (folder / "project/prefect.yaml").write_text(yaml.safe_dump(book), "utf-8")
    return folder


def cron_at(moment: datetime, zone: str) -> str:
    """Once a day, at a moment's minute and hour there."""
    there = moment.astimezone(ZoneInfo(zone))
    return f"{there.minute} {there.hour} * * *"


@pytest.fixture(scope="module")
def environment(folder, shell) -> dict[str, str]:
    places = {"ADLOCALIZER_PROJECT": str(folder / "project"), "ADLOCALIZER_REPORTS": str(folder / "reports")}
    home = {"PREFECT_HOME": str(furnish(folder / "home")), "PREFECT_SERVER_LOGGING_LEVEL": "WARNING"}
    return {**shell, **places, **home}


@pytest.fixture(scope="module")
def runs(folder, environment) -> Iterator[list[dict[str, Any]]]:
    """The five runs that were due, once they have ended."""
    served = serve(environment, folder)
    try:
        yield met(lambda: all_ended(served), seconds=9_000)
    finally:
        served.stop()


def all_ended(served: Served) -> list[dict[str, Any]] | None:
    made = {"flow_runs": {"tags": {"all_": ["auto-scheduled"]}, "state": {"type": {"not_any_": ["SCHEDULED"]}}}}
    rows: list[dict[str, Any]] = served.ask("flow_runs/filter", made).json()
    demo = [row for row in rows if row["parameters"].get("campaign") == "demo"]
    is_over = all(row["state"]["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") for row in demo)
    return demo if is_over and len(demo) == 5 else None


def day_of(due: datetime, zone: str) -> str:
    return due.astimezone(ZoneInfo(zone)).date().isoformat()


@pytest.fixture(scope="module")
def by_command(folder, environment, runs, due, zones) -> Path:
    """The store of `adlocalizer run demo` for every day that a schedule was for."""
    for day in sorted({day_of(due, zone) for zone in (ALL, *zones.values())}):
        words = ["run", "demo", "--date", day, "--store", str(folder / "command")]
        command = [str(Path(sys.executable).with_name("adlocalizer")), *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=folder)
        assert done.returncode in (0, 3), done.stderr  # on some days a city asks a person
    return folder / "command"


def made(store: Path, day: str, region: str) -> dict[str, bytes]:
    """The manifest of a region and all that its bundle holds."""
    with zipfile.ZipFile(store / f"bundles/demo/{day}/demo_{day}_{region}.zip") as bundle:
        held = {name: bundle.read(name) for name in bundle.namelist()}
    return {"manifest": (store / f"runs/demo/{day}/{region}/manifest.json").read_bytes(), **held}


def test_every_schedule_makes_a_run_for_the_day_of_its_own_zone(runs, due, zones):
    wanted = {f"demo for {day_of(due, zone)} {region}" for region, zone in zones.items()}
    assert {run["name"] for run in runs} == {*wanted, f"demo for {day_of(due, ALL)}"}
    assert {run["state"]["type"] for run in runs} == {"COMPLETED"}


def test_each_region_by_its_own_schedule_is_what_the_command_makes_to_the_byte(folder, by_command, due, zones):
    for region, zone in zones.items():
        day = day_of(due, zone)
        assert differing(made(folder / "regions", day, region), made(by_command, day, region)) == []


def test_all_regions_by_one_schedule_are_what_the_command_makes_to_the_byte(folder, by_command, due, zones):
    day = day_of(due, ALL)
    for region in zones:
        assert differing(made(folder / "all", day, region), made(by_command, day, region)) == []


def test_the_schedules_together_make_the_whole_demo(folder, by_command, due, zones):
    rows = [
        row["city_id"]
        for region, zone in zones.items()
        for row in json.loads(made(folder / "regions", day_of(due, zone), region)["manifest"])["renditions"]
    ]
    assert (len(rows), len(set(rows))) == (675, 75)


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]
