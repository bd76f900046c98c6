"""Log lines for machines say what they are about, and no key."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator

import pytest

from adlocalizer.logs import about, log_lines
from adlocalizer.redaction import conceal

LOG = logging.getLogger("adlocalizer.making.asking")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    text, logger = io.StringIO(), logging.getLogger("adlocalizer")
    before, made = logger.level, log_lines(text)
    yield text
    logger.removeHandler(made)
    logger.setLevel(before)


def lines(stream: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_names_run_shard_and_creative(stream):
    with about(run="demo.2026-12-01", shard="APAC.0"), about(creative="demo.jp-tokyo"):
        LOG.info("request %s", "abc")
    said = lines(stream)[0]
    assert {key: said[key] for key in ("run", "shard", "creative", "level", "message")} == {
        "run": "demo.2026-12-01",
        "shard": "APAC.0",
        "creative": "demo.jp-tokyo",
        "level": "info",
        "message": "request abc",
    }


def test_what_goes_on_side_by_side_is_not_mixed_up(stream):
    async def make(name: str) -> None:
        with about(creative=name):
            await asyncio.sleep(0)
            LOG.info(name)

    async def both() -> None:
        await asyncio.gather(make("a"), make("b"))

    asyncio.run(both())
    assert [said["creative"] == said["message"] for said in lines(stream)] == [True, True]


def test_a_line_is_about_nothing_once_the_block_is_left(stream):
    with about(run="demo"):
        pass
    LOG.info("later")
    assert "run" not in lines(stream)[0]


def test_a_key_is_in_no_line(stream):
    conceal("a-key-that-is-secret-0123")
    try:
        raise ValueError("a-key-that-is-secret-0123")
    except ValueError:
        LOG.exception("with a-key-that-is-secret-0123")
    assert "0123" not in stream.getvalue()
    assert "ValueError" in lines(stream)[0]["error"]
