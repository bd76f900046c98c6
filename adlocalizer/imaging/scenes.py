"""Fingerprints of the scene around a product, and how alike scenes are: edges by place and direction, and colours.

Not a 64-bit hash of low DCT frequencies: scenes of one layout share those, so it would see the layout.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adlocalizer.domain import Box
from adlocalizer.imaging.lab import to_lab

Floats = NDArray[np.float32]

_VERSION = "s1"
_CELLS, _LEAST = 144, 8  # of a picture, and along its short side: a landmark still spans a few
_PIXELS = 8  # along a cell's side: coarser than grain and compression
_TURNS = 4  # directions of an edge: level, upright and both diagonals
_GRAIN = 0.35  # levels of L* a pixel: weaker edges are noise, and a plain wall has none
_SEEN = 0.6  # of a cell must lie beside the product
_RIM = 0.02  # of the frame, around the product: its shadow's edge and its glow
_PLAIN = 10.0  # strength of a picture's edges that counts as none; scenes without any are alike
_SHARED = 0.4  # of all cells two pictures must show beside their products to be compared
_COLOURS = 4  # colour areas along each side
_PER_COLOUR = 0.045 / 20  # colours 20 units of Lab apart count as much as edges at the usual limit
_ROWS = 512  # pictures compared with all others at a time: bounds the memory


class Scene(NamedTuple):
    """A fingerprint, taken apart."""

    grid: tuple[int, int]
    """Cells across and down."""
    product: Box
    edges: Floats
    """Strength by cell and direction, flat; 0 where the product stands."""
    seen: Floats
    """1 for each such value that lies beside the product, else 0."""
    colours: Floats
    """L*, a* and b* of each colour area, flat."""


def fingerprint(picture: Image.Image, product: Box) -> str:
    """The scene of an RGB picture as a line of ASCII, a few hundred characters; the product's box is left out of it."""
    across, down = _grid(picture.width, picture.height)
    small = picture.resize((across * _PIXELS, down * _PIXELS), Image.Resampling.BOX, reducing_gap=2.0)
    lab, beside = to_lab(np.asarray(small)), _beside(product, (across * _PIXELS, down * _PIXELS))
    edges = _edges(lab[..., 0], beside, (across, down))
    levels = np.round(edges / max(float(edges.max()), 1e-6) * 15).astype(np.uint8).reshape(-1)
    packed = (levels[0::2] << 4 | levels[1::2]).astype(np.uint8)
    strength = min(0xFFFF, round(float(edges.max()) * 100))
    box = bytes(round(255 * max(0.0, min(1.0, side))) for side in (product.x, product.y, product.w, product.h))
    parts = (f"{across}x{down}", box.hex(), f"{strength:04x}", _written(packed), _written(_colours(lab, beside)))
    return ".".join((_VERSION, *parts))


def scene_of(said: str) -> Scene | None:
    """A fingerprint taken apart; None for one of another version, or none at all."""
    version, *parts = said.split(".")
    if version != _VERSION or len(parts) != 5:
        return None
    size, box, strength, packed, colours = parts
    across, down = (int(side) for side in size.split("x"))
    x, y, w, h = (level / 255 for level in bytes.fromhex(box))
    pairs = _read(packed)
    levels = np.stack((pairs >> 4, pairs & 15), axis=-1).reshape(-1).astype(np.float32)
    product = Box(x=x, y=y, w=w, h=h)
    seen = np.repeat(_whole_cells(_beside(product, (across * _PIXELS, down * _PIXELS)), (across, down)), _TURNS)
    lab = _read(colours).reshape(-1, 3).astype(np.float32)
    edges = (levels * (int(strength, 16) / 1500) * seen).astype(np.float32)
    return Scene((across, down), product, edges, seen.astype(np.float32), _unpacked(lab).reshape(-1))


def likenesses(scenes: Sequence[Scene]) -> Iterator[tuple[int, Floats]]:
    """Likeness of scenes of one grid to every one of them, 0 to 1, block by block: first row, rows × scenes.

    1 is the same scene, whatever its product. Edges and colours must both be alike.
    """
    edges, seen = np.stack([one.edges for one in scenes]), np.stack([one.seen for one in scenes])
    colours = np.stack([one.colours for one in scenes])
    squares = edges**2
    lengths = (colours**2).sum(axis=1)
    for start in range(0, len(scenes), _ROWS):
        some = slice(start, start + _ROWS)
        weights = np.sqrt((squares[some] @ seen.T + _PLAIN**2) * (seen[some] @ squares.T + _PLAIN**2))
        off = 1 - (edges[some] @ edges.T + _PLAIN**2) / weights
        apart = lengths[some, None] + lengths[None] - 2 * colours[some] @ colours.T
        by_colour = _PER_COLOUR * np.sqrt(np.maximum(apart, 0) / _COLOURS**2)
        alike = np.clip(1 - np.maximum(off, by_colour), 0, 1)
        alike[seen[some] @ seen.T < _SHARED * seen.shape[1]] = 0
        yield start, alike.astype(np.float32)


def _grid(wide: int, high: int) -> tuple[int, int]:
    side = max((_CELLS / (wide * high)) ** 0.5, _LEAST / min(wide, high))
    return max(1, round(wide * side)), max(1, round(high * side))


def _beside(product: Box, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Which pixels of a picture of a size lie beside the product."""
    # Rounded as a fingerprint keeps it, so that writing and reading agree.
    x, y, w, h = (round(255 * side) / 255 for side in (product.x, product.y, product.w, product.h))
    wide, high = size
    beside = np.ones((high, wide), np.bool_)
    rows = slice(max(0, int((y - _RIM) * high)), max(0, -int(-(y + h + _RIM) * high // 1)))
    columns = slice(max(0, int((x - _RIM) * wide)), max(0, -int(-(x + w + _RIM) * wide // 1)))
    beside[rows, columns] = False
    return beside


def _edges(light: Floats, beside: NDArray[np.bool_], grid: tuple[int, int]) -> Floats:
    """Strength of edges by cell and direction; roots, so that one hard line does not outweigh all others."""
    smooth = cv2.GaussianBlur(np.ascontiguousarray(light), (0, 0), 1.0)
    across, down = (cv2.Sobel(smooth, cv2.CV_32F, *axis, scale=1 / 8) for axis in ((1, 0), (0, 1)))
    strength = np.hypot(across, down)
    strength = np.where(beside, np.maximum(strength - _GRAIN, 0), 0)
    turn = np.floor((np.arctan2(down, across) % np.pi) / np.pi * _TURNS + 0.5).astype(np.uint8) % _TURNS
    found = np.stack([_pooled(np.where(turn == one, strength, 0), grid) for one in range(_TURNS)], axis=-1)
    return np.sqrt(found).astype(np.float32) * _whole_cells(beside, grid)[..., None]


def _pooled(values: NDArray[np.generic], grid: tuple[int, int]) -> Floats:
    across, down = grid
    sums: Floats = values.astype(np.float32).reshape(down, _PIXELS, across, _PIXELS).sum(axis=(1, 3))
    return sums


def _whole_cells(beside: NDArray[np.bool_], grid: tuple[int, int]) -> NDArray[np.bool_]:
    return _pooled(beside, grid) >= _SEEN * _PIXELS**2


def _colours(lab: Floats, beside: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Mean colour of each area beside the product, a byte an axis; one that the product fills has the picture's."""
    everywhere = lab[beside].mean(axis=0) if beside.any() else lab.reshape(-1, 3).mean(axis=0)
    means = []
    for rows, kept in zip(np.array_split(lab, _COLOURS), np.array_split(beside, _COLOURS), strict=True):
        columns = zip(np.array_split(rows, _COLOURS, axis=1), np.array_split(kept, _COLOURS, axis=1), strict=True)
        means += [area[inside].mean(axis=0) if inside.any() else everywhere for area, inside in columns]
    scaled = np.stack(means) * (2.55, 1, 1) + (0, 128, 128)
    return np.round(scaled).clip(0, 255).astype(np.uint8)


def _unpacked(levels: Floats) -> Floats:
    lab: Floats = ((levels - np.array((0, 128, 128), np.float32)) / np.array((2.55, 1, 1), np.float32)).astype(
        np.float32
    )
    return lab


def _written(levels: NDArray[np.uint8]) -> str:
    return base64.urlsafe_b64encode(levels.tobytes()).decode().rstrip("=")


def _read(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), np.uint8)
