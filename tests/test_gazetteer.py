"""Short city tables: what is looked up, what is never guessed, and how each row that cannot be used is named."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from adlocalizer.config import CityTable, Project
from adlocalizer.config.city_tables import read_atlas, read_cities, read_country_names
from adlocalizer.config.gazetteer import COLUMNS, SAME_PLACE_KM, Gazetteer, folded, km_between
from adlocalizer.config.lettering import odd_in_name
from adlocalizer.config.places import city_id, official_locales
from adlocalizer.config.resolving import SHORT_COLUMNS, SHORT_OPTIONAL, resolved_table
from adlocalizer.config.tables import TableRow
from adlocalizer.domain import City, Id
from adlocalizer.errors import ConfigError, GateFailed
from adlocalizer.expectations import gate_cities
from adlocalizer.ordering import plan_order

from .projects import make_project, small_order

ROOT = Path(__file__).parents[1]
ATLAS = read_atlas(ROOT)
GAZETTEER = ATLAS.gazetteer
EMPTY = dict.fromkeys((*SHORT_COLUMNS, *SHORT_OPTIONAL), "")


def table(*rows: dict[str, str]) -> CityTable:
    return resolved_table([TableRow(line, EMPTY | row) for line, row in enumerate(rows, start=2)], "t.csv", ATLAS)


def city(name: str, country: str, **more: str) -> City:
    found = table({"city": name, "country": country, **more})
    assert found.faults == ()
    return found.cities[0]


def fault(name: str, country: str, **more: str) -> str:
    found = table({"city": name, "country": country, **more})
    assert (found.cities, len(found.faults)) == ((), 1)
    return str(found.faults[0])


def test_a_city_of_the_gazetteer_has_all_a_full_table_says():
    assert city("Sapporo", "JP") == City(
        city_id="jp-sapporo",
        city="Sapporo",
        local_name="札幌",
        region="APAC",
        market="JP",
        locales=("ja-JP",),
        latitude=43.06667,
        longitude=141.35,
        timezone="Asia/Tokyo",
    )


def test_each_shipped_city_is_found_by_its_name_and_stays_as_it_is():
    shipped = list(ATLAS.shipped)
    found = table(*({"city": one.city, "country": one.market} for one in shipped))
    assert (found.faults, list(found.cities)) == ((), shipped)


def test_a_shipped_city_is_found_by_its_local_name_and_by_other_spellings_too():
    asked = [("東京", "JP"), ("New York", "US"), ("Bombay", "IN"), ("Praha", "CZ"), ("Kiev", "UA"), ("Saigon", "VN")]
    assert [city(*one).city_id for one in asked][:3] == ["jp-tokyo", "us-new-york-city", "in-mumbai"]
    assert {city(*one).city_id for one in asked} <= {one.city_id for one in ATLAS.shipped} | {"vn-ho-chi-minh-city"}


SPELLINGS = [
    *(("Köln", "DE", "de-cologne"), ("koln", "DE", "de-cologne"), ("COLOGNE", "DE", "de-cologne")),
    *(("Koeln", "DE", "de-cologne"), ("Москва", "RU", "ru-moscow"), ("Moscow", "RU", "ru-moscow")),
    *(("Lodz", "PL", "pl-lodz"), ("Łódź", "PL", "pl-lodz"), ("Sao Paulo", "BR", "br-sao-paulo")),
    *(("St. Louis", "US", "us-saint-louis"), ("Saint Louis", "US", "us-saint-louis"), ("Geneva", "CH", "ch-geneva")),
    *(("Genève", "CH", "ch-geneva"), ("Genf", "CH", "ch-geneva"), ("부산", "KR", "kr-busan")),
    *(("L\u2019Aquila", "IT", "it-laquila"), ("L'Aquila", "IT", "it-laquila"), ("Quebec City", "CA", "ca-quebec")),
]


@pytest.mark.parametrize(("name", "country", "id"), SPELLINGS)
def test_case_accents_and_apostrophes_do_not_count(name, country, id):
    assert city(name, country, locale="en-GB").city_id == id


@pytest.mark.parametrize("mark", ["'", "\u2019", "\u00b4", "`", "\u02bb"])
def test_every_kind_of_apostrophe_is_left_out(mark):
    assert folded(f"L{mark}Aquila") == "laquila"


def test_a_name_is_folded_once_however_many_rows_ask_for_it():
    rows = [{"city": "Kobe", "country": "JP"}, {"city": "Springfield", "country": "US", "admin": "Illinois"}]
    table(*rows)
    folded_before = folded.cache_info().misses
    table(*rows * 20)
    assert folded.cache_info().misses == folded_before


def test_marks_that_make_another_letter_do_count():
    assert folded("が") != folded("か")
    assert folded("पुणे") != folded("पणे")


COUNTRIES = {"US": "US", "usa": "US", "United States": "US", "U.S.A.": "US", "UK": "GB", "Scotland": "GB"} | {
    "Deutschland": "DE",
    "日本": "JP",
    "España": "ES",
    "espana": "ES",
    "Côte d'Ivoire": "CI",
    "Turkey": "TR",
    "Türkiye": "TR",
    "Россия": "RU",
    "Suisse": "CH",
    "Hong Kong": "HK",
}


@pytest.mark.parametrize(("said", "market"), COUNTRIES.items())
def test_a_country_is_known_by_code_and_by_name(said, market):
    assert ATLAS.country_names.market(said) == market


@pytest.mark.parametrize("said", ["Congo", "Korea", "EU", "ZZ", "Atlantis", "", "ドイツ"])
def test_a_country_that_is_none_or_two_is_not_known(said):
    assert ATLAS.country_names.market(said) is None


def test_a_table_of_country_names_with_an_unknown_code_is_refused(tmp_path):
    (tmp_path / "names.csv").write_text("name,market,source\nAtlantis,ZZ,none\n")
    with pytest.raises(ConfigError, match=r"country_names\.csv:2 \(market\): found the unknown country 'ZZ'"):
        read_country_names(tmp_path / "names.csv")


def test_an_ambiguous_name_names_every_place_it_could_be():
    said = fault("Springfield", "US")
    assert said.startswith("t.csv:2 (city): 'Springfield' is any of 8 places: Springfield (Missouri, 170,188 people),")
    assert said.endswith("write the state in a column admin, such as 'Missouri'")


@pytest.mark.parametrize("admin", ["Illinois", "IL", "il", "ILLINOIS"])
def test_a_state_decides_between_places_of_one_name(admin):
    assert city("Springfield", "US", admin=admin).city_id == "us-springfield-il"


def test_a_country_decides_between_places_of_one_name():
    assert [city(name, country).timezone for name, country in (("Córdoba", "AR"), ("Cordoba", "ES"))] == [
        *("America/Argentina/Cordoba", "Europe/Madrid")
    ]


def test_coordinates_decide_between_places_of_one_name():
    said = city("Springfield", "US", latitude="39.8", longitude="-89.6")
    assert (said.city_id, said.timezone, said.latitude) == ("us-springfield-il", "America/Chicago", 39.8)


def test_a_large_place_does_not_win_over_a_small_one_of_its_name():
    assert "any of 2 places: Dallas (Texas, 1,326,087 people), Dallas (Oregon, 15,277 people)" in fault("Dallas", "US")


def test_a_place_called_so_wins_over_smaller_ones_only_spelt_so():
    assert [place.name for place in GAZETTEER.named("US", "Springfield")] == ["Springfield"] * 8


def test_a_city_called_so_for_short_is_named_beside_a_smaller_town_of_that_name():
    assert [place.name for place in GAZETTEER.named("DE", "Halle")] == ["Halle (Saale)", "Halle"]
    assert [place.name for place in GAZETTEER.named("DE", "Frankfurt")] == ["Frankfurt am Main", "Frankfurt (Oder)"]
    assert [place.name for place in GAZETTEER.named("DE", "Frankfurt am Main")] == ["Frankfurt am Main"]


def test_two_towns_across_a_state_line_are_two():
    assert [place.admin for place in GAZETTEER.named("US", "Kansas City")] == ["MO", "KS"]


def test_a_town_that_is_listed_twice_is_one():
    assert len(GAZETTEER.named("IR", "Kashan")) == 1


def test_an_id_names_the_state_wherever_the_country_has_several():
    ids = [city("Suzhou", "CN", admin=admin).city_id for admin in ("Jiangsu", "Anhui")]
    assert ids == ["cn-suzhou-04", "cn-suzhou-01"]


def test_a_typing_mistake_is_answered_with_the_nearest_names_and_not_corrected():
    assert "there is no 'Barcelna' in Spain" in fault("Barcelna", "ES")
    assert "did you mean 'Barcelona'" in fault("Barcelna", "ES")


def test_a_city_of_another_country_is_answered_with_that_country():
    assert "is the country right? There is one in Spain, Venezuela" in fault("Barcelona", "FR")


def test_a_city_nobody_knows_may_bring_its_own_coordinates_and_zone():
    own = {"latitude": "47.6", "longitude": "12.1", "timezone": "Europe/Vienna"}
    said = city("Hinterdorf am See", "Austria", **own)
    assert (said.city_id, said.local_name, said.region) == ("at-hinterdorf-am-see", "Hinterdorf am See", "EMEA")
    assert "for a place the gazetteer lacks, write latitude, longitude and timezone" in fault("Hinterdorf", "AT")


def test_own_coordinates_far_from_a_shipped_city_do_not_take_its_id():
    own = {"latitude": "52.6", "longitude": "-1.6", "timezone": "Europe/London"}
    said = fault("London", "GB", **own)
    assert ("is not the shipped gb-london" in said, "give it an id of its own" in said) == (True, True)
    assert city("London", "GB", **own, city_id="gb-london-hamlet").koppen is None


def test_own_coordinates_far_from_every_place_of_the_name_need_a_zone():
    assert "(timezone): found nothing, and no 'Lyon' within 20 km" in fault("Lyon", "FR", latitude="1", longitude="2")


def test_what_a_row_says_itself_wins():
    more = {"local_name": "Kölle", "region": "RHINE", "koppen": "Cfb", "city_id": "koelle"}
    said = city("Cologne", "DE", **more, latitude="50.9", longitude="6.9")
    assert (said.city_id, said.local_name, said.region, said.koppen) == ("koelle", "Kölle", "RHINE", "Cfb")
    assert (said.latitude, said.longitude) == (50.9, 6.9)


def test_an_empty_locale_is_the_official_language_of_the_country():
    assert [official_locales(market) for market in ("DE", "US", "BR", "UA", "TW")] == [
        *(("de-DE",), ("en-US",), ("pt-BR",), ("uk-UA",), ("zh-TW",))
    ]


def test_an_empty_locale_in_a_country_of_several_languages_is_asked_for():
    said = fault("Bruges", "BE")
    assert "(locale): found nothing, and Belgium has 3 official languages" in said
    assert said.endswith("write those of the city, of nl-BE, fr-BE, de-BE")


def test_the_first_locale_decides_the_local_name():
    assert [city("Bruges", "BE", locale=tag).local_name for tag in ("nl-BE", "fr-BE; nl-BE")] == ["Brugge", "Bruges"]


def test_one_place_under_two_spellings_is_named_twice_and_left_out():
    found = table(*({"city": name, "country": "DE"} for name in ("Köln", "Bonn", "Cologne")))
    assert [one.city_id for one in found.cities] == ["de-bonn"]
    assert [(one.line, one.found) for one in found.faults] == [
        (2, "'Köln' is de-cologne, and so is line 4"),
        (4, "'Cologne' is de-cologne, and so is line 2"),
    ]


FAULTS = [
    ({"city": ""}, "city", "found nothing"),
    ({"city": "Ly\u202eon"}, "city", "found U+202E"),
    ({"country": ""}, "country", "found nothing"),
    ({"country": "Frnace"}, "country", "did you mean 'France'"),
    ({"locale": "xx-YY"}, "locale", "unknown locale 'xx-YY'"),
    ({"locale": "fr-FR fr-FR"}, "locale", "more than once"),
    ({"locale": "French"}, "locale", "found 'French'"),
    ({"admin": "Bavaria"}, "admin", "write Auvergne-Rhône-Alpes"),
    ({"region": "the east"}, "region", "found 'the east'"),
    ({"timezone": "Mars/Base"}, "timezone", "unknown time zone"),
    ({"latitude": "95", "longitude": "4.8"}, "latitude", "a number from -90 to 90"),
    ({"latitude": "-33.9"}, "longitude", "found nothing beside the latitude '-33.9'"),
    ({"longitude": "151.2"}, "latitude", "found nothing beside the longitude '151.2'"),
    ({"koppen": "Qx"}, "koppen", "unknown climate class"),
    ({"city_id": "LYON"}, "city_id", "an id of lower-case letters"),
    ({"local_name": "<b>"}, "local_name", "write letters"),
]


@pytest.mark.parametrize(("change", "column", "said"), FAULTS)
def test_a_faulty_cell_of_a_short_row_is_named_by_its_column(change, column, said):
    found = table({"city": "Lyon", "country": "FR", **change})
    assert ([one.column for one in found.faults], found.cities) == ([column], ())
    assert said in str(found.faults[0])


def test_every_fault_of_a_short_row_is_told():
    found = table({"city": "Foo", "country": "Atlantis", "locale": "xx-YY", "koppen": "Qx"})
    assert {one.column for one in found.faults} == {"country", "locale", "koppen"}


def test_a_country_without_a_region_asks_for_one():
    bare = ATLAS._replace(regions={})
    rows = [TableRow(2, EMPTY | {"city": "Lyon", "country": "FR"})]
    assert str(resolved_table(rows, "t.csv", bare).faults[0]).startswith("t.csv:2 (region): found nothing, and data/")


@pytest.mark.slow
def test_the_gate_passes_resolved_rows_and_names_the_others():
    good = table({"city": "Lyon", "country": "FR"}, {"city": "Kobe", "country": "JP"})
    assert {one.severity.value for one in gate_cities(good.rows, "t.csv")} == {"pass"}
    bad = table({"city": "Springfield", "country": "US"})
    failed = [one for one in gate_cities(bad.rows, "t.csv") if one.severity.value == "fail"]
    assert all("t.csv:2 (us-springfield)" in one.text for one in failed)
    assert failed


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_short_table_of_any_kind_is_read(tmp_path, ending):
    rows = [["city", "country", "locale"], ["Köln", "Germany", "de-DE"]]
    if ending == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "t.xlsx")
    else:
        (tmp_path / "t.csv").write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    read = Project(ROOT).cities(str(tmp_path / f"t.{ending}"))
    assert [(one.city_id, one.local_name) for one in read.cities] == [("de-cologne", "Köln")]


HEADERS = {
    "city,Country": "the column 'country' is missing; renamed? The table has 'Country'",
    "town,country": "the column 'city' is missing",
    "city,country,locales": "the column 'locales' is unknown; write 'locale'",
    "city,locale": "the column 'country' is missing",
}


@pytest.mark.parametrize(("header", "said"), HEADERS.items())
def test_a_header_of_neither_kind_says_what_is_missing(tmp_path, header, said):
    (tmp_path / "t.csv").write_text(f"{header}\na,b,c\n")
    with pytest.raises(ConfigError) as caught:
        Project(ROOT).cities(str(tmp_path / "t.csv"))
    assert said in str(caught.value)


@pytest.mark.parametrize("raw", [b"", b"nonsense", gzip.compress(b"a,b\n", mtime=0), gzip.compress(b"\xff", mtime=0)])
def test_a_damaged_gazetteer_is_one_error(tmp_path, raw):
    (tmp_path / "g.csv.gz").write_bytes(raw)
    for path in ("g.csv.gz", "none.csv.gz"):
        with pytest.raises(ConfigError, match=r"data/g\.csv\.gz: (is missing|begins with)"):
            Gazetteer(tmp_path / path, "data/g.csv.gz").named("FR", "Lyon")


def test_a_damaged_row_of_the_gazetteer_is_one_error(tmp_path):
    (tmp_path / "g.csv.gz").write_bytes(gzip.compress((",".join(COLUMNS) + "\nFR,Lyon,84\n").encode()))
    with pytest.raises(ConfigError, match="a row of FR is damaged"):
        Gazetteer(tmp_path / "g.csv.gz", "data/g.csv.gz").named("FR", "Lyon")


def shipped_rows() -> list[dict[str, str]]:
    return list(csv.DictReader(gzip.open(ROOT / "data/gazetteer.csv.gz", "rt", encoding="utf-8", newline="")))


def test_the_shipped_gazetteer_is_small_and_clean():
    from zoneinfo import available_timezones

    rows = shipped_rows()
    names = [name for row in rows for name in (row["name"], *row["local_names"].split("|")) if name]
    assert (ROOT / "data/gazetteer.csv.gz").stat().st_size < 2_500_000
    assert (len(rows), len({row["geonameid"] for row in rows})) == (34_006, 34_006)
    assert {row["timezone"] for row in rows} <= available_timezones()
    assert [name for name in names if odd_in_name(name.rpartition("=")[2])] == []
    assert rows == sorted(rows, key=lambda row: (row["market"], row["name"]))


def test_every_shipped_city_stands_where_the_gazetteer_has_it():
    far = {}
    for one in ATLAS.shipped:
        near = [
            km_between((p.latitude, p.longitude), (one.latitude, one.longitude))
            for p in GAZETTEER.named(one.market, one.city)
        ]
        if not near or min(near) > SAME_PLACE_KM:
            far[one.city_id] = near
    assert far == {}


def test_distances_hold_across_the_date_line():
    assert km_between((0.0, 179.9), (0.0, -179.9)) == pytest.approx(22.24, abs=0.1)
    assert km_between((48.85341, 2.3488), (51.50853, -0.12574)) == pytest.approx(344, abs=4)


SINGLE = """
Sapporo,Japan|Kobe,JP|福岡,日本|Hiroshima,JP|Nagoya,JP|Kyoto,JP|Munich,DE|Hamburg,Deutschland|Stuttgart,DE|Leipzig,DE
Frankfurt am Main,Germany|Düsseldorf,DE|Nürnberg,DE|Lyon,FR|Marseille,France|Toulouse,FR|Nice,FR|Bordeaux,FR|Lille,FR
Strasbourg,FR|Seville,Spain|Valencia,ES|Bilbao,ES|Málaga,ES|Zaragoza,España|Naples,IT|Turin,IT|Florence,IT|Venezia,Italy
Bologna,IT|Porto,PT|Graz,AT|Salzburg,Österreich|Gothenburg,SE|Malmö,SE|Aarhus,DK|Kraków,PL|Gdansk,Poland|Wroclaw,PL
Brno,CZ|Debrecen,HU|Thessaloniki,GR|Ankara,TR|Izmir,Turkey|Manchester,GB|Birmingham,UK|Liverpool,GB|Glasgow,Scotland
Edinburgh,GB|Rotterdam,NL|Utrecht,Holland|Jeddah,SA|Mecca,SA|Giza,EG|Alexandria,Egypt|Guadalajara,MX|Monterrey,MX
Córdoba,AR|Cordoba,Spain|Rosario,AR|Medellín,CO|Cali,CO|Salvador,BR|Brasília,BR|Curitiba,Brasil|Seattle,US|Boston,US
Houston,USA|St Louis,US
"""
TYPING = (
    "Barcelna,ES|Marseile,FR|Munchn,DE|Hambrug,DE|Sapporro,JP|Hiroshma,JP|Neples,IT|Liverpol,GB|Rotterdm,NL|Anakra,TR"
)
SEVERAL = "Springfield,US|Portland,US|Columbus,US|Arlington,US|Suzhou,CN|Taizhou,CN|Fuzhou,CN|Kansas City,US|Dallas,US"
UNKNOWN = (
    "Qwertyville,US|Atlantis,GR|El Dorado City,CO|Zzyzx Springs,US|Hogsmeade,GB|Minas Tirith,NZ|Gotham,US|Xanadu,CN"
)
ELSEWHERE = "Bilbao,FR|Lyon,DE|Sapporo,KR|Kyoto,CN|Bordeaux,ES"
NOWHERE = "Lyon,Frnace|Köln,Germoney|Kobe,Nippon Land"
SILENT = "Bruges,BE|Lausanne,CH|Pune,IN|Ottawa,CA|Bergen,NO|Nakuru,KE"
TWICE = "Cologne,DE|Köln,Germany|Poznan,PL|Poznań,PL|Antalya,TR|ANTALYA,Turkey"
SPOKEN = (
    "Geneva,CH,fr-CH|Pune 2,IN,hi-IN|Cork,IE,en-IE|Tampere,FI,fi-FI|Cebu City,PH,en-PH|Graz,AT,xx-AT|Bonn,DE,German"
)


def pairs(text: str) -> list[list[str]]:
    return [one.split(",") for one in text.strip().replace("\n", "|").split("|")]


def two_hundred() -> list[tuple[list[str], str]]:
    """City, country, locale, and the column that is at fault: empty for a good row."""
    shipped = [[one.city, one.market] for one in ATLAS.shipped]
    parts = [(shipped, ""), (pairs(SINGLE), ""), (pairs(TYPING), "city"), (pairs(SEVERAL), "city")]
    parts += [(pairs(UNKNOWN), "city"), (pairs(ELSEWHERE), "city"), (pairs(NOWHERE), "country")]
    parts += [(pairs(SILENT), "locale"), (pairs(TWICE), "city"), ([["", "FR"]], "city"), ([["Bonn", ""]], "country")]
    said = dict(zip(range(7), ("", "city", "", "", "", "locale", "locale"), strict=True))
    every = [([*one, ""], column) for some, column in parts for one in some]
    return [*every, *((one, said[at]) for at, one in enumerate(pairs(SPOKEN)))]


def test_a_table_of_two_hundred_rows_names_what_is_wrong_and_runs_the_rest(tmp_path):
    rows = two_hundred()
    over = {"cities": ["*"], "city_table": "mine.csv", "on_bad_row": "quarantine", "formats": ["gads_upload_300x250"]}
    project = make_project(tmp_path / "project", **over)
    with (project / "mine.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("city", "country", "locale"), *(cells for cells, _ in rows)])
    faulty = {line: column for line, (_, column) in enumerate(rows, start=2) if column}
    found = Project(project).cities("mine.csv")
    assert (len(rows), {one.line: one.column for one in found.faults}) == (200, faulty)
    assert len(found.cities) == 200 - len(faulty)
    plan = plan_order(small_order(project)).plan
    reasons = [one.reason for one in plan.quarantined if "mine.csv" in one.reason]
    assert len(reasons) == len(faulty)
    made = {one.creative.city_id for one in plan.creatives}
    assert {"jp-tokyo", "jp-sapporo", "de-munich", "ie-cork"} < made
    wordless = {one.rendition.creative.city_id for one in plan.quarantined if "mine.csv" not in one.reason}
    assert made | wordless == {one.city_id for one in found.cities}


def test_a_table_with_bad_rows_stops_a_strict_run_and_names_them(tmp_path):
    project = make_project(tmp_path / "project", city_table="mine.csv", cities=["*"])
    (project / "mine.csv").write_text("city,country\nKobe,JP\nSpringfield,US\nBarcelna,ES\n")
    with pytest.raises(GateFailed) as caught:
        plan_order(small_order(project))
    assert [one.text[:18] for one in caught.value.findings] == ["mine.csv:3 (city):", "mine.csv:4 (city):"]


TEXT = st.text(max_size=30) | st.sampled_from(["Springfield", "US", "Köln", "DE", "BE", "Paris", "95", "fr-FR"])


@given(
    st.lists(
        st.fixed_dictionaries({"city": TEXT, "country": TEXT}, optional=dict.fromkeys(SHORT_OPTIONAL, TEXT)), max_size=3
    )
)
@settings(deadline=None)  # the first asks for a country's part of the gazetteer, and for CLDR's locales
def test_any_rows_are_cities_or_named_faults(rows):
    found = table(*rows)
    faulty = {one.line for one in found.faults}
    assert len(found.cities) + len(faulty) == len(rows) == len(found.rows)
    assert all(str(one).isprintable() and one.column in EMPTY for one in found.faults)
    assert len({one.city_id for one in found.cities}) == len(found.cities)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_name_folds_to_what_folds_to_itself(name):
    assert folded(folded(name)) == folded(name)


@given(st.sampled_from(["US", "TH"]), st.lists(st.text("ab- \u00e9\u30ab", max_size=90), min_size=1, max_size=3))
def test_any_made_id_is_one_or_none(market, parts):
    id = city_id(market, *parts)
    assert id == "" or TypeAdapter(Id).validate_python(id) == id


@pytest.mark.parametrize("row", ["Reykjavik,Iceland,is-IS,extra", "Reykjavik,Iceland"])
def test_a_row_of_too_few_or_too_many_fields_is_one_fault_and_the_rest_is_read(tmp_path, row):
    (tmp_path / "mine.csv").write_text(f"city,country,locale\n{row}\nSapporo,JP,ja-JP\n", encoding="utf-8")
    found = read_cities(tmp_path / "mine.csv", "mine.csv", ROOT)
    assert [one.city_id for one in found.cities] == ["jp-sapporo"]
    (ragged,) = found.faults
    assert (ragged.line, "fields, the header 3" in ragged.found) == (2, True)
