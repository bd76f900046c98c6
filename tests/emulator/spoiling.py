"""Whole pictures that went wrong: set into a frame, enlarged from a thumbnail, or with a sign nobody can read."""

from __future__ import annotations

import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

_SYLLABLES = ("RSE", "TAO", "KLI", "OUF", "BNE", "SCHR", "EAV", "PLO", "GIU", "MNT")
_THUMBNAIL = 5.0  # times enlarged


def spoilt(picture: Image.Image, fault: str, dice: random.Random) -> Image.Image:
    """The picture with a fault of `SPOILT`, in the same number of pixels."""
    return SPOILT[fault](picture, dice)


def letterboxed(picture: Image.Image, _: random.Random) -> Image.Image:
    """Between two black bars."""
    wide, high = picture.size
    bar, sheet = round(high * 0.12), Image.new("RGB", (wide, high))
    sheet.paste(picture.resize((wide, high - 2 * bar)), (0, bar))
    return sheet


def framed(picture: Image.Image, dice: random.Random) -> Image.Image:
    """Inside a page, a print with a broad foot, a telephone, or a blurred enlargement of itself."""
    way = dice.choice((_page, _print, _telephone, _blurred_bars))
    return way(picture)


def upscaled(picture: Image.Image, _: random.Random) -> Image.Image:
    """A thumbnail enlarged to full size."""
    small = tuple(max(8, round(side / _THUMBNAIL)) for side in picture.size)
    return picture.resize((small[0], small[1]), Image.Resampling.BOX).resize(picture.size, Image.Resampling.BICUBIC)


def lettered(picture: Image.Image, dice: random.Random) -> Image.Image:
    """With a shop sign of words that are none, in the upper corner away from the middle."""
    wide, high = picture.size
    words = " ".join("".join(dice.sample(_SYLLABLES, 2)) for _ in range(2))
    tall = max(14, round(min(wide, high) * 0.07))
    face = ImageFont.load_default(tall)
    across = face.getlength(words)
    if across > 0.8 * wide:
        face = ImageFont.load_default(max(10, round(tall * 0.8 * wide / across)))
        across = face.getlength(words)
    left, top = round((wide - across) * dice.choice((0.08, 0.92))), round(high * 0.12)
    done = picture.copy()
    pen = ImageDraw.Draw(done)
    pen.rectangle((left - tall * 0.4, top - tall * 0.3, left + across + tall * 0.4, top + tall * 1.4), fill="#7a1f2b")
    pen.text((left, top), words, font=face, fill="#f6ecd2")
    return done


SPOILT: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "letterbox": letterboxed,
    "framed": framed,
    "upscaled": upscaled,
    "lettered": lettered,
}


def _page(picture: Image.Image) -> Image.Image:
    return _inset(picture, Image.new("RGB", picture.size, "#f7f5f0"), (0.09, 0.09, 0.91, 0.91))


def _print(picture: Image.Image) -> Image.Image:
    return _inset(picture, Image.new("RGB", picture.size, "#fdfcf8"), (0.05, 0.05, 0.95, 0.82))


def _telephone(picture: Image.Image) -> Image.Image:
    wide, high = picture.size
    sheet, broad = Image.new("RGB", picture.size, "#dfe3e8"), min(wide, high)
    body = (0.1 * wide, 0.06 * high, 0.9 * wide, 0.94 * high)
    ImageDraw.Draw(sheet).rounded_rectangle(body, broad * 0.07, fill="#101114")
    return _inset(picture, sheet, (0.13, 0.1, 0.87, 0.9), round(broad * 0.05))


def _blurred_bars(picture: Image.Image) -> Image.Image:
    wide, high = picture.size
    part = picture.crop((round(0.2 * wide), round(0.2 * high), round(0.8 * wide), round(0.8 * high)))
    sheet = part.resize(picture.size).filter(ImageFilter.GaussianBlur(min(wide, high) / 18))
    box = (0.2, 0.0, 0.8, 1.0) if wide >= high else (0.0, 0.2, 1.0, 0.8)
    return _inset(picture, sheet, box)


def _inset(
    picture: Image.Image, sheet: Image.Image, box: tuple[float, float, float, float], radius: int = 0
) -> Image.Image:
    wide, high = picture.size
    left, top, right, bottom = (round(part * side) for part, side in zip(box, (wide, high, wide, high), strict=True))
    small = ImageOps.fit(picture, (right - left, bottom - top), Image.Resampling.LANCZOS)
    mask = Image.new("L", small.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, small.width - 1, small.height - 1), radius, fill=255)
    sheet.paste(small, (left, top), mask)
    return sheet
