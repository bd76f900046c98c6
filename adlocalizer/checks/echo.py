"""The reference handed back instead of a scene: as it was, cut, padded or recoloured, or alone on a plain ground."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Undecidable, Verdict, check_of
from adlocalizer.imaging.ingest import Unreadable, ingest
from adlocalizer.imaging.lighting import LUMA

Levels = NDArray[np.float32]

_SIDE = 48  # pixels a side, were it square, that both are compared at
_PARTS = (1.0, 0.89, 0.79, 0.7, 0.62, 0.55)  # of the reference's filling side that a part of it shows
_LEAST = 0.35  # of the reference's area that a part of it shows
_LIKE = 32  # levels: as exactly the ground is known that a transparent shot was laid on
_RING, _PLAIN = 0.06, 6.0  # of the short side; levels within which a ground is plain


@check_of("master")
def echo(master: SeenMaster, standard: Standard) -> Verdict:
    """The picture is none of its references, and its product stands in a scene."""
    picture = master.picture
    try:
        references = [shot for shot in (master.subject.shot, *master.subject.more_shots) if shot]
        alike = max((likeness(picture, shot) for shot in references), default=0.0)
    except Unreadable as error:
        raise Undecidable(f"The product shot cannot be read: {error}.") from error
    plain = plainness(picture)
    what = "The picture is its own reference handed back" if alike >= plain else "The picture shows a plain ground"
    bad = f"{what} instead of a scene ({max(alike, plain):.0%} alike)."
    return standard.judge(max(alike, plain), Said("The picture is a scene of its own.", bad), picture)


def likeness(picture: Image.Image, shot: bytes) -> float:
    """The highest correlation, 0 to 1, of a picture's levels with those of a reference or a part of it."""
    share = _SIDE / (picture.width * picture.height) ** 0.5
    size = (max(8, round(picture.width * share)), max(8, round(picture.height * share)))
    seen = np.asarray(picture.convert("L").resize(size, Image.Resampling.BOX)).astype(np.float32)
    ring = int(np.median(np.concatenate((seen[0], seen[-1], seen[:, 0], seen[:, -1]))))
    grounds = {255, min(255, (ring + _LIKE // 2) // _LIKE * _LIKE)}
    sheets = [sheet for ground in sorted(grounds) for sheet in _fitted(shot, size, ground)]
    return max(0.0, *(float(cv2.matchTemplate(sheet, seen, cv2.TM_CCOEFF_NORMED).max()) for sheet in sheets))


def plainness(picture: Image.Image) -> float:
    """How much of the weakest edge, 0 to 1, has the one colour that stands at all four of them."""
    pixels = np.asarray(picture.resize((96, 96), Image.Resampling.BOX)).astype(np.float32)
    thick = max(2, round(_RING * 96))
    edges = [pixels[:thick], pixels[-thick:], pixels[:, :thick].swapaxes(0, 1), pixels[:, -thick:].swapaxes(0, 1)]
    ground = np.median(np.concatenate([edge.reshape(-1, 3) for edge in edges]), axis=0)
    return min(float((np.abs(edge - ground).max(axis=2) <= _PLAIN).mean()) for edge in edges)


@functools.lru_cache(maxsize=64)
def _fitted(shot: bytes, size: tuple[int, int], ground: int) -> tuple[Levels, ...]:
    return tuple(np.asarray(sheet).astype(np.float32) for sheet in _ways(shot, size, ground))


@functools.lru_cache(maxsize=8)
def _reduced(shot: bytes) -> tuple[Levels, Levels]:
    """A reference's luma where it covers, 0 to 255, and how far it does, 0 to 1, at four times what is compared."""
    reference = ingest(shot).picture.convert("RGBA")
    small = np.asarray(reference.convert("RGBa").reduce(max(1, min(reference.size) // (4 * _SIDE)))).astype(np.float32)
    return np.asarray(small[..., :3] @ LUMA, np.float32), np.asarray(small[..., 3] / 255, np.float32)


def _ways(shot: bytes, size: tuple[int, int], ground: int) -> Iterator[Image.Image]:
    """A reference stretched to a frame, padded to it, and so large that the frame shows a part of it."""
    drawn, cover = _reduced(shot)
    grey = Image.fromarray(np.clip(drawn + ground * (1 - cover) + 0.5, 0, 255).astype(np.uint8))
    yield grey.resize(size, Image.Resampling.BOX)
    yield ImageOps.pad(grey, size, Image.Resampling.BOX, color=ground)
    filling = max(size[0] / grey.width, size[1] / grey.height)
    for part in _PARTS:
        scale = filling / part
        if size[0] * size[1] < _LEAST * grey.width * grey.height * scale**2:
            break  # a narrow strip of a product is a slope like many a sky
        larger = (max(size[0], round(grey.width * scale)), max(size[1], round(grey.height * scale)))
        yield grey.resize(larger, Image.Resampling.BOX)
