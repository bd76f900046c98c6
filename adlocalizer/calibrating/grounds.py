"""Made-up backgrounds to set a product before: sky, walls, lights and clutter. No photograph ships for this."""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adlocalizer.calibrating.altering import from_lab

SIDE = 1400
"""Pixels a side: parts of it are cut for every shape of picture."""
_OCTAVES = (3, 6, 12, 28, 70, 180)


@functools.lru_cache(maxsize=4)
def ground(seed: int) -> Image.Image:
    """A made-up view, always the same for a seed: `RGB`, square."""
    random = np.random.default_rng([seed, 20])
    lab = _sky(random) if random.random() < 0.5 else _wall(random)
    lab = lab + _grain(random)[..., None] * np.array([random.uniform(4, 16), *random.uniform(-4, 4, 2)], np.float32)
    pixels = from_lab(lab.astype(np.float32))
    for draw in random.permutation(3):
        (_draw_houses, _draw_lights, _draw_things)[draw](pixels, random)
    return Image.fromarray(cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.6, 2.5)).astype(np.uint8))


def _sky(random: np.random.Generator) -> NDArray[np.float32]:
    """From one colour above to another below, over a floor."""
    down = np.linspace(0, 1, SIDE, dtype=np.float32)[:, None, None]
    top, low, floor = (_colour(random) for _ in range(3))
    lab = np.broadcast_to(top + (low - top) * down, (SIDE, SIDE, 3)).copy()
    lab[int(random.uniform(0.55, 0.8) * SIDE) :] = floor
    return lab


def _wall(random: np.random.Generator) -> NDArray[np.float32]:
    """A plain wall lit from a side."""
    across = np.linspace(-1, 1, SIDE, dtype=np.float32)[None, :, None]
    light = np.array([random.uniform(-18, 18), 0, 0], np.float32)
    return np.broadcast_to(_colour(random) + light * across, (SIDE, SIDE, 3)).copy()


def _grain(random: np.random.Generator) -> NDArray[np.float32]:
    """Noise in octaves, about -1 to 1."""
    total = np.zeros((SIDE, SIDE), np.float32)
    for octave, cells in enumerate(_OCTAVES):
        grid = random.standard_normal((cells, cells)).astype(np.float32)
        total += cv2.resize(grid, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) * 0.75**octave
    return total / max(float(np.abs(total).max()), 1e-6)


def _draw_houses(pixels: NDArray[np.uint8], random: np.random.Generator) -> None:
    for _ in range(int(random.integers(0, 9))):
        left, wide = random.uniform(-0.1, 0.95) * SIDE, random.uniform(0.08, 0.25) * SIDE
        top, colour = random.uniform(0.1, 0.6) * SIDE, _levels(random)
        bottom = top + random.uniform(0.2, 0.5) * SIDE
        cv2.rectangle(pixels, (int(left), int(top)), (int(left + wide), int(bottom)), colour, -1)
        step, lit = wide / random.integers(3, 7), _levels(random)
        for x in np.arange(left + 0.3 * step, left + wide - 0.5 * step, step):
            for y in np.arange(top + 0.4 * step, bottom - 0.6 * step, 1.3 * step):
                cv2.rectangle(pixels, (int(x), int(y)), (int(x + 0.5 * step), int(y + 0.7 * step)), lit, -1)


def _draw_lights(pixels: NDArray[np.uint8], random: np.random.Generator) -> None:
    glow = np.zeros_like(pixels)
    for _ in range(int(random.integers(0, 30))):
        x, y = random.integers(0, SIDE, 2)
        cv2.circle(glow, (int(x), int(y)), int(random.uniform(4, 40)), _levels(random, 70), -1, cv2.LINE_AA)
    cv2.addWeighted(pixels, 1.0, glow, float(random.uniform(0.2, 0.6)), 0, dst=pixels)


def _draw_things(pixels: NDArray[np.uint8], random: np.random.Generator) -> None:
    for _ in range(int(random.integers(2, 16))):
        middle = random.uniform(0, SIDE, 2)
        corners = middle + random.uniform(-0.14, 0.14, (int(random.integers(3, 8)), 2)) * SIDE
        hull = cv2.convexHull(corners.astype(np.int32))
        if random.random() < 0.7:
            cv2.fillPoly(pixels, [hull], _levels(random), cv2.LINE_AA)
        else:
            cv2.polylines(pixels, [hull], True, _levels(random), int(random.integers(2, 9)), cv2.LINE_AA)


def _colour(random: np.random.Generator) -> NDArray[np.float32]:
    return np.array([random.uniform(20, 88), random.uniform(-18, 22), random.uniform(-32, 32)], np.float32)


def _levels(random: np.random.Generator, least: int = 15) -> tuple[int, int, int]:
    red, green, blue = random.integers(least, 245, 3).tolist()
    return red, green, blue
