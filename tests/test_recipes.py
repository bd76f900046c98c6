"""A recipe is a folder: its words, the facts they may use, and what checks mean for its pictures."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adlocalizer.cli.main import app
from adlocalizer.config import Project, find_project
from adlocalizer.domain import CheckBook, CheckChange, CheckRule
from adlocalizer.errors import ConfigError
from adlocalizer.grounding import FACT_NAMES
from adlocalizer.loading import keep_pictures
from adlocalizer.making import make_shard, open_studio, write_plan
from adlocalizer.ordering import plan_order, stale_pictures
from adlocalizer.store import Store

from . import projects

ROOT = Path(__file__).parents[1]
PROJECT = find_project(ROOT)
IDS = sorted(path.parent.name for path in ROOT.glob("templates/prompts/*/recipe.yml"))
SHEET = """title: Mine
purpose: a test
facts: [city, season]
checks:
  blank: {threshold: 0.5, why: flat by design}
"""


def recipe_in(folder: Path, sheet: str = SHEET, words: str = "{{ city }} in {{ season }}") -> Project:
    for name in ("configs", "templates"):
        shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True)
    own = folder / "templates" / "prompts" / "mine"
    own.mkdir(exist_ok=True)
    (own / "recipe.yml").write_text(sheet, "utf-8")
    (own / "prompt.j2").write_text(words, "utf-8")
    return find_project(folder)


def test_every_template_has_its_sheet():
    assert sorted(path.parent.name for path in ROOT.glob("templates/prompts/*/prompt.j2")) == IDS


@pytest.mark.parametrize("id", IDS)
def test_a_shipped_recipe_says_what_it_is_for(id):
    recipe = PROJECT.recipe(id)
    assert recipe.title
    assert len(recipe.purpose.split()) > 5
    assert set(recipe.facts) <= FACT_NAMES


@pytest.mark.parametrize("id", IDS)
def test_a_sheet_names_its_schema_in_its_first_line(id):
    first = (ROOT / "templates/prompts" / id / "recipe.yml").read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../../../configs/schemas/recipe.schema.json"


@pytest.mark.parametrize("id", ["city_scene", "seasonal", "studio", "ui_gallery", "lesson_diagram"])
def test_every_recipe_a_campaign_can_choose_is_there(id):
    assert id in IDS


@pytest.mark.parametrize("id", ["seasonal", "ui_gallery", "lesson_diagram"])
def test_a_recipe_has_a_worked_example(id):
    assert PROJECT.campaign(f"{id}_example").recipe == id


def test_a_recipe_is_read_with_facts_and_checks(tmp_path):
    recipe = recipe_in(tmp_path).recipe("mine")
    assert (recipe.title, recipe.facts) == ("Mine", ("city", "season"))
    assert recipe.checks == (CheckChange(check="blank", threshold=0.5, why="flat by design"),)


@pytest.mark.parametrize(
    ("old", "new", "where", "said"),
    [
        ("[city, season]", "[city, seson]", "recipe.yml:3 (facts.1)", "there is no fact 'seson'; write 'season'?"),
        ("[city, season]", "[city, season, city]", "recipe.yml:3 (facts.2)", "stands here twice"),
        ("  blank:", "  blanc:", "recipe.yml:5 (checks.blanc)", "no check is called 'blanc'; write 'blank'?"),
        ("threshold: 0.5, ", "", "recipe.yml:5 (checks.blank)", "it changes nothing; write severity or threshold"),
        ("threshold: 0.5", "severity: off", "recipe.yml:5 (checks.blank.severity)", "'off'"),
        (", why: flat by design", "", "recipe.yml:5 (checks.blank", "why"),
        ("title: Mine\n", "", "recipe.yml", "title"),
        ("purpose:", "purpos:", "recipe.yml:2 (purpos)", "purpose"),
        (
            "[city, season]",
            "[city]",
            "prompt.j2:1",
            "uses the fact 'season', which recipe.yml does not list; add season",
        ),
    ],
)
def test_a_faulty_recipe_is_named_with_its_line_and_a_remedy(tmp_path, old, new, where, said):
    assert old in SHEET
    with pytest.raises(ConfigError) as caught:
        recipe_in(tmp_path, SHEET.replace(old, new)).recipe("mine")
    assert caught.value.where.startswith(f"templates/prompts/mine/{where}")
    assert said in str(caught.value)


def test_a_recipe_without_its_sheet_is_refused(tmp_path):
    project = recipe_in(tmp_path)
    (tmp_path / "templates/prompts/mine/recipe.yml").unlink()
    with pytest.raises(ConfigError, match=r"mine/recipe\.yml: the file does not exist; write title, purpose and facts"):
        project.recipe("mine")


def test_words_that_are_not_utf_8_are_refused(tmp_path):
    project = recipe_in(tmp_path)
    (tmp_path / "templates/prompts/mine/prompt.j2").write_bytes(b"caf\xe9")
    with pytest.raises(ConfigError, match="is not UTF-8; save the file as UTF-8"):
        project.recipe("mine")


def test_words_that_lead_out_of_the_project_are_refused(tmp_path):
    project = recipe_in(tmp_path / "project")
    (tmp_path / "other.j2").write_text("{{ city }}")
    words = tmp_path / "project/templates/prompts/mine/prompt.j2"
    words.unlink()
    words.symlink_to(tmp_path / "other.j2")
    with pytest.raises(ConfigError, match="leads out of the project"):
        project.recipe("mine")


def test_a_change_touches_its_check_and_no_other():
    book = CheckBook(
        checks={name: CheckRule(threshold=1.0, remedy="ask again", why="measured") for name in ("blank", "ratio")}
    )
    changed = book.changed_by((CheckChange(check="blank", severity="review", why="flat"),))
    assert changed.checks["ratio"] == book.checks["ratio"]
    assert (changed.checks["blank"].severity, changed.checks["blank"].threshold) == ("review", 1.0)
    assert (changed.checks["blank"].why, changed.checks["blank"].remedy) == ("flat", "ask again")


def test_a_campaigns_brief_holds_its_recipes_checks(tmp_path):
    project = projects.make_project(tmp_path, recipe="lesson_diagram")
    brief = plan_order(projects.small_order(project)).plan.brief
    assert brief.checks.checks["product_present"].severity == "review"
    assert brief.checks.checks["blank"].threshold == 0.1
    assert find_project(project).checks().checks["product_present"].severity == "fail"


def test_a_recipe_without_a_place_is_the_same_request_every_day(tmp_path):
    project = projects.make_project(tmp_path, recipe="ui_gallery")
    orders = (projects.small_order(project, logical_date=projects.DAY.replace(day=day)) for day in (1, 20))
    first, later = ([one.request.key for one in plan_order(order).plan.masters()] for order in orders)
    assert first == later


async def make(project: Path) -> None:
    ordered = plan_order(projects.small_order(project))
    store = Store(ordered.order.store_url)
    keep_pictures(store, ordered.loaded.pictures)
    write_plan(store, ordered.plan)
    async with open_studio(ordered.plan, project / "data") as studio:
        for shard in ordered.plan.wanted_shards():
            await make_shard(studio, shard)


@pytest.fixture
def made(tmp_path) -> Path:
    """A project whose small campaign has been made once, in one city: three pictures for three formats."""
    project = projects.make_project(tmp_path, cities=["jp-tokyo"])
    asyncio.run(make(project))
    return project


def stale(project: Path) -> tuple[int, str]:
    return tuple(stale_pictures(plan_order(projects.small_order(project)).plan))


def reword(project: Path, old: str, new: str) -> None:
    words = project / "templates/prompts/city_scene/prompt.j2"
    text = words.read_text("utf-8")
    assert old in text
    words.write_text(text.replace(old, new), "utf-8")


def test_a_plan_says_how_many_pictures_a_changed_word_invalidates(made):
    assert stale(made) == (0, "")
    reword(made, "Verticals are straight.", "Verticals are upright.")
    assert stale(made) == (3, "the recipe's words changed")
    reword(made, "Verticals are upright.", "Verticals are straight.")
    assert stale(made) == (0, "")


def test_a_changed_comment_of_a_recipe_invalidates_nothing(made):
    reword(made, "the default recipe.", "the default one.")
    assert stale(made) == (0, "")


def test_a_plan_says_when_facts_invalidate_pictures(made):
    streets = made / "data" / "streets.csv"
    text = streets.read_text("utf-8")
    streets.write_text(text.replace("clean dark asphalt", "clean pale asphalt"), "utf-8")
    assert text != streets.read_text("utf-8")
    assert stale(made) == (3, "facts or composition changed")


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_line_tells_what_a_plan_invalidates(made, monkeypatch, as_json):
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(made))
    reword(made, "Verticals are straight.", "Verticals are upright.")
    asked = ["plan", "small", "--date", "2026-12-01", "--store", str(made / "store")]
    said = CliRunner().invoke(app, [*asked, "--json"] if as_json else asked).stdout
    if as_json:
        plan = json.loads(said)
        assert (plan["invalidated"], plan["invalidated_because"]) == (3, "the recipe's words changed")
    else:
        assert "3 pictures on file no longer match (the recipe's words changed)" in said
