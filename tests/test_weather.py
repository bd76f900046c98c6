"""Forecasts over real HTTP: what a service says, what it fails to say, what is kept of it, and what it costs."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from adlocalizer.cli.plan import plan as plan_command
from adlocalizer.config import find_project
from adlocalizer.domain import City, DayWeather, Fact
from adlocalizer.errors import ConfigError
from adlocalizer.grounding import Occasion, facts_for
from adlocalizer.grounding.climate import band_of
from adlocalizer.loading import keep_pictures
from adlocalizer.making import Purchase, make_shard, open_studio
from adlocalizer.making.purse import Caps
from adlocalizer.ordering import Ordered, keep_weather, plan_order
from adlocalizer.progress import Tally
from adlocalizer.publishing import Account, publish_report
from adlocalizer.refreshing import refresh_forecasts
from adlocalizer.reporting import RunReport
from adlocalizer.store import Store
from adlocalizer.weather import Forecast, keep_forecasts, kept_forecasts, look_out, open_forecasts
from adlocalizer.weather.open_meteo import KINDS, OpenMeteo

from . import projects

ROOT = Path(__file__).parents[1]
PROJECT = find_project(ROOT)
CITIES = {city.city_id: city for city in PROJECT.cities("data/cities.csv").cities}
PARIS, TOKYO, OSLO = (CITIES[name] for name in ("fr-paris", "jp-tokyo", "no-oslo"))
SHIPPED = PROJECT.weather()
KEY = "om-never-to-be-seen-0123456789"
NOTHING_THERE = "http://127.0.0.1:9"


def _first_day() -> date:
    """Tomorrow or the day after: the first of two days that a forecast reaches and one month holds."""
    # Not today: a suite may be at work at midnight.
    ahead = datetime.now().astimezone().date() + timedelta(days=1)
    return ahead if (ahead + timedelta(days=1)).month == ahead.month else ahead + timedelta(days=1)


DAY = _first_day()
NEXT = DAY + timedelta(days=1)


def daily(code: int | None = 0, highest: float | None = 12.0, day: date = DAY) -> dict[str, Any]:
    figures = {"weather_code": [code], "temperature_2m_max": [highest], "temperature_2m_min": [-1.5]}
    return {"latitude": 1, "timezone": "auto", "daily": {"time": [day.isoformat()], **figures}}


class Sky:
    """A weather service on this machine: `codes` by city, or an `act` in its place; every question is written down."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.codes: dict[tuple[str, str], int] = {}
        self.act: Callable[[Any, int], None] | None = None
        self.url = ""

    def set(self, city: City, code: int, day: date = DAY) -> None:
        self.codes[f"{city.latitude:.4f}", day.isoformat()] = code

    def reply(self, status: int, body: object, **headers: str) -> None:
        """Answer everything like this from now on."""
        self.act = lambda call, _: send(call, status, body, headers)

    def forecast(self, question: dict[str, str]) -> object:
        day, names = question["start_date"], question["latitude"].split(",")
        places = [daily(self.codes.get((name, day), 0), day=date.fromisoformat(day)) for name in names]
        return places if len(places) > 1 else places[0]


def send(call: BaseHTTPRequestHandler, status: int, body: object, headers: dict[str, str]) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    call.send_response(status)
    for name, value in {"Content-Length": str(len(raw)), **headers}.items():
        call.send_header(name.replace("_", "-"), value)
    call.end_headers()
    call.wfile.write(raw)


@pytest.fixture
def sky() -> Iterator[Sky]:
    one = Sky()

    class Call(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            question = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            one.asked.append({"path": urlsplit(self.path).path, **question})
            if one.act:
                one.act(self, len(one.asked))
            else:
                send(self, 200, one.forecast(question), {})

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Call)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    one.url = f"http://127.0.0.1:{server.server_port}"
    yield one
    server.shutdown()
    thread.join()
    server.server_close()


def office(url: str, key: str | None = None, **over: Any) -> OpenMeteo:
    said = {"base_url": url, "first_wait_seconds": 0.01, "deadline_seconds": 5.0, **over}
    return OpenMeteo(SHIPPED.model_copy(update=said), SecretStr(key) if key else None)


def reason(url: str, **over: Any) -> str:
    """Why Paris has no forecast."""
    return office(url, **over).fetch([PARIS], DAY)["fr-paris"].reason


def make_live(folder: Path, url: str, **over: Any) -> Path:
    """A project whose small campaign wants live weather of a service without a key."""
    project = projects.make_project(folder, **{"weather": "live", **over})
    shipped = (project / "configs/weather.yml").read_text("utf-8")
    text = shipped.replace(SHIPPED.base_url, url).replace("\nkey_from:", "\n# key_from:")
    (project / "configs/weather.yml").write_text(text.replace("first_wait_seconds: 1 ", "first_wait_seconds: 0.01 "))
    return project


@pytest.fixture
def live(tmp_path, sky) -> Path:
    return make_live(tmp_path / "project", sky.url)


def planned(project: Path, day: date = DAY, **over: Any) -> Ordered:
    return plan_order(projects.small_order(project, logical_date=day, **over))


def facts_by_city(ordered: Ordered) -> dict[str, dict[str, Fact]]:
    return {one.creative.city_id: {fact.name: fact for fact in one.facts} for one in ordered.plan.creatives}


def keys_by_city(ordered: Ordered) -> dict[str, set[str]]:
    masters = list(ordered.plan.masters())
    cities = {one.creative.city_id for one in masters}
    return {name: {one.request.key for one in masters if one.creative.city_id == name} for name in cities}


# What a service says


def test_a_forecast_has_the_day_s_kind_temperatures_and_hour_of_asking(sky):
    sky.set(PARIS, 61)
    weather = office(sky.url).fetch([PARIS], DAY)["fr-paris"].weather
    assert weather is not None
    assert (weather.kind, weather.highest_celsius, weather.lowest_celsius) == ("rain", 12.0, -1.5)
    assert weather.source == "Open-Meteo forecast"
    assert datetime.now(UTC) - datetime.fromisoformat(weather.fetched) < timedelta(minutes=1)


def test_cities_are_asked_about_together_and_keep_their_own_weather(sky):
    sky.set(TOKYO, 71)
    found = office(sky.url).fetch([PARIS, TOKYO, OSLO], DAY)
    assert len(sky.asked) == 1
    assert [one.weather.kind for one in found.values() if one.weather] == ["clear", "snow", "clear"]


def test_a_call_asks_for_one_local_day_of_daily_values(sky):
    office(sky.url).fetch([PARIS, TOKYO], DAY)
    asked = sky.asked[0]
    assert (asked["path"], asked["latitude"]) == ("/v1/forecast", f"{PARIS.latitude:.4f},{TOKYO.latitude:.4f}")
    assert (asked["timezone"], asked["start_date"], asked["end_date"]) == ("auto", DAY.isoformat(), DAY.isoformat())
    assert "apikey" not in asked


def test_many_cities_are_asked_about_in_batches(sky):
    found = office(sky.url, batch_cities=30).fetch(list(CITIES.values()), DAY)
    assert [len(asked["latitude"].split(",")) for asked in sky.asked] == [30, 30, 15]
    assert list(found) == list(CITIES)


def test_a_base_url_may_have_a_path(sky):
    office(f"{sky.url}/weather/").fetch([PARIS], DAY)
    assert sky.asked[0]["path"] == "/weather/v1/forecast"


@pytest.mark.parametrize(
    ("code", "kind"), [(0, "clear"), (3, "cloudy"), (48, "fog"), (51, "rain"), (67, "rain"), (86, "snow"), (99, "rain")]
)
def test_a_weather_code_is_what_a_picture_can_show_of_it(code, kind):
    assert KINDS[code] == kind


# What it fails to say

ODD_ANSWERS = {
    "no JSON": (b"<html>busy</html>", "the answer is not JSON"),
    "half of one": (b'{"daily": {"time": [', "the answer is not JSON"),
    "too deep": (b"[" * 100_000, "the answer is not JSON"),
    "bytes": (b"\xff\xfe\x00", "the answer is not JSON"),
    "nothing": (b"", "the answer is not JSON"),
    "no place": ([], "the answer is about 0 places, 1 were asked about"),
    "two places": ([daily(), daily()], "the answer is about 2 places, 1 were asked about"),
    "null": (None, "the answer holds no forecast of that day"),
    "no arrays": ({"daily": {}}, "the answer holds no forecast of that day"),
    "short arrays": (
        {"daily": {**daily()["daily"], "temperature_2m_max": []}},
        "the answer holds no forecast of that day",
    ),
    "another day": (daily(day=NEXT), "the answer holds no forecast of that day"),
    "words for numbers": (daily(code="rain"), "the answer holds no forecast of that day"),  # type: ignore[arg-type]
    "no number": (b'{"daily": {"time": ["%s"], "weather_code": [NaN]}}', "the answer holds no forecast of that day"),
    "a furnace": (daily(highest=451.0), "the answer holds no forecast of that day"),
    "null code": (daily(code=None), "the forecast of that day is empty"),
    "null degrees": (daily(highest=None), "the forecast of that day is empty"),
    "unknown code": (daily(code=42), "weather code 42 is unknown"),
}


@pytest.mark.parametrize(("body", "why"), ODD_ANSWERS.values(), ids=ODD_ANSWERS)
def test_an_odd_answer_is_a_reason(sky, body, why):
    sky.reply(200, body)
    assert reason(sky.url) == why
    assert len(sky.asked) == 1


def test_one_empty_place_takes_nothing_from_the_others(sky):
    sky.reply(200, [daily(code=None), daily(code=71)])
    found = office(sky.url).fetch([PARIS, TOKYO], DAY)
    assert (found["fr-paris"].weather, found["jp-tokyo"].weather.kind) == (None, "snow")  # type: ignore[union-attr]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["daily", "time", "weather_code", "error", "reason"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=JSON, status=st.sampled_from([200, 400, 404]))
def test_whatever_is_answered_is_a_forecast_or_a_reason(sky, body, status):
    sky.reply(status, body)
    found = office(sky.url).fetch([PARIS], DAY)["fr-paris"]
    assert (found.weather is None) == bool(found.reason)


def test_a_refused_question_is_not_repeated_and_its_reason_is_said(sky):
    sky.reply(400, {"error": True, "reason": "Parameter 'start_date' is out of allowed range."})
    assert reason(sky.url) == "HTTP 400: Parameter 'start_date' is out of allowed range"
    assert len(sky.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_service_is_asked_again(sky, status):
    sky.act = lambda call, turn: send(call, *((status, {"error": True}) if turn < 3 else (200, daily())), {})
    assert reason(sky.url) == ""
    assert len(sky.asked) == 3


def test_a_service_that_stays_busy_is_given_up(sky):
    sky.reply(429, {"error": True, "reason": "Minutely API request limit exceeded."})
    assert reason(sky.url) == "HTTP 429: Minutely API request limit exceeded"
    assert len(sky.asked) == SHIPPED.tries


def test_nobody_waits_past_the_deadline(sky):
    sky.reply(429, {}, Retry_After="3600")
    began = time.monotonic()
    assert reason(sky.url) == "HTTP 429"
    assert time.monotonic() - began < 2


def test_a_silent_service_is_given_up_at_the_deadline(sky):
    sky.act = lambda call, _: time.sleep(0.8)
    assert reason(sky.url, deadline_seconds=0.2) == "no answer came within 0.2 seconds"


def test_a_trickling_answer_is_given_up_at_the_deadline(sky):
    def trickle(call: BaseHTTPRequestHandler, _: int) -> None:
        call.send_response(200)
        call.end_headers()
        for _ in range(20):
            call.wfile.write(b" ")
            time.sleep(0.05)

    sky.act = trickle
    assert reason(sky.url, deadline_seconds=0.3) == "the answer came too slowly"


def test_an_endless_answer_is_given_up(sky):
    sky.reply(200, b" " * 5_000_000)
    assert reason(sky.url) == "the answer is too long for a forecast"


def test_a_broken_connection_is_a_reason(sky):
    sky.act = lambda call, _: call.connection.close()
    assert reason(sky.url).startswith("the service cannot be reached")


def test_a_service_that_is_not_there_is_a_reason():
    assert reason(NOTHING_THERE, tries=2).startswith("the service cannot be reached (ConnectError)")


# The key


def test_the_key_goes_along_and_shows_nowhere(sky, caplog, monkeypatch):
    monkeypatch.setenv("OPEN_METEO_API_KEY", f" {KEY}\n")
    sky.act = lambda call, _: send(call, 401, {"error": True, "reason": f"the key {KEY} is unknown"}, {})
    caplog.set_level(logging.DEBUG)
    found = open_forecasts(SHIPPED.model_copy(update={"base_url": sky.url})).fetch([PARIS], DAY)["fr-paris"]
    assert sky.asked[0]["apikey"] == KEY
    assert found.reason == "HTTP 401: the key [key] is unknown"
    assert KEY not in caplog.text + found.model_dump_json() + repr(found)


def test_the_key_follows_no_redirect(sky):
    sky.act = lambda call, _: send(call, 302, b"", {"Location": f"{sky.url}/elsewhere"})
    assert office(sky.url, KEY).fetch([PARIS], DAY)["fr-paris"].reason == "HTTP 302"
    assert len(sky.asked) == 1


def test_without_the_key_nobody_is_asked(sky, tmp_path, monkeypatch):
    monkeypatch.delenv("OPEN_METEO_API_KEY", raising=False)
    outlook = look_out(SHIPPED.model_copy(update={"base_url": sky.url}), Store(str(tmp_path)), [PARIS], DAY)
    assert (outlook.weather, sky.asked) == ({}, [])
    assert outlook.notes == (
        "OPEN_METEO_API_KEY is not set: no forecast is asked for; the month's typical weather stands in",
    )


def test_the_shipped_service_is_the_one_for_paying_customers():
    assert (SHIPPED.base_url, SHIPPED.key_from) == ("https://customer-api.open-meteo.com", "OPEN_METEO_API_KEY")


def test_an_unknown_service_is_named_with_those_there_are():
    with pytest.raises(ConfigError, match="no weather service 'oracle'; write one of open-meteo"):
        open_forecasts(SHIPPED.model_copy(update={"provider": "oracle"}))


def test_an_address_that_is_none_is_named_with_its_line(live):
    file = live / "configs/weather.yml"
    file.write_text(file.read_text("utf-8").replace("http://", "ftp://"), "utf-8")
    with pytest.raises(ConfigError, match=r"configs/weather.yml:\d+ \(base_url\)"):
        planned(live)


# Facts

KIND = st.sampled_from(["clear", "cloudy", "rain", "snow", "fog"])
HIGHEST = st.floats(-40, 50)
MARCH = date(2027, 3, 15)
SOURCES = PROJECT.sources()


def under(
    city: City, kind: str, highest: float, asked: str = "2027-03-01T06:00:00+00:00", on: date = MARCH
) -> dict[str, Fact]:
    said = {"city_id": city.city_id, "day": on, "kind": kind, "highest_celsius": highest, "lowest_celsius": -50}
    weather = DayWeather.model_validate({**said, "source": "Open-Meteo forecast", "fetched": asked})
    sources = SOURCES._replace(weather={city.city_id: weather})
    return {fact.name: fact for fact in facts_for(Occasion(city, city.locales[0], on, 12, sources), frozenset())}


def test_a_forecast_is_said_to_be_one_with_its_hour():
    fact = under(PARIS, "rain", 9)["weather"]
    assert (fact.value, fact.text, fact.certainty) == ("rain", "rain is forecast", "estimated")
    assert (fact.source, fact.as_of) == ("Open-Meteo forecast", "2027-03-01T06:00:00+00:00")


@given(KIND, HIGHEST, HIGHEST)
def test_days_of_one_class_have_the_same_values_and_words(kind, highest, other):
    melts = kind == "snow" and (highest > 5) != (other > 5)
    if (highest >= 30) == (other >= 30) and not melts:
        one, two = under(PARIS, kind, highest), under(PARIS, kind, other, asked="2027-03-02T06:00:00+00:00")
        assert [(fact.value, fact.text) for fact in one.values()] == [(fact.value, fact.text) for fact in two.values()]


def test_snow_on_a_mild_day_is_rain():
    assert under(CITIES["ae-dubai"], "snow", 12)["weather"].value == "rain"


@given(st.sampled_from(sorted(CITIES)), KIND, HIGHEST)
def test_a_forecast_gives_a_band_and_no_degrees(city_id, kind, highest):
    fact = under(CITIES[city_id], kind, highest)["temperature_celsius"]
    assert fact.text == band_of(float(fact.value))


@pytest.mark.parametrize("kind", ["clear", "cloudy", "rain", "fog"])
@pytest.mark.parametrize("name", ["ae-dubai", "in-delhi", "sg-singapore", "fr-paris"])
@pytest.mark.parametrize("month", range(1, 13))
def test_a_hot_day_never_cools_a_month_and_one_word_has_one_number(kind, name, month):
    mild, hot = (under(CITIES[name], kind, highest, on=date(2027, month, 15)) for highest in (29.5, 42))
    usual, lifted = mild["temperature_celsius"], hot["temperature_celsius"]
    assert float(lifted.value) >= float(usual.value)
    assert (lifted.value == usual.value) == (lifted.text == usual.text)


def test_a_month_that_is_very_hot_itself_does_not_follow_the_forecast():
    said = [under(CITIES["ae-dubai"], "clear", highest, on=date(2027, 7, 15)) for highest in (29.5, 42)]
    assert [(fact.value, fact.text) for fact in said[0].values()] == [(one.value, one.text) for one in said[1].values()]
    assert said[0]["temperature_celsius"].text == "very hot"


def test_a_day_of_thirty_degrees_is_very_hot():
    fact = under(PARIS, "clear", 30)["temperature_celsius"]
    assert (fact.text, fact.source) == ("very hot", "Open-Meteo forecast")


def test_a_day_under_thirty_has_its_month_s_band():
    fact = under(PARIS, "clear", 29.9)["temperature_celsius"]
    assert (fact.text, fact.certainty) == ("cool", "typical")
    assert fact.source.startswith("month normals")


def test_snow_is_never_warm_and_rain_never_frozen():
    assert under(PARIS, "snow", 2)["temperature_celsius"].text == "freezing"
    assert under(CITIES["fi-helsinki"], "rain", 6)["temperature_celsius"].text == "cold"


def test_only_temperature_and_weather_rest_on_a_forecast():
    dry, wet = under(PARIS, "clear", 31), under(PARIS, "rain", 10)
    assert {name for name in dry if dry[name] != wet[name]} == {"temperature_celsius", "weather"}


# What is planned, kept and said


def test_a_campaign_of_typical_weather_asks_nobody(tmp_path, sky):
    project = make_live(tmp_path / "project", sky.url, weather="typical")
    (project / "configs/weather.yml").unlink()
    ordered = planned(project)
    assert (sky.asked, ordered.plan.brief.credits, ordered.plan.brief.ages) == ([], {}, ())


def test_a_live_campaign_has_the_day_s_weather(live, sky):
    sky.set(PARIS, 63)
    facts = facts_by_city(planned(live))
    assert (facts["fr-paris"]["weather"].value, facts["jp-tokyo"]["weather"].value) == ("rain", "clear")


def test_planning_writes_nothing_and_says_that_prompts_may_change(live, capsys, monkeypatch):
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(live))
    plan_command("small", day=DAY.isoformat(), as_json=True)
    warnings = json.loads(capsys.readouterr().out)["warnings"]
    assert "the forecasts of 2 cities are not kept yet: their prompts may change until a run keeps them" in warnings
    assert not (live / "store").exists()


def test_a_kept_forecast_is_what_the_day_s_runs_are_made_with(live, sky):
    sky.set(PARIS, 63)
    first = planned(live)
    keep_weather(first)
    sky.set(PARIS, 0)
    again = planned(live)
    assert (len(sky.asked), again.forecasts) == (1, ())
    assert keys_by_city(again) == keys_by_city(first)


def test_a_forecast_is_kept_by_day_and_city(live):
    keep_weather(planned(live))
    store = Store(str(live / "store"))
    assert store.paths("weather") == tuple(f"weather/{DAY}/{name}.json" for name in ("fr-paris", "jp-tokyo"))


def test_a_failure_stands_in_with_the_month_and_is_said(live, sky):
    sky.reply(400, {"error": True, "reason": "no"})
    ordered = planned(live)
    weather = facts_by_city(ordered)["fr-paris"]["weather"]
    assert (weather.certainty, weather.source[:13]) == ("typical", "month normals")
    assert (
        "jp-tokyo, fr-paris: no forecast (HTTP 400: no); the month's typical weather stands in; "
        f"once kept, that stays until weather/{DAY}/ is removed from the store"
    ) in ordered.plan.warnings
    assert ordered.plan.brief.credits == {}


def test_a_kept_failure_stays_until_it_is_removed(live, sky):
    sky.reply(503, {})
    first = planned(live)
    keep_weather(first)
    sky.act = None
    assert keys_by_city(planned(live)) == keys_by_city(first)
    for path in Store(str(live / "store")).paths("weather"):
        Store(str(live / "store")).remove(path)
    assert facts_by_city(planned(live))["fr-paris"]["weather"].source == "Open-Meteo forecast"


OTHER_DAYS = {
    "past": (-1, "is past: no forecast is asked for"),
    "far": (16, "is more than 15 days ahead: no forecast reaches it yet"),
}


@pytest.mark.parametrize(("days", "why"), OTHER_DAYS.values(), ids=OTHER_DAYS)
def test_a_day_no_forecast_reaches_asks_nobody_and_says_so(live, sky, days, why):
    day = datetime.now().astimezone().date() + timedelta(days=days)
    warnings = planned(live, day).plan.warnings
    assert f"{day} {why}; the month's typical weather stands in" in warnings
    assert sky.asked == []


def test_a_file_that_is_no_forecast_is_asked_for_again(live):
    store = Store(str(live / "store"))
    store.write(f"weather/{DAY}/fr-paris.json", b"{}")
    keep_weather(planned(live))
    assert set(kept_forecasts(store, [PARIS, TOKYO], DAY)) == {"fr-paris", "jp-tokyo"}


def test_the_first_forecast_that_was_kept_stays(sky, tmp_path):
    store, wet = Store(str(tmp_path)), office(sky.url)
    first = wet.fetch([PARIS], DAY)
    sky.set(PARIS, 63)
    keep_forecasts(store, first.values())
    keep_forecasts(store, wet.fetch([PARIS], DAY).values())
    assert kept_forecasts(store, [PARIS], DAY) == first


def test_a_forecast_of_another_place_with_the_same_id_does_not_count(sky, tmp_path):
    store = Store(str(tmp_path))
    keep_forecasts(store, office(sky.url).fetch([PARIS], DAY).values())
    moved = PARIS.model_copy(update={"longitude": PARIS.longitude - 95})
    assert kept_forecasts(store, [moved], DAY) == {}


def test_places_are_near_across_the_date_line():
    one = {"city_id": "xx-here", "day": DAY, "latitude": -17.0, "longitude": 179.95, "asked": "now"}
    assert Forecast(**one).is_of(PARIS.model_copy(update={"latitude": -17.0, "longitude": -179.95}))


# The daily refresh


def make(ordered: Ordered, project: Path) -> None:
    """Make every picture of a plan, as a run does."""
    store = Store(ordered.order.store_url)
    keep_weather(ordered)
    keep_pictures(store, ordered.loaded.pictures)

    async def shards() -> None:
        async with open_studio(ordered.plan, project / "data", Purchase(Caps(None)), Tally()) as studio:
            for shard in ordered.plan.wanted_shards():
                await make_shard(studio, shard)

    asyncio.run(shards())


def test_the_next_day_asks_anew_only_for_the_city_whose_weather_changed(live, sky, tmp_path, monkeypatch):
    projects.make_known(tmp_path / "scripted", {}, monkeypatch)
    today = planned(live, provider="scripted")
    make(today, live)
    sky.set(PARIS, 63, NEXT)
    tomorrow = planned(live, NEXT, provider="scripted")
    before = len(projects.calls(tmp_path / "scripted"))
    make(tomorrow, live)
    new = [line.split()[0] for line in projects.calls(tmp_path / "scripted")[before:]]
    assert keys_by_city(tomorrow)["jp-tokyo"] == keys_by_city(today)["jp-tokyo"]
    assert new == ["fr-paris"] * len(keys_by_city(tomorrow)["fr-paris"])


def test_days_of_a_month_differ_in_their_weather_only(live, sky):
    today, tomorrow = facts_by_city(planned(live)), facts_by_city(planned(live, NEXT))
    assert [(fact.value, fact.text) for fact in today["fr-paris"].values()] == [
        (fact.value, fact.text) for fact in tomorrow["fr-paris"].values()
    ]


def test_a_campaign_of_typical_weather_is_of_its_own_day(tmp_path, sky):
    project = make_live(tmp_path / "project", sky.url, weather="typical")
    sun = facts_by_city(planned(project, date(2026, 12, 3)))["fr-paris"]["sun_elevation_degrees"]
    assert sun.as_of == "2026-12-03"


# The report


def pages(ordered: Ordered, folder: Path) -> str:
    page = publish_report(ordered.plan, (), Account(), str(folder), ROOT / "templates" / "reports")
    return page.read_text("utf-8")


def test_the_report_names_the_service_its_pictures_rest_on(live, tmp_path):
    page = pages(planned(live), tmp_path)
    assert '<a href="https://open-meteo.com/">Weather data by Open-Meteo.com</a>' in page
    assert "forecast for 2 of 2 cities, asked " in page


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://open-meteo.com/", 'https://a/"onclick="x'])
def test_a_credit_leads_to_a_page_and_nowhere_else(address):
    with pytest.raises(ValidationError):
        RunReport(campaign="a", title="A", logical_date=DAY, cards=(), credits={"Weather": address})


def test_the_report_of_a_silent_service_names_nobody(live, sky, tmp_path):
    sky.reply(500, {})
    page = pages(planned(live), tmp_path)
    assert "open-meteo.com" not in page
    assert "Weather is typical of the month: Open-Meteo gave no forecast" in page


def test_a_refresh_names_the_cities_whose_facts_it_changes_and_keeps_the_new_weather(live, sky):
    first = planned(live)
    keep_weather(first)
    was = keys_by_city(first)
    tokyo = next(city for city in first.loaded.materials.cities if city.city_id == "jp-tokyo")
    sky.set(tokyo, 63)
    changed = refresh_forecasts(projects.small_order(live, logical_date=DAY))
    again = planned(live)
    now = keys_by_city(again)
    assert facts_by_city(again)["jp-tokyo"]["weather"].value == "rain"
    assert changed == ("jp-tokyo",) == tuple(name for name in sorted(now) if now[name] != was[name])


def test_a_refresh_that_nobody_answers_leaves_the_weather_as_it_was(live, sky):
    keep_weather(planned(live))
    sky.reply(500, {"error": True})
    assert refresh_forecasts(projects.small_order(live, logical_date=DAY)) == ()
    assert planned(live).forecasts == ()


def test_a_refresh_of_a_campaign_with_typical_weather_is_refused(tmp_path):
    project = projects.make_project(tmp_path / "project")
    with pytest.raises(ConfigError, match="write `weather: live` in its file"):
        refresh_forecasts(projects.small_order(project))


@pytest.mark.slow
@pytest.mark.integration
@pytest.mark.timeout(600)
def test_the_flow_asks_for_forecasts_again_and_makes_the_campaign_with_them(live, sky, monkeypatch):
    from flows.refresh_weather import refresh_weather

    keep_weather(planned(live))
    tokyo = next(city for city in planned(live).loaded.materials.cities if city.city_id == "jp-tokyo")
    sky.set(tokyo, 63)
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(live))
    places = {"store": str(live / "store"), "reports": str(live / "reports")}
    summary = asyncio.run(refresh_weather(campaign="small", logical_date=DAY, **places))
    assert summary.counts.is_complete
    assert facts_by_city(planned(live))["jp-tokyo"]["weather"].value == "rain"
