"""A small project of its own for a test: the shipped files, a campaign of few cities and small formats."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import adlocalizer.providers
from adlocalizer.order import Order

ROOT = Path(__file__).parents[1]
DAY = date(2026, 12, 1)
FORMATS = ("gads_upload_300x250", "gads_upload_728x90", "gads_upload_250x250")
_PROVIDER = """
  scripted: {first_wait_seconds: 0.001, breaker_failures: 100}
"""
_MODEL = """
  scripted-1:
    provider: scripted
    title: Scripted
    default: true
    spends: true
    pixels:
      "1:1": {"512": [512, 512], 1K: [1024, 1024]}
      "5:4": {"512": [576, 464]}
      "8:1": {"512": [1536, 192]}
    price_micros: {"512": 33600, 1K: 33600}
    source: tests
    checked: 2026-11-22
"""


def make_project(folder: Path, **over: Any) -> Path:
    """A copy of configs, data and templates with a campaign `small`; `over` are keys of its file."""
    for name in ("configs", "data", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    models = folder / "configs" / "models.yml"
    said = models.read_text("utf-8").replace("\nproviders:\n", f"\nproviders:{_PROVIDER}", 1)
    models.write_text(f"{said.rstrip()}\n{_MODEL}", "utf-8")
    said = {
        "id": "small",
        "title": "Small",
        "flight": {"starts": "2026-12-01", "ends": "2027-02-28"},
        "products": ["solara-can"],
        "brand": "solara",
        "cities": ["jp-tokyo", "fr-paris"],
        "copy_table": "data/copy/demo.csv",
        "scene": "the can stands on a ledge",
        "formats": list(FORMATS),
        "legal_beside": ["*"],
        **over,
    }
    (folder / "configs" / "campaigns" / "small.yml").write_text(json.dumps(said), "utf-8")  # JSON is YAML
    return folder


def small_order(project: Path, **over: Any) -> Order:
    """An order for the small campaign, with a store and reports beside the project."""
    said = {
        "campaign": "small",
        "logical_date": DAY,
        "store_url": str(project / "store"),
        "reports_folder": str(project / "reports"),
        "project": str(project),
    }
    return Order(**{**said, **over})


def make_known(folder: Path, script: dict[str, Any], environment: Any) -> None:
    """Let the scripted provider be found, with its script; `environment` is pytest's monkeypatch."""
    folder.mkdir(exist_ok=True)
    (folder / "script.json").write_text(json.dumps(script))
    environment.setenv("SCRIPTED_PROVIDER", str(folder))
    here = str(Path(__file__).parent / "providers")
    environment.setattr(adlocalizer.providers, "__path__", [*adlocalizer.providers.__path__, here])


def calls(folder: Path) -> list[str]:
    """The requests the scripted provider met: city, ratio, attempt, key."""
    file = folder / "calls.txt"
    return file.read_text().splitlines() if file.exists() else []


def reviewing(project: Path) -> dict[str, str]:
    """The environment of somebody who reviews what a project made."""
    places = {"STORE": project / "store", "REPORTS": project / "reports", "PROJECT": project}
    return {f"ADLOCALIZER_{name}": str(place) for name, place in places.items()} | {"ADLOCALIZER_REVIEWER": "somebody"}


def shipped(environment: dict[str, str]) -> list[str]:
    """The formats in the bundle of the small campaign's region APAC."""
    path = Path(environment["ADLOCALIZER_STORE"], "bundles/small/2026-12-01/small_2026-12-01_APAC.zip")
    with zipfile.ZipFile(path) as archive:
        return sorted(name.split("/")[2] for name in archive.namelist() if name.startswith("assets/"))
