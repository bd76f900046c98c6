"""Whether the product is as sharp as its shot is at that size."""

from __future__ import annotations

import functools
import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Undecidable, Verdict, check_of
from adlocalizer.domain import Box
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.ingest import Unreadable
from adlocalizer.imaging.locating import cut_of

_LONG = 256  # pixels of the product's longer side that are compared at most
_INNER = 0.15  # of the product's box that is left out on every side: what stands behind it may be sharp
_SHARPEST = 97.0  # percentile of the differences between neighbours: its letters and edges


@check_of("master", rank=1)
def product_sharp(master: SeenMaster, standard: Standard) -> Verdict:
    """The product's edges are about as sharp as those of its shot, reduced to as many pixels."""
    box = master.expected_box
    try:
        softer, seen = softness(master.whole.picture, master.subject.shot, box)
    except Unreadable as error:
        raise Undecidable(f"The product shot cannot be read: {error}.") from error
    bad = f"The product is blurred: its edges are {2**softer:.1f} times softer than those of its shot."
    return standard.judge(max(0.0, softer), Said("The product is sharp.", bad), seen)


def softness(picture: Image.Image, shot: bytes, box: Box) -> tuple[float, Image.Image]:
    """How many times, as a power of two, the product's edges are softer than its shot's; and what was looked at.

    Raises Unreadable for a broken shot.
    """
    cut = cut_of(shot).rgba
    room = Rect(0, 0, picture.width, picture.height).part(box)
    wide = min(room.width, room.height * cut.width / cut.height)
    tall = wide * cut.height / cut.width
    middle = (room.left + room.right) / 2
    scale = min(1.0, _LONG / max(1.0, wide, tall))
    size = (max(8, round(wide * scale)), max(8, round(tall * scale)))
    left, top = round(middle - wide / 2), round(room.bottom - tall)
    crop = picture.crop((left, top, round(left + wide), round(room.bottom))).resize(size, Image.Resampling.BOX)
    return math.log2(_shot_edges(shot, size) / max(1e-3, _edges(np.asarray(crop)))), crop


@functools.lru_cache(maxsize=256)
def _shot_edges(shot: bytes, size: tuple[int, int]) -> float:
    """The edges of a shot that was reduced to a size as gently as a renderer would."""
    cut = cut_of(shot).rgba
    flat = Image.new("RGB", cut.size, (128, 128, 128))
    flat.paste(cut, mask=cut.getchannel("A"))
    return max(1e-3, _edges(np.asarray(flat.resize(size, Image.Resampling.BOX))))


def _edges(pixels: NDArray[np.uint8]) -> float:
    """How much the clearest neighbours in the middle of a product differ, in its own contrasts."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    high, wide = grey.shape
    inner = grey[round(_INNER * high) : high - round(_INNER * high), round(_INNER * wide) : wide - round(_INNER * wide)]
    across, down = np.abs(np.diff(inner, axis=1))[:-1], np.abs(np.diff(inner, axis=0))[:, :-1]
    return float(np.percentile(np.maximum(across, down), _SHARPEST)) / max(1.0, float(inner.std()))
