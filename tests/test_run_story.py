"""What Prefect's UI is told of a run: a sentence, regions, formats, checks, pictures."""

from __future__ import annotations

import io

from PIL import Image

from adlocalizer.domain import Counts, Creative, Finding, Outcome, Rendition, Severity, Status
from adlocalizer.imaging.thumbnails import sheet
from adlocalizer.publishing import contact_sheet
from tasks.run_story import as_text, check_table, format_table, in_markdown
from tasks.summary import RunSummary, reasons_of

from . import report_fixture as fixture

FOUND = Finding(check="letter_height", subject="x", severity=Severity.REVIEW, text="letters are 9 px high")


def outcome(city: str, format_id: str, status: Status, region: str = "EMEA") -> Outcome:
    creative = Creative(
        **{"campaign": "spring", "product": "can", "region": region, "market": "FR", "city_id": city, "city": city},
        **{"locale": "fr-FR", "variant": 1},
    )
    rendition = Rendition(creative=creative, format_id=format_id, platform="meta", width=1080, height=1080)
    findings = (FOUND,) if status is Status.NEEDS_REVIEW else ()
    reason = "<b>no answer</b> [came](x)" if status is Status.FAILED else ""
    ended = {"status": status, "findings": findings, "reason": reason, "cost_micros": 500_000}
    return Outcome(rendition=rendition, provider="preview", model="m", **ended)


REGIONS = {
    "EMEA": (
        outcome("fr-paris", "story", Status.DELIVERED),
        outcome("fr-paris", "feed", Status.NEEDS_REVIEW),
        outcome("fr-lyon", "story", Status.FAILED),
    ),
    "NA": (outcome("us-miami", "story", Status.DELIVERED, "NA"),),
}
OUTCOMES = tuple(one for some in REGIONS.values() for one in some)
SUMMARY = RunSummary(
    campaign="spring",
    logical_date="2027-03-01",
    counts=Counts.of(OUTCOMES),
    **{"calls": 3, "kept": 1, "spent_micros": 1_500_000, "doubted_micros": 0, "waiting": 0},
    report="/reports/index.html",
    bundles=("bundles/spring/2027-03-01/spring_2027-03-01_NA.zip",),
)
SAID = in_markdown(SUMMARY, REGIONS)


def test_the_summary_begins_with_the_report_s_sentence():
    assert SAID.startswith("**2 of 4 ads are delivered; 1 waits for approval; 1 failed in France: ")


def test_the_summary_has_a_row_a_region_and_their_sum():
    assert "| EMEA | 3 | 1 | 1 | 0 | 0 | 1 | $1.50 |" in SAID
    assert "| all | 4 | 2 | 1 | 0 | 0 | 1 | $2.00 |" in SAID


def test_the_summary_says_what_it_cost_and_where_the_bundles_are():
    assert "3 provider calls, 1 picture on file, $1.50 spent." in SAID
    assert "- `bundles/spring/2027-03-01/spring_2027-03-01_NA.zip`" in SAID


def test_a_command_line_is_told_why_ads_are_missing_the_commonest_cause_first():
    more = (outcome("fr-nice", "feed", Status.NEEDS_REVIEW), *OUTCOMES)
    assert reasons_of(more) == ("2 needs review: letters are 9 px high", "1 failed: <b>no answer</b> [came](x)")


def test_what_a_person_rejected_is_told_by_the_reason_and_not_by_a_check_that_passed():
    passed = FOUND.model_copy(update={"severity": Severity.PASS, "text": "letters are 20 px high"})
    reason = "a person rejected it: too dark"
    changes = {"status": Status.REJECTED, "findings": (passed,), "reason": reason}
    rejected = outcome("fr-nice", "feed", Status.DELIVERED).model_copy(update=changes)
    assert reasons_of([rejected]) == (f"1 rejected: {reason}",)


def test_words_of_strangers_are_no_markup():
    assert r"\<b\>no answer\</b\> \[came\]\(x\)" in SAID
    assert as_text("a*b_c`d") == r"a\*b\_c\`d"


def test_formats_are_counted_by_region():
    assert format_table(OUTCOMES) == [
        {"format": "feed", "EMEA": "0/1"},
        {"format": "story", "EMEA": "1/2", "NA": "1/1"},
    ]


def test_a_check_that_spoke_is_named_with_an_example():
    name = "spring.fr-paris.fr-FR.can.v1.feed"
    assert check_table(OUTCOMES) == [
        {"check": "letter_height", "failed": 0, "to look at": 1, "such as": f"{name}: letters are 9 px high"}
    ]


def test_pictures_of_any_shape_stand_in_fields_of_one_sheet():
    made = Image.open(
        io.BytesIO(sheet([fixture.picture(n, *size) for n, size in enumerate([(90, 700), (700, 90)] * 3)]))
    )
    assert (made.format, made.size) == ("JPEG", (960, 360))


def test_a_run_without_a_file_has_no_sheet(tmp_path):
    assert contact_sheet(OUTCOMES, tmp_path / "index.html") is None
