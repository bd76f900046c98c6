"""Days of the Islamic calendar, by Umm al-Qura: countries that watch the moon may be a day off."""

from __future__ import annotations

import functools
from datetime import date

from adlocalizer.grounding.days import Days, shifted, years_of

RAMADAN, SHAWWAL = 9, 10
"""The month of fasting, and the one whose first day ends it."""

_MONTH_DAYS = 30


def ramadans(days: Days) -> tuple[Days, ...]:
    """Every Ramadan that has one of the days."""
    near = Days(days.first, shifted(days.last, _MONTH_DAYS))
    ends = [end for year in years_of(near) for end in hijri_days(SHAWWAL, 1, year)]
    months = [Days(start, shifted(end, -1)) for end in ends if (start := _start_of_ramadan(end))]
    return tuple(month for month in months if month.meets(days))


@functools.lru_cache(maxsize=2048)
def hijri_days(month: int, day: int, year: int) -> tuple[date, ...]:
    """The days of a Gregorian year that are a day of an Islamic month: mostly one; none where the tables end."""
    from hijridate import Hijri

    # An Islamic year has about 354 days: 33 of them are 32 of ours.
    near = round((year - 622) * 33 / 32)
    found = []
    for hijri_year in range(near - 1, near + 3):
        try:
            on = date.fromisoformat(Hijri(hijri_year, month, day).to_gregorian().isoformat())
        except (ValueError, OverflowError):  # the thirtieth of a month that has 29 days, and where the tables end
            continue
        if on.year == year:
            found.append(on)
    return tuple(found)


def _start_of_ramadan(end: date) -> date | None:
    starts = (start for year in (end.year - 1, end.year) for start in hijri_days(RAMADAN, 1, year))
    return next((start for start in starts if 0 < (end - start).days <= _MONTH_DAYS), None)
