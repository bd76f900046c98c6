"""What is done about everything the API may say or do instead of sending a picture: one table for each kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal, NamedTuple

from adlocalizer.domain import Model
from adlocalizer.errors import NotAllowed, ProviderError, Retired, Throttled, Unavailable
from adlocalizer.gemini.loose import list_in, mapping_in, text_in

Ending = Literal["picture", "bad", "refusal", "unclear", "stop"]
Fate = Literal["by status", "unsent", "lost", "credentials", "request"]
Course = Literal["request", "credentials", "model", "quota", "unavailable"]

FINISH: Mapping[str, Ending] = {
    "STOP": "picture",
    **dict.fromkeys(("NO_IMAGE", "IMAGE_OTHER", "OTHER", "MALFORMED_RESPONSE", "MAX_TOKENS", "CONTINUATION"), "bad"),
    **dict.fromkeys(("SAFETY", "IMAGE_SAFETY", "PROHIBITED_CONTENT", "IMAGE_PROHIBITED_CONTENT"), "refusal"),
    **dict.fromkeys(("RECITATION", "IMAGE_RECITATION", "BLOCKLIST", "SPII", "LANGUAGE"), "refusal"),
    **dict.fromkeys(("ESCALATION", "MODEL_ARMOR"), "refusal"),
    # We send no functions: whatever these mean, asking again would not mend it.
    **dict.fromkeys(("MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"), "unclear"),
    **dict.fromkeys(("MISSING_THOUGHT_SIGNATURE", "FINISH_REASON_UNSPECIFIED"), "unclear"),
    "PUP_LIMITED_DISABLED": "stop",
}
"""How an answer ended, by its finishReason; another reason is `unclear`."""

WORDS: Mapping[str, str] = {
    **dict.fromkeys(("SAFETY", "IMAGE_SAFETY"), "its safety filter stopped the picture"),
    **dict.fromkeys(("PROHIBITED_CONTENT", "IMAGE_PROHIBITED_CONTENT"), "it holds this for prohibited content"),
    **dict.fromkeys(("RECITATION", "IMAGE_RECITATION"), "the picture came too near to a work that exists"),
    "BLOCKLIST": "a word of the prompt is on its block list",
    "SPII": "it found personal data in the request",
    "LANGUAGE": "it does not take prompts in this language",
    **dict.fromkeys(("OTHER", "IMAGE_OTHER"), "it did not say why"),
    "NO_IMAGE": "it answered without a picture",
    "MAX_TOKENS": "it ran out of tokens before the picture was done",
}
"""What a reason means, in words for people; the API's own message goes before them."""

BLOCK: Mapping[str, Ending] = {
    **dict.fromkeys(("SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY"), "refusal"),
    **dict.fromkeys(("MODEL_ARMOR", "JAILBREAK"), "refusal"),
    "BLOCKED_REASON_UNSPECIFIED": "unclear",
}
"""What became of a prompt that was not let in, by its blockReason; another reason is `unclear`."""

STATUS: Mapping[int, Course] = {
    **dict.fromkeys((401, 403), "credentials"),
    404: "model",
    429: "quota",
    **dict.fromkeys((408, 499, 500, 502, 503, 504), "unavailable"),
}
"""What an HTTP status means; another 5xx is `unavailable`, anything else a `request` we should not have sent."""

CODES = {1: 499, 2: 500, 3: 400, 4: 504, 5: 404, 7: 403, 8: 429, 9: 400, 10: 409, 11: 400, 13: 500, 14: 503, 16: 401}
"""HTTP statuses of the codes of gRPC, which rows of a batch may carry."""

FAULT: Mapping[str, Fate] = {
    **dict.fromkeys(("google.APIError", "google.ClientError", "google.ServerError"), "by status"),
    **dict.fromkeys(("google.UnknownApiResponseError", "google.ContinuationInterruptedError"), "lost"),
    **dict.fromkeys(("google.UnknownFunctionCallArgumentError", "google.UnsupportedFunctionError"), "request"),
    "google.FunctionInvocationError": "request",
    **dict.fromkeys(("google.GoogleAuthError", "google.EphemeralTokenAPIKeyError"), "credentials"),
    "google.TransportError": "unsent",  # of google.auth: no token could be fetched
    **dict.fromkeys(("httpx2.ConnectTimeout", "httpx2.ConnectError", "httpx2.PoolTimeout"), "unsent"),
    "httpx2.ProxyError": "unsent",
    **dict.fromkeys(("httpx2.ReadTimeout", "httpx2.WriteTimeout", "httpx2.TimeoutException"), "lost"),
    **dict.fromkeys(("httpx2.ReadError", "httpx2.WriteError", "httpx2.CloseError", "httpx2.NetworkError"), "lost"),
    **dict.fromkeys(("httpx2.RemoteProtocolError", "httpx2.ProtocolError", "httpx2.DecodingError"), "lost"),
    **dict.fromkeys(("httpx2.TransportError", "httpx2.RequestError", "httpx2.HTTPError"), "lost"),
    **dict.fromkeys(("httpx2.SSEError", "httpx2.HTTPStatusError", "httpx2.StreamError"), "lost"),
    **dict.fromkeys(("httpx2.UnsupportedProtocol", "httpx2.LocalProtocolError", "httpx2.InvalidURL"), "request"),
    **dict.fromkeys(("httpx2.TooManyRedirects", "httpx2.CookieConflict"), "request"),
    **dict.fromkeys(("aiohttp.ClientConnectorError", "aiohttp.ConnectionTimeoutError"), "unsent"),
    **dict.fromkeys(("aiohttp.InvalidURL", "aiohttp.TooManyRedirects"), "request"),
    "aiohttp.ClientError": "lost",
    **dict.fromkeys(("builtins.TimeoutError", "builtins.OSError", "json.JSONDecodeError"), "lost"),
    **dict.fromkeys(("pydantic_core.ValidationError", "builtins.EOFError"), "lost"),
}
"""What an exception means for a request, by package and class; a subclass that is not here is as its base."""

STATES: Mapping[str, Literal["waiting", "succeeded", "failed", "cancelled", "expired"]] = {
    **dict.fromkeys(("UNSPECIFIED", "QUEUED", "PENDING", "RUNNING", "CANCELLING", "PAUSED", "UPDATING"), "waiting"),
    **dict.fromkeys(("SUCCEEDED", "PARTIALLY_SUCCEEDED"), "succeeded"),
    **{"FAILED": "failed", "CANCELLED": "cancelled", "EXPIRED": "expired"},
}
"""How a batch stands, by its state without JOB_STATE_; another state is waited for."""

_LONG_SECONDS = 3600.0
_USED_UP = re.compile(r"PerDay|Spend|Billing|Budget|spend|billing")


class Said(NamedTuple):
    """What came with a status: its error object, its headers and when it came."""

    status: int
    error: Mapping[str, Any]
    headers: Mapping[str, str]
    at: datetime


def error_in(body: object) -> dict[str, Any]:
    """The error object of whatever came: wrapped, bare, in a list, or not there at all."""
    tree = body[0] if isinstance(body, list) and body else body
    return mapping_in(tree, "error") or (tree if isinstance(tree, dict) else {})


def of_status(said: Said, model: Model | None = None) -> ProviderError:
    """The error a status stands for; a 404 is about the model where one was asked."""
    reasons = [text_in(part, "reason") for part in list_in(said.error, "details")]
    quote, word = one_line(text_in(said.error, "message")), f"{said.status} {text_in(said.error, 'status')}".strip()
    says = f"the API says {word}" + (f": {quote}" if quote else "")
    course = STATUS.get(said.status, "unavailable" if said.status >= 500 else "request")
    if "API_KEY_INVALID" in reasons:
        return NotAllowed(f"the key is not valid; set GEMINI_API_KEY (or GOOGLE_API_KEY) to one that is ({says})")
    if said.status == 400 and text_in(said.error, "status") == "FAILED_PRECONDITION":
        return NotAllowed(f"billing is off or this region is not served; see to both in Google's console ({says})")
    if course == "credentials":
        return NotAllowed(
            "the key or account may not do this; check GEMINI_API_KEY, on Vertex AI the credentials and their rights, "
            f"and that the API and billing are on ({says})"
        )
    if course == "model" and model is not None:
        return Retired(f"{_gone(model)} ({says})", model.id)
    if course == "quota":
        return _of_quota(said, says)
    return Unavailable(says) if course == "unavailable" else ProviderError(says)


def of_fault(error: BaseException, words: str = "") -> ProviderError | None:
    """The error an exception stands for; None when it is judged by its status."""
    fate = fate_of(type(error))
    said = type(error).__name__ + (f": {one_line(words)}" if words else "")
    if fate == "by status":
        return None
    if fate == "credentials":
        remedy = "check the key, on Vertex AI GOOGLE_APPLICATION_CREDENTIALS"
        return NotAllowed(f"the credentials do not work; {remedy} ({said})")
    if fate == "request":
        return ProviderError(f"the request could not be sent as it is ({said})")
    sent = fate == "lost"
    return Unavailable(f"no answer came {'back' if sent else 'because no connection was made'} ({said})", sent)


def fate_of(kind: type[BaseException]) -> Fate:
    """What a kind of exception means, its bases asked in order; one nobody foresaw is a `request` gone wrong."""
    names = (f"{base.__module__.split('.')[0]}.{base.__name__}" for base in kind.__mro__)
    return next((FAULT[name] for name in names if name in FAULT), "request")


def one_line(text: str, most: int = 300) -> str:
    """A stranger's words on one line, cut."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _of_quota(said: Said, says: str) -> ProviderError:
    details = list_in(said.error, "details")
    wait = next((found for part in details if (found := _seconds(text_in(part, "retryDelay"))) is not None), None)
    if wait is None:
        header = next((value for name, value in said.headers.items() if name.lower() == "retry-after"), "")
        wait = _seconds(f"{header.strip()}s") if header else None
        wait = _until(header, said.at) if wait is None else wait
    marks = [text_in(part, "reason") for part in details]
    marks += [text_in(part, name) for whole in details for part in list_in(whole, "violations") for name in _QUOTA]
    if any(_USED_UP.search(mark) for mark in marks) or (wait or 0) > _LONG_SECONDS:
        return NotAllowed(
            "a quota of the day or a spend limit is used up; run again after it resets (the day's at midnight Pacific "
            f"time), or raise it in Google's console: what was answered is kept ({says})"
        )
    pause = f", and asks for a pause of {wait / 60:,.0f} minutes" if wait and wait >= 120 else ""
    return Throttled(says + pause, wait)


_ELSEWHERE = "if the model is right, look at `api_version` and `base_url`"
_QUOTA = ("quotaId", "quotaMetric")


def _seconds(text: str) -> float | None:
    return float(text[:-1]) if re.fullmatch(r"\d{1,9}(\.\d{0,9})?s", text, re.ASCII) else None


def _until(header: str, now: datetime) -> float | None:
    try:
        then = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, ((then if then.tzinfo else then.replace(tzinfo=UTC)) - now).total_seconds())


def _gone(model: Model) -> str:
    ended = f", shut down on {model.shutdown}" if model.shutdown else ""
    remedy = f"take {model.successor}" if model.successor else "take another one of `adlocalizer models`"
    return f"model {model.id} is retired or unknown here{ended}; {remedy} with --model or in the campaign; {_ELSEWHERE}"
