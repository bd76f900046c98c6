"""What somebody asked for, and where it is kept."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import Field

from adlocalizer.config import Project, find_project
from adlocalizer.domain import Campaign, Micros, Mode, Noun, Revision, RunRef
from adlocalizer.errors import ConfigError
from adlocalizer.store.parts import APART

REPORTS_URL = "ADLOCALIZER_REPORTS_URL"
"""The variable that says where the folder of reports is served."""

_MOST_DOLLARS = 1e9


class Order(Noun):
    """A campaign, a day, and what the command line or the form says over the campaign's file."""

    campaign: str = Field(min_length=1, description="Id in configs/campaigns/, or a path to a campaign file")
    logical_date: date = Field(description="The day the run is for")
    store_url: str = Field(min_length=1, description="Folder or fsspec URL of the store")
    reports_folder: str = Field(min_length=1, description="Where the report is written")
    project: str = Field(description="Folder that holds configs/")
    cities: str | None = Field(default=None, description="City table in place of the campaign's")
    select: tuple[str, ...] = Field(default=(), description="Globs over rendition ids; none: everything")
    provider: str | None = None
    model: str | None = None
    mode: Mode = Field(default="interactive", description="How the provider is asked")
    wait: bool = Field(default=True, description="In batch mode: wait for what was submitted")
    grounded: bool = Field(default=False, description="Whether store and reports are those of grounded pictures")
    revisions: tuple[Revision, ...] = Field(default=(), description="New ones, not yet in the store")
    max_cost: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="Most US dollars the run may spend"
    )

    @property
    def cap_micros(self) -> Micros | None:
        """The most the run may spend; None: nobody said."""
        return None if self.max_cost is None else round(self.max_cost * 1_000_000)

    @property
    def report_templates(self) -> Path:
        """The folder of the report's templates."""
        return Path(self.project) / "templates" / "reports"

    def placed_for(self, campaign: Campaign) -> Order:
        """The order in the store and reports its pictures belong to.

        Pictures grounded in Google Search stand apart from all others: their terms restrict how they may be used.
        """
        if not campaign.google_search or self.grounded:
            return self
        apart = {"store_url": every_store(self.store_url)[1], "grounded": True}
        return self.model_copy(update={**apart, "reports_folder": str(Path(self.reports_folder) / APART)})

    def run_of(self, campaign_id: str) -> RunRef:
        """The run this order is."""
        return RunRef(store_url=self.store_url, campaign=campaign_id, logical_date=self.logical_date)


def every_store(url: str) -> tuple[str, str]:
    """The store of a project, and the one inside it for pictures that stand apart."""
    return url, f"{url.rstrip('/')}/{APART}"


def open_project() -> Project:
    """The project of this process: `ADLOCALIZER_PROJECT`, else the one around the current folder, else our own."""
    named = os.environ.get("ADLOCALIZER_PROJECT")
    return find_project(Path(named) if named else None)


def take_order(
    campaign: str, logical_date: date, store: str | None = None, reports: str | None = None, **over: Any
) -> Order:
    """An order with what the environment and the project say filled in; `over` are the other fields of Order."""
    root = open_project().root
    if not campaign.strip():
        raise ConfigError("CAMPAIGN", "it is empty", "write an id of configs/campaigns/, or a path")
    if (cap := over.get("max_cost")) is not None and not 0 <= cap < _MOST_DOLLARS:
        raise ConfigError("--max-cost", f"{cap} is no amount", "write US dollars, e.g. 12.50")
    return Order(
        campaign=campaign,
        logical_date=logical_date,
        store_url=store or os.environ.get("ADLOCALIZER_STORE") or str(root / "store"),
        reports_folder=reports or str(_usual_reports(root)),
        project=str(root),
        select=tuple(over.pop("select", None) or ()),
        **over,
    )


def report_link(page: str) -> str:
    """The address of a report's page: where its folder is served, for whoever is elsewhere; else the file's."""
    path, served = Path(page), os.environ.get(REPORTS_URL, "").rstrip("/")
    folder = _usual_reports(open_project().root).absolute()
    if served and path.absolute().is_relative_to(folder):
        return f"{served}/{quote(path.absolute().relative_to(folder).as_posix())}"
    return path.absolute().as_uri()


def placed_run(order: Order) -> tuple[Order, RunRef]:
    """The order in the store and reports its pictures belong to, and the run it is."""
    campaign = find_project(Path(order.project)).campaign(order.campaign)
    placed = order.placed_for(campaign)
    return placed, placed.run_of(campaign.id)


def _usual_reports(root: Path) -> Path:
    return Path(os.environ.get("ADLOCALIZER_REPORTS") or root / "reports")
