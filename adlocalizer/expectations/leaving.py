"""The gate out: manifest, attempts, files in the store, and the sums that must agree between them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from adlocalizer.domain import Finding, Noun
from adlocalizer.expectations.validating import Line, judged, text_of
from adlocalizer.manifest import COLUMNS, ManifestRow
from adlocalizer.suites import Suite, attempt_suite, file_suite, manifest_suite, sum_suite


def gate_manifest(rows: Sequence[ManifestRow], planned: Collection[str]) -> tuple[Finding, ...]:
    """A finding per rule about a manifest; `planned` are the rendition ids that must stand in it, once each."""
    return judged(manifest_suite(COLUMNS, planned), _lines(row.model_dump() for row in rows), "manifest.csv")


def gate_attempts(rows: Sequence[Noun]) -> tuple[Finding, ...]:
    """A finding per rule about rows of the attempts table; nothing where nothing was answered."""
    columns = tuple(type(rows[0]).model_fields) if rows else ()
    return _if_any(attempt_suite(columns), [row.model_dump() for row in rows], "attempts")


def gate_files(rows: Sequence[Mapping[str, object]]) -> tuple[Finding, ...]:
    """A finding per rule about files in the store; the columns are `FILE_COLUMNS` of suites/leaving.py."""
    return _if_any(file_suite(), rows, "files")


def gate_sums(rows: Sequence[Mapping[str, object]]) -> tuple[Finding, ...]:
    """A finding per rule about sums: `sum` names it, `what` says of what, `wanted` and `found` must be equal."""
    return _if_any(sum_suite(), rows, "sums")


def _if_any(suite: Suite, rows: Sequence[Mapping[str, object]], shown: str) -> tuple[Finding, ...]:
    return judged(suite, _lines(rows), shown) if rows else ()


def _lines(rows: Iterable[Mapping[str, object]]) -> tuple[Line, ...]:
    texts = ({name: text_of(value) for name, value in row.items()} for row in rows)
    return tuple(Line(number, values) for number, values in enumerate(texts, start=2))
