"""The fields of Prefect's forms: what they are called, and what there is to choose from when a flow is deployed.

The form and the server refuse what is not in the list. A call from Python, such as the command line's, may name more:
the path of a campaign file, for instance; what does not exist is refused before anything runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_before_validator_function

from adlocalizer import domain
from adlocalizer.config import Project
from adlocalizer.errors import ConfigError
from adlocalizer.narrowing import regions_of
from adlocalizer.order import open_project
from adlocalizer.timing import Missed

_DAY_OR_NOTHING = r"^(\d{4}-\d{2}-\d{2})?$"


@dataclass(frozen=True)
class Choice:
    """Marks a field that takes one of the names a project has."""

    names: Callable[[Project], Iterable[str]]

    def __get_pydantic_json_schema__(self, core: CoreSchema, build: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The field's schema with the names there are now."""
        return {**build(core), "enum": list(_names(self.names, open_project()))}


class Clearable:
    """Marks a field that may be left empty: the form shows it as any other, without a switch between two types.

    Forms send an empty text, or an empty list, for what was left empty; flows get None.
    """

    def __get_pydantic_core_schema__(self, source: Any, build: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        """The field's own schema, behind a look for what is empty."""
        return no_info_before_validator_function(_unless_empty, build(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, build: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema of what the field takes when it is not empty; of a choice, nothing is one of its names."""
        shown = next(one for one in build(core)["anyOf"] if one.get("type") != "null")
        if "enum" in shown:
            return {**shown, "enum": ["", *shown["enum"]]}
        # Prefect's picker of days can send no empty day: it is refused as none.
        return {"type": "string", "pattern": _DAY_OR_NOTHING} if shown.get("format") == "date" else shown


def _unless_empty(value: object) -> object:
    return value or None if isinstance(value, str | list) else value


@lru_cache
def _names(names: Callable[[Project], Iterable[str]], project: Project) -> tuple[str, ...]:
    # Prefect makes the schema of each parameter several times over.
    return tuple(names(project))


def _campaigns(project: Project) -> list[str]:
    return sorted(path.stem for path in (project.root / "configs" / "campaigns").glob("*.y*ml"))


def _regions(project: Project) -> list[str]:
    """The regions of every table that a campaign names; one that cannot be read is complained of when it is run."""
    found: set[str] = set()
    for name in _campaigns(project):
        with suppress(ConfigError):
            found.update(regions_of(project, project.campaign(name).city_table))
    return sorted(found)


def _titled(title: str, *examples: object, empty: object = None, **more: Any) -> FieldInfo:
    """A field's title, for which Prefect would take the parameter's name, and how a form says that it is empty."""
    shown: Any = {"title": title} | ({"examples": list(examples)} if examples else {})
    shown |= {} if empty is None else {"default": empty}
    field: FieldInfo = Field(json_schema_extra=shown, **more)
    return field


_Campaign = Annotated[str, Choice(_campaigns)]
_Region = Annotated[str, Choice(_regions)]
_Pack = Annotated[str, Choice(lambda project: project.format_book().packs)]
_Provider = Annotated[str, Choice(lambda project: dict.fromkeys(one.provider for one in project.models().values()))]
_Model = Annotated[str, Choice(lambda project: project.models())]

Campaign = Annotated[_Campaign, _titled("Campaign", "demo")]
Day = Annotated[date | None, Clearable(), _titled("Day the ads are for (YYYY-MM-DD)", "2026-12-01", empty="")]
FirstDay = Annotated[date, _titled("First day", "2026-10-01")]
LastDay = Annotated[date, _titled("Last day", "2026-12-31")]
Every = Annotated[str, _titled("Step", "1d", "1w", "1mo")]
Regions = Annotated[tuple[_Region, ...], _titled("Regions", ["APAC"])]
Packs = Annotated[tuple[_Pack, ...], _titled("Packs of formats", ["google_display"])]
Select = Annotated[list[str] | None, Clearable(), _titled("Only these renditions", ["*.jp-*"], empty=[])]
Globs = Annotated[list[str], _titled("Which renditions", ["*.jp-tokyo.*"], min_length=1)]
Provider = Annotated[_Provider | None, Clearable(), _titled("Who draws", "preview", empty="")]
Model = Annotated[_Model | None, Clearable(), _titled("Model", empty="")]
MaxCost = Annotated[Annotated[float, Field(ge=0, lt=1e9)] | None, Clearable(), _titled("Most US dollars to spend", 25)]
Mode = Annotated[domain.Mode, _titled("How the provider is asked")]
Wait = Annotated[bool, _titled("Wait for batches")]
TimeZone = Annotated[str | None, Clearable(), _titled("Time zone of the schedule", "Asia/Tokyo", empty="")]
DaysAhead = Annotated[int, _titled("Days ahead", 1, ge=0, le=60)]
IfMissed = Annotated[Missed, _titled("When its day has passed")]
Approval = Annotated[Literal["later", "suspend"], _titled("Files that wait for a person")]
Hours = Annotated[int, _titled("Hours to answer in", 24, ge=1, le=720)]
Words = Annotated[str, _titled("What to change", "make the sky blue", min_length=1, max_length=2000)]
NewestFirst = Annotated[bool, _titled("Newest day first")]
AtOnce = Annotated[int, _titled("Days at once", 2, ge=1, le=16)]
OnlyMissing = Annotated[bool, _titled("Only days that are missing")]
CityTable = Annotated[str | None, Clearable(), _titled("City table", "data/cities.csv", empty="")]
StoreUrl = Annotated[str | None, Clearable(), _titled("Store", "s3://ads/store", empty="")]
Reports = Annotated[str | None, Clearable(), _titled("Folder of reports", "reports", empty="")]
