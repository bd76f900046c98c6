"""What the documents say is so."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest
import yaml

from .commands import call

ROOT = Path(__file__).parents[1]
DOCS = sorted(path.relative_to(ROOT) for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")
ROOM = re.compile(r"`((?:adlocalizer|flows|tasks|configs|data|templates|docs|tests|requirements)/[^`<*]*)`")


def console_commands(text: str) -> list[list[str]]:
    """The words of every `$ adlocalizer …` line in a console block."""
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    lines = [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ adlocalizer ")]
    return [shlex.split(line) for line in lines]


def nouns() -> list[str]:
    """Classes and types of the domain, in the order of its `__init__`."""
    tree = ast.parse((ROOT / "adlocalizer/domain/__init__.py").read_text(encoding="utf-8"))
    names = [alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    return [name for name in names if name[0].isupper()]


def test_every_noun_of_the_domain_stands_in_the_glossary_in_order():
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([A-Z]\w+)` \|", glossary, re.MULTILINE) == nouns()


def test_the_readme_is_short():
    assert len(re.findall(r"\w[\w'/-]*", README)) <= 700


def test_the_readme_shows_every_everyday_command():
    shown = {words[1] for words in console_commands(README)}
    assert shown == {"plan", "run", "report", "cities", "formats", "models", "doctor"}


@pytest.mark.slow
@pytest.mark.integration
def test_the_commands_of_the_readme_work(user_env, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    for words in console_commands(README):
        said = call(words[1:], user_env, capsys)
        assert said.status == 0, f"{shlex.join(words)}\n{said.out}\n{said.errors}"


@pytest.mark.parametrize("name", DOCS, ids=str)
def test_links_lead_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert [target for target in targets if not (ROOT / name).parent.joinpath(target).exists()] == []


@pytest.mark.parametrize("name", DOCS, ids=str)
def test_named_folders_and_files_exist(name):
    named = ROOM.findall((ROOT / name).read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", DOCS, ids=str)
def test_make_targets_that_are_named_exist(name):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(r"(?:`|^|\n)make ([a-z ]+?)(?:`| {2,}|\n)", (ROOT / name).read_text(encoding="utf-8"))
    assert {word for words in named for word in words.split()} <= targets


def test_tests_named_as_holding_an_invariant_exist():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("test_*.py"))
    named = re.findall(r"`(test_\w+)`", text)
    assert named
    assert [name for name in named if f"def {name}(" not in code] == []


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_four_parts(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Status", "Context", "Decision", "Consequences"]
    assert text.startswith(f"# {path.stem[:4]} ")


def test_decisions_are_numbered_without_gaps():
    assert [int(path.stem[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


THINGS = (
    *("city", "landmark", "market copy", "format", "model", "provider", "check", "expectation", "export sheet"),
    *("report section", "prompt recipe", "campaign", "product", "flow"),
)


@pytest.mark.parametrize("thing", THINGS)
def test_contributing_names_the_one_place_to_add(thing):
    assert re.search(rf"^\| {thing} \| .*`.+`", CONTRIBUTING, re.MULTILINE)


def test_the_changelog_has_room_for_the_next_change():
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_notice_names_every_package_that_brings_a_face():
    faces = yaml.safe_load((ROOT / "configs/fonts.yml").read_text(encoding="utf-8"))["faces"]
    assert {face["package"].replace("_", "-") for face in faces} - set(re.findall(r"[\w-]+", NOTICE)) == set()


@pytest.mark.parametrize("words", ["© GeoNames, CC BY 4.0", "Contains modified Copernicus", "Unicode-3.0", "Open Font"])
def test_the_notice_credits_what_was_used(words):
    assert words in NOTICE


def test_the_licence_is_the_one_the_project_names():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
