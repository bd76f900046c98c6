"""Where a product stands in a picture, by masked normalised correlation of its cut-out in Lab: numpy only."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
from numpy.fft import irfft2, rfft2
from numpy.typing import NDArray
from PIL import Image

from adlocalizer.domain import Box
from adlocalizer.imaging.cutting import CutOut, cut_out
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.ingest import Unreadable, ingest
from adlocalizer.imaging.lab import to_lab

Planes = NDArray[np.float32]

SURE = 0.92  # a match this good is not looked for elsewhere
_FINE, _COARSE = 64, 32  # the product's longer side in pixels when verified, and when searched for everywhere
_CHROMA = 0.5  # weight of a* and b*: full weight would count warm evening light as another product
_SLACK = 5  # pixels of the fine template a known box may be off
_NEAR_SCALES = (1.0, 0.9, 1.11, 0.8, 1.25)
_STEP = 1.16  # between the sizes tried everywhere: coarse templates keep most of their score 8 % off
_REFINED = (1.07, 1.035, 1.015)  # sizes tried around the best match, each larger and smaller
_MOST_PIXELS = 40_000  # of a searched picture: bounds the time, and how small a product is looked for
_PLAIN = 3.0  # Lab units a product's own pattern must vary by to be told from any other patch
_SOLID = 200  # alpha: rims are mixed with the background


class Found(NamedTuple):
    """The best match: its box in fractions of the picture, and how alike it is, -1 to 1."""

    box: Box
    score: float


class _Template(NamedTuple):
    planes: Planes
    mask: Planes
    energy: float
    solid: float


def find_product(picture: Image.Image, shot: bytes, near: Box) -> Found:
    """The product of a shot in an RGB picture: near the expected box first, then everywhere at every size.

    Raises Unreadable for a broken shot.
    """
    cut = cut_of(shot)
    expected = _standing(picture, near, cut.rgba.width / cut.rgba.height)
    best = Found(near, -1.0)
    for scale in _NEAR_SCALES if expected.width > 2 and expected.height > 2 else ():
        best = max(best, _matched(picture, shot, _scaled(expected, scale)), key=lambda found: found.score)
        if best.score >= SURE:
            return best
    frame = Rect(0, 0, picture.width, picture.height)
    rough = max(_everywhere(picture, shot), key=lambda found: found.score, default=best)
    best = max(best, _matched(picture, shot, frame.part(rough.box)), key=lambda found: found.score)
    for step in _REFINED:
        around = frame.part(best.box)
        tries = [_matched(picture, shot, _scaled(around, scale)) for scale in (step, 1 / step)]
        best = max(best, *tries, key=lambda found: found.score)
    return best


def standing(picture: Image.Image, shot: bytes, said: Box | None, asked: Box) -> Box:
    """Where the product stands: as the provider says, else where it is found. Raises Unreadable for a broken shot."""
    return find_product(picture, shot, asked).box if said is None else said


@functools.lru_cache(maxsize=8)
def cut_of(shot: bytes) -> CutOut:
    """The product of a shot without its background; raises Unreadable."""
    cut = cut_out(ingest(shot).picture)
    if not cut.rgba.getchannel("A").getbbox():
        raise Unreadable("nothing can be seen in it")
    return cut


def why_unsure(shot: bytes) -> str:
    """Why a match says little about this product, in a sentence; empty when it says enough. Raises Unreadable."""
    cut = cut_of(shot)
    if not cut.confident:
        return f"the product could not be cut out for certain: {cut.note}"
    template = _template(shot, _FINE)
    if template.energy < _PLAIN**2 * template.solid:
        return "the product is plain: it has no pattern to know it by"
    return ""


def _everywhere(picture: Image.Image, shot: bytes) -> list[Found]:
    cut = cut_of(shot)
    longer = max(cut.rgba.size)
    wide, high = cut.rgba.width / longer, cut.rgba.height / longer  # of the product, its longer side being 1
    largest = 0.98 * min(picture.width / wide, picture.height / high)
    smallest = _COARSE * (picture.width * picture.height / _MOST_PIXELS) ** 0.5
    share = _COARSE / smallest
    base = picture.resize(_size(picture, share), Image.Resampling.BILINEAR, reducing_gap=2.0) if share < 1 else picture
    found, length = [], largest
    while length >= smallest:
        window = Rect(0, 0, base.width, base.height)
        found.append(_best(base, window, _size(picture, _COARSE / length), _template(shot, _COARSE)))
        length /= _STEP
    return found


def _size(picture: Image.Image, share: float) -> tuple[int, int]:
    return max(1, round(picture.width * share)), max(1, round(picture.height * share))


def _matched(picture: Image.Image, shot: bytes, product: Rect) -> Found:
    """The best match of the fine template within a few of its pixels of a rectangle of its size."""
    template = _template(shot, _FINE)
    high, wide = template.mask.shape
    across, down = product.width / wide, product.height / high
    window = Rect(
        max(0.0, product.left - _SLACK * across),
        max(0.0, product.top - _SLACK * down),
        min(float(picture.width), product.right + _SLACK * across),
        min(float(picture.height), product.bottom + _SLACK * down),
    )
    if window.width < 1 or window.height < 1:
        return Found(product.as_box(*picture.size), -1.0)
    size = (max(wide, round(window.width / across)), max(high, round(window.height / down)))
    return _best(picture, window, size, template)


def _best(picture: Image.Image, window: Rect, size: tuple[int, int], template: _Template) -> Found:
    small = picture.resize(size, Image.Resampling.BILINEAR, box=window, reducing_gap=2.0)
    high, wide = template.mask.shape
    if size[0] < wide or size[1] < high:
        return Found(window.as_box(*picture.size), -1.0)
    scores = _scores(_planes(np.asarray(small)), template)
    top, left = np.unravel_index(int(scores.argmax()), scores.shape)
    across, down = window.width / size[0], window.height / size[1]
    x, y = window.left + int(left) * across, window.top + int(top) * down
    match = Rect(x, y, x + wide * across, y + high * down)
    return Found(match.as_box(*picture.size), round(float(scores[top, left]), 4))


def _scores(picture: Planes, template: _Template) -> NDArray[np.float32]:
    """Correlation with the template at every place it fits, each plane freed of its mean under the mask."""
    rows, columns = picture.shape[1:]
    # Lengths without large prime factors: others take up to five times as long.
    shape = (-(-rows // 16) * 16, -(-columns // 16) * 16)
    pictures, mask = rfft2(picture, shape), np.conj(rfft2(template.mask, shape))
    shared = irfft2((pictures * np.conj(rfft2(template.planes, shape))).sum(axis=0), shape)
    sums = irfft2(pictures * mask, shape)
    squares = irfft2(rfft2((picture**2).sum(axis=0), shape) * mask, shape)
    spread = squares - (sums**2).sum(axis=0) / template.solid
    # A patch without any pattern would divide by nothing.
    spread = np.maximum(spread, 0.5 * template.solid)
    high, wide = template.mask.shape
    scores: NDArray[np.float32] = shared / np.sqrt(spread * max(template.energy, 1e-6))
    return scores[: rows - high + 1, : columns - wide + 1]


@functools.lru_cache(maxsize=16)
def _template(shot: bytes, longer: int) -> _Template:
    rgba = cut_of(shot).rgba
    scale = longer / max(rgba.size)
    size = (max(2, round(rgba.width * scale)), max(2, round(rgba.height * scale)))
    pixels = np.asarray(rgba.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0))
    alpha = pixels[..., 3]
    mask = (alpha >= min(_SOLID, int(alpha.max()))).astype(np.float32)
    planes = _planes(pixels)
    solid = float(mask.sum())
    means = (planes * mask).sum(axis=(1, 2), keepdims=True) / solid
    centred = (planes - means) * mask
    return _Template(centred, mask, float((centred**2).sum()), solid)


def _planes(pixels: NDArray[np.uint8]) -> Planes:
    lab = to_lab(pixels)
    planes: Planes = np.stack((lab[..., 0] - 50, _CHROMA * lab[..., 1], _CHROMA * lab[..., 2]))
    return planes


def _standing(picture: Image.Image, near: Box, aspect: float) -> Rect:
    """The largest rectangle of the product's shape in a box, standing on its bottom edge, in pixels."""
    room = Rect(0, 0, picture.width, picture.height).part(near)
    wide = min(room.width, room.height * aspect)
    middle = (room.left + room.right) / 2
    return Rect(middle - wide / 2, room.bottom - wide / aspect, middle + wide / 2, room.bottom)


def _scaled(rect: Rect, scale: float) -> Rect:
    """The same rectangle larger or smaller, standing on the same bottom edge."""
    middle, half = (rect.left + rect.right) / 2, rect.width * scale / 2
    return Rect(middle - half, rect.bottom - rect.height * scale, middle + half, rect.bottom)
