"""What the product stands on: tileable textures made once per process."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import skia

from adlocalizer.painting.brushes import Field, encoded, picture_of
from adlocalizer.painting.colours import from_hex
from adlocalizer.painting.noise import SIDE, cloud_noise, smoothstep
from adlocalizer.painting.tables import Ground

GLOSS: dict[Ground, float] = {
    "stone": 0.10,
    "slabs": 0.14,
    "wood": 0.12,
    "sand": 0.0,
    "asphalt": 0.16,
    "marble": 0.26,
    "brick": 0.05,
    "terracotta": 0.12,
    "snow": 0.0,
}


@functools.cache
def texture(ground: Ground) -> skia.Image:
    """A tile of the material under white light, with smaller copies for the distance."""
    red, green, blue = from_hex(_COLOURS[ground])
    shade = np.clip(_TEXTURES[ground](), 0.05, 1.6)[..., None]
    pixels = np.full((SIDE, SIDE, 4), 255, np.uint8)
    pixels[..., :3] = np.round(encoded(shade * np.array((red, green, blue), np.float32)) * 255)
    return picture_of(pixels, skia.kOpaque_AlphaType).withDefaultMipmaps()


def _grid() -> tuple[Field, Field]:
    at = (np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE
    across, down = np.meshgrid(at, at)
    return across, down


def _grain(number: int, share: float) -> Field:
    return share * cloud_noise(number, 0.6)


def _joints(across: Field, down: Field, columns: int, rows: int, shift: float = 0.0) -> tuple[Field, Field]:
    """Return the joint's darkness (0..1) and a random shade per slab."""
    row = np.floor(down * rows)
    x = across * columns + row * shift
    edge_x, edge_y = np.minimum(x % 1, 1 - x % 1) / columns, np.minimum(down * rows % 1, 1 - down * rows % 1) / rows
    joint = 1 - smoothstep(0.0015, 0.006, np.minimum(edge_x, edge_y))
    shades = np.random.default_rng(11).standard_normal((rows, columns)).astype(np.float32)
    return joint, shades[row.astype(int) % rows, np.floor(x).astype(int) % columns]


def _stone() -> Field:
    joint, shade = _joints(*_grid(), 2, 2, 0.5)
    return np.asarray(1 + 0.05 * cloud_noise(5, 1.6) + _grain(6, 0.05) + 0.05 * shade - 0.32 * joint, np.float32)


def _slabs() -> Field:
    joint, shade = _joints(*_grid(), 4, 4)
    return np.asarray(1 + 0.03 * cloud_noise(5, 1.6) + _grain(6, 0.035) + 0.045 * shade - 0.34 * joint, np.float32)


def _wood() -> Field:
    _, down = _grid()
    planks = 4
    row = np.floor(down * planks).astype(int)
    stretched = cloud_noise(7, 1.25)[:, (np.arange(SIDE) // 10) % SIDE]
    fibre = cloud_noise(8, 0.7)[:, (np.arange(SIDE) // 24) % SIDE]
    fibre = np.take_along_axis(fibre, (np.arange(SIDE)[:, None] + row * 97) % SIDE, 0)
    seam = 1 - smoothstep(0.001, 0.010, np.minimum(down * planks % 1, 1 - down * planks % 1) / planks)
    shade = np.array([0.05, -0.07, 0.08, -0.02], np.float32)[row % planks]
    return np.asarray(1 + 0.07 * stretched + 0.06 * fibre + shade - 0.55 * seam, np.float32)


def _sand() -> Field:
    _, down = _grid()
    ripple = np.sin((down * 14 + 0.18 * cloud_noise(9, 2.0)) * 2 * np.pi)
    return np.asarray(1 + 0.05 * ripple + 0.03 * cloud_noise(5, 1.5) + _grain(6, 0.08), np.float32)


def _asphalt() -> Field:
    return np.asarray(1 + 0.12 * cloud_noise(5, 1.5) + _grain(6, 0.2), np.float32)


def _marble() -> Field:
    joint, shade = _joints(*_grid(), 2, 2)
    vein = np.exp(-np.abs(cloud_noise(10, 1.9)) * 9) * smoothstep(-0.4, 1.0, cloud_noise(11, 2.0))
    return np.asarray(
        1 + 0.03 * cloud_noise(5, 1.9) + _grain(6, 0.012) + 0.03 * shade - 0.22 * vein - 0.22 * joint, np.float32
    )


def _brick() -> Field:
    joint, shade = _joints(*_grid(), 4, 8, 0.5)
    return np.asarray(1 + 0.05 * cloud_noise(5, 1.2) + _grain(6, 0.06) + 0.12 * shade + 0.28 * joint, np.float32)


def _snow() -> Field:
    sparkle = np.maximum(cloud_noise(6, 0.6) - 2.6, 0)
    return np.asarray(0.97 + 0.05 * cloud_noise(5, 2.1) + 0.03 * cloud_noise(8, 1.5) + 0.4 * sparkle, np.float32)


def _terracotta() -> Field:
    across, down = _grid()
    joint, shade = _joints((across + down) % 1, (across - down) % 1, 3, 3)
    return np.asarray(1 + 0.05 * cloud_noise(5, 1.6) + _grain(6, 0.04) + 0.08 * shade - 0.36 * joint, np.float32)


_COLOURS: dict[Ground, str] = {
    "stone": "#d6ccbd",
    "slabs": "#cdcbc8",
    "wood": "#b98a5e",
    "sand": "#e6cd9f",
    "asphalt": "#5e6266",
    "marble": "#ece7df",
    "brick": "#b0705a",
    "terracotta": "#cc8560",
    "snow": "#f2f6fc",
}
_TEXTURES: dict[Ground, Callable[[], Field]] = {
    "stone": _stone,
    "slabs": _slabs,
    "wood": _wood,
    "sand": _sand,
    "asphalt": _asphalt,
    "marble": _marble,
    "brick": _brick,
    "terracotta": _terracotta,
    "snow": _snow,
}
