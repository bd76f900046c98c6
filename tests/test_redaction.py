"""Keys do not reach what is said."""

from __future__ import annotations

import logging

import pytest

from adlocalizer import redaction

KEY = "AIza-not-a-real-key-0123456789"


@pytest.fixture(autouse=True)
def concealed(monkeypatch):
    monkeypatch.setattr(redaction, "_concealed", {})
    factory = logging.getLogRecordFactory()
    redaction.conceal(KEY)
    yield
    logging.setLogRecordFactory(factory)


def test_a_key_is_blotted_out_of_a_text():
    assert redaction.redacted(f"header {KEY}, again {KEY}") == "header [key], again [key]"


def test_a_word_too_short_to_be_a_key_is_left_alone():
    redaction.conceal("abc")
    assert redaction.redacted("abc") == "abc"


def test_a_key_is_blotted_out_of_the_arguments_of_a_log_line(caplog):
    logging.getLogger("anybody").warning("sending %s to %s", KEY, "there")
    assert caplog.messages == ["sending [key] to there"]


def test_a_key_is_blotted_out_of_a_traceback_in_the_log(caplog):
    try:
        raise ValueError(f"refused {KEY}")
    except ValueError:
        logging.getLogger("anybody").exception("it failed")
    assert "refused [key]" in caplog.text
    assert KEY not in caplog.text
