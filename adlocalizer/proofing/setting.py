"""In a pool process: one line of a proof, set by the real path on neutral plates, judged by the real checks."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from adlocalizer.checks import FileSubject, check_composed, see_composed
from adlocalizer.domain import Box, Composition, Finding, Severity
from adlocalizer.imaging.contrast import Pixels
from adlocalizer.imaging.faces import faces_for
from adlocalizer.imaging.masters import Master
from adlocalizer.imaging.overlaying import lossless, overlay, printable
from adlocalizer.imaging.rendering import Block, Composed, Rendered, RenderOrder, compose
from adlocalizer.imaging.saying import copy_texts
from adlocalizer.making.render_orders import Subject, render_order
from adlocalizer.painting.plate import neutral_plate
from adlocalizer.planning import Brief, direction_of
from adlocalizer.proofing.scope import Column, Line

_KEPT_BYTES = 96 << 20
"""Of plates in each process: a proof of one format for each layout has 30 MB of them, one of all formats 500 MB."""


class Kit(NamedTuple):
    """What every line of a proof is made from; it travels to the pool's processes."""

    brief_json: str
    columns: tuple[Column, ...]
    pictures: Mapping[str, bytes]
    fonts_folder: str
    print_side: int = 0
    """Most pixels of a printed picture's longer side; 0: nothing is printed."""


class Cell(NamedTuple):
    """One layout in one language."""

    column: Column
    plate: str
    """Name of the plate it stands on."""
    picture: bytes
    """Lossless WebP: what stands on the plate, or all of it."""
    is_whole: bool
    findings: tuple[Finding, ...]
    """Those that are no pass."""
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]
    printed: bytes = b""
    """JPEG."""


class SetLine(NamedTuple):
    """A line of a proof, set."""

    line: Line
    direction: str
    cells: tuple[Cell, ...]
    faces: tuple[tuple[str, float], ...]
    """Family and line height of the faces it takes, the locale's own first."""
    missing: str
    """Characters no face has."""


class _Bench:
    """A kit laid out in this process: its plates are drawn once for all lines, as far as there is room for them."""

    def __init__(self, brief_json: str) -> None:
        self.brief = Brief.model_validate_json(brief_json)
        self.fits = {fit.format_id: fit for fit in self.brief.fits}
        self._bare: dict[str, Pixels] = {}
        self._room = _KEPT_BYTES

    def bare(self, name: str, plate: Master, order: RenderOrder) -> Pixels:
        """A plate, by its name, as an order crops it, without a word on it."""
        # Every line asks for all formats in turn: what was kept first is worth as much as what came last.
        if name in self._bare:
            return self._bare[name]
        wordless = order.model_copy(update={"words_where": (), "disclosure": None})
        pixels = compose(plate, wordless).pixels.copy()
        if pixels.nbytes <= self._room:
            self._bare[name] = pixels
            self._room -= pixels.nbytes
        return pixels


_bench = functools.lru_cache(maxsize=2)(_Bench)


def set_line(kit: Kit, line: Line) -> SetLine:
    """Every layout with a line's words; a format that is for the other reading direction is left out."""
    brief, grounded = _bench(kit.brief_json).brief, line.grounded
    cells = tuple(_cell(kit, line, column) for column in _shown(kit, line))
    row = grounded.copy_row
    others = (brief.brand.name, brief.model.disclosure, *grounded.overlays)
    text = "".join(copy_texts(row, *others, digits=brief.campaign.digits))
    faces, missing = faces_for(text, row.locale, brief.fonts)
    families = tuple((face.family, face.line_height) for face in faces)
    return SetLine(line, direction_of(grounded), cells, families, missing)


def plates_of(line: Line) -> str:
    """What the names of a line's plates begin with: lines of one product and one reading direction share them."""
    return f"p-{line.grounded.creative.product}-{direction_of(line.grounded)}"


def draw_plates(kit: Kit, line: Line) -> Mapping[str, bytes]:
    """The plates of a line as lossless WebP, by name."""
    bench = _bench(kit.brief_json)
    stages = ((_plate_name(line, column), _stage(kit, line, column)) for column in _shown(kit, line))
    return {name: lossless(bench.bare(name, plate, order)) for name, (plate, order) in stages}


def _plate_name(line: Line, column: Column) -> str:
    return f"{plates_of(line)}-{column.format_id}"


def _shown(kit: Kit, line: Line) -> Iterator[Column]:
    formats, direction = _bench(kit.brief_json).brief.formats, direction_of(line.grounded)
    return (column for column in kit.columns if formats[column.format_id].direction in (None, direction))


def _cell(kit: Kit, line: Line, column: Column) -> Cell:
    bench = _bench(kit.brief_json)
    plate, order = _stage(kit, line, column)
    done = compose(plate, order)
    name = _plate_name(line, column)
    laid = overlay(done.pixels, bench.bare(name, plate, order))
    subject = FileSubject(order.rendition_id, _as_rendered(done, order), order, _shot(kit, line))
    findings = check_composed(see_composed(subject, done.pixels), bench.brief.checks)
    return Cell(
        column=column,
        plate=name,
        picture=laid.data,
        is_whole=laid.is_whole,
        findings=tuple(one for one in findings if one.severity is not Severity.PASS),
        notes=done.notes,
        blocks=done.blocks,
        printed=printable(done.pixels, kit.print_side) if kit.print_side else b"",
    )


def _stage(kit: Kit, line: Line, column: Column) -> tuple[Master, RenderOrder]:
    """The plate of a cell in the size a run would ask for, and the order of what is set on it."""
    bench = _bench(kit.brief_json)
    brief, fit = bench.brief, bench.fits[column.format_id]
    model = brief.models[fit.model]
    composition = brief.layouts.composition_for(fit.ratio, direction_of(line.grounded))
    plate, product = _plate(_shot(kit, line), composition, model.pixels[fit.ratio][fit.size])
    light, dark = (kit.pictures[one.path] if one else None for one in (brief.logo, brief.logo_on_dark))
    subject = Subject(line.grounded, model, light, kit.fonts_folder, dark)
    return plate, render_order(brief, subject, fit, product)


@functools.lru_cache(maxsize=32)
def _plate(shot: bytes, composition: Composition, pixels: tuple[int, int]) -> tuple[Master, Box]:
    """A plate opened once for all lines, and where its product stands."""
    drawn = neutral_plate(shot, composition, pixels)
    return Master.of(drawn.picture), drawn.product


def _shot(kit: Kit, line: Line) -> bytes:
    brief = _bench(kit.brief_json).brief
    return kit.pictures[brief.references[line.grounded.creative.product][0].path]


def _as_rendered(done: Composed, order: RenderOrder) -> Rendered:
    return Rendered(
        data=b"",
        mime="",
        width=order.ad_format.width,
        height=order.ad_format.height,
        quality=100,
        encodes=0,
        fits_bytes=True,
        product_box=done.product_box,
        blocks=done.blocks,
        notes=done.notes,
    )
