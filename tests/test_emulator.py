"""The emulator says what the API says: driven by Google's own SDK, and by bare HTTP where the SDK cannot go."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path

import httpx
import pytest
import yaml
from google import genai
from google.genai import errors, types

from adlocalizer.checks import MasterSubject, check_master, worst
from adlocalizer.config import find_project
from adlocalizer.domain import Answer, CheckBook, Prompt, Request, Severity
from adlocalizer.imaging.layouts import load_layouts
from adlocalizer.prompting import describe_composition
from tests.emulator import Emulator, running

ROOT = Path(__file__).parents[1]
SHOT = (ROOT / "data" / "products" / "solara-can.png").read_bytes()
MODEL = "gemini-nano-banana-2.1"
RATIOS = ("1:1", "1:8", "8:1", "9:16", "16:9", "21:9")


@pytest.fixture(scope="module")
def service():
    with running() as emulator:
        yield emulator


@pytest.fixture
def emulator(service) -> Emulator:
    service.reset()
    return service


@pytest.fixture
def client(emulator):
    with genai.Client(api_key="a-key", http_options=types.HttpOptions(base_url=emulator.url)) as client:
        yield client


def body(text: str = "Tokyo", data: str = "", **config: object) -> dict:
    shot = {"inlineData": {"mimeType": "image/png", "data": data or base64.b64encode(SHOT).decode()}}
    return {"contents": [{"role": "user", "parts": [shot, {"text": text}]}], "generationConfig": config}


def post(emulator: Emulator, content: dict, model: str = MODEL, version: str = "v1", key: str = "a-key"):
    url = f"{emulator.url}/{version}/models/{model}:generateContent"
    return httpx.post(url, json=content, headers={"x-goog-api-key": key} if key else {}, timeout=30)


def picture_of(answer: dict) -> bytes:
    return base64.b64decode(answer["candidates"][0]["content"]["parts"][-1]["inlineData"]["data"], validate=True)


def rows(count: int = 3) -> list[dict]:
    return [{"key": f"r{at}", "request": body(f"City {at}", imageConfig={"aspectRatio": "1:1"})} for at in range(count)]


def uploaded(client: genai.Client, folder: Path, content: list[dict]) -> types.File:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in content), encoding="utf-8")
    return client.files.upload(file=path, config={"mime_type": "application/jsonl"})


def finished(client: genai.Client, name: str) -> types.BatchJob:
    while (batch := client.batches.get(name=name)).state.name in ("JOB_STATE_PENDING", "JOB_STATE_RUNNING"):
        time.sleep(0.02)
    return batch


def results(client: genai.Client, batch: types.BatchJob) -> dict[str, dict]:
    lines = client.files.download(file=batch.dest.file_name).splitlines()
    return {row["key"]: row for row in map(json.loads, lines)}


@pytest.mark.parametrize("version", ["v1", "v1beta"])
def test_both_versions_draw_the_asked_shape(emulator, version):
    answer = post(emulator, body(imageConfig={"aspectRatio": "16:9"}), version=version).json()
    assert picture_of(answer)[:3] == b"\xff\xd8\xff"
    assert emulator.journal("generate")[0]["ratio"] == "16:9"


@pytest.mark.parametrize("ratio", RATIOS)
def test_its_pictures_pass_the_checks_of_masters(emulator, ratio):
    where = load_layouts(ROOT / "configs" / "layouts").composition_for(ratio, "ltr")
    said = describe_composition(where)
    text = f"It stands {said.product_place}, and fills {said.product_size}. The horizon lies at {said.horizon};"
    prompt = Prompt(text=text, template_sha256="0" * 64, facts=(), composition=where)
    asked = Request(provider="gemini", model=MODEL, prompt=prompt, references=(), ratio=ratio, size="1K", seed=7)
    picture = picture_of(post(emulator, body(text, imageConfig={"aspectRatio": ratio})).json())
    subject = MasterSubject("k", picture, asked, Answer(key="0" * 64, kind="picture"), SHOT)
    subject = subject._replace(model=find_project(ROOT).models()[MODEL])
    book = yaml.safe_load((ROOT / "configs" / "checks.yml").read_text(encoding="utf-8"))
    assert worst(check_master(subject, CheckBook.model_validate(book))) is Severity.PASS


def test_snake_case_and_camel_case_are_one(emulator):
    post(emulator, body(imageConfig={"aspectRatio": "1:1"}, thinkingConfig={"thinkingLevel": "HIGH"}))
    post(emulator, body(image_config={"aspect_ratio": "1:1"}, thinking_config={"thinking_level": "HIGH"}))
    first, second = emulator.journal("generate")
    assert first["identity"] == second["identity"]
    assert (first["repeat"], second["repeat"]) == (False, True)


@pytest.mark.parametrize("change", [str, lambda text: text.translate(str.maketrans("+/", "-_")).rstrip("=")])
def test_both_base64_alphabets_are_read(emulator, change):
    assert post(emulator, body(data=change(base64.b64encode(SHOT).decode()))).status_code == 200


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"imageConfig": {"aspect": "1:1"}}, "Unknown name \"aspect\" at 'generation_config.image_config'"),
        ({"imageConfig": {"aspectRatio": "5:7"}}, "5:7 is not supported"),
        ({"imageConfig": {"imageSize": "512"}}, "512 is not supported"),
        ({"thinkingConfig": {"thinkingLevel": "LOW"}}, "LOW is not supported"),
        ({"responseModalities": ["VIDEO"]}, "response_modalities[0]"),
        ({"candidateCount": 2}, "Multiple candidates"),
        ({"responseSchema": {}}, "Structured output"),
    ],
)
def test_what_the_api_does_not_know_or_offer_is_an_invalid_argument(emulator, change, said):
    error = post(emulator, body(**change)).json()["error"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT")
    assert said in error["message"]


def test_tools_pictures_types_and_signatures_are_looked_at(emulator):
    wrong_type = body() | {
        "contents": [{"parts": [{"inlineData": {"mimeType": "image/jpeg", "data": "iVBORw0KGgo="}}]}]
    }
    many = body() | {"contents": [{"parts": body()["contents"][0]["parts"][:1] * 15}]}
    unsigned = body() | {"contents": [{"role": "model", "parts": body()["contents"][0]["parts"]}, *body()["contents"]]}
    tools = body() | {"tools": [{"functionDeclarations": []}]}
    assert [post(emulator, each).status_code for each in (wrong_type, many, unsigned, tools)] == [400] * 4


def test_a_retired_model_is_not_found_and_may_be_brought_back(emulator):
    assert post(emulator, body(), "gemini-3.1-flash-image").json()["error"]["status"] == "NOT_FOUND"
    emulator.configure(retired=[])
    assert post(emulator, body(), "gemini-3.1-flash-image").status_code == 200


def test_keys_are_looked_at_and_never_kept(emulator):
    assert post(emulator, body(), key="").status_code == 403
    error = post(emulator, body(), key="invalid-key").json()["error"]
    assert (error["code"], error["details"][0]["reason"]) == (400, "API_KEY_INVALID")
    assert [entry["key_header"] for entry in emulator.journal()] == [False, True]
    assert "invalid-key" not in json.dumps(emulator.journal())


def test_thoughts_come_first_and_the_picture_is_signed(emulator, client):
    thinking = types.ThinkingConfig(include_thoughts=True, thinking_level="HIGH")
    shot = types.Part.from_bytes(data=SHOT, mime_type="image/png")
    config = types.GenerateContentConfig(thinking_config=thinking)
    parts = client.models.generate_content(model=MODEL, contents=[shot, "Tokyo"], config=config).parts
    assert [bool(part.thought) for part in parts] == [True, True, False]
    assert parts[-1].thought_signature


def test_a_picture_sent_back_with_its_signature_is_an_edit(emulator, client):
    chat = client.chats.create(model=MODEL)
    chat.send_message([types.Part.from_bytes(data=SHOT, mime_type="image/png"), "Tokyo"])
    assert chat.send_message("Make it evening.").parts[-1].inline_data
    assert len(emulator.journal("generate")[-1]["parents"]) == 1


def test_the_tokens_add_up_and_are_what_is_billed(emulator):
    usage = post(emulator, body(imageConfig={"imageSize": "2K"})).json()["usageMetadata"]
    assert sum(each["tokenCount"] for each in usage["promptTokensDetails"]) == usage["promptTokenCount"] == 1121
    assert usage["candidatesTokensDetails"] == [{"modality": "IMAGE", "tokenCount": 1680}]
    assert usage["totalTokenCount"] == 1121 + 1680 + usage["thoughtsTokenCount"]
    nanos = 1121 * 1500 + usage["thoughtsTokenCount"] * 7500 + 1680 * 30_000
    assert emulator.billed_micros() == -(-nanos // 1000)


def test_an_answer_without_a_picture_is_billed_and_an_error_is_not(emulator):
    emulator.configure(next=["finish:IMAGE_SAFETY", "503", "empty_200"])
    answer = post(emulator, body()).json()
    assert answer["candidates"][0]["finishReason"] == "IMAGE_SAFETY"
    assert [post(emulator, body()).status_code for _ in range(2)] == [503, 200]
    assert [bool(entry["billed_micros"]) for entry in emulator.journal()] == [True, False, True]


@pytest.mark.parametrize(("fault", "billed"), [("reset", True), ("closed", False), ("truncated", True)])
def test_a_connection_breaks_on_demand_and_the_answer_may_be_billed(emulator, fault, billed):
    emulator.configure(next=[fault])
    with pytest.raises(httpx.TransportError):
        post(emulator, body())
    assert bool(emulator.billed_micros()) is billed


def test_a_script_goes_by_the_words_of_a_prompt(emulator):
    emulator.configure(script=[{"match": {"contains": "Tokyo"}, "faults": ["500", "ok", "html_502"]}])
    assert [post(emulator, body(text)).status_code for text in ("Paris", "Tokyo", "Tokyo", "Tokyo", "Tokyo")] == [
        *(200, 500, 200, 502, 200),
    ]


def test_chance_is_equal_for_an_equal_seed(emulator):
    seen = []
    for _ in range(2):
        emulator.reset()
        emulator.configure(mix={"503": 0.5}, pictures="canned")
        seen.append([post(emulator, body(f"City {at}")).status_code for at in range(8)])
    assert seen[0] == seen[1]
    assert {*seen[0]} == {200, 503}


def test_a_quota_a_minute_says_when_to_come_back(emulator):
    emulator.configure(quota_per_minute=1, quota_window_seconds=1.5, pictures="canned")
    assert post(emulator, body()).status_code == 200
    error = post(emulator, body()).json()["error"]
    assert "PerMinute" in error["details"][0]["violations"][0]["quotaId"]
    time.sleep(float(error["details"][-1]["retryDelay"].rstrip("s")) + 0.02)
    assert post(emulator, body()).status_code == 200


@pytest.mark.parametrize(("option", "quota"), [("quota_per_day", "PerDay"), ("spend_limit_micros", "SpendLimit")])
def test_a_quota_of_another_kind_is_final(emulator, option, quota):
    emulator.configure(**{option: 1})
    assert [post(emulator, body()).status_code for _ in range(2)] == [200, 429]
    assert quota in post(emulator, body()).json()["error"]["details"][0]["violations"][0]["quotaId"]


def test_a_file_goes_to_the_emulator_s_own_host_in_chunks(emulator, client, tmp_path):
    (tmp_path / "large.txt").write_bytes(b"x" * (9 << 20))
    file = client.files.upload(file=tmp_path / "large.txt", config={"name": "files/large"})
    assert (file.name, file.size_bytes) == ("files/large", 9 << 20)
    assert [entry["status"] for entry in emulator.journal("file_upload")] == [200] * 3
    assert file.uri.startswith(emulator.url)


def test_a_name_is_taken_once_and_a_deleted_file_is_forbidden(emulator, client, tmp_path):
    (tmp_path / "shot.png").write_bytes(SHOT)
    codes = []
    for act in (client.files.upload, client.files.upload, client.files.delete, client.files.delete):
        said = {"name": "files/shot"} if act == client.files.delete else {"file": tmp_path / "shot.png"}
        try:
            act(**said, **({} if "name" in said else {"config": {"name": "files/shot"}}))
            codes.append(200)
        except errors.ClientError as error:
            codes.append(error.code)
    assert codes == [200, 409, 200, 403]


def test_a_batch_from_a_file_comes_back_row_by_row_at_half_the_price(emulator, client, tmp_path):
    emulator.configure(batch={"row_faults": {"r1": "no_content", "r2": "internal"}, "seconds": 0.1})
    file = uploaded(client, tmp_path, rows())
    batch = client.batches.create(model=MODEL, src=file.name, config={"display_name": "spring"})
    found = results(client, finished(client, batch.name))
    assert picture_of(found["r0"]["response"])
    assert "content" not in found["r1"]["response"]["candidates"][0]
    assert found["r2"]["error"]["code"] == 13
    usage = found["r0"]["response"]["usageMetadata"]
    nanos = usage["promptTokenCount"] * 1500 + usage["thoughtsTokenCount"] * 7500 + 1120 * 30_000
    assert [row["billed_micros"] for row in emulator.journal("batch_row")][::2] == [-(-nanos // 2000), 0]


def test_an_inline_batch_holds_its_answers(emulator, client):
    asked = types.InlinedRequest(contents="Tokyo", metadata={"key": "k1"})
    batch = finished(client, client.batches.create(model=MODEL, src=[asked], config={"display_name": "d"}).name)
    (answer,) = batch.dest.inlined_responses
    assert answer.metadata == {"key": "k1"}
    assert answer.response.parts[-1].inline_data.data


def test_one_malformed_row_is_no_batch(emulator, client, tmp_path):
    file = uploaded(client, tmp_path, [*rows(1), {"key": "bad", "request": {"contents": [], "extra": 1}}])
    with pytest.raises(errors.ClientError, match="Row 2"):
        client.batches.create(model=MODEL, src=file.name, config={"display_name": "d"})
    assert emulator.batches() == []


def test_a_create_whose_reply_is_lost_is_a_batch_all_the_same(emulator, client):
    emulator.configure(batch={"create_fault": ["reset_after_accept"], "outcome": "stuck"})
    with pytest.raises(Exception, match="reset"):
        client.batches.create(model=MODEL, src=[types.InlinedRequest(contents="x")], config={"display_name": "lost"})
    (found,) = client.batches.list()
    client.batches.cancel(name=found.name)
    assert client.batches.get(name=found.name).state.name == "JOB_STATE_CANCELLED"
    assert [entry["display_name"] for entry in emulator.journal("batch_create")] == ["lost"]


def test_batches_outlive_a_killed_emulator(tmp_path):
    options = types.HttpOptions
    with (
        running(state=tmp_path / "state") as first,
        genai.Client(api_key="k", http_options=options(base_url=first.url)) as one,
    ):
        name = one.batches.create(
            model=MODEL, src=uploaded(one, tmp_path, rows()).name, config={"display_name": "d"}
        ).name
        first.kill()
    with (
        running(state=tmp_path / "state") as second,
        genai.Client(api_key="k", http_options=options(base_url=second.url)) as two,
    ):
        assert {*results(two, finished(two, name))} == {"r0", "r1", "r2"}


def test_vertex_takes_a_token_and_its_own_image_options(emulator):
    place = "v1beta1/projects/p/locations/global/publishers/google/models"
    config = {"imageConfig": {"imageOutputOptions": {"mimeType": "image/png"}}}
    asked = {"url": f"{emulator.url}/{place}/{MODEL}:generateContent", "json": body(**config)}
    claims = base64.urlsafe_b64encode(json.dumps({"iss": "a", "exp": time.time() + 60}).encode()).decode()
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": f"e30.{claims}.c2ln"}
    token = httpx.post(f"{emulator.url}/token", data=form).json()["access_token"]
    answer = httpx.post(**asked, headers={"authorization": f"Bearer {token}"})
    assert httpx.post(**asked).status_code == 401
    assert picture_of(answer.json()).startswith(b"\x89PNG")


def test_the_same_picture_for_all_is_as_heavy_as_wanted(emulator):
    emulator.configure(pictures="canned", canned_bytes=3_000_000)
    one, other = (picture_of(post(emulator, body(text)).json()) for text in ("Tokyo", "Paris"))
    assert one == other
    assert 2_900_000 < len(one) < 3_200_000


def test_an_unknown_option_or_fault_is_named(emulator):
    with pytest.raises(ValueError, match="unknown option in 'qouta'"):
        emulator.configure(qouta=1)
    with pytest.raises(ValueError, match="unknown fault 'rest'"):
        emulator.configure(next=["rest"])
