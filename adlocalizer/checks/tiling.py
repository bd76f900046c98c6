"""A scene that repeats or mirrors itself: what a model does with a frame longer than it can compose."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of
from adlocalizer.domain import Box

Levels = NDArray[np.float32]

_SHORT = 96  # lines across the long side
_LONG = 2.3  # sides apart: a 21:9 frame is one; shorter ones are composed as one scene
_LEAST = 0.12  # of the long side: copies are so far apart at least
_FINE, _COARSE, _FAINT = 0.8, 3.0, 3.0  # lines: what is drawing and what is form; levels that count as no drawing
_SHARED = 0.3  # of the long side that must overlap


@check_of("master")
def repeats(master: SeenMaster, standard: Standard) -> Verdict:
    """No part of a long picture looks like another part of it, moved or mirrored along the long side."""
    picture = master.picture
    if max(picture.size) < _LONG * min(picture.size):
        return Verdict(True, "The frame is short enough to be one scene.", 0.0, standard.limit)
    product = master.expected_box
    alike, way = self_likeness(picture, product)
    return standard.judge(alike, Said("The scene does not repeat itself.", f"The scene is {way} in itself."))


def self_likeness(picture: Image.Image, product: Box) -> tuple[float, str]:
    """The highest correlation, 0 to 1, of the scene without the product with itself moved or mirrored, and which."""
    upright = picture.height > picture.width
    lying = picture.transpose(Image.Transpose.TRANSPOSE) if upright else picture
    span = (product.y, product.y + product.h) if upright else (product.x, product.x + product.w)
    long = round(_SHORT * lying.width / lying.height)
    levels = np.asarray(lying.convert("L").resize((long, _SHORT), Image.Resampling.BOX)).astype(np.float32)
    used = np.ones(long, np.float32)
    used[max(0, int(span[0] * long)) : int(span[1] * long) + 1] = 0
    pattern = _own_pattern(levels) * used
    moved = _correlations(pattern, pattern, used, used)
    apart = np.abs(np.arange(len(moved)) - (long - 1))
    moved[apart < _LEAST * long] = 0
    mirrored = _correlations(pattern, pattern[:, ::-1], used, used[::-1])
    best = {"repeated": float(moved.max()), "mirrored": float(mirrored.max())}
    way = max(best, key=lambda name: best[name])
    return max(0.0, best[way]), way


def _own_pattern(levels: Levels) -> Levels:
    """Fine drawing, as strong everywhere: horizons, slopes of a sky and outlines of hills are alike in any scene."""
    drawing = cv2.GaussianBlur(levels, (0, 0), _FINE) - cv2.GaussianBlur(levels, (0, 0), _COARSE)
    around = cv2.GaussianBlur(drawing**2, (0, 0), 2 * _COARSE)
    pattern: Levels = (drawing / np.sqrt(around + _FAINT**2)).astype(np.float32)
    pattern -= pattern.mean(axis=1, keepdims=True)
    return pattern


def _correlations(one: Levels, other: Levels, used: Levels, others: Levels) -> Levels:
    """The normalised correlation at every shift along the long side; 0 where too little overlaps or is patterned."""
    long = one.shape[1]
    size = 1 << (2 * long - 1).bit_length()

    def crossed(left: Levels, right: Levels) -> Levels:
        spectra = np.fft.rfft(left, size) * np.conj(np.fft.rfft(right, size))
        whole = np.fft.irfft(spectra.sum(axis=0) if spectra.ndim == 2 else spectra, size)
        found: Levels = np.concatenate((whole[size - long + 1 :], whole[:long])).astype(np.float32)
        return found

    shared = crossed(one, other)
    energy, others_energy = crossed((one**2).sum(axis=0), others), crossed(used, (other**2).sum(axis=0))
    overlap = crossed(used, others)
    total = float((one**2).sum())
    scores = shared / np.sqrt(np.maximum(energy * others_energy, 1e-6))
    # A pattern of which little overlaps says nothing.
    enough = (overlap >= _SHARED * long) & (np.minimum(energy, others_energy) >= 0.15 * total)
    return np.where(enough, scores, 0).astype(np.float32)
