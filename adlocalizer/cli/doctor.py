"""`adlocalizer doctor`: is everything here that a run needs, and what to do where it is not."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

from adlocalizer.cli.options import AsJson, StoreUrl
from adlocalizer.cli.showing import print_json, print_line, print_table
from adlocalizer.config import Project
from adlocalizer.config.operations import read_operations
from adlocalizer.errors import EXIT_BAD_INPUT, AdlocalizerError
from adlocalizer.order import open_project
from adlocalizer.store import Store
from adlocalizer.store.paths import shown

_KEYS = ("GEMINI_API_KEY", "GOOGLE_API_KEY")
_NEEDED = ("prefect", "great-expectations", "pandas", "pyarrow", "deltalake", "pillow", "skia-python", "google-genai")


class Diagnosis(NamedTuple):
    """One thing looked at."""

    what: str
    verdict: str
    """ok, note or broken."""
    found: str


def doctor(store: StoreUrl = None, as_json: AsJson = False) -> int:
    """Check Python, packages, fonts, configuration, store and key, and say what to do."""
    found = list(_diagnoses(store))
    broken = [one for one in found if one.verdict == "broken"]
    if as_json:
        print_json([one._asdict() for one in found])
    else:
        print_table("", ("", "what", "found"), [(one.verdict, one.what, one.found) for one in found])
        print_line("all well" if not broken else f"{len(broken)} broken; mend them from the top down")
    return EXIT_BAD_INPUT if broken else 0


def _diagnoses(store: str | None) -> Iterator[Diagnosis]:
    version = ".".join(map(str, sys.version_info[:3]))
    fit = (3, 11) <= sys.version_info[:2] < (3, 14)
    yield Diagnosis("Python", "ok" if fit else "broken", version if fit else f"{version}; install Python 3.11 to 3.13")
    yield from map(_package, _NEEDED)
    try:
        project = open_project()
    except AdlocalizerError as error:
        yield Diagnosis("project", "broken", str(error))
        return
    yield Diagnosis("project", "ok", str(project.root))
    yield from (_looked(what, look) for what, look in _looks(project, store))
    yield from told(project)
    key = next((name for name in _KEYS if os.environ.get(name)), None)
    said = f"{key} is set" if key else f"none set; the preview provider needs none, gemini needs {_KEYS[0]}"
    yield Diagnosis("key", "ok" if key else "note", said)


def _package(name: str) -> Diagnosis:
    try:
        return Diagnosis(name, "ok", importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Diagnosis(name, "broken", "not installed; run `make demo`, which installs the pinned packages")


def _looks(project: Project, store: str | None) -> Iterator[tuple[str, Callable[[], str]]]:
    url = store or os.environ.get("ADLOCALIZER_STORE") or str(project.root / "store")
    yield "fonts", lambda: f"{_fonts(project)} faces"
    yield "formats", lambda: f"{len(project.formats())} in configs/formats.yml"
    yield "models", lambda: f"{len(project.models())} in configs/models.yml"
    yield "checks", lambda: f"{len(project.checks().checks)} in configs/checks.yml"
    for path in sorted((project.root / "configs" / "campaigns").glob("*.yml")):
        yield f"campaign {path.stem}", lambda name=path.stem: _campaign(project, name)  # type: ignore[misc]  # bound now
    yield "store", lambda: _store(url)


def _looked(what: str, look: Callable[[], str]) -> Diagnosis:
    try:
        return Diagnosis(what, "ok", look())
    except AdlocalizerError as error:
        return Diagnosis(what, "broken", str(error))


def told(project: Project) -> Iterator[Diagnosis]:
    """Whether the file of whoever is told can be read, and each address it speaks of is set."""
    try:
        channels = read_operations(project.root).channels
    except AdlocalizerError as error:
        yield Diagnosis("channels", "broken", str(error))
        return
    yield Diagnosis("channels", "ok", f"{len(channels)} in configs/operations.yml")
    variables = [name for one in channels for name in (one.url_from, one.password_from) if name]
    for name in (name for name in dict.fromkeys(variables) if not os.environ.get(name)):
        yield Diagnosis("channels", "note", f"{name} is not set: nobody is told, unless a Secret block has it")


def _fonts(project: Project) -> int:
    from adlocalizer.imaging.faces import source_of

    return len({source_of(face) for face in project.fonts().faces})


def _campaign(project: Project, name: str) -> str:
    from adlocalizer.cli.options import parse_day
    from adlocalizer.order import take_order
    from adlocalizer.ordering import plan_order

    plan = plan_order(take_order(name, parse_day(None))).plan
    return f"{sum(1 for _ in plan.renditions()):,} renditions of {sum(1 for _ in plan.creatives):,} creatives"


def _store(url: str) -> str:
    Store(url).check_writable()
    return f"{shown(url)} can be written"
