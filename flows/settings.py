"""Prefect settings that cut start-up time, lost history and noise: defaults nobody has to know of."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from adlocalizer.logs import log_lines

_DEFAULTS = {
    # The ephemeral server of a cold machine takes longer than the 20 s Prefect waits.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    # One event per transaction is the default: it costs 50 ms a task run, and the ephemeral server loses most of them.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "2",
    "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": "200",
    # Kept in memory, a run's place in the queue is gone with the server's process, and Prefect ends a run that goes on.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "flows.leases",
    # Four minutes of asking, each time after twice as long: a server that is started anew is back by then.
    "PREFECT_CLIENT_MAX_RETRIES": "7",
    # One ledger: ours. Prefect keeps no results.
    "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "adlocalizer",
    "PREFECT_EVENTS_WORKER_MAX_QUEUE_SIZE": "50000",
    # A killed run is found after 90 seconds instead of nine minutes.
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}
_QUIET = {
    # The command line speaks for itself; Prefect's own lines, tracebacks among them, are for servers.
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_CLI_COLORS": "false",
}


def apply_defaults() -> None:
    """Set what the environment leaves open."""
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)


def start_server() -> None:
    """Start the server that Prefect starts for a process that names none, and wait until it answers."""
    from prefect.settings import get_current_settings

    said = get_current_settings()
    if said.api.url is None and said.server.ephemeral.enabled:
        from prefect.server.api.server import SubprocessASGIServer

        with _without_ctrl_c():
            SubprocessASGIServer().start()


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """What is started here never hears Ctrl-C, which a terminal sends to all: the run ends it when it ends itself."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def stop_server() -> None:
    """End the server that Prefect started for this process, if it did: nobody else would."""
    server = sys.modules.get("prefect.server.api.server")
    for one in list(getattr(getattr(server, "SubprocessASGIServer", None), "_instances", {}).values()):
        one.stop()


def apply_quiet() -> None:
    """Keep Prefect's log off the terminal, unless the environment asks for it."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)


def apply_log() -> None:
    """Write log lines as JSON to standard error if `ADLOCALIZER_LOG` is `json`."""
    if os.environ.get("ADLOCALIZER_LOG") == "json":
        log_lines(sys.stderr)
