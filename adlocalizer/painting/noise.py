"""Clouds' raw stuff: tileable noise made once per process, and smooth looks into it."""

from __future__ import annotations

import functools

import numpy as np

from adlocalizer.painting.brushes import Field

SIDE = 512


@functools.cache
def cloud_noise(number: int, roughness: float = 1.9) -> Field:
    """A square of tileable noise, mean 0 and deviation 1, whose spectrum falls with frequency^roughness."""
    random = np.random.default_rng(7919 + number)
    along = np.fft.fftfreq(SIDE)
    distance = np.hypot(along[:, None], np.fft.rfftfreq(SIDE)[None, :])
    distance[0, 0] = 1
    spectrum = np.fft.rfft2(random.standard_normal((SIDE, SIDE))) / distance**roughness
    spectrum[0, 0] = 0
    spectrum *= 1 - np.exp(-((distance * SIDE / 2.2) ** 2))  # nothing larger than half the tile, or one blob rules
    field = np.fft.irfft2(spectrum, (SIDE, SIDE))
    return np.asarray(field / field.std(), np.float32)


def looked_up(field: Field, across: Field, down: Field) -> Field:
    """The field's values at fractional tile positions (1 = one tile), bilinear and wrapping."""
    x, y = across * SIDE, down * SIDE
    left, top = np.floor(x), np.floor(y)
    right_share, low_share = (x - left).astype(np.float32), (y - top).astype(np.float32)
    column, row = left.astype(np.int64) % SIDE, top.astype(np.int64) % SIDE
    flat, below, beside = field.ravel(), (row + 1) % SIDE * SIDE, (column + 1) % SIDE
    row = row * SIDE
    upper = flat[row + column] * (1 - right_share) + flat[row + beside] * right_share
    lower = flat[below + column] * (1 - right_share) + flat[below + beside] * right_share
    return np.asarray(upper * (1 - low_share) + lower * low_share, np.float32)


def smoothstep(low: float, high: float, value: Field) -> Field:
    """0 below `low`, 1 above `high`, and an easy slope between them."""
    share = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)
