"""Batches: created whole or not at all, done after a while, their rows drawn only as they are read."""

from __future__ import annotations

import random
import secrets
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from tests.emulator.answers import Answered, answered, as_json, rendered
from tests.emulator.faults import TRANSPORT, by_chance, error_named, named
from tests.emulator.files import Files, page, stamp, write_whole
from tests.emulator.models import MODELS, Model
from tests.emulator.pictures import Painter
from tests.emulator.schema import ApiError, read_message
from tests.emulator.wire import read_wish

if TYPE_CHECKING:
    from tests.emulator.app import Service, Work

MOST_INLINE_BYTES = 20_000_000
MOST_AT_ONCE = 100
_RPC_CODES = {400: 3, 403: 7, 404: 5, 429: 8, 499: 1, 500: 13, 503: 14, 504: 4}
_TYPE = "type.googleapis.com/google.ai.generativelanguage.v1.GenerateContentBatch"
_HOW = {"free_queries": 9, "thought_tokens": None}
"""Rows of a batch think as long as they like, and are not made to pay for searches."""
_DONE = ("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED")


class Batches:
    """The batches of a project, their rows in a folder."""

    def __init__(self, folder: Path, files: Files, painter: Painter, enter: Callable[..., Any]) -> None:
        self.folder = folder / "batches"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._index = folder / "batches.json"
        self._files, self._painter, self._enter = files, painter, enter
        self._config: dict[str, Any] = {}
        self._lock = threading.RLock()
        self._records: dict[str, dict[str, Any]] = (
            orjson.loads(self._index.read_bytes()) if self._index.exists() else {}
        )
        self._inlined: dict[str, list[Any]] = {}

    def clear(self) -> None:
        """Forget every batch."""
        self._records.clear()
        self._inlined.clear()
        shutil.rmtree(self.folder)
        self.folder.mkdir()

    def shown(self) -> dict[str, Any]:
        """What tests may know: every batch with its state, deleted ones too."""
        return {"batches": [each | {"rows": len(each["rows"])} for each in self._records.values()]}

    def create_fault(self, options: dict[str, Any]) -> str:
        """The fault of the next create: a list is used up, a single one stays."""
        fault = options["create_fault"]
        if isinstance(fault, list):
            return named(fault.pop(0)) if fault else "ok"
        return named(fault or "ok")

    def create(self, body: Any, model: Model, size: int, config: dict[str, Any]) -> dict[str, Any]:
        """The operation of a new batch; ApiError when any of its rows is not a request."""
        asked = read_message(body, "BatchCreate", "").get("batch", {})
        source = asked.get("inputConfig", {})
        if not asked.get("displayName"):
            raise ApiError(400, "batch.display_name is required.")
        if ("fileName" in source) == ("requests" in source):
            raise ApiError(400, "batch.input_config needs either a file name or requests.")
        if "requests" in source and size >= MOST_INLINE_BYTES:
            raise ApiError(400, f"Inline requests exceed the limit of {MOST_INLINE_BYTES} bytes: use a file.")
        busy = [record for record in self._records.values() if self._state(record) not in _DONE]
        if len(busy) >= MOST_AT_ONCE:
            raise ApiError(429, f"At most {MOST_AT_ONCE} batches may run at once.")
        name, options = secrets.token_hex(10), {**config["batch"]}
        rows = self._rows_of(source, name)
        record = {"name": f"batches/{name}", "model": model.id, "display_name": asked["displayName"]}
        record |= {"created": time.time(), "ended": None, "options": options, "settled": False, "deleted": False}
        record |= {"inline": "requests" in source, "state": "", "rows": self._planned(rows, model, options, config)}
        with self._lock:
            self._records[name] = record
            self._keep()
        return self._operation(record)

    def get(self, service: Service) -> Work:
        """One batch."""

        async def work(request: Request, _: dict[str, Any]) -> Response:
            self.settle(service.config)
            record = self._known(request.path_params["name"])
            return Response(as_json(self._operation(record)), media_type="application/json")

        return work

    def listing(self, service: Service) -> Work:
        """Batches, newest first; the youngest are missing as long as the list lags."""

        async def work(request: Request, _: dict[str, Any]) -> Response:
            self.settle(service.config)
            shown = [
                self._operation(record)
                for record in reversed(self._records.values())
                if not record["deleted"] and time.time() >= record["created"] + record["options"]["list_lag_seconds"]
            ]
            found = page(shown, "operations", request.query_params)
            return Response(as_json(found), media_type="application/json")

        return work

    async def cancel(self, request: Request, _: dict[str, Any]) -> Response:
        """Cancel a batch that is not done; nothing of it is billed."""
        record = self._known(request.path_params["name"])
        if self._state(record) not in _DONE:
            record |= {"state": "CANCELLED", "ended": time.time()}
            self._keep()
        return JSONResponse({})

    async def delete(self, request: Request, _: dict[str, Any]) -> Response:
        """Delete a batch and its output."""
        self._known(request.path_params["name"])["deleted"] = True
        self._keep()
        return JSONResponse({})

    async def download(self, request: Request, _: dict[str, Any]) -> Response:
        """The output of a batch as a stream, each row drawn as it goes."""
        name = request.path_params["name"]
        if request.query_params.get("alt") != "media":
            raise ApiError(400, "Only alt=media is supported.")
        if not name.startswith("batch-"):
            self._files.path(name)
            raise ApiError(400, "Only generated files can be downloaded.")
        record = self._known(name.removeprefix("batch-"))
        if self._state(record) != "SUCCEEDED" or record["inline"]:
            raise ApiError(403, f"You do not have permission to access the File {name} or it may not exist.")
        return StreamingResponse(self._lines(record), media_type="application/octet-stream")

    def settle(self, config: dict[str, Any]) -> None:
        """Bill the rows of every batch that has succeeded by now."""
        self._config = config
        for record in list(self._records.values()):
            state = self._state(record)
            if state not in _DONE or record["settled"]:
                continue
            record |= {"settled": True, "state": state, "ended": record["ended"] or time.time()}
            for row in record["rows"] if state == "SUCCEEDED" else ():
                common = {"kind": "batch_row", "batch": record["name"], "key": row["key"], "model": record["model"]}
                common |= {name: row[name] for name in ("identity", "fault", "prompt_sha256", "ratio", "size", "seed")}
                self._enter(common | {"status": row["code"]}, row["bill"] if row["code"] == 200 else None)
            self._keep()

    def _rows_of(self, source: dict[str, Any], name: str) -> Path:
        """The rows of a create as lines in a file of its own."""
        path = self.folder / f"{name}.jsonl"
        if "fileName" in source:
            shutil.copyfile(self._input(source["fileName"]), path)
            return path
        rows = source["requests"].get("requests", [])
        with path.open("wb") as lines:
            for at, row in enumerate(rows):
                tree = {"key": str((row.get("metadata") or {}).get("key", at)), "request": row.get("request")}
                lines.write(orjson.dumps(tree) + b"\n")
        return path

    def _input(self, name: str) -> Path:
        try:
            return self._files.path(name)
        except ApiError as error:
            raise ApiError(400, f"The input file {name} does not exist or has expired.") from error

    def _planned(
        self, path: Path, model: Model, options: dict[str, Any], config: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """What each row will come to; ApiError, and no batch, when one is malformed."""
        plans: list[dict[str, Any]] = []
        keys: set[str] = set()
        try:
            for at, (row, start) in enumerate(_rows(path)):
                wish = read_wish(row.get("request"), model, self._files.picture)
                if row.get("key", str(at)) in keys:
                    raise ApiError(400, f"the key {row['key']} is given twice")
                plan = _plan(row.get("key", str(at)), wish.identity, options, config)
                bill = answered(wish, plan["fault"], plan["salt"], _HOW, batch=True).bill
                plan |= {"start": start, "bill": bill, "prompt_sha256": wish.prompt_sha256}
                plans.append(plan | {"ratio": wish.ratio, "size": wish.size, "seed": wish.seed})
                keys.add(plan["key"])
        except (ApiError, ValueError) as error:
            path.unlink()
            raise ApiError(400, f"Row {len(plans) + 1} is not valid: {error}") from error
        if not plans:
            raise ApiError(400, "The batch has no requests.")
        if options["shuffle"]:
            random.Random(str(config["seed"])).shuffle(plans)  # noqa: S311
        return plans

    def _answer(self, record: dict[str, Any], row: dict[str, Any]) -> Answered:
        path = self.folder / f"{record['name'].removeprefix('batches/')}.jsonl"
        with path.open("rb") as lines:
            lines.seek(row["start"])
            tree = orjson.loads(lines.readline())
        wish = read_wish(tree["request"], MODELS[record["model"]], self._files.picture)
        bare = answered(wish, row["fault"], row["salt"], _HOW, batch=True)
        return bare._replace(response_id=row["bill"]["response_id"])

    def _results(self, record: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        for row in record["rows"]:
            if row["code"] == 200:
                yield row["key"], {"response": rendered(self._answer(record, row), self._painter, self._config)}
            elif row["code"]:
                error = error_named(row["fault"], {}) or ApiError(500, "Internal error.")
                yield row["key"], {"error": {"code": _RPC_CODES[error.code], "message": str(error)}}

    def _lines(self, record: dict[str, Any]) -> Iterator[bytes]:
        for at, (key, result) in enumerate(self._results(record)):
            # The order of a row's fields is not promised.
            yield as_json({"key": key} | result if at % 2 else result | {"key": key}) + b"\n"

    def _operation(self, record: dict[str, Any]) -> dict[str, Any]:
        state, name = self._state(record), record["name"].removeprefix("batches/")
        done, counts = state in _DONE, Counter(row["code"] == 200 for row in record["rows"])
        stats = {"requestCount": len(record["rows"]), "pendingRequestCount": 0 if done else len(record["rows"])}
        finished = counts if state == "SUCCEEDED" else Counter[bool]()
        stats |= {"successfulRequestCount": finished[True], "failedRequestCount": finished[False]}
        told = {"@type": _TYPE, "model": f"models/{record['model']}", "displayName": record["display_name"]}
        told |= {"name": record["name"], "state": f"BATCH_STATE_{state}"}
        told["batchStats"] = {key: str(count) for key, count in stats.items()}
        told |= {"createTime": stamp(record["created"]), "updateTime": stamp(record["ended"] or time.time())}
        tree: dict[str, Any] = {"name": record["name"], "metadata": told, "done": done}
        if done:
            tree["metadata"]["endTime"] = stamp(record["ended"] or time.time())
        if state == "SUCCEEDED" and record["inline"]:
            tree["metadata"]["output"] = {"inlinedResponses": {"inlinedResponses": self._inline(record)}}
        elif state == "SUCCEEDED":
            tree["metadata"]["output"] = {"responsesFile": f"files/batch-{name}"}
        elif state in ("FAILED", "EXPIRED", "CANCELLED"):
            tree["error"] = {"code": {"CANCELLED": 1, "EXPIRED": 4}.get(state, 13), "message": f"The batch {state}."}
        return tree

    def _inline(self, record: dict[str, Any]) -> list[Any]:
        if record["name"] not in self._inlined:
            rows = [result | {"metadata": {"key": key}} for key, result in self._results(record)]
            self._inlined[record["name"]] = rows
        return self._inlined[record["name"]]

    def _state(self, record: dict[str, Any]) -> str:
        if record["state"]:
            return str(record["state"])
        options, age = record["options"], time.time() - record["created"]
        outcome, seconds = options["outcome"], float(options["seconds"])
        if outcome == "stuck":
            outcome = self._config.get("batch", options)["outcome"]  # a later option sets it free
        if outcome == "stuck" or age < seconds / 3:
            return "PENDING"
        if age < seconds:
            return "RUNNING"
        return "SUCCEEDED" if outcome == "partial" else str(outcome).upper()

    def _known(self, name: str) -> dict[str, Any]:
        record = self._records.get(name)
        if record is None or record["deleted"]:
            raise ApiError(404, f"Requested entity was not found: batches/{name}")
        return record

    def _keep(self) -> None:
        with self._lock:
            write_whole(self._index, orjson.dumps(self._records))


def _rows(path: Path) -> Iterator[tuple[dict[str, Any], int]]:
    start = 0
    with path.open("rb") as lines:
        for line in lines:
            if line.strip():
                yield read_message(orjson.loads(line), "FileRow", ""), start
            start += len(line)


def _plan(key: str, identity: str, options: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """A row's fate: its code is 200, an error's, or 0 when it will be missing."""
    chance, faults = f"{config['seed']}{identity}{key}", options["row_faults"]
    mix = {name: value for name, value in faults.items() if not isinstance(value, str)}
    fault = named(faults[key]) if isinstance(faults.get(key), str) else by_chance(mix, chance)
    dice = random.Random(f"row {chance}")  # noqa: S311
    if options["outcome"] == "partial" and not faults and dice.random() < 1 / 3:
        fault = "internal"
    code = error.code if (error := error_named(fault, {})) else 500 if fault in TRANSPORT else 200
    if dice.random() < options["missing_rows"]:
        code = 0
    salt = dice.randrange(2**30)
    return {"key": key, "identity": identity, "fault": fault, "code": code, "salt": salt}
