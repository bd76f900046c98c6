"""Runs whose pictures a model judges, against the emulator: what is asked, what it costs, what its answers lead to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adlocalizer.domain import Finding, Severity, Status
from adlocalizer.making.canaries import missed_in
from adlocalizer.making.judging import UNHEARD
from adlocalizer.ordering import plan_order, price_plan
from adlocalizer.publishing.judge_notes import judge_doubts, judge_notes

from . import projects
from .gemini_runs import Run, make_gemini_project, run_gemini

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

JUDGE = "gemini-3.8-flash"
NO_VERDICT = ("prose", "missing_field", "strange_answer", "prompt_blocked:SAFETY", "finish:MAX_TOKENS")
ONE = {"cities": ["fr-paris"], "attempts": 1}


def judged_project(tmp_path: Path, **said) -> Path:
    return make_gemini_project(tmp_path / "project", said.pop("config", None), **{**ONE, "judge": "gemini", **said})


def spoil_judge(emulator, fault: str) -> None:
    emulator.configure(script=[{"match": {"contains": "product_altered"}, "faults": [fault], "for_ever": True}])


def inquiries(emulator) -> list[dict]:
    return [entry for entry in emulator.journal("generate") if entry.get("model") == JUDGE]


def said_by_judge(made: Run) -> dict[str, Finding]:
    return {one.check: one for outcome in made.outcomes for one in outcome.findings if one.check.startswith("judge_")}


def change(project: Path, **said) -> None:
    file = project / "configs/campaigns/small.yml"
    file.write_text(json.dumps({**json.loads(file.read_text()), **said}))


def test_every_picture_is_judged_once_for_what_it_is_billed(tmp_path, emulator):
    project = judged_project(tmp_path, cities=["jp-tokyo", "fr-paris"], formats=list(projects.FORMATS[:2]))
    first, again = run_gemini(project), run_gemini(project)
    pictures = len(list(first.plan.masters()))
    assert len(inquiries(emulator)) == pictures == first.tally.calls - pictures
    assert first.tally.spent_micros == emulator.billed_micros()
    assert (again.tally.calls, again.counts) == (0, first.counts)
    assert {one.severity for one in said_by_judge(first).values()} == {Severity.PASS}
    assert price_plan(first.plan).judge.inquiries == 0


def test_a_judge_turned_on_later_asks_about_pictures_that_are_kept_and_never_by_batch(tmp_path, emulator):
    project = judged_project(tmp_path, judge=None)
    run_gemini(project)
    change(project, judge="gemini")
    made = run_gemini(project, mode="batch")
    assert (made.tally.calls, len(inquiries(emulator)), emulator.batches()) == (1, 1, [])
    assert "judge_product_altered" in said_by_judge(made)


def test_other_questions_are_asked_about_the_same_pictures(tmp_path, emulator):
    project = judged_project(tmp_path)
    run_gemini(project)
    book = project / "configs/judge.yml"
    book.write_text(
        book.read_text("utf-8").replace("a globe or the outline", "an atlas, a globe or the outline"), "utf-8"
    )
    assert (run_gemini(project).tally.calls, len(inquiries(emulator))) == (1, 2)


def test_an_altered_product_is_rejected_with_reason_evidence_and_remedy(tmp_path, emulator):
    emulator.configure(verdicts={"product_altered": "yes", "product_altered_reason": "the label says SOLRRA"})
    made = run_gemini(judged_project(tmp_path))
    found = said_by_judge(made)["judge_product_altered"]
    assert {one.status for one in made.outcomes} == {Status.REJECTED}
    assert (found.severity, found.text, found.value, found.threshold) == (
        *(Severity.FAIL, "The judge objects: the label says SOLRRA.", "yes", "no"),
    )
    assert found.remedy
    assert made.store.size(found.evidence) > 1000


def test_an_objection_leads_to_an_edit_that_is_judged_as_well(tmp_path, emulator):
    emulator.configure(verdicts={"product_altered": "yes"})
    made = run_gemini(judged_project(tmp_path, attempts=2))
    assert [one.way for one in made.outcomes[0].tried] == ["first", "edit"]
    assert len(inquiries(emulator)) == 2
    edit = made.ledger.entry(made.outcomes[0].tried[1].key)[0].edit
    assert edit.instruction.startswith("The Solara Sparkling Lemon must look exactly")


def test_a_question_that_only_asks_a_person_does_so(tmp_path, emulator):
    emulator.configure(verdicts={"flag_or_map": "yes"})
    made = run_gemini(judged_project(tmp_path))
    assert said_by_judge(made)["judge_flag_or_map"].severity is Severity.REVIEW
    assert {one.status for one in made.outcomes} == {Status.NEEDS_REVIEW}


def test_a_judge_who_cannot_tell_asks_a_person(tmp_path, emulator):
    emulator.configure(verdicts={"product_altered": "unclear"})
    found = said_by_judge(run_gemini(judged_project(tmp_path)))["judge_product_altered"]
    assert (found.severity, found.value) == (Severity.REVIEW, "unclear")


@pytest.mark.parametrize(
    "fault", ["prose", "missing_field", "strange_answer", "prompt_blocked:SAFETY", "finish:MAX_TOKENS"]
)
def test_what_is_no_verdict_is_a_doubt_and_is_not_asked_again(tmp_path, emulator, fault):
    project = judged_project(tmp_path)
    spoil_judge(emulator, fault)
    made, again = run_gemini(project), run_gemini(project)
    assert said_by_judge(made)["judge_alcohol_shown"].severity is Severity.REVIEW
    assert {one.status for one in made.outcomes} == {Status.NEEDS_REVIEW}
    assert made.tally.spent_micros == emulator.billed_micros()
    assert again.tally.calls == 0


def test_a_judge_who_does_not_answer_is_asked_by_the_next_run(tmp_path, emulator):
    project = judged_project(tmp_path, config={"tries": 1})
    spoil_judge(emulator, "unavailable")
    made = run_gemini(project)
    assert said_by_judge(made)[UNHEARD].severity is Severity.REVIEW
    assert {one.status for one in made.outcomes} == {Status.NEEDS_REVIEW}
    emulator.configure(script=[])
    again = run_gemini(project)
    assert (again.tally.calls, UNHEARD in said_by_judge(again)) == (1, False)


def test_a_cap_holds_for_the_judge_too(tmp_path, emulator):
    project = judged_project(tmp_path)
    price = price_plan(plan_order(projects.small_order(project)).plan)
    cap = (price.most_micros - price.judge.most_micros) / 1e6  # what one picture costs at worst
    made = run_gemini(project, max_cost=cap)
    assert (len(inquiries(emulator)), UNHEARD in said_by_judge(made)) == (0, True)
    assert emulator.billed_micros() <= cap * 1e6


def test_a_retired_judge_stops_the_run_before_more_is_bought(tmp_path, emulator):
    emulator.configure(retired=[JUDGE])
    made = run_gemini(judged_project(tmp_path))
    assert JUDGE in str(made.stopped)
    assert UNHEARD in said_by_judge(made)


def test_a_canary_goes_the_same_way_and_leaves_no_trace_in_what_is_delivered(tmp_path, emulator):
    project = judged_project(tmp_path, canaries=1)
    made = run_gemini(project)
    canaries = missed_in(made.store, made.plan.brief.run)
    assert (len(inquiries(emulator)), canaries.asked, canaries.missed) == (2, 1, 0)
    assert made.tally.spent_micros == emulator.billed_micros()
    assert "canar" not in "".join(one.model_dump_json() for one in made.outcomes)
    assert {one.severity for one in said_by_judge(made).values()} == {Severity.PASS}
    assert run_gemini(project).tally.calls == 0


def test_a_judge_who_lets_every_canary_pass_is_told_of(tmp_path, emulator):
    emulator.configure(verdicts={"product_altered": "no"})
    made = run_gemini(judged_project(tmp_path, canaries=1, cities=["jp-tokyo", "fr-paris"]))
    [doubt] = judge_doubts(made.plan)
    assert doubt.text.startswith("The judge let 2 of 2 known-bad pictures pass (100%, with 95 % confidence between 34%")
    assert "was asked about 2 pictures for $0.0" in judge_notes(made.plan, made.outcomes)[0]


def test_a_good_judge_is_told_of_and_not_doubted(tmp_path, emulator):
    made = run_gemini(judged_project(tmp_path, canaries=1))
    assert judge_doubts(made.plan) == ()
    assert "let 0 of 1 known-bad pictures pass" in judge_notes(made.plan, made.outcomes)[1]


def test_a_model_that_sees_nothing_cannot_be_named_in_the_book(tmp_path):
    project = judged_project(tmp_path)
    book = project / "configs/judge.yml"
    book.write_text(book.read_text("utf-8").replace("models: {}", "models: {gemini: gemini-9}"), "utf-8")
    with pytest.raises(Exception, match=r"judge.yml \(models.gemini\): gemini has no model 'gemini-9'.*write one of"):
        plan_order(projects.small_order(project))
