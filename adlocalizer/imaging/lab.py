"""sRGB to CIE L*a*b* (D65), where distances are close to what eyes see."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]],
    np.float32,
)
_WHITE_POINT = np.array([0.95047, 1.0, 1.08883], np.float32)


def to_lab(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """L* 0..100, a* and b* about -128..127, of an array of 8-bit RGB pixels."""
    level = np.arange(256) / 255
    light = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4).astype(np.float32)
    xyz = light[pixels[..., :3]] @ _TO_XYZ.T / _WHITE_POINT
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    axes = (116 * root[..., 1] - 16, 500 * (root[..., 0] - root[..., 1]), 200 * (root[..., 1] - root[..., 2]))
    lab: NDArray[np.float32] = np.stack(axes, axis=-1).astype(np.float32)
    return lab
