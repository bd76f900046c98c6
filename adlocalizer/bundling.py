"""A region's delivery: its manifest, and the zip of its delivered files with sheets and digests."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from adlocalizer.domain import AdFormat, Copy, Counts, Digest, Noun, Outcome, RunRef, Status
from adlocalizer.errors import StoreError
from adlocalizer.exporting import export_rows, export_sheets
from adlocalizer.manifest import ManifestRow, counts_of, manifest_csv, manifest_json, manifest_parquet, manifest_rows
from adlocalizer.store import Store
from adlocalizer.store.paths import shown

_BLOCK = 1 << 20


@dataclass(frozen=True)
class BundleExtras:
    """What a bundle holds beside the outcomes: the words by locale, the formats by id, disclosures, the report."""

    copy_by_locale: Mapping[str, Copy]
    formats: Mapping[str, AdFormat]
    disclosures: Mapping[str, str] = field(default_factory=dict)
    report_html: bytes | None = None


class Delivery(Noun):
    """A region that was delivered: its manifest stands in the store."""

    region: str
    counts: Counts
    manifest: str
    """Path of `manifest.json` in the store."""
    bundle: str
    """Path of the zip in the store."""
    sha256: Digest
    """Digest of the zip."""
    bytes: int
    """Size of the zip."""


def region_folder(run: RunRef, region: str) -> str:
    """Where a region's files are in the store."""
    return f"{run.path}/{region}"


def marker_path(run: RunRef, region: str) -> str:
    """Where the file is whose presence means that a region is delivered."""
    return f"{region_folder(run, region)}/manifest.json"


def delivered_rows(store: Store, run: RunRef, region: str) -> list[Mapping[str, Any]]:
    """The rows of a delivered region's manifest; none where nothing is delivered."""
    path = marker_path(run, region)
    return list(json.loads(store.read(path))["renditions"]) if store.exists(path) else []


def bundle_path(run: RunRef, region: str) -> str:
    """Where a region's zip is in the store."""
    day = run.logical_date.isoformat()
    return f"bundles/{run.campaign}/{day}/{run.campaign}_{day}_{region}.zip"


def deliver_region(
    store: Store, run: RunRef, region: str, outcomes: Sequence[Outcome], extras: BundleExtras
) -> Delivery:
    """Write a region's tables, its zip and, last, its `manifest.json`; equal outcomes in any order give equal bytes.

    Raises GateFailed for outcomes that contradict each other, StoreError for a file whose bytes were not the checked.
    """
    _check_region(run, region, outcomes)
    rows = manifest_rows(outcomes, run.logical_date, extras.disclosures)
    tables = {
        "manifest.json": manifest_json(rows, run, region),
        "manifest.csv": manifest_csv(rows),
        "manifest.parquet": manifest_parquet(rows),
    }
    marker = marker_path(run, region)
    if store.exists(marker) and store.read(marker) != tables["manifest.json"]:
        store.remove(marker)  # an old marker over new files would call a half-made region finished
    for name in ("manifest.csv", "manifest.parquet"):
        store.write(f"{region_folder(run, region)}/{name}", tables[name])
    sheets = export_sheets(export_rows(rows, extras.copy_by_locale, extras.formats))
    members = tables | {f"exports/{name}": content for name, content in sheets.items()}
    if extras.report_html is not None:
        members["report.html"] = extras.report_html
    zipped = _write_bundle(store, bundle_path(run, region), _Members(region_folder(run, region), rows, members))
    store.write(marker, tables["manifest.json"])
    return Delivery(region=region, counts=counts_of(rows), manifest=marker, bundle=bundle_path(run, region), **zipped)


@dataclass(frozen=True)
class _Members:
    """What goes into a zip: files of a store folder by their rows, and bytes by name."""

    folder: str
    rows: tuple[ManifestRow, ...]
    written: Mapping[str, bytes]

    @property
    def assets(self) -> dict[str, ManifestRow]:
        """Rows of the delivered files, by path."""
        return {row.file: row for row in self.rows if row.status == Status.DELIVERED and row.file}

    def with_digests(self) -> dict[str, bytes]:
        """The members held in memory and `SHA256SUMS`, which `sha256sum -c` reads."""
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in self.written.items()}
        digests |= {path: row.sha256 or "" for path, row in self.assets.items()}
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
        return {**self.written, "SHA256SUMS": lines.encode()}


def _check_region(run: RunRef, region: str, outcomes: Sequence[Outcome]) -> None:
    for rendition in (outcome.rendition for outcome in outcomes):
        if (rendition.creative.campaign, rendition.creative.region) != (run.campaign, region):
            raise StoreError(
                f"store {shown(run.store_url)}: {rendition.id} of {rendition.creative.region} stands among those "
                f"of {region}; remove {run.path} and run again; answers are kept, nothing is paid twice"
            )


def _write_bundle(store: Store, path: str, members: _Members) -> dict[str, str | int]:
    """Write the zip and return its `sha256` and `bytes`: sorted, stored, without times: equal members, equal zips."""
    assets, written = members.assets, members.with_digests()
    with store.open_write(path) as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted({*assets, *written}):
                size = len(written[name]) if name in written else assets[name].bytes or 0
                blocks = [written[name]] if name in written else _checked_blocks(store, members.folder, assets[name])
                with archive.open(_member(name, size), "w") as target:
                    target.writelines(blocks)
        stream.seek(0)
        digest, size = _digest(stream)
        return {"sha256": digest, "bytes": size}


def _member(name: str, size: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    member.create_system = 3  # Unix, wherever it runs
    member.external_attr = 0o100644 << 16
    member.file_size = size
    return member


def _checked_blocks(store: Store, folder: str, row: ManifestRow) -> Iterator[bytes]:
    """A file's bytes in blocks; raises StoreError at the end if they are not those that were checked."""
    path, digest, size = f"{folder}/{row.file}", hashlib.sha256(), 0
    with store.open_read(path) as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
            size += len(block)
            yield block
    if digest.hexdigest() != row.sha256 or size != row.bytes:
        raise StoreError(
            f"store {shown(store.url)}: {path}: these are not the bytes that were checked, no bundle is made; "
            f"remove {folder} and run again; answers are kept, nothing is paid twice"
        )


def _digest(stream: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while block := stream.read(_BLOCK):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size
