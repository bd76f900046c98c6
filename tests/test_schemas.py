from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from adlocalizer.config.documents import read_document
from adlocalizer.config.schemas import FOLDER, schema_texts, write_schemas

CONFIGS = Path(__file__).parents[1] / "configs"
TEXTS = schema_texts()
FILES = sorted(path.relative_to(CONFIGS).as_posix() for path in CONFIGS.rglob("*.yml"))


def schema_name(file: str) -> str:
    """The schema of `campaigns/demo.yml` is campaign's, of `formats.yml` formats'."""
    folder, _, name = file.rpartition("/")
    return f"{folder.removesuffix('s') or Path(name).stem}.schema.json"


def plain(file: str) -> object:
    return json.loads(json.dumps(read_document(CONFIGS / file, file).value))


def test_the_committed_schemas_are_the_nouns_own():
    committed = {path.name: path.read_text(encoding="utf-8") for path in (CONFIGS / "schemas").iterdir()}
    assert committed == TEXTS, "run: python -m adlocalizer.config.schemas"


def test_writing_schemas_writes_every_one(tmp_path):
    (tmp_path / "configs").mkdir()
    write_schemas(tmp_path)
    assert {path.name: path.read_bytes() for path in (tmp_path / FOLDER).iterdir()} == {
        name: text.encode() for name, text in TEXTS.items()
    }


@pytest.mark.parametrize("name", TEXTS)
def test_every_schema_is_a_schema(name):
    jsonschema.Draft202012Validator.check_schema(json.loads(TEXTS[name]))


@pytest.mark.parametrize("file", FILES)
def test_every_shipped_file_is_what_its_schema_asks_for(file):
    jsonschema.Draft202012Validator(json.loads(TEXTS[schema_name(file)])).validate(plain(file))


@pytest.mark.parametrize("file", FILES)
def test_every_shipped_file_names_its_schema_in_its_first_line(file):
    first = (CONFIGS / file).read_text(encoding="utf-8").splitlines()[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert named is not None, first
    assert ((CONFIGS / file).parent / named[1]).resolve() == CONFIGS / "schemas" / schema_name(file)


FAULTS = [
    ("campaigns/demo.yml", lambda value: value | {"titel": "x"}),
    ("campaigns/demo.yml", lambda value: value | {"shooting_hour": 24}),
    ("formats.yml", lambda value: value | {"formats": {"a": {**value["formats"]["meta_feed_1x1"], "id": "a"}}}),
    ("formats.yml", lambda value: value | {"formats": {"A b": value["formats"]["meta_feed_1x1"]}}),
    ("formats.yml", lambda value: {"formats": value["formats"]}),
    ("formats.yml", lambda value: value | {"packs": {"a": {"title": "A", "formats": []}}}),
    ("models.yml", lambda value: {"models": {"a": value["models"]["preview-scene-1"] | {"provider": "No!"}}}),
    ("products/solara-can.yml", lambda value: value | {"shots": []}),
    ("brands/solara.yml", lambda value: value | {"colour": "green"}),
]


@pytest.mark.parametrize(("file", "broken"), FAULTS)
def test_an_editor_marks_what_reading_would_refuse(file, broken):
    validator = jsonschema.Draft202012Validator(json.loads(TEXTS[schema_name(file)]))
    assert not validator.is_valid(broken(plain(file)))
