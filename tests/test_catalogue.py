"""The catalogue: a run replaces exactly its own rows, decisions are only added."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from deltalake import DeltaTable

from adlocalizer.approving import Decision
from adlocalizer.catalogue import (
    AttemptRow,
    append_reviews,
    attempt_row,
    check_url,
    compact,
    read_runs,
    replace_run,
    standings,
    upkeep,
)
from adlocalizer.domain import (
    Answer,
    Asset,
    Box,
    Composition,
    Creative,
    Outcome,
    Prompt,
    Rendition,
    Request,
    RunRef,
    Status,
)
from adlocalizer.errors import StoreError
from adlocalizer.manifest import COLUMNS, ManifestRow, asset_path, manifest_rows

DAY = date(2027, 3, 1)


def creative(number: int, region: str) -> Creative:
    place = {"region": region, "market": "JP", "city_id": f"jp-city{number}", "city": "São ''Paulo", "locale": "ja-JP"}
    return Creative(campaign="spring", product="can", variant=1, **place)


def rows(region: str = "APAC", count: int = 3, day: date = DAY) -> tuple[ManifestRow, ...]:
    found = []
    for number in range(count):
        rendition = Rendition(
            creative=creative(number, region), format_id="feed_1x1", platform="meta", width=1080, height=1080
        )
        asset = Asset(file=asset_path(rendition, "image/jpeg"), mime="image/jpeg", bytes=7, sha256="0" * 64)
        found.append(
            Outcome(rendition=rendition, status=Status.DELIVERED, asset=asset, provider="preview", model="m-1")
        )
    return manifest_rows(found, day)


def run_of(url: str, day: date = DAY) -> RunRef:
    return RunRef(store_url=url, campaign="spring", logical_date=day)


def attempt(seed: int) -> AttemptRow:
    box = Box(x=0.4, y=0.4, w=0.2, h=0.5)
    composition = Composition(ratio_class="square", product=box, quiet=box, horizon=0.6)
    prompt = Prompt(text="t", template_sha256="0" * 64, facts=(), composition=composition)
    asked = Request(provider="preview", model="m-1", prompt=prompt, references=(), ratio="1:1", size="1K", seed=seed)
    return attempt_row(
        creative(1, "APAC"), asked, Answer(key=asked.key, kind="refusal", reason="no", cost_micros=5), DAY
    )


def test_a_row_comes_back_as_it_went_in_with_the_time_it_was_written(tmp_path: Path):
    url = str(tmp_path / "a store")
    replace_run(url, "renditions", rows(), run_of(url), "APAC")
    read = read_runs(url, "renditions")
    assert set(read.column_names) == {*COLUMNS, "month", "created_at", "started_at"}
    kept = sorted(read.select(COLUMNS).to_pylist(), key=lambda row: row["rendition_id"])
    assert [ManifestRow.model_validate(row) for row in kept] == list(rows())
    assert (datetime.now(UTC) - read["created_at"][0].as_py()).total_seconds() < 600


def test_replacing_a_run_twice_doubles_nothing(tmp_path: Path):
    url = str(tmp_path)
    for count in (3, 5, 2):
        replace_run(url, "renditions", rows(count=count), run_of(url), "APAC")
    assert read_runs(url, "renditions").num_rows == 2


def test_a_run_replaces_only_its_own_day_and_region(tmp_path: Path):
    url, other = tmp_path.as_uri(), date(2027, 3, 2)
    replace_run(url, "renditions", rows(), run_of(url), "APAC")
    replace_run(url, "renditions", rows("EMEA"), run_of(url), "EMEA")
    replace_run(url, "renditions", rows(day=other), run_of(url, other), "APAC")
    replace_run(url, "renditions", rows(count=1), run_of(url), "APAC")
    read = read_runs(url, "renditions").to_pylist()
    assert Counter((row["region"], row["logical_date"]) for row in read) == {
        ("APAC", "2027-03-01"): 1,
        ("EMEA", "2027-03-01"): 3,
        ("APAC", "2027-03-02"): 3,
    }
    assert read_runs(url, "renditions", "spring", other).num_rows == 3
    assert read_runs(url, "renditions", "summer").num_rows == 0


@pytest.mark.parametrize("before", [0, 3])
def test_an_empty_region_clears_its_rows(tmp_path: Path, before: int):
    url = str(tmp_path)
    replace_run(url, "renditions", rows(count=before), run_of(url), "APAC")
    replace_run(url, "renditions", (), run_of(url), "APAC")
    assert read_runs(url, "renditions").num_rows == 0


def test_rows_of_another_region_are_refused(tmp_path: Path):
    url = str(tmp_path)
    with pytest.raises(StoreError, match="catalogue/renditions"):
        replace_run(url, "renditions", rows("EMEA"), run_of(url), "APAC")
    assert read_runs(url, "renditions").num_rows == 0


def test_attempts_say_what_was_asked_and_what_it_cost(tmp_path: Path):
    url = str(tmp_path)
    replace_run(url, "attempts", [attempt(1), attempt(2)], run_of(url), "APAC")
    read = read_runs(url, "attempts").to_pylist()
    assert {row["key"] for row in read} == {attempt(1).key, attempt(2).key}
    assert {(row["kind"], row["cost_micros"], row["attempt"], row["sha256"]) for row in read} == {
        ("refusal", 5, 1, None)
    }


def test_decisions_are_added_and_none_is_lost(tmp_path: Path):
    url = str(tmp_path)
    assert read_runs(url, "reviews").num_rows == 0
    for hour, decision in ((9, "rejected"), (10, "approved")):
        moment = datetime(2027, 3, 1, hour, tzinfo=UTC)
        review = Decision(sha256="0" * 64, decision=decision, reviewer="ana", note="=1", decided_at=moment)
        append_reviews(url, [review])
    append_reviews(url, [])
    assert [
        row["decision"] for row in sorted(read_runs(url, "reviews").to_pylist(), key=lambda r: r["decided_at"])
    ] == [
        "rejected",
        "approved",
    ]


def write_in_process(url: str, region: str, start) -> None:
    start.wait()
    for _ in range(3):
        replace_run(url, "renditions", rows(region), run_of(url), region)


@pytest.mark.slow
@pytest.mark.parametrize("regions", [("APAC", "EMEA"), ("APAC", "APAC")])
def test_two_processes_that_commit_at_once_lose_and_double_nothing_even_as_the_first_ever(tmp_path: Path, regions):
    url, spawn = str(tmp_path), multiprocessing.get_context("spawn")
    start = spawn.Barrier(2)
    running = [spawn.Process(target=write_in_process, args=(url, region, start)) for region in regions]
    for process in running:
        process.start()
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0, 0]
    assert Counter(read_runs(url, "renditions")["region"].to_pylist()) == dict.fromkeys(regions, 3)


def test_a_store_that_cannot_hold_tables_says_which_can():
    with pytest.raises(StoreError, match=r"cannot hold the catalogue; use a folder, s3:// or gs://"):
        check_url("sftp://host/x")


def test_a_store_in_memory_holds_tables_as_long_as_its_process():
    replace_run("memory://tables", "renditions", rows(), run_of("memory://tables"), "APAC")
    assert read_runs("memory://tables", "renditions").num_rows == 3


def test_a_file_in_place_of_the_catalogue_is_a_store_error(tmp_path: Path):
    (tmp_path / "catalogue").write_text("I am a file")
    with pytest.raises(StoreError, match=r"catalogue/renditions: .*run again"):
        replace_run(str(tmp_path), "renditions", rows(), run_of(str(tmp_path)), "APAC")


def test_a_region_that_is_no_id_reaches_no_predicate(tmp_path: Path):
    with pytest.raises(StoreError, match="not an id"):
        replace_run(str(tmp_path), "renditions", (), run_of(str(tmp_path)), "x' OR '1'='1")


def test_a_day_of_a_compacted_month_rewrites_only_the_files_its_rows_are_in(tmp_path, monkeypatch):
    url = str(tmp_path / "store")
    days = [date(2027, 3, number) for number in range(1, 9)]
    for day in days:
        replace_run(url, "renditions", rows(day=day, count=40), run_of(url, day), "APAC")
    one = standings(url)[0].bytes // len(days)
    monkeypatch.setattr(upkeep, "_FILE_BYTES", 3 * one)
    shown, done = compact(url)[0], compact(url, is_done=True)[0]
    assert (shown.merged, done.merged) == (8, 8)
    assert 2 <= done.files <= 4
    replace_run(url, "renditions", rows(day=days[4], count=40), run_of(url, days[4]), "APAC")
    table = DeltaTable(f"{url}/catalogue/renditions")
    assert table.history(1)[0]["operationMetrics"]["num_removed_files"] == 1
    assert Counter(table.to_pyarrow_table()["logical_date"].to_pylist()) == {day.isoformat(): 40 for day in days}
