"""Runs with the `gemini` provider against the emulator: what is asked, what it costs, and how each fault ends."""

from __future__ import annotations

import json
import time
from datetime import date

import pytest

from adlocalizer.domain import Counts, Severity, Status
from adlocalizer.errors import BudgetExceeded, ConfigError, NotAllowed, Retired
from adlocalizer.making import write_plan
from adlocalizer.ordering import check_models, plan_order, price_plan
from adlocalizer.revising import as_made, revisions_of

from . import projects
from .gemini_runs import change_models, make_gemini_project, run_gemini

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

MIX = {"unavailable": 0.06, "throttle": 0.06, "internal": 0.04, "reset": 0.03, "truncated": 0.03, "text_only": 0.04}
MIX |= {"finish:IMAGE_SAFETY": 0.04, "unknown_reason": 0.04}


@pytest.fixture
def project(tmp_path, emulator):
    return make_gemini_project(tmp_path / "project")


def models_asked(emulator) -> list[str]:
    return [entry["model"] for entry in emulator.journal("generate") if entry["status"] == 200]


def test_what_is_booked_is_what_was_billed(project, emulator):
    made = run_gemini(project)
    assert made.counts.planned == made.counts.delivered + made.counts.needs_review == 2
    assert made.tally.spent_micros == emulator.billed_micros() > 0


def test_a_second_run_asks_nothing(project, emulator):
    run_gemini(project)
    assert run_gemini(project).tally.calls == 0
    assert len(emulator.journal("generate")) == 2


def test_the_original_bytes_are_kept_with_what_the_answer_said(project):
    made = run_gemini(project)
    master = next(made.plan.masters())
    answer = made.ledger.answer(master.request.key)
    assert min(len(answer.model_version), len(answer.response_id)) > 0
    assert answer.finish_reason == "STOP"
    assert min(answer.usage.image_tokens, answer.usage.prompt_tokens, answer.usage.thought_tokens) > 0
    assert made.ledger.picture(answer)


def test_under_a_mix_of_faults_every_rendition_ends_once_and_nothing_lost_is_paid_again(tmp_path, emulator):
    project = make_gemini_project(tmp_path / "project", cities=["{c,i,n,p,u}*"])
    emulator.configure(faults={"mix": MIX, "seed": 3}, retry_seconds=0.02)
    made = run_gemini(project)
    planned = [rendition.id for rendition in made.plan.renditions()]
    assert sorted(one.rendition.id for one in made.outcomes) == sorted(planned)
    assert made.counts.planned == len(planned) == 34
    lost = [entry for entry in emulator.journal("generate") if entry["billed_micros"] and not entry["delivered"]]
    assert made.tally.spent_micros == emulator.billed_micros() - sum(entry["billed_micros"] for entry in lost)
    assert sum(bool(entry["repeat"]) for entry in emulator.journal("generate")) <= len(lost)


def test_a_refusal_is_kept_and_never_asked_again(project, emulator):
    emulator.configure(faults={"mix": {"finish:IMAGE_SAFETY": 1}})
    assert run_gemini(project).counts == Counts(planned=2, refused=2)
    emulator.configure(faults={"mix": {}})
    again = run_gemini(project)
    assert (again.tally.calls, again.counts.refused) == (0, 2)


def test_words_without_a_picture_are_bounded_new_attempts(project, emulator):
    emulator.configure(faults={"mix": {"text_only": 1}})
    made = run_gemini(project)
    assert made.counts == Counts(planned=2, rejected=2)
    assert len({entry["seed"] for entry in emulator.journal("generate")}) == len(emulator.journal("generate")) == 4


def test_out_of_tokens_thinks_less_the_next_time(project, emulator):
    emulator.configure(faults={"next": ["finish:MAX_TOKENS", "finish:MAX_TOKENS"]})
    run_gemini(project)
    assert sorted(str(entry["thinking"]) for entry in emulator.journal("generate")) == [
        "MEDIUM",
        "MEDIUM",
        "MINIMAL",
        "MINIMAL",
    ]


def test_a_reason_nobody_knows_is_for_a_person_and_never_asked_again(project, emulator):
    emulator.configure(faults={"mix": {"unknown_reason": 1}})
    made = run_gemini(project)
    assert made.counts == Counts(planned=2, failed=2)
    assert {one.severity for outcome in made.outcomes for one in outcome.findings} == {Severity.REVIEW}
    assert run_gemini(project).tally.calls == 0


def test_a_picture_with_a_reason_nobody_knows_is_never_delivered_unseen(project, emulator):
    emulator.configure(faults={"mix": {"finish_with_picture:SOMETHING_NEW": 1}})
    assert {one.status for one in run_gemini(project).outcomes} == {Status.NEEDS_REVIEW}


@pytest.mark.parametrize("fault", ["wrong_ratio", "blank", "echo", "truncated_picture"])
def test_a_picture_that_is_none_is_never_delivered(project, emulator, fault):
    emulator.configure(faults={"mix": {fault: 1}})
    made = run_gemini(project)
    assert (made.counts.delivered, made.counts.needs_review) == (0, 0)
    assert len(emulator.journal("generate")) == 4


def test_a_wrong_key_stops_the_run_with_what_to_do(tmp_path, emulator):
    project = make_gemini_project(tmp_path / "project", concurrency=1)
    emulator.configure(faults={"mix": {"api_key_invalid": 1}})
    made = run_gemini(project)
    assert isinstance(made.stopped, NotAllowed)
    assert "GEMINI_API_KEY" in str(made.stopped)
    assert len(emulator.journal("generate")) == 1


def test_the_quota_of_the_day_stops_the_run_and_the_next_one_goes_on(tmp_path, emulator):
    project = make_gemini_project(tmp_path / "project", concurrency=1)
    emulator.configure(faults={"next": ["ok", "quota_day"]})
    first = run_gemini(project)
    assert isinstance(first.stopped, NotAllowed)
    assert first.counts.failed == 1
    assert run_gemini(project).tally.calls == 1


def test_a_retired_model_stops_the_run_and_names_its_successor(tmp_path, emulator):
    emulator.configure(retired=["gemini-3-pro-image"])
    project = make_gemini_project(tmp_path / "project", model="gemini-3-pro-image")
    change_models(
        project,
        "    max_references: 14\n    available_from: 2026-05-28\n    source",
        ("    max_references: 14\n    available_from: 2026-05-28\n    successor: gemini-nano-banana-2.1\n    source"),
    )
    stopped = run_gemini(project).stopped
    assert isinstance(stopped, Retired)
    assert "gemini-nano-banana-2.1" in str(stopped)


def test_a_second_campaign_that_says_the_same_asks_for_nothing(tmp_path, emulator):
    project = make_gemini_project(tmp_path / "project")
    first = run_gemini(project)
    campaigns = project / "configs/campaigns"
    said = json.loads((campaigns / "small.yml").read_text("utf-8"))
    (campaigns / "other.yml").write_text(json.dumps(said | {"id": "other", "title": "Other"}), "utf-8")
    assert price_plan(plan_order(projects.small_order(project, campaign="other")).plan).price_micros == 0
    second = run_gemini(project, campaign="other")
    assert (first.tally.calls, second.tally.calls) == (2, 0)


def test_another_model_stands_in_for_a_retired_one_where_the_campaign_names_it(tmp_path, emulator):
    emulator.configure(retired=["gemini-nano-banana-2.1"])
    project = make_gemini_project(tmp_path / "project", fallback=["gemini-3-pro-image"])
    made = run_gemini(project)
    assert made.stopped is None
    assert {one.model for one in made.outcomes} == {"gemini-3-pro-image"} == set(models_asked(emulator))


def test_an_answer_of_the_model_that_stood_in_is_used_again(tmp_path, emulator):
    emulator.configure(retired=["gemini-nano-banana-2.1"])
    project = make_gemini_project(tmp_path / "project", fallback=["gemini-3-pro-image"])
    run_gemini(project)
    emulator.configure(retired=[])
    campaign = project / "configs/campaigns/small.yml"
    campaign.write_text(json.dumps({**json.loads(campaign.read_text()), "title": "Another look"}))
    assert run_gemini(project).tally.calls == 0


def test_a_format_may_have_a_model_of_its_own(tmp_path, emulator):
    formats = ["gads_upload_300x250", "dooh_1920x1080"]
    project = make_gemini_project(
        tmp_path / "project", formats=formats, cities=["jp-tokyo"], model_by_format={"dooh_*": "gemini-3-pro-image"}
    )
    made = run_gemini(project)
    by_format = {one.rendition.format_id: one.model for one in made.outcomes}
    assert by_format == {"gads_upload_300x250": "gemini-nano-banana-2.1", "dooh_1920x1080": "gemini-3-pro-image"}
    assert made.tally.spent_micros == emulator.billed_micros()


@pytest.mark.parametrize(
    ("campaign", "message"),
    [
        ({"thinking": "low"}, "no thinking level 'low'.*minimal or medium or high"),
        ({"model": "gemini-3-pro-image", "thinking": "high"}, "no thinking level 'high'.*leave it out"),
        (
            {"fallback": ["gemini-3.1-flash-lite-image"], "formats": ["gads_upload_728x90"]},
            "draws no 8:1 at 1K or",
        ),
        ({"fallback": ["nobody"]}, "has no model 'nobody'"),
        ({"fallback": ["gemini-3-pro-image", "gemini-3-pro-image"]}, "names a model twice"),
        ({"model_by_format": {"nothing*": "gemini-3-pro-image"}}, "matches nothing"),
        ({"google_search": ["web"]}, "accept_grounding_terms: true"),
        (
            {"model": "gemini-3-pro-image", "google_search": ["image"], "accept_grounding_terms": True},
            "no Google Search grounding of kind image",
        ),
    ],
)
def test_what_a_model_cannot_do_is_told_before_anything_is_asked(tmp_path, emulator, campaign, message):
    project = make_gemini_project(tmp_path / "project", **campaign)
    with pytest.raises(ConfigError, match=message):
        plan_order(projects.small_order(project))
    assert emulator.journal() == []


def test_the_cap_is_never_passed_and_what_was_made_stays(tmp_path, emulator):
    project = make_gemini_project(tmp_path / "project", cities=["{jp,kr,fr,de}-*"])
    made = run_gemini(project, max_cost=0.15)
    assert isinstance(made.stopped, BudgetExceeded)
    assert 0 < emulator.billed_micros() <= 150_000
    assert made.counts.failed > 0 < made.counts.delivered + made.counts.needs_review


def test_the_cap_holds_against_a_model_that_would_think_for_ever(tmp_path, emulator):
    project = make_gemini_project(tmp_path / "project", cities=["{jp,kr,fr,de}-*"], attempts=1)
    emulator.configure(thought_tokens=30_000)
    made = run_gemini(project, max_cost=0.15)
    assert 0 < emulator.billed_micros() <= 150_000
    assert made.counts.delivered == 0


def test_a_campaigns_budget_holds_over_commands(tmp_path, emulator):
    project = make_gemini_project(tmp_path / "project", cities=["{jp,kr,fr,de}-*"], budget=0.15)
    for _ in range(3):
        made = run_gemini(project)
    assert isinstance(made.stopped, BudgetExceeded)
    assert emulator.billed_micros() <= 150_000


def test_pictures_grounded_in_search_stand_apart_with_their_sources(tmp_path, emulator):
    said = {"google_search": ["web", "image"], "accept_grounding_terms": True}
    project = make_gemini_project(tmp_path / "project", cities=["jp-tokyo"], **said)
    made = run_gemini(project)
    assert made.store.url.endswith("/store/grounded")
    assert not (project / "store" / "runs").exists()
    trace = made.ledger.answer(next(made.plan.masters()).request.key).search
    assert min(len(trace.queries), len(trace.sources), len(trace.entry_point)) > 0
    searched = 14_000 * (len(trace.queries) + len(trace.image_queries))
    assert made.tally.spent_micros == emulator.billed_micros() + searched


def test_people_and_style_go_along_after_the_product(tmp_path, emulator):
    project = make_gemini_project(tmp_path / "project", cities=["jp-tokyo"], characters=["data/products/face.png"])
    shot = next((project / "data/products").glob("*.png"))
    (project / "data/products/face.png").write_bytes(shot.read_bytes())
    run_gemini(project)
    (entry,) = emulator.journal("generate")
    assert len(entry["references"]) == 2


def test_a_revision_is_a_new_version_beside_the_old_one(project, emulator):
    first = run_gemini(project)
    revisions = revisions_of(first.ordered, ["*jp-tokyo*"], "Make the sky darker")
    again = run_gemini(project, revisions=revisions)
    versions = {(one.rendition.creative.city_id, one.rendition.creative.variant) for one in again.outcomes}
    assert versions == {("fr-paris", 1), ("jp-tokyo", 1), ("jp-tokyo", 2)}
    assert again.tally.calls == 1
    parent = next(one.master_key for one in first.outcomes if one.rendition.creative.city_id == "jp-tokyo")
    assert emulator.journal("generate")[-1]["references"][0] == first.ledger.answer(parent).sha256


def test_the_same_change_of_the_same_picture_is_made_once(project, emulator):
    first = run_gemini(project)
    made = run_gemini(project, revisions=revisions_of(first.ordered, ["*jp-tokyo*"], "Make the sky darker"))
    again = plan_order(projects.small_order(project))
    revisions = revisions_of(again, ["*jp-tokyo*"], "Make the  sky darker")
    assert [one.creative.variant for one in revisions] == [2]
    assert run_gemini(project, revisions=revisions).tally.calls == 0
    assert len(made.outcomes) == 3


def test_a_revision_of_a_revision_knows_its_parent(project, emulator):
    first = run_gemini(project)
    run_gemini(project, revisions=revisions_of(first.ordered, ["*jp-tokyo*"], "Make the sky darker"))
    second = plan_order(projects.small_order(project))
    (revision,) = revisions_of(second, ["*jp-tokyo*v2*"], "Add a kite in the sky")
    assert (revision.creative.variant, revision.parent_variant) == (3, 2)
    assert run_gemini(project, revisions=(revision,)).counts.planned == 4


def test_nothing_to_revise_is_told(project):
    with pytest.raises(ConfigError, match="has no pictures"):
        revisions_of(plan_order(projects.small_order(project)), ["*"], "Make the sky darker")


def test_the_limits_of_the_table_are_kept(tmp_path, emulator):
    project = make_gemini_project(tmp_path / "project", cities=["{jp,kr,fr,de}-*"])
    change_models(project, "    max_references: 14\n", "    max_references: 14\n    images_per_minute: 3000\n")
    emulator.configure(quota_per_minute=3000)
    made = run_gemini(project)
    assert made.counts.failed == 0
    assert {entry["status"] for entry in emulator.journal("generate")} == {200}


def test_pictures_too_large_to_be_sent_are_told_before_anything_is_asked(tmp_path, emulator):
    project = make_gemini_project(tmp_path / "project", {"most_sent_bytes": 1000})
    with pytest.raises(ConfigError, match=r"solara-can \(shots\).*MB together"):
        plan_order(projects.small_order(project))


def test_on_vertex_ai_a_large_picture_is_told_before_anything_is_asked(tmp_path):
    project = make_gemini_project(tmp_path / "project", {"backend": "vertex", "project": "p"})
    shot = project / "data/products/solara-can.png"
    shot.write_bytes(shot.read_bytes() + bytes(7_000_000))
    with pytest.raises(ConfigError, match="7 each may be sent"):
        plan_order(projects.small_order(project))


def test_a_provider_nobody_has_is_no_stanza_of_the_models_file(tmp_path):
    project = make_gemini_project(tmp_path / "project")
    change_models(project, "  gemini: {", "  gemni: {}\n  gemini: {")
    with pytest.raises(ConfigError, match=r"models.yml:\d+ \(providers.gemni\): is no provider of a model"):
        plan_order(projects.small_order(project))


def test_a_default_thinking_level_is_one_of_the_models(tmp_path):
    project = make_gemini_project(tmp_path / "project")
    change_models(project, "default_thinking: medium", "default_thinking: low")
    with pytest.raises(ConfigError, match="default_thinking low is none of its levels"):
        plan_order(projects.small_order(project))


def test_batches_are_refused_on_vertex_ai(tmp_path):
    project = make_gemini_project(tmp_path / "project", {"backend": "vertex", "project": "p"})
    with pytest.raises(ConfigError, match="Vertex AI takes no batches"):
        plan_order(projects.small_order(project, mode="batch"))


def test_batches_are_refused_where_the_provider_has_none(tmp_path):
    project = projects.make_project(tmp_path / "project")
    with pytest.raises(ConfigError, match="no batch price"):
        plan_order(projects.small_order(project, mode="batch"))


def test_another_model_stands_in_for_one_that_does_not_answer(tmp_path, emulator):
    emulator.configure(faults={"next": ["unavailable"] * 2})
    project = make_gemini_project(tmp_path / "project", cities=["jp-tokyo"], fallback=["gemini-3-pro-image"])
    assert run_gemini(project).counts.failed == 0
    assert models_asked(emulator) == ["gemini-3-pro-image"]


def test_a_model_that_stands_in_takes_the_next_larger_size_where_it_has_not_the_same(tmp_path, emulator):
    emulator.configure(retired=["gemini-3.1-flash-image"])
    said = {"model": "gemini-3.1-flash-image", "fallback": ["gemini-nano-banana-2.1"]}
    run_gemini(make_gemini_project(tmp_path / "project", **said))
    assert {(one["model"], one["size"]) for one in emulator.journal("generate") if one["status"] == 200} == {
        ("gemini-nano-banana-2.1", "1K")
    }


def test_what_a_model_that_stood_in_has_drawn_costs_nothing_in_the_plan(tmp_path, emulator):
    emulator.configure(retired=["gemini-nano-banana-2.1"])
    project = make_gemini_project(tmp_path / "project", fallback=["gemini-3-pro-image"])
    run_gemini(project)
    price = price_plan(plan_order(projects.small_order(project)).plan)
    assert (price.price_micros, price.kept) == (0, 2)


def test_a_stop_reaches_those_who_wait_for_their_turn(tmp_path, emulator):
    project = make_gemini_project(tmp_path / "project", cities=["{jp,kr,fr,de,in}-*"], concurrency=16)
    change_models(project, "    max_references: 14\n", "    max_references: 14\n    images_per_minute: 60\n")
    emulator.configure(faults={"mix": {"api_key_invalid": 1}})
    begun = time.monotonic()
    made = run_gemini(project)
    assert made.counts.failed == made.counts.planned >= 8
    assert time.monotonic() - begun < 6
    assert len(emulator.journal("generate")) <= 2


def test_with_everything_on_file_neither_key_nor_model_is_needed(project, emulator, monkeypatch):
    run_gemini(project)
    monkeypatch.delenv("GEMINI_API_KEY")
    change_models(project, "available_from: 2026-10-06\n", "shutdown: 2026-11-01\n")
    ordered = plan_order(projects.small_order(project))
    check_models(ordered.plan, price_plan(ordered.plan), date(2026, 11, 25))
    assert run_gemini(project).counts.failed == 0


def test_a_model_past_its_date_is_told_before_anything_is_asked(project, emulator):
    change_models(project, "available_from: 2026-10-06\n", "shutdown: 2026-11-01\n")
    ordered = plan_order(projects.small_order(project))
    with pytest.raises(Retired, match="was shut down on 2026-11-01"):
        check_models(ordered.plan, price_plan(ordered.plan), date(2026, 11, 25))


def test_a_revision_may_be_made_by_another_model(project, emulator):
    run_gemini(project)
    order = projects.small_order(project)
    revisions = revisions_of(plan_order(order), ["*jp-tokyo*"], "Make the sky darker", "gemini-3-pro-image")
    run_gemini(project, revisions=revisions)
    assert models_asked(emulator)[-1] == "gemini-3-pro-image"


def test_nobody_edits_what_another_provider_drew(project, emulator):
    run_gemini(project)
    preview = plan_order(projects.small_order(project, provider="preview"))
    with pytest.raises(ConfigError, match="was drawn by gemini; write gemini"):
        revisions_of(preview, ["*jp-tokyo*"], "Make the sky darker")


def test_a_revision_is_left_out_with_a_word_where_another_provider_draws(project, emulator):
    first = run_gemini(project)
    run_gemini(project, revisions=revisions_of(first.ordered, ["*jp-tokyo*"], "Make the sky darker"))
    plan = plan_order(projects.small_order(project, provider="preview")).plan
    assert {one.creative.variant for one in plan.creatives} == {1}
    assert any("1 revisions are left out" in warning for warning in plan.warnings)


def test_an_edit_leaves_room_for_the_picture_that_is_edited(tmp_path, emulator):
    project = make_gemini_project(tmp_path / "project", cities=["jp-tokyo"])
    change_models(project, "    max_references: 14\n", "    max_references: 1\n")
    first = run_gemini(project)
    run_gemini(project, revisions=revisions_of(first.ordered, ["*"], "Make the sky darker"))
    assert [len(one["references"]) for one in emulator.journal("generate")] == [1, 2]


def test_versions_that_come_later_leave_the_numbers_of_revisions_alone(project, emulator):
    first = run_gemini(project)
    run_gemini(project, revisions=revisions_of(first.ordered, ["*jp-tokyo*"], "Make the sky darker"))
    campaign = project / "configs/campaigns/small.yml"
    campaign.write_text(json.dumps({**json.loads(campaign.read_text()), "variants": 2}))
    plan = plan_order(projects.small_order(project)).plan
    tokyo = [one for one in plan.creatives if one.creative.city_id == "jp-tokyo"]
    assert [(one.creative.variant, one.revision is not None) for one in tokyo] == [(1, False), (3, False), (2, True)]


def test_revising_with_another_model_plans_the_others_as_they_were_made(project, emulator):
    made = run_gemini(project)
    write_plan(made.store, made.plan)
    order = as_made(projects.small_order(project, model="gemini-3-pro-image"))
    assert (order.provider, order.model) == ("gemini", None)


def test_a_fallback_past_its_date_is_told(tmp_path, emulator):
    project = make_gemini_project(tmp_path / "project", fallback=["gemini-2.5-flash-image"])
    ordered = plan_order(projects.small_order(project))
    with pytest.raises(Retired, match=r"gemini-2.5-flash-image was shut down"):
        check_models(ordered.plan, price_plan(ordered.plan), date(2026, 11, 25))


def test_a_level_that_a_formats_own_model_has_not_is_said(tmp_path):
    said = {"model_by_format": {"*": "gemini-3-pro-image"}, "thinking": "high"}
    plan = plan_order(projects.small_order(make_gemini_project(tmp_path / "project", **said))).plan
    assert any("gemini-3-pro-image takes no thinking level" in warning for warning in plan.warnings)


def test_vertex_ai_without_a_project_is_told_before_anything_is_written(tmp_path):
    project = make_gemini_project(tmp_path / "project", {"backend": "vertex"})
    with pytest.raises(ConfigError, match="names no project; set GOOGLE_CLOUD_PROJECT"):
        plan_order(projects.small_order(project))
