"""What is asked next for a picture that was not accepted, and which of several pictures decides."""

from __future__ import annotations

import functools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.domain import Answer, Finding, Severity
from adlocalizer.making.ending import ended_with, lineage
from adlocalizer.making.repairing import Tried, Wanted, best, next_asking
from adlocalizer.making.scoring import score
from adlocalizer.ordering import plan_order
from adlocalizer.planning import compose_masters

from .projects import ROOT, small_order

WAYS = ("edit", "seed", "composition", "fallback")
FAIL, REVIEW, PASS = Severity.FAIL, Severity.REVIEW, Severity.PASS


@functools.cache
def wanted(edits: bool = True) -> Wanted:
    """The demo's first master, drawn by a model that can edit or by the preview, which cannot, with a fallback."""
    plan = plan_order(small_order(ROOT, campaign="demo")).plan
    brief, model = plan.brief, plan.brief.model.model_copy(update={"edits": edits})
    other = model.model_copy(update={"id": "other-1"})
    brief = brief.model_copy(update={"models": {model.id: model, other.id: other}})
    grounded = next(iter(plan.creatives))
    master = compose_masters(brief, grounded, list(brief.formats))[0]
    fallback = master.request.model_copy(update={"model": other.id})
    return Wanted(brief, grounded, master.model_copy(update={"fallbacks": (fallback,)}))


def finding(check: str = "label", severity: Severity = FAIL, repairs=WAYS, value: float = 2.0) -> Finding:
    said = {"instruction": "the label must read {product}", "repairs": repairs, "remedy": "ask again"}
    return Finding(
        check=check, subject="s", severity=severity, text=f"{check} is off.", value=value, threshold=1.0, **said
    )


def tried(request, *findings: Finding, way: str = "first", kind: str = "picture", reason: str = "") -> Tried:
    digest, mime = ("a" * 64, "image/png") if kind == "picture" else (None, None)
    answer = Answer(key=request.key, kind=kind, mime=mime, sha256=digest, cost_micros=7, finish_reason=reason)
    return Tried(way, request, answer, findings)


def walk(*broken: tuple[Finding, ...], edits: bool = True) -> list[str]:
    """The ways taken when answer after answer has these findings."""
    what = wanted(edits)
    done = [tried(what.master.request, *broken[0])]
    for findings in broken[1:]:
        asking = next_asking(what, done)
        if asking is None:
            break
        done.append(tried(asking.request, *findings, way=asking.way))
    asking = next_asking(what, done)
    return [one.way for one in done[1:]] + ([asking.way] if asking else [])


def test_the_first_way_a_finding_names_is_taken_first():
    assert walk((finding(),)) == ["edit"]


def test_a_way_that_left_the_finding_standing_waits_for_the_others():
    assert walk(*[(finding(),)] * 4) == ["edit", "seed", "composition", "fallback"]


def test_a_way_that_mended_one_finding_is_tried_first_on_the_next():
    assert walk((finding("label"),), (finding("frame"),)) == ["edit", "edit"]


def test_what_cannot_edit_is_not_asked_to():
    assert walk((finding(),), edits=False) == ["seed"]


def test_an_edit_that_cannot_mend_all_that_is_broken_is_not_asked_for():
    assert walk((finding("label"), finding("blank", repairs=("seed",)))) == ["seed"]


def test_a_finding_that_nothing_can_mend_ends_the_asking():
    assert walk((finding(repairs=()),)) == []


def test_a_way_that_cannot_be_gone_leaves_another_seed():
    assert walk((finding(repairs=("edit",)),), edits=False) == ["seed"]


def test_another_composition_is_tried_once():
    assert walk(*[(finding(repairs=("composition",)),)] * 2) == ["composition", "seed"]


def test_an_edit_starts_from_the_last_picture_and_says_what_every_finding_wants():
    what = wanted()
    last = tried(what.master.request, finding("label"), finding("label_again"))
    request = next_asking(what, [last]).request
    name = what.brief.products[what.grounded.creative.product].name
    assert (request.edit.parent, request.edit.picture_sha256) == (last.request.key, "a" * 64)
    assert request.edit.instruction == f"the label must read {name}"
    assert request.edit.instruction in request.prompt.text


def test_several_instructions_are_said_in_one_edit():
    other = finding("frame").model_copy(update={"instruction": "remove the frame."})
    request = next_asking(wanted(), [tried(wanted().master.request, finding(), other)]).request
    assert request.edit.instruction.endswith("; remove the frame")


def test_after_an_edit_another_seed_goes_back_to_the_first_wish():
    what = wanted()
    first = tried(what.master.request, finding())
    edit = tried(next_asking(what, [first]).request, finding(), way="edit")
    request = next_asking(what, [first, edit]).request
    assert (request.edit, request.attempt) == (None, 3)
    assert request.prompt == what.master.request.prompt


def test_another_composition_stands_smaller_on_the_same_ground():
    what = wanted()
    request = next_asking(what, [tried(what.master.request, finding(repairs=("composition",)))]).request
    before, after = what.master.request.prompt.composition, request.prompt.composition
    assert after.product.w == pytest.approx(0.85 * before.product.w)
    assert after.product.bottom == pytest.approx(before.product.bottom)
    assert after.quiet == before.quiet


def test_a_fallback_is_another_model():
    asking = next_asking(wanted(), [tried(wanted().master.request, finding(repairs=("fallback",)))])
    assert (asking.way, asking.request.model) == ("fallback", "other-1")


def test_an_answer_without_a_picture_is_asked_anew():
    assert next_asking(wanted(), [tried(wanted().master.request, kind="bad")]).way == "seed"


@given(st.lists(st.lists(st.sampled_from([finding(check) for check in "abc"]), min_size=1, max_size=3), max_size=5))
def test_no_request_of_a_walk_is_asked_twice(broken):
    what = wanted()
    done = [tried(what.master.request, finding())]
    for findings in broken:
        asking = next_asking(what, done)
        done.append(tried(asking.request, *findings, way=asking.way))
    keys = [one.request.key for one in done]
    assert len(set(keys)) == len(keys)


def test_the_same_answers_lead_to_the_same_request():
    done = [tried(wanted().master.request, finding())]
    assert next_asking(wanted(), done) == next_asking(wanted(), done)


def test_nothing_found_scores_zero():
    assert score([finding(severity=PASS)]) == 0


@given(st.lists(st.floats(0.01, 1e9), min_size=1, max_size=40))
def test_no_number_of_doubts_is_worse_than_a_fail(values):
    doubts = [finding(severity=REVIEW, value=value) for value in values]
    assert score(doubts) < score([finding(value=1.01)])


def test_of_two_fails_the_nearer_to_its_limit_is_better():
    assert score([finding(value=1.1)]) < score([finding(value=3.0)])


def test_a_limit_that_is_a_least_is_read_the_other_way():
    low, lower = (finding(value=value) for value in (0.9, 0.3))
    assert score([low]) < score([lower])


def test_the_picture_with_only_doubts_decides():
    request = wanted().master.request
    doubtful = tried(request, finding(severity=REVIEW))
    assert best([tried(request, finding()), doubtful, tried(request, finding())]) is doubtful


def test_without_a_picture_nothing_decides():
    assert best([tried(wanted().master.request, kind="bad")]) is None


def test_a_first_picture_that_passes_leaves_no_lineage():
    assert lineage([tried(wanted().master.request, finding(severity=PASS))]) == ()


def test_a_lineage_names_every_answer_with_its_way_and_cost():
    request = wanted().master.request
    done = [tried(request, finding()), tried(request, finding(severity=PASS), way="edit")]
    assert [(one.way, one.severity, one.cost_micros) for one in lineage(done)] == [
        ("first", FAIL, 7),
        ("edit", PASS, 7),
    ]


def test_a_rejection_tells_the_findings_of_the_best():
    request = wanted().master.request
    near, far = tried(request, finding(value=1.1)), tried(request, finding(value=9.0))
    ended = ended_with(best([near, far]), [near, far], None)
    assert (ended.findings, ended.cost_micros) == (near.findings, 14)
