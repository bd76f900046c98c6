"""The lock: complete, hashed, and silent about where packages come from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def pinned(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", lock.read_text(), re.MULTILINE))


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9._-]", requirement)[0]).lower()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_host(lock):
    assert ":" + "//" not in lock.read_text()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_carries_a_hash(lock):
    stanzas = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert [stanza for stanza in stanzas if "--hash=sha256:" not in stanza] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_pins_every_runtime_dependency(lock):
    assert {name_of(line) for line in PROJECT["dependencies"]} - set(pinned(lock)) == set()


def test_the_development_lock_pins_every_development_dependency():
    wanted = {name_of(line) for line in PROJECT["optional-dependencies"]["dev"]}
    assert wanted - set(pinned(ROOT / "requirements/dev.txt")) == set()


@pytest.mark.parametrize("name", ["dev", "image"])
def test_the_locks_agree_on_every_version(name):
    runtime, other = pinned(ROOT / "requirements/runtime.txt"), pinned(ROOT / f"requirements/{name}.txt")
    assert {name: other.get(name) for name in runtime} == runtime


def test_the_image_has_what_the_makefile_says():
    extras = re.search(r"^IMAGE_EXTRAS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE).group(1).split()
    wanted = {name_of(line) for extra in extras for line in PROJECT["optional-dependencies"][extra]}
    assert wanted - set(pinned(ROOT / "requirements/image.txt")) == set()
