"""What a command does not wait for."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from adlocalizer.cli.main import run_command
from adlocalizer.config.sources import read_sources
from adlocalizer.errors import ConfigError
from adlocalizer.ordering import plan_order

from . import projects

ROOT = Path(__file__).parents[1]
SLOW = (
    "cv2",
    "deltalake",
    "great_expectations",
    "google.genai",
    "numpy",
    "onnxruntime",
    "pandas",
    "prefect",
    "pyarrow",
)
OTHERS = ("adlocalizer.cli.review", "adlocalizer.cli.run", "adlocalizer.reporting")
CODE = """
import atexit, sys
from adlocalizer.cli import start
atexit.register(lambda: print("imported:", *sorted(set(sys.modules)), file=sys.stderr))
start()
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory) -> set[str]:
    """Every module that `plan demo` imports."""
    words = ["plan", "demo", "--date", "2026-12-15", "--store", str(tmp_path_factory.mktemp("store"))]
    done = subprocess.run([sys.executable, "-c", CODE, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stderr.rpartition("imported:")[2].split())


def test_a_plan_imports_nothing_that_takes_seconds(imported):
    assert imported & set(SLOW) == set()


def test_a_plan_imports_no_other_command(imported):
    assert imported & set(OTHERS) == set()
    assert "adlocalizer.cli.plan" in imported


def test_equal_tables_are_read_once_wherever_they_stand(tmp_path):
    one, other = (projects.make_project(tmp_path / name) for name in ("one", "other"))
    assert read_sources(one) is read_sources(other)


def test_a_table_that_changed_is_read_again(tmp_path):
    project = projects.make_project(tmp_path / "project")
    table = project / "data/streets.csv"
    before = read_sources(project).streets["fr-paris"].texture
    table.write_text(table.read_text("utf-8").replace(before, "wide lanes of sand", 1), "utf-8")
    assert read_sources(project).streets["fr-paris"].texture == "wide lanes of sand"


def test_a_product_shot_that_changed_is_looked_at_again(tmp_path):
    project = projects.make_project(tmp_path / "project")
    plan_order(projects.small_order(project))
    (project / "data/products/solara-can.png").write_bytes(b"no picture")
    with pytest.raises(ConfigError, match=r"solara-can\.png"):
        plan_order(projects.small_order(project))


def test_the_command_says_its_version(capsys):
    assert run_command(["--version"]) == 0
    assert capsys.readouterr().out == f"adlocalizer {version('adlocalizer')}\n"


def test_a_command_that_there_is_not_is_named_with_the_nearest(capsys):
    assert run_command(["planx"]) == 2
    assert "No such command 'planx'. Did you mean 'plan'? (see `adlocalizer --help`)" in capsys.readouterr().err
