"""The gate over what prompts rest on: every city has its facts, every fact and rule its source, days are in order."""

from __future__ import annotations

import functools
from datetime import date

import pytest

from adlocalizer.domain import Citation, Copy, Creative, Fact, Finding, GroundedCreative, MarketRule, RuleAction
from adlocalizer.expectations import gate_facts, gate_rules

FACT = {"name": "month", "value": 12, "text": "December", "source": "the date", "as_of": "2026-12-01"}
RULE = MarketRule(
    id="no-alcohol-1",
    markets=("NO",),
    category="alcohol",
    action=RuleAction.PROHIBIT,
    trigger="product:alcohol",
    text="Alcohol may not be advertised",
    citation=Citation(url="https://lovdata.no", title="Alcohol Act", tier="primary", retrieved=date(2026, 11, 28)),
)


def grounded(*facts: Fact, product: str = "can", city_id: str = "no-oslo") -> GroundedCreative:
    place = {"region": "EMEA", "market": "NO", "city_id": city_id, "city": "Oslo", "locale": "nb-NO"}
    creative = Creative(campaign="demo", product=product, variant=1, **place)
    words = Copy(locale="nb-NO", headline="Hei", call_to_action="Smak")
    return GroundedCreative(creative=creative, facts=facts, copy_row=words)


def fact(**other: object) -> Fact:
    return Fact.model_construct(**{"certainty": "exact"} | FACT | other)


def broken(findings: tuple[Finding, ...]) -> set[str]:
    return {one.check for one in findings if one.severity != "pass"}


def test_facts_with_source_and_date_pass():
    assert broken(gate_facts([grounded(fact())], ["month"])) == set()


BAD_FACTS = [
    ({"source": ""}, "facts_source_present"),
    ({"source": "  "}, "facts_source_present"),
    ({"as_of": ""}, "facts_as_of_present"),
    ({"text": ""}, "facts_text_present"),
    ({"certainty": "sure"}, "facts_certainty_known"),
    ({"value": 13}, "facts_month_value_range"),
    ({"value": "December"}, "facts_month_value_number"),
    ({"name": "temperature_celsius", "value": 451.0}, "facts_temperature_celsius_value_range"),
    ({"name": "sun_elevation_degrees", "value": -91}, "facts_sun_elevation_degrees_value_range"),
    ({"name": "day_length_hours", "value": 24.5}, "facts_day_length_hours_value_range"),
]


@functools.cache
def bad_facts() -> dict[str, str]:
    """What the gate says, by rule, of cities whose one fact is bad and of one whose fact is good."""
    cities = [grounded(fact(**other), city_id=f"no-{number}") for number, (other, _) in enumerate(BAD_FACTS)]
    return {one.check: one.text for one in gate_facts([grounded(fact()), *cities], []) if one.severity != "pass"}


@pytest.mark.parametrize(("number", "rule"), [(number, rule) for number, (_, rule) in enumerate(BAD_FACTS)])
def test_a_fact_that_cannot_be_checked_or_true_is_named(number, rule):
    assert f"(no-{number} nb-NO" in bad_facts()[rule]
    assert "no-oslo" not in bad_facts()[rule]


def test_a_city_without_a_fact_it_must_have_is_named():
    (finding,) = [one for one in gate_facts([grounded(fact())], ["month", "season"]) if one.severity != "pass"]
    assert "missing no-oslo nb-NO season" in finding.text


def test_two_statements_about_one_thing_are_named():
    assert broken(gate_facts([grounded(fact(), fact(value=11))], [])) == {"facts_statement_unique"}


def test_creatives_of_a_city_may_share_its_facts():
    assert broken(gate_facts([grounded(fact()), grounded(fact(), product="bottle")], ["month"])) == set()


def test_what_a_market_wants_may_differ_by_product():
    said = [grounded(fact(name="market_avoids", value=why), product=why) for why in ("flags", "maps")]
    assert broken(gate_facts(said, [])) == set()


def test_rules_with_citation_and_days_in_order_pass():
    assert broken(gate_rules({"NO": [RULE]})) == set()


BAD_CITATIONS = [
    ({"url": "see the law"}, "rules_url_pattern"),
    ({"url": ""}, "rules_url_present"),
    ({"title": ""}, "rules_title_present"),
    ({"tier": "hearsay"}, "rules_tier_known"),
]


@functools.cache
def bad_rules() -> dict[str, str]:
    """What the gate says of rules with a bad citation each, and of a good one."""
    rules = [
        RULE.model_copy(update={"id": f"no-{number}", "citation": RULE.citation.model_copy(update=citation)})
        for number, (citation, _) in enumerate(BAD_CITATIONS)
    ]
    return {one.check: one.text for one in gate_rules({"NO": [RULE, *rules]}) if one.severity != "pass"}


@pytest.mark.parametrize(("number", "rule"), [(number, rule) for number, (_, rule) in enumerate(BAD_CITATIONS)])
def test_a_rule_nobody_can_look_up_is_named(number, rule):
    assert f"(no-{number})" in bad_rules()[rule]
    assert RULE.id not in bad_rules()[rule]


def test_a_rule_that_ends_before_it_begins_is_named():
    days = {"valid_from": date(2026, 5, 1), "valid_to": date(2026, 4, 30)}
    (finding,) = [one for one in gate_rules({"NO": [RULE.model_copy(update=days)]}) if one.severity != "pass"]
    assert (finding.check, "no-alcohol-1" in finding.text) == ("rules_valid_to_in_order", True)


def test_a_rule_of_one_day_passes():
    day = date(2026, 5, 1)
    assert broken(gate_rules({"NO": [RULE.model_copy(update={"valid_from": day, "valid_to": day})]})) == set()


def test_without_rules_there_is_nothing_to_say():
    assert gate_rules({}) == ()
