"""The `gemini` provider over real HTTP, with Google's SDK, against the emulator."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import importlib.util
import io
import json
import logging
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from PIL import Image

from adlocalizer.domain import Edit, GenerationConfig, Reply
from adlocalizer.errors import ConfigError, NotAllowed, ProviderError, Retired, Throttled, Unavailable
from adlocalizer.gemini import wire
from adlocalizer.providers import BatchProvider, open_provider
from tests.emulator import Emulator, running
from tests.gemini_requests import KEY, MODEL, SHOT, SMALL, answer, part, prompt, request, settings

pytestmark = pytest.mark.xdist_group("gemini")


@pytest.fixture(scope="module")
def service() -> Iterator[Emulator]:
    with running(pictures="canned") as emulator:
        yield emulator


@pytest.fixture
def emulator(service) -> Emulator:
    service.reset()
    service.configure(pictures="canned")
    return service


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as one:
        yield one


@pytest.fixture(scope="module")
def shared(service, runner):
    """One provider for most tests: a client takes a fifth of a second to make."""
    provider = open_provider("gemini", settings(service.url))
    yield provider
    runner.run(provider.close())


@pytest.fixture
def generate(emulator, shared, runner):
    return lambda *faults, **over: (
        emulator.configure(next=list(faults)),
        runner.run(shared.generate(request(**over), [SHOT])),
    )[1]


async def alone(work, url: str | None = None, told=None, **config) -> object:
    """What a provider of its own gives back; it is closed twice."""
    provider = open_provider("gemini", told or settings(url, **config))
    try:
        return await work(provider)
    finally:
        await provider.close()
        await provider.close()


def asks(**over):
    return lambda provider: provider.generate(request(**over), [SHOT])


# Answers


def test_a_picture_comes_back_untouched_with_what_it_cost(emulator, generate):
    reply = generate()
    entry = emulator.journal("generate")[-1]
    assert Image.open(io.BytesIO(reply.picture)).size == (1376, 768)
    assert reply.answer.sha256 == hashlib.sha256(reply.picture).hexdigest()
    assert reply.answer.response_id == entry["response_id"]
    assert entry["references"] == [hashlib.sha256(SHOT).hexdigest()]


def test_the_same_bytes_come_through_the_wire_twice(generate):
    assert generate().picture == generate().picture


KINDS = {"no_candidates": "bad", "no_content": "bad", "text_only": "bad", "thought_picture_only": "bad"}
KINDS |= {"unknown_part": "bad", "finish:NO_IMAGE": "bad", "finish:MAX_TOKENS": "bad", "finish:IMAGE_OTHER": "bad"}
KINDS |= {"prompt_blocked:SAFETY": "refusal", "prompt_blocked:OTHER": "refusal", "finish:IMAGE_SAFETY": "refusal"}
KINDS |= {"finish:RECITATION": "refusal", "finish:LANGUAGE": "refusal", "unknown_reason": "unclear"}
KINDS |= {"finish:MALFORMED_FUNCTION_CALL": "unclear", "finish_with_picture:MAX_TOKENS": "picture"}
KINDS |= {"two_pictures": "picture", "model_status": "picture", "no_usage": "picture", "wrong_ratio": "picture"}
KINDS |= {"webp": "picture", "jpeg_for_png": "picture"}


@pytest.mark.parametrize(("fault", "kind"), KINDS.items())
def test_a_200_is_an_answer_of_its_kind_and_is_paid_for(emulator, generate, fault, kind):
    reply = generate(fault)
    assert (reply.answer.kind, reply.answer.key) == (kind, request().key)
    assert (reply.picture is not None) == (kind == "picture")
    assert fault == "no_usage" or reply.answer.cost_micros - emulator.billed_micros() in (0, 1)  # rounded up


@pytest.mark.parametrize(("fault", "mime"), [("webp", "image/webp"), ("jpeg_for_png", "image/jpeg")])
def test_the_type_is_sniffed(generate, fault, mime):
    assert generate(fault).answer.mime == mime


def test_a_reason_with_a_picture_asks_for_a_look(generate):
    assert "MAX_TOKENS" in generate("finish_with_picture:MAX_TOKENS").answer.caution


# Errors


ERRORS = {"api_key_invalid": NotAllowed, "failed_precondition": NotAllowed, "permission_denied": NotAllowed}
ERRORS |= {"bad_request": ProviderError, "retired": Retired, "throttle": Throttled, "throttle_bare": Throttled}
ERRORS |= {"throttle_help": Throttled, "throttle_after": Throttled, "quota_day": NotAllowed, "spend_limit": NotAllowed}
ERRORS |= dict.fromkeys(("cancelled", "internal", "html_502", "unavailable", "empty_503", "deadline"), Unavailable)
ERRORS |= {"finish:PUP_LIMITED_DISABLED": NotAllowed}


@pytest.mark.parametrize(("fault", "kind"), ERRORS.items())
def test_an_error_is_one_of_ours_and_hides_the_key(generate, fault, kind):
    with pytest.raises(ProviderError) as raised:
        generate(fault)
    error = raised.value
    assert (type(error), getattr(error, "may_be_billed", False)) == (kind, False)
    assert (KEY in str(error), error.__cause__, error.__context__) == (False, None, None)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301


@pytest.mark.parametrize("fault", ["reset", "closed", "truncated", "empty_200", "bad_json", "bad_base64"])
def test_what_was_lost_on_its_way_may_have_been_billed(emulator, generate, fault):
    with pytest.raises(Unavailable) as raised:
        generate(fault)
    assert raised.value.may_be_billed
    assert len(emulator.journal("generate")) == 1


@pytest.mark.parametrize(("fault", "wait"), [("throttle", 0.2), ("throttle_after", 0.2), ("throttle_bare", None)])
def test_a_throttle_carries_its_wait(generate, fault, wait):
    with pytest.raises(Throttled) as raised:
        generate(fault)
    assert raised.value.retry_after_seconds == wait


@pytest.mark.parametrize("fault", ["drip", "hang"])
def test_a_reply_that_never_ends_is_ended_by_the_deadline(emulator, runner, fault):
    emulator.configure(next=[fault])
    with pytest.raises(Unavailable, match=r"within 0\.5 seconds") as raised:
        runner.run(alone(asks(), emulator.url, deadline_seconds=0.5))
    assert raised.value.may_be_billed


def test_nobody_there_is_not_billed(runner):
    with pytest.raises(Unavailable) as raised:
        runner.run(alone(asks(), "http://127.0.0.1:9"))
    assert not raised.value.may_be_billed


def test_a_refused_key_is_in_no_error_and_no_log(emulator, runner, caplog):
    caplog.set_level(logging.DEBUG)
    emulator.configure(bad_keys=[KEY])
    with pytest.raises(NotAllowed) as raised:
        runner.run(alone(asks(), emulator.url))
    assert KEY not in str(raised.value) + repr(raised.value) + caplog.text


def test_a_key_is_in_no_repr(shared):
    assert KEY not in repr(shared) + repr(settings()) + repr(vars(shared)["_settings"])


def test_a_key_that_the_api_repeats_is_taken_out(runner):
    said = json.dumps({"error": {"code": 400, "message": f"the key {KEY} is odd", "status": "INVALID_ARGUMENT"}})
    with pytest.raises(ProviderError, match=r"the key \[key\] is odd"):
        runner.run(heard(said, "400 Bad Request"))


# What goes over the wire


async def heard(body: str, status: str = "200 OK", work=None, **over) -> tuple[list[bytes], Reply]:
    """What a server that says always the same hears, head and body, and what is made of its answer."""
    got: list[bytes] = []

    async def serve(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
        got.append(head + await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0))
        kind = "content-type: application/json\r\nconnection: close"
        writer.write(f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n{kind}\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        provider = open_provider("gemini", settings(url))
        try:
            return got, await (work or asks(**over))(provider)
        finally:
            await provider.close()


def test_what_is_sent_is_the_body_and_nothing_else(runner):
    config = GenerationConfig(thinking="medium", search=("web",), safety={"HARM_CATEGORY_HARASSMENT": "OFF"})
    (sent,), reply = runner.run(heard(answer(part()), config=config))
    head, body = sent.split(b"\r\n\r\n", 1)
    assert json.loads(body) == wire.body(request(config=config), MODEL, [wire.encoded(SHOT)])
    assert head.startswith(f"POST /v1/models/{MODEL.id}:generateContent".encode())
    assert reply.picture == SMALL


async def redirected(host: str) -> list[bool]:
    """Whether each request brought the key along, to a server that sends everybody on to a host."""
    got: list[bool] = []

    async def serve(reader, writer):
        got.append(KEY.encode() in await reader.readuntil(b"\r\n\r\n"))
        told = f"307 Away\r\nlocation: http://{host}:{port}/there" if len(got) == 1 else "503 Busy"
        writer.write(f"HTTP/1.1 {told}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        await reader.read()  # a closed connection with something unread is a reset one
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unavailable):
            await alone(lambda one: one.generate(request(), [SHOT]), f"http://127.0.0.1:{port}")
    return got


@pytest.mark.parametrize(("host", "keys"), [("127.0.0.1", [True, True]), ("localhost", [True, False])])
def test_a_key_is_not_sent_on_to_a_strange_host(runner, host, keys):
    assert runner.run(asyncio.wait_for(redirected(host), 10)) == keys


def test_references_are_encoded_once_for_many_requests(emulator, shared, runner):
    wire.encoded.cache_clear()
    runner.run(several(shared, 6))
    assert wire.encoded.cache_info().misses == 1


async def several(provider, count: int) -> list[Reply]:
    return await asyncio.gather(*(provider.generate(request(seed=seed), [SHOT]) for seed in range(count)))


def test_the_api_version_is_configuration(emulator, runner):
    runner.run(alone(asks(), emulator.url, api_version="v1beta"))
    assert emulator.journal("generate")[-1]["path"].startswith("/v1beta/")


def test_the_server_is_told_how_long_we_wait(emulator, generate):
    generate()
    assert emulator.journal("generate")[-1]["headers"]["x-server-timeout"] == "21"


@pytest.mark.parametrize("history", [False, True])
def test_an_edit_is_answered(emulator, runner, history):
    async def work(provider):
        first = await provider.generate(request(), [SHOT])
        edit = Edit(parent=first.answer.key, picture_sha256=first.answer.sha256, instruction="Make it rain.")
        changed = request(edit=edit, prompt=prompt("Let it rain. Everything else stays as it is."))
        return first, await provider.edit(first, changed, [SHOT])

    first, second = runner.run(alone(work, emulator.url, edit_history=history))
    sent = emulator.journal("generate")[-1]["references"]
    assert second.answer.kind == "picture"
    assert sent == [first.answer.sha256, hashlib.sha256(SHOT).hexdigest()]


def test_a_search_leaves_its_trace(generate):
    found = generate(config=GenerationConfig(search=("web", "image"))).answer
    assert found.search.queries
    assert any(source.image_uri for source in found.search.sources)
    assert "chip" in found.search.entry_point
    assert found.usage.search_queries == 2


def test_aiohttp_is_asked_for_only_where_it_is(emulator):
    if importlib.util.find_spec("aiohttp"):
        pytest.skip("aiohttp is here")
    with pytest.raises(ConfigError, match="aiohttp"):
        open_provider("gemini", settings(emulator.url, transport="aiohttp"))


# Big answers


def test_many_4k_answers_are_read_a_few_at_a_time(emulator, runner):
    emulator.configure(canned_bytes=4_000_000)

    async def work(provider):
        replies = await asyncio.gather(*(provider.generate(request(size="4K", seed=n), [SHOT]) for n in range(6)))
        return [len(reply.picture) for reply in replies]

    assert min(runner.run(alone(work, emulator.url))) >= 4_000_000


def test_what_is_loaded_is_left_out_of_the_search_for_garbage_until_the_provider_closes(emulator, runner):
    async def work(provider):
        await provider.generate(request(), [SHOT])
        return gc.get_freeze_count()

    assert runner.run(alone(work, emulator.url)) > 0
    assert gc.get_freeze_count() == 0


# Vertex AI


@pytest.fixture
def vertex(emulator, tmp_path, monkeypatch):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    account = {"type": "service_account", "client_email": "a@p.example", "token_uri": f"{emulator.url}/token"}
    account |= {"private_key": key.private_bytes(*form).decode(), "private_key_id": "1", "project_id": "p"}
    (tmp_path / "account.json").write_text(json.dumps(account))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "account.json"))
    return settings(emulator.url, backend="vertex", project="p")


def test_vertex_is_asked_with_the_credentials_of_an_account(emulator, runner, vertex):
    assert runner.run(alone(asks(), told=vertex)).answer.kind == "picture"
    place = f"/v1beta1/projects/p/locations/global/publishers/google/models/{MODEL.id}:generateContent"
    assert emulator.journal("generate")[-1]["path"] == place


def test_vertex_without_credentials_stops_the_run(emulator, runner, vertex, monkeypatch, tmp_path):
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "missing.json"))
    with pytest.raises(NotAllowed, match="credentials"):
        runner.run(alone(asks(), told=vertex))


def test_vertex_takes_no_batches(runner, vertex):
    with pytest.raises(ConfigError, match="--mode"):
        runner.run(alone(lambda provider: provider.create(MODEL.id, "files/x", "d"), told=vertex))


# Batches


def lines_of(provider, requests, folder: Path) -> Path:
    path = folder / "input.jsonl"
    path.write_bytes(b"".join(provider.line(one, [SHOT]) for one in requests))
    return path


async def ended(provider, name: str):
    while (batch := await provider.look(name)).state == "waiting":
        await asyncio.sleep(0.1)
    return batch


async def round_trip(provider, requests, folder: Path):
    source = await provider.upload(lines_of(provider, requests, folder), "input-of-a-test")
    created = await provider.create(MODEL.id, source, "a-batch")
    batch = await ended(provider, created.name)
    return batch, [row async for row in provider.results(batch, {one.key: one for one in requests})]


def test_a_batch_goes_there_and_back_at_half_the_price(emulator, shared, runner, tmp_path):
    emulator.configure(batch={"shuffle": True})
    asked = [request(seed=seed) for seed in range(4)]
    batch, found = runner.run(round_trip(shared, asked, tmp_path))
    assert isinstance(shared, BatchProvider)
    assert (batch.state, batch.display_name) == ("succeeded", "a-batch")
    assert {row.key for row in found} == {one.key for one in asked}
    assert sum(row.reply.answer.cost_micros for row in found) == pytest.approx(emulator.billed_micros(), abs=4)


def test_rows_that_failed_carry_their_errors(emulator, shared, runner, tmp_path):
    asked = [request(seed=seed) for seed in range(3)]
    faults = {asked[0].key: "internal", asked[1].key: "finish:IMAGE_SAFETY"}
    emulator.configure(batch={"row_faults": faults})
    _, found = runner.run(round_trip(shared, asked, tmp_path))
    rows = {row.key: row for row in found}
    assert isinstance(rows[asked[0].key].error, Unavailable)
    assert [rows[one.key].reply.answer.kind for one in asked[1:]] == ["refusal", "picture"]


def test_rows_of_other_requests_are_left_out_and_said(emulator, shared, runner, tmp_path, caplog):
    async def work():
        batch, _ = await round_trip(shared, [request()], tmp_path)
        return [row async for row in shared.results(batch, {})]

    assert runner.run(work()) == []
    assert "left out" in caplog.text


@pytest.mark.parametrize("outcome", ["failed", "cancelled", "expired"])
def test_a_batch_that_ended_badly_says_so(emulator, shared, runner, tmp_path, outcome):
    async def work():
        source = await shared.upload(lines_of(shared, [request()], tmp_path), "bad-end")
        return await ended(shared, (await shared.create(MODEL.id, source, "d")).name)

    emulator.configure(batch={"outcome": outcome, "seconds": 0.05})
    assert runner.run(work()).state == outcome


def test_the_same_file_is_uploaded_once(emulator, shared, runner, tmp_path):
    async def work():
        path = lines_of(shared, [request()], tmp_path)
        return [await shared.upload(path, "A name, longer than forty letters and with signs") for _ in range(2)]

    first, second = runner.run(work())
    begun = [one for one in emulator.journal("file_upload") if one["path"].startswith("/upload")]
    assert first == second
    assert len(first.removeprefix("files/")) <= 40
    assert len(begun) == 2  # one start, one transfer


def test_a_create_whose_reply_is_lost_is_sent_once_and_found(emulator, shared, runner, tmp_path):
    async def work():
        source = await shared.upload(lines_of(shared, [request()], tmp_path), "lost-reply")
        emulator.configure(batch={"create_fault": "reset_after_accept"})
        with pytest.raises(Unavailable) as raised:
            await shared.create(MODEL.id, source, "lost")
        return raised.value.may_be_billed, await shared.find("lost"), await shared.find("never made")

    may_be_billed, found, missing = runner.run(work())
    assert (may_be_billed, found.display_name, missing) == (True, "lost", None)
    assert len(emulator.batches()) == 1


def test_the_newest_of_a_name_is_found(emulator, shared, runner, tmp_path):
    async def work():
        source = await shared.upload(lines_of(shared, [request()], tmp_path), "twice")
        made = [await shared.create(MODEL.id, source, "same") for _ in range(2)]
        return made[-1].name, (await shared.find("same")).name

    last, found = runner.run(work())
    assert last == found


def test_an_input_file_can_be_discarded_and_twice_is_fine(emulator, shared, runner, tmp_path):
    async def work():
        path = lines_of(shared, [request()], tmp_path)
        source = await shared.upload(path, "discarded")
        for _ in range(2):
            await shared.discard(source)
        return source, await shared.upload(path, "discarded")

    first, second = runner.run(work())
    assert (first, len(emulator.journal("file_delete"))) == (second, 2)


@pytest.mark.parametrize("body", ["", "{}"])
@pytest.mark.parametrize(
    "work",
    [lambda one: one.create(MODEL.id, "files/x", "d"), lambda one: one.look("batches/1")],
    ids=["create", "look"],
)
def test_an_answer_without_a_batch_is_none_and_it_may_have_been_begun(runner, work, body):
    with pytest.raises(Unavailable, match="holds no batch") as raised:
        runner.run(heard(body, work=work))
    assert raised.value.may_be_billed


def test_an_empty_answer_to_a_list_does_not_mean_that_there_is_nothing(runner):
    with pytest.raises(Unavailable, match="holds no list"):
        runner.run(heard("", work=lambda one: one.find("d")))
    assert runner.run(heard("{}", work=lambda one: one.find("d")))[1] is None


@pytest.mark.parametrize("body", ["", "{}"])
def test_an_answer_without_a_file_does_not_mean_that_it_is_there(runner, tmp_path, body):
    with pytest.raises(Unavailable, match="holds no file"):
        runner.run(heard(body, work=lambda one: one.upload(tmp_path / "input.jsonl", "name")))


def test_a_batch_of_a_retired_model_names_it(emulator, shared, runner, tmp_path):
    async def work():
        source = await shared.upload(lines_of(shared, [request()], tmp_path), "retired")
        await shared.create(MODEL.id, source, "d")

    emulator.configure(retired=[MODEL.id])
    with pytest.raises(Retired, match=MODEL.id):
        runner.run(work())


def test_answers_inside_a_batch_are_read_as_well(emulator, shared, runner):
    async def work():
        client = vars(shared)["_opened"]
        inner = wire.body(request(), MODEL, [wire.encoded(SHOT)])
        asked = {"contents": inner["contents"], "config": {"response_modalities": ["TEXT", "IMAGE"]}}
        created = await client.aio.batches.create(
            model=MODEL.id, src=[{**asked, "metadata": {"key": request().key}}], config={"display_name": "inline"}
        )
        batch = await ended(shared, created.name)
        return [row async for row in shared.results(batch, {request().key: request()})]

    (row,) = runner.run(work())
    assert row.reply.answer.sha256 == hashlib.sha256(row.reply.picture).hexdigest()


# Doors that do not open


UNOPENED = [
    (settings().model_copy(update={"key": None}), "GEMINI_API_KEY"),
    (settings(backend="vertex"), "GOOGLE_CLOUD_PROJECT"),
]


@pytest.mark.parametrize(("told", "remedy"), UNOPENED)
def test_what_opens_the_door_is_asked_for_by_the_first_request(runner, told, remedy):
    async def work(provider):
        with pytest.raises(NotAllowed, match=remedy):
            await provider.generate(request(), [SHOT])

    runner.run(alone(work, told=told))


def test_a_batch_needs_a_key_but_its_lines_need_none(runner):
    async def work(provider):
        assert provider.line(request(), [SHOT])
        with pytest.raises(NotAllowed, match="GEMINI_API_KEY"):
            await provider.look("batches/1")

    runner.run(alone(work, told=settings().model_copy(update={"key": None})))


UNCONNECTED = [
    ("HTTPS_PROXY", "socks5://somebody:secret@host:1"),
    ("HTTPS_PROXY", "odd://somebody:secret@host:1"),
    ("HTTPS_PROXY", "http://host:port"),
    ("ALL_PROXY", "socks5://host:1"),
    ("GOOGLE_GEMINI_BASE_URL", "http://[bad"),
    ("SSL_CERT_FILE", "missing.pem"),
]


@pytest.mark.parametrize(("name", "value"), UNCONNECTED)
def test_a_variable_that_lets_nothing_through_is_named_with_its_remedy(runner, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=r"write|unset") as raised:
        runner.run(alone(asks()))
    assert name in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_proxy_may_be_named_without_a_scheme(runner, emulator, monkeypatch):
    # The emulator is no proxy: all it can say is that it was asked for an address elsewhere.
    monkeypatch.setenv("http_proxy", emulator.url.removeprefix("http://"))
    with pytest.raises(Retired, match=r"/http://somewhere\.example/"):
        runner.run(alone(asks(), "http://somewhere.example"))


def test_the_environment_decides_which_door_it_is(runner, monkeypatch):
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    with pytest.raises(NotAllowed, match="GOOGLE_CLOUD_PROJECT"):
        runner.run(alone(asks()))
