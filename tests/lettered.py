"""Pictures with letters on them, drawn for tests."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from adlocalizer.imaging.locating import cut_of

PRODUCTS = Path(__file__).parents[1] / "data" / "products"
CAN = (PRODUCTS / "solara-can.png").read_bytes()
GROUND = (178, 190, 200)


def written(picture: Image.Image, text: str, at: tuple[float, float], height: float, fill=(25, 35, 60)) -> Image.Image:
    """The picture with words on it, as high as a font of that many pixels."""
    copy = picture.copy()
    ImageDraw.Draw(copy).text(at, text, font=ImageFont.load_default(size=height), fill=fill)
    return copy


def lettered(text: str, at: tuple[float, float], height: float):
    """Pixels of a plain picture, 1024 by 768, with words on it."""
    return np.asarray(written(Image.new("RGB", (1024, 768), GROUND), text, at, height))


@functools.cache
def on_ground(share: float):
    """Pixels of the can on a plain ground, so much of 1024 pixels high, and the way from its cut-out there."""
    cut = cut_of(CAN).rgba
    high = round(1024 * share)
    size = (round(cut.width * high / cut.height), high)
    picture = Image.new("RGB", (1024, 1024), GROUND)
    small = cut.resize(size, Image.Resampling.LANCZOS)
    picture.paste(small, (300, 200), small)
    return np.asarray(picture), lambda points: points * (size[0] / cut.width, size[1] / cut.height) + (300, 200)
