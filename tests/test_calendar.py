"""Holidays, shopping days and season words are right for their market, its hemisphere and any year."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adlocalizer.config import find_project
from adlocalizer.config.calendars import read_feasts, read_season_words, read_shopping_days
from adlocalizer.domain import City, Copy, Fact, Feast, Finding, Flight, SeasonWords, ShoppingDay
from adlocalizer.errors import ConfigError
from adlocalizer.grounding import Occasion
from adlocalizer.grounding.days import Days, off_the_ends, shifted
from adlocalizer.grounding.events import event_facts
from adlocalizer.grounding.hijri import hijri_days, ramadans
from adlocalizer.grounding.holidays import holiday_facts, holidays_of, holidays_within
from adlocalizer.grounding.rows import Rows
from adlocalizer.grounding.season_words import season_findings
from adlocalizer.grounding.shopping import shopping_facts, shopping_within, unknown_holidays
from adlocalizer.grounding.shopping_rules import RuleError, check_rule, first_days

ROOT = Path(__file__).parents[1]
PROJECT = find_project(ROOT)
SOURCES = PROJECT.sources()
CITIES = {city.city_id: city for city in PROJECT.cities("data/cities.csv").cities}
DECEMBER, JULY = (date(2026, 12, 1), date(2026, 12, 31)), (date(2026, 7, 1), date(2026, 7, 31))
unhurried = settings(deadline=None)  # the first example loads calendars and the sun
HEADER = "id,name,local_name,markets,rule,days,certainty,source\n"


def facts(city_id: str, on: date, flight: tuple[date, date] | None = None, **more: str) -> dict[str, Fact]:
    city = CITIES[city_id]
    span = Flight(starts=flight[0], ends=flight[1]) if flight else None
    occasion = Occasion(city, more.get("locale", city.locales[0]), on, 17, SOURCES, span)
    return {fact.name: fact for group in (holiday_facts, shopping_facts, event_facts) for fact in group(occasion)}


def named(market: str, year: int, locale: str = "en") -> dict[str, Days]:
    return {one.name: one.days for one in holidays_of(market, locale, year)}


def found(headline: str, city_id: str, flight: tuple[date, date], locale: str = "") -> tuple[Finding, ...]:
    city = CITIES[city_id]
    words = Copy(locale=locale or city.locales[0], headline=headline, call_to_action="x")
    span = Flight(starts=flight[0], ends=flight[1])
    return season_findings(words, city, span, SOURCES.season_words, SOURCES.shopping_days)


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


# The measured values of our notes on data: what the libraries gave when they were chosen.


def test_ramadan_2027_begins_on_8_february():
    assert hijri_days(9, 1, 2027) == (date(2027, 2, 8),)


def test_eid_al_fitr_2027_is_on_9_march_by_umm_al_qura():
    assert hijri_days(10, 1, 2027) == (date(2027, 3, 9),)


def test_eid_al_adha_2027_is_on_16_may():
    assert hijri_days(12, 10, 2027) == (date(2027, 5, 16),)


@pytest.mark.parametrize("market", ["NG", "PK", "ID"])
def test_countries_that_watch_the_moon_have_eid_a_day_later(market):
    assert named(market, 2027)["Eid al-Fitr"].first == date(2027, 3, 10)


def test_lunar_new_year_2027_is_on_6_february_in_china():
    assert named("CN", 2027)["Chinese New Year (Spring Festival)"].first == date(2027, 2, 6)


def test_lunar_new_year_2027_is_on_7_february_in_korea():
    assert named("KR", 2027)["Korean New Year"].first == date(2027, 2, 7)


def test_valentines_day_and_halloween_are_observances_in_the_united_states():
    kept = {one.name: one.is_public for one in holidays_of("US", "en-US", 2026)}
    assert (kept["Valentine's Day"], kept["Halloween"], kept["Thanksgiving Day"]) == (False, False, True)


def test_diwali_and_holi_are_days_of_india():
    assert named("IN", 2026)["Diwali"].first == date(2026, 11, 8)
    assert "Holi" in named("IN", 2026)


def test_carnival_is_an_observance_in_brazil():
    carnival = next(one for one in holidays_of("BR", "pt-BR", 2027) if one.name == "Carnival")
    assert (carnival.local_name, carnival.days.text, carnival.is_public) == ("Carnaval", "8 to 9 February", False)


def test_islamic_dates_keep_their_estimated_mark():
    fact = facts("ma-casablanca", date(2027, 3, 5))["public_holidays"]
    assert fact.certainty == "estimated"
    assert "Eid al-Fitr (عيد الفطر), 9 to 10 March (estimated)" in fact.text


def test_easter_moves_as_the_church_says():
    assert first_days("easter", 2026) + first_days("easter", 2027) == (date(2026, 4, 5), date(2027, 3, 28))


def test_singles_day_white_friday_and_el_buen_fin_are_where_they_belong():
    november = Days(date(2026, 11, 1), date(2026, 11, 30))
    kept = {
        market: {one.day.id for one in shopping_within(SOURCES.shopping_days, market, november)}
        for market in ("CN", "AE", "MX")
    }
    assert "singles-day" in kept["CN"]
    assert "white-friday" in kept["AE"]
    assert "el-buen-fin" in kept["MX"]
    assert "el-buen-fin" not in kept["CN"]


def test_september_is_no_back_to_school_in_australia():
    september = (date(2026, 9, 1), date(2026, 9, 30))
    assert "school does not start in Sydney in September" in found("Back to school", "au-sydney", september)[0].text
    assert found("Back to school", "us-chicago", september) == ()


# Holidays.


def test_a_holiday_is_told_in_the_readers_words_and_in_english():
    assert (
        "Christmas Day (Erster Weihnachtstag), 25 December"
        in facts("de-berlin", date(2026, 12, 20))["public_holidays"].text
    )


@pytest.mark.parametrize(
    ("locale", "name"), [("hi-IN", "गणतंत्र दिवस"), ("bn-IN", "প্রজাতন্ত্র দিবস"), ("kn-IN", "ಗಣರಾಜ್ಯೋತ್ಸವ"), ("en-IN", "")]
)
def test_a_market_of_many_languages_has_each_ones_name(locale, name):
    text = facts("in-delhi", date(2027, 1, 26), locale=locale)["public_holidays"].text
    assert text.startswith(f"Republic Day ({name})" if name else "Republic Day, 26 January")


def test_holidays_are_those_of_the_flight():
    fact = facts("fr-paris", date(2026, 11, 1), DECEMBER)["public_holidays"]
    assert fact.value == "2026-12-25 christmas-day"


def test_without_a_flight_holidays_are_those_of_two_weeks_around_the_date():
    kept = facts("fr-paris", date(2026, 12, 11))
    assert "public_holidays" in kept
    assert "public_holidays" not in facts("fr-paris", date(2026, 12, 10))


def test_a_flight_over_new_year_has_the_holidays_of_both_years():
    fact = facts("jp-tokyo", date(2026, 12, 1), (date(2026, 12, 1), date(2027, 1, 31)))["public_holidays"]
    assert fact.value == "2027-01-01 new-years-day; 2027-01-11 coming-of-age-day"


def test_days_in_lieu_are_left_out():
    assert not any("substituted" in name or "observed" in name for name in named("CN", 2027) | named("RU", 2027))


def test_equal_days_in_a_row_are_one():
    assert named("TH", 2027)["Songkran Festival"].text == "13 to 15 April"


def test_the_machines_language_changes_no_name():
    code = "from adlocalizer.grounding.holidays import holidays_of; print(holidays_of('CN', 'qq', 2027)[0].text)"
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"LANGUAGE": language, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for language in ("th", "en_US")
    }
    assert texts == {"New Year's Day (元旦), 1 January\n"}


@pytest.mark.parametrize("market", ["ZZ", "QQ"])
def test_a_market_without_a_calendar_has_no_holidays(market):
    assert holidays_within(market, "en", Days(date(2026, 1, 1), date(2026, 12, 31))) == ()


@unhurried
@given(st.dates())
def test_every_day_of_the_calendar_has_its_holidays_without_error(on):
    assert all(
        one.days.meets(Days(on, shifted(on, 20))) for one in holidays_within("IN", "hi-IN", Days(on, shifted(on, 20)))
    )


@pytest.mark.parametrize("month", range(1, 13))
def test_every_shipped_city_has_its_calendar_in_every_month(month):
    for city_id in CITIES:
        kept = facts(city_id, date(2027, month, 15))
        assert all(fact.value and fact.text and fact.source and fact.as_of for fact in kept.values())


# Ramadan.


def test_ramadan_is_told_where_its_end_is_a_public_holiday():
    kept = {city.market for city in CITIES.values() if "ramadan" in facts(city.city_id, date(2027, 2, 20))}
    assert kept == {"AE", "BD", "EG", "ET", "GH", "ID", "IN", "KE", "MA", "MY", "NG", "PH", "PK", "SA", "SG", "TR"}


def test_ramadan_is_estimated_and_says_so():
    fact = facts("eg-cairo", date(2027, 2, 20))["ramadan"]
    assert fact.text == "Ramadan, 8 February to 8 March (estimated, a day earlier or later by the moon)"
    assert (fact.value, fact.certainty) == ("2027-02-08", "estimated")


def test_ramadan_is_no_fact_months_before_it():
    assert "ramadan" not in facts("eg-cairo", date(2026, 12, 1))


def test_2030_has_two_ramadans():
    assert [month.first.year for month in ramadans(Days(date(2030, 1, 1), date(2031, 1, 15)))] == [2030, 2030]


@pytest.mark.parametrize("year", [1, 1500, 1900, 2100, 9999])
def test_where_the_islamic_tables_end_there_is_no_day(year):
    assert hijri_days(9, 1, year) == ()


# Shopping days.


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        ("11-11", date(2026, 11, 11)),
        ("nth:4 thu of 11 +1", date(2026, 11, 27)),
        ("nth:3 mon of 11 -3", date(2026, 11, 13)),
        ("nth:last sun of 5", date(2026, 5, 31)),
        ("nth:last mon of 2", date(2026, 2, 23)),
        ("easter-2", date(2026, 4, 3)),
        ("easter +39", date(2026, 5, 14)),
        ("hijri 9-1", date(2026, 2, 18)),
        ("holiday:CN:Spring Festival -7", date(2026, 2, 10)),
        ("holiday:IN:Diwali", date(2026, 11, 8)),
        ("01-01 -7", date(2025, 12, 25)),
        ("wed from 01-06", date(2026, 1, 7)),
        ("tue from 01-06", date(2026, 1, 6)),
        ("mon from 12-29 +1", date(2027, 1, 5)),
    ],
)
def test_a_rule_is_a_day(rule, day):
    assert first_days(rule, 2026) == (day,)


@pytest.mark.parametrize(
    "rule", ["02-29", "nth:5 fri of 2", "hijri 9-30 +0", "easter", "wed from 02-29", "wed from 12-31"]
)
@unhurried
@given(year=st.integers(1, 9999))
def test_a_rule_gives_no_day_rather_than_an_error_in_years_without_one(rule, year):
    assert all(abs(day.year - year) <= 1 for day in first_days(rule, year))


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("13-01", "no day 1 of month 13"),
        ("02-30", "no day 30 of month 2"),
        ("nth:4 thu of 13", "no month 13"),
        ("wed from 06-31", "no day 31 of month 6"),
        ("wednesday from 06-22", "no form"),
        ("nth:6 thu of 11", "no form"),
        ("nth:4 thursday of 11", "no form"),
        ("hijri 13-1", "no day of the Islamic year"),
        ("easter -90", "at most 60"),
        ("lunar 7-7", "no form"),
        ("holiday:IN:Diwalli", "IN has no such holiday"),
        ("holiday:ZZ:Diwali", "ZZ has no such holiday"),
        ("", "no form"),
    ],
)
def test_a_rule_nobody_can_read_is_refused(rule, said):
    with pytest.raises(RuleError, match=said):
        check_rule(rule)


@unhurried
@given(st.text(alphabet="nth:4 uof1+-eastrhijldyINCN", max_size=24))
def test_any_text_is_a_rule_or_is_refused(text):
    with contextlib.suppress(RuleError):
        check_rule(text)


@pytest.mark.parametrize("rule", SOURCES.shopping_days, ids=lambda rule: rule.id)
def test_every_shipped_rule_has_a_day_a_year_for_many_years(rule):
    assert all(first_days(rule.rule, year) for year in range(2024, 2036))


def test_a_shopping_day_of_a_holiday_nobody_has_is_named():
    (wrong,) = [one.model_copy(update={"rule": "holiday:IN:Diwalli -21"}) for one in SOURCES.shopping_days[:1]]
    (finding,) = unknown_holidays([*SOURCES.shopping_days[1:], wrong])
    assert (finding.subject, "IN has no such holiday" in finding.text) == (wrong.id, True)


def test_the_shipped_table_serves_every_shipped_market():
    assert {city.market for city in CITIES.values()} - {
        market for rule in SOURCES.shopping_days for market in rule.markets
    } == {"ET"}


def test_a_window_is_met_in_its_middle_and_over_new_year():
    rule = ShoppingDay(id="x", name="X", markets=("*",), rule="12-26", days=11, source="test")
    assert [one.days.text for one in shopping_within([rule], "FR", Days(date(2027, 1, 3), date(2027, 1, 3)))] == [
        "26 December to 5 January"
    ]


def test_sales_by_decree_are_told_as_typical():
    fact = facts("fr-paris", date(2027, 1, 20))["shopping_events"]
    assert "Winter sales (Soldes d'hiver), 6 January to 2 February, typical days" in fact.text
    assert fact.certainty == "typical"


def starts(id: str, *years: int) -> list[str]:
    rule = next(one.rule for one in SOURCES.shopping_days if one.id == id)
    return [day.isoformat() for year in years for day in first_days(rule, year)]


def test_french_winter_sales_start_on_the_first_wednesday_when_the_second_falls_after_the_12th():
    assert starts("soldes-hiver-fr", 2025, 2026, 2027) == ["2025-01-08", "2026-01-07", "2027-01-06"]


def test_french_summer_sales_start_a_week_earlier_when_the_last_wednesday_falls_after_the_28th():
    assert starts("soldes-ete-fr", 2025, 2026, 2027) == ["2025-06-25", "2026-06-24", "2027-06-23"]


@given(year=st.integers(1990, 2100))
def test_french_sales_start_within_the_days_the_code_allows(year):
    (winter,), (summer,) = starts("soldes-hiver-fr", year), starts("soldes-ete-fr", year)
    assert f"{year}-01-06" <= winter <= f"{year}-01-12"
    assert f"{year}-06-22" <= summer <= f"{year}-06-28"


@pytest.mark.parametrize(("city_id", "day"), [("nl-amsterdam", 5), ("be-brussels", 6)])
def test_saint_nicholas_comes_a_day_later_to_belgium(city_id, day):
    kept = facts(city_id, date(2026, 11, 1), (date(2026, 12, 5), date(2026, 12, 6)))["shopping_events"].value
    assert next(one for one in kept.split("; ") if "sinterklaas" in one).startswith(f"2026-12-{day:02}")


@pytest.mark.parametrize("city_id", ["tw-taipei", "hk-hong-kong"])
def test_traditional_readers_get_traditional_names(city_id):
    kept = [facts(city_id, on, (on, on))["shopping_events"].text for on in (date(2026, 11, 11), date(2026, 8, 20))]
    assert ("雙十一" in kept[0], "開學季" in kept[1]) == (True, True)


def test_equal_days_of_a_market_are_worked_out_once_for_a_table():
    days = Days(date(2026, 11, 1), date(2026, 11, 30))
    kept = [shopping_within(SOURCES.shopping_days, "CN", days) for _ in range(2)]
    assert kept[0] is kept[1]


def test_another_table_has_its_own_shopping_days():
    days = Days(date(2026, 11, 1), date(2026, 11, 30))
    assert shopping_within(SOURCES.shopping_days, "CN", days) != shopping_within((), "CN", days) == ()


def test_rows_are_equal_only_to_themselves():
    rows = SOURCES.shopping_days
    assert Rows(rows) == Rows(rows)
    assert Rows(rows) != Rows((*rows,))


def test_shopping_events_are_those_of_the_flight():
    assert facts("cn-shanghai", date(2026, 6, 1), (date(2026, 11, 1), date(2026, 11, 30)))["shopping_events"].value == (
        "2026-11-11 singles-day"
    )


@pytest.mark.parametrize(
    ("row", "where", "said"),
    [
        ("x,X,,FR,13-13,1,exact,s", ":2 (rule)", "write month and day"),
        ("x,X,,FR,wed from 02-30,1,exact,s", ":2 (rule)", "write month and day"),
        ("x,X,,FR XX,11-11,1,exact,s", ":2 (markets)", "ISO 3166"),
        ("x,X,,FR,11-11,0,exact,s", ":2 (days)", ""),
        ("x,X,,FR,11-11,1000000,exact,s", ":2 (days)", ""),
        ("x,X,,FR,11-11,1,perhaps,s", ":2 (certainty)", ""),
        ("x,X,,,11-11,1,exact,s", ":2 (markets)", ""),
        ("x,X,,FR,11-11,1,exact,", ":2 (source)", ""),
        ("x,X,,FR,11-11,1,exact,s\nx,Y,,FR,11-12,1,exact,s", ":3 (id)", "line 2"),
    ],
)
def test_a_bad_row_of_shopping_days_is_named_with_its_line(tmp_path, row, where, said):
    with pytest.raises(ConfigError) as refused:
        read_shopping_days(table(tmp_path, HEADER + row + "\n"), "days.csv")
    assert f"days.csv{where}" in str(refused.value)
    assert said in str(refused.value)


# The event.


@pytest.mark.parametrize(
    ("city_id", "on", "text"),
    [
        ("us-chicago", date(2026, 10, 20), "the days before Halloween (31 October)"),
        ("us-chicago", date(2026, 10, 31), "Halloween (31 October)"),
        ("us-chicago", date(2026, 8, 10), "Back to school (1 to 31 August, typical days)"),
        ("de-berlin", date(2026, 12, 20), "the days before Christmas Day (25 December)"),
        ("kr-seoul", date(2027, 1, 18), "the days before Korean New Year (7 February)"),
        ("th-bangkok", date(2027, 4, 14), "Songkran Festival (13 to 15 April)"),
        ("pk-karachi", date(2027, 3, 9), "the days before Eid al-Fitr (10 to 12 March, estimated)"),
        ("in-delhi", date(2026, 10, 24), "Diwali season (18 October to 8 November, typical days)"),
        ("in-delhi", date(2026, 11, 7), "the days before Diwali (8 November)"),
        ("sa-riyadh", date(2027, 2, 13), "Ramadan (8 February to 8 March, estimated)"),
    ],
)
def test_the_event_is_what_people_look_forward_to(city_id, on, text):
    assert facts(city_id, on)["event"].text == text


def test_the_event_has_the_id_of_its_day():
    assert facts("de-berlin", date(2026, 12, 20))["event"].value == "christmas-day"
    assert facts("cn-beijing", date(2026, 11, 11))["event"].value == "singles-day"


def test_a_public_holiday_comes_before_a_nearer_observance():
    feasts = (*SOURCES.feasts, Feast(name="Maha Shivaratri", markets=("IN",), source="test"))
    sources = SOURCES._replace(feasts=feasts, shopping_days=())
    occasion = Occasion(CITIES["in-delhi"], "hi-IN", date(2027, 2, 28), 17, sources)
    assert [fact.value for fact in event_facts(occasion)] == ["maha-shivaratri"]


NO_FEASTS = {
    *("yom-kippur", "tisha-bav", "ashura", "anzac-day", "martyrs-day", "memorial-day", "peace-memorial-day"),
    *(
        "martyrs-day-and-international-mother-language-day",
        "good-friday",
        "all-souls-day",
        "army-day",
        "islamic-new-year",
    ),
    *("founding-anniversary-of-iglesia-ni-cristo", "ethiopian-martyrs-day", "armistice-day", "tomb-sweeping-day"),
    *("armed-forces-day", "veterans-day", "day-of-silence", "ash-wednesday", "independence-day", "kings-birthday"),
}


def test_no_day_of_mourning_fasting_or_the_state_is_ever_an_event():
    years = [date(2026, 1, 1) + timedelta(days=day) for day in range(0, 730, 5)]
    events = {facts_event(city, on) for city in one_city_a_market() for on in years}
    assert events & NO_FEASTS == set()
    assert {"christmas-day", "diwali", "eid-al-fitr", "songkran-festival", "rosh-hashanah"} <= events


def one_city_a_market() -> list[City]:
    return list({city.market: city for city in CITIES.values()}.values())


def facts_event(city: City, on: date) -> str:
    return next((str(fact.value) for fact in event_facts(Occasion(city, "en-GB", on, 12, SOURCES))), "")


def test_a_day_of_mourning_is_still_told_as_a_holiday():
    kept = facts("il-tel-aviv", date(2026, 9, 21))
    assert "yom-kippur" in kept["public_holidays"].value


def test_without_feasts_no_holiday_is_an_event():
    bare = SOURCES._replace(feasts=(), shopping_days=())
    assert event_facts(Occasion(CITIES["de-berlin"], "de-DE", date(2026, 12, 20), 12, bare)) == ()


@pytest.mark.parametrize("feast", SOURCES.feasts, ids=lambda feast: feast.name)
def test_every_feast_is_a_holiday_the_package_has(feast):
    markets = supported() if feast.markets == ("*",) else feast.markets
    has = [
        any(one.name == feast.name for year in range(2024, 2028) for one in holidays_of(m, "en", year)) for m in markets
    ]
    assert any(has) if feast.markets == ("*",) else all(has)


def supported() -> list[str]:
    from holidays import list_supported_countries

    return sorted(code for code in list_supported_countries() if len(code) == 2)


@pytest.mark.parametrize(
    ("rows", "where", "said"),
    [
        ("Diwali,IN XX,s", ":2 (markets)", "ISO 3166"),
        ("Diwali,,s", ":2 (markets)", ""),
        (",IN,s", ":2 (name)", ""),
        ("Diwali,IN,", ":2 (source)", ""),
        ("Diwali,IN,s\ndiwali,SG,s", ":3 (name)", "line 2"),
    ],
)
def test_a_bad_row_of_feasts_is_named_with_its_line(tmp_path, rows, where, said):
    with pytest.raises(ConfigError) as refused:
        read_feasts(table(tmp_path, f"name,markets,source\n{rows}\n"), "feasts.csv")
    assert f"feasts.csv{where}" in str(refused.value)
    assert said in str(refused.value)


def test_a_city_has_no_event_where_nothing_is_near():
    assert "event" not in facts("jp-tokyo", date(2027, 5, 20))


@unhurried
@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_an_event_is_now_or_within_three_weeks(on):
    kept = facts("in-mumbai", on)
    soon = {one.name for one in holidays_within("IN", "en", Days(on, on + timedelta(days=21))) if one.is_public}
    assert ("event" in kept) >= bool(soon & {"Diwali", "Christmas", "Holi", "Eid al-Fitr", "Eid al-Adha"})


# Words of a season.


@pytest.mark.parametrize(
    ("headline", "city_id", "flight", "locale"),
    [
        ("Winter warmers", "au-sydney", JULY, ""),
        ("Summer fizz", "au-sydney", DECEMBER, ""),
        ("Ein Sommertag", "de-berlin", JULY, ""),
        ("Summer is coming", "gb-london", (date(2027, 4, 1), date(2027, 4, 30)), ""),
        ("Winter sale", "sg-singapore", JULY, ""),
        ("Summer for all seasons", "gb-london", (date(2026, 1, 1), date(2026, 12, 31)), ""),
        ("J\u2019ai été là", "fr-paris", DECEMBER, ""),
        ("Zimny? Zimowy!", "pl-warsaw", DECEMBER, ""),
        ("Вкус для 20-летних", "ru-moscow", DECEMBER, ""),
        ("A splintering fizz", "au-sydney", DECEMBER, ""),
        ("Water from Snowdonia", "au-sydney", DECEMBER, ""),
        ("SNOWDONIA SPRING", "au-sydney", DECEMBER, ""),
        ("Fresh from Winter Park", "au-sydney", DECEMBER, ""),
        ("Fresca como Sierra Nevada", "mx-mexico-city", JULY, ""),
        ("Nevado de Toluca, agua pura", "mx-mexico-city", JULY, ""),
        ("Hecho en Nevada", "es-madrid", JULY, ""),
        ("Il real estate di Milano", "it-milan", DECEMBER, ""),
        ("Jetzt auch in Winterthur", "ch-zurich", JULY, ""),
        ("夏みかんの味", "jp-tokyo", DECEMBER, ""),
    ],
)
def test_words_that_suit_the_season_or_are_none_give_no_finding(headline, city_id, flight, locale):
    assert found(headline, city_id, flight, locale) == ()


@pytest.mark.parametrize(
    ("headline", "city_id", "flight", "word"),
    [
        ("Winter warmers", "au-sydney", DECEMBER, "Winter"),
        ("O inverno chegou", "br-rio-de-janeiro", DECEMBER, "inverno"),
        ("L\u2019été en bouteille", "fr-paris", DECEMBER, "L'été"),
        ("Hochsommerfrische", "de-berlin", DECEMBER, "Hochsommerfrische"),
        ("はじける夏レモン", "jp-tokyo", DECEMBER, "夏"),
        ("한겨울의 레몬", "kr-seoul", JULY, "한겨울의"),
        ("夏日清爽", "cn-beijing", DECEMBER, "夏日"),
        ("गर्मियों का मज़ा", "in-delhi", DECEMBER, "गर्मियों"),
        ("انتعاش الصيف", "eg-cairo", DECEMBER, "الصيف"),
        ("הטעם של הקיץ", "il-tel-aviv", DECEMBER, "הקיץ"),
        ("Bu yaz limon", "tr-istanbul", DECEMBER, "Bu yaz"),
        ("Лето в банке", "ru-moscow", DECEMBER, "Лето"),
        ("Літо в банці", "ua-kyiv", DECEMBER, "Літо"),
        ("Kesäjuoma", "fi-helsinki", DECEMBER, "Kesäjuoma"),
        ("Καλοκαίρι!", "gr-athens", DECEMBER, "Καλοκαίρι"),
        ("หิมะแรก", "th-bangkok", DECEMBER, "หิมะ"),
        ("Let it snow", "sg-singapore", DECEMBER, "Let it snow"),
        ("A snowy day", "us-miami", DECEMBER, "snowy"),
        ("Mùa đông ấm", "vn-hanoi", JULY, "Mùa đông"),
        ("Una nevada de sabor", "es-madrid", JULY, "nevada"),
        ("Nevada: como la nevada", "es-madrid", JULY, "nevada"),
        ("L'estate in lattina", "it-milan", DECEMBER, "estate"),
        ("Real estate, vera estate", "it-milan", DECEMBER, "estate"),
        ("Winterthur im Winter", "ch-zurich", JULY, "Winter"),
        ("Winter Is Here", "au-sydney", DECEMBER, "Winter"),
    ],
)
def test_a_word_of_the_opposite_season_is_found(headline, city_id, flight, word):
    (finding,) = found(headline, city_id, flight)
    assert (finding.severity.value, finding.value) == ("review", word)
    assert CITIES[city_id].city in finding.text


def test_a_row_of_names_alone_finds_nothing():
    words = Copy(locale="en-AU", headline="Winter warmers", call_to_action="x")
    row = SeasonWords(language="en", kind="winter", words=("!Winter Park",), source="test")
    flight = Flight(starts=DECEMBER[0], ends=DECEMBER[1])
    assert season_findings(words, CITIES["au-sydney"], flight, [row]) == ()


def test_a_finding_names_word_city_month_and_season():
    assert found("Winter warmers", "au-sydney", DECEMBER)[0].text == (
        "the headline says 'Winter', but Sydney has summer in December"
    )


def test_every_text_of_the_copy_is_read():
    words = Copy(locale="en-AU", headline="Fizz", call_to_action="Try winter", legal="Winter stock only")
    flight = Flight(starts=DECEMBER[0], ends=DECEMBER[1])
    texts = [one.text for one in season_findings(words, CITIES["au-sydney"], flight, SOURCES.season_words)]
    assert [text.split(" says")[0] for text in texts] == ["the call to action", "the legal"]


def test_without_shopping_days_school_starts_by_hemisphere():
    words = Copy(locale="en-AU", headline="Back to school", call_to_action="x")
    flight = Flight(starts=date(2026, 9, 1), ends=date(2026, 9, 30))
    findings = season_findings(words, CITIES["au-sydney"], flight, SOURCES.season_words)
    assert "does not usually start" in findings[0].text
    assert season_findings(words, CITIES["gb-london"], flight, SOURCES.season_words) == ()


@pytest.mark.parametrize("flight", [DECEMBER, JULY])
def test_the_demo_copy_speaks_of_no_season(flight):
    span = Flight(starts=flight[0], ends=flight[1])
    copy = {row.locale: row for row in PROJECT.copy("data/copy/demo.csv").copy}
    pairs = [(copy[locale], city) for city in CITIES.values() for locale in city.locales if locale in copy]
    assert [season_findings(row, city, span, SOURCES.season_words, SOURCES.shopping_days) for row, city in pairs] == [
        ()
    ] * len(pairs)


def test_season_words_cover_the_languages_of_the_issue():
    asked = {*("en", "de", "fr", "es", "pt", "it", "nl", "pl", "tr", "ar", "he", "hi", "ja", "ko", "zh", "ru", "uk")}
    asked |= {*("th", "id", "vi", "sv", "nb", "da", "fi", "cs", "hu", "el", "ro")}
    for kind in ("summer", "winter", "snow", "back-to-school"):
        assert asked <= {one.language for one in SOURCES.season_words if one.kind == kind}


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ("en,spring,spring,own", ":2 (kind)"),
        ("qq,summer,x,own", ":2 (language)"),
        ("en-GB,summer,x,own", ":2 (language)"),
        ("en,summer,,own", ":2 (words"),
        ("en,summer,sum*mer,own", ":2 (words"),
        ("en,summer,summer;*,own", ":2 (words"),
        ("en,summer,summer;!,own", ":2 (words"),
        ("en,summer,sum!mer,own", ":2 (words"),
        ("en,summer,summer,", ":2 (source)"),
    ],
)
def test_a_bad_row_of_season_words_is_named_with_its_line(tmp_path, row, where):
    with pytest.raises(ConfigError, match="write") as refused:
        read_season_words(table(tmp_path, f"language,kind,words,source\n{row}\n"), "words.csv")
    assert f"words.csv{where}" in str(refused.value)


# Days.


@given(st.dates(), st.integers(-5000, 5000))
def test_a_day_is_moved_within_the_calendar(day, by):
    moved = shifted(day, by)
    assert moved in (date.min, date.max) or (moved - day).days == by


@given(st.dates())
def test_days_at_the_ends_of_the_calendar_are_moved_inside(day):
    inside = off_the_ends(day, 3)
    assert date.min + timedelta(days=3) <= inside <= date.max - timedelta(days=3)
    assert abs((inside - day).days) <= 3
