from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from adlocalizer.config import Project, find_project
from adlocalizer.errors import ConfigError

ROOT = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path) -> Project:
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    shutil.copytree(ROOT / "templates" / "prompts", tmp_path / "templates" / "prompts")
    shutil.copytree(ROOT / "data" / "products", tmp_path / "data" / "products")
    for table in ("cities.csv", "climate.csv", "landmarks.csv"):
        shutil.copy(ROOT / "data" / table, tmp_path / "data" / table)
    return find_project(tmp_path)


def change(project: Project, path: str, old: str, new: str) -> None:
    text = (project.root / path).read_text(encoding="utf-8")
    assert old in text
    (project.root / path).write_text(text.replace(old, new), encoding="utf-8")


def test_a_folder_with_configs_is_a_project(project):
    assert find_project(project.root).root == project.root


def test_a_named_folder_without_configs_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="holds no folder configs/"):
        find_project(tmp_path)


def test_the_project_around_the_working_folder_is_found(project, monkeypatch):
    monkeypatch.chdir(project.root / "data" / "products")
    assert find_project().root == project.root


def test_elsewhere_the_checkout_this_code_is_from_is_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_project().root == ROOT


def test_a_campaign_is_found_by_its_id(project):
    assert project.campaign("demo").title


@pytest.mark.parametrize(("name", "remedy"), [("dmeo", "write 'demo'? There are: "), ("zzz", "write one of: ")])
def test_an_unknown_campaign_lists_the_known_ones(project, name, remedy):
    known = ", ".join(sorted(path.stem for path in (project.root / "configs/campaigns").glob("*.yml")))
    with pytest.raises(ConfigError) as caught:
        project.campaign(name)
    assert str(caught.value) == f"configs/campaigns: there is no campaign {name!r}; {remedy}{known}"


@pytest.mark.parametrize(
    "name", ["", "..", "*", "demo\n", "../campaigns/demo", "x" * 400, "x" * 400 + ".yml", "a\0.yml"]
)
def test_a_name_that_is_no_campaign_is_refused(project, name):
    with pytest.raises(ConfigError):
        project.campaign(name)


@pytest.mark.parametrize("kind", ["product", "brand"])
def test_an_unknown_product_or_brand_lists_the_known_ones(project, kind):
    with pytest.raises(ConfigError, match=rf"configs/{kind}s: there is no {kind} 'solar'; write 'solara"):
        getattr(project, kind)("solar")


def test_an_id_that_differs_from_its_file_is_refused_with_its_line(project):
    change(project, "configs/campaigns/demo.yml", "id: demo ", "id: other ")
    with pytest.raises(
        ConfigError, match=r"configs/campaigns/demo\.yml:4 \(id\): the id is 'other', the file 'demo\.yml'"
    ):
        project.campaign("demo")


def test_a_broken_campaign_is_named_from_the_projects_root(project):
    change(project, "configs/campaigns/demo.yml", "2027-02-28", "2026-02-28")
    with pytest.raises(
        ConfigError, match=r"^configs/campaigns/demo\.yml:8 \(flight\.ends\): ends 2026-02-28 is before"
    ):
        project.campaign("demo")


@pytest.fixture
def elsewhere(project, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("elsewhere")
    shutil.copy(project.root / "configs/campaigns/demo.yml", folder / "demo.yml")
    text = (folder / "demo.yml").read_text(encoding="utf-8").replace("data/copy/demo.csv", "words.csv")
    (folder / "demo.yml").write_text(text, encoding="utf-8")
    (folder / "words.csv").write_text("locale,headline,call_to_action\nja-JP,a,b\n")
    return folder


def test_a_campaign_elsewhere_finds_its_tables_in_the_project_first_then_beside_it(project, elsewhere):
    campaign = project.campaign(str(elsewhere / "demo.yml"))
    assert campaign.city_table == "data/cities.csv"
    assert project.copy(campaign.copy_table).copy[0].headline == "a"


def test_a_table_that_is_nowhere_is_refused(project, elsewhere):
    (elsewhere / "words.csv").unlink()
    with pytest.raises(ConfigError, match=r"demo\.yml \(copy_table\): the file 'words\.csv' does not exist"):
        project.campaign(str(elsewhere / "demo.yml"))


def test_a_table_that_climbs_out_of_both_folders_is_refused(project, elsewhere):
    (elsewhere.parent / "words.csv").write_text("locale,headline,call_to_action\n")
    change(Project(elsewhere), "demo.yml", "words.csv", "../words.csv")
    with pytest.raises(ConfigError, match=r"'\.\./words\.csv' leads out of the project"):
        project.campaign(str(elsewhere / "demo.yml"))


def test_a_city_table_anywhere_is_read(project, tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("mine")
    shutil.copy(project.root / "data/cities.csv", folder / "mine.csv")
    monkeypatch.chdir(folder)
    assert len(project.cities("mine.csv").cities) == len(project.cities(str(folder / "mine.csv")).cities) == 75


def test_a_faulty_row_is_named_by_the_tables_own_path(project):
    change(project, "data/cities.csv", "-37.814,", "135,")
    table = project.cities("data/cities.csv")
    assert (len(table.cities), len(table.rows)) == (74, 75)
    assert table.faults[0].where == "data/cities.csv:2 (latitude)"


def test_a_file_of_the_project_is_found(project):
    assert project.file("data/products/solara-can.png", "x").is_file()


@pytest.mark.parametrize("relative", ["data/products/can.png", "data", "", "a\0b", "x" * 400])
def test_a_file_that_is_not_there_is_refused_where_it_is_named(project, relative):
    with pytest.raises(ConfigError, match=r"^configs/products/x\.yml \(shots\.0\): the file"):
        project.file(relative, "configs/products/x.yml (shots.0)")


@pytest.mark.parametrize(
    "relative", ["../secret.png", "data/../../secret.png", "/etc/hostname", "link.png", "in/secret.png"]
)
def test_a_file_outside_the_project_is_refused(project, relative):
    secret = project.root.parent / "secret.png"
    secret.write_bytes(b"x")
    (project.root / "link.png").symlink_to(secret)
    (project.root / "in").symlink_to(secret.parent)
    with pytest.raises(ConfigError, match="leads out of the project"):
        project.file(relative, "x")


def test_a_link_that_stays_inside_is_followed(project):
    (project.root / "link.png").symlink_to(project.root / "data/products/solara-can.png")
    assert project.file("link.png", "x").name == "solara-can.png"


def test_a_recipe_is_its_template(project):
    assert "{{" in project.recipe("city_scene").text


@pytest.mark.parametrize("id", ["city_sene", "../prompts/city_scene", "", "."])
def test_an_unknown_recipe_lists_the_known_ones(project, id):
    with pytest.raises(ConfigError, match=r"templates/prompts: there is no recipe .*city_scene"):
        project.recipe(id)


def test_an_empty_recipe_is_refused(project):
    (project.root / "templates/prompts/city_scene/prompt.j2").write_text(" \n")
    with pytest.raises(ConfigError, match=r"city_scene/prompt\.j2: the template is empty"):
        project.recipe("city_scene")


CLIMATE_FAULTS = {
    ("au-melbourne,t_mean_c", "au-melbourne,t_mean"): (":2 (var)", "found 't_mean'"),
    ("au-sydney,t_mean_c", "au-melbourne,t_mean_c"): (":4 (city_id)", "in line 2 too"),
    ("au-melbourne,precip_mm", "au-perth,precip_mm"): ("", "'au-melbourne' has no row of precip_mm"),
    ("t_mean_c,19.9", "t_mean_c,warm"): (":2 (m01)", "found 'warm'"),
    ("t_mean_c,19.9", "t_mean_c,nan"): (":2 (m01)", "found 'nan'"),
}


@pytest.mark.parametrize(("edit", "expected"), CLIMATE_FAULTS.items())
def test_a_faulty_climate_table_is_refused(project, edit, expected):
    change(project, "data/climate.csv", *edit)
    with pytest.raises(ConfigError) as caught:
        project.climate()
    assert caught.value.where == f"data/climate.csv{expected[0]}"
    assert expected[1] in caught.value.found


LANDMARK_FAULTS = {
    ("au-melbourne,1,", "au-melbourne,2,"): (":3 (rank)", "two landmarks of rank 2"),
    ("au-melbourne,1,", "au-melbourne,first,"): (":2 (rank)", "found 'first'"),
    ("civic,,", "civic,sometimes,"): (":2 (avoid)", "found 'sometimes'"),
}


@pytest.mark.parametrize(("edit", "expected"), LANDMARK_FAULTS.items())
def test_a_faulty_landmark_table_is_refused(project, edit, expected):
    change(project, "data/landmarks.csv", *edit)
    with pytest.raises(ConfigError) as caught:
        project.landmarks()
    assert caught.value.where.endswith(expected[0])
    assert expected[1] in caught.value.found


def test_layouts_and_fonts_are_those_of_the_project(project):
    assert project.layouts().classes
    assert project.fonts().faces


def test_reading_a_campaign_loads_nothing_heavy():
    script = (
        "import sys; from adlocalizer.config import find_project; p = find_project()\n"
        "p.campaign('demo'), p.formats(), p.models(), p.cities('data/cities.csv'), p.climate(), p.landmarks()\n"
        "heavy = {'pyarrow', 'openpyxl', 'pandas', 'numpy', 'skia', 'prefect', 'PIL', 'great_expectations', 'jinja2'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
