"""`adlocalizer cities show`: what is known of a city on a day, from where and of when."""

from __future__ import annotations

import json

import pytest

from adlocalizer.cli.main import run_command

NAMES = ["is-reykjavik", "Reykjavík", "reykjavik", "REYKJAVIK"]


def shown(capsys, *arguments: str) -> str:
    assert run_command(["cities", "show", *arguments]) == 0
    return capsys.readouterr().out


def refused(capsys, *arguments: str) -> str:
    assert run_command(["cities", "show", *arguments]) == 2
    return capsys.readouterr().err


def stated(capsys, *arguments: str) -> dict[str, dict[str, str]]:
    return {fact["name"]: fact for fact in json.loads(shown(capsys, *arguments, "--json"))["facts"]}


@pytest.mark.parametrize("name", NAMES)
def test_a_city_goes_by_its_id_or_its_name(capsys, name):
    assert stated(capsys, name, "--date", "2026-12-21")["city_id"]["value"] == "is-reykjavik"


def test_a_name_in_the_citys_own_script_is_known(capsys):
    assert stated(capsys, "東京")["city_id"]["value"] == "jp-tokyo"


def test_every_fact_has_a_value_a_source_and_a_date(capsys):
    facts = stated(capsys, "no-oslo", "--date", "2026-06-21")
    assert len(facts) > 40
    assert all(str(fact["value"]) and fact["source"] and fact["as_of"] for fact in facts.values())


def test_the_day_and_the_hour_count(capsys):
    noon = stated(capsys, "is-reykjavik", "--date", "2026-12-21", "--hour", "13")
    evening = stated(capsys, "is-reykjavik", "--date", "2026-12-21", "--hour", "20")
    assert (noon["light"]["value"], evening["light"]["value"]) == ("golden", "night")


def test_readers_of_another_locale_get_their_own_facts(capsys):
    assert stated(capsys, "ch-zurich", "--locale", "fr-CH")["language"]["value"] == "fr"


def test_the_table_names_source_and_date(capsys):
    table = shown(capsys, "jp-tokyo", "--date", "2026-12-21")
    assert table.startswith("Tokyo on 2026-12-21 at 17:00, for ja-JP")
    assert {"fact", "value", "source", "of", "certainty"} <= set(table.splitlines()[1].split())


def test_the_markets_rules_of_the_day_are_listed(capsys):
    rules = json.loads(shown(capsys, "no-oslo", "--date", "2026-12-21", "--json"))["market_rules"]
    assert all(rule["markets"] and rule["citation"]["url"] for rule in rules)
    assert {"alcohol"} <= {rule["category"] for rule in rules}


def test_a_rule_that_is_not_yet_in_force_is_not_listed(capsys):
    before, after = (
        json.loads(shown(capsys, "kr-seoul", "--date", day, "--json"))["market_rules"]
        for day in ("2025-12-01", "2026-12-01")
    )
    assert {rule["id"] for rule in after} - {rule["id"] for rule in before}


def test_a_name_with_a_slip_gets_the_nearest_one(capsys):
    assert "write 'reykjavik'?" in refused(capsys, "rekjavik")


def test_a_locale_that_is_none_is_refused(capsys):
    assert "--locale" in refused(capsys, "no-oslo", "--locale", "norsk")


def test_the_list_is_still_the_list(capsys):
    assert run_command(["cities", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 75
