"""A product whose label says something else: letters of it found, then swapped, replaced or garbled."""

from __future__ import annotations

import functools
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adlocalizer.calibrating.altering import CannotAlter
from adlocalizer.calibrating.resembling import alike
from adlocalizer.domain import Box
from adlocalizer.imaging.networks import NoReader
from adlocalizer.imaging.reading import read_line
from adlocalizer.imaging.text_finding import find_lines

Plane = NDArray[np.float32]

LEGIBLE = 9.0
"""Pixels of a letter's height in the picture that a person needs at least to see that another one stands there."""
_WORK = 1000  # the product's longer side in pixels while letters are looked for
_HEIGHTS = (0.010, 0.20)  # of a letter, of the product's longer side
_SHAPES = (0.08, 1.8)  # width over height of a letter
_FILL = (0.15, 0.85)  # ink in a letter's box
_BLOCK = 61  # pixels of the neighbourhood that ink is darker or lighter than
_CONTRAST = 14.0  # levels that ink differs by at least
_GROUND = 2.0  # times as far off what is around that what stands beside may be: beyond, it is the ground of letters
_LEAST_LETTERS = 3
_LEVEL, _ALIKE, _GAP = 0.3, 0.35, 1.3  # of a letter's height: base lines apart, heights apart, space between two
_TRIES = 40


class Letter(NamedTuple):
    """A blob of ink that looks like a letter: its box in pixels, and its ink there, 0..1."""

    left: int
    top: int
    wide: int
    high: int
    ink: Plane

    @property
    def bottom(self) -> int:
        """Below the last row."""
        return self.top + self.high


def relettered(product: Image.Image, random: np.random.Generator, scale: float = 1.0) -> Image.Image:
    """The cut-out with one letter or digit replaced, two swapped, or one garbled; `scale` is picture over product.

    Letters that will be legible in the picture are taken if there are any. Raises CannotAlter without lettering.
    """
    times = min(1.0, _WORK / max(product.size))
    small = product.resize((round(product.width * times), round(product.height * times)), Image.Resampling.LANCZOS)
    lines = _lettering(small.size, small.tobytes())
    if not lines:
        raise CannotAlter("no lettering was found on it")
    legible = [line for line in lines if np.median([letter.high for letter in line]) * scale / times >= LEGIBLE]
    chosen = legible or [max(lines, key=lambda line: float(np.median([letter.high for letter in line])))]
    for _ in range(_TRIES):
        line = chosen[int(random.integers(len(chosen)))]
        pair = [line[int(place)] for place in random.choice(len(line), 2, replace=False)]
        changed = _WAYS[int(random.integers(len(_WAYS)))](small, pair[0], pair[1])
        if changed is not None:
            return _grafted(product, small, changed)
    raise CannotAlter("its letters are too much alike to be exchanged")


@functools.lru_cache(maxsize=4)
def _lettering(size: tuple[int, int], pixels: bytes) -> tuple[tuple[Letter, ...], ...]:
    """The lines of a cut-out (RGBA) that say something: read once a product, not once a picture of it."""
    product = Image.frombytes("RGBA", size, pixels)
    return tuple(_said(product, lines_of(product)))


def lines_of(product: Image.Image) -> list[tuple[Letter, ...]]:
    """The lines of three or more letters of one size on a cut-out, left to right; of ink, not of gaps between ink."""
    pixels = np.asarray(product)
    grey = cv2.cvtColor(pixels[..., :3], cv2.COLOR_RGB2GRAY)
    solid = cv2.erode((pixels[..., 3] > 200).astype(np.uint8), np.ones((5, 5), np.uint8))
    lines: list[tuple[Letter, ...]] = []
    around = cv2.blur(grey.astype(np.float32), (_BLOCK, _BLOCK))
    for sign in (1, -1):
        ink = sign * (around - grey)
        mask = ((ink > _CONTRAST) & (solid > 0)).astype(np.uint8)
        lines += _in_lines(_letters(mask, ink, max(product.size)))
    return lines


def _said(product: Image.Image, lines: list[tuple[Letter, ...]]) -> list[tuple[Letter, ...]]:
    """The lines that say something, as a row of ornaments does not; all of them where none can be read."""
    try:
        ground = Image.new("RGB", product.size, (128, 128, 128))
        ground.paste(product, mask=product.getchannel("A"))
        pixels = np.asarray(ground)
        boxes = [line.box(1, 1) for line in find_lines(pixels) if read_line(pixels, line).text]
    except NoReader:
        return lines
    return [line for line in lines if any(_lies_in(line, box) for box in boxes)] or lines


def _lies_in(line: tuple[Letter, ...], box: Box) -> bool:
    """Whether the middle of a line lies in a box of pixels."""
    x, y = (line[0].left + line[-1].left + line[-1].wide) / 2, line[0].top + line[0].high / 2
    return box.x <= x <= box.right and box.y <= y <= box.bottom


def _letters(mask: NDArray[np.uint8], ink: Plane, longer: int) -> list[Letter]:
    count, places, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    found = []
    for number in range(1, count):
        left, top, wide, high, area = (int(value) for value in boxes[number])
        if not (_HEIGHTS[0] * longer <= high <= _HEIGHTS[1] * longer and _SHAPES[0] <= wide / high <= _SHAPES[1]):
            continue
        if not _FILL[0] <= area / (wide * high) <= _FILL[1]:
            continue
        part = (slice(top, top + high), slice(left, left + wide))
        own = places[part] == number
        depth = max(float(np.percentile(ink[part][own], 80)), 1.0)
        beside = ink[max(0, top - 1) : top + high + 1, max(0, left - high // 3) : left + wide + high // 3]
        if -float(np.percentile(beside, 5)) > _GROUND * depth:
            continue
        shape = np.clip(ink[part] / depth, 0, 1) * cv2.dilate(own.astype(np.float32), np.ones((3, 3)))
        found.append(Letter(left, top, wide, high, shape))
    return found


def _in_lines(letters: list[Letter]) -> list[tuple[Letter, ...]]:
    """Letters that stand beside one another on one base line, at one height, in one strength."""
    left_over, lines = sorted(letters, key=lambda letter: letter.left), []
    while left_over:
        line = [left_over.pop(0)]
        for letter in tuple(left_over):
            last = line[-1]
            high = max(last.high, letter.high)
            level = abs(letter.bottom - last.bottom) < _LEVEL * high
            alike = abs(letter.high - last.high) < _ALIKE * high
            if level and alike and -0.1 * high <= letter.left - last.left - last.wide < _GAP * high:
                line.append(letter)
                left_over.remove(letter)
        if len(line) >= _LEAST_LETTERS:
            lines.append(tuple(line))
    return lines


def _replaced(product: Image.Image, one: Letter, two: Letter) -> Image.Image | None:
    """The second letter in the first one's place."""
    if alike(one.ink, two.ink):
        return None
    return _written(product, [(one, two.ink)])


def _swapped(product: Image.Image, one: Letter, two: Letter) -> Image.Image | None:
    if alike(one.ink, two.ink):
        return None
    return _written(product, [(one, two.ink), (two, one.ink)])


def _garbled(product: Image.Image, one: Letter, two: Letter) -> Image.Image | None:
    """The first letter upside down, or mirrored where that is the same."""
    for ink in (one.ink[::-1], one.ink[:, ::-1]):
        if not alike(one.ink, ink):
            return _written(product, [(one, ink)])
    return None


_WAYS = (_replaced, _swapped, _garbled)


def _written(product: Image.Image, letters: list[tuple[Letter, Plane]]) -> Image.Image:
    """The product with ink of other shapes where letters stood; their own colour, the ground under them filled in."""
    pixels = np.asarray(product).copy()
    gone: NDArray[np.uint8] = np.zeros(pixels.shape[:2], np.uint8)
    for letter, _ in letters:
        pad = max(2, round(0.06 * letter.high))
        part = (slice(letter.top, letter.bottom), slice(letter.left, letter.left + letter.wide))
        own = (letter.ink > 0.08).astype(np.uint8)
        gone[part] = np.maximum(gone[part], own)
        gone = cv2.dilate(gone, np.ones((pad + 1, pad + 1), np.uint8)).astype(np.uint8)
    ground = cv2.inpaint(np.ascontiguousarray(pixels[..., :3]), gone, 4, cv2.INPAINT_TELEA).astype(np.uint8)
    for letter, ink in letters:
        own = np.asarray(product)[letter.top : letter.bottom, letter.left : letter.left + letter.wide, :3]
        colour = np.median(own[letter.ink > 0.8], axis=0) if (letter.ink > 0.8).any() else own.mean(axis=(0, 1))
        _inked(ground, letter, ink, colour)
    return Image.fromarray(np.dstack((ground, pixels[..., 3])))


def _inked(ground: NDArray[np.uint8], letter: Letter, ink: Plane, colour: NDArray[np.float64]) -> None:
    """Write ink at a letter's place, as high as the letter, as wide as the ink is."""
    wide = max(2, round(letter.high * ink.shape[1] / ink.shape[0]))
    shape = cv2.resize(np.ascontiguousarray(ink), (wide, letter.high), interpolation=cv2.INTER_AREA)
    left = max(0, min(letter.left + (letter.wide - wide) // 2, ground.shape[1] - wide))
    part = (slice(letter.top, letter.bottom), slice(left, left + wide))
    cover = shape[:, : ground[part].shape[1], None]
    ground[part] = np.clip(ground[part] * (1 - cover) + colour * cover + 0.5, 0, 255).astype(np.uint8)


def _grafted(product: Image.Image, before: Image.Image, after: Image.Image) -> Image.Image:
    """The product in its full size, with what was changed in a smaller one and nothing else."""
    if before.size == product.size:
        return after
    altered = np.abs(np.asarray(after).astype(np.int16) - np.asarray(before)).max(axis=2) > 2
    mask = Image.fromarray((altered * 255).astype(np.uint8)).resize(product.size, Image.Resampling.BILINEAR)
    return Image.composite(after.resize(product.size, Image.Resampling.LANCZOS), product, mask)
