"""What takes long to make is kept: the cut faces' folder, the finder of faces; modules only some need come late."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from skimage import data

from adlocalizer.expectations.importing import late
from adlocalizer.imaging import people
from adlocalizer.imaging.caching import cache_folder, keep


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Iterator[Path]:
    """An empty cache, and a process that has loaded no finder of faces."""
    monkeypatch.setenv("ADLOCALIZER_CACHE", str(tmp_path / "cache"))
    people._detector.cache_clear()
    yield tmp_path / "cache"
    people._detector.cache_clear()


def seen() -> str:
    """Every face, even the faintest, with scores to the last digit."""
    found, scores, _ = people._detector().run(np.ascontiguousarray(data.astronaut()[:, :, 1]), 0, -0.9)
    return f"{list(map(str, found))} {scores}"


def test_the_kept_finder_of_faces_finds_what_the_unpacked_one_finds(folder):
    unpacked = seen()
    assert [path.suffix for path in folder.iterdir()] == [".svm"]
    people._detector.cache_clear()
    assert "(" in unpacked
    assert seen() == unpacked


def test_a_kept_finder_of_faces_that_is_not_whole_is_made_anew(folder):
    people._detector()
    (kept,) = folder.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:1000])
    people._detector.cache_clear()
    people._detector()
    assert kept.read_bytes() == whole


def test_a_cache_that_cannot_be_written_stops_no_search_for_faces(folder):
    folder.write_text("no folder")
    assert "(" in seen()


def test_a_file_whose_writing_fails_leaves_nothing_behind(tmp_path):
    def fail(half: Path) -> None:
        half.write_text("half")
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        keep(tmp_path / "cache" / "file", fail)
    assert list((tmp_path / "cache").iterdir()) == []


def test_the_cache_is_where_the_environment_says(folder):
    assert cache_folder() == folder


@pytest.fixture
def module(tmp_path, monkeypatch) -> Iterator[str]:
    """The name of a module that can be imported and has not been."""
    (tmp_path / "late_one.py").write_text("word = 'here'\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "late_one"
    sys.modules.pop("late_one", None)


def test_a_module_that_is_late_comes_when_something_in_it_is_asked_for(module):
    with late(module):
        import late_one
    assert module not in sys.modules
    assert late_one.word == "here"
    assert sys.modules[module] is not late_one


def test_a_module_that_is_there_already_is_not_late(module):
    import late_one

    with late(module):
        assert sys.modules[module] is late_one
    assert sys.modules[module] is late_one


def test_what_a_late_module_does_not_have_is_said_as_ever(module):
    with late(module):
        import late_one
    with pytest.raises(AttributeError, match="late_one"):
        _ = late_one.nothing
