"""What a camera, a file and the weather do to a whole picture, none of which makes a product wrong."""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from adlocalizer.calibrating.conditions import Conditions

_DROPS, _FLAKES = 260, 220  # in a square of 1024 pixels at density 1
_RAIN_LEVEL, _SNOW_LEVEL = 0.30, 0.85  # opacity of the brightest drop or flake
_RAIN_COLOUR, _SNOW_COLOUR = (205.0, 214.0, 224.0), (250.0, 251.0, 255.0)


def photographed(picture: Image.Image, seen: Conditions, random: np.random.Generator) -> Image.Image:
    """The picture with its rain, snow, blur, noise and JPEG, in this order."""
    pixels = np.asarray(picture)
    if seen.rain:
        pixels = _veiled(pixels, _rain(pixels.shape[:2], seen.rain, random), _RAIN_COLOUR)
    if seen.snow:
        pixels = _veiled(pixels, _snow(pixels.shape[:2], seen.snow, random), _SNOW_COLOUR)
    if seen.blur:
        pixels = np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(seen.blur)))
    if seen.noise:
        grain = random.standard_normal((*pixels.shape[:2], 3), np.float32)
        pixels = np.clip(pixels + seen.noise * grain + 0.5, 0, 255).astype(np.uint8)
    done = Image.fromarray(pixels)
    if seen.quality >= 100:
        return done
    file = io.BytesIO()
    done.save(file, "JPEG", quality=round(seen.quality), subsampling=0)
    return Image.open(io.BytesIO(file.getvalue())).convert("RGB")


def _veiled(
    pixels: NDArray[np.uint8], veil: NDArray[np.float32], colour: tuple[float, float, float]
) -> NDArray[np.uint8]:
    mixed = pixels + veil[..., None] * (np.array(colour, np.float32) - pixels)
    levels: NDArray[np.uint8] = np.clip(mixed + 0.5, 0, 255).astype(np.uint8)
    return levels


def _rain(shape: tuple[int, int], density: float, random: np.random.Generator) -> NDArray[np.float32]:
    high, wide = shape
    drops = int(_DROPS * density * high * wide / 1024**2)
    veil = np.zeros(shape, np.float32)
    slant = random.uniform(-0.2, 0.2)
    for x, y, length, level in random.random((drops, 4)):
        start, span = (x * wide, y * high), (0.01 + 0.03 * length) * high
        end = (start[0] + slant * span, start[1] + span)
        cv2.line(veil, _whole(start), _whole(end), _RAIN_LEVEL * (0.4 + 0.6 * level), 1, cv2.LINE_AA, _SHIFT)
    return cv2.GaussianBlur(veil, (0, 0), 0.7).astype(np.float32, copy=False)


def _snow(shape: tuple[int, int], density: float, random: np.random.Generator) -> NDArray[np.float32]:
    high, wide = shape
    flakes = int(_FLAKES * density * high * wide / 1024**2)
    veil = np.zeros(shape, np.float32)
    for x, y, across, level in random.random((flakes, 4)):
        radius = (0.0008 + 0.002 * across**2) * min(shape)
        middle = _whole((x * wide, y * high))
        cv2.circle(veil, middle, round(radius * 2**_SHIFT), _SNOW_LEVEL * (0.4 + 0.6 * level), -1, cv2.LINE_AA, _SHIFT)
    return cv2.GaussianBlur(veil, (0, 0), 0.8).astype(np.float32, copy=False)


_SHIFT = 4  # bits of a pixel that OpenCV draws with


def _whole(place: tuple[float, float]) -> tuple[int, int]:
    return round(place[0] * 2**_SHIFT), round(place[1] * 2**_SHIFT)
