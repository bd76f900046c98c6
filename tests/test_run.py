"""Whole runs, as a user starts them: the command line, the flow, Prefect's own server, real files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from adlocalizer.cells import cell

from . import projects

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400), pytest.mark.xdist_group("runs")]
COMMAND = str(Path(sys.executable).with_name("adlocalizer"))
DAY = "2026-12-01"


class Place:
    """A project with a store and reports of its own, and the environment of a user's shell."""

    def __init__(self, project: Path, environment: Mapping[str, str]) -> None:
        self.project = project
        self.environment = {**environment, "ADLOCALIZER_PROJECT": str(project)}
        self.use("store")

    def use(self, name: str) -> Place:
        self.store, self.reports = self.project / name, self.project / f"{name}-reports"
        folders = {"ADLOCALIZER_STORE": str(self.store), "ADLOCALIZER_REPORTS": str(self.reports)}
        self.environment = {**self.environment, **folders}
        return self

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [COMMAND, "run", "small", "--date", DAY, *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        own_group = {"start_new_session": True}
        return subprocess.Popen(command, env=self.environment, text=True, cwd=self.project, **pipes, **own_group)

    def run(self, *arguments: str) -> tuple[int, dict, str]:
        process = self.start("--json", *arguments)
        said, errors = process.communicate(timeout=300)
        return process.returncode, json.loads(said) if said.strip() else {}, errors

    def run_folder(self) -> Path:
        return self.store / "runs" / "small" / DAY

    def manifests(self) -> dict[str, bytes]:
        return {path.parent.name: path.read_bytes() for path in sorted(self.run_folder().glob("*/manifest.json"))}

    def bundles(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted((self.store / "bundles").rglob("*.zip"))}


@pytest.fixture(scope="session")
def made(tmp_path_factory, prefect_api) -> Place:
    """A place where the small campaign has run once, undisturbed; its runs report to a started server."""
    place = Place(projects.make_project(tmp_path_factory.mktemp("run") / "project"), prefect_api[1])
    status, said, errors = place.run()
    assert (status, said["counts"]["delivered"]) == (0, 6), errors
    return place


def test_a_run_says_nothing_on_standard_error_but_its_progress(made):
    status, _, errors = made.run()
    assert status == 0
    assert errors == ""


def test_a_second_run_asks_nothing_and_leaves_the_same_bytes(made):
    manifests, bundles = made.manifests(), made.bundles()
    _, said, _ = made.run()
    assert (said["calls"], said["spent_micros"]) == (0, 0)
    assert (made.manifests(), made.bundles()) == (manifests, bundles)


def test_a_run_elsewhere_leaves_the_same_manifests_and_bundles(made):
    manifests, bundles = made.manifests(), made.bundles()
    try:
        made.use("elsewhere").run()
        assert (made.manifests(), made.bundles()) == (manifests, bundles)
    finally:
        made.use("store")


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


def test_report_builds_the_same_pages_again(made):
    page = made.reports / "small" / DAY / "APAC.html"
    before = page.read_bytes()
    page.unlink()
    command = [COMMAND, "report", "small", "--date", DAY]
    done = subprocess.run(command, env=made.environment, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert page.read_bytes() == before


def test_report_of_a_day_without_a_run_says_so(made):
    command = [COMMAND, "report", "small", "--date", "2026-12-24"]
    done = subprocess.run(command, env=made.environment, text=True, capture_output=True, check=False)
    assert done.returncode == 4
    assert "no run for 2026-12-24" in done.stderr


def test_a_pipe_gets_plain_lines_and_the_path_of_the_report(made):
    process = made.start()
    said, errors = process.communicate(timeout=300)
    assert "0 provider calls" in said
    assert str(made.reports / "small" / DAY / "index.html") in said
    assert "making pictures: 6 of 6 renditions" in errors
    assert "\x1b" not in said + errors


@pytest.mark.parametrize("answers", [1, 3])
def test_a_run_that_was_killed_is_finished_by_the_next_without_asking_twice(made, answers):
    manifests, bundles = made.manifests(), made.bundles()
    try:
        made.use(f"killed-{answers}")
        process = made.start()
        kept = _wait_for_answers(made, process, answers)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        assert made.manifests() == {}
        status, said, errors = made.run()
        assert status == 0, errors
        assert said["calls"] <= 6 - kept
        assert (made.manifests(), made.bundles()) == (manifests, bundles)
    finally:
        made.use("store")


def _wait_for_answers(place: Place, process: subprocess.Popen[str], wanted: int) -> int:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        kept = len(list(place.store.glob("answers/*/*.json")))
        if kept >= wanted:
            return kept
        time.sleep(0.01)
    raise AssertionError(f"the run ended before {wanted} answers were kept")


def test_two_processes_do_not_make_one_run_at_the_same_time(made):
    try:
        made.use("twice")
        first, second = made.start(), made.start()
        ends = [(*process.communicate(timeout=300), process.returncode) for process in (first, second)]
        assert sorted(status for *_, status in ends) == [0, 4]
        assert any("another process is making this run" in errors for _, errors, _ in ends)
    finally:
        made.use("store")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_all_of_a_run_ends_it_in_a_sentence_and_the_next_finishes(made, shell, number):
    manifests, environment = made.manifests(), made.environment
    try:
        # Without a started server: Prefect's own gets the same signal.
        made.environment = {name: value for name, value in environment.items() if name != "PREFECT_API_URL"}
        made.use(f"stopped-{number.name}")
        process = made.start()
        _wait_for_answers(made, process, 1)
        os.killpg(process.pid, number)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 128 + number
        assert "run it again to go on" in errors
        assert "Traceback" not in errors
        made.environment = environment
        status, _, errors = made.use(f"stopped-{number.name}").run()
        assert status == 0, errors
        assert made.manifests() == manifests
    finally:
        made.environment = environment
        made.use("store")


def test_a_region_the_table_no_longer_has_is_taken_back(made):
    from adlocalizer.catalogue import read_runs

    cities = made.project / "data/cities.csv"
    before = cities.read_text("utf-8")
    try:
        made.use("moved").run()
        cities.write_text(before.replace("東京,APAC", "東京,JAPAC"), "utf-8")
        made.run()
        assert sorted(made.manifests()) == ["EMEA", "JAPAC"]
        assert not any("APAC.zip" in name and "JAPAC" not in name for name in made.bundles())
        assert read_runs(str(made.store), "renditions", "small").num_rows == 6
    finally:
        cities.write_text(before, "utf-8")
        made.use("store")


def test_a_quarantined_row_degrades_the_run_and_stands_in_the_manifest(made):
    campaign = json.loads((made.project / "configs/campaigns/small.yml").read_text())
    table = made.project / "towns.csv"
    rows = (made.project / "data/cities.csv").read_text("utf-8").splitlines()
    kept = [rows[0], *(row for row in rows if row.startswith(("jp-tokyo", "fr-paris")))]
    table.write_text("\n".join(kept).replace("48.85341", "148.85341") + "\n", "utf-8")
    (made.project / "configs/campaigns/mixed.yml").write_text(
        json.dumps({**campaign, "id": "mixed", "on_bad_row": "quarantine", "city_table": "towns.csv"})
    )
    command = [COMMAND, "run", "mixed", "--date", DAY, "--json"]
    done = subprocess.run(command, env=made.environment, text=True, capture_output=True, check=False)
    said = json.loads(done.stdout)
    assert (done.returncode, said["counts"]["delivered"], said["counts"]["failed"]) == (3, 3, 3)
    manifest = json.loads((made.store / "runs/mixed" / DAY / "EMEA/manifest.json").read_text())
    assert all("latitude" in row["reason"] for row in manifest["renditions"])


def test_a_small_quota_ends_in_outcomes_or_a_sentence_and_never_in_a_traceback(made):
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    try:
        made.use("quota")
        command = [COMMAND, "run", "small", "--date", DAY]
        environment = {**made.environment, "PREFECT_API_DATABASE_CONNECTION_URL": "sqlite+aiosqlite:///:memory:"}
        done = subprocess.run(
            command, env=environment, text=True, capture_output=True, check=False, preexec_fn=limit, cwd=made.project
        )
        assert done.returncode in (2, 3, 4), done.stderr
        assert "Traceback" not in done.stderr + done.stdout
        assert "larger than this system allows" in done.stderr + done.stdout
    finally:
        made.use("store")


def test_names_in_the_csv_are_safe_for_spreadsheets(made):
    lines = (made.run_folder() / "APAC" / "manifest.csv").read_text("utf-8").splitlines()
    assert len(lines) == 4
    assert cell("=1+1") == "'=1+1"
