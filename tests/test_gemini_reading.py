"""What Gemini's wire format means: bodies, answers, rows, and a verdict on everything else. Nothing is sent here."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import inspect
import json
from datetime import UTC, datetime

import httpx2
import pytest
from google.auth import exceptions as auth_errors
from google.genai import errors, types
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from adlocalizer.domain import Edit, GenerationConfig, ProviderConfig, Reply
from adlocalizer.errors import ConfigError, NotAllowed, ProviderError, Retired, Throttled, Unavailable
from adlocalizer.gemini import rows, verdicts, wire
from adlocalizer.gemini.access import access_of, resolved
from adlocalizer.gemini.gate import Gate, current_seat
from adlocalizer.gemini.loose import Unparsed, decoded, parse
from adlocalizer.gemini.reading import Asked, read_answer
from adlocalizer.planning import picture_price
from adlocalizer.redaction import redacted
from tests.gemini_requests import KEY, MODEL, MODELS, SHOT, SMALL, answer, part, picture, request

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
ASKED = Asked(request(), MODEL)


def read(body: str | bytes, mode: str = "interactive") -> Reply:
    return read_answer(body, ASKED._replace(mode=mode))


def status(code: int, *details: dict, message: str = "m", word: str = "", **headers: str) -> ProviderError:
    error = {"code": code, "message": message, "status": word, "details": list(details)}
    return verdicts.of_status(verdicts.Said(code, error, headers, NOW), MODEL)


def quota(name: str) -> dict:
    return {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": name}]}


def delay(wait: str) -> dict:
    return {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": wait}


# Bodies


def test_a_body_has_the_pictures_in_order_and_the_words_last():
    two = request(references=(*request().references, *request().references))
    parts = wire.body(two, MODEL, ["AA==", "BB=="])["contents"][0]["parts"]
    assert [one.get("inlineData", {}).get("data") for one in parts] == ["AA==", "BB==", None]
    assert parts[-1] == {"text": two.prompt.text}


def test_a_body_says_all_that_decides_and_nothing_else():
    sent = wire.body(request(), MODEL, ["AA=="])
    shape = {"aspectRatio": "16:9", "imageSize": "1K"}
    config = {"candidateCount": 1, "responseModalities": ["TEXT", "IMAGE"], "imageConfig": shape, "seed": 7}
    config["maxOutputTokens"] = 1120 + 512 + 2048
    assert (sorted(sent), sent["generationConfig"]) == (["contents", "generationConfig"], config)


def test_what_a_campaign_asks_for_stands_in_the_body():
    said = GenerationConfig(thinking="high", safety={"HARM_CATEGORY_HARASSMENT": "OFF"}, search=("web", "image"))
    sent = wire.body(request(config=said), MODEL, ["AA=="])
    assert sent["generationConfig"]["thinkingConfig"] == {"thinkingLevel": "HIGH", "includeThoughts": False}
    assert sent["safetySettings"] == [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}]
    assert sent["tools"] == [{"googleSearch": {"searchTypes": {"webSearch": {}, "imageSearch": {}}}}]


def test_a_model_without_seeds_is_sent_none():
    assert "seed" not in wire.body(request(), MODEL.model_copy(update={"seed": False}), ["AA=="])["generationConfig"]


def test_a_reference_is_encoded_once():
    wire.encoded.cache_clear()
    assert [wire.encoded(bytes(bytearray(SHOT))) for _ in range(3)] == [base64.b64encode(SHOT).decode()] * 3
    assert wire.encoded.cache_info().misses == 1


def edit_of(reply: Reply, **over: object):
    edit = Edit(parent=reply.answer.key, picture_sha256=reply.answer.sha256, instruction="Make it rain.")
    return request(edit=edit, **over)


def test_an_edit_starts_from_the_last_picture():
    reply = read(answer(part(SMALL, thoughtSignature="c2ln")))
    previous = wire.previous_of(reply, edit_of(reply), history=False)
    (turn,) = wire.body(edit_of(reply), MODEL, ["AA=="], previous)["contents"]
    assert turn["parts"][0] == part(SMALL)
    assert turn["parts"][1]["inlineData"]["data"] == "AA=="


def test_an_edit_with_history_echoes_the_signature_in_the_models_own_turn():
    reply = read(answer(part(SMALL, thoughtSignature="c2ln")))
    previous = wire.previous_of(reply, edit_of(reply), history=True)
    model, user = wire.body(edit_of(reply), MODEL, ["AA=="], previous)["contents"]
    assert model == {"role": "model", "parts": [part(SMALL, thoughtSignature="c2ln")]}
    assert user["parts"][0]["inlineData"]["data"] == "AA=="


@pytest.mark.parametrize(("signature", "model"), [("", MODEL.id), ("c2ln", "gemini-3-pro-image")])
def test_without_a_signature_or_of_another_model_there_is_no_history(signature, model):
    reply = read(answer(part(SMALL, thoughtSignature=signature)))
    assert wire.previous_of(reply, edit_of(reply, model=model), history=True).signature == ""


# Answers


def test_the_last_picture_that_is_no_thought_counts():
    thought, first, last = part(picture("red"), thought=True), part(picture("green")), part(picture("blue"))
    words = ({"text": "hidden", "thought": True}, {"text": "Here it is."})
    reply = read(answer(*words, first, last, thought, responseId="r1"))
    assert (reply.picture, reply.answer.text, reply.answer.kind) == (picture("blue"), "Here it is.", "picture")
    assert (reply.answer.response_id, reply.answer.model_version) == ("r1", MODEL.id)


@pytest.mark.parametrize(("form", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_the_type_is_what_the_bytes_say(form, mime):
    found = read(answer(part(picture(form=form)))).answer
    assert (found.mime, found.width, found.height) == (mime, 160, 90)


def test_snake_case_is_read_as_well():
    snake = answer(part(SMALL, thoughtSignature="c2ln")).replace("inlineData", "inline_data")
    for camel, name in (
        ("mimeType", "mime_type"),
        ("finishReason", "finish_reason"),
        ("usageMetadata", "usage_metadata"),
    ):
        snake = snake.replace(camel, name)
    found = read(
        snake.replace("thoughtSignature", "thought_signature").replace("promptTokenCount", "prompt_token_count")
    )
    assert found.picture == SMALL
    assert (found.answer.thought_signature, found.answer.usage.prompt_tokens) == ("c2ln", 1000)


def test_usage_is_kept_by_kind_and_is_what_it_costs():
    found = read(answer(part())).answer
    usage = found.usage
    assert (usage.prompt_tokens, usage.image_tokens, usage.text_tokens, usage.thought_tokens) == (1000, 1120, 10, 200)
    assert found.cost_micros == 1000 * 1.5 + 1120 * 30 + 210 * 7.5
    assert read(answer(part()), "batch").answer.cost_micros * 2 == found.cost_micros + 1  # rounded up


def test_without_usage_the_tables_price_is_booked():
    assert read(answer(part(), usageMetadata={})).answer.cost_micros == picture_price(MODEL, ASKED.request)


def test_tokens_of_tools_are_prompt_tokens_and_unsaid_kinds_are_booked_as_pictures():
    usage = {"promptTokenCount": "5", "toolUsePromptTokenCount": 7, "candidatesTokenCount": 9}
    found = read(answer(part(), usageMetadata=usage)).answer.usage
    assert (found.prompt_tokens, found.image_tokens, found.text_tokens) == (12, 9, 0)


def test_the_trace_of_a_search_is_kept():
    image = {"sourceUri": "https://page", "imageUri": "https://page/a.jpg", "title": "T", "domain": "page"}
    chunks = [{"web": {"uri": "https://web", "title": "W"}}, {"image": image}]
    tree = json.loads(answer(part()))
    entry = {"renderedContent": "<b>chip</b>"}
    tree["candidates"][0]["groundingMetadata"] = {"webSearchQueries": ["q"], "imageSearchQueries": ["i"]} | {
        "groundingChunks": chunks,
        "searchEntryPoint": entry,
    }
    found = read(json.dumps(tree)).answer
    assert found.search.sources == (("https://web", "W", ""), ("https://page", "T", "https://page/a.jpg"))
    assert (found.search.entry_point, found.usage.search_queries) == ("<b>chip</b>", 2)


WITHOUT_A_PICTURE = {"picture": "bad", "bad": "bad", "refusal": "refusal", "unclear": "unclear"}


@pytest.mark.parametrize("reason", sorted(set(verdicts.FINISH) - {"PUP_LIMITED_DISABLED"}))
def test_an_answer_without_a_picture_ends_as_the_table_says_and_is_paid_for(reason):
    found = read(answer({"text": "No."}, reason=reason)).answer
    assert found.kind == WITHOUT_A_PICTURE[verdicts.FINISH[reason]]
    assert found.cost_micros > 0
    assert found.finish_reason == reason


@pytest.mark.parametrize("reason", [*sorted(verdicts.FINISH), "SOMETHING_NEW", None])
def test_only_stop_is_a_picture_without_caution(reason):
    ending = verdicts.FINISH.get(reason or "", "unclear")
    if ending == "stop":
        return
    found = read(answer(part(), reason=reason))
    assert found.answer.kind == ("refusal" if ending == "refusal" else "picture")
    assert bool(found.answer.caution) == (found.answer.kind == "picture" and reason != "STOP")


def test_a_reason_nobody_knows_is_unclear():
    assert read(answer({"text": "Hm."}, reason="SOMETHING_NEW")).answer.kind == "unclear"


def test_a_shut_account_stops_the_run():
    with pytest.raises(NotAllowed, match="use policy"):
        read(answer(part(), reason="PUP_LIMITED_DISABLED"))


@pytest.mark.parametrize("block", [*sorted(verdicts.BLOCK), "NEW"])
def test_a_blocked_prompt_is_refused_with_its_reason(block):
    body = {
        "promptFeedback": {"blockReason": block, "blockReasonMessage": "why"},
        "usageMetadata": {"promptTokenCount": 9},
    }
    found = read(json.dumps(body)).answer
    assert found.kind == verdicts.BLOCK.get(block, "unclear")
    assert "why" in found.reason


def test_a_finish_message_is_kept():
    tree = json.loads(answer(reason="IMAGE_SAFETY"))
    tree["candidates"][0]["finishMessage"] = "Unable to show it."
    assert read(json.dumps(tree)).answer.reason == "Unable to show it."


@pytest.mark.parametrize("body", ["{}", '{"candidates": []}', '{"candidates": [{"index": 0}]}'])
def test_an_answer_with_nothing_in_it_is_bad(body):
    assert read(body).answer.kind == "bad"


@pytest.mark.parametrize("shot", [b"GIF89a", b"\x89PNG\r\n\x1a\nrest", b"no picture at all"])
def test_bytes_that_are_no_picture_are_a_bad_answer(shot):
    found = read(answer(part(shot)))
    assert (found.answer.kind, found.picture, found.answer.usage.image_tokens) == ("bad", None, 1120)


@pytest.mark.parametrize(
    "body", ["", " ", "<html>", '{"candidates": [', "[1]", "7", '{"error": {"code": 500}}', "[" * 99_999]
)
def test_a_body_that_is_no_answer_may_have_been_billed(body):
    with pytest.raises(Unavailable, match="cannot be read") as raised:
        read(body)
    assert raised.value.may_be_billed


@pytest.mark.parametrize("data", ["*not base64*", "abcde", "AA=A", "ÄÖÜ", "A", "\\u00e4"])
def test_broken_base64_may_have_been_billed(data):
    body = answer(part()).replace(base64.b64encode(SMALL).decode(), data)
    with pytest.raises(Unavailable) as raised:
        read(body)
    assert raised.value.may_be_billed


def test_a_retirement_is_said_once(caplog):
    for _ in range(3):
        read(answer(part(), modelStatus={"retirementTime": "2029-01-31T00:00:00Z"}))
    assert [record.message for record in caplog.records if "2029-01-31" in record.message] == [
        f"The API says that {MODEL.id} retires at 2029-01-31T00:00:00Z: choose another model before."
    ]


@given(st.binary(max_size=200), st.booleans(), st.booleans(), st.booleans())
def test_both_alphabets_are_read_padded_or_not(raw, is_safe, is_padded, is_escaped):
    data = (base64.urlsafe_b64encode if is_safe else base64.b64encode)(raw).decode()
    data = data if is_padded else data.rstrip("=")
    written = data.replace("/", "\\/").replace("=", "\\u003d") if is_escaped else data
    body = parse(f'{{"text": "\\"data\\": \\"AAAA\\"", "data" : "{written}"}}')
    assert decoded(body, body.tree["data"]) == raw


def test_a_picture_of_many_chunks_is_read_whole():
    raw = bytes(range(256)) * 20_000
    body = parse(json.dumps({"data": base64.b64encode(raw).decode()}))
    assert decoded(body, body.tree["data"]) == raw


@pytest.mark.parametrize(("data", "raw"), [("YR==", b"a"), ("+-_/", b"\xfb\xef\xff"), ("", b"")])
def test_base64_may_mix_its_alphabets_and_leave_bits_over(data, raw):
    body = parse(json.dumps({"data": data}))
    assert decoded(body, body.tree["data"]) == raw


def test_padding_before_the_end_is_broken_base64():
    body = parse(json.dumps({"data": "A" * ((1 << 20) - 2) + "==AAAA"}))
    with pytest.raises(Unparsed):
        decoded(body, body.tree["data"])


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["candidates", "content", "parts", "inlineData", "data", "error", "x"]), inner
        )
        | st.dictionaries(
            st.sampled_from(["usageMetadata", "finishReason", "groundingMetadata", "promptFeedback"]), inner
        )
    ),
    max_leaves=12,
)


@given(JUNK)
def test_no_body_raises_anything_but_our_errors(tree):
    with contextlib.suppress(ProviderError):
        read(json.dumps({"candidates": [tree], "usageMetadata": tree} if not isinstance(tree, dict) else tree))


@given(st.text(max_size=80) | st.binary(max_size=80))
def test_no_text_raises_anything_but_our_errors(text):
    with contextlib.suppress(ProviderError):
        read(text)


@given(JUNK)
def test_no_error_body_breaks_the_verdict(tree):
    found = verdicts.of_status(verdicts.Said(429, verdicts.error_in(tree), {}, NOW))
    assert isinstance(found, ProviderError)


# Verdicts


STATUSES = {400: ProviderError, 401: NotAllowed, 403: NotAllowed, 404: Retired, 405: ProviderError, 408: Unavailable}
STATUSES |= {413: ProviderError, 429: Throttled, 499: Unavailable, 500: Unavailable, 502: Unavailable, 503: Unavailable}
STATUSES |= {504: Unavailable, 529: Unavailable, 302: ProviderError}


@pytest.mark.parametrize(("code", "kind"), STATUSES.items())
def test_a_status_is_the_error_it_should_be(code, kind):
    found = status(code)
    assert type(found) is kind
    assert not getattr(found, "may_be_billed", False)


def test_a_key_that_is_not_valid_is_named_as_such():
    found = status(400, {"reason": "API_KEY_INVALID"}, word="INVALID_ARGUMENT")
    assert isinstance(found, NotAllowed)
    assert "GEMINI_API_KEY" in str(found)


def test_a_region_or_billing_stops_the_run():
    assert isinstance(status(400, word="FAILED_PRECONDITION"), NotAllowed)


def test_a_retired_model_names_its_successor_and_its_last_day():
    old = MODELS["gemini-3.1-flash-image"]
    found = verdicts.of_status(verdicts.Said(404, {}, {}, NOW), old)
    assert (found.model, "2026-10-29" in str(found), str(old.successor) in str(found)) == (old.id, True, True)


WAITS = [
    ([quota("GenerateRequestsPerMinute"), delay("37s")], {}, 37.0),
    ([delay("0.25s")], {"retry-after": "9"}, 0.25),
    ([delay("0s")], {}, 0.0),
    ([], {"Retry-After": "0"}, 0.0),
    ([], {"Retry-After": "12"}, 12.0),
    ([], {"retry-after": "Tue, 01 Dec 2026 12:00:30 GMT"}, 30.0),
    ([], {"retry-after": "Tue, 01 Dec 2026 11:00:00 GMT"}, 0.0),
    ([], {"retry-after": "soon"}, None),
    ([{"@type": "type.googleapis.com/google.rpc.Help"}], {}, None),
    ([delay("never")], {}, None),
]


@pytest.mark.parametrize(("details", "headers", "wait"), WAITS)
def test_a_throttle_waits_as_long_as_it_is_told(details, headers, wait):
    assert status(429, *details, **headers).retry_after_seconds == wait


@pytest.mark.parametrize(
    "detail", [quota("GenerateRequestsPerDayPerProject"), quota("SpendLimitPerProject"), delay("7200s")]
)
def test_a_quota_that_is_used_up_stops_the_run(detail):
    assert isinstance(status(429, detail), NotAllowed)


@pytest.mark.parametrize("body", [None, [], [{"error": {"message": "m"}}], "text", {"message": "m"}, {"error": 3}])
def test_an_error_may_be_wrapped_anyhow(body):
    assert isinstance(verdicts.error_in(body), dict)


def test_a_strangers_words_are_cut_and_on_one_line():
    said = str(status(500, message="a\nb" + "x" * 900))
    assert "\n" not in said
    assert len(said) < 350


def classes_of(module: object, base: type[BaseException] = Exception) -> list[type[BaseException]]:
    found = [one for _, one in inspect.getmembers(module, inspect.isclass) if issubclass(one, base)]
    return [one for one in found if not issubclass(one, Warning)]


def named(kind: type[BaseException]) -> str:
    return f"{kind.__module__.split('.')[0]}.{kind.__name__}"


def test_every_finish_reason_of_the_sdk_has_a_verdict():
    assert {one.value for one in types.FinishReason} - set(verdicts.FINISH) == set()


def test_every_block_reason_of_the_sdk_has_a_verdict():
    assert {one.value for one in types.BlockedReason} - set(verdicts.BLOCK) == set()


def test_every_state_of_a_batch_has_a_meaning():
    assert {one.value.removeprefix("JOB_STATE_") for one in types.JobState} - set(verdicts.STATES) == set()


def test_every_error_of_the_sdk_has_a_verdict():
    assert [named(one) for one in classes_of(errors) if named(one) not in verdicts.FAULT] == []


def test_every_error_of_the_transport_has_a_verdict():
    foreseen = ("httpx2.StreamError",)  # its subclasses are one kind of mistake
    missing = [one for one in classes_of(httpx2) if named(one) not in verdicts.FAULT]
    assert [named(one) for one in missing if not issubclass(one, httpx2.StreamError)] == []
    assert set(foreseen) <= set(verdicts.FAULT)


def test_every_error_of_aiohttp_has_a_verdict_of_its_own_or_its_bases():
    aiohttp = pytest.importorskip("aiohttp")
    assert [one for one in classes_of(aiohttp, aiohttp.ClientError) if verdicts.fate_of(one) == "by status"] == []


def test_every_error_of_the_credentials_stops_or_waits():
    kinds = {named(one): verdicts.fate_of(one) for one in classes_of(auth_errors, auth_errors.GoogleAuthError)}
    assert kinds.pop("google.TransportError") == "unsent"
    assert set(kinds.values()) == {"credentials"}


FATES = [
    (httpx2.ConnectError("x"), False),
    (httpx2.ConnectTimeout("x"), False),
    (httpx2.ReadTimeout("x"), True),
    (httpx2.RemoteProtocolError("x"), True),
    (httpx2.ReadError("x"), True),
    (json.JSONDecodeError("x", "", 0), True),
    (errors.UnknownApiResponseError("x"), True),
    (ConnectionResetError("x"), True),
]


@pytest.mark.parametrize(("error", "may_be_billed"), FATES, ids=lambda value: type(value).__name__)
def test_what_was_sent_may_have_been_billed(error, may_be_billed):
    assert verdicts.of_fault(error).may_be_billed == may_be_billed


# The gate


async def seated(gate: Gate, reading: asyncio.Event, count: list[int]) -> None:
    with gate.seat():
        await current_seat.get().take()
        count.append(1)
        await reading.wait()


def test_big_bodies_are_read_a_few_at_a_time():
    async def three_readers():
        gate, reading, count = Gate(2), asyncio.Event(), []
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(seated(gate, reading, count))
            await asyncio.sleep(0.02)
            at_first = len(count)
            reading.set()
        return at_first, len(count), current_seat.get()

    assert asyncio.run(three_readers()) == (2, 3, None)


def test_nobody_waits_for_ever_behind_a_drip():
    async def two_readers():
        gate, reading, count = Gate(1, patience_seconds=0.02), asyncio.Event(), []
        async with asyncio.TaskGroup() as group:
            for _ in range(2):
                group.create_task(seated(gate, reading, count))
            await asyncio.sleep(0.1)
            both = len(count)
            reading.set()
        return both

    assert asyncio.run(two_readers()) == 2


# Rows


def test_an_input_line_is_one_line_with_its_key():
    line = rows.input_line(request().key, wire.body(request(), MODEL, ["AA=="]))
    assert line.count(b"\n") == 1
    assert json.loads(line)["key"] == request().key


ROW = {"key": request().key}


@pytest.mark.parametrize("names", [("key", "response"), ("response", "key"), ("metadata", "response")])
def test_a_row_is_read_whatever_the_order_of_its_fields(names):
    whole = {**ROW, "metadata": ROW, "response": json.loads(answer(part()))}
    line = json.dumps({name: whole[name] for name in names}).encode()
    found = rows.read_row(line, {request().key: request()}, MODELS)
    assert (found.key, found.reply.picture) == (request().key, SMALL)
    assert found.reply.answer.cost_micros == read(answer(part()), "batch").answer.cost_micros


ROW_ERRORS = [(13, Unavailable), (14, Unavailable), (8, Throttled), (3, ProviderError), (7, NotAllowed), (5, Retired)]
ROW_ERRORS += [(9, NotAllowed), (503, Unavailable), (0, Unavailable)]


@pytest.mark.parametrize(("code", "kind"), ROW_ERRORS)
def test_an_error_of_a_row_is_the_error_of_its_code(code, kind):
    line = json.dumps({**ROW, "error": {"code": code, "message": "m"}}).encode()
    assert type(rows.read_row(line, {request().key: request()}, MODELS).error) is kind


def test_a_row_that_cannot_be_read_is_an_error_of_its_own():
    line = json.dumps({**ROW, "response": json.loads(answer(part()))}).encode()
    line = line.replace(base64.b64encode(SMALL), b"***")
    assert isinstance(rows.read_row(line, {request().key: request()}, MODELS).error, Unavailable)


@pytest.mark.parametrize("line", [b"no json", b"[]", b'{"key": "of nobody", "response": {}}', b"\xff"])
def test_a_line_of_nobody_is_said_to_be_so(line):
    with pytest.raises(rows.UnknownRow):
        rows.read_row(line, {}, MODELS)


# Access


def test_google_api_key_goes_before_gemini_api_key():
    found = access_of(ProviderConfig(), None, {"GOOGLE_API_KEY": "a", "GEMINI_API_KEY": "b"})
    assert found.key.get_secret_value() == "a"


@pytest.mark.parametrize("environment", [{}, {"GEMINI_API_KEY": " "}])
def test_without_a_key_the_remedy_is_named(environment):
    with pytest.raises(NotAllowed, match="set GEMINI_API_KEY"):
        access_of(ProviderConfig(), None, environment)


def test_white_space_around_a_key_is_none_of_it():
    found = access_of(ProviderConfig(), None, {"GOOGLE_API_KEY": "\n", "GEMINI_API_KEY": f" {KEY}\r\n"})
    assert found.key.get_secret_value() == KEY


@pytest.mark.parametrize(
    "key", ["AIza-schlüssel", "AIza-\x00zero", "AIza-two\nlines", "AIza two words", "AIza\u200b-x"]
)
def test_a_key_no_header_can_carry_is_refused_without_being_repeated(key):
    with pytest.raises(NotAllowed, match="copy it again into GEMINI_API_KEY") as raised:
        access_of(ProviderConfig(), SecretStr(key), {})
    assert "AIza" not in str(raised.value)


def test_a_key_is_in_no_repr_and_from_now_on_in_no_log():
    other = "AIza-another-key-nobody-may-see"
    assert other not in repr(access_of(ProviderConfig(), SecretStr(other), {}))
    assert redacted(f"sent {other}") == "sent [key]"


VERTEX, FILES = ProviderConfig(backend="vertex", project="p", location="eu"), "https://of-the-file"
HERE = {"GOOGLE_CLOUD_PROJECT": "q", "GOOGLE_CLOUD_LOCATION": "us", "GOOGLE_VERTEX_BASE_URL": "https://v"}
RESOLVED = [
    (VERTEX, {}, ("vertex", "p", "eu", None)),
    (VERTEX, HERE, ("vertex", "q", "us", "https://v")),
    (VERTEX, dict.fromkeys(HERE, ""), ("vertex", "p", "eu", None)),
    (VERTEX, {"GOOGLE_GENAI_USE_VERTEXAI": "false"}, ("developer", "p", "eu", None)),
    (ProviderConfig(), HERE, ("developer", None, "global", None)),
    (ProviderConfig(), HERE | {"GOOGLE_GENAI_USE_VERTEXAI": "True"}, ("vertex", "q", "us", "https://v")),
    (ProviderConfig(), {"GOOGLE_GENAI_USE_ENTERPRISE": "1"}, ("vertex", None, "global", None)),
    (
        ProviderConfig(),
        {"GOOGLE_GENAI_USE_ENTERPRISE": "0", "GOOGLE_GENAI_USE_VERTEXAI": "1"},
        ("developer", None, "global", None),
    ),
    (ProviderConfig(), {"GOOGLE_GENAI_USE_VERTEXAI": ""}, ("developer", None, "global", None)),
    (
        ProviderConfig(base_url=FILES),
        {"GOOGLE_GEMINI_BASE_URL": "https://e"},
        ("developer", None, "global", "https://e"),
    ),
    (ProviderConfig(base_url=FILES), {"GOOGLE_VERTEX_BASE_URL": "https://v"}, ("developer", None, "global", FILES)),
]


@pytest.mark.parametrize(("config", "environment", "expected"), RESOLVED)
def test_the_environment_goes_before_the_file(config, environment, expected):
    found = resolved(config, environment)
    assert (found.backend, found.project, found.location, found.base_url) == expected
    assert resolved(found, environment) == found


def test_resolving_keeps_whatever_else_the_file_says():
    config = ProviderConfig(tries=7, edit_history=True)
    assert resolved(config, HERE) == config


def test_vertex_is_reached_by_project_and_location():
    found = access_of(VERTEX, SecretStr(KEY), {})
    assert found.opener == {"vertexai": True, "project": "p", "location": "eu"}


def test_vertex_without_a_project_says_what_to_set():
    with pytest.raises(NotAllowed, match="GOOGLE_CLOUD_PROJECT"):
        access_of(ProviderConfig(backend="vertex"), None, {})


@pytest.mark.parametrize("url", ["http://[bad", "host:80", "ftp://host", "https://", "http://host:99999"])
@pytest.mark.parametrize(("config", "name"), [(ProviderConfig(), "GEMINI"), (VERTEX, "VERTEX")])
def test_a_base_url_that_is_none_is_named_by_its_variable(config, name, url):
    with pytest.raises(ConfigError, match=f"GOOGLE_{name}_BASE_URL"):
        access_of(config.model_copy(update={"base_url": url}), SecretStr(KEY), {})


def test_parsing_says_what_is_wrong():
    with pytest.raises(Unparsed, match="not JSON"):
        parse("{")
