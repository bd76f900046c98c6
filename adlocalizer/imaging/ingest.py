"""Untrusted bytes to an 8-bit sRGB picture, or a reason why not. All that a header tells comes before decoding."""

from __future__ import annotations

import io
import warnings
from typing import NamedTuple

from PIL import Image, ImageCms, ImageOps

EVERY_TYPE = ("PNG", "JPEG", "WEBP", "AVIF")
"""What we write. Nobody is asked for AVIF, and fewer decoders are fewer doors."""
_TYPES = EVERY_TYPE[:3]  # without it Pillow would also try EPS, which starts Ghostscript
_MIME = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "AVIF": "image/avif"}
_ORIENTATION = 0x112
_PNG_DEPTH = 24  # the byte with the bits a sample
_PALETTES = ("P", "PA", "LA", "1", "La", "RGBa")
_WITH_ALPHA = ("PA", "LA", "La", "RGBa")


class IngestLimits(NamedTuple):
    """What is accepted."""

    max_bytes: int = 40 << 20
    max_pixels: int = 36_000_000
    max_side: int = 12_288  # the long side of an 8:1 picture at 4K
    min_side: int = 64
    types: tuple[str, ...] = _TYPES


class Ingested(NamedTuple):
    """A picture in 8-bit sRGB, `RGB` or `RGBA`, upright, and what was changed to get there."""

    picture: Image.Image
    notes: tuple[str, ...]


class Peeked(NamedTuple):
    """What a header says."""

    mime: str
    width: int
    height: int


class Plain(NamedTuple):
    """A PNG or JPEG whose decoded levels need no further change, and what was noted of its bytes."""

    mime: str
    size: tuple[int, int]
    notes: tuple[str, ...]


class Unreadable(Exception):
    """The bytes are not a picture we accept; the message says why, in a sentence without a name or path."""


def peek(data: bytes, limits: IngestLimits | None = None) -> Peeked:
    """Type and size by the header alone, every limit checked; raises Unreadable. Nothing is decoded."""
    picture = _opened(data, limits or IngestLimits())
    return Peeked(_MIME[str(picture.format)], picture.width, picture.height)


def ingest(data: bytes, limits: IngestLimits | None = None) -> Ingested:
    """Decode strictly and normalise: upright, 8-bit, sRGB, no palette; raises Unreadable."""
    picture = _opened(data, limits or IngestLimits())
    notes = _ends(data, str(picture.format))
    try:
        picture.load()
    except Exception as error:  # Pillow's decoders raise many kinds; all of them mean the same
        raise Unreadable(f"its pixels cannot be decoded, it is truncated or damaged ({_said(error)})") from error
    profile = picture.info.get("icc_profile")
    orientation = picture.getexif().get(_ORIENTATION, 1)
    if orientation not in (0, 1):
        picture = ImageOps.exif_transpose(picture)
        notes.append(f"turned upright (EXIF orientation {orientation})")
    picture = _as_colour(_as_8_bit(picture, notes), profile, notes)
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
        notes.append("opaque alpha dropped")
    return Ingested(_bare(picture), tuple(notes))


def is_blank(picture: Image.Image) -> bool:
    """Whether nothing can be seen in a picture (`RGB` or `RGBA`): one colour all over, or transparent."""
    extremes = [picture.getchannel(band).getextrema() for band in picture.getbands()]
    unseen = picture.mode == "RGBA" and extremes[-1][1] == 0
    return unseen or all(low == high for low, high in extremes)


def plain_kind(data: bytes, limits: IngestLimits | None = None) -> Plain | None:
    """What a header says of a picture any strict decoder may decode as it stands, or None; raises Unreadable.

    Plain are RGB and grey of 8 bit, PNG without transparency and JPEG, upright, in sRGB or without a profile.
    """
    picture = _opened(data, limits or IngestLimits())
    kind = str(picture.format)
    if kind not in ("PNG", "JPEG") or picture.mode not in ("RGB", "L") or "transparency" in picture.info:
        return None
    if kind == "PNG" and (data[_PNG_DEPTH] != 8 or _speaks_after_pixels(data)):
        return None
    # Image's own `getexif`: that of a PNG would decode the picture to see what comes behind.
    if Image.Image.getexif(picture).get(_ORIENTATION, 1) not in (0, 1):
        return None
    profile = picture.info.get("icc_profile")
    if profile and not _is_srgb(profile):
        return None
    return Plain(_MIME[kind], picture.size, tuple(_ends(data, kind)))


def _speaks_after_pixels(png: bytes) -> bool:
    """Whether a PNG has chunks behind its first pixels that Pillow would read an orientation from."""
    place, pixels = 8, False
    while place + 8 <= len(png):
        length, name = int.from_bytes(png[place : place + 4], "big"), png[place + 4 : place + 8]
        if pixels and name in (b"eXIf", b"tEXt", b"zTXt", b"iTXt"):
            return True
        pixels = pixels or name == b"IDAT"
        place += 12 + length
    return False


def _is_srgb(profile: bytes) -> bool:
    try:
        return "sRGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError):
        return False


def _opened(data: bytes, limits: IngestLimits) -> Image.Image:
    if not data:
        raise Unreadable("the file is empty (0 bytes)")
    if len(data) > limits.max_bytes:
        raise Unreadable(f"it has {len(data):,} bytes, more than the {limits.max_bytes:,} accepted")
    if not _is_known(data, limits.types):
        raise Unreadable(f"it is not PNG, JPEG or WebP, whatever its name says: it starts with {data[:12]!r}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=limits.types)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Unreadable(f"its header declares too many pixels, more than {limits.max_pixels:,}") from error
    except Exception as error:  # as above: any failure here is a broken header
        raise Unreadable(f"its header cannot be read ({_said(error)})") from error
    _check_size(picture, limits)
    if getattr(picture, "n_frames", 1) > 1:
        raise Unreadable("it is animated; give one still picture")
    return picture


def _is_known(data: bytes, types: tuple[str, ...]) -> bool:
    starts = {
        "PNG": data[:8] == b"\x89PNG\r\n\x1a\n",
        "JPEG": data[:3] == b"\xff\xd8\xff",
        "WEBP": data[:4] == b"RIFF" and data[8:12] == b"WEBP",
        "AVIF": data[4:12] == b"ftypavif",
    }
    return any(starts[kind] for kind in types)


def _check_size(picture: Image.Image, limits: IngestLimits) -> None:
    wide, high = picture.size
    if wide * high > limits.max_pixels or max(wide, high) > limits.max_side:
        most = f"{limits.max_pixels:,} pixels or {limits.max_side:,} a side"
        raise Unreadable(f"it is {wide:,} x {high:,} pixels, more than the accepted {most}")
    if min(wide, high) < limits.min_side:
        raise Unreadable(f"it is {wide} x {high} pixels; at least {limits.min_side} a side are needed")


def _ends(data: bytes, kind: str) -> list[str]:
    if kind == "PNG":
        end = data.rfind(b"IEND")
        if end < 0:
            raise Unreadable("it is truncated: a PNG without its end")
        if len(data) - end > 8:
            return [f"{len(data) - end - 8} bytes after the end of the PNG ignored"]
    if kind == "JPEG" and not data.rstrip(b"\0").endswith(b"\xff\xd9"):
        return ["bytes after the end of the JPEG ignored"]
    return []


def _as_8_bit(picture: Image.Image, notes: list[str]) -> Image.Image:
    if picture.mode.startswith("I"):  # convert("RGB") would clip everything above 255 to white
        import numpy as np  # lazily: `plan` looks at product shots and hardly ever meets such a one

        grey = (np.asarray(picture).astype(np.float32) / 257 + 0.5).clip(0, 255)
        notes.append("16-bit grey reduced to 8 bit")
        return Image.fromarray(grey.astype(np.uint8))
    if picture.mode in _PALETTES:
        see_through = "transparency" in picture.info or picture.mode in _WITH_ALPHA
        notes.append(f"mode {picture.mode} expanded")
        return picture.convert("RGBA" if see_through else "RGB")
    if picture.mode in ("RGB", "L") and "transparency" in picture.info:
        notes.append("transparent colour expanded")
        return picture.convert("RGBA")
    return picture


def _as_colour(picture: Image.Image, profile: bytes | None, notes: list[str]) -> Image.Image:
    if profile:
        picture = _to_srgb(picture, profile, notes)
    elif picture.mode == "CMYK":
        notes.append("CMYK without a profile: colours are a guess")
    return picture if picture.mode in ("RGB", "RGBA") else picture.convert("RGB")


def _to_srgb(picture: Image.Image, profile: bytes, notes: list[str]) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = ImageCms.getProfileDescription(source).strip()
        if "sRGB" in name:
            return picture
        alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
        colours = picture.convert("RGB") if alpha else picture
        converted = ImageCms.profileToProfile(
            colours,
            source,
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError) as error:
        notes.append(f"bad colour profile ignored ({_said(error)})")
        return picture
    if converted is None:
        return picture
    if alpha:
        converted.putalpha(alpha)
    notes.append(f"colours converted from {name} to sRGB")
    return converted


def _bare(picture: Image.Image) -> Image.Image:
    # A copy without `info`: what the file carried (EXIF, GPS, profiles) must not ride along into what we write.
    clean = picture.copy()
    clean.info = {}
    return clean


def _said(error: BaseException) -> str:
    return " ".join(str(error).split())[:70] or type(error).__name__
