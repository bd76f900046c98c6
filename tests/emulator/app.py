"""The HTTP surface: doors, keys, journal, control; and what a generateContent request goes through."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import math
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.emulator.answers import answered, as_json, rendered
from tests.emulator.batches import Batches
from tests.emulator.faults import (
    BILLED_TRANSPORT,
    RAW,
    TRANSPORT,
    Broken,
    Faults,
    Quotas,
    as_response,
    error_named,
    raise_named,
    unworded,
)
from tests.emulator.files import Files, page
from tests.emulator.models import MODELS
from tests.emulator.options import DEFAULTS, merged
from tests.emulator.pictures import Painter
from tests.emulator.schema import ApiError
from tests.emulator.texts import TEXT_MODELS, TextWish, write
from tests.emulator.wire import MOST_BYTES, Wish, model_named, read_wish

Work = Callable[[Request, dict[str, Any]], Awaitable[Response]]
_SHOWN = ("x-server-timeout", "user-agent", "x-goog-api-client", "content-type")
_TOKEN = "emulator-token"  # noqa: S105


class Service:
    """All that the emulator knows between two requests."""

    def __init__(self, folder: Path, options: dict[str, Any]) -> None:
        self.config = merged(DEFAULTS, options)
        self.journal: list[dict[str, Any]] = []
        self.faults, self.quotas, self.painter = Faults(), Quotas(), Painter()
        self.files = Files(folder)
        self.batches = Batches(folder, self.files, self.painter, self.enter)
        self._in_flight = self._queries = 0
        self._billed: set[str] = set()

    def enter(self, entry: dict[str, Any], bill: dict[str, Any] | None = None) -> dict[str, Any]:
        """Write a journal entry, with its bill if it has one."""
        first = {"n": len(self.journal) + 1, "time": time.time(), "in_flight": self._in_flight}
        self.journal.append(first | {"billed_micros": 0, "fault": "ok", "repeat": False} | entry)
        if bill:
            self.book(self.journal[-1], bill)
        return self.journal[-1]

    def book(self, entry: dict[str, Any], bill: dict[str, Any]) -> None:
        """Book what an answer cost; a second one of the same request is a repeat."""
        entry |= bill
        entry["repeat"] = entry["identity"] in self._billed
        self._billed.add(entry["identity"])
        self._queries += len(entry.get("search", ()))
        self.quotas.spend(bill["billed_micros"])

    def endpoint(self, kind: str, work: Work) -> Callable[[Request], Awaitable[Response]]:
        """A door: the key is looked at, the journal kept, errors put into words."""

        async def serve(request: Request) -> Response:
            self._in_flight += 1
            headers = {name: request.headers[name] for name in _SHOWN if name in request.headers}
            key = request.headers.get("x-goog-api-key")
            entry = self.enter({"kind": kind, "method": request.method, "path": request.url.path, "headers": headers})
            entry |= {"key_header": key is not None, "status": 0}
            try:
                response = await self._admitted(request, entry, work)
            except ApiError as error:
                response = as_response(error)
            finally:
                self._in_flight -= 1
            entry["seconds"] = round(time.time() - entry["time"], 4)
            if not isinstance(response, Broken):
                entry["status"] = response.status_code
            return response

        return serve

    async def _admitted(self, request: Request, entry: dict[str, Any], work: Work) -> Response:
        _authorise(request, self.config["bad_keys"])
        if entry["kind"] == "generate":
            return await work(request, entry)
        fault = entry["fault"] = self.faults.for_any(self.config["faults"])
        raise_named(fault, self.config)
        if broken := unworded(fault):
            return broken
        response = await work(request, entry) if fault not in ("closed", "hang") else Response()
        if fault in RAW:
            return Response(RAW[fault], media_type="application/json")
        return Broken(fault, await _whole(response)) if fault in TRANSPORT else response

    async def generate(self, request: Request, entry: dict[str, Any]) -> Response:
        """Answer one generateContent request."""
        vertex, name = "publishers" in request.url.path, request.path_params["model"]
        entry["model"] = name
        body = await read_json(request, MOST_BYTES)
        if name in TEXT_MODELS:
            return await write(self, request, entry, body)
        model = model_named(name, self.config["retired_on_vertex" if vertex else "retired"])
        wish = read_wish(body, model, self.files.picture, vertex)
        fault = self.faults.for_wish(self.config["faults"], wish)
        entry |= described(wish) | {"fault": fault, "parents": self.painter.parents(wish)}
        raise_named(fault, self.config, model.id)
        self.quotas.take(self.config, model.id)
        if broken := unworded(fault):
            return broken
        await self.think(wish, request)
        if fault in ("closed", "hang"):
            return Broken(fault)
        salt = self.faults.seen[wish.identity] + 1000 * int(self.config["seed"])
        free = int(self.config["free_queries"]) - self._queries
        answer = answered(wish, fault, salt, self.config | {"free_queries": free})
        draw = lambda: as_json(rendered(answer, self.painter, self.config))  # noqa: E731
        body = RAW[fault] if fault in RAW else await asyncio.to_thread(draw)
        self.book(entry, answer.bill)
        entry["delivered"] = fault not in TRANSPORT and not request.scope["extensions"]["transport"].is_closing()
        if fault in BILLED_TRANSPORT:
            return Broken(fault, body)
        return Response(body, media_type="application/json; charset=UTF-8")

    async def think(self, wish: Wish | TextWish, request: Request) -> None:
        """Take as long as the service would; 504 where the client's own limit comes first."""
        median, p99 = (float(self.config["latency"][name]) for name in ("median_seconds", "p99_seconds"))
        if median <= 0:
            return
        dice = random.Random(f"{self.config['seed']}{wish.identity}{self.faults.seen[wish.identity]}")  # noqa: S311
        seconds = dice.lognormvariate(math.log(median), math.log(max(1.0, p99 / median)) / 2.326)
        limit = float(request.headers.get("x-server-timeout", "inf"))
        await asyncio.sleep(min(seconds, limit))
        if seconds > limit:
            raise error_named("deadline", self.config)

    async def batch_create(self, request: Request, entry: dict[str, Any]) -> Response:
        """Create a batch, or fail as configured: before it exists, or after, the reply being lost."""
        body = await read_json(request, MOST_BYTES)
        model = model_named(request.path_params["model"], self.config["retired"])
        size = int(request.headers.get("content-length", 0))
        fault = self.batches.create_fault(self.config["batch"])
        entry |= {"model": model.id, "batch": None} | ({"fault": fault} if fault != "ok" else {})
        raise_named(fault, self.config, model.id)
        if broken := unworded(fault):
            return broken
        named = await asyncio.to_thread(self.batches.create, body, model, size, self.config)
        entry |= {"display_name": named["metadata"]["displayName"], "batch": named["name"]}
        entry["rows"] = int(named["metadata"]["batchStats"]["requestCount"])
        lost = {"reset_after_accept": "reset", "closed_after_accept": "closed", "hang_after_accept": "hang"}
        return Broken(lost[fault]) if fault in lost else JSONResponse(named)

    async def models(self, request: Request, _: dict[str, Any]) -> Response:
        """One model, or all that are not retired."""
        retired = self.config["retired"]
        if name := request.path_params.get("model"):
            return JSONResponse(model_named(name, retired).described())
        shown = [model.described() for model in MODELS.values() if model.id not in retired]
        return JSONResponse(page(shown, "models", request.query_params))

    async def token(self, request: Request) -> Response:
        """An access token for a service account's assertion."""
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        claims: dict[str, Any] = {}
        with contextlib.suppress(IndexError, ValueError, binascii.Error):
            middle = form.get("assertion", "").split(".")[1]
            claims = orjson.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        grant = form.get("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        if not grant or not claims.get("iss") or claims.get("exp", 0) < time.time():
            return JSONResponse({"error": "invalid_grant", "error_description": "Invalid JWT."}, 400)
        return JSONResponse({"access_token": _TOKEN, "expires_in": 3599, "token_type": "Bearer"})

    async def control(self, request: Request) -> Response:
        """The tests' own door: options in, journal and state out."""
        name = request.url.path.removeprefix("/_")
        self.batches.settle(self.config)
        if name == "journal":
            return Response(orjson.dumps(self.journal), media_type="application/json")
        if name == "configure":
            try:
                self.config = merged(self.config, orjson.loads(await request.body()))
            except ValueError as error:
                return JSONResponse({"error": str(error)}, 400)
            self.faults.restart_scripts()
            self.painter.reset()
        if name == "reset":
            self._reset()
        billed = sum(entry["billed_micros"] for entry in self.journal)
        return JSONResponse({"config": self.config, "billed_micros": billed, **self.batches.shown()})

    def _reset(self) -> None:
        self.config = merged(DEFAULTS, {})
        self.journal.clear()
        self._billed.clear()
        self._queries = 0
        self.faults.reset()
        self.quotas = Quotas()
        self.painter.reset()
        self.batches.clear()
        self.files.clear()


def application(folder: Path, options: dict[str, Any]) -> Starlette:
    """The emulator as an ASGI application, with its files in a folder."""
    service = Service(folder, options)
    files, batches, generate = service.files, service.batches, service.endpoint("generate", service.generate)
    control = [Route(f"/_{name}", service.control, methods=["POST"]) for name in ("configure", "reset")]
    control += [Route(f"/_{name}", service.control, methods=["GET"]) for name in ("journal", "state")]
    routes = [*control, Route("/token", service.token, methods=["POST"])]

    def door(path: str, method: str, kind: str, work: Work) -> None:
        routes.append(Route(path, service.endpoint(kind, work), methods=method.split()))

    for version in ("/v1", "/v1beta"):
        routes.append(Route(version + "/models/{model}:generateContent", generate, methods=["POST"]))
        door(version + "/models/{model}:batchGenerateContent", "POST", "batch_create", service.batch_create)
        door(version + "/models/{model}", "GET", "model_get", service.models)
        door(version + "/models", "GET", "model_list", service.models)
        door(version + "/batches/{name}:cancel", "POST", "batch_cancel", batches.cancel)
        door(version + "/batches/{name}", "GET", "batch_get", batches.get(service))
        door(version + "/batches/{name}", "DELETE", "batch_delete", batches.delete)
        door(version + "/batches", "GET", "batch_list", batches.listing(service))
        door(f"/upload{version}/files", "POST PUT", "file_upload", files.upload(service))
        for prefix in ("", "/download"):
            door(prefix + version + "/files/{name}:download", "GET", "file_download", batches.download)
        door(version + "/files/{name}", "GET", "file_get", files.get(service))
        door(version + "/files/{name}", "DELETE", "file_delete", files.delete)
        door(version + "/files", "GET", "file_list", files.listing(service))
    for version in ("/v1", "/v1beta1"):
        place = "/publishers/google/models/{model}:generateContent"
        for prefix in ("/projects/{project}/locations/{location}", ""):
            routes.append(Route(version + prefix + place, generate, methods=["POST"]))
    return Starlette(routes=routes, exception_handlers={404: _nowhere, 405: _nowhere})


async def read_json(request: Request, most: int) -> Any:
    """The body as JSON; ApiError when it is too long or no JSON."""
    body = await request.body()
    if len(body) > most:
        raise ApiError(400, f"Request payload size exceeds the limit: {most} bytes.")
    try:
        return orjson.loads(body)
    except ValueError as error:
        raise ApiError(400, f"Invalid JSON payload received. {error}") from error


def described(wish: Wish) -> dict[str, Any]:
    """What the journal keeps of a request."""
    return {
        "prompt_sha256": wish.prompt_sha256,
        "seed": wish.seed,
        "ratio": wish.ratio,
        "size": wish.size,
        "thinking": wish.thinking,
        "references": [picture.sha256 for picture in wish.pictures],
        "identity": wish.identity,
        "deprecated": list(wish.deprecated),
        "search": list(wish.search),
    }


async def _whole(response: Response) -> bytes:
    if isinstance(response, StreamingResponse):
        return b"".join([bytes(chunk) async for chunk in response.body_iterator if not isinstance(chunk, str)])
    return bytes(response.body)


def _authorise(request: Request, bad_keys: list[str]) -> None:
    key = request.headers.get("x-goog-api-key") or request.query_params.get("key")
    if key in bad_keys:
        raise error_named("api_key_invalid", {})
    if key:
        return
    if "publishers" in request.url.path:
        if request.headers.get("authorization") != f"Bearer {_TOKEN}":
            raise ApiError(401, "Request had invalid authentication credentials.")
        return
    # An upload's own address says who it is for.
    if "upload_id" not in request.query_params:
        raise ApiError(403, "Method doesn't allow unregistered callers (callers without established identity).")


async def _nowhere(request: Request, _: Exception) -> Response:
    return Response(f"<!DOCTYPE html><title>Error 404</title><p>{request.url.path}", 404, media_type="text/html")
