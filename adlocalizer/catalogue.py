"""The catalogue: Delta Lake tables of what was made, what was asked and what people decided.

The only module that knows `deltalake`. A run replaces exactly its own rows of a region in one commit.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from adlocalizer.approving import Decision
from adlocalizer.domain import Answer, Attempt, Creative, Id, Noun, Request, RunRef
from adlocalizer.errors import StoreError
from adlocalizer.manifest import ManifestRow, arrow_schema
from adlocalizer.store import Store
from adlocalizer.store.paths import shown

if TYPE_CHECKING:
    import pyarrow as pa

Table = Literal["renditions", "attempts", "reviews"]

_PARTITIONS = ["campaign", "month"]  # finer ones are thousands of files nothing can compact
_TRIES = 10
_SCHEMES = ("s3", "s3a", "gs", "gcs")
_LITERAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,80}")


class AttemptRow(Noun):
    """One request that was asked for a run, and what came of it; the fields are the columns, in their order."""

    key: str = Field(description="The request's key: its answer stands in the ledger")
    creative_id: str = Field(description="The creative it was asked for")
    campaign: str = Field(description="Campaign id")
    product: str = Field(description="Product id")
    region: str = Field(description="Unit of delivery")
    market: str = Field(description="ISO 3166-1 alpha-2 country")
    city_id: str = Field(description="Row of the city table")
    locale: str = Field(description="BCP-47 tag")
    ratio: str = Field(description="Native ratio of the master")
    size: str = Field(description="The model's picture size, by its API name")
    attempt: int = Field(description="1, 2, … for the master, in the order they were asked")
    provider: str = Field(description="Who was asked")
    model: str = Field(description="Model id")
    kind: str = Field(description="picture, refusal or bad")
    cost_micros: int = Field(description="What the answer cost, in millionths of a US dollar")
    sha256: str | None = Field(description="Digest of the picture's untouched bytes")
    reason: str = Field(description="Why there is no picture")
    prompt_sha256: str = Field(description="Digest of the prompt")
    logical_date: str = Field(description="The day the run is for, ISO 8601")
    way: str = Field(default="first", description="first, or how it was to mend the one before: edit, seed, …")
    parent_key: str | None = Field(default=None, description="Of an edit: key of the request whose picture it changes")
    severity: str = Field(default="pass", description="The worst finding about it: pass, review or fail")
    score: float = Field(default=0.0, description="How good it is beside the others of its master, 0 at best")
    checks: str = Field(default="", description="Ids of checks that failed or ask for a person, sorted, joined with ;")


def attempt_row(
    creative: Creative, request: Request, answer: Answer, logical_date: date, tried: Attempt | None = None
) -> AttemptRow:
    """The row of a request and its answer; `tried` says what became of it where it did not pass at once."""
    judged = tried.model_dump(include={"way", "score"}) if tried else {}
    if tried:
        checks = ";".join(sorted({finding.check for finding in tried.findings}))
        judged |= {"severity": tried.severity.value, "checks": checks}
    return AttemptRow(
        **judged,
        parent_key=request.edit.parent if request.edit else None,
        **creative.model_dump(include={"campaign", "product", "region", "market", "city_id", "locale"}),
        **request.model_dump(include={"ratio", "size", "attempt", "provider", "model"}),
        **answer.model_dump(include={"key", "kind", "cost_micros", "sha256", "reason"}),
        creative_id=creative.id,
        prompt_sha256=request.prompt.sha256,
        logical_date=logical_date.isoformat(),
    )


def replace_run(
    store_url: str, table: Table, rows: Sequence[ManifestRow] | Sequence[AttemptRow], run: RunRef, region: str
) -> None:
    """Replace a run's rows of one region by these, in one commit: doing it again doubles nothing, none clears them."""
    import pyarrow as pa
    from deltalake import CommitProperties, WriterProperties, write_deltalake

    day, now = run.logical_date.isoformat(), datetime.now(UTC)
    own = {"campaign": run.campaign, "month": day[:7], "logical_date": day, "region": region}
    content = pa.Table.from_pylist(
        [{**row.model_dump(), "month": row.logical_date[:7], "created_at": now} for row in rows], schema=_schema(table)
    )
    _commit(
        store_url,
        table,
        lambda url: write_deltalake(
            url,
            content,
            mode="overwrite",
            predicate=_equals(own),
            partition_by=_PARTITIONS,
            schema_mode="merge",
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
    content = pa.Table.from_pylist(rows, schema=_schema("reviews"))
    compressed = WriterProperties(compression="ZSTD")
    _commit(
        store_url,
        "reviews",
        lambda url: write_deltalake(url, content, mode="append", schema_mode="merge", writer_properties=compressed),
    )


def read_runs(store_url: str, table: Table, campaign: Id | None = None, logical_date: date | None = None) -> pa.Table:
    """The table's rows, of one campaign and of one day if named; empty when nothing was ever written."""
    from deltalake import DeltaTable

    url = _table_url(store_url, table)
    filters = [("campaign", "=", campaign)] if campaign else []
    if logical_date is not None:
        day = logical_date.isoformat()
        filters += [("month", "=", day[:7]), ("logical_date", "=", day)]
    with _explained(store_url, table):
        if not DeltaTable.is_deltatable(url):
            return _schema(table).empty_table()
        return DeltaTable(url).to_pyarrow_table(filters=filters or None)


def _schema(table: Table) -> pa.Schema:
    import pyarrow as pa

    moment = pa.timestamp("us", tz="UTC")
    if table == "reviews":
        columns = arrow_schema(Decision)
        return columns.set(columns.get_field_index("decided_at"), pa.field("decided_at", moment))
    columns = arrow_schema(ManifestRow if table == "renditions" else AttemptRow)
    return columns.append(pa.field("month", pa.string())).append(pa.field("created_at", moment))


def _commit(store_url: str, table: Table, write: Callable[[str], None]) -> None:
    """Write, and write again when another writer was first; the tries are spread so that two do not meet for ever."""
    from deltalake.exceptions import CommitFailedError, DeltaError

    url = _table_url(store_url, table)
    with _explained(store_url, table):
        for tried in range(1, _TRIES + 1):
            try:
                return write(url)
            except (CommitFailedError, DeltaError) as error:
                if tried == _TRIES or not _is_conflict(error):
                    raise
                time.sleep(random.uniform(0.02, 0.06) * tried)  # noqa: S311 - spread, not secrecy


def _is_conflict(error: Exception) -> bool:
    from deltalake.exceptions import CommitFailedError

    # Two first writers: the later one finds a table where there was none, and says so with the general error.
    return isinstance(error, CommitFailedError) or "already exists" in str(error)


def check_url(store_url: str) -> None:
    """StoreError when a store cannot hold the catalogue."""
    _table_url(store_url, "renditions")


def _table_url(store_url: str, table: Table) -> str:
    store = Store(store_url)
    if (folder := store.local_path(f"catalogue/{table}")) is not None:
        return str(folder)
    if store_url.partition("://")[0] in _SCHEMES:
        return f"{store_url.rstrip('/')}/catalogue/{table}"
    raise StoreError(f"store {shown(store_url)}: cannot hold the catalogue; use a folder, s3:// or gs://")


def _equals(columns: dict[str, str]) -> str:
    """A predicate of literals. Values are ids, which hold no quotes; anything else is refused."""
    for name, value in columns.items():
        if not _LITERAL.fullmatch(value):
            raise StoreError(f"catalogue: {name} {value!r} is not an id; use letters, digits, - and _")
    return " AND ".join(f"{name} = '{value}'" for name, value in columns.items())


@contextmanager
def _explained(store_url: str, table: Table) -> Iterator[None]:
    from deltalake.exceptions import DeltaError

    try:
        yield
    except (DeltaError, OSError, ValueError) as error:
        cause = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", str(error)).split())[:300]  # it comes coloured
        remedy = "check the disk or the credentials and run again; no picture is paid for twice"
        raise StoreError(f"store {shown(store_url)}: catalogue/{table}: {cause}; {remedy}") from error
