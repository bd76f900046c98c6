"""Ads for Meta's bulk import.

Columns: a subset of those met in public code, checked 2026-11-22; Meta documents no list. Export one ad of the account
and compare the header before the first import. Empty ids create. `Call to Action` (a fixed list of Meta's own), `Link`,
budgets and dates are the account owner's to choose, so they are left out. The words stand in `Title` and
`Link Description`; `Body` has the small print.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adlocalizer.cells import csv_bytes
from adlocalizer.exporting.rows import ExportRow, ad_group_name, ad_name, campaign_name

_COLUMNS = (
    *("Campaign ID", "Campaign Name", "Campaign Status"),
    *("Ad Set ID", "Ad Set Name", "Ad Set Run Status", "Countries"),
    *("Ad ID", "Ad Name", "Ad Status", "Title", "Body", "Link Description", "Image File Name"),
)


def sheets(rows: Sequence[ExportRow]) -> Mapping[str, bytes]:
    """`meta_bulk.csv` with one paused ad per Meta rendition."""
    ads = [row for row in rows if row.platform == "meta"]
    return {"meta_bulk.csv": csv_bytes(_COLUMNS, map(_line, ads))} if ads else {}


def _line(row: ExportRow) -> tuple[object, ...]:
    campaign = ("", campaign_name(row), "PAUSED")
    ad_set = ("", ad_group_name(row), "PAUSED", row.market)
    return (*campaign, *ad_set, "", ad_name(row), "PAUSED", row.headline, row.legal, row.call_to_action, row.file)
