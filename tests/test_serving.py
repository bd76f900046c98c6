"""`prefect.yaml`: every deployment has its flow, its form, its limit, and schedules by one clock."""

from __future__ import annotations

import shutil
import tomllib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adlocalizer.config.deployments import read_deployments
from adlocalizer.errors import ConfigError

ROOT = Path(__file__).parents[1]
DEPLOYMENTS = read_deployments(ROOT)
FLOWS = {"localize-campaign", "backfill", "revise", "refresh-weather", "report", "collect-batches"}


def changed(folder: Path, old: str, new: str) -> Path:
    text = (ROOT / "prefect.yaml").read_text("utf-8")
    assert old in text
    (folder / "prefect.yaml").write_text(text.replace(old, new, 1), "utf-8")
    return folder


def form_of(name: str) -> dict[str, dict]:
    from prefect.utilities.callables import parameter_schema

    from flows.serving import flow_of

    # Made anew: a flow keeps the form of the project there was when it was first imported.
    found = next(flow_of(one) for one in DEPLOYMENTS if flow_of(one).name == name)
    return parameter_schema(found.fn).properties


def test_every_flow_is_deployed():
    from flows.serving import flow_of

    assert {flow_of(one).name for one in DEPLOYMENTS} == FLOWS


@pytest.mark.parametrize("one", DEPLOYMENTS, ids=lambda one: one.name)
def test_no_deployment_runs_twice_at_once(one):
    from flows.serving import deployment_of, flow_of

    served, asked_by_people = deployment_of(one), flow_of(one).name in {"localize-campaign", "backfill", "revise"}
    assert served.concurrency_limit == 1
    assert served.concurrency_options.collision_strategy == ("ENQUEUE" if asked_by_people else "CANCEL_NEW")


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_every_field_of_every_form_has_a_title_and_a_description(name):
    fields = form_of(name)
    assert all(one.get("description") for one in fields.values())
    assert {field: one["title"] for field, one in fields.items() if one["title"] == field} == {}


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_no_field_of_a_form_asks_for_its_type(name):
    assert [field for field, one in form_of(name).items() if "anyOf" in one] == []


@pytest.mark.parametrize("name", sorted(FLOWS - {"report"}))
def test_no_form_spends_as_it_stands(name):
    assert form_of(name)["max_cost"]["default"] == 0


@pytest.mark.parametrize("one", DEPLOYMENTS, ids=lambda one: one.name)
def test_no_deployment_spends_as_it_is_shipped(one):
    assert not any(said.get("max_cost") for said in (one.parameters, *(line.parameters for line in one.schedules)))


def test_the_form_offers_what_the_project_has():
    fields = form_of("localize-campaign")
    assert set(fields["campaign"]["enum"]) == {path.stem for path in (ROOT / "configs/campaigns").glob("*.yml")}
    assert fields["regions"]["items"]["enum"] == ["APAC", "EMEA", "LATAM", "NA"]
    assert "iab_display" in fields["packs"]["items"]["enum"]
    assert fields["provider"]["enum"] == ["", "gemini", "preview"]
    assert "preview-scene-1" in fields["model"]["enum"]


def test_what_a_form_leaves_empty_is_nothing():
    from flows.localize_campaign import localize_campaign

    empty = dict.fromkeys(("logical_date", "provider", "model", "time_zone", "cities", "store", "reports"), "")
    said = localize_campaign.validate_parameters({**empty, "select": []})
    assert {name: said[name] for name in (*empty, "select")} == dict.fromkeys((*empty, "select"))


def test_each_region_starts_at_six_of_its_own_morning():
    morning = next(one for one in DEPLOYMENTS if one.name == "demo every morning")
    assert [line.parameters["regions"] for line in morning.schedules] == [["APAC"], ["EMEA"], ["LATAM"], ["NA"]]
    hours = {datetime(2026, 12, 1, 6, tzinfo=ZoneInfo(line.timezone)).utcoffset() for line in morning.schedules}
    assert len(hours) > 2
    assert {line.cron for line in morning.schedules} == {"0 6 * * *"}


def test_a_schedule_by_two_clocks_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"apac.*starts by Asia/Seoul and reads the day in Asia/Tokyo"):
        read_deployments(changed(tmp_path, "timezone: Asia/Tokyo", "timezone: Asia/Seoul"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("timezone: Asia/Tokyo", "timezone: Asia/Tokio", "there is no time zone 'Asia/Tokio'"),
        ("collision_strategy: ENQUEUE", "collision_strategy: WAIT", "prefect.yaml:[0-9]+.*collision_strategy"),
        ("tags: [ads, by hand]", "tgas: [ads]", "prefect.yaml:[0-9]+.*tgas"),
    ],
)
def test_a_mistake_in_the_file_is_named_before_anything_starts(tmp_path, old, new, said):
    with pytest.raises(ConfigError, match=said):
        read_deployments(changed(tmp_path, old, new))


def test_a_flow_that_is_not_there_is_named(tmp_path):
    from flows.serving import deployment_of

    found = read_deployments(changed(tmp_path, "flows.revise.revise", "flows.revise.revize"))
    with pytest.raises(ConfigError, match=r"there is no flow flows\.revise\.revize"):
        [deployment_of(one) for one in found]


def test_prefects_own_reader_takes_the_file():
    from prefect.cli.deploy._models import PrefectYamlModel

    from adlocalizer.config.documents import read_document

    value = read_document(ROOT / "prefect.yaml", "prefect.yaml").value
    assert len(PrefectYamlModel.model_validate(value).deployments) == len(DEPLOYMENTS)


def test_a_form_of_another_project_offers_that_projects_names(tmp_path, monkeypatch):
    from prefect.utilities.callables import parameter_schema

    from flows.localize_campaign import localize_campaign

    for name in ("configs", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "configs/campaigns/demo.yml").unlink()
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(tmp_path))
    assert "demo" not in parameter_schema(localize_campaign.fn).properties["campaign"]["enum"]


@pytest.mark.parametrize("one", DEPLOYMENTS, ids=lambda one: one.name)
def test_a_run_of_a_worker_has_our_settings(one):
    from flows.settings import _DEFAULTS

    # Those of the server, and those that the parent process acts on, are not a run's.
    of_runs = {name: value for name, value in _DEFAULTS.items() if "_SERVER_" not in name and name != "DO_NOT_TRACK"}
    assert one.work_pool["job_variables"] == {"env": of_runs}


def test_a_server_started_in_the_projects_folder_has_the_settings_of_one_that_serve_starts():
    from flows.settings import _DEFAULTS

    written = tomllib.loads((ROOT / "prefect.toml").read_text("utf-8"))
    said = {name.upper(): value for name, value in _flat(written, "prefect")}
    ours = {name: value for name, value in _DEFAULTS.items() if "_SERVER_" in name and "_EPHEMERAL_" not in name}
    assert {name: str(value).lower() for name, value in said.items()} == ours


def _flat(table: dict, name: str):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{name}_{key}")
        else:
            yield f"{name}_{key}", value
