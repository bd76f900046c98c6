"""A model that judges: asked once about every accepted picture, inside the cap, its doubts never a pass."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.config import find_project
from adlocalizer.config.judges import judge_for
from adlocalizer.domain import Answer, Campaign, Inquiry, QuestionRule, View
from adlocalizer.errors import ConfigError
from adlocalizer.gemini.judging import judge_body, read_judgement, rulings_in
from adlocalizer.making.canaries import Missed, forgeries_for
from adlocalizer.ordering import plan_order, price_plan
from adlocalizer.planning.questioning import hearing_of, prompt_of

from . import projects
from .gemini_runs import make_gemini_project
from .projects import ROOT

PROJECT = find_project(ROOT)
QUIET = {"pictures": "canned"}


def campaign(**said: Any) -> Campaign:
    return PROJECT.campaign("demo").model_copy(update=said)


def judge(**said: Any):
    return judge_for(PROJECT, campaign(judge="gemini", **said))


def inquiry(**said: Any) -> Inquiry:
    view = View(sight="whole", sha256="a" * 64, path="x.jpg")
    base = {"provider": "gemini", "model": "gemini-3.8-flash", "prompt": "p", "views": (view,), "asked": ("one",)}
    return Inquiry(**{**base, "most_output_tokens": 100, **said})


def answered(text: str, asked: Inquiry, kind: str = "verdict") -> Answer:
    return Answer(key=asked.key, kind=kind, text=text)


def test_nobody_judges_unless_a_campaign_says_so():
    assert judge_for(PROJECT, campaign()) is None


def test_a_provider_that_sees_no_pictures_cannot_judge():
    with pytest.raises(ConfigError, match=r"judge.*preview has no model that sees pictures.*write `judge: gemini`"):
        judge_for(PROJECT, campaign(judge="preview"))


def test_canaries_without_a_judge_are_refused():
    with pytest.raises(ValueError, match="canaries test a judge"):
        Campaign.model_validate({**campaign().model_dump(), "canaries": 0.1})


def test_a_question_names_only_facts_it_needs():
    said = {"words": "Is it {landmark}?", "sights": ["whole"], "right": "yes", "remedy": "look", "why": "so"}
    with pytest.raises(ValueError, match=r"landmark.*add it to needs"):
        QuestionRule(**said)
    assert QuestionRule(**said, needs=("landmark",)).needs == ("landmark",)


def test_a_landmark_is_asked_about_only_where_there_is_one():
    plan = plan_of()
    master = next(plan.masters())
    facts = [fact for fact in master.request.prompt.facts if fact.name != "landmark"]
    product, brief = plan.brief.products["solara-can"], plan.brief
    with_it = hearing_of(brief, brief.judge, product, master.request.prompt.facts)
    without = hearing_of(brief, brief.judge, product, facts)
    assert {one.id for one in with_it.questions} - {one.id for one in without.questions} == {"landmark_believable"}


def test_alcohol_is_no_question_for_a_drink_that_has_some():
    plan = plan_of()
    beer = plan.brief.products["solara-can"].model_copy(update={"tags": ("beer", "alcohol")})
    assert "alcohol_shown" not in {one.id for one in hearing_of(plan.brief, plan.brief.judge, beer, ()).questions}


def test_a_prompt_numbers_what_is_shown_and_names_every_question():
    plan = plan_of()
    hearing = hearing_of(plan.brief, plan.brief.judge, plan.brief.products["solara-can"], ())
    said = prompt_of(plan.brief.judge, hearing)
    assert [line[:9] for line in said.splitlines() if line.startswith("Picture")] == [
        "Picture 1",
        "Picture 2",
        "Picture 3",
    ]
    assert all(f"\n{question.id}: " in said for question in hearing.questions)


def test_the_same_pixels_make_the_same_inquiry_wherever_they_lie():
    moved = inquiry(views=(View(sight="whole", sha256="a" * 64, path="elsewhere.jpg"),))
    assert moved.key == inquiry().key
    assert inquiry(views=(View(sight="whole", sha256="b" * 64, path="x.jpg"),)).key != inquiry().key


@pytest.mark.parametrize("changed", [{"prompt": "q"}, {"model": "other"}, {"asked": ("two",)}, {"thinking": "low"}])
def test_other_words_or_another_model_make_another_inquiry(changed):
    assert inquiry(**changed).key != inquiry().key


def test_a_body_asks_for_one_of_three_words_and_the_reason_first():
    config = judge_body(inquiry(), [b"jpeg"])["generationConfig"]
    assert config["responseSchema"]["propertyOrdering"] == ["one_reason", "one"]
    assert config["responseSchema"]["properties"]["one"]["enum"] == ["yes", "no", "unclear"]


def test_a_ruling_is_read_with_its_reason():
    asked = inquiry()
    [(name, ruling)] = rulings_in(answered('{"one_reason": "a  flag", "one": "yes"}', asked), asked).items()
    assert (name, *ruling) == ("one", "yes", "a flag")


@pytest.mark.parametrize(
    "text", ["", "yes", "[]", "null", '{"one": "perhaps"}', '{"one": true}', '{"two": "yes"}', "{" * 9999]
)
def test_what_is_not_an_answer_is_no_ruling(text):
    asked = inquiry()
    assert rulings_in(answered(text, asked), asked) == {}


@given(
    st.text() | st.dictionaries(st.sampled_from(["one", "one_reason", "x"]), st.text() | st.integers()).map(json.dumps)
)
def test_only_the_three_words_are_ever_read_as_a_ruling(text):
    asked = inquiry()
    assert {ruling.said for ruling in rulings_in(answered(text, asked), asked).values()} <= {"yes", "no", "unclear"}


def test_a_verdict_on_another_inquiry_rules_nothing():
    other = inquiry(prompt="q")
    assert rulings_in(answered('{"one": "yes"}', other), inquiry()) == {}


def test_an_answer_without_usage_is_booked_at_its_worst():
    body = json.dumps({"candidates": [{"content": {"parts": [{"text": "{}"}]}, "finishReason": "STOP"}]})
    assert read_judgement(body, inquiry(), judge().model, 777).answer.cost_micros == 777


def test_canaries_are_drawn_by_the_key_alone_at_about_their_rate():
    plan, keys = plan_of(canaries=0.05), [f"{n * 2654435761 % 2**32:08x}" + "0" * 56 for n in range(4000)]
    hearing = hearing_of(plan.brief, plan.brief.judge, plan.brief.products["solara-can"], ())
    drawn = [key for key in keys if forgeries_for(plan.brief.judge, hearing, key)]
    assert 160 <= len(drawn) <= 240


def test_no_canary_flies_where_none_is_asked_for():
    plan = plan_of()
    hearing = hearing_of(plan.brief, plan.brief.judge, plan.brief.products["solara-can"], ())
    assert forgeries_for(plan.brief.judge, hearing, "0" * 64) == ()


def test_the_interval_of_a_miss_rate_is_wilsons():
    assert [round(share, 3) for share in Missed(10, 1).interval] == [0.018, 0.404]
    assert Missed().interval == (0.0, 1.0)


def test_a_plan_prices_its_judge_as_a_line_of_its_own():
    price = price_plan(plan_of(canaries=0.5))
    assert price.judge.inquiries == price.masters
    assert price.price_micros == sum(line.price_micros for line in price.lines) + price.judge.price_micros
    assert price.most_micros > price.judge.most_micros > price.judge.price_micros > 0


def test_another_provider_on_the_command_line_takes_the_judge_along(tmp_path):
    project = make_gemini_project(tmp_path / "project", judge="gemini", canaries=0.5)
    ordered = plan_order(projects.small_order(project, provider="preview"))
    assert ordered.plan.brief.judge is None
    assert price_plan(ordered.plan).price_micros == 0


def plan_of(**said: Any):
    return _plan(json.dumps(said))


_PLANS: dict[str, Any] = {}


def _plan(said: str):
    if said not in _PLANS:
        import tempfile
        from pathlib import Path

        folder = Path(tempfile.mkdtemp())
        project = make_gemini_project(folder / "project", judge="gemini", **json.loads(said))
        _PLANS[said] = plan_order(projects.small_order(project)).plan
    return _PLANS[said]
