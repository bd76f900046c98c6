"""docs/data.md is true: its examples run, and the three libraries agree on every answer."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from adlocalizer.catalogue import read_runs, replace_run
from adlocalizer.catalogue.rows import AttemptRow
from adlocalizer.manifest import ManifestRow
from adlocalizer.store import Store

from .test_catalogue import attempt, rows, run_of

ROOT = Path(__file__).parents[1]
DOC = (ROOT / "docs/data.md").read_text("utf-8")
DAYS = (date(2027, 1, 30), date(2027, 2, 1))
BLOCKS = re.findall(r"^## ([^\n]+)\n[^#]*?```python\n(.*?)```", DOC, re.MULTILINE | re.DOTALL)


def renditions(day: date) -> list[ManifestRow]:
    found = list(rows(day=day))
    flagged = {"status": "needs_review", "checks_review": "sharpness;letters", "checks_failed": "quiet_area"}
    keyed = [row.model_copy(update={"master_key": f"{number}" * 64}) for number, row in enumerate(found)]
    return [keyed[0].model_copy(update=flagged), *keyed[1:]]


def attempts(day: date) -> list[AttemptRow]:
    """Two answers, of which the first day's is used on the second day as well."""
    seeds = [1] if day == DAYS[0] else [1, 2]
    return [attempt(seed).model_copy(update={"logical_date": day.isoformat()}) for seed in seeds]


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """What the document's code gives back, by heading: DuckDB's, pandas' and polars' answer."""
    folder = tmp_path_factory.mktemp("data")
    for day in DAYS:
        store = Store(str(folder / "store"))
        store.write(f"runs/spring/{day}/plan.json", b"{}")
        replace_run(store.url, "renditions", renditions(day), run_of(store.url, day), "APAC")
        replace_run(store.url, "attempts", attempts(day), run_of(store.url, day), "APAC")
    space: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as here:
        here.chdir(folder)
        exec(re.search(r"```python\n(.*?)```", DOC, re.DOTALL).group(1), space)  # noqa: S102 - our own document
        yield {title: [_plain(value) for value in _values(code, space)] for title, code in BLOCKS}


def _values(code: str, space: dict[str, object]) -> list[object]:
    return [eval(compile(ast.Expression(one.value), "data.md", "eval"), space) for one in ast.parse(code).body]  # noqa: S307


def _plain(value) -> list[tuple]:
    """An answer of any of the three, as rows."""
    if hasattr(value, "fetchall"):
        found = value.fetchall()
    elif hasattr(value, "rows"):
        found = value.rows()
    else:
        index = value.index.to_frame(index=False)
        found = [(*key, one) for key, one in zip(index.itertuples(index=False, name=None), value, strict=True)]
    return [tuple(round(float(one), 6) if not isinstance(one, str) else one for one in row) for row in found]


TITLES = [title for title, _ in BLOCKS]


def test_five_questions_are_answered():
    assert len(TITLES) == 5


@pytest.mark.parametrize("title", TITLES)
def test_three_libraries_agree(asked, title):
    by_duckdb, by_pandas, by_polars = asked[title]
    assert by_duckdb == by_pandas == by_polars != []


def test_an_answer_that_two_days_use_is_paid_once(asked):
    assert asked["Spend by city and month"][0] == [("jp-city1", "2027-01", 5e-06), ("jp-city1", "2027-02", 5e-06)]


def test_a_check_passes_where_it_found_nothing(asked):
    share = round(1 - 1 / 3, 6)
    assert asked["Pass rate by check"][0] == [("letters", share), ("quiet_area", share), ("sharpness", share)]


def test_half_of_the_second_months_answers_were_there(asked):
    assert asked["Reuse rate"][0] == [("2027-01", 0.0), ("2027-02", 0.5)]


def test_the_time_to_deliver_is_measured_from_the_plan(asked):
    assert {row[:2] for row in asked["Time to deliver"][0]} == {("spring", day.isoformat()) for day in DAYS}
    assert all(0 <= minutes < 10 for _, _, minutes in asked["Time to deliver"][0])


def test_a_row_says_when_its_run_was_planned(tmp_path):
    store = Store(str(tmp_path))
    store.write("runs/spring/2027-03-01/plan.json", b"{}")
    replace_run(store.url, "renditions", rows(), run_of(store.url), "APAC")
    started = read_runs(store.url, "renditions")["started_at"][0].as_py()
    assert timedelta(0) <= datetime.now(UTC) - started < timedelta(minutes=10)


def older_schema(table: str):
    """The columns of a version that did not know `started_at`."""
    from adlocalizer.catalogue.tables import schema_of

    return schema_of(table).remove(schema_of(table).get_field_index("started_at"))


def test_a_new_column_breaks_neither_old_rows_nor_old_readers_nor_old_writers(tmp_path):
    from deltalake import DeltaTable

    url, older = str(tmp_path), older_schema("renditions")
    with patch("adlocalizer.catalogue.tables.schema_of", return_value=older):
        replace_run(url, "renditions", rows(), run_of(url), "APAC")
    replace_run(url, "renditions", rows("EMEA"), run_of(url), "EMEA")
    with patch("adlocalizer.catalogue.tables.schema_of", return_value=older):
        replace_run(url, "renditions", rows("LATAM"), run_of(url), "LATAM")
    table = DeltaTable(f"{url}/catalogue/renditions")
    assert table.to_pyarrow_table(columns=older.names).num_rows == 9
    assert table.to_pyarrow_table()["started_at"].null_count == 9


def test_a_table_can_be_read_as_it_was(tmp_path):
    from deltalake import DeltaTable

    url = str(tmp_path)
    replace_run(url, "renditions", rows(count=3), run_of(url), "APAC")
    replace_run(url, "renditions", rows(count=1), run_of(url), "APAC")
    path = f"{url}/catalogue/renditions"
    assert [DeltaTable(path, version=number).to_pyarrow_table().num_rows for number in (0, 1)] == [3, 1]
    assert DeltaTable(path).history()[0]["run"] == "runs/spring/2027-03-01"


@pytest.mark.slow
def test_the_quick_benchmark_asks_every_question_before_and_after_compacting():
    command = [sys.executable, str(ROOT / "benchmarks/catalogue.py"), "--quick"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("renditions: 40,000 rows, 4 files")
    assert [done.stdout.count(f"| {title}: ") for title in TITLES] == [6] * 5
