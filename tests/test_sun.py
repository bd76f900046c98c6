"""The sun and the moon stand where almanacs say, at any latitude, and no day of any year makes them fail."""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adlocalizer.config import find_project
from adlocalizer.domain import City, Fact
from adlocalizer.grounding import Occasion, Sources
from adlocalizer.grounding.moon import moon_facts, phase_of
from adlocalizer.grounding.sunlight import (
    BLUE,
    GOLDEN,
    day_length,
    evening,
    kind_of,
    shadow_facts,
    shadow_text,
    sun_day,
    sunlight_facts,
    sunrise_and_sunset,
)

CITIES = find_project(Path(__file__).parents[1]).cities("data/cities.csv").cities
BY_ID = {city.city_id: city for city in CITIES}
NOTHING = Sources({}, {})
CHRISTMAS, MIDSUMMER = date(2026, 12, 25), date(2026, 6, 21)
TROMSO = BY_ID["no-oslo"].model_copy(update={"city": "Tromsø", "latitude": 69.65, "longitude": 18.96})
unhurried = settings(deadline=None)  # the first example loads calendars and the sun
LIGHTS = {"day_length_hours", "daylight", "sunrise", "sunset", "golden_hour", "blue_hour", "shadow"}


def at(latitude: float, longitude: float = 0.0, timezone: str = "UTC") -> City:
    where = {"latitude": latitude, "longitude": longitude, "timezone": timezone}
    return BY_ID["gb-london"].model_copy(update=where)


def lights(city: City, on: date, hour: int = 17) -> dict[str, Fact]:
    occasion = Occasion(city, "en-GB", on, hour, NOTHING)
    return {fact.name: fact for fact in (*sunlight_facts(occasion), *shadow_facts(occasion))}


def moon(city: City, on: date, hour: int = 22) -> Fact:
    return moon_facts(Occasion(city, "en-GB", on, hour, NOTHING))[0]


@pytest.mark.parametrize(
    ("city_id", "sunrise", "sunset"),
    [
        ("jp-tokyo", "06:49", "16:33"),
        ("fr-paris", "08:43", "16:58"),
        ("br-sao-paulo", "05:19", "18:54"),
        ("is-reykjavik", "11:23", "15:31"),
        ("au-sydney", "05:42", "20:07"),
        ("eg-cairo", "06:48", "17:01"),
    ],
)
def test_the_sun_rises_and_sets_when_the_measured_values_say(city_id, sunrise, sunset):
    city = BY_ID[city_id]
    for found, measured in zip(sunrise_and_sunset(city, sun_day(city, CHRISTMAS)), (sunrise, sunset), strict=True):
        expected = datetime.fromisoformat(f"2026-12-25T{measured}:00").replace(tzinfo=ZoneInfo(city.timezone))
        assert found is not None
        assert abs((found - expected).total_seconds()) <= 120


def test_sunrise_and_sunset_are_told_by_the_citys_clock():
    facts = lights(BY_ID["jp-tokyo"], CHRISTMAS)
    assert (facts["sunrise"].value, facts["sunset"].text) == ("06:49", "sunset at 16:33")
    assert facts["sunset"].certainty == "exact"


@pytest.mark.parametrize(
    ("on", "kind", "hours"),
    [(date(2026, 12, 21), "polar_night", 0), (MIDSUMMER, "midnight_sun", 24), (date(2026, 3, 20), "ordinary", 12.2)],
)
def test_tromso_has_its_polar_night_and_its_midnight_sun(on, kind, hours):
    facts = lights(TROMSO, on)
    assert facts["daylight"].value == kind
    assert float(facts["day_length_hours"].value) == pytest.approx(hours, abs=0.3)


@pytest.mark.parametrize("name", ["sunrise", "sunset"])
def test_a_sun_that_does_not_set_has_neither_sunrise_nor_sunset(name):
    assert lights(TROMSO, MIDSUMMER)[name].value == "none"


def test_reykjavik_sees_the_sun_for_four_hours_at_christmas_and_for_21_at_midsummer():
    hours = [lights(BY_ID["is-reykjavik"], on)["day_length_hours"].value for on in (CHRISTMAS, MIDSUMMER)]
    assert hours == [4.2, 21.1]


def test_at_the_equator_every_day_is_about_as_long_as_its_night():
    for month in range(1, 13):
        assert lights(at(0.0), date(2026, month, 15))["day_length_hours"].value == pytest.approx(12.1, abs=0.1)


def test_golden_hour_ends_where_blue_hour_begins():
    facts = lights(BY_ID["fr-paris"], date(2026, 5, 10))
    assert facts["golden_hour"].value.split(" to ")[1] == facts["blue_hour"].value.split(" to ")[0]


@pytest.mark.parametrize(
    ("city", "on", "name", "text"),
    [
        (BY_ID["is-reykjavik"], CHRISTMAS, "golden_hour", "golden light all day until 16:24"),
        (BY_ID["is-reykjavik"], MIDSUMMER, "golden_hour", "golden light from 22:07 on and all night"),
        (BY_ID["is-reykjavik"], MIDSUMMER, "blue_hour", "no blue hour in the evening, the sun stays higher"),
        (at(85.0), MIDSUMMER, "golden_hour", "no golden hour in the evening, the sun stays higher"),
        (at(85.0), CHRISTMAS, "golden_hour", "no golden hour in the evening, the sun stays lower"),
        (at(85.0), CHRISTMAS, "blue_hour", "no blue hour in the evening, the sun stays lower"),
        (BY_ID["sg-singapore"], MIDSUMMER, "golden_hour", "the evening's golden hour is from 18:42 to 19:26"),
    ],
)
def test_the_evening_light_is_told_at_every_latitude(city, on, name, text):
    assert lights(city, on)[name].text == text


@pytest.mark.parametrize(
    ("city_id", "hour", "value", "text"),
    [
        ("br-sao-paulo", 12, 0.0, "hardly any shadows, the light falls from straight above"),
        ("is-reykjavik", 13, 22.0, "endless shadows, the sun is on the horizon"),
        ("jp-tokyo", 12, 1.7, "shadows about one and a half times as long as things are tall"),
        ("jp-tokyo", 20, "none", "no sun, no shadows"),
    ],
)
def test_shadows_follow_the_height_of_the_sun(city_id, hour, value, text):
    fact = lights(BY_ID[city_id], CHRISTMAS, hour)["shadow"]
    assert fact.value == (value if isinstance(value, str) else pytest.approx(value, abs=0.1))
    assert fact.text == text


@given(st.floats(0, 60), st.floats(0, 60))
def test_longer_shadows_have_no_shorter_words(one, other):
    texts = list(dict.fromkeys(shadow_text(length / 100) for length in range(6001)))
    short, long = sorted((one, other))
    assert texts.index(shadow_text(short)) <= texts.index(shadow_text(long))


@unhurried
@given(
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    zone=st.sampled_from(["UTC", "Asia/Tokyo", "America/Anchorage", "Pacific/Kiritimati", "Mars/Base"]),
    on=st.dates(),
    hour=st.integers(0, 23),
)
@example(latitude=90, longitude=180, zone="Asia/Tokyo", on=date.min, hour=0)
@example(latitude=-90, longitude=-180, zone="Pacific/Kiritimati", on=date.max, hour=23)
@example(latitude=66.56, longitude=0, zone="UTC", on=date(2026, 6, 21), hour=0)
@example(latitude=66.9, longitude=0, zone="UTC", on=date(2026, 12, 21), hour=12)
def test_any_place_and_day_has_its_light_and_its_moon(latitude, longitude, zone, on, hour):
    city = at(latitude, longitude, zone)
    facts = lights(city, on, hour)
    assert set(facts) == LIGHTS
    assert 0 <= float(facts["day_length_hours"].value) <= 24
    assert all(fact.text for fact in (*facts.values(), moon(city, on, hour)))


@unhurried
@given(latitude=st.floats(-89, 89), on=st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_the_length_of_the_day_agrees_with_its_kind(latitude, on):
    city = at(latitude)
    day = sun_day(city, on)
    hours = day_length(city, day).total_seconds() / 3600
    assert (hours == 0) == (kind_of(day) == "polar_night")
    assert (hours == 24) == (kind_of(day) == "midnight_sun")


@unhurried
@given(latitude=st.floats(-60, 60), on=st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_the_evening_turns_golden_before_sunset_and_blue_after_it(latitude, on):
    city = at(latitude)
    day = sun_day(city, on)
    golden, blue, (_, sunset) = evening(city, day, GOLDEN), evening(city, day, BLUE), sunrise_and_sunset(city, day)
    assert golden is not None
    assert sunset is not None
    assert golden.ends is not None
    assert golden.ends > sunset
    assert golden.starts is None or golden.starts < sunset
    assert blue is None or blue.starts == golden.ends


# Moments of new, full and half moons in UTC are general knowledge of any almanac.
@pytest.mark.parametrize(
    ("on", "hour", "phase"),
    [
        (date(2026, 8, 12), 17, "new"),  # the solar eclipse
        (date(2026, 3, 3), 11, "full"),  # the lunar eclipse
        (date(2026, 12, 24), 1, "full"),
        (date(2027, 8, 2), 10, "new"),  # the solar eclipse
        (date(2026, 8, 20), 3, "half_waxing"),
        (date(2026, 8, 16), 12, "waxing_crescent"),
        (date(2026, 9, 4), 8, "half_waning"),
    ],
)
def test_the_moon_has_the_phase_of_the_almanac(on, hour, phase):
    assert moon(at(51.5), on, hour).value == phase


@pytest.mark.parametrize(
    ("city_id", "text"),
    [("fr-paris", "right side lit"), ("au-sydney", "left side lit"), ("sg-singapore", "waxing crescent moon, ")],
)
def test_a_waxing_moon_is_lit_on_the_right_in_the_north_and_on_the_left_in_the_south(city_id, text):
    said = moon(BY_ID[city_id], date(2026, 8, 16), 19).text
    assert text in said
    assert ("side" in text) == ("side" in said)


def test_a_full_moon_is_high_in_a_northern_winter_midnight_and_down_at_noon():
    assert moon(BY_ID["fr-paris"], date(2026, 12, 24), 0).text == "full moon, high in the sky"
    assert moon(BY_ID["fr-paris"], date(2026, 12, 24), 12).text.endswith("below the horizon at this hour")


@given(st.floats(0, 28, exclude_max=True))
def test_every_age_of_the_moon_is_a_phase(age):
    assert phase_of(age).count("moon") == 1


def test_a_clock_nobody_knows_makes_the_light_estimated():
    assert {fact.certainty for fact in lights(at(48.0, timezone="Mars/Base"), CHRISTMAS).values()} == {"estimated"}


def test_the_light_of_75_cities_is_cheap():
    lights(BY_ID["fr-paris"], CHRISTMAS)
    started = time.process_time()
    for city in CITIES:
        lights(city, date(2026, 4, 2))
        moon(city, date(2026, 4, 2))
    assert time.process_time() - started < 0.5
