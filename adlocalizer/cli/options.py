"""The options that commands share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from adlocalizer.errors import ConfigError

CampaignName = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Id in configs/campaigns/, or a path.")]
Day = Annotated[
    str | None, typer.Option("--date", metavar="D", help="The day the run is for, YYYY-MM-DD; default: today.")
]
Cities = Annotated[
    str | None,
    typer.Option("--cities", metavar="FILE", help="City table in place of the campaign's."),
]
Select = Annotated[
    list[str] | None,
    typer.Option("--select", metavar="GLOB", help="Only these rendition ids, such as '*.{jp,kr}-*'; repeatable."),
]
Provider = Annotated[str | None, typer.Option("--provider", metavar="P", help="Who draws; preview costs nothing.")]
Model = Annotated[str | None, typer.Option("--model", metavar="M", help="Model id; see `adlocalizer models`.")]
StoreUrl = Annotated[
    str | None, typer.Option("--store", metavar="URL", help="Folder or URL; default: $ADLOCALIZER_STORE, else store/.")
]
Reports = Annotated[
    str | None, typer.Option("--reports", metavar="DIR", help="Default: $ADLOCALIZER_REPORTS, else reports/.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def parse_day(text: str | None) -> date:
    """A date option; today where none is given."""
    if text is None:
        return datetime.now().astimezone().date()
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise ConfigError("--date", f"{text!r} is no date", "write YYYY-MM-DD, e.g. 2026-12-01") from error
