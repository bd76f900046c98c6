"""What runs by itself and what has a form: `prefect.yaml`, as far as `adlocalizer serve` goes by it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from adlocalizer.config.documents import read_yaml
from adlocalizer.domain import Noun
from adlocalizer.errors import ConfigError
from adlocalizer.timing import zone_of

_FILE = "prefect.yaml"


class ScheduleLine(Noun):
    """When a deployment starts by itself."""

    slug: str = Field(min_length=1, description="Its name")
    cron: str = Field(min_length=1, description="Minute, hour, day, month, weekday")
    timezone: str = Field(min_length=1, description="Where that hour is, by its IANA name")
    active: bool = True
    parameters: dict[str, JsonValue] = Field(default_factory=dict, description="Over those of the deployment")


class RunLimit(Noun):
    """How many runs of a deployment there may be at once, and what becomes of one more."""

    limit: int = Field(ge=1)
    collision_strategy: Literal["ENQUEUE", "CANCEL_NEW"]


class Deployment(Noun):
    """A flow with a form of its own, and perhaps schedules."""

    name: str = Field(min_length=1)
    entrypoint: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$")] = Field(description="Module path of the flow")
    description: str = ""
    tags: tuple[str, ...] = ()
    work_pool: dict[str, JsonValue] = Field(default_factory=dict, description="For workers; `serve` needs none")
    concurrency_limit: RunLimit | None = None
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    schedules: tuple[ScheduleLine, ...] = ()


class DeploymentBook(Noun):
    """The whole file; what Prefect reads beside deployments is left to it."""

    name: str = ""
    prefect_version: str = Field(default="", alias="prefect-version")
    build: None = None
    push: None = None
    pull: tuple[JsonValue, ...] = ()
    definitions: dict[str, JsonValue] = Field(default_factory=dict)
    deployments: tuple[Deployment, ...] = Field(min_length=1)


def read_deployments(root: Path) -> tuple[Deployment, ...]:
    """Every deployment of a project; ConfigError for what cannot be served, and for a schedule by two clocks."""
    found = read_yaml(root / _FILE, DeploymentBook, root).deployments
    for one in found:
        for line in one.schedules:
            zone_of(line.timezone)
            read_in = line.parameters.get("time_zone", one.parameters.get("time_zone"))
            if read_in is not None and read_in != line.timezone:
                where, said = f"{_FILE} ({one.name}, {line.slug})", f"it starts by {line.timezone} and reads the day in"
                raise ConfigError(where, f"{said} {read_in}", "write the same in `timezone` and `time_zone`")
    return found
