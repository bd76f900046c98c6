"""`adlocalizer models`: what each model can do, what it costs and how long it can be asked."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adlocalizer.cli.listing import status_of
from adlocalizer.cli.main import app
from adlocalizer.domain import ProviderConfig
from adlocalizer.order import open_project

from .projects import make_project

TODAY = date(2026, 12, 1)
PAST, SOON, LATE = date(2026, 11, 1), date(2026, 12, 2), date(2027, 3, 1)
MODEL = open_project().models()["gemini-nano-banana-2.1"].model_copy(update={"successor": "newer-1"})
DEVELOPER, VERTEX = ProviderConfig(), ProviderConfig(backend="vertex")


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What the command prints in a project whose default model has other dates."""

    def run(*options: str, backend: str = "developer", dates: str = "available_from: 2026-10-06") -> str:
        models = make_project(tmp_path) / "configs" / "models.yml"
        said = models.read_text("utf-8").replace("backend: developer", f"backend: {backend}")
        models.write_text(said.replace("available_from: 2026-10-06", dates, 1), "utf-8")
        monkeypatch.chdir(tmp_path)
        done = CliRunner().invoke(app, ["models", *options], catch_exceptions=False)
        assert done.exit_code == 0
        return done.stdout

    return run


def fields_of(text: str) -> dict[str, str]:
    return next(one for one in json.loads(text) if one["id"] == "gemini-nano-banana-2.1")


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({}, "in service"),
        ({"shutdown": SOON, "vertex_shutdown": SOON}, "in service until 2026-12-02 (1 day)"),
        ({"shutdown": LATE, "vertex_shutdown": LATE}, "in service until 2027-03-01 (90 days)"),
        ({"shutdown": TODAY, "vertex_shutdown": PAST}, "shut down 2026-12-01; use newer-1; on Vertex AI shut down"),
        ({"shutdown": PAST}, "shut down 2026-11-01; use newer-1; on Vertex AI no end is known"),
        ({"vertex_shutdown": SOON}, "in service; on Vertex AI in service until 2026-12-02 (1 day)"),
        ({"available_from": LATE}, "from 2027-03-01"),
    ],
)
def test_a_status_says_how_long_a_model_can_be_asked(dates, said):
    assert status_of(MODEL.model_copy(update=dates), DEVELOPER, TODAY).startswith(said)


def test_a_status_is_of_the_backend_its_provider_is_reached_by():
    model = MODEL.model_copy(update={"shutdown": PAST, "vertex_shutdown": LATE})
    said = status_of(model, VERTEX, TODAY)
    assert said.startswith("in service until 2027-03-01 (90 days); on the Gemini API shut down 2026-11-01")


def test_a_status_without_a_successor_names_none():
    model = MODEL.model_copy(update={"shutdown": PAST, "vertex_shutdown": PAST, "successor": None})
    assert status_of(model, DEVELOPER, TODAY) == "shut down 2026-11-01"


def test_no_line_is_wider_than_120_letters(listed):
    assert max(len(line) for line in listed().splitlines()) <= 120


@pytest.mark.parametrize(
    "row",
    [
        "gemini-nano-banana-2.1 * gemini Nano Banana 2.1 1K 2K 4K 14 minimal medium high web image 14",
        "gemini-nano-banana-2.1 * $0.0336 $0.0756 $0.0168 $0.0378 in service",
        "gemini-3-pro-image gemini Nano Banana Pro 1K 2K 4K 10 always web 14",
        "preview-scene-1 * $0.00 $0.00 – – in service",
    ],
)
def test_the_tables_say_what_a_model_can_do_and_costs(listed, row):
    assert row in [" ".join(line.split()) for line in listed().splitlines()]


@pytest.mark.parametrize(
    ("dates", "status", "reason"),
    [
        ("available_from: 2020-01-01", "available", ""),
        ("available_from: 2999-01-01", "upcoming", "not available before 2999-01-01"),
        ("shutdown: 2020-01-01", "retired", "was shut down on 2020-01-01"),
        ("vertex_shutdown: 2020-01-01", "available", ""),
    ],
)
def test_json_has_a_status_and_its_reason(listed, dates, status, reason):
    fields = fields_of(listed("--json", dates=dates))
    assert fields["status"] == status
    assert reason in fields["reason"]


def test_json_follows_the_backend(listed):
    fields = fields_of(listed("--json", backend="vertex", dates="vertex_shutdown: 2020-01-01"))
    assert fields["status"] == "retired"


def test_json_follows_the_backend_the_environment_names(listed, monkeypatch):
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    fields = fields_of(listed("--json", dates="vertex_shutdown: 2020-01-01"))
    assert fields["status"] == "retired"


def test_json_keeps_every_field_of_the_model(listed):
    fields = fields_of(listed("--json"))
    assert set(type(MODEL).model_fields) | {"status", "reason"} == set(fields)
