"""A run under every fault of pictures: nothing faulty ships, everything good does, and each verdict says why."""

from __future__ import annotations

import asyncio
import re
from types import SimpleNamespace

import pytest
from markupsafe import escape

from adlocalizer.domain import Severity, Status
from adlocalizer.publishing import Account, publish_report, write_thumbnails
from adlocalizer.publishing.asked import bought
from adlocalizer.publishing.delivery import check_out

from .conftest import EMULATOR_KEY
from .gemini_runs import make_gemini_project, run_gemini

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

BROKEN = ("blank", "echo", "wrong_ratio", "truncated_picture", "letterbox", "framed", "lettered", "upscaled")
ALTERED = ("swapped", "mirrored", "letter_changed", "doubled", "missing_product")
MIX = {**dict.fromkeys(BROKEN, 0.03), **dict.fromkeys(ALTERED, 0.05)}
CITIES = ["{jp,fr,in,de,br,au}-*"]
FORMATS = ["gads_upload_300x250", "gads_upload_250x250"]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory, emulator_process):
    """A run under the mix, what its emulator did, and a second run of the same."""
    with pytest.MonkeyPatch.context() as patch:
        emulator_process.reset()
        patch.setenv("GEMINI_API_KEY", EMULATOR_KEY)
        patch.setenv("GOOGLE_GEMINI_BASE_URL", emulator_process.url)
        emulator_process.configure(faults={"mix": MIX, "seed": 11})
        project = make_gemini_project(
            tmp_path_factory.mktemp("mixed") / "project", cities=CITIES, formats=FORMATS, attempts=4
        )
        made = run_gemini(project)
        faults = {entry["response_id"]: entry["fault"] for entry in emulator_process.journal("generate")}
        billed = emulator_process.billed_micros()
        again = run_gemini(project)
        yield SimpleNamespace(made=made, again=again, faults=faults, billed=billed, project=project)


def fault_of(mixed, key: str) -> str:
    return mixed.faults[mixed.made.ledger.answer(key).response_id]


def test_the_mix_met_the_run(mixed):
    met = {fault for fault in mixed.faults.values() if fault != "ok"}
    assert len(met & {*BROKEN, *ALTERED}) >= 6


def test_no_faulty_picture_is_delivered(mixed):
    delivered = [one for one in mixed.made.outcomes if one.status is Status.DELIVERED]
    wrong = {fault_of(mixed, one.master_key) for one in delivered} - {"ok"}
    assert wrong == set()


def test_whatever_got_a_good_picture_within_its_attempts_is_delivered(mixed):
    for one in mixed.made.outcomes:
        keys = [tried.key for tried in one.tried] or [one.master_key]
        # The double draws any sky at any hour: one of dusk where day was asked for is no good picture.
        off = any(finding.check == "daylight" for tried in one.tried for finding in tried.findings)
        if "ok" in {fault_of(mixed, key) for key in keys} and not off:
            assert one.status is Status.DELIVERED, (one.rendition.id, one.reason)


def test_every_verdict_that_is_no_pass_says_why_and_shows_it(mixed):
    rules = mixed.made.plan.brief.checks.checks
    told = [finding for one in mixed.made.outcomes for tried in one.tried for finding in tried.findings]
    assert told
    for finding in told:
        assert finding.text, finding.check
        assert finding.remedy, finding.check
        if finding.severity is Severity.FAIL:
            assert mixed.made.store.exists(finding.evidence), finding.check
        rule = rules.get(finding.check)
        if rule is not None and rule.threshold is not None and finding.value is not None:
            assert finding.threshold is not None, finding.check


def test_attempts_cost_what_was_billed(mixed):
    rows = [row for one in bought(mixed.made.plan, mixed.made.outcomes) for row in one.rows]
    assert sum(row.cost_micros for row in rows) == mixed.billed == mixed.made.tally.spent_micros
    assert sum(one.cost_micros for one in mixed.made.outcomes) == mixed.billed


def test_an_edit_is_a_row_that_names_the_picture_it_changed(mixed):
    rows = [row for one in bought(mixed.made.plan, mixed.made.outcomes) for row in one.rows]
    keys = {row.key for row in rows}
    edits = [row for row in rows if row.way == "edit"]
    assert edits
    assert {row.parent_key for row in edits} <= keys


def test_a_run_again_walks_the_same_way_without_asking(mixed):
    assert mixed.again.tally.calls == 0
    assert mixed.again.outcomes == mixed.made.outcomes


def test_the_gate_out_holds(mixed):
    found = [one for one in check_out(mixed.made.plan, mixed.made.outcomes) if one.severity is not Severity.PASS]
    assert found == []


def test_the_report_shows_each_verdict_with_its_picture_and_each_attempt_beside_the_next(mixed):
    reports = str(mixed.project / "reports")
    plan, outcomes = mixed.made.plan, mixed.made.outcomes
    asyncio.run(write_thumbnails(plan, outcomes, reports))
    gates = check_out(plan, outcomes)
    index = publish_report(plan, outcomes, Account(gates=gates), reports, mixed.project / "templates" / "reports")
    page = "".join(path.read_text("utf-8") for path in index.parent.glob("*.html"))
    tried = {one.key: one for outcome in outcomes for one in outcome.tried}
    tries = "".join(re.findall(r'<ol class="tries">.*?</ol>', page, re.DOTALL))
    assert tries.count('alt="Attempt ') == sum(one.kind == "picture" and _decodes(one) for one in tried.values())
    told = [finding for one in tried.values() for finding in one.findings]
    assert all(escape(finding.text) in page for finding in told)
    assert all(escape(finding.remedy) in page for finding in told if finding.severity is Severity.FAIL)
    assert page.count('alt="Evidence: ') >= sum(finding.severity is Severity.FAIL for finding in told) / 2


def _decodes(attempt) -> bool:
    return all(finding.check != "decodes" for finding in attempt.findings)
