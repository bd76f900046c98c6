"""What holds for every provider there is, whoever draws."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from PIL import Image

from adlocalizer.domain import Edit, Fact, Request, ratio_value
from adlocalizer.providers import ImageProvider, open_provider, provider_names
from tests.emulator import running
from tests.gemini_requests import MODELS, SHOT, prompt, request, settings

FACTS = {"city_id": "jp-tokyo", "season": "autumn", "month": 11, "temperature_celsius": 13.5, "weather": "clear"}
FACTS |= {"sun_elevation_degrees": 30.0, "sun_azimuth_degrees": 200.0, "light": "day", "climate": "Cfa"}
DEFAULT = {model.provider: model.id for model in MODELS.values() if model.default}
RATIOS = ("16:9", "1:1", "9:16")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running() as emulator:
        yield emulator.url


@pytest.fixture(params=provider_names())
def name(request) -> str:
    return request.param


@asynccontextmanager
async def opened(name: str, url: str) -> AsyncIterator[ImageProvider]:
    provider = open_provider(name, settings(url))
    try:
        yield provider
    finally:
        await provider.close()
        await provider.close()  # twice is fine
        assert asyncio.all_tasks() == {asyncio.current_task()}


def asked(name: str, ratio: str = "16:9", **over: object) -> Request:
    known = tuple(
        Fact(name=said, value=value, text=said, source="test", certainty="exact") for said, value in FACTS.items()
    )
    words = prompt().model_copy(update={"facts": known})
    model = DEFAULT[name]
    size = "512" if "512" in MODELS[model].pixels[ratio] else "1K"
    return request(**{"provider": name, "model": model, "prompt": words, "ratio": ratio, "size": size, **over})


async def answers(name: str, url: str, *requests: Request):
    async with opened(name, url) as provider:
        return await asyncio.gather(*(provider.generate(one, [SHOT]) for one in requests))


def test_concurrent_requests_get_each_their_own_picture(name, url):
    requests = [asked(name, ratio) for ratio in RATIOS]
    replies = asyncio.run(answers(name, url, *requests))
    assert [reply.answer.key for reply in replies] == [one.key for one in requests]
    for reply, one in zip(replies, requests, strict=True):
        picture = Image.open(io.BytesIO(reply.picture))
        picture.load()
        assert picture.width / picture.height == pytest.approx(ratio_value(one.ratio), rel=0.04)


def test_an_answer_says_what_its_bytes_are(name, url):
    (reply,) = asyncio.run(answers(name, url, asked(name)))
    picture, answer = Image.open(io.BytesIO(reply.picture)), reply.answer
    assert (answer.width, answer.height, answer.mime) == (*picture.size, Image.MIME[picture.format])
    assert (answer.kind, answer.sha256) == ("picture", hashlib.sha256(reply.picture).hexdigest())


def test_a_provider_that_is_free_books_nothing_and_another_does(name, url):
    (reply,) = asyncio.run(answers(name, url, asked(name)))
    assert (reply.answer.cost_micros > 0) == MODELS[DEFAULT[name]].spends


def test_an_edit_is_answered_under_its_own_key(name, url):
    async def edited():
        async with opened(name, url) as provider:
            first = await provider.generate(asked(name), [SHOT])
            edit = Edit(parent=first.answer.key, picture_sha256=first.answer.sha256, instruction="Make it rain.")
            changed = asked(name, edit=edit, seed=8)
            return changed, await provider.edit(first, changed, [SHOT])

    changed, reply = asyncio.run(edited())
    assert (reply.answer.kind, reply.answer.key) == ("picture", changed.key)


def test_a_provider_that_was_never_asked_can_be_closed(name, url):
    async def nothing():
        async with opened(name, url):
            return True

    assert asyncio.run(nothing())
