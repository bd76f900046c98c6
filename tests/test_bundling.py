"""Delivery: equal outcomes give equal zips, wrong bytes give none, and the manifest comes last."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import subprocess
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pytest

from adlocalizer.bundling import BundleExtras, Delivery, bundle_path, deliver_region, region_folder
from adlocalizer.domain import AdFormat, Asset, Copy, Creative, Outcome, Rendition, RunRef, Status
from adlocalizer.errors import GateFailed, StoreError
from adlocalizer.manifest import asset_path
from adlocalizer.store import Store

DAY = date(2027, 3, 1)
FORMAT = AdFormat(
    id="feed_1x1",
    platform="meta",
    placement="feed",
    width=1080,
    height=1080,
    file_types=("jpg",),
    confidence="official",
    source="s",
    checked=DAY,
)
EXTRAS = BundleExtras(
    copy_by_locale={"ja-JP": Copy(locale="ja-JP", headline="夏", call_to_action="今すぐ")},
    formats={"feed_1x1": FORMAT},
    disclosures={"preview": "preview"},
    report_html=b"<!doctype html>",
)


def run_in(store: Store) -> RunRef:
    return RunRef(store_url=store.url, campaign="spring", logical_date=DAY)


def outcome(store: Store, number: int, status: Status = Status.DELIVERED, size: int = 3000) -> Outcome:
    """A rendition whose file stands in the store."""
    place = {
        "region": "APAC",
        "market": "JP",
        "city_id": f"jp-city{number:02d}",
        "city": "../../etc",
        "locale": "ja-JP",
    }
    creative = Creative(campaign="spring", product="can", variant=1, **place)
    rendition = Rendition(creative=creative, format_id="feed_1x1", platform="meta", width=1080, height=1080)
    content = random.Random(number).randbytes(size)  # noqa: S311 - fixed bytes
    file = asset_path(rendition, "image/jpeg")
    asset = Asset(file=file, mime="image/jpeg", bytes=size, sha256=hashlib.sha256(content).hexdigest())
    store.write(f"{region_folder(run_in(store), 'APAC')}/{file}", content)
    return Outcome(rendition=rendition, status=status, asset=asset, provider="preview", model="m")


def outcomes(store: Store, delivered: int = 5) -> list[Outcome]:
    return [*(outcome(store, n) for n in range(delivered)), outcome(store, 90, Status.NEEDS_REVIEW)]


def delivered(store: Store, what: list[Outcome]) -> Delivery:
    return deliver_region(store, run_in(store), "APAC", what, EXTRAS)


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store") if request.param == "folder" else f"memory://bundles-{tmp_path.name}")


def test_a_bundle_holds_the_delivered_files_the_tables_the_sheets_and_the_report(store: Store):
    done = delivered(store, outcomes(store))
    with zipfile.ZipFile(io.BytesIO(store.read(done.bundle))) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
    assert [name for name in names if not name.startswith("assets/")] == [
        "SHA256SUMS",
        "exports/meta.csv",
        "exports/meta_bulk.csv",
        "manifest.csv",
        "manifest.json",
        "manifest.parquet",
        "report.html",
    ]
    files = [row["file"] for row in manifest["renditions"] if row["status"] == "delivered"]
    assert [name for name in names if name.startswith("assets/")] == files
    assert (len(files), len(manifest["renditions"])) == (5, 6)


def test_a_delivery_says_where_and_how_much(store: Store):
    done = delivered(store, outcomes(store))
    assert done.bundle == "bundles/spring/2027-03-01/spring_2027-03-01_APAC.zip" == bundle_path(run_in(store), "APAC")
    assert done.manifest == "runs/spring/2027-03-01/APAC/manifest.json"
    assert done.sha256 == hashlib.sha256(store.read(done.bundle)).hexdigest()
    assert (done.bytes, done.counts.delivered) == (store.size(done.bundle), 5)


def test_the_region_has_the_same_tables_as_its_bundle(store: Store):
    done = delivered(store, outcomes(store))
    with zipfile.ZipFile(io.BytesIO(store.read(done.bundle))) as archive:
        for name in ("manifest.json", "manifest.csv", "manifest.parquet"):
            assert archive.read(name) == store.read(f"runs/spring/2027-03-01/APAC/{name}")


def test_shuffled_outcomes_in_another_store_give_the_same_bytes(tmp_path: Path):
    one, two = Store(str(tmp_path / "one")), Store(f"memory://two-{tmp_path.name}")
    first, second = outcomes(one), outcomes(two)
    random.Random(3).shuffle(second)  # noqa: S311 - a fixed shuffle
    done, again = delivered(one, first), delivered(two, second)
    assert one.read(done.bundle) == two.read(again.bundle)
    assert one.read(done.manifest) == two.read(again.manifest)


def test_delivering_again_changes_nothing(store: Store):
    every = outcomes(store)
    assert delivered(store, every) == delivered(store, every)


def test_members_have_no_time_no_packing_and_plain_rights(store: Store):
    done = delivered(store, outcomes(store))
    with zipfile.ZipFile(io.BytesIO(store.read(done.bundle))) as archive:
        found = {(m.date_time, m.compress_type, m.create_system, m.external_attr >> 16) for m in archive.infolist()}
    assert found == {((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, 3, 0o100644)}


def test_no_member_leaves_the_folder_it_is_unpacked_in(store: Store):
    done = delivered(store, outcomes(store))  # every city is called ../../etc
    with zipfile.ZipFile(io.BytesIO(store.read(done.bundle))) as archive:
        names = archive.namelist()
    assert not [name for name in names if ".." in name.split("/") or name.startswith("/") or "\\" in name]
    assert len({name.casefold() for name in names}) == len(names)


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="sha256sum is not installed")
def test_sha256sum_finds_every_member_right(tmp_path: Path):
    store = Store(str(tmp_path / "store"))
    done = delivered(store, outcomes(store))
    with zipfile.ZipFile(tmp_path / "store" / done.bundle) as archive:
        archive.extractall(tmp_path / "unpacked")
        members = len(archive.namelist())
    checked = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "unpacked", capture_output=True, text=True, check=True
    )
    assert checked.stdout.count(": OK\n") == members - 1


@pytest.mark.parametrize("damage", ["changed", "cut", "gone"])
def test_a_file_with_other_bytes_makes_no_bundle_and_no_manifest(store: Store, damage: str):
    every = outcomes(store)
    path = f"runs/spring/2027-03-01/APAC/{every[2].asset.file}"
    content = store.read(path)
    store.remove(path)
    if damage != "gone":
        store.write(path, content[::-1] if damage == "changed" else content[:-1])
    with pytest.raises(StoreError, match=r"jp-city02.*run again|jp-city02.*no such file"):
        delivered(store, every)
    assert store.paths("bundles") == ()
    assert not store.exists("runs/spring/2027-03-01/APAC/manifest.json")


def test_a_changed_region_that_fails_halfway_no_longer_looks_finished(store: Store):
    every = outcomes(store)
    done = delivered(store, every)
    store.remove(f"runs/spring/2027-03-01/APAC/{every[2].asset.file}")
    with pytest.raises(StoreError):
        delivered(store, every[1:])
    assert not store.exists(done.manifest)


def test_nothing_delivered_is_still_a_bundle_that_says_so(store: Store):
    done = delivered(store, [outcome(store, 1, Status.FAILED)])
    assert (done.counts.planned, done.counts.failed) == (1, 1)
    with zipfile.ZipFile(io.BytesIO(store.read(done.bundle))) as archive:
        assert not [name for name in archive.namelist() if name.startswith(("assets/", "exports/"))]


def test_an_outcome_of_another_region_is_refused(store: Store):
    with pytest.raises(StoreError, match="of APAC stands among those of EMEA"):
        deliver_region(store, run_in(store), "EMEA", outcomes(store), EXTRAS)


def test_two_outcomes_of_one_rendition_publish_nothing(store: Store):
    with pytest.raises(GateFailed):
        delivered(store, [outcome(store, 1), outcome(store, 1)])
    assert store.paths("bundles") == ()


def test_memory_does_not_grow_with_the_bundle(tmp_path: Path):
    store = Store(str(tmp_path / "store"))
    every = [outcome(store, n, size=4_000_000) for n in range(6)]
    delivered(store, every[:1])  # imports pyarrow
    tracemalloc.start()
    delivered(store, every)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000
