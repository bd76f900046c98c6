"""Whether a picture shows anything: not flat, not noise, not a gradient."""

from __future__ import annotations

import functools

import numpy as np
from PIL import Image

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Standard, Verdict, check_of

_SIDE, _COARSE_SIDE = 512, 64
_FLAT, _POOR, _SMOOTH, _BENT = 8.0, 4.0, 1.0, 4.0  # levels; bits; levels a pixel; levels off a bent plane


@check_of("master")
def blank(master: SeenMaster, standard: Standard) -> Verdict:
    """Contrast, variety, edges and form: the weakest of the four, each in units of the least a picture has."""
    shades = _shades(master.picture, _SIDE)
    measures = {
        "contrast": float(shades.std()) / _FLAT,
        "variety": _entropy(shades) / _POOR,
        "edges": max(float(np.abs(np.diff(shades, axis=axis)).mean()) for axis in (0, 1)) / _SMOOTH,
        "form": _unevenness(_shades(master.picture, _COARSE_SIDE)) / _BENT,
    }
    weakest = min(measures, key=lambda name: measures[name])
    value = round(measures[weakest], 2)
    if value >= standard.limit:
        return Verdict(True, "The picture shows something.", value, standard.limit)
    text = f"The picture is blank or nearly so: its {weakest} is {value:.2f} of the least a picture has."
    return Verdict(False, text, value, standard.limit)


def _shades(picture: Image.Image, side: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    small = picture.convert("L")
    small.thumbnail((side, side), Image.Resampling.BOX)
    return np.asarray(small).astype(np.float32)


def _entropy(shades: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
    shares = np.bincount(shades.astype(np.uint8).ravel(), minlength=256) / shades.size
    present = shares[shares > 0]
    return float(-(present * np.log2(present)).sum())


def _unevenness(shades: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
    """How far shades stray from the nearest quadratic surface: a gradient, even a noisy one, does not."""
    surface, values = _surfaces(*shades.shape), shades.ravel()
    return float((values - surface @ (surface.T @ values)).std())


@functools.lru_cache(maxsize=16)
def _surfaces(high: int, wide: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Quadratic surfaces over so many rows and columns, each at right angles to the others."""
    down, across = (axis.ravel() for axis in np.mgrid[:high, :wide] / max(high, wide))
    terms = (np.ones(high * wide), across, down, across**2, down**2, across * down)
    return np.linalg.qr(np.column_stack(terms))[0]
