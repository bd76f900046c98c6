"""People are told what happened, what it cost and what to do; no message fails a run or names a secret."""

from __future__ import annotations

import email
import email.policy
import json
import shutil
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from adlocalizer.config.operations import Channel, read_operations
from adlocalizer.errors import ConfigError
from adlocalizer.notifying import Notice, send

ROOT = Path(__file__).parents[1]
NOTICE = Notice("degraded", "demo: degraded", "27 of 30 delivered; $1.20 spent\nLook at the report.")


@pytest.fixture(scope="module")
def receiver():
    got: list[tuple[str, dict]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
            self.send_response(500 if "broken" in self.path else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    server.server_close()


def sent(receiver, kind: str, path: str = "/secret-path-0123") -> tuple[str, list[tuple[str, dict]]]:
    url, got = receiver
    got.clear()
    return send(Channel(kind=kind, url_from="HOOK"), NOTICE, {"HOOK": f"{url}{path}"}), got


def test_a_webhook_gets_subject_and_text(receiver):
    failure, got = sent(receiver, "webhook")
    assert failure == ""
    assert got == [("/secret-path-0123", {"kind": "degraded", "subject": NOTICE.subject, "text": NOTICE.body})]


def test_slack_gets_one_text(receiver):
    _, got = sent(receiver, "slack")
    assert got[0][1] == {"text": f"*{NOTICE.subject}*\n{NOTICE.body}"}


def test_a_receiver_that_is_broken_is_no_error_and_its_address_is_not_said(receiver):
    failure, _ = sent(receiver, "webhook", "/broken-secret-0123")
    assert failure.startswith("nobody was told by webhook")
    assert "broken-secret-0123" not in failure


@pytest.mark.parametrize("url", ["", "no url", "http://127.0.0.1:1/hook-0123", "ftp://x/hook-0123"])
def test_an_address_nobody_is_at_is_no_error(url):
    failure = send(Channel(kind="slack", url_from="HOOK"), NOTICE, {"HOOK": url})
    assert failure.startswith("nobody was told by slack")
    assert not url or url not in failure


class MailServer(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as one message takes."""

    got: ClassVar[list[str]] = []

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line.split()[0].upper()
            self.wfile.write({b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}.get(word, b"250 fine\r\n"))
            if word == b"DATA":
                lines = iter(self.rfile.readline, b".\r\n")
                self.got.append(b"".join(lines).decode())
                self.wfile.write(b"250 taken\r\n")


@pytest.fixture
def mail() -> Iterator[Channel]:
    MailServer.got.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailServer) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        yield Channel(
            kind="email", server="127.0.0.1", port=port, sender="ads@example.com", to=("a@example.com", "b@example.com")
        )
        server.shutdown()


def test_a_mail_has_sender_receivers_subject_and_text(mail):
    assert send(mail, NOTICE, {}) == ""
    message = email.message_from_string(MailServer.got[0], policy=email.policy.default)
    assert (message["From"], message["To"]) == ("ads@example.com", "a@example.com, b@example.com")
    assert message["Subject"] == "demo: degraded"
    assert message.get_content().replace("\r\n", "\n").strip() == NOTICE.body


def test_a_subject_of_two_lines_adds_no_header(mail):
    said = send(mail, NOTICE._replace(subject="demo\nBcc: everybody@example.com"), {})
    assert said.startswith("nobody was told by email")
    assert MailServer.got == []


def test_a_password_is_never_sent_in_the_clear(mail):
    channel = mail.model_copy(update={"password_from": "PASSWORD"})
    said = send(channel, NOTICE, {"PASSWORD": "secret-0123"})
    assert said.startswith("nobody was told by email")
    assert "secret-0123" not in said
    assert MailServer.got == []


def test_a_mail_server_nobody_is_at_is_no_error():
    mail = Channel(kind="email", server="127.0.0.1", port=1, sender="a@example.com", to=("b@example.com",))
    assert send(mail, NOTICE, {}).startswith("nobody was told by email")


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("{kind: slack}", "needs url_from"),
        ("{kind: email, server: mail.example.com}", "needs server, sender and to"),
        ("{kind: pigeon, url_from: HOOK}", "pigeon"),
        ("{kind: slack, url_from: 'https://hooks.example.com/T0'}", "url_from"),
    ],
)
def test_a_channel_that_cannot_work_is_named(tmp_path, channel, said):
    (tmp_path / "configs").mkdir()
    file = tmp_path / "configs/operations.yml"
    shutil.copy(ROOT / "configs/operations.yml", file)
    file.write_text(file.read_text("utf-8").replace("channels: []", f"channels: [{channel}]"), "utf-8")
    with pytest.raises(ConfigError, match=rf"configs/operations.yml:\d+.*{said}"):
        read_operations(tmp_path)


def test_nobody_is_told_as_it_is_shipped():
    assert read_operations(ROOT).channels == ()


def test_every_kind_of_notice_says_what_to_do():
    assert set(read_operations(ROOT).remedies) == {"degraded", "waiting", "over-budget", "failed", "crashed"}


def test_a_block_is_called_as_its_variable_is():
    from tasks.secrets import block_name

    assert block_name("GEMINI_API_KEY") == "gemini-api-key"
