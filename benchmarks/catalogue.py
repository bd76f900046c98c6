"""A million rows in the catalogue: an upsert of 10,000 and the five questions of docs/data.md, measured.

python benchmarks/catalogue.py [--rows N] [--quick] [--no-questions]
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable, write_deltalake

from adlocalizer.catalogue import AttemptRow, compact, replace_run, standings
from adlocalizer.domain import RunRef
from adlocalizer.manifest import ManifestRow

DOC = Path(__file__).parents[1] / "docs" / "data.md"
UPSERT = 10_000
REGIONS = ("AMER", "APAC", "EMEA")
CHECKS = ("sharpness", "quiet_area", "letters", "product_label")
FIRST = date(2027, 1, 1)


class Figure(NamedTuple):
    """What took how long."""

    what: str
    seconds: float


def rendition(number: int, day: date, region: str) -> ManifestRow:
    """A made-up row; one in ten was flagged, one in fifty rejected."""
    flagged, rejected, city = number % 10 == 0, number % 50 == 0, f"xx-city{number % 200}"
    check = CHECKS[number % len(CHECKS)]
    digest = hashlib.sha256(f"{day} {region} {number}".encode()).hexdigest()
    creative = f"bench.{city}.en-US.can.v{1 + number // 200}"
    return ManifestRow(
        rendition_id=f"{creative}.feed_1x1",
        creative_id=creative,
        campaign="bench",
        product="can",
        region=region,
        market="XX",
        city_id=city,
        city=city,
        locale="en-US",
        variant=1 + number // 200,
        format_id="feed_1x1",
        platform=f"platform{number % 7}",
        width=1080,
        height=1080,
        file=f"assets/x/feed_1x1/{creative}.feed_1x1.jpg",
        mime="image/jpeg",
        bytes=180_000,
        sha256=digest,
        status="rejected" if rejected else "needs_review" if flagged else "delivered",
        reason="",
        approval="none",
        master_key=hashlib.sha256(f"{number // 3} {region}".encode()).hexdigest(),
        provider="preview",
        model="m-1",
        prompt_sha256=f"{number:064x}",
        attempts=1,
        cost_micros=39_000,
        checks_failed=check if rejected else "",
        checks_review=check if flagged and not rejected else "",
        ai_disclosure="",
        logical_date=day.isoformat(),
    )


def attempt(row: ManifestRow, day_number: int) -> AttemptRow:
    """The answer of a row; every other day uses those of the day before."""
    shared = {name: getattr(row, name) for name in AttemptRow.model_fields if name in ManifestRow.model_fields}
    key = f"{day_number // 2:08x}{(row.master_key or '')[8:]}"
    said = {"key": key, "ratio": "1:1", "size": "1K", "attempt": 1, "kind": "picture"}
    return AttemptRow.model_validate(shared | said)


def fill(url: str, rows: int) -> Iterator[Figure]:
    """Write so many rows of both tables, a day and region a commit, as runs do; each day has digests of its own."""
    first = {region: [rendition(number, FIRST, region) for number in range(UPSERT)] for region in REGIONS}
    for region, some in first.items():  # the program makes the tables
        run = RunRef(store_url=url, campaign="bench", logical_date=FIRST)
        replace_run(url, "renditions", some, run, region)
        replace_run(url, "attempts", [attempt(row, 0) for row in some], run, region)
    tables = {name: DeltaTable(f"{url}/catalogue/{name}").to_pyarrow_table() for name in ("renditions", "attempts")}
    started = time.perf_counter()
    for number in range(len(REGIONS), rows // UPSERT):
        day_number, which = divmod(number, len(REGIONS))
        for name, table in tables.items():
            write_deltalake(f"{url}/catalogue/{name}", on_day(table, day_number, REGIONS[which]), mode="append")
    commits = rows // UPSERT - len(REGIONS)
    yield Figure(f"{commits} commits of {UPSERT:,} rows to each table", time.perf_counter() - started)


def on_day(table: pa.Table, day_number: int, region: str) -> pa.Table:
    """The rows of a region as those of another day; every other day counts on the answers of the day before."""
    day = (FIRST + timedelta(days=day_number)).isoformat()
    own = table.filter(pc.equal(table["region"], region))
    marks = {"sha256": f"{day_number:08x}", "key": f"{day_number // 2:08x}", "master_key": f"{day_number // 2:08x}"}
    said = {"logical_date": pa.scalar(day), "month": pa.scalar(day[:7])}
    for name in own.column_names:
        if name in said:
            column = pa.repeat(said[name], own.num_rows)
        elif name in marks:
            rest = pc.utf8_slice_codeunits(own[name].cast(pa.string()), 8)
            column = pc.binary_join_element_wise(marks[name], rest, "")
        else:
            continue
        own = own.set_column(own.schema.get_field_index(name), name, column)
    return own


def upsert(url: str, rows: int) -> Figure:
    """Replace 10,000 rows in the middle of the table: the commit alone, without making up rows."""
    middle = rows // UPSERT // len(REGIONS) // 2
    day = FIRST + timedelta(days=middle)
    run = RunRef(store_url=url, campaign="bench", logical_date=day)
    content = [rendition(number, day, REGIONS[0]) for number in range(UPSERT)]
    return timed(f"upsert of {UPSERT:,} rows", lambda: replace_run(url, "renditions", content, run, REGIONS[0]))


def ask(folder: Path) -> Iterator[Figure]:
    """The five questions of docs/data.md in its own words, by each library; opening the tables included once."""
    doc = DOC.read_text("utf-8")
    space: dict[str, Any] = {}
    os.chdir(folder)
    opening = re.search(r"```python\n(.*?)```", doc, re.DOTALL)
    yield timed("open both tables", lambda: exec(opening.group(1) if opening else "", space))  # noqa: S102
    for title, code in re.findall(r"^## ([^\n]+)\n[^#]*?```python\n(.*?)```", doc, re.MULTILINE | re.DOTALL):
        for library, one in zip(("DuckDB", "pandas", "polars"), ast.parse(code).body, strict=True):
            yield timed(f"{title}: {library}", lambda one=one: _answered(one, space))  # type: ignore[misc]


def timed(what: str, act: Callable[[], object]) -> Figure:
    """Do something once and say how long it took."""
    started = time.perf_counter()
    act()
    return Figure(what, time.perf_counter() - started)


def _answered(one: ast.stmt, space: dict[str, Any]) -> None:
    assert isinstance(one, ast.Expr)
    value = eval(compile(ast.Expression(one.value), str(DOC), "eval"), space)  # noqa: S307 - our own document
    if hasattr(value, "fetchall"):
        value.fetchall()


def main(arguments: list[str]) -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of each table (1,000,000)")
    parser.add_argument("--quick", action="store_true", help="40,000 rows: does it run")
    parser.add_argument("--no-questions", action="store_true", help="writing and compacting alone")
    options = parser.parse_args(arguments)
    rows = 40_000 if options.quick else options.rows
    asked = (lambda _: ()) if options.no_questions else ask
    with tempfile.TemporaryDirectory(prefix="adlocalizer-bench-") as scratch:
        url = str(Path(scratch) / "store")
        figures = [*fill(url, rows), upsert(url, rows), *asked(Path(scratch))]
        before = standings(url)[0]
        figures.append(timed("compact both tables", lambda: compact(url, keep_days=0, is_done=True)))
        after = standings(url)[0]
        figures += [
            upsert(url, rows),
            *asked(Path(scratch)),
            timed("compact again", lambda: compact(url, keep_days=0, is_done=True)),
        ]
    load = os.getloadavg()[0]
    print(
        f"renditions: {before.rows:,} rows, {before.files} files, {before.bytes / 1e6:.0f} MB; "
        f"compacted {after.files} files, {after.bytes / 1e6:.0f} MB; load {load:.1f}\n"
    )
    print("| what | seconds |\n| --- | ---: |")
    for figure in figures:
        print(f"| {figure.what} | {figure.seconds:.2f} |")
    return int(before.rows != rows or after.rows != rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
