"""When a shopping day is, in any year: by date, weekday, Easter, the Islamic calendar or a holiday."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import date

from adlocalizer.grounding.days import shifted
from adlocalizer.grounding.hijri import hijri_days
from adlocalizer.grounding.holidays import holidays_of

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FORMS = (
    "`11-11`, `nth:4 thu of 11 +1`, `nth:last mon of 5`, `wed from 01-06`, `easter -2`, `hijri 9-1` or "
    "`holiday:IN:Diwali -21`"
)
"""Every form of a rule; a number of days with its sign may follow each."""

# Every rule has a day in it: those of 29 February too, and holidays that began some years ago.
_LEAP_YEAR = 2024

MOST_SHIFTED = 60
"""How many days a rule may be moved, at most."""


YearDays = Callable[[int], tuple[date, ...]]


class RuleError(ValueError):
    """A rule nobody can read: what is wrong, and what to write instead."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(f"{found}: {remedy}")
        self.found, self.remedy = found, remedy


def first_days(rule: str, year: int) -> tuple[date, ...]:
    """The days a rule gives for a year: mostly one; none on 29 February of a common year or where tables end.

    A shift may lead out of the year: `01-01 -7` gives the 25 December before.
    """
    base, by = _shift_of(rule)
    return tuple(shifted(day, by) for day in base(year))


def check_form(rule: str) -> None:
    """RuleError for a rule that cannot be read; quick, so names of holidays are taken as they are."""
    _shift_of(rule)


def check_rule(rule: str) -> None:
    """RuleError for a rule that cannot be read, or that names a holiday its market does not have."""
    if not first_days(rule, _LEAP_YEAR):
        market = rule.split(":")[1]
        names = ", ".join(dict.fromkeys(one.name for one in holidays_of(market, "en", _LEAP_YEAR)))
        remedy = f"write the English name of the `holidays` package: {names}" if names else "write another market"
        raise RuleError(f"{market} has no such holiday", remedy)


@functools.lru_cache(maxsize=1024)
def _shift_of(rule: str) -> tuple[YearDays, int]:
    text, by = rule.strip(), 0
    if match := re.fullmatch(r"(.*\S)\s+([+-]\d{1,3})|(easter)([+-]\d{1,3})", text):
        text, by = match[1] or match[3], int(match[2] or match[4])
    if abs(by) > MOST_SHIFTED:
        raise RuleError(f"the shift is {by} days", f"write at most {MOST_SHIFTED}")
    for form, days in _FORMS.items():
        if match := re.fullmatch(form, text):
            return days(*match.groups()), by
    raise RuleError("no form of a rule", f"write {FORMS}")


def _fixed(month: str, day: str) -> YearDays:
    _check_day(int(month), int(day))
    return lambda year: _dates(year, int(month), int(day))


def _nth(count: str, weekday: str, month: str) -> YearDays:
    if not 1 <= int(month) <= 12:
        raise RuleError(f"there is no month {int(month)}", "write 1 to 12")
    return functools.partial(_weekday, count, WEEKDAYS.index(weekday), int(month))


def _weekday(count: str, weekday: int, month: int, year: int) -> tuple[date, ...]:
    first = date(year, month, 1)
    at = shifted(first, (weekday - first.weekday()) % 7)
    if count != "last":
        at = shifted(at, 7 * (int(count) - 1))
    else:
        at = max(day for week in range(5) if (day := shifted(at, 7 * week)).month == month)
    return (at,) if at.month == month else ()


def _from(weekday: str, month: str, day: str) -> YearDays:
    _check_day(int(month), int(day))
    at = WEEKDAYS.index(weekday)

    def days(year: int) -> tuple[date, ...]:
        nearest = (shifted(first, (at - first.weekday()) % 7) for first in _dates(year, int(month), int(day)))
        # The calendar's last week has no day after it.
        return tuple(day for day in nearest if day.weekday() == at)

    return days


def _easter() -> YearDays:
    return _easter_of


def _easter_of(year: int) -> tuple[date, ...]:
    from dateutil.easter import easter  # comes with holidays

    # The Gregorian rule holds from 1583 to 4099, says the library.
    return (easter(year),) if 1583 <= year <= 4099 else ()


def _hijri(month: str, day: str) -> YearDays:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 30):
        raise RuleError("no day of the Islamic year", "write a month 1 to 12 and a day 1 to 30, such as `hijri 9-1`")
    return functools.partial(hijri_days, int(month), int(day))


def _holiday(market: str, name: str) -> YearDays:
    def days(year: int) -> tuple[date, ...]:
        found = (one.days.first for one in holidays_of(market, "en", year) if _is_called(one.name, name.strip()))
        return tuple(found)[:1]

    return days


def _is_called(full: str, name: str) -> bool:
    """Whether a name is the one asked for, with or without what stands in brackets, or what stands there."""
    bare, _, rest = full.partition(" (")
    return name.casefold() in {full.casefold(), bare.casefold(), rest.removesuffix(")").casefold()}


_FORMS: dict[str, Callable[..., YearDays]] = {
    r"(\d{1,2})-(\d{1,2})": _fixed,
    rf"nth:([1-5]|last) ({'|'.join(WEEKDAYS)}) of (\d{{1,2}})": _nth,
    rf"({'|'.join(WEEKDAYS)}) from (\d{{1,2}})-(\d{{1,2}})": _from,
    r"easter": _easter,
    r"hijri (\d{1,2})-(\d{1,2})": _hijri,
    r"holiday:([A-Z]{2}):(.+)": _holiday,
}


def _check_day(month: int, day: int) -> None:
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        raise RuleError(f"there is no day {day} of month {month}", "write month and day, such as `11-27`") from None


def _dates(year: int, month: int, day: int) -> tuple[date, ...]:
    try:
        return (date(year, month, day),)
    except ValueError:  # 29 February of a common year
        return ()
