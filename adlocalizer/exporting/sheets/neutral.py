"""One plain CSV per platform, for platforms without a documented sheet and for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adlocalizer.cells import csv_bytes
from adlocalizer.exporting.rows import ExportRow, ad_name

_COLUMNS = (
    *("rendition_id", "file", "placement", "format_id", "width", "height", "mime", "bytes", "sha256"),
    *("region", "market", "city_id", "city", "locale", "product", "variant"),
    *("headline", "call_to_action", "price", "currency", "legal", "ai_disclosure", "logical_date"),
)


def sheets(rows: Sequence[ExportRow]) -> Mapping[str, bytes]:
    """`<platform>.csv` for each platform in the rows: the ad's name, its state, and the columns of the manifest."""
    platforms = sorted({row.platform for row in rows})
    return {f"{platform}.csv": _sheet([row for row in rows if row.platform == platform]) for platform in platforms}


def _sheet(rows: Sequence[ExportRow]) -> bytes:
    lines = ((ad_name(row), "PAUSED", *(getattr(row, name) for name in _COLUMNS)) for row in rows)
    return csv_bytes(("ad_name", "state", *_COLUMNS), lines)
