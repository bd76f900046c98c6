"""A logo's file: read without trust. It needs no numpy, which every `plan` would wait for."""

from __future__ import annotations

import functools

from PIL import Image

from adlocalizer.imaging.ingest import IngestLimits, Unreadable, ingest, peek
from adlocalizer.imaging.svg import check_svg, svg_opacity, svg_shape

SVG, PNG = "image/svg+xml", "image/png"
SOLID = 0.6
"""Share of opaqueness above which a pixel of the drawn logo counts as the logo."""
_LIMITS = IngestLimits(max_bytes=8 << 20, max_pixels=16_000_000, max_side=8192, min_side=16)
_FLATTEST, _LONGEST = 0.1, 20.0
_LOOKED_AT = 96
"""Pixels of the height a logo is looked at with when its file is read."""
_SAME_SHAPE = 0.02


def check_logo(data: bytes) -> str:
    """The MIME type of a logo file that can be drawn on anything; raises Unreadable with what to do."""
    mime = mime_of(data)
    if mime == SVG:
        check_svg(data)
    elif mime == PNG:
        peek(data, _LIMITS)
    else:
        raise Unreadable("it is neither SVG nor PNG; export the logo as SVG, or as PNG with transparency")
    shape = logo_shape(data)
    if not _FLATTEST <= shape <= _LONGEST:
        raise Unreadable(f"it is {shape:.2f} times as wide as high; {_FLATTEST:g} to {_LONGEST:g} can be placed")
    size = max(8, round(_LOOKED_AT * shape)), _LOOKED_AT
    least, most = svg_opacity(data, *size) if mime == SVG else _opacity(sized(data, *size))
    if most <= 255 * SOLID:
        raise Unreadable("nothing can be seen of it: every pixel is transparent; export it again")
    if least > 250:
        raise Unreadable("it has no transparency and would stand in a box of its own; export it without a background")
    return mime


def same_shape(one: bytes, other: bytes) -> bool:
    """Whether two variants can stand in each other's place."""
    return abs(logo_shape(one) / logo_shape(other) - 1) <= _SAME_SHAPE


@functools.lru_cache(maxsize=8)
def logo_shape(data: bytes) -> float:
    """Width to height of a logo file."""
    if mime_of(data) == SVG:
        return svg_shape(data)
    seen = peek(data, _LIMITS)
    return seen.width / seen.height


def sized(data: bytes, width: int, height: int) -> Image.Image:
    """A PNG logo at a size in pixels, `RGBA`."""
    # Premultiplied, or what lies under transparent pixels bleeds into the edges.
    picture = ingest(data, _LIMITS).picture.convert("RGBA").convert("RGBa")
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0).convert("RGBA")


def mime_of(data: bytes) -> str:
    """The type of a logo file by its first bytes; empty: neither SVG nor PNG."""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return PNG
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return SVG if head.startswith(b"<") and b"<svg" in head.lower() + data[4096:65536].lower() else ""


def _opacity(picture: Image.Image) -> tuple[float, float]:
    least, most = picture.getchannel("A").getextrema()
    return float(least), float(most)  # type: ignore[arg-type]
