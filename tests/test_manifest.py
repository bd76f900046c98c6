"""The manifest: its columns are stable, its bytes depend on nothing but the outcomes."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from datetime import date
from typing import get_args

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.cells import cell, csv_bytes
from adlocalizer.domain import AdFormat, Asset, Creative, Finding, Outcome, Rendition, RunRef, Severity, Status
from adlocalizer.errors import GateFailed
from adlocalizer.manifest import (
    COLUMNS,
    EXTENSIONS,
    ManifestRow,
    asset_path,
    counts_of,
    manifest_csv,
    manifest_json,
    manifest_parquet,
    manifest_rows,
)

DAY = date(2027, 3, 1)
RUN = RunRef(store_url="store", campaign="spring", logical_date=DAY)
DESIGN = (  # the contract, design section 5: people script these names and this order
    "rendition_id creative_id campaign product region market city_id city locale variant format_id platform width "
    "height file mime bytes sha256 status reason approval master_key provider model prompt_sha256 attempts "
    "cost_micros checks_failed checks_review ai_disclosure logical_date"
)


def outcome(number: int, status: Status = Status.DELIVERED, **more: object) -> Outcome:
    creative = Creative(
        campaign="spring",
        product="solara-can",
        region="APAC",
        market="JP",
        city_id=f"jp-city{number:02d}",
        city='=HYPERLINK("x";"y") 東京',
        locale="ja-JP",
        variant=1,
    )
    rendition = Rendition(creative=creative, format_id="feed_1x1", platform="meta", width=1080, height=1080)
    asset = Asset(
        file=asset_path(rendition, "image/jpeg"), mime="image/jpeg", bytes=7 + number, sha256=f"{number:064x}"
    )
    record = {"rendition": rendition, "status": status, "provider": "preview", "model": "m-1", "cost_micros": 39_000}
    return Outcome.model_validate({**record, "asset": asset if status is Status.DELIVERED else None, **more})


def finding(check: str, severity: Severity) -> Finding:
    return Finding(check=check, subject="x", severity=severity, text="t")


def rows() -> tuple[ManifestRow, ...]:
    return manifest_rows([outcome(n, status) for n, status in enumerate(Status)], DAY, {"preview": "Drawn, not real"})


def test_the_columns_are_those_of_the_design_in_order():
    assert tuple(DESIGN.split()) == COLUMNS


def test_every_column_is_documented():
    assert all(field.description for field in ManifestRow.model_fields.values())


def test_a_row_says_how_its_rendition_ended():
    row = rows()[0]
    assert row.rendition_id == "spring.jp-city00.ja-JP.solara-can.v1.feed_1x1"
    assert row.file == f"assets/meta/feed_1x1/{row.rendition_id}.jpg"
    assert (row.status, row.bytes, row.cost_micros, row.approval) == ("delivered", 7, 39_000, "none")
    assert (row.ai_disclosure, row.logical_date) == ("Drawn, not real", "2027-03-01")


def test_checks_are_listed_by_severity_sorted_and_once():
    findings = (
        *(finding(name, Severity.FAIL) for name in ("sharp", "blank", "sharp")),
        finding("ratio", Severity.REVIEW),
        finding("fine", Severity.PASS),
    )
    row = manifest_rows([outcome(1, Status.REJECTED, findings=findings)], DAY)[0]
    assert (row.checks_failed, row.checks_review) == ("blank;sharp", "ratio")


def test_a_missing_picture_is_a_row_and_the_five_statuses_sum_to_the_plan():
    counts = counts_of(rows())
    assert (counts.planned, counts.delivered, counts.refused) == (5, 1, 1)
    assert [row.file is None for row in rows()] == [False, True, True, True, True]


def test_the_order_of_outcomes_changes_no_byte():
    outcomes = [outcome(n) for n in range(30)]
    shuffled = random.Random(1).sample(outcomes, 30)  # noqa: S311 - a fixed shuffle
    one, two = manifest_rows(outcomes, DAY), manifest_rows(shuffled, DAY)
    assert manifest_json(one, RUN, "APAC") == manifest_json(two, RUN, "APAC")
    assert manifest_csv(one) == manifest_csv(two)
    assert manifest_parquet(one) == manifest_parquet(two)


def test_two_outcomes_of_one_rendition_close_the_gate():
    with pytest.raises(GateFailed, match=r"jp-city01.* has 2 outcomes"):
        manifest_rows([outcome(1), outcome(1, Status.FAILED)], DAY)


def test_delivered_without_a_file_closes_the_gate():
    with pytest.raises(GateFailed, match="delivered without a file"):
        manifest_rows([outcome(1, asset=None)], DAY)


def test_a_file_of_another_rendition_closes_the_gate():
    with pytest.raises(GateFailed, match="not its own"):
        manifest_rows([outcome(1, asset=outcome(2).asset)], DAY)


def test_the_json_has_its_head_and_every_row():
    read = json.loads(manifest_json(rows(), RUN, "APAC"))
    assert list(read) == ["schema_version", "campaign", "logical_date", "region", "counts", "renditions"]
    assert (read["campaign"], read["logical_date"], read["region"]) == ("spring", "2027-03-01", "APAC")
    assert [ManifestRow.model_validate(row) for row in read["renditions"]] == list(rows())


def test_a_region_without_renditions_has_a_manifest_too():
    assert json.loads(manifest_json((), RUN, "APAC"))["renditions"] == []
    assert pq.read_table(io.BytesIO(manifest_parquet(()))).column_names == list(COLUMNS)
    assert manifest_csv(()).decode().count("\n") == 1


def test_the_parquet_keeps_numbers_as_numbers_and_text_raw():
    read = pq.read_table(io.BytesIO(manifest_parquet(rows()))).to_pylist()
    assert read == [row.model_dump() for row in rows()]


def test_the_csv_has_no_cell_a_spreadsheet_would_run():
    read = list(csv.DictReader(io.StringIO(manifest_csv(rows()).decode())))
    assert read[0]["city"] == '\'=HYPERLINK("x";"y") 東京'
    assert (read[0]["bytes"], read[1]["bytes"]) == ("7", "")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\ufeff=1", "\uff1d1", " =1", "-", "\0=1", "\xad+x", "\r"],
)
def test_a_formula_gets_an_apostrophe(text: str):
    assert cell(text).startswith("'")


@pytest.mark.parametrize("text", ["+33", "-2.5", "São", "a=b", "12%", "", "1e-3", "東京"])
def test_plain_text_and_plain_numbers_pass(text: str):
    assert cell(text) == text


@given(
    st.lists(
        st.text(st.characters(codec="utf-8"), max_size=12) | st.text("=+-@'\"\t\r\n;, \0\u202e\uff1d1a"), min_size=1
    )
)
def test_any_text_is_one_cell_that_stays_text(texts: list[str]):
    read = next(csv.reader(io.StringIO(csv_bytes(texts, []).decode(), newline="")))
    assert read == [cell(text) for text in texts]
    for text, shown in zip(texts, read, strict=True):
        assert shown.removeprefix("'") == text.replace("\0", "").removeprefix("'")
        assert not re.match(r"[\s\u202e]*([=@\uff1d]|[+-](?![0-9]))", shown)


@pytest.mark.parametrize("kind", get_args(AdFormat.model_fields["file_types"].annotation)[:1])
def test_every_type_a_format_may_ask_for_has_an_extension(kind):
    assert set(get_args(kind)) == set(EXTENSIONS.values())
