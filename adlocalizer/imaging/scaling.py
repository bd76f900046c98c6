"""A window of a master to the pixels of a rendition: one crop and one Lanczos reduction, from the nearest level."""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

import numpy as np
from PIL import Image

from adlocalizer.domain import Box
from adlocalizer.imaging.contrast import Pixels
from adlocalizer.imaging.masters import ROOM, Master, libvips

Edges = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of a level."""
Size = tuple[int, int]
"""Width and height in pixels."""


class Cut(NamedTuple):
    """A rendition's picture, opaque RGBA rows, and the window of the master it shows, in fractions of the master."""

    pixels: Pixels
    window: Box


def cut(master: Master, window: Box, size: Size) -> Cut:
    """The window at a size in pixels (width, height).

    The window is moved to whole pixels of the level it is cut from, by a quarter of a pixel of the result at most where
    the result is smaller than half the window, by half a pixel of the master elsewhere. The window given back is exact:
    what is placed by it, such as the product, is placed where the pixels are.
    """
    wide, high = master.size
    level, factor = master.level(min(window.w * wide / size[0], window.h * high / size[1]) / ROOM)
    left, right = _whole(window.x * wide / factor, window.right * wide / factor, level.shape[1])
    top, bottom = _whole(window.y * high / factor, window.bottom * high / factor, level.shape[0])
    across, down = factor / wide, factor / high
    shown = Box(x=left * across, y=top * down, w=(right - left) * across, h=(bottom - top) * down)
    edges = (left, top, right, bottom)
    vips = libvips()
    return Cut(by_vips(vips, level, edges, size) if vips else by_pillow(level, edges, size), shown)


def by_vips(vips: ModuleType, level: Pixels, edges: Edges, size: Size) -> Pixels:
    """A part of rows of RGB levels at another size, opaque RGBA, by libvips' Lanczos filter of three lobes."""
    left, top, right, bottom = edges
    high, wide, bands = level.shape
    whole = vips.Image.new_from_memory(level, wide, high, bands, "uchar")
    part = whole.crop(left, top, right - left, bottom - top)
    small = part.resize(size[0] / part.width, vscale=size[1] / part.height, kernel="lanczos3").addalpha()
    return np.frombuffer(small.write_to_memory(), np.uint8).reshape(size[1], size[0], 4)


def by_pillow(level: Pixels, edges: Edges, size: Size) -> Pixels:
    """The same by Pillow, four times as slow: where there is no libvips, and to compare with."""
    left, top, right, bottom = edges
    small = Image.fromarray(level[top:bottom, left:right]).resize(size, Image.Resampling.LANCZOS)
    return np.array(small.convert("RGBA"))


def on_white(picture: Pixels, place: tuple[int, int], size: Size) -> Pixels:
    """A smaller picture at its place (left, top) on white rows."""
    rows = np.full((size[1], size[0], 4), 255, np.uint8)
    left, top = place
    rows[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return rows


def _whole(start: float, end: float, most: int) -> tuple[int, int]:
    first = min(max(round(start), 0), most - 1)
    return first, max(first + 1, min(round(end), most))
