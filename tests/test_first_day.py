"""A first day with a product, a table and a campaign of one's own: each slip is told plainly."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from adlocalizer.cli.doctor import told
from adlocalizer.cli.showing import print_table
from adlocalizer.config.city_tables import read_cities
from adlocalizer.config.project import find_project
from adlocalizer.domain import Finding, Severity
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.cutting import cut_out
from adlocalizer.making.ending import reason_of

from . import projects
from .commands import call


@pytest.fixture
def project(tmp_path):
    return projects.make_project(tmp_path / "project")


def said_of(project, capsys, *words: str) -> tuple[int, str]:
    said = call(list(words), {"ADLOCALIZER_PROJECT": str(project), "ADLOCALIZER_STORE": str(project / "store")}, capsys)
    return said.status, said.errors


def test_what_several_checks_say_alike_stands_in_a_reason_once():
    said = [
        Finding(check=name, subject="x", severity=Severity.REVIEW, text="look at it")
        for name in ("product_once", "product_whole")
    ]
    assert reason_of(said, Severity.REVIEW) == "look at it."


def test_a_shot_that_cannot_be_cut_out_for_certain_asks_for_transparency():
    shot = Image.new("RGB", (400, 300), "white")
    draw = ImageDraw.Draw(shot)
    draw.rectangle((80, 60, 320, 240), fill="#123858")
    draw.rectangle((180, 60, 190, 200), fill="white")  # an inlet of the ground's colour
    cut = cut_out(shot)
    assert (cut.confident, cut.note.rpartition("; ")[2]) == (False, "give a PNG with transparency")


@pytest.mark.parametrize("colour", [(255, 255, 255, 255), (9, 9, 9, 0)])
def test_a_shot_in_which_nothing_can_be_seen_is_refused_before_anything_is_asked_for(project, capsys, colour):
    Image.new("RGBA", (80, 80), colour).save(project / "data" / "products" / "solara-can.png")
    status, said = said_of(project, capsys, "plan", "small", "--date", "2026-12-01")
    assert (status, "data/products/solara-can.png: nothing can be seen in it; give" in said) == (2, True)


def test_a_city_table_of_cities_alone_is_told_to_name_countries(tmp_path):
    (tmp_path / "mine.csv").write_text("city\nOslo\n", "utf-8")
    with pytest.raises(ConfigError, match=r"mine\.csv:1 \(country\): the column 'country' is missing; write at least"):
        read_cities(tmp_path / "mine.csv", "mine.csv", projects.ROOT)


def test_a_file_whose_name_is_no_id_is_told_to_be_renamed(project):
    (project / "configs" / "campaigns" / "Über Läufer.yml").write_text("id: x\n", "utf-8")
    with pytest.raises(ConfigError, match="'Über Läufer' is no id; rename the file: a to z, digits"):
        find_project(project).campaign("Über Läufer")


def test_a_day_without_a_run_is_bad_input_and_the_last_day_there_is_stands_beside(project, capsys):
    (project / "store" / "runs" / "small" / "2026-12-03").mkdir(parents=True)
    (project / "store" / "runs" / "small" / "2026-12-03" / "plan.json").write_text("{}", "utf-8")
    status, said = said_of(project, capsys, "report", "small", "--date", "2026-12-01")
    assert (status, "small has no run for 2026-12-01; run it first, or name --date 2026-12-03" in said) == (2, True)


def test_reports_that_cannot_be_written_are_told_before_anything_is_asked_for(project, tmp_path, capsys):
    (tmp_path / "file").write_text("", "utf-8")
    reports = tmp_path / "file" / "reports"
    status, said = said_of(project, capsys, "run", "small", "--date", "2026-12-01", "--reports", str(reports))
    assert (status, f"--reports: {reports} cannot be written; name a folder" in said) == (2, True)
    assert not (project / "store" / "answers").exists()


def channels(project, said: str) -> list[str]:
    """What the doctor says of the file that names who is told."""
    book = project / "configs" / "operations.yml"
    book.write_text(book.read_text("utf-8").replace("channels: []", f"channels: [{said}]"), "utf-8")
    return [f"{one.verdict}: {one.found}" for one in told(find_project(project))]


def test_the_doctor_finds_a_channel_of_a_kind_there_is_not(project):
    (said,) = channels(project, "{kind: teams, url_from: HOOK}")
    assert said.startswith("broken: configs/operations.yml:")


def test_the_doctor_names_the_variable_of_a_channel_that_is_not_set(project, monkeypatch):
    monkeypatch.delenv("HOOK", raising=False)
    book, note = channels(project, "{kind: slack, url_from: HOOK}")
    assert book == "ok: 1 in configs/operations.yml"
    assert note.startswith("note: HOOK is not set: nobody is told")


@pytest.mark.parametrize("columns", [("file",), ("file", "why")])
def test_a_pipe_gets_ids_whole_however_long_they_are(capsys, columns):
    print_table("Files", columns, [("x" * 200, *("why",) * (len(columns) - 1))])
    assert "x" * 200 in capsys.readouterr().out
