"""Object stores: what is made there is what a folder would hold, byte for byte, and trouble is said in words."""

from __future__ import annotations

import logging
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import fsspec
import httpx
import pytest
from fsspec.implementations.local import LocalFileSystem

from adlocalizer.catalogue import read_runs, replace_run
from adlocalizer.cli.main import run_command
from adlocalizer.errors import StoreError
from adlocalizer.pool import _here
from adlocalizer.publishing import region_outcomes
from adlocalizer.store import Ledger, Store
from adlocalizer.store.sweeping import Terms, find_waste
from adlocalizer.store.verifying import verify

from . import buckets, google_buckets, projects
from .commands import call
from .deliveries import Delivered, run_and_deliver
from .test_backfill import SOAK, in_a_process
from .test_catalogue import rows, run_of
from .test_store import PICTURE, reply, request, write_until_full

# gcsfs hands aiohttp bytes, which aiohttp would rather have as a stream.
pytestmark = pytest.mark.filterwarnings("ignore:Sending a large body directly:ResourceWarning")
MARKERS = ("manifest.json", "manifest.csv", "manifest.parquet", ".zip")


@pytest.fixture(scope="module")
def s3():
    with buckets.running_buckets() as url:
        yield url


@pytest.fixture(scope="module")
def gs():
    pytest.importorskip("gcsfs")
    with google_buckets.running_cloud() as url:
        yield url


@pytest.fixture(scope="module", params=["s3", "gs"])
def bucket(request) -> str:
    request.getfixturevalue(request.param)
    return f"{request.param}://ads"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("objects") / "project"
    return projects.make_project(folder, cities=["jp-tokyo"], formats=["gads_upload_300x250", "gads_upload_250x250"])


@pytest.fixture(scope="module")
def local(project) -> Delivered:
    return run_and_deliver(project)


@pytest.fixture(scope="module")
def remote(project, bucket) -> Delivered:
    said: list[str] = []
    listener = logging.Handler(logging.INFO)
    listener.emit = lambda record: said.append(record.getMessage())
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(listener)
    root.setLevel(logging.INFO)
    try:
        made = run_and_deliver(project, store_url=f"{bucket}/a/store")
    finally:
        root.removeHandler(listener)
        root.setLevel(before)
    made.said = "\n".join(said)
    return made


@pytest.mark.slow
def test_a_run_in_a_bucket_delivers_the_same_bytes_as_one_in_a_folder(local, remote):
    assert local.counts == remote.counts
    assert remote.files(*MARKERS) == local.files(*MARKERS)
    assert len(local.files(".zip")) == 1


@pytest.mark.slow
def test_a_run_in_memory_delivers_the_same_bytes_as_one_in_a_folder(local, project):
    try:
        made = run_and_deliver(project, store_url="memory://a-run")
    finally:
        _here.clear()  # other tests' work belongs into processes
    assert made.files(*MARKERS) == local.files(*MARKERS)
    assert read_runs("memory://a-run", "renditions").num_rows == 2


@pytest.mark.slow
def test_a_second_run_in_a_bucket_asks_nothing(remote, project):
    assert remote.tally.calls == 2
    assert run_and_deliver(project, store_url=remote.order.store_url).tally.calls == 0


@pytest.mark.slow
def test_the_catalogue_of_a_run_in_a_bucket_is_there_as_well(local, remote):
    assert read_runs(remote.order.store_url, "renditions").num_rows == local.counts.planned
    assert read_runs(remote.order.store_url, "attempts").num_rows == remote.tally.calls


@pytest.mark.slow
def test_a_store_in_a_bucket_is_verified_and_has_its_waste_found(remote):
    store = Store(remote.order.store_url)
    assert verify(store).damage == ()
    gone = "runs/small/2026-12-01/APAC/assets/google/gads_upload_300x250/gone.jpg"
    store.write(gone, b"an ad of before")
    later = Terms(datetime.now(UTC) + timedelta(hours=1), timedelta(0))
    assert [one.path for one in find_waste(store, later)] == [gone]
    store.remove(gone)


@pytest.mark.slow
def test_no_credential_is_in_what_a_run_logs_or_keeps(remote):
    kept = b"\n".join(remote.files("").values())
    for secret in (buckets.KEY, buckets.SECRET):
        assert secret not in remote.said
        assert secret.encode() not in kept


def made_of_demo(url: str) -> tuple[dict[str, bytes], list[dict[str, object]]]:
    """A store's manifests and bundles by path, and its catalogue's rows without the moments they were written at."""
    store = Store(url)
    files = {path: store.read(path) for path in store.paths() if path.endswith(MARKERS) and "catalogue/" not in path}
    found = read_runs(url, "renditions").drop(["created_at", "started_at"])
    return files, sorted(found.to_pylist(), key=lambda row: row["rendition_id"])


@pytest.mark.slow
@pytest.mark.integration
@pytest.mark.timeout(10_000)
def test_the_demo_in_a_bucket_is_the_demo_in_a_folder_byte_for_byte(s3, tmp_path, capsys, shell):
    """Two cities in one format; `ADLOCALIZER_SOAK=1` makes all 75 in nine, as a user starts it."""
    words = ["run", "demo", "--date", "2026-12-01", "--json"]
    words += [] if SOAK else ["--select", "*.{jp-tokyo,br-rio-de-janeiro}.*.gads_upload_300x250"]
    keys = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    made = []
    for name, url in (("folder", str(tmp_path / "store")), ("bucket", "s3://ads/demo")):
        environment = {"ADLOCALIZER_STORE": url, "ADLOCALIZER_REPORTS": str(tmp_path / name)}
        done = in_a_process(words, shell | keys | environment) if SOAK else call(words, environment, capsys)
        assert (done.status, done.read["counts"]["delivered"]) == (0, 675 if SOAK else 2), done.errors
        made.append(made_of_demo(url))
    assert made[0] == made[1]
    assert len([path for path in made[0][0] if path.endswith(".zip")]) == len(done.read["bundles"]) > 1


class Lagging(LocalFileSystem):
    """A file system whose listings know nothing yet."""

    protocol = "lagging"

    def find(self, path, **kwargs):
        return {} if kwargs.get("detail") else []


@pytest.mark.slow
def test_a_listing_that_lags_loses_no_outcome(local):
    fsspec.register_implementation("lagging", Lagging, clobber=True)
    store = Store(f"lagging://{local.order.store_url}")
    found = [region_outcomes(store, local.plan, region) for region in local.plan.every_region()]
    assert store.paths("runs") == ()
    assert sum(map(len, found)) == local.counts.planned == 2


def test_an_answer_kept_in_a_bucket_comes_back(bucket):
    ledger, asked = Ledger(Store(f"{bucket}/ledger")), request()
    kept = ledger.keep(asked, reply(asked))
    assert (ledger.picture(kept), ledger.kept([asked.key])) == (PICTURE, {asked.key})


def test_of_several_who_create_one_object_exactly_one_does(bucket):
    start = threading.Barrier(4)

    def create(number: int) -> bool:
        start.wait()
        return Store(f"{bucket}/create").create("a/b", bytes([number]))

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(create, range(4))) == [False, False, False, True]


def test_a_large_file_goes_to_amazon_in_parts(s3):
    store = Store("s3://ads/large")
    with store.open_write("a.zip") as stream:
        stream.write(bytes(40 << 20))
    assert store.size("a.zip") == 40 << 20
    etag = httpx.head(f"{s3}/ads/large/a.zip").headers["etag"]
    assert etag.strip('"').endswith("-3")


def test_a_large_file_goes_to_google_in_chunks(gs):
    store, content = Store("gs://ads/large"), bytes(range(256)) * (20 << 12)
    with store.open_write("a.zip") as stream:
        stream.write(content)
    assert store.read("a.zip") == content


def test_a_file_that_fails_half_way_never_appears(bucket):
    store = Store(f"{bucket}/half")
    with pytest.raises(StoreError):
        write_until_full(store, "a.zip")
    assert store.paths() == ()


def test_files_are_listed_with_size_and_age(bucket):
    store = Store(f"{bucket}/entries")
    store.write("a/b", b"123")
    entry = store.entries("a")[0]
    assert (entry.path, entry.bytes) == ("a/b", 3)
    assert (datetime.now(UTC) - entry.modified).total_seconds() < 600
    assert store.modified("a/none") is None


def test_writers_of_the_catalogue_in_a_bucket_lose_nothing(bucket):
    url = f"{bucket}/catalogue"

    def write(region: str) -> None:
        for _ in range(2):
            replace_run(url, "renditions", rows(region), run_of(url), region)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(write, ("APAC", "EMEA")))
    assert sorted(read_runs(url, "renditions")["region"].to_pylist()) == ["APAC"] * 3 + ["EMEA"] * 3


@pytest.mark.parametrize("act", [Store.check_writable, lambda store: store.write("a", b"x")])
def test_a_bucket_that_is_not_there_is_said_in_one_sentence(bucket, act):
    nowhere = f"{bucket.replace('ads', 'nowhere')}/x"
    with pytest.raises(StoreError, match=rf"^store {nowhere}: \S+ cannot write: there is no such bucket; make it"):
        act(Store(nowhere))


def test_a_key_the_store_refuses_is_said_without_the_key():
    with buckets.running_buckets(closed=True):
        with pytest.raises(StoreError, match="refuses these credentials; set the object store's credentials") as caught:
            Store("s3://ads/x").check_writable()
        assert buckets.KEY not in str(caught.value)
        with pytest.raises(StoreError, match="catalogue/renditions") as caught:
            read_runs("s3://ads/x", "renditions")
        assert buckets.KEY not in str(caught.value)


def test_a_bucket_google_closes_is_said_in_one_sentence_and_without_a_traceback(capfd):
    pytest.importorskip("gcsfs")
    with google_buckets.running_cloud(closed=True):
        status = run_command(["store", "stats", "--store", "gs://ads/x"])
    said = capfd.readouterr().err
    assert (status, said.count("\n")) == (4, 1)
    assert "refuses these credentials; set the object store's credentials" in said


def test_a_store_that_cannot_be_reached_is_said_in_one_sentence():
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1"}
    keys = {"AWS_ACCESS_KEY_ID": buckets.KEY, "AWS_SECRET_ACCESS_KEY": buckets.SECRET}
    with buckets.pointed_at(nowhere | keys), pytest.raises(StoreError, match=r"cannot be reached; check the network"):
        Store("s3://ads/elsewhere").read("a")


@pytest.mark.parametrize("url", ["s3://key:secret@bucket/x", "gs://me@bucket/x"])
def test_credentials_in_a_url_are_refused_and_not_repeated(url):
    with pytest.raises(StoreError, match="credentials do not belong in a URL") as caught:
        Store(url)
    assert "secret" not in str(caught.value)
