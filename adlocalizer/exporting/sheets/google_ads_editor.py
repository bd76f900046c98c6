"""Uploaded display images for Google Ads Editor.

Columns: Google Ads Editor Help, "CSV file columns" (answer 57747) and "Image ads" (answer 38872), checked 2026-11-22.
Headers are English, an empty cell changes nothing. `Image` is a path on disk: here relative to the unpacked bundle.
Pictures of Performance Max, Demand Gen and responsive ads are asset rows of another kind; they stand in the plain CSV.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adlocalizer.cells import csv_bytes
from adlocalizer.exporting.rows import ExportRow, ad_group_name, campaign_name

_COLUMNS = ("Campaign", "Ad group", "Image", "Status")


def sheets(rows: Sequence[ExportRow]) -> Mapping[str, bytes]:
    """`google_ads_editor.csv` with one paused image ad per uploaded display rendition."""
    images = [row for row in rows if row.platform == "google_ads" and row.placement.startswith("uploaded_display")]
    lines = ((campaign_name(row), ad_group_name(row), row.file, "Paused") for row in images)
    return {"google_ads_editor.csv": csv_bytes(_COLUMNS, lines)} if images else {}
