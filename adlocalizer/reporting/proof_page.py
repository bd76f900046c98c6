"""A proof's nouns and its page: one HTML file that asks for nothing and holds every plate once."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import Field

from adlocalizer.domain import Finding, Id, Noun, Severity
from adlocalizer.reporting import wording
from adlocalizer.reporting.rendering import policy_digest

Weight = Literal["whole", "remark", "fault"]
"""What a cell asks of its reader: nothing, a look, a change."""


class ProofColumn(Noun):
    """A format that stands for its layout, and the pixels it is shown in side by side."""

    format_id: Id
    layout: Id
    placement: str
    width: int
    height: int
    shown_width: int
    shown_height: int


class ProofBlock(Noun):
    """One role as it was set."""

    role: str
    letter_px: float = Field(description="Height of a capital letter in pixels of the file")
    contrast: float
    fits: bool


class ProofCell(Noun):
    """One layout in one language."""

    number: int = Field(ge=1)
    column: ProofColumn
    plate: str = Field(description="Class of the plate it stands on; empty: it is the whole picture")
    picture: bytes = Field(description="Lossless WebP")
    printed: bytes = Field(default=b"", description="JPEG for paper")
    findings: tuple[Finding, ...]
    left_out: tuple[str, ...] = Field(description="Roles without room, or too small to be shown, a sentence each")
    blocks: tuple[ProofBlock, ...]

    @property
    def weight(self) -> Weight:
        """`fault`: something does not fit or cannot be read; `remark`: something was left out."""
        if any(one.severity is Severity.FAIL for one in self.findings):
            return "fault"
        return "remark" if self.findings or self.left_out else "whole"

    @property
    def measures(self) -> str:
        """The letters in short: the headline's capitals, the smallest ones, the weakest contrast; a logo apart."""
        words = [one for one in self.blocks if one.role != "logo"]
        if not words:
            return "no words"
        headline = next((one.letter_px for one in words if one.role == "headline"), None)
        least, weakest = min(one.letter_px for one in words), min(one.contrast for one in words)
        heights = f"{least:.0f}" if headline is None else f"{headline:.0f} – {least:.0f}"
        return f"{heights} px · {weakest:.1f}:1"


class ProofRow(Noun):
    """One locale's words in every layout."""

    number: int = Field(ge=1)
    locale: str
    language: str
    country: str
    script: str
    direction: Literal["ltr", "rtl"]
    headline: str
    words_of: str = Field(default="", description="The locale the words are borrowed from")
    remark: str = ""
    cells: tuple[ProofCell | None, ...] = Field(description="A cell for each column; none: the format is not for it")
    faces: tuple[tuple[str, float], ...] = Field(description="Families and line heights, the locale's own first")
    missing: str = Field(description="Characters no face has")


class ProofSection(Noun):
    """The rows of one script."""

    id: str
    title: str
    rows: tuple[ProofRow, ...]

    @property
    def faults(self) -> int:
        """Cells with a fault."""
        return sum(cell.weight == "fault" for cell in _cells(self))


class ProofPage(Noun):
    """A whole proof."""

    campaign: Id
    title: str
    brand: str
    logical_date: date
    columns: tuple[ProofColumn, ...]
    sections: tuple[ProofSection, ...]
    plates: dict[str, bytes] = Field(description="Lossless WebP by class")
    weights: dict[str, int] = Field(description="Weights the faces are cut in, by their use")

    def count(self, weight: Weight) -> int:
        """Cells of a weight."""
        return sum(cell.weight == weight for section in self.sections for cell in _cells(section))

    @property
    def size(self) -> int:
        """Cells in all; their numbers run from 1 to it."""
        return sum(1 for section in self.sections for _ in _cells(section))

    @property
    def rows(self) -> tuple[ProofRow, ...]:
        """The rows of every section."""
        return tuple(row for section in self.sections for row in section.rows)


def render_proof(page: ProofPage, templates: Path) -> str:
    """The page as HTML; `templates` is the folder `templates/reports`."""
    loader = FileSystemLoader(templates)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    plain = loader.get_source(environment, "proof.css")[0]
    css = "\n".join((plain, *_plate_rules(page)))
    environment.globals |= {"css": css, "css_hash": policy_digest(css), "size": page.size}
    environment.filters |= {"day": wording.day, "words": wording.words, "figure": wording.figure}
    environment.filters |= {"embedded": lambda picture: f"data:image/webp;base64,{_text(picture)}"}
    return wording.plain(environment.get_template("proof.html.j2").render(page=page))


def _plate_rules(page: ProofPage) -> Iterator[str]:
    """What stands behind the cells: each plate once, in the style sheet, whose digest the page's policy names."""
    for name, picture in page.plates.items():
        yield f'.{name} {{ background-image: url("data:image/webp;base64,{_text(picture)}"); }}'
    for number, column in enumerate(page.columns):
        yield f".w{number} {{ width: {column.shown_width}px; height: {column.shown_height}px; }}"


def _cells(section: ProofSection) -> Iterator[ProofCell]:
    return (cell for row in section.rows for cell in row.cells if cell is not None)


def _text(picture: bytes) -> str:
    return base64.b64encode(picture).decode()
