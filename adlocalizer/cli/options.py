"""The options that commands share."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from adlocalizer import domain
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
MaxCost = Annotated[float | None, typer.Option("--max-cost", metavar="USD", min=0, help="Most this command may spend.")]
Mode = Annotated[
    str, typer.Option("--mode", metavar="interactive|batch", help="How the provider is asked; batch costs half.")
]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="In batch mode: wait for the batches, or only submit.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before money is spent.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def parse_mode(text: str, wait: bool = True) -> domain.Mode:
    """The mode option; only batches can be left."""
    if not wait and text != "batch":
        raise ConfigError("--no-wait", f"the mode is {text}, which always waits", "write --mode batch as well")
    if text == "batch":
        return "batch"
    if text == "interactive":
        return "interactive"
    raise ConfigError("--mode", f"there is no mode {text!r}", "write interactive or batch")


def parse_day(text: str | None, option: str = "--date") -> date:
    """A date option; today where none is given."""
    if text is None:
        return datetime.now().astimezone().date()
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise ConfigError(option, f"{text!r} is no date", "write YYYY-MM-DD, e.g. 2026-12-01") from error
