"""Bulk sheets for advertising platforms: one module a sheet, from delivered manifest rows to the bytes of a file."""

from adlocalizer.exporting.rows import ExportRow, export_rows
from adlocalizer.exporting.sheets import export_sheets, sheet_names

__all__ = ["ExportRow", "export_rows", "export_sheets", "sheet_names"]
