"""Messages to people when somebody must act: to a webhook, to a Slack-compatible one, by mail."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from typing import NamedTuple

import httpx

from adlocalizer.config.operations import Channel, NoticeKind
from adlocalizer.redaction import conceal, redacted

_WITHIN_SECONDS = 20.0
_SUBMISSION_PORT = 587


class Notice(NamedTuple):
    """What happened, what it cost and what to do, for people."""

    kind: NoticeKind
    subject: str
    body: str


def send(channel: Channel, notice: Notice, environment: Mapping[str, str]) -> str:
    """Send a notice; why it could not be sent, or nothing. It never raises: a run must not fail for a message."""
    try:
        if channel.kind == "email":
            _mail(channel, notice, _secret(channel.password_from, environment))
        else:
            _post(_secret(channel.url_from, environment), payload_of(channel, notice))
    except (httpx.HTTPError, httpx.InvalidURL, OSError, smtplib.SMTPException, ValueError) as error:
        return redacted(f"nobody was told by {channel.kind}: {type(error).__name__}: {error}")
    return ""


def payload_of(channel: Channel, notice: Notice) -> dict[str, str]:
    """The JSON a webhook takes; of Slack's kind it is one text."""
    if channel.kind == "slack":
        return {"text": f"*{notice.subject}*\n{notice.body}"}
    return {"kind": notice.kind, "subject": notice.subject, "text": notice.body}


def _post(url: str, payload: Mapping[str, str]) -> None:
    if not url:
        raise ValueError("its address is not set")
    httpx.post(url, json=dict(payload), timeout=_WITHIN_SECONDS).raise_for_status()


def _mail(channel: Channel, notice: Notice, password: str) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = notice.subject, channel.sender, ", ".join(channel.to)
    message.set_content(notice.body)
    with smtplib.SMTP(channel.server or "", channel.port, timeout=_WITHIN_SECONDS) as server:
        if channel.port == _SUBMISSION_PORT or password:
            server.starttls(context=ssl.create_default_context())
        if password:
            server.login(channel.sender or "", password)
        server.send_message(message)


def _secret(variable: str | None, environment: Mapping[str, str]) -> str:
    value = environment.get(variable, "").strip() if variable else ""
    conceal(value)
    return value
