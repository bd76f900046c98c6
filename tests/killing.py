"""Runs of the small campaign that are killed: a warm process forks one child a run, so that a start costs nothing.

The child is real in all that matters to a crash: the SDK over HTTP, the desk, ledger, purse, shards, manifests and
bundles, all through the store. What is pure is remembered by the warm process: the plan, and what a picture's pixels
become; each child writes it down anew. `python -m tests.killing PROJECT` reads orders, one JSON line each.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from . import faulty

ROOT = Path(__file__).parents[1]


class Counter:
    """A provider's door that counts: it asks the emulator once for each request, and answers it alike ever after."""

    def __init__(self, url: str, seconds: float = 0.0) -> None:
        self.calls: list[str] = []
        """The key of each call: every child has its own, for what a dead one sent may be heard late."""
        self.seconds = seconds
        self._known: dict[str, tuple[int, bytes, str]] = {}
        self._lock, self._target = threading.Lock(), url
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._door())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes, str]:
        digest = hashlib.sha256(path.encode() + body).hexdigest()
        with self._lock:
            self.calls.append(headers["x-goog-api-key"])
            if digest not in self._known:
                said = httpx.post(self._target + path, content=body, headers=headers, timeout=60)
                self._known[digest] = (said.status_code, said.content, said.headers["content-type"])
        time.sleep(self.seconds)
        return self._known[digest]

    def _door(self) -> type[BaseHTTPRequestHandler]:
        counter = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                kept = ("x-goog-api-key", "content-type", "x-server-timeout")
                headers = {name: self.headers[name] for name in kept if name in self.headers}
                status, content, kind = counter.answer(self.path, body, headers)
                with contextlib.suppress(OSError):  # the caller has died
                    self.send_response(status)
                    self.send_header("content-type", kind)
                    self.send_header("content-length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        return Door


class Warm:
    """The warm process, as a test sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, store: str, after: float | None = None, fault: tuple[str, int] | None = None) -> dict[str, Any]:
        """One run in a child: killed `after` so many seconds, or failing at a write; its status, writes and seconds."""
        return self._ordered({"store": store, "after": after, "fault": fault, "days": [None]})[0]

    def run_beside(self, store: str, days: Sequence[date]) -> list[dict[str, Any]]:
        """A run for each of some days, all at once; all want the same pictures, whatever the day."""
        said = [day.isoformat() for day in days]
        return self._ordered({"store": store, "after": None, "fault": None, "days": said})

    def _ordered(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextlib.contextmanager
def warm(project: Path, url: str) -> Iterator[Warm]:
    """A warm process for a project whose provider is at this address."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "GEMINI_API_KEY": "AIza-kill"}
    environment["GOOGLE_GEMINI_BASE_URL"] = url
    command = [sys.executable, "-m", "tests.killing", str(project)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, **pipes)
    assert process.stdout is not None
    try:
        assert json.loads(process.stdout.readline()) == "warm"
        yield Warm(process)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            pipe.close() if pipe else None


class _Remembered:
    """What a picture becomes, by its request: made once, then written to each child's own store."""

    def __init__(self, develop: Any) -> None:
        self._develop, self._known = develop, {}

    def __call__(self, brief_json: str, work: Any) -> Any:
        from adlocalizer.bundling import region_folder
        from adlocalizer.planning import Brief
        from adlocalizer.store import Ledger, Store

        run = Brief.model_validate_json(brief_json).run
        store, key = Store(run.store_url), (work.answer.sha256, *(fit.format_id for fit in work.fits))
        Ledger(store).picture(work.answer)
        if key not in self._known:
            made, folder = self._develop(brief_json, work), region_folder(run, work.grounded.creative.region)
            paths = [finding.evidence for finding in made.findings if (finding.evidence or "").startswith("runs/")]
            paths += [f"{folder}/{file.asset.file}" for file in made.files]
            self._known[key] = (made, {path.removeprefix(run.path): store.read(path) for path in paths})
            return made
        made, written = self._known[key]
        for path, content in written.items():
            store.write(run.path + path, content)
        return made


async def make(ordered: Any, store_url: str, data: Path, day: str | None = None) -> None:
    """The run itself, without Prefect, catalogue and report: what `tasks` and `flows` call, in their order."""
    from adlocalizer.bundling import BundleExtras, deliver_region
    from adlocalizer.loading import keep_pictures
    from adlocalizer.making import Purchase, make_shard, open_studio, read_outcomes, refile, write_plan
    from adlocalizer.making.purse import Caps
    from adlocalizer.making.turns import alone_in
    from adlocalizer.progress import Tally
    from adlocalizer.publishing.delivery import disclosures
    from adlocalizer.store import Store

    store, brief = Store(store_url), ordered.plan.brief
    run = brief.run.model_copy(update={"store_url": store_url})
    run = run.model_copy(update={"logical_date": date.fromisoformat(day)}) if day else run
    plan = ordered.plan.model_copy(update={"brief": brief.model_copy(update={"run": run})})
    async with alone_in(store, run, Tally()):
        store.remove_leftovers()
        keep_pictures(store, ordered.loaded.pictures)
        write_plan(store, plan)
        refile(store, plan)
        async with open_studio(plan, data, Purchase(Caps(90_000_000, None))) as studio:
            for shard in plan.wanted_shards():
                await make_shard(studio, shard)
        words = {one.creative.locale: one.copy_row for one in plan.creatives}
        for region in plan.regions():
            extras = BundleExtras(words, plan.brief.formats, disclosures(plan))
            deliver_region(store, run, region, read_outcomes(store, run, region), extras)


def _child(order: dict[str, Any], ordered: Any, data: Path, started: tuple[str | None, int]) -> None:
    """Run, and say how many writes there were; only this function ends the process."""
    from adlocalizer import pool
    from adlocalizer.errors import AdlocalizerError
    from adlocalizer.store import claims

    claims.BEAT_SECONDS, claims.DEAD_SECONDS = 0.1, 0.4  # a minute's watching in less than a second
    os.environ["GEMINI_API_KEY"] = _key_of(os.getpid())
    threads, status, (day, said) = ThreadPoolExecutor(2), 0, started
    pool._pool = lambda: threads  # type: ignore[assignment]  # a pool's processes take seconds to start
    faults = faulty.Faults(*(order["fault"] or ()))
    if order["store"].startswith("faulty://"):
        faulty.FaultyBucket.faults = faults
    else:
        faulty.spoil_disk(faults)
    try:
        asyncio.run(make(ordered, order["store"], data, day))
    except AdlocalizerError as error:
        sys.stderr.write(f"{error}\n")
        status = error.exit_code
    except BaseException:
        traceback.print_exc()
        status = 1
    os.pwrite(said, str(faults.writes).encode(), 0)
    os._exit(status)


def _key_of(number: int) -> str:
    return f"AIza-kill-{number}"


def _fork(order: dict[str, Any], ordered: Any, data: Path, day: str | None) -> Callable[[], dict[str, Any]]:
    began, said = time.monotonic(), os.memfd_create("writes")
    number = os.fork()
    if not number:
        _child(order, ordered, data, (day, said))
    if order["after"] is not None:
        time.sleep(order["after"])
        os.kill(number, signal.SIGKILL)
    return lambda: _ended(number, began, said)


def _ended(number: int, began: float, said: int) -> dict[str, Any]:
    _, ended, used = os.wait4(number, 0)
    writes = int(os.pread(said, 20, 0) or 0)
    os.close(said)
    times = {"key": _key_of(number), "seconds": time.monotonic() - began, "cpu_seconds": used.ru_utime + used.ru_stime}
    return {"status": os.waitstatus_to_exitcode(ended), "writes": writes, **times}


def main() -> None:
    """Read and plan, make every picture once, then fork a child for each line."""
    from adlocalizer.making import developing
    from adlocalizer.ordering import plan_order

    from . import projects

    project = Path(sys.argv[1])
    out, sys.stdout = sys.stdout, sys.stderr
    ordered = plan_order(projects.small_order(project, max_cost=90.0))
    developing.develop = _Remembered(developing.develop)  # type: ignore[assignment]
    import adlocalizer.pool

    threads = ThreadPoolExecutor(2)
    adlocalizer.pool._pool = lambda: threads  # type: ignore[assignment]
    asyncio.run(make(ordered, str(project / "first"), project / "data"))
    threads.shutdown()
    gc.freeze()  # or every child would look through all of this for garbage, and so have a copy of it
    print(json.dumps("warm"), file=out, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        started = [_fork(order, ordered, project / "data", day) for day in order["days"]]
        print(json.dumps([end() for end in started]), file=out, flush=True)


if __name__ == "__main__":
    main()
