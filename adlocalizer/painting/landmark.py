"""The city's landmark: read from its vector shape, given the best place, and drawn in the hour's light."""

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

from adlocalizer.painting.brushes import fading, flat, glowing, rect
from adlocalizer.painting.colours import Rgb, from_hex, ink, scaled, times
from adlocalizer.painting.frame import Area, Frame
from adlocalizer.painting.light import Light
from adlocalizer.painting.tables import Kind

GROUND = 1000.0
Point: TypeAlias = tuple[float, float]
_draw_path: Callable[[str, object], None] = parser.parse_path
LAMP, FLOOD = from_hex("#ffb45c"), from_hex("#ffd9a0")
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


def place_landmark(frame: Frame, shape: Shape, kind: Kind) -> Area:
    """Where the landmark shows best: large, clear of the product, and mostly clear of the copy."""
    return max(_candidates(frame, shape, kind), key=lambda area: _merit(frame, area, kind))


def draw_landmark(canvas: skia.Canvas, frame: Frame, shape: Shape, at: tuple[Area, Kind], light: Light) -> None:
    """Draw the landmark: its colours in the light, haze at its foot, the sun on one side, lamps after dark."""
    area, kind = at
    if light.is_dark and kind.depth != "far":
        reach = area.high * 0.9
        middle = (area.middle, area.y + area.high * 0.62)
        canvas.drawRect(
            rect(0, 0, frame.width, frame.horizon),
            glowing(middle, reach, [ink(LAMP, 0.34), ink(LAMP, 0.10), ink(LAMP, 0)], [0, 0.5, 1]),
        )
    bounds = rect(area.x - 2, area.y - 0.1 * area.high, area.wide + 4, area.high * 1.1 + 4)
    canvas.saveLayer(bounds)
    canvas.save()
    canvas.translate(area.x, area.y)
    canvas.scale(area.wide / (shape.aspect * GROUND), area.high / GROUND)
    depth = kind.haze
    flood = 0.85 * max(0.0, light.windows - 0.15) * max(0.0, 1 - 2.2 * light.level) if depth < 0.3 else 0.0
    for part in shape.parts:
        if part.glows and light.windows > 0.12:
            colour = scaled(LAMP, 0.55 + 0.5 * light.windows)
        else:
            day, lamps = light.on(part.colour, 0.62, depth), scaled(times(part.colour, FLOOD), flood)
            colour = (day[0] + lamps[0], day[1] + lamps[1], day[2] + lamps[2])
        canvas.drawPath(part.path, flat(ink(colour)))
    canvas.restore()
    _draw_light(canvas, bounds, area, light, depth)
    canvas.restore()


def _draw_light(canvas: skia.Canvas, bounds: skia.Rect, area: Area, light: Light, depth: float) -> None:
    over = skia.BlendMode.kSrcATop
    right = light.sun_x > 0.5
    sides = [
        ink((0, 0, 0.02), 0.22),
        ink((0, 0, 0), 0.0),
        ink(light.key, 0.10),
        ink(light.key, 0.30 * light.weather.sun),
    ]
    across = fading((area.x, 0), (area.right, 0), sides if right else sides[::-1], [0, 0.4, 0.6, 1], over)
    canvas.drawRect(bounds, across)
    foot = [ink(light.haze, 0), ink(light.haze, 0.16 + 0.4 * depth + 0.3 * light.weather.haze)]
    canvas.drawRect(bounds, fading((0, area.y + 0.35 * area.high), (0, area.bottom), foot, None, over))
    if light.is_dark and depth < 0.3:
        lamps = [ink(LAMP, 0.0), ink(LAMP, 0.03), ink(LAMP, 0.30 * light.windows)]
        canvas.drawRect(bounds, fading((0, area.y), (0, area.bottom), lamps, [0, 0.35, 1], over))


def _candidates(frame: Frame, shape: Shape, kind: Kind) -> list[Area]:
    full = frame.tall * kind.height * (0.52 + 0.48 * shape.scale)
    limit = frame.width * (1.15 if kind.behind else 0.96)
    heights = {min(full * share, limit / shape.aspect) for share in (1.12, 1.0, 0.88, 0.76, 0.64, 0.52)}
    out = []
    for high in sorted(heights):
        wide = high * shape.aspect
        for step in range(-2, 43):
            x = step / 40 * frame.width - wide / 2
            out.append(Area(x, frame.horizon + 0.012 * frame.tall - high, wide, high))
    return out


def _merit(frame: Frame, area: Area, kind: Kind) -> float:
    inside = area.shared(Area(0, 0, frame.width, frame.height))
    # A margin around the product keeps the two silhouettes apart.
    margin = 0.06 * frame.product.wide
    product = Area(frame.product.x - margin, frame.product.y, frame.product.wide + 2 * margin, frame.product.high)
    hidden = area.shared(product) * (1.3 if kind.behind else 3.2)
    copy = _shared_with_copy(frame, area)
    edge = (1 - inside) * (1.6 if kind.behind else 4.0)
    between = min(1.0, abs(area.middle - _gap_middle(frame)) / min(frame.width, 4 * frame.tall))
    size = float((area.high / frame.tall) ** 0.8)
    squeezed = 0.22 if (area.middle > frame.product.middle) == frame.product_is_right else 0.0
    return size * (1 - hidden - copy - edge) - 0.30 * between - squeezed


def _shared_with_copy(frame: Frame, area: Area) -> float:
    """How much the landmark disturbs the copy: words gather in the upper part, the foot is often free."""
    quiet = frame.quiet
    if quiet.bottom > frame.horizon:
        return 0.25 * area.shared(quiet)
    upper = Area(quiet.x, quiet.y, quiet.wide, 0.5 * quiet.high)
    lower = Area(quiet.x, upper.bottom, quiet.wide, 0.5 * quiet.high)
    return 1.1 * area.shared(upper) + 0.32 * area.shared(lower)


def _gap_middle(frame: Frame) -> float:
    """The best place across: in the gap beside the product, not far from it in a wide picture."""
    away = min(
        0.95 * frame.tall, 0.5 * (frame.product.x if frame.product_is_right else frame.width - frame.product.right)
    )
    return frame.product.x - away if frame.product_is_right else frame.product.right + away


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
