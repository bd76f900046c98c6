"""The rules of the house a machine can hold."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adlocalizer import providers

ROOT = Path(__file__).parents[1]
PACKAGES = ("adlocalizer", "flows", "tasks", "benchmarks")
MODULES = sorted(path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

MOST_LINES, MOST_FUNCTION_LINES, MOST_PARAMETERS = 250, 40, 5
# Their parameters are a command's options or the fields of Prefect's form: nobody writes them in order.
COMMANDS = {"plan", "run", "backfill", "revise", "review", "transcreate", "proof", "report"} | {
    *("cities", "show", "formats", "models", "doctor", "calibrate")
}
BANNED = {"manager", "handler", "helper", "util", "utils", "processor", "service", "data", "info", "item", "job"}
BANNED_VERBS = ("process_", "do_", "handle_")
HEAVY = ("prefect", "great_expectations", "pandas", "pyarrow", "skia", "google.genai", "deltalake", "cv2")
TEXT = {".py", ".md", ".yml", ".yaml", ".toml", ".txt", ".csv", ".j2", ".html", ".css", ".js", ".svg", ".json", ""}
# Written apart, or this file would break its own rule.
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:" + "|".join(("work", "root", "home", "Users", "tmp")) + r")/")
REGISTRIES = re.compile("|".join(("pypi" + r"\.org", "python" + "hosted", "index" + "-url =", "registry" + r"\.npmjs")))

Function = ast.FunctionDef | ast.AsyncFunctionDef


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """A module's tree, read when a rule asks for it: every worker imports this file, one runs its tests."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def parameters(function: Function) -> list[str]:
    spec = function.args
    named = [arg.arg for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    return [name for name in named if name not in {"self", "cls"}]


def is_flow(function: Function) -> bool:
    bare = [node.func if isinstance(node, ast.Call) else node for node in function.decorator_list]
    return any(getattr(node, "id", "") == "flow" for node in bare)


def is_form(path: Path, function: Function) -> bool:
    return is_flow(function) or (path.parts[:2] == ("adlocalizer", "cli") and function.name in COMMANDS)


def code_lines(function: Function) -> int:
    """Its lines from `def` on; a form's docstring is text for people and does not count."""
    said = function.body[0] if ast.get_docstring(function) and is_flow(function) else None
    spoken = (said.end_lineno or 0) - said.lineno + 1 if said else 0
    return (function.end_lineno or 0) - function.lineno + 1 - spoken


def public(body: list[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    """Public functions and classes, and the public methods of public classes."""
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body)


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def kept_files() -> list[Path]:
    """Every text file that is kept in git; without git (a source archive), the same folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    folders = (*PACKAGES, "tests", "configs", "data", "templates", "docs", "requirements", ".ci")
    paths = [ROOT / name for name in listed if name] or [
        *ROOT.glob("*"),
        *(p for f in folders for p in (ROOT / f).rglob("*")),
    ]
    return [path for path in paths if path.is_file() and path.suffix in TEXT]


def broken(rule: Callable[[Path], Any]) -> dict[str, Any]:
    """What breaks a rule, by module: one test for all modules, since a test costs more than a look at a module."""
    return {str(path): found for path in MODULES if (found := rule(path))}


def test_the_house_has_modules_to_look_at():
    assert len(MODULES) > 50


def test_every_module_is_short():
    lengths = {path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert broken(lambda path: lengths[path] if lengths[path] > MOST_LINES else None) == {}


def test_every_function_is_short():
    def long(path):
        lengths = {node.name: code_lines(node) for node in functions(tree_of(path))}
        return {name: length for name, length in lengths.items() if length > MOST_FUNCTION_LINES}

    assert broken(long) == {}


def test_every_function_takes_few_parameters():
    def greedy(path):
        counted = {node.name: len(parameters(node)) for node in functions(tree_of(path)) if not is_form(path, node)}
        return {name: count for name, count in counted.items() if count > MOST_PARAMETERS}

    assert broken(greedy) == {}


def test_everything_public_is_documented():
    def silent(path):
        tree = tree_of(path)
        # An empty __init__.py has nothing to say.
        module = [] if ast.get_docstring(tree) or not tree.body else ["the module itself"]
        return [*module, *(node.name for node in public(tree.body) if not ast.get_docstring(node))]

    assert broken(silent) == {}


def test_names_mean_something():
    def vague(path):
        named = [node.name for node in ast.walk(tree_of(path)) if isinstance(node, Function | ast.ClassDef)]
        return [name for name in (*named, path.stem) if words(name) & BANNED or name.startswith(BANNED_VERBS)]

    assert broken(vague) == {}


def test_who_imports_whom_is_as_agreed():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_command_line_starts_without_the_heavy_libraries():
    code = f"import sys, adlocalizer.cli; print(*[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("name", providers.provider_names())
def test_every_provider_opens(name):
    module = importlib.import_module(f"adlocalizer.providers.{name}")
    assert list(inspect.signature(module.open_provider).parameters) == ["settings"]


def test_kept_files_name_no_machine_and_no_registry():
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in kept_files()}
    assert len(texts) > 50
    assert [str(path) for path, text in texts.items() if MACHINE_PATHS.search(text) or REGISTRIES.search(text)] == []


def test_a_flow_says_what_it_reads_leaves_and_how_it_resumes():
    flows = [node for path in MODULES if path.parts[0] == "flows" for node in functions(tree_of(path)) if is_flow(node)]
    said = {node.name: ast.get_docstring(node) or "" for node in flows}
    assert said
    assert {name for name, text in said.items() if not re.search(r"(?is)reads.*leaves.*resume", text)} == set()


def test_the_rule_on_names_sees_banned_words():
    assert words("JobManager") & BANNED == {"job", "manager"}
    assert words("load_data") & BANNED == {"data"}
    assert not words("database_information") & BANNED
