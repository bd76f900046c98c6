"""What a sheet needs to know of a delivered rendition, and the names it goes by on a platform."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import Field

from adlocalizer.domain import AdFormat, Copy, Status
from adlocalizer.manifest import ManifestRow


class ExportRow(ManifestRow):
    """A delivered manifest row with its placement and its words."""

    placement: str = Field(description="Placement of the format on its platform")
    headline: str = Field(description="As typeset, without soft hyphens")
    call_to_action: str = Field(description="As typeset, without soft hyphens")
    price: float | None = Field(description="Amount in `currency`; null: none is shown")
    currency: str | None = Field(description="ISO 4217")
    legal: str = Field(description="Small print; empty: none")


def export_rows(
    rows: Iterable[ManifestRow], copy_by_locale: Mapping[str, Copy], formats: Mapping[str, AdFormat]
) -> tuple[ExportRow, ...]:
    """The delivered rows, in their order, with their locale's copy and their format's placement."""
    return tuple(
        _export_row(row, copy_by_locale[row.locale], formats[row.format_id].placement)
        for row in rows
        if row.status == Status.DELIVERED
    )


def campaign_name(row: ManifestRow) -> str:
    """`<campaign>_<market>`: values from ids, hyphens inside, underscores between."""
    return f"{_value(row.campaign)}_{row.market.lower()}"


def ad_group_name(row: ManifestRow) -> str:
    """`<campaign>_<market>_<city>_<locale>`: begins with the campaign's name."""
    return f"{campaign_name(row)}_{_value(row.city_id)}_{row.locale}"


def ad_name(row: ManifestRow) -> str:
    """`<campaign>_<market>_<city>_<locale>_<product>_v<variant>_<format>_<yyyymmdd>`: parses back to its row."""
    day = row.logical_date.replace("-", "")
    return f"{ad_group_name(row)}_{_value(row.product)}_v{row.variant}_{_value(row.format_id)}_{day}"


def _value(name: str) -> str:
    return name.replace("_", "-")


def _export_row(row: ManifestRow, words: Copy, placement: str) -> ExportRow:
    return ExportRow(
        **row.model_dump(),
        placement=placement,
        headline=_bare(words.headline),
        call_to_action=_bare(words.call_to_action),
        price=words.price,
        currency=words.currency,
        legal=_bare(words.legal or ""),
    )


def _bare(text: str) -> str:
    """A text without what only says where its lines may end."""
    return text.replace("\u00ad", "").replace("\u200b", "")
