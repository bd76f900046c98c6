"""What every test may rely on: no network, no key, no settings of the machine it runs on, Prefect asleep."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import certifi
import httpx
import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
# A test that starts a process hands it functions of `tests.…`: the process must find them.
sys.path.insert(0, str(ROOT))

from tests.browsing import browser  # noqa: E402 - found by the path above
from tests.emulator import Emulator, running  # noqa: E402
from tests.homes import furnish  # noqa: E402
from tests.warming import Warm, warmed  # noqa: E402

EMULATOR_KEY = "AIza-never-to-be-seen-0123456789"

_PREFECT_HOME = tempfile.mkdtemp(prefix="adlocalizer-prefect-")
atexit.register(shutil.rmtree, _PREFECT_HOME, ignore_errors=True)


def _one_certificate() -> str:
    """A file with one authority: httpx reads all there are for every client, 20 ms each time, and nothing here asks."""
    end = "-----END CERTIFICATE-----\n"
    first, _, _ = Path(certifi.where()).read_text("utf-8").partition(end)
    file = Path(_PREFECT_HOME) / "certificate.pem"
    file.write_text(first + end, "utf-8")
    return str(file)


# Set before anything imports Prefect. Without ephemeral mode a forgotten flow call fails at once
# instead of starting a server.
_QUIET = {
    "PREFECT_HOME": _PREFECT_HOME,
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "SSL_CERT_FILE": _one_certificate(),
    "ADLOCALIZER_CACHE": str(ROOT / "build" / "cache" / "adlocalizer"),
}
_UNIT = {"PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false", "PREFECT_LOGGING_TO_API_ENABLED": "false"}
_FOREIGN = ("OPEN_METEO_", "PREFECT_", "ADLOCALIZER_", "GEMINI_", "GOOGLE_")

for _name in [name for name in os.environ if name.startswith(_FOREIGN) and name != "ADLOCALIZER_SOAK"]:
    del os.environ[_name]
# Whoever tells Python to keep no compiled modules would have every process of the suite compile all of ours again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ.update(_QUIET | _UNIT)


# An example's time is the machine's, not the code's: on a busy one the usual 200 ms say nothing.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


# Thousands of tests stay in memory: to look through them for garbage every 700 objects took a ninth of the time.
gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def shell() -> dict[str, str]:
    """The environment of a user's shell, for commands run as subprocesses: Prefect may start a server of its own."""
    return {name: value for name, value in os.environ.items() if name not in _UNIT}


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory, shell) -> Iterator[tuple[str, dict[str, str]]]:
    """`prefect server start`, as somebody runs it beside the pipeline."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = str(furnish(tmp_path_factory.mktemp("server")))
    url = f"http://127.0.0.1:{port}/api"
    environment = {**shell, "PREFECT_HOME": home, "PREFECT_SERVER_LOGGING_LEVEL": "WARNING", "PREFECT_UI_API_URL": url}
    command = [str(Path(sys.executable).with_name("prefect")), "server", "start", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_healthy(url)
        yield url, {**environment, "PREFECT_API_URL": url}
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def prefect_server(prefect_api) -> Iterator[None]:
    """Point this process, too, at the started server, for all tests marked `integration`."""
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: prefect_api[0]}):
        yield


@pytest.fixture(scope="session")
def warm(prefect_api) -> Iterator[Warm]:
    """A process that forks commands, which report to the started server."""
    with warmed(prefect_api[1]) as process:
        yield process


def _wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise AssertionError("the server did not start")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The system's Chromium, once for a module: while Playwright is awake, nothing here may start an event loop."""
    with browser() as started:
        yield started


@pytest.fixture
def user_env(tmp_path: Path, shell: dict[str, str]) -> dict[str, str]:
    """A user's shell with a store and a report folder of its own."""
    folders = {"ADLOCALIZER_STORE": "store", "ADLOCALIZER_REPORTS": "reports"}
    return shell | {name: str(tmp_path / folder) for name, folder in folders.items()}


def pytest_configure(config: pytest.Config) -> None:
    """Keep groups together however pytest-xdist is asked for, and their order, which is ours."""
    if config.getoption("dist", "no") == "load":
        config.option.dist = "loadgroup"
    config.option.loadscopereorder = False


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Send a group to one worker, and of what has no group a file: what its tests share is made once, not once each."""
    from xdist.scheduler import LoadGroupScheduling

    class ByFile(LoadGroupScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return super()._split_scope(nodeid).partition("::")[0]

    return ByFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all that needs a server on one worker, and files with slow tests first: no worker is left with one."""
    for item in items:
        if item.get_closest_marker("integration"):
            item.add_marker(pytest.mark.xdist_group("runs"))
            item.fixturenames.insert(0, "prefect_server")
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.get_closest_marker("integration") is None, item.path not in slow))


def pytest_collection_finish() -> None:
    """Leave the tests themselves to the end of the process: none of them is garbage before."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Fail a browser test that skips itself in CI: there, Chromium is a requirement."""
    report = yield
    if report.skipped and os.environ.get("CI") and item.get_closest_marker("browser"):
        report.outcome, report.longrepr = "failed", "browser tests may not be skipped in CI: install chromium"
    return report


@pytest.fixture(scope="session")
def emulator_process() -> Iterator[Emulator]:
    """One double of the Gemini API for all tests of a worker."""
    with running() as emulator:
        yield emulator


@pytest.fixture
def emulator(emulator_process, monkeypatch) -> Emulator:
    """The double, well behaved and with an empty journal, and this process's environment pointing at it."""
    emulator_process.reset()
    monkeypatch.setenv("GEMINI_API_KEY", EMULATOR_KEY)
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", emulator_process.url)
    return emulator_process
