"""A product set into a background, its edges soft and its light laid on as light: in linear values."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from adlocalizer.calibrating.conditions import Conditions
from adlocalizer.domain import Box
from adlocalizer.imaging.contrast import linear

Light = NDArray[np.float32]
Place = tuple[float, float]

_LINEAR = linear(np.arange(256) / 255).astype(np.float32)
_STEPS = 4095
_WARM = (0.20, 0.0, -0.25)  # ln of the gain of red, green and blue at warmth 1
_SHOULDER = 0.75  # linear: above it highlights are compressed as a camera does, not cut
_SOLID = 128


class Layer(NamedTuple):
    """A product in the picture's pixels: premultiplied linear light, its cover 0..1, and where its corner lies."""

    light: Light
    cover: Light
    left: int
    top: int

    def box(self, size: tuple[int, int]) -> Box:
        """The edges of what can be seen of it, in fractions of a picture of that size; may lie over its edge."""
        rows, columns = (np.flatnonzero(self.cover.max(axis=axis) * 255 >= _SOLID) for axis in (1, 0))
        wide, high = columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1
        x, y = (self.left + columns[0]) / size[0], (self.top + rows[0]) / size[1]
        return Box(x=x, y=y, w=wide / size[0], h=high / size[1])


def fitted(ground: Image.Image, size: tuple[int, int], random: np.random.Generator) -> Image.Image:
    """A part of a background in a size, sometimes mirrored."""
    ground = ImageOps.mirror(ground) if random.random() < 0.5 else ground
    centre = (float(random.random()), float(random.random()))
    return ImageOps.fit(ground.convert("RGB"), size, Image.Resampling.LANCZOS, centering=centre)


def layer_of(product: Image.Image, seen: Conditions, stretch: Place = (1.0, 1.0)) -> Layer:
    """A cut-out (`RGBA`) in its size, turned and leant, its corner at the origin; stretched by a factor each way."""
    wide_room, high_room = seen.size
    high = seen.height * high_room
    wide = high * product.width / product.height
    least = min(1.0, 0.8 * wide_room / wide)
    target = (max(8, round(wide * least * stretch[0])), max(8, round(high * least * stretch[1])))
    small = np.asarray(product.resize(target, Image.Resampling.LANCZOS, reducing_gap=3.0))
    cover = small[..., 3:].astype(np.float32) / 255
    light = np.dstack((_LINEAR[small[..., :3]] * cover, cover))
    map_, size = _map(target, seen)
    seen_light = cv2.warpPerspective(light, map_, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT)
    alpha = np.clip(seen_light[..., 3], 0, 1).astype(np.float32)
    return Layer(np.clip(seen_light[..., :3], 0, alpha[..., None]).astype(np.float32), alpha, 0, 0)


def placed(layer: Layer, size: tuple[int, int], place: Place) -> Layer:
    """The layer in the picture: its middle at a place in fractions of the room that keeps it whole."""
    high, wide = layer.cover.shape
    return layer._replace(left=round((size[0] - wide) * place[0]), top=round((size[1] - high) * place[1]))


def lit(layer: Layer, seen: Conditions, random: np.random.Generator) -> Layer:
    """The layer under the light of its conditions: exposure, white balance, side light, a soft shadow across it."""
    high, wide = layer.cover.shape
    across, down = np.meshgrid(np.linspace(-1, 1, wide), np.linspace(-1, 1, high))
    field = 2.0**seen.stops * (1 - seen.side * across)
    if seen.shadow:
        angle, start = random.uniform(0, 2 * math.pi), random.uniform(-0.4, 0.4)
        way = across * math.cos(angle) + down * math.sin(angle)
        field = field * (1 - seen.shadow / (1 + np.exp(-(way - start) / random.uniform(0.05, 0.25))))
    gains = np.exp(seen.warmth * np.array(_WARM))
    cover = layer.cover[..., None]
    light = layer.light * field[..., None] * gains / np.maximum(cover, 1e-4)
    over = np.maximum(light - _SHOULDER, 0)
    room = 1 - _SHOULDER
    light = np.minimum(light, _SHOULDER) + room * (1 - np.exp(-over / room))
    return layer._replace(light=(light * cover).astype(np.float32))


def laid(ground: Image.Image, layer: Layer, contact: float) -> Image.Image:
    """The background with the layer over it and a soft shadow of an opacity on the ground under it."""
    pixels = np.asarray(ground).copy()
    high, wide = layer.cover.shape
    pad = wide // 3 + 2
    rows = slice(max(0, layer.top - pad), max(0, min(ground.height, layer.top + high + pad)))
    columns = slice(max(0, layer.left - pad), max(0, min(ground.width, layer.left + wide + pad)))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return ground
    canvas_size = (rows.stop - rows.start, columns.stop - columns.start)
    cover = _shifted(layer.cover, layer, (rows.start, columns.start), canvas_size)
    light = _shifted(layer.light, layer, (rows.start, columns.start), canvas_size)
    under = _LINEAR[pixels[rows, columns]]
    middle = (layer.left + wide / 2 - columns.start, layer.top + high - 0.01 * high - rows.start)
    under = under * (1 - contact * _contact(canvas_size, middle, wide))[..., None]
    mixed = light + under * (1 - cover[..., None])
    pixels[rows, columns] = from_linear(mixed)
    return Image.fromarray(pixels)


def from_linear(light: Light) -> NDArray[np.uint8]:
    """Linear values 0..1 as 8-bit sRGB."""
    levels: NDArray[np.uint8] = _SRGB[(np.clip(light, 0, 1) * _STEPS + 0.5).astype(np.uint16)]
    return levels


def to_linear(pixels: NDArray[np.uint8]) -> Light:
    """8-bit sRGB as linear values 0..1."""
    return _LINEAR[pixels]


def _map(size: tuple[int, int], seen: Conditions) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """The 3x3 map of a rectangle's pixels for a turn, a lean and a yaw, and the size that holds it."""
    wide, high = size
    lean, yaw = seen.lean * wide, seen.yaw * high
    corners = np.array([[lean, yaw], [wide - lean, -yaw], [wide, high + yaw], [0, high - yaw]], np.float64)
    angle = math.radians(seen.turn)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    corners = (corners - (wide / 2, high / 2)) @ turn.T
    corners = corners - corners.min(axis=0) + 2
    held = np.ceil(corners.max(axis=0) + 3).astype(int)
    start = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(start, corners.astype(np.float32)), np.float64), (
        int(held[0]),
        int(held[1]),
    )


def _shifted(plane: Light, layer: Layer, corner: tuple[int, int], size: tuple[int, int]) -> Light:
    """The part of a layer's plane that lies in a window of the picture, zero around it."""
    canvas = np.zeros((*size, *plane.shape[2:]), np.float32)
    top, left = layer.top - corner[0], layer.left - corner[1]
    rows = slice(max(0, top), min(size[0], top + plane.shape[0]))
    columns = slice(max(0, left), min(size[1], left + plane.shape[1]))
    if rows.start < rows.stop and columns.start < columns.stop:
        canvas[rows, columns] = plane[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    return canvas


def _contact(size: tuple[int, int], middle: Place, wide: float) -> Light:
    """A flat soft oval under a product, 1 in its middle."""
    down = (np.arange(size[0], dtype=np.float32)[:, None] - middle[1]) / (0.055 * wide + 1)
    across = (np.arange(size[1], dtype=np.float32)[None, :] - middle[0]) / (0.42 * wide + 1)
    oval: Light = np.exp(-(down**2 + across**4)).astype(np.float32)
    return oval


_levels = np.arange(_STEPS + 1) / _STEPS
_SRGB = np.round(255 * np.where(_levels <= 0.0031308, 12.92 * _levels, 1.055 * _levels ** (1 / 2.4) - 0.055)).astype(
    np.uint8
)
