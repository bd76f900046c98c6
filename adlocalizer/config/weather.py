"""Where forecasts are asked for: `configs/weather.yml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from adlocalizer.domain import Id, Noun


class Attribution(Noun):
    """The words a service's licence asks for, and where they lead."""

    text: str = Field(min_length=1, max_length=200)
    url: Annotated[str, Field(pattern=r"^https://[^\s\"'<>]+$")]


class WeatherConfig(Noun):
    """Which service is asked for forecasts, how it is reached and how patient we are with it."""

    provider: Id = Field(description="Name of the service, such as open-meteo")
    title: str = Field(min_length=1, description="Its name in facts and reports")
    base_url: Annotated[str, Field(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$")] = Field(
        description="Where it is reached: its host for paying customers, or your own"
    )
    key_from: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,62}$")] | None = Field(
        default=None, description="Environment variable that holds the key; left out: none is needed"
    )
    attribution: Attribution
    deadline_seconds: float = Field(default=30.0, gt=0, le=600, description="For all forecasts of a plan together")
    tries: int = Field(default=3, ge=1, le=10, description="Times a call is sent while no answer comes")
    first_wait_seconds: float = Field(default=1.0, gt=0, description="Before the second try; doubled each time")
    batch_cities: int = Field(default=50, ge=1, le=500, description="Cities asked about in one call")
    days_ahead: int = Field(default=16, ge=1, le=16, description="Days it forecasts, today included")
