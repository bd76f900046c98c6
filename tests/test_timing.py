"""The day a scheduled run is for, and when that day has passed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.errors import ConfigError
from adlocalizer.timing import due_day, has_passed, zone_of

YEARS = (datetime(2000, 1, 1), datetime(2099, 1, 1))  # noqa: DTZ001 - Hypothesis wants them without a zone
EVENING = datetime(2026, 12, 1, 21, 0, tzinfo=UTC)


def test_morning_in_tokyo_is_not_morning_in_lima():
    days = {name: due_day(EVENING, zone_of(name)) for name in ("Asia/Tokyo", "America/Lima")}
    assert days == {"Asia/Tokyo": date(2026, 12, 2), "America/Lima": date(2026, 12, 1)}


def test_a_run_may_be_for_a_later_day():
    assert due_day(EVENING, zone_of("Europe/Paris"), days_ahead=1) == date(2026, 12, 2)


def test_a_day_passes_where_it_ends_first():
    assert has_passed(date(2026, 12, 1), EVENING, zone_of("Asia/Tokyo"))
    assert not has_passed(date(2026, 12, 1), EVENING, zone_of("America/Lima"))


@pytest.mark.parametrize("name", ["Mars/Base", "../etc/passwd", "Europe", "Asia/Tokio", "x" * 300])
def test_a_time_zone_nobody_knows_is_named(name):
    with pytest.raises(ConfigError, match="time_zone: there is no time zone"):
        zone_of(name)


@given(st.datetimes(YEARS[0], YEARS[1]), st.timedeltas(timedelta(0), timedelta(hours=9)))
def test_how_late_a_run_starts_changes_nothing_about_its_day(scheduled, late):
    scheduled = scheduled.replace(tzinfo=UTC)
    day = due_day(scheduled, zone_of("Asia/Tokyo"))
    assert not has_passed(day, scheduled, zone_of("Asia/Tokyo"))
    assert has_passed(day, scheduled + late + timedelta(days=1), zone_of("Asia/Tokyo"))


def test_a_run_whose_day_has_passed_is_skipped_and_names_the_command_that_makes_it():
    from tasks.plan_campaign import missed_state

    state = missed_state("demo", date(2020, 1, 1), "Asia/Tokyo")
    assert (state.name, state.is_completed()) == ("Skipped", True)
    assert state.message.endswith("adlocalizer backfill demo --from 2020-01-01 --to 2020-01-01")
    assert missed_state("demo", date(2100, 1, 1), "Asia/Tokyo") is None
