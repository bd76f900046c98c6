"""The `gemini` provider against a double somebody else wrote: npm's `@copilotkit/aimock`, as far as it goes.

It knows generateContent of v1beta; pictures come through its fixtures for audio. It is fetched by npx, or skipped.
"""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator

import httpx
import pytest

from adlocalizer.errors import NotAllowed, ProviderError, Retired, Throttled, Unavailable
from adlocalizer.providers import open_provider
from tests.gemini_requests import SHOT, SMALL, prompt, request, settings

pytestmark = [pytest.mark.aimock, pytest.mark.xdist_group("aimock")]
PACKAGE = "@copilotkit/aimock@1.43.0"
ERRORS = {
    "bad": (400, "INVALID_ARGUMENT", ProviderError),
    "forbidden": (403, "PERMISSION_DENIED", NotAllowed),
    "gone": (404, "NOT_FOUND", Retired),
    "throttled": (429, "RESOURCE_EXHAUSTED", Throttled),
    "broken": (500, "INTERNAL", Unavailable),
    "crowded": (503, "UNAVAILABLE", Unavailable),
}


def fixtures() -> list[dict[str, object]]:
    drawn = {"b64Json": base64.b64encode(SMALL).decode(), "contentType": "image/png"}
    answers = {"draw": {"audio": drawn, "content": "Here it is."}, "talk": {"content": "I would rather not."}}
    for name, (status, word, _) in ERRORS.items():
        answers[name] = {"error": {"message": f"it is {name}", "type": word}, "status": status, "retryAfter": 7}
    known = [{"match": {"userMessage": f"aimock {name}"}, "response": said} for name, said in answers.items()]
    odd = {"drop": {"dropRate": 1}, "garble": {"malformedRate": 1}, "hang up": {"disconnectRate": 1}}
    return known + [
        {"match": {"userMessage": f"aimock {name}"}, "response": {"content": "."}, "chaos": how}
        for name, how in odd.items()
    ]


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> Iterator[str]:
    npx = shutil.which("npx")
    if npx is None:
        pytest.skip("there is no node")
    folder = tmp_path_factory.mktemp("aimock")
    (folder / "fixtures.json").write_text(json.dumps({"fixtures": fixtures()}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [npx, "--yes", "--package", PACKAGE, "llmock", "--port", str(port), "--fixtures", "fixtures.json"]
    process = subprocess.Popen(
        [*command, "--log-level", "warn"], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(process, f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(process: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(address, timeout=2)
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return
    process.kill()
    pytest.skip("aimock cannot be had or does not start")


@pytest.fixture(scope="module")
def ask(url):
    async def asked(words: str):
        provider = open_provider("gemini", settings(url, api_version="v1beta"))
        try:
            return await provider.generate(request(prompt=prompt(f"aimock {words}")), [SHOT])
        finally:
            await provider.close()

    return lambda words: asyncio.run(asked(words))


def test_its_picture_arrives_untouched(ask):
    reply = ask("draw")
    assert (reply.answer.kind, reply.picture, reply.answer.text) == ("picture", SMALL, "Here it is.")


def test_its_words_without_a_picture_are_a_bad_answer(ask):
    reply = ask("talk")
    assert (reply.answer.kind, reply.answer.text) == ("bad", "I would rather not.")


@pytest.mark.parametrize("name", ERRORS)
def test_its_errors_are_ours(ask, name):
    with pytest.raises(ProviderError, match=f"it is {name}") as raised:
        ask(name)
    assert type(raised.value) is ERRORS[name][2]


def test_its_wait_is_honoured(ask):
    with pytest.raises(Throttled) as raised:
        ask("throttled")
    assert raised.value.retry_after_seconds == 7


@pytest.mark.parametrize(("name", "may_be_billed"), [("drop", False), ("garble", True), ("hang up", True)])
def test_its_chaos_is_no_answer(ask, name, may_be_billed):
    with pytest.raises(Unavailable) as raised:
        ask(name)
    assert raised.value.may_be_billed == may_be_billed
