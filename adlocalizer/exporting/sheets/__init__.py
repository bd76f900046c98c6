"""The sheets there are: every module of this folder, loaded on demand.

A sheet module has `sheets(rows) -> Mapping[file name, bytes]`: pure, everything paused, only documented columns, and
no file for rows that are not its own.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from adlocalizer.domain import Status
from adlocalizer.exporting.rows import ExportRow


class _SheetModule(Protocol):
    def sheets(self, rows: Sequence[ExportRow]) -> Mapping[str, bytes]: ...


def sheet_names() -> tuple[str, ...]:
    """Every sheet module there is, sorted."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")))


def export_sheets(rows: Sequence[ExportRow]) -> dict[str, bytes]:
    """All sheets of the delivered rows by file name, sorted; equal rows in any order give equal bytes."""
    ready = sorted((row for row in rows if row.status == Status.DELIVERED), key=lambda row: row.rendition_id)
    modules = [cast("_SheetModule", importlib.import_module(f"{__name__}.{name}")) for name in sheet_names()]
    found = [sheet for module in modules for sheet in module.sheets(ready).items()]
    return dict(sorted(found))
