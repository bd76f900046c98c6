"""`adlocalizer serve`: forms, schedules and runs of a project, from one process."""

from __future__ import annotations

import os
from datetime import date
from typing import Annotated

import typer

from adlocalizer.cli.reports_site import serve_reports
from adlocalizer.cli.showing import print_line
from adlocalizer.config.deployments import Deployment, read_deployments
from adlocalizer.errors import ConfigError
from adlocalizer.order import REPORTS_URL, open_project, take_order

Limit = Annotated[
    int, typer.Option("--limit", metavar="N", min=1, help="Most runs at once; each takes the cores it finds.")
]
Port = Annotated[
    int, typer.Option("--port", metavar="N", min=1, max=65535, help="Port of the server, if one is started.")
]
Host = Annotated[
    str, typer.Option("--host", metavar="NAME", help="Who may reach what is served: 127.0.0.1 is this machine.")
]

ReportsPort = Annotated[
    int, typer.Option("--reports-port", metavar="N", min=1, max=65535, help="Where runs link to; serves the reports.")
]
MetricsPort = Annotated[
    int | None, typer.Option("--metrics-port", metavar="N", min=1, max=65535, help="Serve OpenMetrics there as well.")
]


def serve(
    limit: Limit = 1,
    port: Port = 4200,
    host: Host = "127.0.0.1",
    reports_port: ReportsPort = 4201,
    metrics_port: MetricsPort = None,
) -> None:
    """Serve every form and schedule of prefect.yaml until stopped. Starts a Prefect server unless one is configured."""
    project = open_project()
    found = read_deployments(project.root)
    os.environ.setdefault("ADLOCALIZER_PROJECT", str(project.root))
    print_line("starting; this takes half a minute")
    if metrics_port is not None:
        serve_metrics(host, metrics_port)
    if not os.environ.get(REPORTS_URL):
        serve_reports(host, reports_port)
    from flows.serving import Address, configured_api, serve_all, server_at

    if api := configured_api():
        _show(found, api.removesuffix("/api"))
        serve_all(found, limit)
        return
    address = Address(host, port)
    with server_at(address):
        _show(found, address.url)
        serve_all(found, limit)


def serve_metrics(host: str, port: int) -> None:
    """Answer whoever collects metrics, from a thread beside; ConfigError when the port is taken."""
    from prometheus_client import CollectorRegistry, start_http_server

    from adlocalizer.publishing.metrics import LatestRuns

    registry = CollectorRegistry(auto_describe=False)
    registry.register(LatestRuns(take_order("any", date.min).store_url))  # of no campaign and no day
    try:
        start_http_server(port, host, registry)
    except OSError as error:
        raise ConfigError(
            "--metrics-port", f"{port} cannot be listened at: {error.strerror}", "name another"
        ) from error
    print_line(f"metrics: http://{host}:{port}/metrics")


def _show(found: tuple[Deployment, ...], url: str) -> None:
    print_line(f"open {url}/deployments and press Run, then Custom run; stop with Ctrl-C")
    for one in found:
        times = ", ".join(f"{line.cron} {line.timezone}" for line in one.schedules if line.active)
        print_line(f"  {one.name}{f': {times}' if times else ''}")
