"""What a competent engineer writes in an afternoon: template matching, a perceptual hash, and four plain rules."""

from __future__ import annotations

import functools
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from adlocalizer.imaging.locating import cut_of

SCORES = ("template", "perceptual hash", "colour")
"""Distances of the best match from the shot, 0 being equal: correlation, hash bits, mean colour."""

_SIDE = 256  # of the picture's shorter side
_SIZES = np.geomspace(0.2, 0.95, 12)  # of the frame's height that the product is looked for at
_HASH = 32  # pixels a side before the cosine transform, of which the lowest 16 x 16 are kept
_LEAST_CONTRAST, _BAR = 8.0, 0.03  # levels; share of a side that may be one colour at both ends


class Baseline(NamedTuple):
    """What it says of a picture: whether a plain rule is broken, and its distances."""

    is_broken: bool
    distances: dict[str, float]


def look(picture: Image.Image | None, ratio: float, shot: bytes) -> Baseline:
    """A file that does not decode, a ratio 4 % off, hardly any contrast or bars are broken; else three distances."""
    if picture is None or abs(picture.width / picture.height / ratio - 1) > 0.04:
        return Baseline(True, {})
    small = picture.convert("RGB").reduce(max(1, min(picture.size) // _SIDE))
    if np.asarray(small.convert("L")).std() < _LEAST_CONTRAST or _bars(small) > _BAR:
        return Baseline(True, {})
    score, place = max(_matches(np.asarray(small.convert("L")), shot), key=lambda match: match[0])
    seen, wanted = (part.resize((64, 64), Image.Resampling.BOX) for part in (small.crop(place), _flat(shot)))
    colours = np.abs(np.asarray(seen, float).mean(axis=(0, 1)) - np.asarray(wanted, float).mean(axis=(0, 1))).mean()
    bits = _hash(seen) != _hash(wanted)
    return Baseline(False, dict(zip(SCORES, (1 - score, float(bits.mean()), float(colours / 255)), strict=True)))


def _matches(pixels: NDArray[np.uint8], shot: bytes) -> list[tuple[float, tuple[int, int, int, int]]]:
    """The best masked match at each size, and its place."""
    cut, found = cut_of(shot).rgba, [(-1.0, (0, 0, pixels.shape[1], pixels.shape[0]))]
    for share in _SIZES:
        high = round(share * pixels.shape[0])
        wide = round(high * cut.width / cut.height)
        if wide > pixels.shape[1] or min(wide, high) < 12:
            continue
        template = np.asarray(cut.resize((wide, high), Image.Resampling.BOX).convert("LA"))
        grey, mask = np.ascontiguousarray(template[..., 0]), (template[..., 1] > 128).astype(np.uint8)
        scores = cv2.matchTemplate(pixels, grey, cv2.TM_CCOEFF_NORMED, mask=mask)
        scores = np.where(np.isfinite(scores), scores, -1)
        top, left = np.unravel_index(int(scores.argmax()), scores.shape)
        found.append((float(scores.max()), (int(left), int(top), int(left) + wide, int(top) + high)))
    return found


def _bars(picture: Image.Image) -> float:
    """The largest share of a side that is the colour of the corner, at both its ends."""
    ground = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    inner = ImageChops.difference(picture, ground).point(lambda level: 255 * (level > 12)).getbbox()
    if inner is None:
        return 1.0
    left, top, right, bottom = inner
    wide, high = picture.size
    return max(min(left, wide - right) / wide, min(top, high - bottom) / high)


@functools.lru_cache(maxsize=8)
def _flat(shot: bytes) -> Image.Image:
    cut = cut_of(shot).rgba
    flat = Image.new("RGB", cut.size, (128, 128, 128))
    flat.paste(cut, mask=cut.getchannel("A"))
    return flat


def _hash(picture: Image.Image) -> NDArray[np.bool_]:
    grey = np.asarray(picture.convert("L").resize((_HASH, _HASH), Image.Resampling.BOX), np.float32)
    low = cv2.dct(grey)[: _HASH // 2, : _HASH // 2]
    return np.asarray(low > np.median(low))
