"""A proof's page as a PDF for paper: the same rows in the same order, a sheet or more for each script."""

from __future__ import annotations

from pathlib import Path

from adlocalizer.imaging.booklet import Booklet, Chapter, Leaf, Strip, print_booklet
from adlocalizer.imaging.faces import FontBook
from adlocalizer.imaging.fonts import FontShelf
from adlocalizer.reporting.proof_page import ProofCell, ProofPage, ProofRow

_CAPTION = "en"  # whose face the captions are set in, as far as it has their letters


def print_page(page: ProofPage, fonts: FontBook, fonts_folder: str) -> bytes:
    """The PDF of a page whose cells hold pictures for paper."""
    booklet = Booklet(
        title=f"{page.title} · proof of {page.logical_date}",
        columns=tuple(
            (one.layout.replace("_", " ").capitalize(), f"{one.width} × {one.height}") for one in page.columns
        ),
        shapes=tuple((one.shown_width, one.shown_height) for one in page.columns),
        chapters=tuple(Chapter(one.title, tuple(map(_strip, one.rows))) for one in page.sections),
    )
    return print_booklet(booklet, FontShelf(fonts, Path(fonts_folder), _CAPTION, booklet.words), _CAPTION)


def _strip(row: ProofRow) -> Strip:
    words = (row.locale, f"{row.language}, {row.country}" if row.country else row.language, row.faces[0][0], row.remark)
    return Strip(tuple(one for one in words if one), tuple(_leaf(cell) for cell in row.cells))


def _leaf(cell: ProofCell | None) -> Leaf:
    if cell is None:
        return Leaf(b"", 1, 1, "")
    said = next((one.text for one in cell.findings), next(iter(cell.left_out), cell.measures))
    column, weight = cell.column, cell.weight
    return Leaf(cell.printed, column.shown_width, column.shown_height, said, weight == "fault", weight == "remark")
