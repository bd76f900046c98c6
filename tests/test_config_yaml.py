from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.config import read_yaml
from adlocalizer.config.books import FormatBook, ModelBook
from adlocalizer.config.explaining import PATTERNS
from adlocalizer.config.schemas import schema_texts
from adlocalizer.domain import Campaign, CheckBook, Product
from adlocalizer.errors import ConfigError

GOOD = """\
id: spring
title: Spring
flight:
  starts: 2026-12-01
  ends: 2026-12-31
products: [can]
brand: solara
formats: [meta_story_9x16_1080]
copy_table: data/copy/spring.csv
scene: a can on a wall
"""
FORMATS = (Path(__file__).parents[1] / "configs" / "formats.yml").read_text(encoding="utf-8")
MODEL = """\
models:
  one:
    provider: gemini
    title: One
    default: true
    spends: true
    pixels: {"1:1": {1K: [1024, 1024]}}
    price_micros: {1K: 1000}
    source: a price list
    checked: 2026-11-22
"""


def refusal(tmp_path: Path, text: str | bytes, noun: type = Campaign) -> str:
    path = tmp_path / "spring.yml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(ConfigError) as caught:
        read_yaml(path, noun, tmp_path)
    return str(caught.value)


def campaign(tmp_path: Path, text: str) -> Campaign:
    (tmp_path / "spring.yml").write_text(text, encoding="utf-8")
    return read_yaml(tmp_path / "spring.yml", Campaign, tmp_path)


def test_a_good_file_becomes_its_noun(tmp_path):
    read = campaign(tmp_path, GOOD)
    assert (read.id, read.flight.ends.isoformat(), read.products) == ("spring", "2026-12-31", ("can",))


def test_a_file_that_changed_is_read_anew_even_if_its_date_did_not(tmp_path):
    before = campaign(tmp_path, GOOD)
    stood = (tmp_path / "spring.yml").stat()
    (tmp_path / "spring.yml").write_text(GOOD.replace("a can on a wall", "a can on a roof"), encoding="utf-8")
    os.utime(tmp_path / "spring.yml", ns=(stood.st_atime_ns, stood.st_mtime_ns))
    after = read_yaml(tmp_path / "spring.yml", Campaign, tmp_path)
    assert (before.scene, after.scene) == ("a can on a wall", "a can on a roof")


def test_the_same_text_in_another_file_is_blamed_by_its_own_name(tmp_path):
    for name in ("one.yml", "two.yml"):
        (tmp_path / name).write_text(GOOD.replace("scene: a can on a wall", "scenery: x"), encoding="utf-8")
        with pytest.raises(ConfigError, match=rf"{name}:\d+ \(scenery\)"):
            read_yaml(tmp_path / name, Campaign, tmp_path)


@pytest.mark.parametrize("shape", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")])
def test_a_byte_order_mark_and_crlf_are_fine(tmp_path, shape):
    (tmp_path / "spring.yml").write_bytes(shape(GOOD).encode())
    assert read_yaml(tmp_path / "spring.yml", Campaign, tmp_path) == campaign(tmp_path, GOOD)


WRONG_VALUES = {
    "titel: Spring": ("spring.yml:2 (titel)", "unknown key 'titel'", "write 'title' instead"),
    "title: Spring\nzzz: 1": ("spring.yml:3 (zzz)", "unknown key 'zzz'", "known keys: id, title"),
    "title: 5": ("spring.yml:2 (title)", "found 5", "write text"),
    "title:": ("spring.yml:2 (title)", "found nothing", "write text"),
    "title: [a, b]": ("spring.yml:2 (title)", "found a list", "write text"),
    "title: yes\nvariants: true": ("spring.yml:3 (variants)", "found true", "write a whole number from 1 to 20"),
    "title: Spring\nvariants: 21": ("spring.yml:3 (variants)", "found 21", "write a whole number from 1 to 20"),
    "title: Spring\nvariants: 1.5": ("spring.yml:3 (variants)", "found 1.5", "write a whole number from 1 to 20"),
    "title: Spring\nvariants: '2'": ("spring.yml:3 (variants)", "found '2'", "write a whole number"),
    "title: Spring\nmax_enlarge: 6": ("spring.yml:3 (max_enlarge)", "found 6", "write a number from 0 to 0.25"),
    "title: Spring\nmax_enlarge: .nan": ("spring.yml:3 (max_enlarge)", "found '.nan'", "write a number"),
    "title: Spring\nbudget: -1": ("spring.yml:3 (budget)", "found -1", "write a number of at least 0"),
    "title: Spring\nlocales: frist": ("spring.yml:3 (locales)", "found 'frist'", "write 'first'"),
    "title: Spring\non_bad_row: stop": ("spring.yml:3 (on_bad_row)", "found 'stop'", "one of 'fail', 'quarantine'"),
    "title: Spring\nprovider: Gemini!": ("spring.yml:3 (provider)", "found 'Gemini!'", "an id of lower-case letters"),
    "title: Spring\ncities: jp-*": ("spring.yml:3 (cities)", "found 'jp-*'", "write a list"),
    "title: Spring\ncities: [jp-*, 7]": ("spring.yml:3 (cities.1)", "found 7", "write text"),
}


@pytest.mark.parametrize(("line", "expected"), WRONG_VALUES.items())
def test_a_wrong_value_is_named_with_line_key_and_remedy(tmp_path, line, expected):
    said = refusal(tmp_path, GOOD.replace("title: Spring", line))
    assert [part for part in expected if part not in said] == [], said


WRONG_FLIGHTS = {
    "starts: 2027-01-31": ("spring.yml:5 (flight.ends)", "ends 2026-12-31 is before starts 2027-01-31", "later date"),
    "starts: 2026-13-01": ("spring.yml:4 (flight.starts)", "found '2026-13-01'", "a date such as 2026-12-01"),
    "starts: 20261201": ("spring.yml:4 (flight.starts)", "found 20261201", "a date such as 2026-12-01"),
    "starts: 2026-12-01 10:00": ("spring.yml:4 (flight.starts)", "found '2026-12-01 10:00'", "a date"),
    "start: 2026-12-01": ("spring.yml:4 (flight.start)", "unknown key 'start'", "write 'starts' instead"),
}


@pytest.mark.parametrize(("line", "expected"), WRONG_FLIGHTS.items())
def test_a_wrong_flight_is_named_with_its_own_line(tmp_path, line, expected):
    said = refusal(tmp_path, GOOD.replace("starts: 2026-12-01", line))
    assert [part for part in expected if part not in said] == [], said


def test_a_missing_key_is_named_with_its_meaning(tmp_path):
    said = refusal(tmp_path, GOOD.replace("  ends: 2026-12-31\n", ""))
    assert said == "spring.yml:3 (flight.ends): is missing; add it: Last day, ISO 8601"


def test_several_faults_are_counted_and_the_first_is_told(tmp_path):
    said = refusal(tmp_path, GOOD.replace("Spring", "5") + "variants: 99\nattempts: 99\n")
    assert said.startswith("spring.yml:2 (title)")
    assert said.endswith("(and 2 more in this file)")


ODD_FILES = {
    "title: again\n" + GOOD: ("spring.yml:3 (title)", "stands here again, first in line 1", "keep one"),
    GOOD + "\ttabbed: 1\n": ("spring.yml:11", r"found '\t'", "indent with spaces"),
    "": ("spring.yml", "the file is empty", "write"),
    "# only a comment\n": ("spring.yml", "the file is empty", "write keys and values"),
    "- id: spring\n": ("spring.yml:1", "found a list", "write keys and values: id, title"),
    "just words\n": ("spring.yml:1", "found 'just words'", "write keys and values"),
    GOOD + "---\n" + GOOD: ("spring.yml:11", "document", "remove the second ---"),
    GOOD.replace("Spring", "a: b"): ("spring.yml:2", "not YAML", "in quotes"),
    GOOD.replace("Spring", "'Spring"): ("spring.yml:", "not YAML", "quote"),
    GOOD.replace("Spring", "!!python/object:os.system x"): ("spring.yml:2", "not YAML", "remove the tag"),
    GOOD.replace("Spring", "!!timestamp 2026-12-01"): ("spring.yml:2", "not YAML", "remove the tag"),
    GOOD.replace("Spring", "!!int twelve"): ("spring.yml:2", "'twelve' is no number", "write"),
    GOOD.replace("Spring", "@spring"): ("spring.yml:2", "not YAML", "in quotes"),
    GOOD.replace("Spring", "*spring"): ("spring.yml:2", "not YAML", "anchor"),
    GOOD.replace("[can]", "[can"): ("spring.yml:", "not YAML", "close the bracket"),
    GOOD + "? [a, b]\n: c\n": ("spring.yml:11", "a key is a list", "plain word"),
    GOOD.replace("Spring", "Spr\u202eing"): ("spring.yml:2", r"'\u202e'", "invisible"),
    GOOD.replace("Spring", "Spr\x07ing"): ("spring.yml:2", r"'\x07'", "invisible"),
    GOOD + "x: &x [*x]\n": ("spring.yml:11", "inside its own anchor", "write the values out"),
    "a: " + "[" * 5000: ("spring.yml:1", "not YAML", "nest less deeply"),
    "- " * 5000: ("spring.yml:1", "not YAML", "nest less deeply"),
}


@pytest.mark.parametrize(("text", "expected"), ODD_FILES.items(), ids=range(len(ODD_FILES)))
def test_an_odd_file_is_refused_with_its_line(tmp_path, text, expected):
    said = refusal(tmp_path, text)
    assert [part for part in expected if part not in said] == [], said


def test_aliases_that_multiply_are_refused(tmp_path):
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12)]
    said = refusal(tmp_path, "l0: &l0 [x]\n" + "\n".join(levels))
    assert "its aliases stand for too many values" in said


@pytest.mark.parametrize("raw", [GOOD.replace("Spring", "Fr\u00fchling").encode("latin-1"), GOOD.encode("utf-16")])
def test_a_file_that_is_not_utf8_is_refused_with_its_byte(tmp_path, raw):
    said = refusal(tmp_path, raw)
    assert "is not UTF-8; save the file as UTF-8" in said
    assert "byte 0xF" in said


def test_a_file_beyond_two_megabytes_is_refused_unread(tmp_path):
    assert "has 2,100,000 bytes" in refusal(tmp_path, "#" * 2_100_000)


def test_a_missing_file_suggests_its_neighbour(tmp_path):
    (tmp_path / "spring.yml").write_text(GOOD)
    with pytest.raises(ConfigError, match=r"sprng\.yml: there is no such file; write 'spring\.yml'\?"):
        read_yaml(tmp_path / "sprng.yml", Campaign, tmp_path)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ConfigError, match="is a folder"):
        read_yaml(tmp_path, Campaign, tmp_path.parent)


@pytest.mark.parametrize("text", ["9:16", "no", "on", "2026-12-01", "1_000", "0x1F", "~x", "1e999"])
def test_plain_words_stay_the_words_they_are(tmp_path, text):
    assert campaign(tmp_path, GOOD.replace("Spring", text)).title == text


def test_an_alias_repeats_what_its_anchor_says(tmp_path):
    read = campaign(tmp_path, GOOD.replace("brand: solara", "brand: &name solara") + "recipe: *name\n")
    assert read.recipe == "solara"


def test_a_merged_mapping_may_be_overridden(tmp_path):
    text = MODEL + "    batch_price_micros: &batch {1K: 1}\n    reference_micros: 5\n"
    text += (
        text.removeprefix("models:\n")
        .replace("one:", "two:")
        .replace("default: true", "default: false")
        .replace("&batch {1K: 1}", "{<<: *batch, 1K: 7}")
    )
    (tmp_path / "models.yml").write_text(text)
    assert read_yaml(tmp_path / "models.yml", ModelBook).models["two"].batch_price_micros == {"1K": 7}


MODEL_FAULTS = {
    ("{1K: 1000}", "{2K: 1000}"): ("spring.yml:8 (models.one.price_micros)", "has no price for 1K", "add it"),
    ("spends: true", "spends: true\n    successor: two"): (
        "spring.yml:7 (models.one.successor)",
        "found 'two'",
        "the id of a model",
    ),
    ("default: true", "default: false"): ("models", "gemini has 0 default models", "`default: true` at one"),
    ("  one:", "  one:\n    id: two"): ("spring.yml:3 (models.one.id)", "differs from its key: two", "remove it"),
    ("[1024, 1024]", "[1024]"): ("(models.one.pixels.1:1.1K", "is missing", "add it"),
    ('"1:1"', '"wide"'): ("(models.one.pixels.wide)", "the key 'wide' is not accepted", "a ratio in quotes"),
    ("1K: [", "3K: ["): ("(models.one.pixels.1:1.3K)", "the key '3K' is not accepted", "one of '512', '1K'"),
    ("spends: true", "spends: yes"): ("spring.yml:6 (models.one.spends)", "found 'yes'", "true or false"),
}


@pytest.mark.parametrize(("change", "expected"), MODEL_FAULTS.items())
def test_a_model_that_does_not_hold_together_is_refused(tmp_path, change, expected):
    said = refusal(tmp_path, MODEL.replace(*change), ModelBook)
    assert [part for part in expected if part not in said] == [], said


def test_an_error_deep_in_a_long_file_names_its_stanza_and_line(tmp_path):
    text = FORMATS.replace("width: 728, height: 90", "width: 728, height: 20", 1)
    said = refusal(tmp_path, text, FormatBook)
    line = text[: text.index("height: 20,")].count("\n") + 1
    assert (
        said == f"spring.yml:{line} (formats.gads_upload_728x90.height): found 20; write a whole number from 50 to 8192"
    )


def test_a_stanza_says_which_keys_it_takes_and_id_is_none_of_them(tmp_path):
    said = refusal(tmp_path, FORMATS.replace("width: 728, height: 90", "wide: 728, zzz: 90", 1), FormatBook)
    assert "unknown key 'wide'; write 'width' instead" in said


def test_every_pattern_of_a_schema_has_words():
    texts = "".join(schema_texts().values())
    asked = {line.split('"pattern": ')[1].rstrip(",") for line in texts.splitlines() if '"pattern": ' in line}
    known = {yaml.safe_dump(pattern, default_style='"', width=10_000).strip() for pattern in PATTERNS}
    assert asked <= known


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(sorted({*Campaign.model_fields, "shots", "name", "description", "models", "x"}))


@given(
    st.dictionaries(KEYS, VALUES, max_size=8), st.sampled_from([Campaign, Product, CheckBook, FormatBook, ModelBook])
)
def test_any_mapping_loads_or_is_refused(tmp_path_factory, mapping, noun):
    path = tmp_path_factory.getbasetemp() / "any.yml"
    path.write_text(yaml.safe_dump(mapping, allow_unicode=True), encoding="utf-8")
    try:
        assert isinstance(read_yaml(path, noun), noun)
    except ConfigError as error:
        pytest.fail("the file is not named") if "any.yml" not in error.where else None


@given(st.binary(max_size=60) | st.text(alphabet=" \n:-[]{}&*!|>'\"#%@`,?<~ab1\t", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(tmp_path_factory, raw):
    path = tmp_path_factory.getbasetemp() / "bytes.yml"
    path.write_bytes(raw)
    with pytest.raises(ConfigError):
        read_yaml(path, Campaign)
