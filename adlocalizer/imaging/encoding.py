"""Pixels to files under a byte limit, by a bounded search, with nothing in their metadata but what is passed in."""

from __future__ import annotations

import functools
import io
import math
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from PIL import Image, PngImagePlugin

FileType = Literal["jpg", "png", "webp"]

BEST_QUALITY = 90
FLOOR_QUALITY = 38
MOST_ENCODES = 6
_WINDOW = 0.06  # below the limit that counts as good enough
_SLOPE = {"jpg": 0.028, "webp": 0.022}  # d ln(bytes) / d quality, measured on 2 photographs x 12 sizes
_MIME = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_EXIF_COLOUR_SPACE, _EXIF_IFD, _SRGB = 0xA001, 0x8769, 1


class Encoded(NamedTuple):
    """A finished file."""

    data: bytes
    mime: str
    quality: int
    """0..100; 100 for lossless PNG."""
    encodes: int
    fits: bool
    """Whether it keeps the byte limit."""


def encode(picture: Image.Image, file_types: Sequence[FileType], max_bytes: int, xmp: str = "") -> Encoded:
    """The picture as JPEG, else WebP, else PNG, as the placement takes, at the best quality under the limit.

    When a type misses the limit at its floor quality, the next type is tried; the smallest try is returned with
    `fits=False` when none keeps it. XMP is embedded as given; EXIF or an sRGB chunk names the colour space.
    """
    if picture.info:  # Pillow writes comments and profiles it finds there
        picture = picture.copy()
        picture.info = {}
    tries: list[Encoded] = []
    for kind in sorted(file_types, key=("jpg", "webp", "png").index):
        tries.append(_as_png(picture, max_bytes, xmp) if kind == "png" else _search(picture, kind, max_bytes, xmp))
        if tries[-1].fits:
            return tries[-1]
    return min(tries, key=lambda one: len(one.data))


def _search(picture: Image.Image, kind: FileType, limit: int, xmp: str) -> Encoded:
    write: Callable[[int], bytes] = functools.partial(_lossy, picture, kind, xmp.encode())
    best = write(BEST_QUALITY)
    if len(best) <= limit:
        return Encoded(best, _MIME[kind], BEST_QUALITY, 1, True)
    goal, slope = math.log(limit * (1 - _WINDOW / 2)), _SLOPE[kind]
    good: tuple[int, bytes] | None = None
    low, high, last, size, count = FLOOR_QUALITY - 1, BEST_QUALITY, BEST_QUALITY, len(best), 1
    while count < MOST_ENCODES and high - low > 1:
        quality = min(max(round(last + (goal - math.log(size)) / slope), low + 1), high - 1)
        if count == MOST_ENCODES - 1 and good is None:
            quality = FLOOR_QUALITY
        attempt, count = write(quality), count + 1
        if quality != last and len(attempt) != size:
            slope = max(0.008, math.log(len(attempt) / size) / (quality - last))
        last, size = quality, len(attempt)
        if size <= limit:
            low, good = quality, (quality, attempt)
            if size >= limit * (1 - _WINDOW):
                break
        else:
            high = quality
    quality, attempt = good or (last, attempt)
    return Encoded(attempt, _MIME[kind], quality, count, good is not None)


def _lossy(picture: Image.Image, kind: FileType, xmp: bytes, quality: int) -> bytes:
    out = io.BytesIO()
    extra = {"xmp": xmp} if xmp else {}
    if kind == "jpg":
        # Not `optimize`: it saves 2 % of the bytes, and Pillow's buffer for it is too small for a noisy picture.
        # Full colour resolution keeps the edges of coloured letters; below 80 its bytes are better spent on detail.
        sampling = 0 if quality >= 80 else 2
        picture.save(out, "JPEG", quality=quality, subsampling=sampling, exif=_exif(), **extra)
    else:
        picture.save(out, "WEBP", quality=quality, method=2, exif=_exif(), **extra)
    return out.getvalue()


def _as_png(picture: Image.Image, limit: int, xmp: str) -> Encoded:
    full = _png(picture, xmp)
    if len(full) <= limit:
        return Encoded(full, _MIME["png"], 100, 1, True)
    palette = _png(picture.quantize(256, dither=Image.Dither.FLOYDSTEINBERG), xmp)
    return Encoded(palette, _MIME["png"], 60, 2, len(palette) <= limit)


def _png(picture: Image.Image, xmp: str) -> bytes:
    chunks = PngImagePlugin.PngInfo()
    chunks.add(b"sRGB", b"\0")
    if xmp:
        chunks.add_itxt("XML:com.adobe.xmp", xmp)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6, pnginfo=chunks)
    return out.getvalue()


@functools.cache
def _exif() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(_EXIF_IFD)[_EXIF_COLOUR_SPACE] = _SRGB
    return exif.tobytes()
