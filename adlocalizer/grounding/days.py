"""Days in a row, and how people write them."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from adlocalizer.grounding.calendar import MONTHS


class Days(NamedTuple):
    """Every day from the first to the last, both included."""

    first: date
    last: date

    def meets(self, others: Days) -> bool:
        """Whether the two have a day in common."""
        return self.first <= others.last and others.first <= self.last

    @property
    def text(self) -> str:
        """`25 December`, `20 to 29 November`, `26 December to 5 January`."""
        if self.first == self.last:
            return day_text(self.first)
        if (self.first.year, self.first.month) == (self.last.year, self.last.month):
            return f"{self.first.day} to {day_text(self.last)}"
        return f"{day_text(self.first)} to {day_text(self.last)}"


def day_text(day: date) -> str:
    """`25 December`, whatever the machine's own language."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def shifted(day: date, by: int) -> date:
    """The day so many days later, or earlier where `by` is below nought; at the calendar's ends the last there is."""
    return date.fromordinal(min(max(day.toordinal() + by, 1), date.max.toordinal()))


def off_the_ends(day: date, by: int) -> date:
    """The day itself, or so many days into the calendar where it is one of its first or last."""
    return shifted(shifted(shifted(day, by), -2 * by), by)


def around(day: date, by: int) -> Days:
    """So many days before and after a day."""
    return Days(shifted(day, -by), shifted(day, by))


def lasting(first: date, count: int) -> Days:
    """So many days from a first one on."""
    return Days(first, shifted(first, count - 1))


def years_of(days: Days) -> range:
    """The years the days lie in."""
    return range(days.first.year, days.last.year + 1)
