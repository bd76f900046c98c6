"""A table before its suite: what Great Expectations says of it, as findings. The only module that knows the library."""

from __future__ import annotations

import hashlib
import logging
import threading
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from adlocalizer.domain import Finding, Severity
from adlocalizer.expectations.importing import late
from adlocalizer.suites import NUMBER, Demand, Suite

if TYPE_CHECKING:
    from types import ModuleType

    import pandas as pd

_SHOWN = 20
_MOST_ROWS = 1000
_LONGEST = 60
_UNUSED = ("altair", "scipy.stats")
"""What the library imports for charts and for comparing distributions: 2 of its 7 CPU seconds."""
_MOST_REMEMBERED = 100
_found: dict[bytes, tuple[Finding, ...]] = {}
_importing = threading.Lock()
_SEVERITY = {"critical": Severity.FAIL, "warning": Severity.REVIEW}


class Line(NamedTuple):
    """A row of a table: where it stands, and its cells by column."""

    number: int
    cells: Mapping[str, str]


def judged(suite: Suite, lines: Sequence[Line], shown: str) -> tuple[Finding, ...]:
    """A finding per demand of the suite, passes too; `shown` is how the table is called in them.

    What was found is remembered: the days of a backfill rest on the same tables, and each would be judged anew.
    """
    question = hashlib.sha256(repr((suite, lines, shown)).encode("utf-8", "surrogatepass")).digest()
    found = _found.get(question)
    if found is None:
        found = _judge(suite, lines, shown)
        if len(_found) >= _MOST_REMEMBERED:
            _found.clear()
        _found[question] = found
    return found


def _judge(suite: Suite, lines: Sequence[Line], shown: str) -> tuple[Finding, ...]:
    table = _Table(suite, lines, _frame(suite, lines), visible(shown))
    results = _validated(table)
    return tuple(_finding(demand, results[demand.rule], table) for demand in suite.demands)


def text_of(value: object) -> str:
    """A cell as text; nothing for None."""
    return "" if value is None else str(value)


def warm() -> None:
    """Import Great Expectations, which takes seconds: a caller may do it early, in a thread."""
    _libraries()


class _Table(NamedTuple):
    suite: Suite
    lines: Sequence[Line]
    frame: pd.DataFrame
    shown: str

    def name(self, position: int, column: str) -> str:
        """`data/cities.csv:12 (jp-tokyo) 135`: the row, and what stands in the column."""
        line = self.lines[position]
        row_id = visible(line.cells.get(self.suite.row_id, ""))
        found = "" if column == self.suite.row_id else visible(line.cells.get(column, ""))
        return f"{self.shown}:{line.number}" + (f" ({row_id})" if row_id else "") + (f" {found}" if found else "")


def visible(text: str) -> str:
    """The text as it stands there, shortened; what cannot be seen, or would move what is around it, as its code."""
    shown = "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text[:_LONGEST])
    return f"{shown}…" if len(text) > _LONGEST else shown


def _libraries() -> tuple[ModuleType, ModuleType]:
    with _importing, warnings.catch_warnings(), late(*_UNUSED):
        warnings.simplefilter("ignore")  # its dependencies' deprecations are nobody's business here
        import great_expectations as gx
        import great_expectations.expectations as kinds
    # It sets its own level to INFO, to tell of every temporary folder.
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)
    return gx, kinds


def _frame(suite: Suite, lines: Sequence[Line]) -> pd.DataFrame:
    """The table as text, blank cells empty, with a column of numbers beside each that must hold them."""
    import pandas as pd

    found = dict.fromkeys(name for line in lines for name in line.cells)
    columns = [*(found or suite.columns), *(name for name in suite.optional if name not in found)]
    cells = [[_cell(line.cells.get(name, "")) for name in columns] for line in lines]
    frame = pd.DataFrame(cells, columns=pd.Index(columns, dtype=object), dtype=object)
    for name in suite.numbers:
        if name in frame:
            frame[name + NUMBER] = pd.to_numeric(frame[name], errors="coerce").astype(float)
    return frame


def _cell(text: str) -> str | None:
    # Lone surrogates cannot be stored as text; they become marks that no pattern accepts.
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if text.strip() else None


def _validated(table: _Table) -> dict[str, Mapping[str, Any]]:
    """What Great Expectations says of each demand, by rule; which rows break it is asked where any do.

    Asking that of every demand takes twice as long, and most hold.
    """
    batch, suite = _batch(table), table.suite
    said = _asked(batch, suite, suite.demands, "BOOLEAN_ONLY")
    broken = [demand for demand in suite.demands if not said[demand.rule]["success"]]
    return said | _asked(batch, suite, broken, "COMPLETE") if broken else said


def _batch(table: _Table) -> Any:  # noqa: ANN401 - made by a library without hints
    """The table in Great Expectations' memory: no project folder, no network, no progress bars."""
    gx, _ = _libraries()
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    source = context.data_sources.add_or_update_pandas("memory")
    kept = source.add_dataframe_asset(table.suite.name).add_batch_definition_whole_dataframe("all")
    return kept.get_batch({"dataframe": table.frame})


def _asked(batch: Any, suite: Suite, demands: Sequence[Demand], kind: str) -> dict[str, Mapping[str, Any]]:  # noqa: ANN401
    gx, kinds = _libraries()
    # Asked of the batch: a validation definition would be kept, with its suite and its result, in stores of its own.
    outcome = batch.validate(
        gx.ExpectationSuite(name=suite.name, expectations=[_expectation(kinds, demand) for demand in demands]),
        result_format={"result_format": kind, "include_unexpected_rows": False},
    )
    return {
        one.expectation_config.meta["rule"]: {"success": one.success, "result": one.result} for one in outcome.results
    }


def _expectation(kinds: ModuleType, demand: Demand) -> Any:  # noqa: ANN401 - made by a library without hints
    from great_expectations.expectations.row_conditions import Column

    options: dict[str, Any] = {**demand.options, "severity": demand.severity, "meta": {"rule": demand.rule}}
    if demand.when is not None:
        column, value = demand.when
        options["row_condition"] = Column(column).is_not_null() if value is None else Column(column) == value
    return getattr(kinds, demand.kind)(**options)


def _finding(demand: Demand, answer: Mapping[str, Any], table: _Table) -> Finding:
    severity, text, count = Severity.PASS, demand.said, None
    rows: tuple[str, ...] = ()
    if not answer["success"]:
        severity = _SEVERITY[demand.severity]
        if answer["result"]:
            count, found = _broken(demand, answer["result"], table)
            rows = _rows(answer["result"], table)
            text = f"{demand.said} Not so: {found}."
        else:
            severity = Severity.REVIEW
            text = f"{demand.said} This cannot be judged: {_undecided(demand, table)}."
    return Finding(
        check=f"{table.suite.name}_{demand.rule}",
        subject=table.shown,
        severity=severity,
        text=text,
        value=count,
        remedy="" if severity is Severity.PASS else f"{demand.remedy}, because {demand.why}",
        rows=rows,
    )


def _broken(demand: Demand, result: Mapping[str, Any], table: _Table) -> tuple[int, str]:
    """How many rows or values break a demand, and the first of them."""
    if "unexpected_index_list" in result:
        rows = sorted(result["unexpected_index_list"])
        column = _column(demand)
        return len(rows), _listed([table.name(row, column) for row in rows])
    if "column_set" in demand.options:
        missing = [name for name in demand.options["column_set"] if name not in table.frame]
        return len(missing), f"missing {_listed(missing)}"
    if "value_set" in demand.options:
        wanted = set(demand.options["value_set"])
        there = set(table.frame[demand.options["column"]].dropna())
        parts = {"missing": sorted(wanted - there)}
        if "Equal" in demand.kind:
            parts["not planned"] = sorted(there - wanted)
        said = [f"{what} {_listed([visible(name) for name in names])}" for what, names in parts.items() if names]
        return sum(map(len, parts.values())), "; ".join(said)
    return len(table.lines), f"it has {len(table.lines):,}"


def _rows(result: Mapping[str, Any], table: _Table) -> tuple[str, ...]:
    """The ids of the rows that break a demand, as many as a report can hold."""
    ids = (
        table.lines[row].cells.get(table.suite.row_id, "") for row in sorted(result.get("unexpected_index_list", ()))
    )
    return tuple(dict.fromkeys(id for id in ids if id))[:_MOST_ROWS]


def _undecided(demand: Demand, table: _Table) -> str:
    column = _column(demand)
    return f"the column {column} is missing" if column not in table.frame else "its values cannot be compared"


def _column(demand: Demand) -> str:
    named = demand.options.get("column") or demand.options.get("column_A") or ""
    return str(named).removesuffix(NUMBER)


def _listed(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + rest
