"""`adlocalizer setup-prefect`: automations made once, and a message that arrives."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from . import commands, projects

pytestmark = [pytest.mark.slow, pytest.mark.integration, pytest.mark.timeout(600)]
KINDS = ("degraded", "waiting", "over-budget", "failed", "crashed")


@pytest.fixture(scope="module")
def receiver() -> Iterator[tuple[str, list[dict[str, str]]]]:
    got: list[dict[str, str]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/secret-path-0123", got
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def environment(prefect_api, receiver, tmp_path_factory) -> dict[str, str]:
    project = tmp_path_factory.mktemp("setup")
    for name in ("configs", "data"):
        shutil.copytree(projects.ROOT / name, project / name)
    file = project / "configs/operations.yml"
    channel = "channels:\n  - {kind: slack, url_from: ADLOCALIZER_WEBHOOK_URL, by: prefect}\n"
    file.write_text(file.read_text("utf-8").replace("channels: []\n", channel), "utf-8")
    own = {
        "ADLOCALIZER_PROJECT": str(project),
        "ADLOCALIZER_WEBHOOK_URL": receiver[0],
        "PREFECT_API_URL": prefect_api[0],
    }
    return prefect_api[1] | own


def automations(api: str) -> dict[str, str]:
    rows = httpx.post(f"{api}/automations/filter", json={}, timeout=60).json()
    return {row["name"]: row["id"] for row in rows if row["name"].startswith("adlocalizer: ")}


def test_doing_it_twice_makes_each_automation_once(prefect_api, environment, capsys):
    found = []
    for _ in range(2):
        said = commands.call(["setup-prefect"], environment, capsys)
        assert said.status == 0, said.errors
        found.append(automations(prefect_api[0]))
    assert found[0] == found[1]
    assert set(found[0]) == {"adlocalizer: lost runs", *(f"adlocalizer: slack 1, {kind}" for kind in KINDS)}


def test_the_address_of_a_webhook_is_in_no_automation_and_shown_in_no_block(prefect_api, environment, receiver):
    rows = httpx.post(f"{prefect_api[0]}/automations/filter", json={}, timeout=60).text
    rows += httpx.post(f"{prefect_api[0]}/block_documents/filter", json={}, timeout=60).text
    assert "adlocalizer-slack-1" in rows
    assert "secret-path-0123" not in rows


def test_a_run_that_stopped_at_its_cap_is_told_of(environment, receiver, monkeypatch):
    from prefect.events import emit_event
    from prefect.events.worker import EventsWorker

    payload = {"kind": "over-budget", "subject": "demo: over-budget", "body": "the plan costs $5; Nothing was spent."}
    emit_event("adlocalizer.run.over-budget", resource={"prefect.resource.id": "prefect.flow-run.x"}, payload=payload)
    EventsWorker.instance().drain()
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not receiver[1]:
        time.sleep(0.5)
    assert receiver[1] == [{"text": f"*{payload['subject']}*\n{payload['body']}"}]


def test_without_an_address_it_says_which_variable_is_missing(environment, capsys):
    said = commands.call(["setup-prefect"], {**environment, "ADLOCALIZER_WEBHOOK_URL": ""}, capsys)
    assert said.status == 2
    assert "ADLOCALIZER_WEBHOOK_URL is not set" in said.errors


def test_nothing_is_set_up_where_the_file_is_wrong(environment, tmp_path: Path, capsys):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/operations.yml").write_text("channels: [{kind: slack}]\n", "utf-8")
    said = commands.call(["setup-prefect"], {**environment, "ADLOCALIZER_PROJECT": str(tmp_path)}, capsys)
    assert said.status == 2
    assert "configs/operations.yml:1" in said.errors
