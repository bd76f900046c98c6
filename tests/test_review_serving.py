"""`adlocalizer review --serve`: the report, to this machine alone, and decisions from its own pages only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from adlocalizer.cli.review_page import LOOPBACK, MOST_BYTES, live, report_app, serve_report, shown_file
from adlocalizer.errors import ConfigError
from adlocalizer.reporting import render_report

from . import report_fixture as fixture

HOST, TOKEN = "127.0.0.1:4711", "a-secret"
OURS = {"origin": f"http://{HOST}", "content-type": "application/json"}
PAGE = render_report(fixture.small_report(), fixture.TEMPLATES)["APAC.html"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("served")
    report = root / "report"
    (report / "thumbs").mkdir(parents=True)
    (root / "secret.txt").write_text("no part of the report")
    (report / "index.html").write_text(PAGE, "utf-8")
    (report / "thumbs" / "ä b.jpg").write_bytes(b"\xff\xd8")
    (report / "leads-out").symlink_to(root / "secret.txt")
    return report


@pytest.fixture(scope="module")
def client(folder) -> TestClient:
    async def take(text: str) -> str:
        if "wrong" in text:
            raise ConfigError("the page (decision 1)", "it is wrong", "decide again")
        return f"Saved: {len(json.loads(text)['decisions'])}."

    return TestClient(report_app(folder, TOKEN, HOST, take), base_url=f"http://{HOST}")


def decide(client: TestClient, content: Any = '{"decisions": [1]}', **headers: str) -> Any:
    return client.post(f"/{TOKEN}/decisions", content=content, headers={**OURS, **headers})


def test_pages_and_pictures_are_shown_under_the_secret(client):
    assert client.get(f"/{TOKEN}/").text == client.get(f"/{TOKEN}/index.html").text
    assert client.get(f"/{TOKEN}/thumbs/ä b.jpg").content == b"\xff\xd8"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/index.html",
        "/another/index.html",
        f"/{TOKEN}/none.html",
        f"/{TOKEN}/thumbs",
        f"/{TOKEN}/leads-out",
        f"/{TOKEN}/../secret.txt",
        f"/{TOKEN}/%2e%2e/secret.txt",
        f"/{TOKEN}/%2e%2e%2fsecret.txt",
        f"/{TOKEN}//etc/passwd",
        f"/{TOKEN}/%00",
    ],
)
def test_nothing_else_is_shown(client, path):
    assert client.get(path).status_code == 404


NAMES = st.text(st.sampled_from("./\\secrt:") | st.characters(codec="utf-8"), max_size=40)


@settings(deadline=None)
@given(name=NAMES | st.sampled_from(["../secret.txt", "leads-out", "/etc/passwd", "\0", "thumbs/../../secret.txt"]))
def test_no_name_leads_out_of_the_report(folder, name):
    answer = shown_file(folder, name)
    assert answer.status_code == 404 or (folder / name).resolve().is_relative_to(folder)


@pytest.mark.parametrize("host", ["evil.example", "localhost:4711", "127.0.0.1", ""])
def test_another_host_name_is_shown_nothing(client, host):
    assert client.get(f"/{TOKEN}/index.html", headers={"host": host}).status_code == 404
    assert decide(client, host=host).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": f"https://{HOST}"},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
    ],
)
def test_decisions_of_another_page_or_a_form_are_not_taken(client, headers):
    assert decide(client, **headers).status_code == 403


def test_decisions_without_the_secret_are_not_taken(client):
    assert client.post("/another/decisions", content="{}", headers=OURS).status_code == 404


def test_decisions_are_not_taken_by_reading(client):
    assert client.get(f"/{TOKEN}/decisions", headers=OURS).status_code in (404, 405)


def test_decisions_of_the_page_are_taken_and_what_became_of_them_is_said(client):
    assert decide(client).json() == {"said": "Saved: 1."}


def test_decisions_that_cannot_be_taken_say_why(client):
    answer = decide(client, '{"wrong": 1}')
    assert (answer.status_code, answer.json()["error"]) == (422, "the page (decision 1): it is wrong; decide again")
    assert decide(client, b"\xff").status_code == 422


def test_more_than_a_decisions_file_can_hold_is_refused(client):
    assert decide(client, b" " * (MOST_BYTES + 1)).status_code == 413


def test_a_served_page_may_ask_its_own_server_and_nobody_else(client):
    html = client.get(f"/{TOKEN}/index.html").text
    assert '<meta name="review" content="live">' in html
    assert "form-action 'none'; connect-src 'self'\">" in html
    assert live(html) == html


def test_what_is_served_is_neither_kept_nor_framed_nor_told_of(client):
    headers = client.get(f"/{TOKEN}/index.html").headers
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"] == "frame-ancestors 'none'"
    assert headers["referrer-policy"] == "no-referrer"


def test_a_page_in_its_folder_may_ask_nobody():
    assert "connect-src" not in PAGE
    assert '<meta name="review" content="offline">' in PAGE


def test_only_this_machine_is_listened_to():
    assert LOOPBACK == "127.0.0.1"


def test_a_report_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="no report stands there; write it with `adlocalizer report`"):
        serve_report(tmp_path, str, print)
