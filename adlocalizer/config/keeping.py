"""How long a store keeps what nobody needs any more: `configs/store.yml`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from adlocalizer.config.documents import read_yaml
from adlocalizer.domain import Noun

BOOK = "configs/store.yml"


class Retention(Noun):
    """After how many days answers that became nothing lose their content; left out: never."""

    refused_days: int | None = Field(
        default=None, ge=1, le=36_500, description="Of refusals, and answers without a usable picture"
    )
    superseded_days: int | None = Field(
        default=None, ge=1, le=36_500, description="Of pictures that no ad is made from, and no edit either"
    )


class StoreConfig(Noun):
    """What `adlocalizer store gc` goes by."""

    retention: Retention = Retention()


def retention_of(project: Path) -> Retention:
    """A project's retention; without a file everything stays for ever."""
    path = project / BOOK
    return read_yaml(path, StoreConfig, project).retention if path.exists() else Retention()
