"""What is written to the tables and read from them: a run replaces exactly its own rows of a region in one commit."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from adlocalizer.approving import Decision
from adlocalizer.catalogue.places import Place, Table, explained, place_of
from adlocalizer.catalogue.rows import AttemptRow
from adlocalizer.domain import Id, RunRef
from adlocalizer.errors import StoreError
from adlocalizer.manifest import ManifestRow, arrow_schema
from adlocalizer.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

_PARTITIONS = ["campaign", "month"]  # finer ones are thousands of files nothing can compact
_TRIES = 10
_LITERAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,80}")


def replace_run(
    store_url: str, table: Table, rows: Sequence[ManifestRow] | Sequence[AttemptRow], run: RunRef, region: str
) -> None:
    """Replace a run's rows of one region by these, in one commit: doing it again doubles nothing, none clears them."""
    import pyarrow as pa
    from deltalake import CommitProperties, WriterProperties, write_deltalake

    day = run.logical_date.isoformat()
    own = {"campaign": run.campaign, "month": day[:7], "logical_date": day, "region": region}
    times = {
        "created_at": datetime.now(UTC),
        "started_at": _started_at(run.model_copy(update={"store_url": store_url})),
    }
    content = pa.Table.from_pylist(
        [{**row.model_dump(), "month": row.logical_date[:7], **times} for row in rows], schema=schema_of(table)
    )
    _commit(
        store_url,
        table,
        lambda place: write_deltalake(
            place.url,
            content,
            mode="overwrite",
            predicate=_equals(own),
            partition_by=_PARTITIONS,
            schema_mode="merge",
            storage_options=place.options,
            writer_properties=WriterProperties(compression="ZSTD"),
            commit_properties=CommitProperties(custom_metadata={"run": run.path, "region": region}),
        ),
    )


def append_reviews(store_url: str, reviews: Iterable[Decision]) -> None:
    """Add decisions; none is ever changed, the latest about a digest holds."""
    import pyarrow as pa
    from deltalake import WriterProperties, write_deltalake

    rows = [review.model_dump() for review in reviews]
    if not rows:
        return
    content = pa.Table.from_pylist(rows, schema=schema_of("reviews"))
    _commit(
        store_url,
        "reviews",
        lambda place: write_deltalake(
            place.url,
            content,
            mode="append",
            schema_mode="merge",
            storage_options=place.options,
            writer_properties=WriterProperties(compression="ZSTD"),
        ),
    )


def read_runs(store_url: str, table: Table, campaign: Id | None = None, logical_date: date | None = None) -> pa.Table:
    """The table's rows, of one campaign and of one day if named; empty when nothing was ever written."""
    from deltalake import DeltaTable

    place = place_of(store_url, table)
    filters = [("campaign", "=", campaign)] if campaign else []
    if logical_date is not None:
        day = logical_date.isoformat()
        filters += [("month", "=", day[:7]), ("logical_date", "=", day)]
    with explained(store_url, table):
        if not DeltaTable.is_deltatable(place.url, storage_options=place.options):
            return schema_of(table).empty_table()
        return DeltaTable(place.url, storage_options=place.options).to_pyarrow_table(filters=filters or None)


def schema_of(table: Table) -> pa.Schema:
    """The Arrow columns this version writes; new ones come at the end."""
    import pyarrow as pa

    moment = pa.timestamp("us", tz="UTC")
    if table == "reviews":
        columns = arrow_schema(Decision)
        return columns.set(columns.get_field_index("decided_at"), pa.field("decided_at", moment))
    columns = arrow_schema(ManifestRow if table == "renditions" else AttemptRow)
    for name, kind in (("month", pa.string()), ("created_at", moment), ("started_at", moment)):
        columns = columns.append(pa.field(name, kind))
    return columns


def _started_at(run: RunRef) -> datetime | None:
    """When the run was planned: its plan is the first thing it writes."""
    return Store(run.store_url).modified(f"{run.path}/plan.json")


def _commit(store_url: str, table: Table, write: Callable[[Place], None]) -> None:
    """Write, and write again when another writer was first; the tries are spread so that two do not meet for ever."""
    from deltalake.exceptions import CommitFailedError, DeltaError

    place = place_of(store_url, table)
    with explained(store_url, table):
        for tried in range(1, _TRIES + 1):
            try:
                return write(place)
            except (CommitFailedError, DeltaError) as error:
                if tried == _TRIES or not _is_conflict(error):
                    raise
                time.sleep(random.uniform(0.02, 0.06) * tried)  # noqa: S311 - spread, not secrecy


def _is_conflict(error: Exception) -> bool:
    from deltalake.exceptions import CommitFailedError

    # Two first writers: the later one finds a table where there was none, and says so with the general error.
    return isinstance(error, CommitFailedError) or "already exists" in str(error)


def _equals(columns: dict[str, str]) -> str:
    """A predicate of literals. Values are ids, which hold no quotes; anything else is refused."""
    for name, value in columns.items():
        if not _LITERAL.fullmatch(value):
            raise StoreError(f"catalogue: {name} {value!r} is not an id; use letters, digits, - and _")
    return " AND ".join(f"{name} = '{value}'" for name, value in columns.items())
