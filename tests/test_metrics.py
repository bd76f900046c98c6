"""Metrics: what a run did, in a text that those who collect such texts can read."""

from __future__ import annotations

import urllib.request
from datetime import date

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from adlocalizer.domain import Attempt, Creative, Outcome, Rendition, RunRef, Severity, Status
from adlocalizer.publishing import Account
from adlocalizer.publishing.metrics import LatestRuns, families, openmetrics, write_metrics

DAY = date(2026, 12, 1)
ACCOUNT = Account(calls=7, kept=2, spent_micros=1_250_000, waiting=3, waits={"0.5": 2, "5": 4, "inf": 1})


def outcome(format_id: str, status: Status, **over: object) -> Outcome:
    creative = Creative(
        campaign="spring",
        product="can",
        region="APAC",
        market="JP",
        city_id="jp-tokyo",
        city="Tokyo",
        locale="ja-JP",
        variant=1,
    )
    rendition = Rendition(creative=creative, format_id=format_id, platform="meta", width=10, height=10)
    return Outcome(rendition=rendition, status=status, provider="preview", model="preview-1", **over)


OUTCOMES = (
    outcome("a", Status.DELIVERED, tried=(Attempt(key="a" * 64, way="first", kind="picture", severity=Severity.PASS),)),
    outcome(
        "b", Status.NEEDS_REVIEW, tried=(Attempt(key="a" * 64, way="first", kind="picture", severity=Severity.PASS),)
    ),
    outcome("c", Status.REFUSED, tried=(Attempt(key="b" * 64, way="first", kind="refusal", severity=Severity.FAIL),)),
)


def samples(text: str) -> dict[tuple[str, ...], float]:
    rows = (sample for one in text_string_to_metric_families(text) for sample in one.samples)
    own = ("campaign", "logical_date")
    return {
        (row.name, *(value for key, value in sorted(row.labels.items()) if key not in own)): row.value for row in rows
    }


@pytest.fixture(scope="module")
def said() -> dict[tuple[str, ...], float]:
    run = RunRef(store_url="/nowhere", campaign="spring", logical_date=DAY)
    return samples(openmetrics(families(run, OUTCOMES, ACCOUNT)))


def test_renditions_are_counted_by_how_they_ended(said):
    assert [said["adlocalizer_renditions", one] for one in ("planned", "delivered", "needs_review", "refused")] == [
        3,
        1,
        1,
        1,
    ]


def test_an_answer_that_two_renditions_rest_on_is_one(said):
    assert (said["adlocalizer_answers", "picture"], said["adlocalizer_answers", "refusal"]) == (1, 1)


def test_calls_spending_cache_hits_and_queue_are_those_of_the_account(said):
    names = ("calls", "answers_kept", "spent_dollars", "pictures_waiting")
    assert [said[f"adlocalizer_{name}",] for name in names] == [7, 2, 1.25, 3]


def test_a_third_asked_for_a_person(said):
    assert said["adlocalizer_review_ratio",] == pytest.approx(1 / 3)


def test_answers_are_counted_up_to_each_bound(said):
    bounds = {key[1]: value for key, value in said.items() if key[0] == "adlocalizer_answer_seconds_bucket"}
    assert bounds == {"0.5": 2, "5.0": 6, "+Inf": 7} or bounds == {"0.5": 2, "5": 6, "+Inf": 7}


def test_a_store_tells_the_latest_run_of_each_campaign(tmp_path):
    for campaign, day in (("spring", DAY), ("autumn", DAY), ("spring", date(2026, 12, 2))):
        write_metrics(RunRef(store_url=str(tmp_path), campaign=campaign, logical_date=day), OUTCOMES, ACCOUNT)
    calls = next(one for one in LatestRuns(str(tmp_path)).collect() if one.name == "adlocalizer_calls")
    assert {(row.labels["campaign"], row.labels["logical_date"]) for row in calls.samples} == {
        ("autumn", "2026-12-01"),
        ("spring", "2026-12-02"),
    }


def test_serve_answers_whoever_collects_them(tmp_path, monkeypatch):
    import socket

    from adlocalizer.cli.serve import serve_metrics

    write_metrics(RunRef(store_url=str(tmp_path), campaign="spring", logical_date=DAY), OUTCOMES, ACCOUNT)
    monkeypatch.setenv("ADLOCALIZER_STORE", str(tmp_path))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve_metrics("127.0.0.1", port)
    wanted = urllib.request.Request(
        f"http://127.0.0.1:{port}/metrics", headers={"Accept": "application/openmetrics-text"}
    )
    with urllib.request.urlopen(wanted, timeout=10) as answer:  # noqa: S310
        text = answer.read().decode()
    assert text.endswith("# EOF\n")
    assert samples(text)["adlocalizer_calls",] == 7
