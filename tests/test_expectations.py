"""The gates: good tables pass, every bad cell is named by table, line and row, and nothing is ever an exception."""

from __future__ import annotations

import csv
import functools
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adlocalizer.config import TableRow
from adlocalizer.domain import Finding, Severity
from adlocalizer.expectations import gate_cities, gate_copy, gate_manifest
from adlocalizer.manifest import COLUMNS, ManifestRow
from adlocalizer.suites import city_suite, copy_suite, manifest_suite

ROOT = Path(__file__).parents[1]
CITY = {
    "city_id": "jp-tokyo",
    "city": "Tokyo",
    "local_name": "東京",
    "region": "APAC",
    "market": "JP",
    "locales": "ja-JP",
    "latitude": "35.6762",
    "longitude": "139.6503",
    "timezone": "Asia/Tokyo",
    "koppen": "Cfa",
}
COPY = {
    "locale": "ja-JP",
    "headline": "はじけるレモン",
    "call_to_action": "今すぐ購入",
    "price": "160",
    "currency": "JPY",
    "legal": "",
}
ROW = ManifestRow(
    rendition_id="demo.jp-tokyo.ja-JP.can.v1.square",
    creative_id="demo.jp-tokyo.ja-JP.can.v1",
    campaign="demo",
    product="can",
    region="APAC",
    market="JP",
    city_id="jp-tokyo",
    city="Tokyo",
    locale="ja-JP",
    variant=1,
    format_id="square",
    platform="meta",
    width=1080,
    height=1080,
    file="assets/meta/square/demo.jpg",
    mime="image/jpeg",
    bytes=1000,
    sha256="a" * 64,
    status="delivered",
    reason="",
    approval="none",
    master_key="b" * 64,
    provider="preview",
    model="preview-scene-1",
    prompt_sha256="c" * 64,
    attempts=1,
    cost_micros=0,
    checks_failed="",
    checks_review="",
    ai_disclosure="",
    logical_date=date(2026, 11, 25).isoformat(),
)
SUITES = {"cities": city_suite(), "copy": copy_suite(["ja-JP"]), "manifest": manifest_suite(COLUMNS, ["a"])}

BAD_CITIES = [
    ("city_id", "", "city_id_present"),
    ("city_id", "JP Tokyo", "city_id_pattern"),
    ("city_id", "jp-tokyo\n", "city_id_pattern"),
    ("city_id", "../../etc", "city_id_pattern"),
    ("city", "", "city_present"),
    ("city", "   ", "city_present"),
    ("city", "=HYPERLINK(1)", "city_formula"),
    ("city", " @SUM(1)", "city_formula"),
    ("city", "\uff1d1+1", "city_formula"),
    ("city", "<script>alert(1)</script>", "city_markup"),
    ("city", "../../etc", "city_markup"),
    ("city", "To\u202ekyo", "city_controls"),
    ("local_name", "", "local_name_present"),
    ("local_name", "+1", "local_name_formula"),
    ("local_name", "{{ secret }}", "local_name_markup"),
    ("local_name", "東\u200e京", "local_name_controls"),
    ("local_name", "東\x00京", "local_name_controls"),
    ("region", "", "region_present"),
    ("region", "AP/AC", "region_pattern"),
    ("market", "", "market_present"),
    ("market", "jp", "market_pattern"),
    ("locales", "", "locales_present"),
    ("locales", "ja_JP", "locales_pattern"),
    ("locales", "ja-JP, en-US", "locales_pattern"),
    ("latitude", "135", "latitude_range"),
    ("latitude", "inf", "latitude_range"),
    ("latitude", "north", "latitude_number"),
    ("latitude", "", "latitude_number"),
    ("latitude", "nan", "latitude_number"),
    ("longitude", "-181", "longitude_range"),
    ("longitude", "139,65", "longitude_number"),
    ("timezone", "", "timezone_present"),
    ("timezone", "Mars/Base", "timezone_known"),
]
BAD_COPY = [
    ("locale", "", "locale_present"),
    ("locale", "japanese", "locale_pattern"),
    ("headline", "", "headline_present"),
    ("headline", "x" * 201, "headline_length"),
    ("headline", "a\u202eb", "headline_controls"),
    ("call_to_action", "", "call_to_action_present"),
    ("call_to_action", "x" * 61, "call_to_action_length"),
    ("call_to_action", "a\tb", "call_to_action_controls"),
    ("legal", "x" * 201, "legal_length"),
    ("legal", "a\u2066b", "legal_controls"),
    ("price", "cheap", "price_number"),
    ("price", "-1", "price_range"),
    ("currency", "", "currency_present"),
    ("currency", "yen", "currency_pattern"),
    ("disclaimer", "x" * 201, "disclaimer_length"),
    ("disclaimer", "a\u2066b", "disclaimer_controls"),
    ("rationale", "x" * 501, "rationale_length"),
    ("rationale", "a\tb", "rationale_controls"),
    ("back_translation", "x" * 401, "back_translation_length"),
    ("back_translation", "a\u202eb", "back_translation_controls"),
    ("old_price", "dear", "old_price_number"),
    ("old_price", "-1", "old_price_range"),
    ("lowest_30d", "low", "lowest_30d_number"),
    ("lowest_30d", "-1", "lowest_30d_range"),
    ("unit_price", "low", "unit_price_number"),
    ("unit_price", "-1", "unit_price_range"),
    ("unit", "barrel", "unit_known"),
    ("subline", "x" * 201, "subline_length"),
    ("subline", "a\u2066b", "subline_controls"),
    ("adapt_level", "guess", "adapt_level_known"),
    ("review", "maybe", "review_known"),
]
BAD_ROWS = [
    ("rendition_id", "", "rendition_id_present"),
    ("creative_id", "", "creative_id_present"),
    ("status", "", "status_present"),
    ("status", "lost", "status_known"),
    ("file", None, "file_present"),
    ("mime", None, "mime_present"),
    ("sha256", None, "sha256_present"),
    ("sha256", "A" * 64, "sha256_pattern"),
    ("bytes", None, "bytes_number"),
    ("bytes", 0, "bytes_range"),
    ("width", 0, "width_range"),
    ("height", -1, "height_range"),
    ("cost_micros", -1, "cost_micros_range"),
    ("attempts", -1, "attempts_range"),
]
# Rows are nouns there: these columns always hold a number, or the rule is broken by the table as a whole.
ELSEWHERE = {
    "cities": {"row_count", "columns", "city_id_unique"},
    "copy": {
        *("row_count", "columns", "locale_unique", "locales_covered"),
        *("old_price_compared", "lowest_30d_compared", "unit_price_compared", "unit_present"),
        "back_translation_present",
    },
    "manifest": {
        "row_count",
        "columns",
        "rendition_id_unique",
        "plan_covered",
        "width_number",
        "height_number",
        "cost_micros_number",
        "attempts_number",
    },
}


def table(*rows: dict[str, str]) -> list[TableRow]:
    return [TableRow(line, row) for line, row in enumerate(rows, start=2)]


def broken(findings: Sequence[Finding]) -> dict[str, Finding]:
    return {found.check: found for found in findings if found.severity is not Severity.PASS}


def test_every_expectation_says_why_and_what_to_do():
    for suite in SUITES.values():
        assert all(demand.why and demand.remedy and demand.said for demand in suite.demands)


def test_every_expectation_has_a_failing_test():
    tables = {"cities": BAD_CITIES, "copy": BAD_COPY, "manifest": BAD_ROWS}
    for name, suite in SUITES.items():
        assert {demand.rule for demand in suite.demands} == {case[2] for case in tables[name]} | ELSEWHERE[name]


@functools.cache
def all_good() -> dict[str, tuple[Finding, ...]]:
    """What the gates find in three tables of one good row each."""
    return {
        "cities": gate_cities(table(CITY), "cities.csv"),
        "copy": gate_copy(table(COPY), "copy.csv", ["ja-JP"]),
        "manifest": gate_manifest([ROW], [ROW.rendition_id]),
    }


@pytest.mark.parametrize("name", SUITES)
def test_good_tables_pass_every_rule(name):
    assert not broken(all_good()[name])


@pytest.mark.parametrize("name", SUITES)
def test_every_rule_gives_one_finding(name):
    assert len(all_good()[name]) == len(SUITES[name].demands)


@pytest.mark.parametrize("text", ["Ex\u00adtra", "ក\u200bខ", "عند \u200e-5", "مع \u2068LUMO+\u2069", "می\u200cروم"])
def test_what_says_how_words_are_set_may_stand_in_copy(text):
    assert not broken(gate_copy(table({**COPY, "headline": text}), "copy.csv", ["ja-JP"]))


def test_the_shipped_city_table_passes():
    with (ROOT / "data" / "cities.csv").open(encoding="utf-8", newline="") as file:
        rows = table(*csv.DictReader(file))
    assert not broken(gate_cities(rows, "data/cities.csv"))


@functools.cache
def all_bad() -> dict[str, Finding]:
    """What the gates find in three tables whose first row is good and whose others have one bad cell each."""
    cities = [
        {**CITY, "city_id": f"jp-{number}", column: found} for number, (column, found, _) in enumerate(BAD_CITIES)
    ]
    rows = [ROW.model_copy(update={column: found}) for column, found, _ in BAD_ROWS]
    found_copy = gate_copy(table(COPY, *({**COPY, column: found} for column, found, _ in BAD_COPY)), "copy.csv", [])
    found_rows = gate_manifest([ROW, *rows], [ROW.rendition_id])
    return broken([*gate_cities(table(CITY, *cities), "cities.csv"), *found_copy, *found_rows])


BAD = [
    (name, place + 3, case[2])
    for name, cases in (("cities", BAD_CITIES), ("copy", BAD_COPY), ("manifest", BAD_ROWS))
    for place, case in enumerate(cases)
]


@pytest.mark.parametrize(("name", "line", "rule"), BAD)
def test_a_bad_cell_is_named_by_table_and_line(name, line, rule):
    failed = all_bad()[f"{name}_{rule}"]
    assert failed.severity is Severity.FAIL
    assert failed.value >= 1
    assert f"{name}.csv:{line}" in failed.text
    assert f"{name}.csv:2 " not in failed.text


@pytest.mark.parametrize("status", ["needs_review", "rejected", "refused", "failed"])
def test_only_delivered_rows_need_a_file(status):
    row = ROW.model_copy(update={"status": status, "file": None, "mime": None, "sha256": None, "bytes": None})
    assert not broken(gate_manifest([row], [ROW.rendition_id]))


def test_two_rows_with_one_id_are_both_named():
    text = broken(gate_cities(table(CITY, CITY), "c.csv"))["cities_city_id_unique"].text
    assert "c.csv:2 (jp-tokyo)" in text
    assert "c.csv:3 (jp-tokyo)" in text


def test_two_rows_of_one_locale_and_two_outcomes_of_one_rendition_fail():
    assert "copy_locale_unique" in broken(gate_copy(table(COPY, COPY), "copy.csv", []))
    assert "manifest_rendition_id_unique" in broken(gate_manifest([ROW, ROW], [ROW.rendition_id]))


def test_an_empty_table_fails():
    assert broken(gate_cities([], "c.csv"))["cities_row_count"].severity is Severity.FAIL
    assert broken(gate_copy([], "c.csv", []))["copy_row_count"].severity is Severity.FAIL
    assert broken(gate_manifest([], []))["manifest_row_count"].severity is Severity.FAIL


def test_a_missing_column_is_its_own_fail_and_what_hangs_on_it_is_not_called_bad():
    row = {name: value for name, value in CITY.items() if name != "timezone"}
    findings = broken(gate_cities(table(row), "c.csv"))
    assert "timezone" in findings["cities_columns"].text
    assert findings["cities_columns"].severity is Severity.FAIL
    assert findings["cities_timezone_known"].severity is Severity.REVIEW


def test_missing_locales_are_named():
    failed = broken(gate_copy(table(COPY), "copy.csv", ["ja-JP", "fr-FR", "ar-SA"]))["copy_locales_covered"]
    assert failed.value == 2
    assert "ar-SA, fr-FR" in failed.text


def test_a_manifest_is_exactly_the_plan():
    failed = broken(gate_manifest([ROW], ["planned.only"]))["manifest_plan_covered"]
    assert failed.value == 2
    assert "missing planned.only" in failed.text
    assert f"not planned {ROW.rendition_id}" in failed.text


def test_a_price_without_a_currency_fails_and_no_price_needs_none():
    assert "copy_currency_present" in broken(gate_copy(table({**COPY, "currency": ""}), "copy.csv", []))
    assert not broken(gate_copy(table({**COPY, "currency": "", "price": ""}), "copy.csv", []))


@pytest.mark.parametrize("column", ["old_price", "lowest_30d", "unit_price"])
def test_a_price_beside_the_price_needs_it(column):
    row = {**COPY, "price": "", column: "200", "unit": "l"}
    assert f"copy_{column}_compared" in broken(gate_copy(table(row), "copy.csv", []))
    assert not broken(gate_copy(table({**COPY, column: "200", "unit": "l"}), "copy.csv", []))


def test_a_unit_price_needs_its_unit():
    assert "copy_unit_present" in broken(gate_copy(table({**COPY, "unit_price": "4"}), "copy.csv", []))


def test_a_transcreation_without_a_back_translation_is_for_somebody_to_look_at():
    row = {**COPY, "adapt_level": "transcreation"}
    found = broken(gate_copy(table(row), "copy.csv", []))["copy_back_translation_present"]
    assert found.severity is Severity.REVIEW
    assert not broken(gate_copy(table({**row, "back_translation": "Bursting lemon"}), "copy.csv", []))


def test_only_the_first_twenty_rows_are_listed():
    rows = table(*({**CITY, "city_id": f"jp-{number}", "market": "jp"} for number in range(50)))
    failed = broken(gate_cities(rows, "c.csv"))["cities_market_pattern"]
    assert failed.value == 50
    assert failed.text.count("c.csv:") == 20
    assert "and 30 more" in failed.text


def test_values_are_told_as_they_stand_but_cannot_turn_the_line():
    failed = broken(gate_cities(table({**CITY, "city": "<b>\u202e"}), "c.csv"))["cities_city_markup"]
    assert "<b>" in failed.text
    assert "\u202e" not in failed.text


WORDS = st.text(max_size=12) | st.sampled_from(["", "jp-tokyo", "135", "1e999", "9" * 400, "nan", "\ud800", "=1", "\0"])


@given(st.lists(st.dictionaries(st.sampled_from([*CITY, *COPY, "other", " "]), WORDS), max_size=12))
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_table_of_strings_yields_findings(rows):
    assert len(gate_cities(table(*rows), "t.csv")) == len(SUITES["cities"].demands)
    assert len(gate_copy(table(*rows), "t.csv", ["ja-JP"])) == len(SUITES["copy"].demands)


@pytest.fixture(scope="module")
def gated(tmp_path_factory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """A gate in a process of its own, and the empty folder it ran in; it says how many findings, and what it loaded."""
    folder = tmp_path_factory.mktemp("gated")
    code = (
        "from adlocalizer.expectations import gate_copy, warm; from adlocalizer.config import TableRow; warm();"
        f"print(len(gate_copy([TableRow(2, {COPY!r})], 'c.csv', ['ja-JP'])));"
        "import sys; print(sorted({'altair', 'scipy.stats'} & set(sys.modules)))"
    )
    place = {"HOME": str(folder), "PATH": ""}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=place, cwd=folder), folder


def test_a_gate_makes_no_noise_and_no_files(gated):
    ran, folder = gated
    assert (ran.stdout.splitlines()[0], ran.stderr) == (str(len(SUITES["copy"].demands)), "")
    assert not list(folder.iterdir())


def test_a_gate_loads_neither_charts_nor_distributions(gated):
    assert gated[0].stdout.splitlines()[1] == "[]"


def test_a_table_that_was_judged_is_remembered_until_a_cell_changes():
    first = gate_cities(table(CITY), "remembered.csv")
    assert gate_cities(table({**CITY}), "remembered.csv") is first
    assert gate_cities(table(CITY | {"latitude": "91"}), "remembered.csv") != first


def test_importing_the_gates_imports_nothing_heavy():
    heavy = "{'great_expectations', 'pandas', 'numpy', 'PIL', 'skia', 'pyarrow'}"
    code = f"import sys, adlocalizer.expectations; print({heavy} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
