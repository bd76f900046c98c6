"""The gate out: attempts, files and sums, each rule broken once, with the rows at fault named."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from adlocalizer.catalogue import AttemptRow, read_runs, replace_run
from adlocalizer.domain import Asset, Creative, Finding, Outcome, Rendition, RunRef, Severity, Status
from adlocalizer.expectations import gate_attempts, gate_files, gate_sums
from adlocalizer.publishing.gate_out import _files
from adlocalizer.publishing.seen_pictures import with_gates
from adlocalizer.store import Store
from adlocalizer.suites import attempt_suite, file_suite, sum_suite

DAY = date(2027, 3, 1)
DIGEST = "a" * 64
CREATIVE = Creative(
    campaign="spring", product="can", region="APAC", market="JP", city_id="jp-1", city="A", locale="ja-JP", variant=1
)
ATTEMPT = AttemptRow(
    **CREATIVE.model_dump(include={"campaign", "product", "region", "market", "city_id", "locale"}),
    **{"key": DIGEST, "creative_id": CREATIVE.id, "ratio": "1:1", "size": "1K", "attempt": 1, "provider": "preview"},
    **{"model": "m-1", "kind": "picture", "cost_micros": 5, "sha256": DIGEST, "reason": "", "prompt_sha256": DIGEST},
    logical_date=DAY.isoformat(),
)
FILE = {"rendition_id": "r1", "file": "a.jpg", "bytes": 7, "sha256": DIGEST, "found_bytes": 7, "found_sha256": DIGEST}
SUM = {"sum": "renditions of APAC", "what": "renditions", "wanted": 3, "found": 3}
BAD_ATTEMPTS = (
    *((name, "", f"{name}_present") for name in ("key", "creative_id", "campaign", "region", "provider", "model")),
    *((name, "", f"{name}_present") for name in ("prompt_sha256", "severity")),
    ("key", "short", "key_pattern"),
    ("kind", "riddle", "kind_known"),
    ("way", "prayer", "way_known"),
    ("severity", "bad", "severity_known"),
    ("sha256", None, "sha256_present"),
    ("way", "edit", "parent_key_present"),
    ("cost_micros", -1, "cost_micros_range"),
    ("attempt", 0, "attempt_range"),
    ("score", -1.0, "score_range"),
)
BAD_FILES = (
    ("found_bytes", None, "found_bytes_present"),
    ("found_bytes", 6, "bytes_on_file"),
    ("found_sha256", "b" * 64, "sha256_on_file"),
)


def broken(findings) -> dict[str, Finding]:
    return {one.check: one for one in findings if one.severity is not Severity.PASS}


def attempt(number: int, **over) -> AttemptRow:
    return ATTEMPT.model_copy(update={"key": f"{number:064x}", **over})


@pytest.fixture(scope="module")
def bad_attempts():
    rows = [attempt(number, **{name: value}) for number, (name, value, _) in enumerate(BAD_ATTEMPTS, start=1)]
    return broken(gate_attempts([ATTEMPT, *rows]))


@pytest.fixture(scope="module")
def bad_files():
    rows = [
        {**FILE, "rendition_id": f"b{at}", "file": f"{at}", name: value}
        for at, (name, value, _) in enumerate(BAD_FILES)
    ]
    return broken(gate_files([FILE, *rows]))


def test_good_rows_pass_every_rule():
    findings = (*gate_attempts([ATTEMPT]), *gate_files([FILE]), *gate_sums([SUM]))
    assert broken(findings) == {}


@pytest.mark.parametrize(("place", "rule"), [(at, case[2]) for at, case in enumerate(BAD_ATTEMPTS, start=1)])
def test_a_bad_attempt_is_named_by_its_key(bad_attempts, place, rule):
    finding = bad_attempts[f"attempts_{rule}"]
    assert finding.severity is Severity.FAIL
    name, value, _ = BAD_ATTEMPTS[place - 1]
    assert (value if name == "key" else f"{place:064x}") in (*finding.rows, "")


@pytest.mark.parametrize(("place", "rule"), [(at, case[2]) for at, case in enumerate(BAD_FILES)])
def test_a_bad_file_is_named_by_its_rendition(bad_files, place, rule):
    assert bad_files[f"files_{rule}"].rows == (f"b{place}",)


def test_every_rule_of_attempts_files_and_sums_is_broken_here():
    told = {case[2] for case in (*BAD_ATTEMPTS, *BAD_FILES)}
    whole = {"row_count", "columns", "key_unique", "file_unique", "sum_unique", "agree"}
    numbers = {"cost_micros_number", "attempt_number", "score_number", "bytes_number"}  # typed columns
    suites = (attempt_suite(tuple(AttemptRow.model_fields)), file_suite(), sum_suite())
    assert {demand.rule for suite in suites for demand in suite.demands} <= told | whole | numbers


def test_a_request_paid_twice_is_found():
    assert broken(gate_attempts([ATTEMPT, ATTEMPT]))["attempts_key_unique"].rows == (DIGEST,)


def test_two_renditions_in_one_file_are_found():
    assert broken(gate_files([FILE, {**FILE, "rendition_id": "r2"}]))["files_file_unique"].rows == ("r1", "r2")


def test_a_sum_that_does_not_agree_closes_the_gate():
    finding = broken(gate_sums([SUM, {**SUM, "sum": DIGEST, "what": "cost_micros", "found": 4}]))["sums_agree"]
    assert (finding.severity, finding.rows) == (Severity.FAIL, (DIGEST,))


def test_a_sum_that_stands_twice_is_found():
    assert "sums_sum_unique" in broken(gate_sums([SUM, SUM]))


def test_nothing_asked_is_no_fault():
    assert gate_attempts([]) == gate_files([]) == gate_sums([]) == ()


def outcome(content: bytes) -> Outcome:
    import hashlib

    rendition = Rendition(creative=CREATIVE, format_id="feed_1x1", platform="meta", width=9, height=9)
    said = {"file": "assets/a.jpg", "mime": "image/jpeg", "bytes": len(content)}
    asset = Asset(**said, sha256=hashlib.sha256(content).hexdigest())
    said = {"status": Status.DELIVERED, "provider": "preview", "model": "m-1"}
    return Outcome(rendition=rendition, asset=asset, master_key=DIGEST, **said)


def gated(folder, content: bytes | None) -> dict[str, Finding]:
    """What the gate says of a file of seven bytes where these stand."""
    run = RunRef(store_url=str(folder), campaign="spring", logical_date=DAY)
    if content is not None:
        Store(str(folder)).write(f"{run.path}/APAC/assets/a.jpg", content)
    plan = SimpleNamespace(brief=SimpleNamespace(run=run))
    return broken(gate_files(list(_files(plan, [outcome(b"picture")]))))


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        (b"picture", set()),
        (None, {"files_found_bytes_present"}),
        (b"pic", {"files_bytes_on_file", "files_sha256_on_file"}),
        (b"PICTURE", {"files_sha256_on_file"}),
    ],
)
def test_files_are_held_against_what_stands_in_the_store(tmp_path, content, rules):
    assert set(gated(tmp_path, content)) == rules


def test_a_row_at_fault_carries_the_gates_finding(tmp_path):
    one = outcome(b"picture")
    finding = gated(tmp_path, None)["files_found_bytes_present"]
    (told,) = with_gates([one], [finding])
    assert [(f.check, f.subject, f.severity) for f in told.findings] == [
        (finding.check, one.rendition.id, Severity.FAIL)
    ]
    assert told.findings[0].rows == ()


def test_an_attempt_at_fault_is_told_on_the_ads_made_of_it():
    finding = broken(gate_attempts([ATTEMPT, ATTEMPT]))["attempts_key_unique"]
    assert with_gates([outcome(b"picture")], [finding])[0].findings[0].check == "attempts_key_unique"


def test_an_attempts_table_of_an_earlier_version_gains_the_new_columns(tmp_path):
    import pyarrow as pa
    from deltalake import write_deltalake

    old = {name: value for name, value in ATTEMPT.model_dump().items() if name not in ("way", "score", "severity")}
    old = {**old, "month": "2027-02", "logical_date": "2027-02-01"}
    old = {name: value for name, value in old.items() if name not in ("parent_key", "checks")}
    folder = str(tmp_path / "catalogue" / "attempts")
    write_deltalake(folder, pa.Table.from_pylist([old]), partition_by=["campaign", "month"])
    run = RunRef(store_url=str(tmp_path), campaign="spring", logical_date=DAY)
    replace_run(run.store_url, "attempts", [attempt(1, way="seed", score=10.5)], run, "APAC")
    ways = {row["logical_date"]: (row["way"], row["score"]) for row in read_runs(run.store_url, "attempts").to_pylist()}
    assert ways == {"2027-02-01": (None, None), "2027-03-01": ("seed", 10.5)}
