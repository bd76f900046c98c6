"""Pixels to files under a byte limit, with nothing in their metadata but what is passed in."""

from __future__ import annotations

import functools
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from PIL import Image, PngImagePlugin

from adlocalizer.imaging.colours import Colour
from adlocalizer.imaging.contrast import Pixels
from adlocalizer.imaging.labelling import shortest_packet
from adlocalizer.imaging.likeness import SMALLEST, likeness
from adlocalizer.imaging.searching import Lossy, search

FileType = Literal["jpg", "webp", "avif", "png"]

CLEAR = 0.90
"""Likeness (SSIM of the luma) under which another type is tried; the check `file_quality` says why."""
_UNSEEN: dict[Lossy, int] = {"jpg": 75, "webp": 75, "avif": 60}
"""Qualities from which on it is not measured: of 24 pictures in 7 sizes only a field of stars lay under CLEAR there."""
_MIME = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "avif": "image/avif"}
_EXIF_COLOUR_SPACE, _EXIF_IFD, _SRGB = 0xA001, 0x8769, 1
_STREAMED = 400_000
"""Pixels up to which a JPEG is progressive: banners are served as they are, larger uploads are encoded again by every
platform we know of, and progressive costs five times the CPU for 4 % fewer bytes (benchmarks/README.md)."""
_PACKETS = 20
"""Lengths of an XMP packet under which a byte limit is so low that the packet is shortened: above, it takes 5 %."""
_COLOURS = {64: 40, 16: 20}
"""Palettes tried after the one of 256 colours, and the quality they are said to have."""
_SIXTEEN = 1.4  # times the limit that 256 colours weigh from which on 64 are not tried: they save a third
_SMALL_LETTER = 32.0  # pixels of a capital: strokes of larger ones are wide enough for half the colour resolution
_WHOLE, _HALF = 0, 2  # Pillow's names for the samplings 4:4:4 and 4:2:0
_COLOURED = (
    40.0  # levels of Cb and Cr from grey and from the ground. Both by eye: red on white and yellow on green go dull,
)
# white on red and ink on yellow do not


class Encoded(NamedTuple):
    """A finished file."""

    data: bytes
    mime: str
    quality: int
    """0..100; 100 for lossless PNG."""
    encodes: int
    """Of all types tried, three each at most."""
    fits: bool
    """Whether it keeps the byte limit."""
    likeness: float | None = None
    """SSIM of the luma against the picture; none where the quality is so high that it need not be measured."""

    @property
    def is_clear(self) -> bool:
        """Whether compression left the picture good enough to be shown."""
        return self.likeness is None or self.likeness >= CLEAR


def opaque(rows: Pixels) -> Image.Image:
    """Opaque RGBA rows as a picture that `encode` takes, without a copy of them."""
    high, wide = rows.shape[:2]
    return Image.frombuffer("RGBX", (wide, high), np.ascontiguousarray(rows), "raw", "RGBX", 0, 1)


def encode(
    picture: Image.Image, file_types: Sequence[FileType], max_bytes: int, xmp: str = "", *, full_colour: bool = False
) -> Encoded:
    """The picture in a type the placement takes, its first one preferred, at the best quality under the limit.

    The first type that keeps the limit and stays clear is taken, else the clearest that keeps it, else the smallest,
    with `fits=False`. `full_colour` keeps a JPEG's colours at full resolution: small coloured letters need it. XMP is
    embedded as given, under a limit of few bytes in its shortest form.
    EXIF or an sRGB chunk names the colour space; there is never an alpha channel.
    """
    if picture.info:  # Pillow writes comments and profiles it finds there
        picture = picture.copy()
        picture.info = {}
    if max_bytes < _PACKETS * len(xmp.encode()):
        xmp = shortest_packet(xmp)
    sampling = _WHOLE if full_colour else _HALF
    done: list[Encoded] = []
    for kind in file_types:
        if kind == "png":
            done.append(_as_png(picture, max_bytes, xmp))
        else:
            done.append(_as_lossy(picture, kind, max_bytes, _Extras(xmp.encode(), sampling)))
        if done[-1].fits and done[-1].is_clear:
            break
    best = done[-1] if done[-1].fits and done[-1].is_clear else max(done, key=_worth)
    return best._replace(encodes=sum(one.encodes for one in done))


def needs_full_colour(letters: Iterable[tuple[float, Colour, Colour]]) -> bool:
    """Whether any letters (height of a capital in pixels, their colour, their ground's) are small and coloured."""
    return any(
        height < _SMALL_LETTER and min(math.hypot(*_tones(own)), math.dist(_tones(own), _tones(ground))) > _COLOURED
        for height, own, ground in letters
    )


def _tones(colour: Colour) -> tuple[float, float]:
    """Cb and Cr of a colour as JPEG has them (ITU-T T.871)."""
    red, green, blue = colour
    return -0.1687 * red - 0.3313 * green + 0.5 * blue, 0.5 * red - 0.4187 * green - 0.0813 * blue


class _Extras(NamedTuple):
    xmp: bytes
    sampling: int


def _worth(one: Encoded) -> tuple[bool, float]:
    return one.fits, (1.0 if one.likeness is None else one.likeness) if one.fits else -float(len(one.data))


def _as_lossy(picture: Image.Image, kind: Lossy, limit: int, extras: _Extras) -> Encoded:
    colours = picture if kind == "jpg" else picture.convert("RGB")  # the others know no padded RGB
    found = search(lambda quality: _lossy(colours, kind, quality, extras), kind, limit)
    data, quality = found.best.data, found.best.quality
    alike = _likeness(picture, data) if quality < _UNSEEN[kind] else None
    return Encoded(data, _MIME[kind], quality, found.encodes, found.fits, alike)


def _lossy(picture: Image.Image, kind: Lossy, quality: int, extras: _Extras) -> bytes:
    options: dict[str, Any] = {"quality": quality, "exif": _exif()} | ({"xmp": extras.xmp} if extras.xmp else {})
    if kind == "webp":
        return _saved(picture, "WEBP", method=2, **options)
    if kind == "avif":
        return _saved(picture, "AVIF", speed=10, max_threads=1, **options)
    options["subsampling"] = extras.sampling
    if picture.width * picture.height > _STREAMED:
        return _saved(picture, "JPEG", **options)
    try:
        return _saved(picture, "JPEG", progressive=True, **options)
    except OSError:  # Pillow's buffer for a progressive file has a byte a pixel: too few for noise in full colour
        return _saved(picture, "JPEG", **options)


def _saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def _likeness(picture: Image.Image, data: bytes) -> float | None:
    if min(picture.size) < SMALLEST:
        return None
    with Image.open(io.BytesIO(data), formats=("JPEG", "WEBP", "AVIF", "PNG")) as decoded:
        return round(likeness(picture, decoded), 4)


def _as_png(picture: Image.Image, limit: int, xmp: str) -> Encoded:
    colours = picture.convert("RGB")
    full = _png(colours, xmp)
    if len(full) <= limit:
        return Encoded(full, _MIME["png"], 100, 1, True)
    palette, quality, encodes = _paletted(colours, 256, xmp), 60, 2
    if len(palette) > limit:
        fewer = 16 if len(palette) > _SIXTEEN * limit else 64
        palette, quality, encodes = _paletted(colours, fewer, xmp), _COLOURS[fewer], 3
    return Encoded(palette, _MIME["png"], quality, encodes, len(palette) <= limit, _likeness(picture, palette))


def _paletted(picture: Image.Image, colours: int, xmp: str) -> bytes:
    return _png(picture.quantize(colours, dither=Image.Dither.FLOYDSTEINBERG), xmp)


def _png(picture: Image.Image, xmp: str) -> bytes:
    chunks = PngImagePlugin.PngInfo()
    chunks.add(b"sRGB", b"\0")
    if xmp:
        chunks.add_itxt("XML:com.adobe.xmp", xmp)
    return _saved(picture, "PNG", compress_level=6, pnginfo=chunks)


@functools.cache
def _exif() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(_EXIF_IFD)[_EXIF_COLOUR_SPACE] = _SRGB
    return exif.tobytes()
