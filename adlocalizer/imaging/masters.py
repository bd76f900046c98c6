"""A master behind the gate, decoded once for everything that looks at it: checks, search and every rendition."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from types import ModuleType
from typing import NamedTuple

import numpy as np
from PIL import Image

from adlocalizer.imaging.contrast import Pixels
from adlocalizer.imaging.ingest import IngestLimits, Unreadable, ingest, plain_kind

ROOM = 1.5
"""Pixels a level has for each one of a rendition at least: nearer to one another, their two filters blur (scaling)."""
Size = tuple[int, int]
"""Width and height in pixels."""
Edges = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels."""
_SHRINKS = (8, 4, 2)  # what a JPEG can be decoded at, by leaving out coefficients


class Scaled(NamedTuple):
    """A part of a picture at another size of the whole: RGB rows nobody may change."""

    whole: Size
    part: Edges
    pixels: Pixels

    def has(self, whole: Size, part: Edges) -> bool:
        """Whether a part of the whole at that size lies in this one."""
        left, top, right, bottom = self.part
        inside = left <= part[0] and top <= part[1] and part[2] <= right and part[3] <= bottom
        return inside and whole == self.whole


class Master:
    """A whole, upright picture in 8-bit sRGB without transparency; its halves are made when first asked for."""

    scaled: Scaled | None = None
    """What was cut from it last: renditions of one scale share it."""

    def __init__(self, pixels: Pixels, notes: tuple[str, ...] = ()) -> None:
        """Take rows of RGB levels, which nobody may change any more."""
        self.pixels = pixels
        self.notes = notes
        self._levels = [pixels]

    @classmethod
    def of(cls, picture: Image.Image) -> Master:
        """A decoded picture that needs no gate."""
        return cls(np.asarray(picture.convert("RGB")))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels; a JPEG that was decoded smaller has fewer than its header says."""
        return self.pixels.shape[1], self.pixels.shape[0]

    @functools.cached_property
    def picture(self) -> Image.Image:
        """The same as Pillow's `RGB`."""
        return Image.fromarray(self.pixels)

    def level(self, times: float) -> tuple[Pixels, int]:
        """The smallest of the picture's halves that is no more than so many times smaller, and its factor 1, 2, 4 …"""
        depth = max(0, min(int(np.log2(max(times, 1.0))), int(np.log2(min(self.size)))))
        while len(self._levels) <= depth:
            self._levels.append(_halved(self._levels[-1]))
        return self._levels[depth], 1 << depth


def open_master(data: bytes, targets: Sequence[tuple[int, int]] = (), limits: IngestLimits | None = None) -> Master:
    """Gate and decode a picture: the rules of `ingest`, at half the cost for a plain PNG; raises Unreadable.

    A JPEG is decoded at a half, a quarter or an eighth where that leaves ROOM pixels for each one of every target
    (width, height) that will be cut from it.
    """
    vips = libvips()
    plain = plain_kind(data, limits) if vips else None
    if not vips or not plain:
        done = ingest(data, limits)
        return Master(np.asarray(done.picture.convert("RGB")), done.notes)
    options = {"shrink": _shrink(plain.size, targets)} if plain.mime == "image/jpeg" else {}
    try:
        picture = vips.Image.new_from_buffer(data, "", access="sequential", fail_on="warning", **options)
        pixels = np.frombuffer(picture.write_to_memory(), np.uint8)
    except vips.Error as error:
        said = " ".join(str(error).split())[:70]
        raise Unreadable(f"its pixels cannot be decoded, it is truncated or damaged ({said})") from error
    shaped = pixels.reshape(picture.height, picture.width, picture.bands)
    return Master(np.repeat(shaped, 3, axis=2) if picture.bands == 1 else shaped, plain.notes)


@functools.cache
def libvips() -> ModuleType | None:
    """The pyvips module, set to one thread and no cache, or None where the machine has no libvips.

    One process per core does the work; more threads in each would only wait for one another. Nothing here is computed
    twice, so a cache of operations would only hold pictures in memory.
    """
    os.environ.setdefault("VIPS_CONCURRENCY", "1")  # read once, when the library starts
    try:
        import pyvips
    except (ImportError, OSError):
        return None
    pyvips.cache_set_max(0)
    return pyvips


def _shrink(size: tuple[int, int], targets: Sequence[tuple[int, int]]) -> int:
    if not targets:
        return 1
    needed = max(max(wide / size[0], high / size[1]) for wide, high in targets)
    return next((shrink for shrink in _SHRINKS if ROOM * needed * shrink <= 1), 1)


def _halved(pixels: Pixels) -> Pixels:
    import cv2  # a tenth of libvips' time, and it rounds where libvips cuts off

    high, wide = (side // 2 * 2 for side in pixels.shape[:2])
    half = cv2.resize(pixels[:high, :wide], (wide // 2, high // 2), interpolation=cv2.INTER_AREA)
    return np.asarray(half, np.uint8)
