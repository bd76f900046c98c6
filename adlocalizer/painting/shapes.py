"""Landmarks' vector shapes: read from `data/landmarks/`, once a process."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree

import skia
from fontTools.svgLib.path import parser

from adlocalizer.painting.colours import Rgb, from_hex

GROUND = 1000.0
Point: TypeAlias = tuple[float, float]
_draw_path: Callable[[str, object], None] = parser.parse_path
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """One filled shape, in the landmark's own units (ground line at 1,000)."""

    path: skia.Path
    colour: Rgb
    glows: bool


@dataclass(frozen=True)
class Shape:
    """A landmark's silhouette: width ÷ height, how tall it stands, its parts in painting order."""

    aspect: float
    scale: float
    parts: tuple[Part, ...]


def find_shape(data_folder: str, name: str | None, kind: str) -> Shape | None:
    """The landmark's own shape, else its kind's, else none: a picture without a landmark is still a picture."""
    folder = Path(data_folder) / "landmarks"
    for candidate in (name, f"kind-{kind}" if kind else None):
        if candidate and Path(candidate).name == candidate and (shape := _read(folder / f"{candidate}.svg")):
            return shape
    return None


@functools.lru_cache(maxsize=256)
def _read(path: Path) -> Shape | None:
    if not path.is_file():
        return None
    try:
        return _parse(path.read_text(encoding="utf-8"))
    except (ElementTree.ParseError, ValueError, KeyError, IndexError, AssertionError, TypeError) as error:
        log.warning(
            "landmark shape %s cannot be drawn (%s): the picture goes without; restore the file", path.name, error
        )
        return None


def _parse(text: str) -> Shape:
    root = ElementTree.fromstring(text)  # noqa: S314 - only shapes shipped with the program are read
    _, _, wide, high = (float(part) for part in root.attrib["viewBox"].split())
    if high != GROUND or not 50 <= wide <= 6000:
        raise ValueError(f"viewBox is {wide:g} x {high:g}, write 300..3000 x 1000")
    parts = tuple(_part(node) for node in root if node.tag.endswith("path"))
    if not parts:
        raise ValueError("there is no path")
    scale = min(1.0, max(0.2, float(root.attrib.get("data-scale", 1))))
    return Shape(aspect=wide / GROUND, scale=scale, parts=parts)


def _part(node: ElementTree.Element) -> Part:
    pen = _SkiaPen()
    _draw_path(node.attrib["d"], pen)
    if node.attrib.get("fill-rule") == "evenodd":
        pen.path.setFillType(skia.PathFillType.kEvenOdd)
    return Part(
        pen.path, from_hex(node.attrib.get("fill", "#808080")), "window" in node.attrib.get("class", "").split()
    )


class _SkiaPen:
    """What fontTools draws an SVG path with, on a skia path."""

    def __init__(self) -> None:
        self.path = skia.Path()

    def moveTo(self, at: Point) -> None:
        self.path.moveTo(*at)

    def lineTo(self, at: Point) -> None:
        self.path.lineTo(*at)

    def curveTo(self, a: Point, b: Point, at: Point) -> None:
        self.path.cubicTo(*a, *b, *at)

    def qCurveTo(self, a: Point, at: Point) -> None:
        self.path.quadTo(*a, *at)

    def closePath(self) -> None:
        self.path.close()

    def endPath(self) -> None:
        """An open path is filled as if it were closed."""
