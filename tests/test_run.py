"""Whole runs, as a user starts them: the command line, the flow, Prefect's own server, real files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from adlocalizer.cells import cell

from . import projects
from .commands import Said, call
from .warming import Started, Warm, warmed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.integration]
COMMAND = str(Path(sys.executable).with_name("adlocalizer"))
DAY = "2026-12-01"


class Place:
    """A project with a store and reports of its own, and the environment of a user's shell."""

    def __init__(self, project: Path, environment: Mapping[str, str], name: str = "store") -> None:
        self.project, self.store, self.reports = project, project / name, project / f"{name}-reports"
        folders = {"ADLOCALIZER_STORE": str(self.store), "ADLOCALIZER_REPORTS": str(self.reports)}
        self.environment = {**environment, "ADLOCALIZER_PROJECT": str(project), **folders}

    def elsewhere(self, name: str) -> Place:
        """The same project, another store."""
        return Place(self.project, self.environment, name)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [COMMAND, "run", "small", "--date", DAY, *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        own_group = {"start_new_session": True}
        return subprocess.Popen(command, env=self.environment, text=True, cwd=self.project, **pipes, **own_group)

    def fork(self, warm: Warm, *arguments: str) -> Started:
        """The same, of a warm process."""
        return warm.start(["run", "small", "--date", DAY, *arguments], self.environment, self.project)

    def run(self, *arguments: str) -> Said:
        """A run in a process of its own."""
        process = self.start("--json", *arguments)
        out, errors = process.communicate(timeout=300)
        return Said(process.returncode, out, errors)

    def run_here(self, capsys: pytest.CaptureFixture[str], campaign: str = "small") -> Said:
        """A run in the test's process: for what is not about processes."""
        return call(["run", campaign, "--date", DAY, "--json"], self.environment, capsys)

    def run_folder(self) -> Path:
        return self.store / "runs" / "small" / DAY

    def manifests(self) -> dict[str, bytes]:
        return {path.parent.name: path.read_bytes() for path in sorted(self.run_folder().glob("*/manifest.json"))}

    def bundles(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted((self.store / "bundles").rglob("*.zip"))}

    def made(self) -> tuple[dict[str, bytes], dict[str, bytes]]:
        return self.manifests(), self.bundles()


class First(NamedTuple):
    """A place where the small campaign has run once, undisturbed, and what that run said."""

    place: Place
    said: Said


class Twice(NamedTuple):
    """Two processes that were started at once on one empty store, the one that waited for the other last."""

    place: Place
    ends: list[Said]


@pytest.fixture(scope="session")
def first(tmp_path_factory, prefect_api) -> First:
    """The first run; it reports to a started server."""
    place = Place(projects.make_project(tmp_path_factory.mktemp("run") / "project"), prefect_api[1])
    said = place.run()
    assert (said.status, said.read["counts"]["delivered"]) == (0, 6), said.errors
    return First(place, said)


@pytest.fixture(scope="session")
def made(first) -> Place:
    return first.place


@pytest.fixture(scope="session")
def alone(shell) -> Iterator[Warm]:
    """The same where no server is started: a run brings its own."""
    with warmed(shell, "prefect.server.api.server") as process:
        yield process


@pytest.fixture(scope="session")
def twice(made, warm) -> Twice:
    place = made.elsewhere("twice")
    processes = [place.fork(warm), place.fork(warm)]
    ends = [(process.communicate(timeout=300), process.returncode) for process in processes]
    said = [Said(status, *words) for words, status in ends]
    return Twice(place, sorted(said, key=lambda end: "waiting for another process" in end.errors))


def test_a_run_reports_to_a_prefect_api(made, prefect_api):
    runs = httpx.post(f"{prefect_api[0]}/flow_runs/filter", json={"sort": "START_TIME_DESC"}, timeout=10).json()
    ours = {(run["name"], run["state_name"]) for run in runs if run["parameters"].get("store") == str(made.store)}
    assert ours == {(f"small for {DAY}", "Completed")}


def test_a_run_says_nothing_on_standard_error_but_its_progress(first):
    assert first.said.errors == ""


def test_a_second_run_asks_nothing_and_leaves_the_same_bytes(made, capsys):
    before, said = made.made(), made.run_here(capsys)
    assert (said.status, said.read["calls"], said.read["spent_micros"]) == (0, 0, 0)
    assert made.made() == before


def test_of_two_processes_that_make_one_run_the_second_waits_and_asks_nothing(twice):
    assert [end.status for end in twice.ends] == [0, 0]
    assert "waiting for another process that makes this run" in twice.ends[1].errors
    assert "6 provider calls" in twice.ends[0].out
    assert "0 provider calls: every answer was on file" in twice.ends[1].out


def test_a_run_elsewhere_leaves_the_same_manifests_and_bundles(made, twice):
    assert twice.place.made() == made.made()


def test_a_pipe_gets_plain_lines_and_the_path_of_the_report(twice):
    end = twice.ends[0]
    assert "6 provider calls" in end.out
    assert str(twice.place.reports / "small" / DAY / "index.html") in end.out
    assert "making pictures: 6 of 6 renditions" in end.errors
    assert "\x1b" not in end.out + end.errors


def test_the_five_statuses_sum_to_the_plan(made):
    for manifest in map(json.loads, made.manifests().values()):
        counts = dict(manifest["counts"])
        assert counts.pop("planned") == sum(counts.values()) == len(manifest["renditions"])


def test_a_bundle_holds_files_manifest_digests_sheets_and_report(made):
    with zipfile.ZipFile(next((made.store / "bundles").rglob("*APAC.zip"))) as archive:
        names = set(archive.namelist())
    assert {"manifest.json", "manifest.csv", "manifest.parquet", "SHA256SUMS", "report.html"} <= names
    assert any(name.startswith("exports/") for name in names)
    assert sum(name.startswith("assets/google_ads/") for name in names) == 3


def test_the_catalogue_has_a_row_a_rendition_and_a_row_an_attempt(made):
    from adlocalizer.catalogue import read_runs

    assert read_runs(str(made.store), "renditions", "small").num_rows == 6
    assert read_runs(str(made.store), "attempts", "small").num_rows == 6


def test_the_report_stands_in_its_folder_with_its_pictures(made):
    folder = made.reports / "small" / DAY
    assert (folder / "index.html").is_file()
    assert len(list((folder / "full").iterdir())) == 6


def test_nothing_unfinished_is_left(made):
    assert not list(made.store.rglob(".tmp-*"))


def test_report_builds_the_same_pages_again(made, capsys):
    page = made.reports / "small" / DAY / "APAC.html"
    before = page.read_bytes()
    page.unlink()
    said = call(["report", "small", "--date", DAY], made.environment, capsys)
    assert said.status == 0, said.errors
    assert page.read_bytes() == before


def test_report_of_a_day_without_a_run_says_so(made, capsys):
    said = call(["report", "small", "--date", "2026-12-24"], made.environment, capsys)
    assert said.status == 2
    assert "no run for 2026-12-24" in said.errors


def test_a_run_that_was_killed_is_finished_by_the_next_without_asking_twice(made, warm, capsys):
    place, kept = made.elsewhere("killed"), 0
    for answers in (1, 3):
        process = place.fork(warm)
        kept = _wait_for_answers(place, process, max(answers, kept))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert place.manifests() == {}
    said = place.run_here(capsys)
    assert said.status == 0, said.errors
    assert said.read["calls"] <= 6 - kept
    assert place.made() == made.made()


def _wait_for_answers(place: Place, process: subprocess.Popen[str] | Started, wanted: int) -> int:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        kept = len(list(place.store.glob("answers/*/*.json")))
        if kept >= wanted:
            return kept
        time.sleep(0.01)
    raise AssertionError(f"the run ended before {wanted} answers were kept")


def test_a_signal_to_all_of_a_run_ends_it_in_a_sentence_and_the_next_finishes(made, alone, capsys):
    place = made.elsewhere("stopped")
    server = place.environment.pop("PREFECT_API_URL")  # without a started server: Prefect's own gets the same signal
    place.environment.pop("PREFECT_SERVER_LOGGING_LEVEL", None)  # and is as quiet as anybody's, not as the started one
    for number, market in ((signal.SIGINT, "jp"), (signal.SIGTERM, "fr")):
        before = len(list(place.store.glob("answers/*/*.json")))
        process = place.fork(alone, "--select", f"*{market}-*")
        _wait_for_answers(place, process, before + 1)
        os.killpg(process.pid, number)
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 4
        command = f"adlocalizer run small --date {DAY} --select '*{market}-*'"
        assert errors.splitlines()[-1].endswith(f"go on with: {command}")
        assert "Traceback" not in errors
    place.environment["PREFECT_API_URL"] = server
    said = place.run_here(capsys)
    assert said.status == 0, said.errors
    assert place.manifests() == made.manifests()


def test_a_region_the_table_no_longer_has_is_taken_back(made, capsys):
    from adlocalizer.catalogue import read_runs

    place, cities = made.elsewhere("moved"), made.project / "data/cities.csv"
    before = cities.read_text("utf-8")
    place.run_here(capsys)
    try:
        cities.write_text(before.replace("東京,APAC", "東京,JAPAC"), "utf-8")
        place.run_here(capsys)
    finally:
        cities.write_text(before, "utf-8")
    assert sorted(place.manifests()) == ["EMEA", "JAPAC"]
    assert not any("APAC.zip" in name and "JAPAC" not in name for name in place.bundles())
    assert read_runs(str(place.store), "renditions", "small").num_rows == 6


def test_a_quarantined_row_degrades_the_run_and_stands_in_the_manifest(made, capsys):
    campaign = json.loads((made.project / "configs/campaigns/small.yml").read_text())
    table = made.project / "towns.csv"
    rows = (made.project / "data/cities.csv").read_text("utf-8").splitlines()
    kept = [rows[0], *(row for row in rows if row.startswith(("jp-tokyo", "fr-paris")))]
    table.write_text("\n".join(kept).replace("48.85341", "148.85341") + "\n", "utf-8")
    (made.project / "configs/campaigns/mixed.yml").write_text(
        json.dumps({**campaign, "id": "mixed", "on_bad_row": "quarantine", "city_table": "towns.csv"})
    )
    said = made.run_here(capsys, "mixed")
    counts = said.read["counts"]
    assert (said.status, counts["delivered"], counts["failed"]) == (3, 3, 3)
    manifest = json.loads((made.store / "runs/mixed" / DAY / "EMEA/manifest.json").read_text())
    assert all("latitude" in row["reason"] for row in manifest["renditions"])


def test_a_small_quota_ends_in_outcomes_or_a_sentence_and_never_in_a_traceback(made):
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    place, command = made.elsewhere("quota"), [COMMAND, "run", "small", "--date", DAY]
    environment = {**place.environment, "PREFECT_API_DATABASE_CONNECTION_URL": "sqlite+aiosqlite:///:memory:"}
    done = subprocess.run(
        command, env=environment, text=True, capture_output=True, check=False, preexec_fn=limit, cwd=place.project
    )
    assert done.returncode in (2, 3, 4), done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert "larger than this system allows" in done.stderr + done.stdout


def test_names_in_the_csv_are_safe_for_spreadsheets(made):
    lines = (made.run_folder() / "APAC" / "manifest.csv").read_text("utf-8").splitlines()
    assert len(lines) == 4
    assert cell("=1+1") == "'=1+1"
