from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from adlocalizer.config import TableRow, read_table
from adlocalizer.config.csv_text import csv_lines
from adlocalizer.config.rows import CITY_COLUMNS, CITY_OPTIONAL, city_table, copy_table
from adlocalizer.errors import ConfigError
from adlocalizer.wording import length_of

GOOD = "city_id,city,note\njp-tokyo,Tokyo,\nfr-paris,Paris,light\n"
COLUMNS, OPTIONAL = ("city_id", "city"), ("note",)
TOKYO = {"city_id": "jp-tokyo", "city": "Tokyo", "local_name": "東京", "region": "APAC", "market": "JP"} | {
    "locales": "ja-JP",
    "latitude": "35.6895",
    "longitude": "139.69171",
    "timezone": "Asia/Tokyo",
    "koppen": "Cfa",
}
WORDS = {"locale": "ja-JP", "headline": "冬の太陽", "call_to_action": "見る", "price": "180", "currency": "JPY"} | {
    "legal": ""
}


def rows_of(tmp_path, raw: str | bytes, name: str = "t.csv"):
    path = tmp_path / name
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    return read_table(path, COLUMNS, OPTIONAL, name)


def refusal(tmp_path, raw: str | bytes, name: str = "t.csv") -> str:
    with pytest.raises(ConfigError) as caught:
        rows_of(tmp_path, raw, name)
    return str(caught.value)


def cities(tmp_path, *changes: dict[str, str]):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*CITY_COLUMNS, *CITY_OPTIONAL])
    writer.writeheader()
    writer.writerows(TOKYO | change for change in changes)
    (tmp_path / "c.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
    return city_table(read_table(tmp_path / "c.csv", CITY_COLUMNS, CITY_OPTIONAL), "c.csv")


def copies(*changes: dict[str, str]):
    return copy_table([TableRow(line, WORDS | change) for line, change in enumerate(changes, start=2)], "w.csv")


def test_a_good_table_is_read_with_its_lines(tmp_path):
    rows = rows_of(tmp_path, GOOD)
    assert [row.line for row in rows] == [2, 3]
    assert rows[1].values == {"city_id": "fr-paris", "city": "Paris", "note": "light"}


def test_an_optional_column_may_be_left_out(tmp_path):
    assert rows_of(tmp_path, "city_id,city\na,b\n")[0].values == {"city_id": "a", "city": "b", "note": ""}


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + GOOD.encode(),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("\n", "\r").encode(),
        GOOD.rstrip().encode(),
        GOOD.replace("\n", "\n\n").encode(),
        (GOOD + ",,\n").encode(),
        GOOD.replace("Tokyo", '"Tokyo"').encode(),
    ],
)
def test_harmless_differences_between_programs_read_the_same(tmp_path, raw):
    assert [row.values for row in rows_of(tmp_path, raw)] == [row.values for row in rows_of(tmp_path, GOOD)]


def test_a_row_below_a_quoted_line_break_keeps_its_own_line(tmp_path):
    rows = rows_of(tmp_path, 'city_id,city\na,"b\nc"\nd,e\n')
    assert [(row.line, row.values["city"]) for row in rows] == [(2, "b\nc"), (4, "e")]


FAULTS = {
    "city_id;city;note\na;b;c\n": ("t.csv:1", "separated by semicolons", "comma"),
    "city_id\tcity\na\tb\n": ("t.csv:1", "separated by tabs", "comma"),
    GOOD.replace("jp-tokyo,Tokyo,", "jp-tokyo;Tokyo;"): ("t.csv:2", "1 fields, the header 3", "not semicolons"),
    GOOD.replace("Tokyo,", "Tokyo"): ("t.csv:2", "2 fields, the header 3", "leave a field empty"),
    GOOD.replace("Paris,", "Paris,France,"): ("t.csv:3", "4 fields, the header 3", "quote a text with a comma"),
    GOOD.replace("city_id", "zzz"): ("t.csv:1 (city_id)", "is missing", "add it"),
    GOOD.replace("city_id", "cityid"): ("t.csv:1 (city_id)", "is missing", "renamed? The table has 'cityid'"),
    GOOD.replace("city_id", "City ID"): ("t.csv:1 (city_id)", "is missing", "write 'city_id'"),
    GOOD.replace(",city,", ",city ,"): ("t.csv:1 (city)", "is missing", "The table has 'city '"),
    GOOD.replace("note", "colour"): ("t.csv:1", "'colour' is unknown", "the columns are: city_id, city, note"),
    GOOD.replace("note", "notes"): ("t.csv:1", "'notes' is unknown", "write 'note'"),
    GOOD.replace("note", ""): ("t.csv:1", "a column has no name", "remove it"),
    GOOD.replace("note", "city"): ("t.csv:1 (city)", "2 columns have this name", "keep one"),
    "city_id,city\n": ("t.csv:1", "no rows", "add at least one row"),
    "\n\n": ("t.csv:1", "the table is empty", "city_id,city"),
    "": ("t.csv", "zero bytes", "export it again"),
    GOOD + '"x,y,z\n': ("t.csv:4", "a quote opens in this row and never closes", "close it"),
    GOOD + '"x"y,z,\n': ("t.csv:4", "goes on after its quote", "whole field in quotes"),
    GOOD.replace("Paris", "Pa\0ris"): ("t.csv:3", "NUL", "UTF-8"),
    GOOD.replace("Paris", "P" * 10_001): ("t.csv:3 (city)", "10,001 characters", "at most 10,000"),
    GOOD.replace("Paris", "P" * 140_000): ("t.csv:3", "never seems to end", "quote"),
    "<!doctype html><html>": ("t.csv:1", "an HTML or XML page", "CSV UTF-8"),
    GOOD.replace("Paris", "Orléans").encode("latin-1"): ("t.csv:3", "byte 0xE9 at position 13", "CSV UTF-8"),
    GOOD.encode("utf-16"): ("t.csv:1", "UTF-16", "CSV UTF-8"),
    GOOD.encode("utf-16-le"): ("t.csv:1", "UTF-16", "CSV UTF-8"),
    b"PK\x03\x04rest": ("t.csv", "a workbook or archive named .csv", "real ending"),
    b"\xd0\xcf\x11\xe0rest": ("t.csv", "an old Excel workbook named .csv", "CSV UTF-8"),
}


@pytest.mark.parametrize(("raw", "expected"), FAULTS.items(), ids=range(len(FAULTS)))
def test_a_broken_csv_is_refused_with_line_and_remedy(tmp_path, raw, expected):
    said = refusal(tmp_path, raw)
    assert [part for part in expected if part not in said] == [], said


NAMES = {"t.xls": "an old Excel workbook", "t.tsv": "ends in '.tsv'", "t": "ends in nothing", "t.xlsm": "'.xlsm'"}


@pytest.mark.parametrize(("name", "found"), NAMES.items())
def test_other_kinds_of_files_are_refused(tmp_path, name, found):
    said = refusal(tmp_path, GOOD, name)
    assert found in said
    assert "save the table as .csv, .parquet or .xlsx" in said


@pytest.mark.parametrize("name", ["t.parquet", "t.xlsx"])
@pytest.mark.parametrize("raw", [b"PAR1nonsensePAR1", b"PK\x03\x04nonsense", GOOD.encode()])
def test_a_file_that_lies_about_its_kind_is_refused(tmp_path, name, raw):
    assert f"{name}: is not a readable" in refusal(tmp_path, raw, name)


def test_a_missing_table_suggests_its_neighbour(tmp_path):
    (tmp_path / "cities.csv").write_text(GOOD)
    with pytest.raises(ConfigError, match=r"there is no such file; write 'cities\.csv'\?"):
        read_table(tmp_path / "citys.csv", COLUMNS)


@pytest.mark.parametrize("name", [".", "x" * 300 + ".csv", "nul\0.csv", "a/b/c.csv"])
def test_a_path_without_a_table_is_refused(tmp_path, name):
    with pytest.raises(ConfigError):
        read_table(tmp_path / name, COLUMNS)


def test_parquet_holds_the_text_a_csv_would(tmp_path):
    values = {"city_id": ["a", "b"], "city": [37.0, float("nan")], "note": [["ja-JP", "en-JP"], None]}
    parquet.write_table(pyarrow.table(values), tmp_path / "t.parquet")
    rows = read_table(tmp_path / "t.parquet", COLUMNS, OPTIONAL)
    assert [list(row.values.values()) for row in rows] == [["a", "37", "ja-JP en-JP"], ["b", "", ""]]


CELLS = [("x", "x"), (37.0, "37"), (35.6895, "35.6895"), (7, "7"), (True, "true"), (None, "")]
CELLS += [
    (date(2026, 12, 1), "2026-12-01"),
    (datetime(2026, 12, 1), "2026-12-01"),  # noqa: DTZ001 - a sheet knows no zones
    (Decimal("1.50"), "1.5"),
]


@pytest.mark.parametrize(("value", "text"), CELLS[:-1])
def test_a_sheet_holds_the_text_a_csv_would(tmp_path, value, text):
    book = openpyxl.Workbook()
    for row in (["city_id", "city", "note", None], ["a", "b", value, None], [None, None, None, None]):
        book.active.append(row)
    book.create_sheet("another").append(["nonsense"])
    book.save(tmp_path / "t.xlsx")
    rows = read_table(tmp_path / "t.xlsx", COLUMNS, OPTIONAL)
    assert [(row.line, row.values["note"]) for row in rows] == [(2, text)]


@pytest.mark.parametrize(("value", "text"), CELLS)
def test_a_parquet_cell_is_the_text_a_csv_would_hold(tmp_path, value, text):
    parquet.write_table(pyarrow.table({"city_id": ["a"], "city": ["b"], "note": [value]}), tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet", COLUMNS, OPTIONAL)[0].values["note"] == text


def test_bytes_in_a_parquet_file_are_refused_with_their_row(tmp_path):
    parquet.write_table(pyarrow.table({"city_id": ["a"], "city": [b"b"]}), tmp_path / "t.parquet")
    with pytest.raises(ConfigError, match=r"t\.parquet:2: holds a value of type bytes"):
        read_table(tmp_path / "t.parquet", COLUMNS)


@pytest.mark.parametrize("name", ["t.parquet", "t.xlsx"])
def test_a_renamed_column_is_found_in_every_kind_of_table(tmp_path, name):
    if name == "t.xlsx":
        book = openpyxl.Workbook()
        book.active.append(["cityid", "city"])
        book.save(tmp_path / name)
    else:
        parquet.write_table(pyarrow.table({"cityid": ["a"], "city": ["b"]}), tmp_path / name)
    with pytest.raises(ConfigError, match=r"column 'city_id' is missing; renamed\? The table has 'cityid'"):
        read_table(tmp_path / name, COLUMNS)


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), min_size=1, max_size=4))
def test_every_table_a_csv_writer_writes_reads_back(tmp_path_factory, table):
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([COLUMNS, *table])
    kept = [[cell.replace("\0", "") for cell in row] for row in table]
    raw = text.getvalue().replace("\0", "").encode("utf-8", "surrogatepass")
    try:
        read = [line.cells for line in csv_lines(raw, "t.csv")][1:]
    except ConfigError:
        assert not text.getvalue().isascii()
        return
    assert read == [row for row in kept if any(row)]


@given(st.binary(max_size=80) | st.text(alphabet='city_id,"\n\r;\tab\0é', max_size=80).map(lambda t: t.encode()))
def test_any_bytes_read_or_are_refused(tmp_path_factory, raw):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(b"city_id,city\n" + raw)
    try:
        rows = read_table(path, COLUMNS)
    except ConfigError:
        return
    assert all(set(row.values) == set(COLUMNS) for row in rows)


def test_a_good_row_becomes_a_city(tmp_path):
    table = cities(tmp_path, {"locales": "ja-JP; en-US"})
    assert table.faults == ()
    assert (table.cities[0].local_name, table.cities[0].locales, table.cities[0].koppen) == (
        *("東京", ("ja-JP", "en-US")),
        "Cfa",
    )


CITY_FAULTS = [
    ("latitude", "135", "found 135", "a number from -90 to 90"),
    ("latitude", "35,7", "found '35,7'", "a number from -90 to 90"),
    ("latitude", "nan", "found 'nan'", "a number"),
    ("latitude", "", "found nothing", "a number"),
    ("longitude", "1e2", "found '1e2'", "a number from -180 to 180"),
    ("market", "jp", "found 'jp'", "two capital letters"),
    ("market", "UK", "the unknown country 'UK'", "such as 'GB'"),
    ("market", "ZZ", "the unknown country", "ISO 3166-1"),
    ("market", "EU", "the unknown country", "ISO 3166-1"),
    ("market", "XX", "the unknown country", "ISO 3166-1"),
    ("city_id", "JP Tokyo", "found 'JP Tokyo'", "an id of lower-case letters"),
    ("city_id", "../../etc", "found '../../etc'", "an id"),
    ("city_id", "", "found nothing", "an id"),
    ("region", "the east", "found 'the east'", "letters, digits"),
    ("locales", "xx-YY", "the unknown locale", "write a BCP-47 tag CLDR knows"),
    ("locales", "ja-JP, en-US", "found 'ja-JP,'", "a BCP-47 tag"),
    ("locales", "ja_JP", "found 'ja_JP'", "a BCP-47 tag"),
    ("locales", "tl-PH", "the unknown locale", "write 'fil-PH'"),
    ("locales", "ja-FR", "the unknown locale", "such as 'ja-JP'"),
    ("locales", "no-NO", "the unknown locale", "such as 'nb-NO'"),
    ("locales", "ja-JP ja-JP", "more than once", "once"),
    ("locales", "", "found a list", "a list of at least 1"),
    ("timezone", "Mars/Base", "the unknown time zone 'Mars/Base'", "such as 'Europe/Paris'"),
    ("timezone", "tokyo", "the unknown time zone", "'Asia/Tokyo'"),
    ("timezone", "Asia/Tokio", "the unknown time zone", "'Asia/Tokyo'"),
    ("timezone", "../../etc/passwd", "the unknown time zone", "an IANA zone"),
    ("city", "", "found nothing", "1 to 80 characters"),
    ("city", "T" * 81, "(81 characters)", "1 to 80 characters"),
]


@pytest.mark.parametrize(("column", "text", "found", "remedy"), CITY_FAULTS)
def test_a_faulty_city_is_left_out_and_named(tmp_path, column, text, found, remedy):
    table = cities(tmp_path, {}, {"city_id": "jp-osaka", column: text})
    assert [city.city_id for city in table.cities] == ["jp-tokyo"]
    fault = table.faults[0]
    assert (fault.where, len(table.faults)) == (f"c.csv:3 ({column})", 1)
    assert (found in fault.found, remedy in fault.remedy) == (True, True), str(fault)


ODD_NAMES = [
    *('To"kyo', "Tokyo 🗼", "To\u200fkyo", "To\u202ekyo", "<script>", '=HYPERLINK("x")', "../../etc", "-Tokyo"),
    *("+Tokyo", "@Tokyo", "To{kyo}", "To\\kyo", "To/kyo", "To\nkyo", "To\tkyo", "☀️", "…", "To\u200bkyo", "12"),
    *("To\u200dkyo", "\u3164", "Tokyo™", "To;kyo", "To|kyo", "To`kyo", "$Tokyo", "To\ufe0fkyo", "To\ue000kyo"),
]


@pytest.mark.parametrize("column", ["city", "local_name"])
@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_no_city_has_is_a_fault(tmp_path, column, name):
    table = cities(tmp_path, {column: name})
    assert [fault.column for fault in table.faults] == [column]
    assert str(table.faults[0]).isprintable()
    assert table.cities == ()


REAL_NAMES = [
    *("'s-Hertogenbosch", "Hawai\u02bbi", "N\u2019Djamena", "St. John's", "Frankfurt (Oder)", "Washington, D.C."),
    *("Vitoria–Gasteiz", "سنندج", "कोलकाता", "ශ්\u200dරී", "กรุงเทพฯ", "አዲስ አበባ", "Tāmaki Makaurau", "Sa\u0303o Paulo"),
    *("میان\u200cدوآب", "L'Hospitalet", "6th of October", "サン・パウロ", "บุรี", "Ấp Đình", "Val-d\u2019Or"),
]


@pytest.mark.parametrize("name", REAL_NAMES)
def test_a_name_some_city_has_is_none(tmp_path, name):
    assert cities(tmp_path, {"local_name": name}).faults == ()


def test_every_fault_of_a_row_is_told(tmp_path):
    faults = cities(tmp_path, {"latitude": "135", "timezone": "Mars/Base", "locales": "xx-YY"}).faults
    assert [fault.column for fault in faults] == ["latitude", "locales", "timezone"]
    assert {fault.row_id for fault in faults} == {"jp-tokyo"}


def test_two_rows_with_one_id_are_both_left_out_and_both_named(tmp_path):
    table = cities(tmp_path, {}, {"city_id": "fr-paris"}, {"city": "Tokyo again"})
    assert [city.city_id for city in table.cities] == ["fr-paris"]
    assert [str(fault).split(";")[0] for fault in table.faults] == [
        "c.csv:2 (city_id): 'jp-tokyo' stands in line 4 too in row 'jp-tokyo'",
        "c.csv:4 (city_id): 'jp-tokyo' stands in line 2 too in row 'jp-tokyo'",
    ]


KNOWN_LOCALES = ["zh-Hant-HK", "ar-SA", "ur-PK", "am-ET", "yo-NG", "pcm-NG", "xh-ZA", "zh-HK", "es-419", "sr-Latn-RS"]


@pytest.mark.parametrize("tag", KNOWN_LOCALES)
def test_locales_of_our_markets_are_known(tmp_path, tag):
    assert cities(tmp_path, {"locales": tag}).faults == ()


def test_a_good_row_becomes_copy():
    copy = copies({}).copy[0]
    assert (copy.headline, copy.price, copy.currency, copy.legal) == ("冬の太陽", 180.0, "JPY", None)


def test_isolates_around_a_name_stand_in_copy():
    [row] = copies({"headline": "50% יותר ב-\u2066SOLARA Zero\u2069 עכשיו"}).copy
    assert length_of(row.headline) == length_of(row.headline.replace("\u2066", "").replace("\u2069", ""))


COPY_FAULTS = [
    ("headline", "", "found nothing", "1 to 200 characters"),
    ("headline", "a\u202eb", "hidden character U+202E", "type the text again"),
    ("headline", "a \u2066SOLARA", "U+2066", "end with U+2069"),
    ("headline", "SOLARA\u2069 a", "U+2069", "begin with U+2066"),
    ("headline", "\u2066\u2069", "around nothing", "words between them"),
    ("headline", "a\nb", "hidden character U+000A", "on one line"),
    ("call_to_action", "x" * 61, "(61 characters)", "1 to 60 characters"),
    ("legal", "a\x07", "hidden character U+0007", "type the text again"),
    ("price", "1,50", "found '1,50'", "a number of at least 0"),
    ("price", "-1", "found -1", "a number of at least 0"),
    ("price", "inf", "found 'inf'", "a number"),
    ("currency", "", "price has no currency", "ISO 4217"),
    ("currency", "yen", "found 'yen'", "three capital letters"),
    ("currency", "XYZ", "the unknown currency", "ISO 4217"),
    ("locale", "xx-YY", "the unknown locale", "CLDR knows"),
    ("locale", "Japanese", "found 'Japanese'", "a BCP-47 tag"),
]


@pytest.mark.parametrize(("column", "text", "found", "remedy"), COPY_FAULTS)
def test_a_faulty_copy_row_is_left_out_and_named(column, text, found, remedy):
    table = copies({column: text}, {"locale": "fr-FR"})
    assert [copy.locale for copy in table.copy] == ["fr-FR"]
    fault = table.faults[0]
    assert (len(table.faults), found in fault.found, remedy in fault.remedy) == (1, True, True), str(fault)


def test_two_rows_for_one_locale_are_both_named():
    table = copies({}, {"headline": "別"})
    assert ([fault.line for fault in table.faults], table.copy) == ([2, 3], ())


@given(st.dictionaries(st.sampled_from([*CITY_COLUMNS, "koppen"]), st.text(max_size=20)))
def test_any_row_is_a_city_or_a_fault(change):
    table = city_table([TableRow(2, TOKYO | change)], "c.csv")
    assert len(table.cities) + bool(table.faults) == 1
    assert all(str(fault).isprintable() for fault in table.faults)


@given(st.dictionaries(st.sampled_from(list(WORDS)), st.text(max_size=20)))
def test_any_row_is_copy_or_a_fault(change):
    table = copies(change)
    assert len(table.copy) + bool(table.faults) == 1
