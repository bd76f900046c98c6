"""The manifest: one row per planned rendition, and its bytes as JSON, CSV and Parquet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, get_args

from pydantic import Field

from adlocalizer.cells import csv_bytes
from adlocalizer.domain import Counts, Finding, Noun, Outcome, Rendition, RunRef, Severity, Status
from adlocalizer.errors import GateFailed

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA_VERSION = 1
"""Rises when a column is renamed or removed; new columns come at the end."""

EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/avif": "avif"}
)
"""File name extension by media type of a delivered file."""


class ManifestRow(Noun):
    """How one planned rendition ended; the fields are the columns, in their order. Holds no time of day."""

    rendition_id: str = Field(description="Unique in a manifest: campaign.city.locale.product.variant.format")
    creative_id: str = Field(description="The rendition's id without the format")
    campaign: str = Field(description="Campaign id")
    product: str = Field(description="Product id")
    region: str = Field(description="Unit of delivery")
    market: str = Field(description="ISO 3166-1 alpha-2 country")
    city_id: str = Field(description="Row of the city table")
    city: str = Field(description="English name of the city, as the table has it")
    locale: str = Field(description="BCP-47 tag")
    variant: int = Field(description="1, 2, … within product, city and locale")
    format_id: str = Field(description="Ad format id")
    platform: str = Field(description="Advertising platform id")
    width: int = Field(description="Pixels the format asks for")
    height: int = Field(description="Pixels the format asks for")
    file: str | None = Field(description="Path in the region's folder and, if delivered, in the bundle; null: no file")
    mime: str | None = Field(description="Media type of the file")
    bytes: int | None = Field(description="Size of the file")
    sha256: str | None = Field(description="Digest of the file, lower-case hexadecimal")
    status: str = Field(description="delivered, needs_review, rejected, refused or failed")
    reason: str = Field(description="Why it was not delivered, in a sentence; empty when it was")
    approval: str = Field(description="none: nobody need look; pending, approved or rejected by a person")
    master_key: str | None = Field(description="Key of the request whose picture was used")
    provider: str = Field(description="Who drew")
    model: str = Field(description="Model id")
    prompt_sha256: str | None = Field(description="Digest of the prompt")
    attempts: int = Field(description="Requests made for the master")
    cost_micros: int = Field(description="This rendition's share of its master's cost, in millionths of a US dollar")
    checks_failed: str = Field(description="Ids of failed checks, sorted, joined with ;")
    checks_review: str = Field(description="Ids of checks that ask for a person, sorted, joined with ;")
    ai_disclosure: str = Field(description="What must be said about how the picture was made; empty: nothing")
    logical_date: str = Field(description="The day the run is for, ISO 8601")


COLUMNS: tuple[str, ...] = tuple(ManifestRow.model_fields)
"""The manifest's columns in order: stable, people script them."""


def manifest_rows(
    outcomes: Iterable[Outcome], logical_date: date, disclosures: Mapping[str, str] = MappingProxyType({})
) -> tuple[ManifestRow, ...]:
    """A row per outcome, sorted by rendition id; `disclosures` is the wording by provider.

    Raises GateFailed when a rendition has two outcomes, or is delivered without a file.
    """
    every = sorted(outcomes, key=lambda outcome: outcome.rendition.id)
    if faults := _faults(every):
        raise GateFailed("manifest", faults)
    return tuple(_row(outcome, logical_date, disclosures.get(outcome.provider, "")) for outcome in every)


def asset_path(rendition: Rendition, mime: str) -> str:
    """Where a rendition's file is in the region's folder and in the bundle: `assets/<platform>/<format>/<id>.<ext>`."""
    return f"assets/{rendition.platform}/{rendition.format_id}/{rendition.id}.{EXTENSIONS[mime]}"


def counts_of(rows: Iterable[ManifestRow]) -> Counts:
    """Rows by status; the five sum to the plan."""
    statuses = Counter(row.status for row in rows)
    return Counts(planned=statuses.total(), **statuses)


def manifest_json(rows: Sequence[ManifestRow], run: RunRef, region: str) -> bytes:
    """`{schema_version, campaign, logical_date, region, counts, renditions}` in UTF-8, one line per rendition."""
    head = {
        "schema_version": SCHEMA_VERSION,
        "campaign": run.campaign,
        "logical_date": run.logical_date.isoformat(),
        "region": region,
        "counts": counts_of(rows).model_dump(),
    }
    lines = ",\n".join(json.dumps(row.model_dump(), ensure_ascii=False) for row in rows)
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "renditions": [\n{lines}\n]}}\n'.encode()


def manifest_csv(rows: Sequence[ManifestRow]) -> bytes:
    """The rows as CSV, safe to open in a spreadsheet."""
    return csv_bytes(COLUMNS, (tuple(row.model_dump().values()) for row in rows))


def manifest_parquet(rows: Sequence[ManifestRow]) -> bytes:
    """The rows as Parquet with a fixed schema; equal rows give equal bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pylist([row.model_dump() for row in rows], schema=arrow_schema(ManifestRow))
    written = BytesIO()
    pq.write_table(table, written, compression="zstd")
    return written.getvalue()


def arrow_schema(noun: type[Noun]) -> pa.Schema:
    """The Arrow columns of a flat noun: whole numbers are int64, others float64, everything else text."""
    import pyarrow as pa

    def kind_of(annotation: object) -> pa.DataType:
        kinds = {annotation, *get_args(annotation)}
        return pa.int64() if int in kinds else pa.float64() if float in kinds else pa.string()

    return pa.schema([(name, kind_of(field.annotation)) for name, field in noun.model_fields.items()])


def _row(outcome: Outcome, logical_date: date, disclosure: str) -> ManifestRow:
    rendition, asset = outcome.rendition, outcome.asset
    creative = rendition.creative
    return ManifestRow(
        **creative.model_dump(),
        rendition_id=rendition.id,
        creative_id=creative.id,
        format_id=rendition.format_id,
        platform=rendition.platform,
        width=rendition.width,
        height=rendition.height,
        file=asset and asset_path(rendition, asset.mime),
        mime=asset and asset.mime,
        bytes=asset and asset.bytes,
        sha256=asset and asset.sha256,
        status=outcome.status.value,
        reason=outcome.reason,
        approval=outcome.approval,
        checks_failed=_checks(outcome, Severity.FAIL),
        checks_review=_checks(outcome, Severity.REVIEW),
        ai_disclosure=disclosure,
        logical_date=logical_date.isoformat(),
        **outcome.model_dump(include={"master_key", "provider", "model", "prompt_sha256", "attempts", "cost_micros"}),
    )


def _checks(outcome: Outcome, severity: Severity) -> str:
    return ";".join(sorted({finding.check for finding in outcome.findings if finding.severity is severity}))


def _faults(outcomes: Sequence[Outcome]) -> list[Finding]:
    times = Counter(outcome.rendition.id for outcome in outcomes)
    found = [
        _fault("manifest_unique", name, f"{name} has {count} outcomes, it must have one")
        for name, count in times.items()
        if count > 1
    ]
    for outcome in outcomes:
        name, asset = outcome.rendition.id, outcome.asset
        if asset is None and outcome.status is Status.DELIVERED:
            found.append(_fault("manifest_file", name, f"{name} is delivered without a file"))
        elif asset is not None and asset.mime not in EXTENSIONS:
            found.append(_fault("manifest_file", name, f"{name} has a file of the unknown type {asset.mime!r}"))
        elif asset is not None and asset.file != asset_path(outcome.rendition, asset.mime):
            found.append(_fault("manifest_file", name, f"{name} has the file {asset.file!r}, not its own"))
    return found


def _fault(check: str, subject: str, text: str) -> Finding:
    remedy = "remove this region's folder from the run and run again; answers are kept, nothing is paid twice"
    return Finding(check=check, subject=subject, severity=Severity.FAIL, text=f"{text}:", remedy=remedy)
