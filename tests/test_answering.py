"""What somebody answers about files that wait: what cannot be taken changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adlocalizer.answering import Answer, counts_of, take_answer
from adlocalizer.domain import Counts
from adlocalizer.errors import ConfigError
from adlocalizer.order import Order
from adlocalizer.ordering import plan_order

from . import deliveries, projects

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(False, ["*"], " ", "Ada"), "reason: it is empty; say why"),
        (Answer(True, ["*"], "", "\n"), "your name: it is empty"),
        (Answer(True, ["*.jp-*"], "", "Ada"), "which: '\\*.jp-\\*' matches nothing; there is nothing yet"),
    ],
)
def test_an_answer_that_lacks_something_is_refused_and_nothing_is_kept(tmp_path, answer, said):
    folders = {"store_url": str(tmp_path), "reports_folder": str(tmp_path / "reports"), "project": str(ROOT)}
    order = Order(campaign="example", logical_date=date(2026, 12, 1), **folders)
    with pytest.raises(ConfigError, match=said):
        take_answer(plan_order(order).plan, order, answer, datetime.now(UTC))
    assert not (tmp_path / "catalogue").exists()


@pytest.mark.slow
def test_a_decision_about_a_run_of_a_selection_delivers_it_without_the_rest(tmp_path):
    formats = ["gads_upload_300x250", "gads_upload_336x280"]
    project = projects.make_project(tmp_path / "project", cities=["jp-tokyo"], formats=formats, approval="all")
    made = deliveries.run_and_deliver(project, select=("*300x250",))
    take_answer(made.plan, made.order, Answer(True, ["*"], "", "Ada"), datetime.now(UTC))
    assert counts_of(made.plan) == Counts(planned=1, delivered=1)
    assert projects.shipped(projects.reviewing(project)) == ["gads_upload_300x250"]
