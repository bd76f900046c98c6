"""Reports over HTTP: what the link of a run opens, and nothing else of the machine."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from adlocalizer.cli.reports_site import site
from adlocalizer.order import REPORTS_URL, report_link

LINK = "https://ads.example.com/reports"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "secret.txt").write_text("no report")
    reports = tmp_path / "reports"
    for day in ("2026-12-01", "2026-12-02"):
        (reports / "spring & more" / day).mkdir(parents=True)
        (reports / "spring & more" / day / "index.html").write_text(f"<p>of {day}</p>")
    monkeypatch.setenv("ADLOCALIZER_REPORTS", str(reports))
    return reports


@pytest.fixture
def client(folder):
    return TestClient(site(), base_url="http://127.0.0.1:4201", follow_redirects=False)


def test_the_first_page_lists_every_report_the_latest_day_first(client):
    text = client.get("/").text
    assert text.index("2026-12-02/index.html") < text.index("2026-12-01/index.html")
    assert "spring &amp; more/2026-12-01" in text


def test_a_report_is_shown_as_it_was_written(client):
    assert client.get("/spring & more/2026-12-01/index.html").text == "<p>of 2026-12-01</p>"


def test_before_the_first_run_the_page_says_so(folder, client):
    import shutil

    shutil.rmtree(folder)
    assert "none yet" in client.get("/").text


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/spring & more/../../secret.txt"])
def test_nothing_outside_the_folder_is_shown(client, path):
    assert client.get(path).status_code == 404


def test_a_request_by_another_sites_name_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_name_that_is_said_to_lead_here_may_be_asked_for(folder, monkeypatch):
    monkeypatch.setenv(REPORTS_URL, LINK)
    assert TestClient(site(), base_url="https://ads.example.com").get("/").status_code == 200


def test_a_link_leads_to_where_reports_are_served(folder, monkeypatch):
    monkeypatch.setenv(REPORTS_URL, f"{LINK}/")
    page = folder / "spring & more/2026-12-01/index.html"
    assert report_link(str(page)) == f"{LINK}/spring%20%26%20more/2026-12-01/index.html"


def test_a_report_elsewhere_is_linked_as_a_file(folder, tmp_path, monkeypatch):
    monkeypatch.setenv(REPORTS_URL, LINK)
    assert report_link(str(tmp_path / "else/index.html")).startswith("file:///")


def test_a_port_that_is_taken_is_one_sentence(folder, monkeypatch):
    import socket

    from adlocalizer.cli.reports_site import serve_reports
    from adlocalizer.errors import ConfigError

    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ConfigError, match="--reports-port"):
        serve_reports("127.0.0.1", taken.getsockname()[1])
