"""Pictures of a product by name: as it may be photographed, and in every way that is wrong."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from adlocalizer.calibrating.altering import CannotAlter, other, recoloured
from adlocalizer.calibrating.compositing import Layer, fitted, laid, layer_of, lit, placed, to_linear
from adlocalizer.calibrating.conditions import Conditions, drawn
from adlocalizer.calibrating.relettering import relettered
from adlocalizer.calibrating.weathering import photographed
from adlocalizer.domain import Box

RIGHT = "right"
STRETCHED, HIDDEN, CUT = (0.08, 0.20), (0.25, 0.50), (0.10, 0.40)
"""How much a wrong product is stretched along one side, covered, and over the frame's edge: shares of it."""
_ROOM = 0.25  # of the box: how far the box said beforehand may be larger or off
_SYMMETRIC = 3.0  # levels of 255 between a product and its mirror image below which there is no wrong way round


class Variant(NamedTuple):
    """A picture, what is right or wrong about it, and where the product stands."""

    name: str
    picture: Image.Image
    """RGB, one of `conditions.SIZES`."""
    box: Box
    """The product's edges; over the frame's edge for `cut`, where it would stand for `missing`."""
    near: Box
    """A rough box, as a layout would promise it."""


class _Set(NamedTuple):
    """A product about to be photographed."""

    product: Image.Image
    ground: Image.Image
    seen: Conditions
    random: np.random.Generator
    place: tuple[float, float]


def variant(name: str, product: Image.Image, ground: Image.Image, seed: int) -> Variant:
    """A picture by name, `right` or one of `NEGATIVES`, of a cut-out (RGBA, trimmed) before a background (RGB).

    The same arguments give the same picture. Raises CannotAlter where the product has nothing to be wrong in that way,
    KeyError for an unknown name.
    """
    random = np.random.default_rng([seed, zlib.crc32(name.encode())])
    seen = drawn(random)
    place = (float(random.uniform(0.05, 0.95)), float(random.uniform(0.5, 1.0)))
    stage = _Set(product, fitted(ground, seen.size, random), seen, random, place)
    picture, box = (_right if name == RIGHT else _MADE[name])(stage)
    return Variant(name, photographed(picture, seen, random), box, _roughly(box, random))


def _right(stage: _Set) -> tuple[Image.Image, Box]:
    return _shown(stage, layer_of(stage.product, stage.seen))


def _recoloured(stage: _Set) -> tuple[Image.Image, Box]:
    return _right(stage._replace(product=recoloured(stage.product, stage.random)))


def _relettered(stage: _Set) -> tuple[Image.Image, Box]:
    scale = layer_of(stage.product, stage.seen._replace(turn=0.0)).cover.shape[0] / stage.product.height
    return _right(stage._replace(product=relettered(stage.product, stage.random, scale)))


def _mirrored(stage: _Set) -> tuple[Image.Image, Box]:
    mirrored = ImageOps.mirror(stage.product)
    one, two = (
        np.asarray(product.convert("RGBa").resize((96, 96))).astype(np.int16) for product in (stage.product, mirrored)
    )
    if np.abs(one - two).mean() < _SYMMETRIC:
        raise CannotAlter("it looks the same in a mirror")
    return _right(stage._replace(product=mirrored))


def _stretched(stage: _Set) -> tuple[Image.Image, Box]:
    by = 1 + float(stage.random.uniform(*STRETCHED))
    factor = (by, 1.0) if stage.random.random() < 0.5 else (1.0, by)
    seen = stage.seen._replace(height=min(stage.seen.height, 0.66))
    return _shown(stage, layer_of(stage.product, seen, factor))


def _other(stage: _Set) -> tuple[Image.Image, Box]:
    return _right(stage._replace(product=other(stage.product, stage.random)))


def _missing(stage: _Set) -> tuple[Image.Image, Box]:
    layer = placed(layer_of(stage.product, stage.seen), stage.seen.size, stage.place)
    return stage.ground, layer.box(stage.seen.size)


def _doubled(stage: _Set) -> tuple[Image.Image, Box]:
    """The product, and beside it once more, as large or up to half as large."""
    wide, high = stage.seen.size
    most = 0.42 * wide / stage.product.width * stage.product.height / high
    seen = stage.seen._replace(height=min(stage.seen.height, most), turn=stage.seen.turn / 3)
    again = seen._replace(height=seen.height * float(stage.random.uniform(0.55, 1.0)))
    pair = [layer_of(stage.product, one) for one in (seen, again)]
    places = [(0.0, stage.place[1]), (1.0, float(stage.random.uniform(0.5, 1.0)))]
    if stage.random.random() < 0.5:
        places.reverse()
    picture = stage.ground
    for layer, place in reversed(list(zip(pair, places, strict=True))):
        first = placed(layer, seen.size, place)
        picture = laid(picture, lit(first, seen, stage.random), seen.contact)
    return picture, first.box(seen.size)


def _hidden(stage: _Set) -> tuple[Image.Image, Box]:
    """Something that stands before the product: a piece of the background with a soft edge."""
    picture, box = _right(stage)
    layer = placed(layer_of(stage.product, stage.seen), stage.seen.size, stage.place)
    return laid(picture, _occluder(stage, layer), 0.0), box


def _cut(stage: _Set) -> tuple[Image.Image, Box]:
    """The product over an edge of the frame by `CUT` of its width or height."""
    layer = layer_of(stage.product, stage.seen)
    high, wide = layer.cover.shape
    placed_layer = placed(layer, stage.seen.size, stage.place)
    share = float(stage.random.uniform(*CUT))
    edge = int(stage.random.integers(4))
    if edge < 2:
        left = -round(share * wide) if edge == 0 else stage.seen.size[0] - round((1 - share) * wide)
        moved = placed_layer._replace(left=left)
    else:
        top = -round(share * high) if edge == 2 else stage.seen.size[1] - round((1 - share) * high)
        moved = placed_layer._replace(top=top)
    picture = laid(stage.ground, lit(moved, stage.seen, stage.random), stage.seen.contact)
    return picture, moved.box(stage.seen.size)


_MADE: dict[str, Callable[[_Set], tuple[Image.Image, Box]]] = {
    "recoloured": _recoloured,
    "letters": _relettered,
    "mirrored": _mirrored,
    "stretched": _stretched,
    "other": _other,
    "missing": _missing,
    "doubled": _doubled,
    "hidden": _hidden,
    "cut": _cut,
}
NEGATIVES: Mapping[str, str] = MappingProxyType(
    {
        "recoloured": "another hue or tint, 12 CIEDE2000 or more from its own on average",
        "letters": "a letter or digit of its label replaced, swapped or garbled",
        "mirrored": "the wrong way round",
        "stretched": "8 to 20 % too wide or too high",
        "other": "another label on a product of the same shape",
        "missing": "not there",
        "doubled": "there twice",
        "hidden": "a quarter or more of it covered",
        "cut": "a tenth or more of it over the frame's edge",
    }
)
"""What is wrong, by name."""


def _shown(stage: _Set, layer: Layer) -> tuple[Image.Image, Box]:
    there = placed(layer, stage.seen.size, stage.place)
    return laid(stage.ground, lit(there, stage.seen, stage.random), stage.seen.contact), there.box(stage.seen.size)


def _occluder(stage: _Set, product: Layer) -> Layer:
    """A leaf-like shape that covers `HIDDEN` of a product's area, textured by another part of the background."""
    pad = max(product.cover.shape) // 2
    held = np.pad(product.cover, pad)
    high, wide = held.shape
    angle, squash = stage.random.uniform(0, math.pi), stage.random.uniform(0.6, 1.0)
    side = stage.random.uniform(0.5, 1.0, 2) * (np.array(held.shape) - 2 * pad) / 2 * stage.random.choice((-1, 1), 2)
    across, down = np.meshgrid(np.arange(wide) - wide / 2 - side[1], np.arange(high) - high / 2 - side[0])
    along, over = across * math.cos(angle) + down * math.sin(angle), down * math.cos(angle) - across * math.sin(angle)
    far = np.hypot(along, over / squash)
    limit = _radius(far[::4, ::4], held[::4, ::4], float(stage.random.uniform(*HIDDEN)))
    cover = (1 / (1 + np.exp(np.clip(far - limit, -30, 30)))).astype(np.float32)
    texture = np.asarray(ImageOps.flip(fitted(stage.ground, (wide, high), stage.random)))
    return Layer(to_linear(texture) * cover[..., None], cover, product.left - pad, product.top - pad)


def _radius(far: NDArray[np.float64], cover: NDArray[np.float32], wanted: float) -> float:
    """How far from its middle a shape must reach to cover a share of the product."""
    order = np.argsort(far, axis=None)
    gathered = np.cumsum(cover.ravel()[order])
    return float(far.ravel()[order][int(np.searchsorted(gathered, wanted * gathered[-1]))])


def _roughly(box: Box, random: np.random.Generator) -> Box:
    more = random.uniform(0, _ROOM, 4)
    left, top = max(0.0, box.x - more[0] * box.w), max(0.0, box.y - more[1] * box.h)
    right, bottom = min(1.0, box.right + more[2] * box.w), min(1.0, box.bottom + more[3] * box.h)
    return Box(x=left, y=top, w=max(0.02, right - left), h=max(0.02, bottom - top))
