"""What a place looks like, shares and may show: true to the city and the month, from tables that are read strictly."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from adlocalizer.config import find_project
from adlocalizer.config.place_tables import (
    read_cliches,
    read_countries,
    read_dress,
    read_streets,
    read_vegetation,
)
from adlocalizer.domain import City, Cliche, Fact, Landmark, Severity
from adlocalizer.errors import ConfigError
from adlocalizer.grounding import Occasion, Sources, plain
from adlocalizer.grounding.cliches import cliche_findings
from adlocalizer.grounding.climate import climate_facts
from adlocalizer.grounding.country import country_facts
from adlocalizer.grounding.estimating import YEARS
from adlocalizer.grounding.landmark import (
    choose_landmark,
    landmark_facts,
    landmark_findings,
    landmark_name_facts,
    landmark_of,
)
from adlocalizer.grounding.living import dress_facts, vegetation_facts
from adlocalizer.grounding.streets import sign_facts, street_facts
from adlocalizer.grounding.writing import writing_facts

PROJECT = find_project(Path(__file__).parents[1])
CITIES = PROJECT.cities("data/cities.csv").cities
BY_ID = {city.city_id: city for city in CITIES}
SOURCES = PROJECT.sources()
GROUPS = (
    *(street_facts, sign_facts, country_facts, vegetation_facts, dress_facts, landmark_name_facts),
    *(landmark_facts, writing_facts),
)
NAMED = {
    *("street_texture", "architecture", "street_script", "driving_side", "plugs", "units", "temperature_unit"),
    *("vegetation", "dress", "landmark_local_name"),
}


def occasion_of(city: City | str, month: int = 12, sources: Sources = SOURCES) -> Occasion:
    place = BY_ID[city] if isinstance(city, str) else city
    return Occasion(place, place.locales[0], date(2026, month, 15), 12, sources)


def facts_of(city: City | str, month: int = 12, sources: Sources = SOURCES) -> dict[str, Fact]:
    occasion = occasion_of(city, month, sources)
    return {fact.name: fact for group in GROUPS for fact in group(occasion)}


def elsewhere(market: str, *locales: str, **more: object) -> City:
    row = {"city_id": "xx-here", "city": "Here", "local_name": "Here", "region": "EMEA", "timezone": "UTC"}
    return City(**{**row, "latitude": 50.0, "longitude": 10.0, **more}, market=market, locales=locales)


def landmark(rank: int, name: str, **more: str) -> Landmark:
    return Landmark(city_id="xx-here", rank=rank, landmark=name, kind="gate", **more)


@pytest.mark.parametrize("city", CITIES, ids=lambda city: city.city_id)
def test_every_city_has_every_fact_of_place_in_every_month(city):
    for month in range(1, 13):
        facts = facts_of(city, month)
        assert set(facts) >= NAMED
        assert all(fact.text and fact.source and fact.as_of for fact in facts.values())


def test_a_city_without_a_row_has_no_street_fact():
    assert street_facts(occasion_of(elsewhere("FR", "fr-FR"))) == ()


def test_a_market_without_a_row_has_no_driving_side():
    assert country_facts(occasion_of(elsewhere("FR", "fr-FR"), sources=Sources({}, {}))) == ()


def test_the_facts_of_all_cities_are_told_quickly():
    starts = time.process_time()
    for city in CITIES:
        facts_of(city)
    assert time.process_time() - starts < 2.0  # a quarter of it on a quiet machine, with nothing cached


def test_every_shipped_city_has_its_streets_in_words_and_no_cliche():
    said = {row.city_id: f"{row.texture}; {row.architecture}" for row in SOURCES.streets.values()}
    assert set(said) == set(BY_ID)
    found = {
        id: [one.text for one in cliche_findings(text, BY_ID[id].market, SOURCES.cliches, id)]
        for id, text in said.items()
    }
    assert {id: texts for id, texts in found.items() if texts} == {}


def test_no_two_cities_have_the_same_streets():
    assert len({(row.texture, row.architecture) for row in SOURCES.streets.values()}) == len(SOURCES.streets)


@pytest.mark.parametrize(
    ("city_id", "side", "plug", "units", "degrees"),
    [
        ("gb-london", "left", "G", "UK", "celsius"),
        ("jp-tokyo", "left", "A B", "metric", "celsius"),
        ("us-chicago", "right", "A B", "US", "fahrenheit"),
        ("de-berlin", "right", "C F", "metric", "celsius"),
        ("au-sydney", "left", "I", "metric", "celsius"),
        ("za-cape-town", "left", "C M N", "metric", "celsius"),
        ("th-bangkok", "left", "A B C O", "metric", "celsius"),
        ("br-rio-de-janeiro", "right", "C N", "metric", "celsius"),
    ],
)
def test_a_market_drives_plugs_in_and_measures_as_it_does(city_id, side, plug, units, degrees):
    facts = facts_of(city_id)
    names = ("driving_side", "plugs", "units", "temperature_unit")
    assert tuple(facts[name].value for name in names) == (side, plug, units, degrees)


def test_countries_hold_every_market_of_the_city_table_in_its_region():
    assert {city.market for city in CITIES if SOURCES.countries[city.market].region != city.region} == set()
    assert len(SOURCES.countries) > 200


@pytest.mark.parametrize(
    ("city_id", "scripts"),
    [
        ("ae-dubai", "Arab Latn"),
        ("vn-hanoi", "Latn"),
        ("hk-hong-kong", "Hant Latn"),
        ("jp-tokyo", "Jpan Latn"),
        ("in-bengaluru", "Knda Latn"),
        ("in-kolkata", "Beng Latn"),
        ("in-mumbai", "Deva Latn"),
        ("sg-singapore", "Latn"),
        ("ru-moscow", "Cyrl"),
        ("il-tel-aviv", "Hebr Arab Latn"),
        ("fr-paris", "Latn"),
    ],
)
def test_street_signs_are_in_the_scripts_of_the_city(city_id, scripts):
    assert facts_of(city_id)["street_script"].value == scripts


def test_the_language_of_an_ad_does_not_change_the_signs():
    city = BY_ID["jp-tokyo"]
    assert {sign_facts(Occasion(city, locale, date(2026, 5, 1), 12, SOURCES)) for locale in ("ja-JP", "en-JP")} == {
        sign_facts(occasion_of(city))
    }


def test_signs_of_a_market_without_a_row_are_those_of_its_official_languages():
    nothing = Sources({}, {})
    assert sign_facts(occasion_of(elsewhere("MM", "en-GB"), sources=nothing))[0].value == "Mymr"
    assert sign_facts(occasion_of(elsewhere("ZZ", "qqq"), sources=nothing))[0].certainty == "estimated"


@pytest.mark.parametrize(
    ("city_id", "month", "has", "lacks"),
    [
        ("de-berlin", 1, "bare", "blossom"),
        ("de-berlin", 7, "full", "bare"),
        ("ru-moscow", 1, "bare", "palm"),
        ("us-chicago", 10, "orange", "bare"),
        ("au-melbourne", 1, "full", "bare"),
        ("au-melbourne", 7, "evergreen", "blossom"),
        ("gb-london", 3, "bulbs", "full"),
        ("jp-tokyo", 4, "blossom", "bare"),
        ("ae-dubai", 7, "palms", "lush"),
        ("gr-athens", 7, "golden", "fresh"),
        ("za-johannesburg", 7, "straw", "lush"),
        ("is-reykjavik", 7, "vivid green", "palm"),
    ],
)
def test_plants_look_as_they_do_there_and_then(city_id, month, has, lacks):
    text = facts_of(city_id, month)["vegetation"].text
    assert (has in text, lacks in text) == (True, False), text


@pytest.mark.parametrize(
    "city", [city for city in CITIES if (city.koppen or "").startswith("A")], ids=lambda c: c.city_id
)
def test_trees_of_the_tropics_never_lose_their_leaves_together(city):
    for month in range(1, 13):
        text = facts_of(city, month)["vegetation"].text
        assert "palms" in text
        assert "trees bare" not in text


@given(koppen=st.sampled_from(sorted(YEARS)), latitude=st.floats(-90, 90), month=st.integers(1, 12))
def test_something_grows_or_is_said_not_to_in_every_climate(koppen, latitude, month):
    city = elsewhere("FR", "fr-FR", koppen=koppen, latitude=latitude)
    assert len(vegetation_facts(occasion_of(city, month))) == 1


def test_plants_of_an_estimated_climate_are_estimated():
    city = elsewhere("FR", "fr-FR")
    assert vegetation_facts(occasion_of(city))[0].certainty == "estimated"


@pytest.mark.parametrize(
    ("city_id", "month", "worn"),
    [
        ("ru-moscow", 1, "heavy_winter"),
        ("fr-paris", 1, "winter"),
        ("fr-paris", 7, "light"),
        ("sg-singapore", 1, "summer"),
        ("au-sydney", 1, "summer"),
        ("sa-riyadh", 7, "light_covered"),
        ("eg-cairo", 7, "light_modest"),
        ("ae-dubai", 1, "light_modest"),
    ],
)
def test_people_wear_what_the_temperature_and_the_market_ask_for(city_id, month, worn):
    assert facts_of(city_id, month)["dress"].value == worn


@given(celsius=st.floats(-60, 60), market=st.sampled_from(sorted(SOURCES.countries)))
def test_people_wear_something_at_every_temperature(celsius, market):
    rows = [
        row
        for row in SOURCES.dress
        if {"*", market} & set(row.markets) and (row.below_celsius is None or celsius < row.below_celsius)
    ]
    assert rows


def test_a_landmark_to_be_cleared_is_taken_only_when_nothing_else_is_left():
    rows = [landmark(1, "a", avoid="review"), landmark(2, "b", avoid="when_dark")]
    chosen = [choose_landmark(rows, light) for light in ("day", "night")]
    assert [one.landmark for one in chosen if one] == ["b", "a"]


def test_a_landmark_to_be_cleared_says_why_and_is_looked_at():
    sources = Sources({}, {"xx-here": (landmark(1, "a", avoid="review"),)})
    occasion = occasion_of(elsewhere("FR", "fr-FR"), sources=sources)
    note = {fact.name: fact.text for fact in landmark_facts(occasion)}["landmark_note"]
    found = landmark_findings(landmark_of(occasion), "x.v1")
    assert [(one.severity, one.subject, note in one.text) for one in found] == [(Severity.REVIEW, "x.v1", True)]


def test_a_landmark_that_is_free_needs_no_look():
    assert landmark_findings(landmark_of(occasion_of("jp-tokyo")), "x") == landmark_findings(None, "x") == ()


def test_every_landmark_whose_note_asks_for_a_check_is_reserved():
    rows = [row for rows in SOURCES.landmarks.values() for row in rows]
    asking = [row for row in rows if "check" in row.note or "permit" in row.note]
    assert len(asking) > 20
    assert [row.landmark for row in asking if not row.avoid] == []


def test_no_shipped_city_shows_a_landmark_that_must_be_cleared():
    for city in CITIES:
        for hour in (12, 23):
            occasion = Occasion(city, city.locales[0], date(2026, 12, 1), hour, SOURCES)
            assert landmark_findings(landmark_of(occasion), city.city_id) == ()


def test_every_landmark_has_its_local_name_and_source():
    rows = [row for rows in SOURCES.landmarks.values() for row in rows]
    assert [row.landmark for row in rows if not (row.local_name and row.source)] == []
    assert facts_of("jp-tokyo")["landmark_local_name"].text == "東京タワー"


@pytest.mark.parametrize(
    ("text", "market", "found"),
    [
        ("a samurai drinks the can", "JP", "samurai"),
        ("two Samurais walk by", "JP", "Samurais"),
        ("a samurai drinks the can", "DE", ""),
        ("an Oktoberfest tent", "DE", "Oktoberfest"),
        ("a man in a sombrero", "MX", "sombrero"),
        ("exotically lit", "FR", "exotically"),
        ("the can by the drunken boat", "IE", "drunken"),
        ("a mimed joke", "FR", ""),
        ("red  lantern light", "CN", "red lantern"),
        ("the can stands on a ledge", "JP", ""),
    ],
)
def test_cliches_are_found_as_whole_words_in_their_markets(text, market, found):
    findings = cliche_findings(text, market, SOURCES.cliches, "demo")
    assert [one.value for one in findings] == ([found.replace("  ", " ")] if found else [])
    assert all(one.severity is Severity.REVIEW and one.check == "cliche" for one in findings)


@pytest.mark.parametrize("name", sorted(path.stem for path in (PROJECT.root / "configs/campaigns").glob("*.yml")))
def test_no_shipped_scene_is_a_cliche_anywhere(name):
    scene = PROJECT.campaign(name).scene
    markets = {city.market for city in CITIES}
    assert [one.text for market in markets for one in cliche_findings(scene, market, SOURCES.cliches, name)] == []


@pytest.mark.parametrize("city", CITIES, ids=lambda city: city.city_id)
def test_no_shipped_street_is_described_by_a_cliche(city):
    said = f"{SOURCES.streets[city.city_id].texture}; {SOURCES.streets[city.city_id].architecture}"
    assert cliche_findings(said, city.market, SOURCES.cliches, city.city_id) == ()


def test_a_citys_climate_is_worked_out_once_a_month_and_anew_from_other_normals():
    here = occasion_of("fr-paris", 7)
    other = here._replace(sources=SOURCES._replace(climate={"fr-paris": SOURCES.climate["ru-moscow"]}))
    assert climate_facts(here) is climate_facts(occasion_of("fr-paris", 7))
    assert climate_facts(here) != climate_facts(other)


@given(text=st.text(max_size=80), words=st.text("ab*.(\\ ", min_size=1, max_size=8))
def test_no_text_and_no_word_break_the_search(text, words):
    row = Cliche(markets=("*",), words=words, why="w", source="s")
    assert all(str(one.value) in plain(text) for one in cliche_findings(text, "FR", [row], "x"))


@given(before=st.text(max_size=20), words=st.from_regex(r"[ab]([ab.*(\\\ ]{0,6}[ab])?\*?", fullmatch=True))
def test_words_that_stand_in_a_text_are_found_once_whatever_is_around_them(before, words):
    row = Cliche(markets=("*",), words=words, why="w", source="s")
    stem = words.removesuffix("*")
    assume(not cliche_findings(before, "FR", [row], "x"))
    found = cliche_findings(f"{before} {stem.upper()}, {stem}", "FR", [row], "x")
    assert [str(one.value).casefold() for one in found] == [plain(stem)]
    assert cliche_findings(before.replace(words[0], "").replace(words[0].upper(), ""), "FR", [row], "x") == ()


@pytest.mark.parametrize("market", ["GU", "VI", "PR", "US"])
def test_united_states_territories_measure_in_us_units_and_fahrenheit(market):
    country = SOURCES.countries[market]
    assert (country.units, country.temperature_unit) == ("US", "fahrenheit")


@pytest.mark.parametrize("market", ["GU", "VI", "PR"])
def test_units_cldr_does_not_give_are_not_said_to_be_its_own(market):
    assert "units, temperature and calendar: CLDR" not in SOURCES.countries[market].source


BAD_TABLES = {
    "unknown country": (read_countries, "market,region,driving_side,plugs,source\nQQ,EMEA,left,G,x\n", ":2 (market)"),
    "unknown side": (
        read_countries,
        "market,region,driving_side,plugs,source\nFR,EMEA,middle,E,x\n",
        ":2 (driving_side)",
    ),
    "country twice": (
        read_countries,
        "market,region,driving_side,plugs,source\nFR,EMEA,right,E,x\nFR,EMEA,right,E,x\n",
        ":3 (market)",
    ),
    "unknown unit": (
        read_countries,
        "market,region,driving_side,plugs,units,source\nFR,EMEA,right,E,ell,x\n",
        ":2 (units)",
    ),
    "empty texture": (read_streets, "city_id,texture,architecture,source\nfr-paris,,stone,x\n", ":2 (texture)"),
    "unknown column": (read_streets, "city_id,texture,architecture,source,mood\na,b,c,d,e\n", ":1"),
    "unknown season": (read_vegetation, "koppen,season,below_celsius,text,source\nC,monsoon,,x,y\n", ":2 (season)"),
    "no climate class": (read_vegetation, "koppen,season,below_celsius,text,source\nZ,winter,,x,y\n", ":2 (koppen)"),
    "no number": (read_dress, "below_celsius,markets,id,text,source\nwarm,*,a,b,c\n", ":2 (below_celsius)"),
    "no market": (read_cliches, "markets,words,why,source\n,a,b,c\n", ":2 (markets)"),
    "market unknown": (read_cliches, "markets,words,why,source\nFR XQ,a,b,c\n", ":2 (markets)"),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_bad_row_of_a_table_is_one_error_with_its_line(case, tmp_path):
    read, text, where = BAD_TABLES[case]
    path = tmp_path / "table.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        read(path, "data/table.csv")
    assert f"data/table.csv{where}" in str(caught.value)
