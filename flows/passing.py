"""Values on their way to tasks."""

from __future__ import annotations

from typing import TypeVar, cast

from prefect.utilities.annotations import quote

Value = TypeVar("Value")


def as_is(value: Value) -> Value:
    """The value, handed to a task untouched: Prefect would look for futures in each field of a plan, for seconds."""
    return cast("Value", quote(value))
