"""What goes wrong: drawn by chance or by script, quotas, and connections that break in every way."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import time
from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

from tests.emulator.schema import ApiError
from tests.emulator.wire import Wish

TRANSPORT = ("reset", "closed", "truncated", "drip", "hang")
BILLED_TRANSPORT = ("reset", "truncated", "drip")
RAW = {"empty_200": b"", "bad_json": b'{"candidates": [{"content": '}
_ALIASES = {
    **{"400": "bad_request", "403": "permission_denied", "404": "retired", "429": "throttle", "499": "cancelled"},
    **{"500": "internal", "502": "html_502", "503": "unavailable", "504": "deadline"},
}
_TYPE = "type.googleapis.com/google.rpc"
_PLAIN = {
    "bad_request": (400, "Request contains an invalid argument."),
    "permission_denied": (403, "The caller does not have permission."),
    "retired": (404, "The model is not found for this API version."),
    "cancelled": (499, "The operation was cancelled."),
    "internal": (500, "An internal error has occurred. Please retry or report."),
    "unavailable": (503, "The model is overloaded. Please try again later."),
    "deadline": (504, "Deadline expired before operation could complete."),
    "throttle_bare": (429, "Resource has been exhausted (e.g. check quota)."),
}


class Faults:
    """Which fault the next request meets: `next` first, then a matching script, then the mix."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self._used: Counter[int] = Counter()

    def reset(self) -> None:
        """Begin again: scripts from their start, chance from its first draw."""
        self.seen.clear()
        self._used.clear()

    def restart_scripts(self) -> None:
        """Begin the scripts again, as a new configuration stands."""
        self._used.clear()

    def for_any(self, config: dict[str, Any]) -> str:
        """The fault of a request that generates nothing."""
        waiting = config.get("next") or []
        return named(waiting.pop(0)) if waiting else "ok"

    def for_wish(self, config: dict[str, Any], wish: Wish) -> str:
        """The fault of a generation: one more of the same request may meet another."""
        self.seen[wish.identity] += 1
        if config.get("next"):
            return self.for_any(config)
        for at, rule in enumerate(config.get("script") or []):
            faults, used = rule["faults"], self._used[at]
            if _matches(rule.get("match", {}), wish) and (used < len(faults) or rule.get("for_ever")):
                self._used[at] += 1
                return named(faults[min(used, len(faults) - 1)])
        key = f"{config.get('seed', 7)}{wish.identity}{self.seen[wish.identity]}"
        return by_chance(config.get("mix") or {}, key)


class Quotas:
    """Requests and money of a sliding window, per model."""

    def __init__(self) -> None:
        self._minute: defaultdict[str, deque[float]] = defaultdict(deque)
        self._day: Counter[str] = Counter()
        self._spent: deque[tuple[float, int]] = deque()

    def take(self, config: dict[str, Any], model: str) -> None:
        """Count a request; ApiError 429 when there is no room for it."""
        now, window = time.monotonic(), float(config["quota_window_seconds"])
        limit = config.get("spend_limit_micros")
        while self._spent and self._spent[0][0] < now - float(config["spend_window_seconds"]):
            self._spent.popleft()
        if limit is not None and sum(micros for _, micros in self._spent) >= limit:
            raise error_named("spend_limit", config, model)
        if (most := config.get("quota_per_day")) is not None and self._day[model] >= most:
            raise error_named("quota_day", config, model)
        if (most := config.get("quota_per_minute")) is not None:
            taken = self._minute[model]
            while taken and taken[0] <= now - window:
                taken.popleft()
            if len(taken) >= most:
                wait = max(0.01, taken[0] + window - now) if taken else window
                kind = {"bare": "throttle_bare", "retry_after": "throttle_after"}.get(config["throttle"], "throttle")
                raise error_named(kind, config | {"retry_seconds": wait, "quota_value": most}, model)
            taken.append(now)
        self._day[model] += 1

    def spend(self, micros: int) -> None:
        """Book what an answer cost."""
        self._spent.append((time.monotonic(), micros))


def named(fault: str) -> str:
    """A fault's full name: a status number stands for its usual one."""
    return _ALIASES.get(str(fault), str(fault))


def by_chance(mix: Mapping[str, float], key: str) -> str:
    """A fault drawn by the probabilities of a mix, equal for an equal key."""
    dice, drawn = random.Random(key), 0.0  # noqa: S311
    at = dice.random()
    for fault, probability in mix.items():
        drawn += probability
        if at < drawn:
            return named(fault)
    return "ok"


def raise_named(fault: str, config: dict[str, Any], model: str = "") -> None:
    """Raise the ApiError a fault stands for, if it stands for one."""
    if error := error_named(fault, config, model):
        raise error


def error_named(fault: str, config: dict[str, Any], model: str = "") -> Any:
    """The ApiError of a fault; None when the fault is of another kind."""
    if fault in _PLAIN:
        return ApiError(*_PLAIN[fault])
    wait = float(config.get("retry_seconds", 0.2))
    violation = {
        "quotaMetric": "generativelanguage.googleapis.com/generate_requests_per_model",
        "quotaDimensions": {"location": "global", "model": model},
        "quotaValue": str(config.get("quota_value", 10)),
    }
    help_links = {"@type": f"{_TYPE}.Help", "links": [{"description": "Learn more", "url": "https://ai.google.dev"}]}
    exceeded = "You exceeded your current quota, please check your plan and billing details."

    def quota(name: str, *more: dict[str, Any]) -> list[dict[str, Any]]:
        failure = {"@type": f"{_TYPE}.QuotaFailure", "violations": [violation | {"quotaId": name}]}
        return [failure, help_links, *more]

    minute, day = (f"GenerateRequestsPer{span}PerProjectPerModel" for span in ("Minute", "Day"))
    delay = {"@type": f"{_TYPE}.RetryInfo", "retryDelay": f"{wait:.9g}s"}
    if fault == "throttle":
        return ApiError(429, exceeded, details=quota(minute, delay))
    if fault == "throttle_after":
        return ApiError(429, exceeded, Retry_After=f"{wait:g}" if wait < 1 else str(-(-wait // 1).__int__()))
    if fault == "throttle_help":
        return ApiError(429, exceeded, details=[help_links])
    if fault == "quota_day":
        return ApiError(429, exceeded, details=quota(day))
    if fault == "spend_limit":
        spent = "Your project has exceeded its spending cap. Please raise the cap or wait until it resets."
        return ApiError(429, spent, details=quota("SpendLimitPerProject"))
    if fault == "failed_precondition":
        return ApiError(400, "User location is not supported for the API use.", status="FAILED_PRECONDITION")
    if fault == "api_key_invalid":
        reason = {"@type": f"{_TYPE}.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}
        message = "API key not valid. Please pass a valid API key."
        return ApiError(400, message, details=[reason | {"metadata": {"service": "generativelanguage.googleapis.com"}}])
    return None


def unworded(fault: str) -> Response | None:
    """A failure that is not JSON: what a proxy in between answers."""
    if fault == "html_502":
        page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
        return HTMLResponse(page, 502)
    return Response(status_code=503) if fault == "empty_503" else None


def as_response(error: ApiError) -> Response:
    """An error on its way out."""
    return JSONResponse(error.body, error.code, error.headers)


class Broken(Response):
    """A reply whose connection breaks."""

    def __init__(self, how: str, body: bytes = b"{}") -> None:
        super().__init__()
        self.how, self.whole = how, body

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Break the connection, and stay until it is gone, so that nothing else is sent."""
        transport = scope["extensions"]["transport"]
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(self.whole)}\r\n\r\n"
        if self.how == "reset":
            abort(transport)
        elif self.how == "closed":
            transport.close()
        elif self.how == "truncated":
            transport.write(head.encode() + self.whole[: len(self.whole) // 2])
            transport.close()
        elif self.how == "drip":
            transport.write(head.encode())
            for byte in self.whole:
                if transport.is_closing():
                    break
                transport.write(bytes([byte]))
                await asyncio.sleep(1)
        while (await receive())["type"] != "http.disconnect":
            pass


def abort(transport: Any) -> None:
    """Drop a connection with a TCP reset."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _matches(match: Mapping[str, Any], wish: Wish) -> bool:
    wanted = match.get("contains", "") in wish.text
    seed = match.get("attempt_seed", wish.seed) == wish.seed
    return wanted and seed and match.get("ratio", wish.ratio) == wish.ratio
