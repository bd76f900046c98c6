"""What somebody answers about files that wait: what cannot be taken changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from adlocalizer.answering import Answer, take_answer
from adlocalizer.errors import ConfigError
from adlocalizer.order import Order
from adlocalizer.ordering import plan_order

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
