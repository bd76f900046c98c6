"""A window of a master to the pixels of a rendition: one Lanczos reduction, from the nearest level, and one crop."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import NamedTuple

import numpy as np
from PIL import Image

from adlocalizer.domain import Box
from adlocalizer.imaging.contrast import Pixels
from adlocalizer.imaging.masters import ROOM, Edges, Master, Scaled, Size, libvips


class Cut(NamedTuple):
    """A rendition's picture, opaque RGBA rows, and the window of the master it shows, in fractions of the master."""

    pixels: Pixels
    window: Box


def cut(master: Master, window: Box, size: Size) -> Cut:
    """The window at a size in pixels (width, height).

    It is a part of the whole master at the scale of the result, so that renditions of one scale share the pixels they
    have in common, and is moved to whole pixels there: by half a pixel of the result at most. The window given back is
    exact: what is placed by it, such as the product, is placed where the pixels are.
    """
    wide, high = master.size
    times = _times((window.w * wide, window.h * high), size)
    level, factor = master.level(times / ROOM)
    shown = level.shape[1] * factor, level.shape[0] * factor  # of an odd master, a level lacks the last row or column
    whole = max(size[0], round(shown[0] / times)), max(size[1], round(shown[1] / times))
    left = _inside(window.x * wide / shown[0], whole[0], size[0])
    top = _inside(window.y * high / shown[1], whole[1], size[1])
    across, down = shown[0] / wide / whole[0], shown[1] / high / whole[1]
    box = Box(x=left * across, y=top * down, w=size[0] * across, h=size[1] * down)
    return Cut(_part(master, level, whole, (left, top, left + size[0], top + size[1])), box)


def largest_first(master: Size, sizes: Sequence[Size]) -> list[int]:
    """The places of renditions' sizes in the order they are best cut in: scale by scale, the largest of each first."""
    return sorted(range(len(sizes)), key=lambda at: (round(master[0] / _times(master, sizes[at])), -_area(sizes[at])))


def by_vips(vips: ModuleType, level: Pixels, whole: Size, part: Edges) -> Pixels:
    """A part of rows of RGB levels at another size of the whole, by libvips' Lanczos filter of 3 lobes.

    Nothing but the part is computed, and its pixels are the same however large it is.
    """
    left, top, right, bottom = part
    high, wide, bands = level.shape
    large = vips.Image.new_from_memory(level, wide, high, bands, "uchar")
    small = large.resize(whole[0] / wide, vscale=whole[1] / high, kernel="lanczos3")
    shown = small.crop(left, top, right - left, bottom - top)
    return np.frombuffer(shown.write_to_memory(), np.uint8).reshape(bottom - top, right - left, bands)


def by_pillow(level: Pixels, whole: Size, part: Edges) -> Pixels:
    """The same by Pillow, four times as slow: where there is no libvips, and to compare with."""
    left, top, right, bottom = part
    across, down = level.shape[1] / whole[0], level.shape[0] / whole[1]
    box = left * across, top * down, min(right * across, level.shape[1]), min(bottom * down, level.shape[0])
    small = Image.fromarray(level).resize((right - left, bottom - top), Image.Resampling.LANCZOS, box)
    return np.asarray(small)


def on_white(picture: Pixels, place: tuple[int, int], size: Size) -> Pixels:
    """A smaller picture at its place (left, top) on white rows."""
    rows = np.full((size[1], size[0], 4), 255, np.uint8)
    left, top = place
    rows[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return rows


def _part(master: Master, level: Pixels, whole: Size, part: Edges) -> Pixels:
    """A part of the whole at a scale: out of what was scaled last where it lies in there."""
    vips, last = libvips(), master.scaled
    if not vips:
        return _opaque(by_pillow(level, whole, part))
    if last is None or not last.has(whole, part):
        last = master.scaled = Scaled(whole, part, by_vips(vips, level, whole, part))
    left, top = part[0] - last.part[0], part[1] - last.part[1]
    return _opaque(last.pixels[top : top + part[3] - part[1], left : left + part[2] - part[0]])


def _opaque(rows: Pixels) -> Pixels:
    import cv2  # in the copy that is made anyway; as an operation of libvips it costs more

    return np.asarray(cv2.cvtColor(rows, cv2.COLOR_RGB2RGBA), np.uint8)


def _times(window: tuple[float, float], size: Size) -> float:
    """How many times smaller a window becomes, along the side where it is less."""
    return min(window[0] / size[0], window[1] / size[1])


def _area(size: Size) -> int:
    return size[0] * size[1]


def _inside(start: float, whole: int, length: int) -> int:
    """The nearest whole pixel at which a length that starts there, a fraction of the whole, ends inside."""
    return min(max(round(start * whole), 0), whole - length)
