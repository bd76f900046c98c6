"""A master behind the gate, decoded once for everything that looks at it: checks, search and every rendition."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from types import ModuleType

import numpy as np
from PIL import Image

from adlocalizer.imaging.contrast import Pixels
from adlocalizer.imaging.ingest import IngestLimits, Unreadable, ingest, plain_kind

ROOM = 2.0
"""Pixels a level has for each one of a rendition: reduced by less, the Lanczos filter has too few to choose from."""
_SHRINKS = (8, 4, 2)  # what a JPEG can be decoded at, by leaving out coefficients


class Master:
    """A whole, upright picture in 8-bit sRGB without transparency; its halves are made when first asked for."""

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

    A JPEG is decoded at a half, a quarter or an eighth where that leaves twice the pixels of every target (width,
    height) that will be cut from it.
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
    vips = libvips()
    high, wide, bands = pixels.shape
    if not vips:
        return np.asarray(Image.fromarray(pixels).reduce(2))[: high // 2, : wide // 2]
    half = vips.Image.new_from_memory(pixels, wide, high, bands, "uchar").shrink(2, 2)
    return np.frombuffer(half.write_to_memory(), np.uint8).reshape(half.height, half.width, bands)
