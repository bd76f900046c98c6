"""A shot under the light of a picture, so that what differs in colour afterwards is the product, not the light.

Light may be brighter or darker, change smoothly across the product, and be as warm or cold as daylight and lamps are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adlocalizer.imaging.lab import LIGHT, lab_of_light, strays_of
from adlocalizer.imaging.portraits import Pixels, Plane, softened

_DARK = 0.01  # linear light under which a ratio says nothing
_BURNT = 250  # levels of 255 from which highlights are cut
_SMOOTH = 0.07  # of the longer side: light that changes over less is the product's own
_STOPS = 2.2  # ln of the light at most, either way: about three stops
_WARM = np.array([0.22, -0.25], np.float32)  # ln of red and of blue against green, from daylight to a lamp
_MOST_WARM, _ASIDE = 1.5, 0.05  # times that, and ln to the side of it
_GREY = 12.0  # Lab units of chroma under which a part has no colour of its own
_FEW = 0.04  # of the product: fewer grey points are not asked what colour the light is
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)


class Relit(NamedTuple):
    """How far a picture strays from its shot once that stands in the picture's light."""

    strays: Plane
    """CIEDE2000, lightness counting half, of every point."""
    wanted: Plane
    """L*, a* and b* of the shot in the picture's light."""
    is_coloured: NDArray[np.bool_]
    """Where the shot has a colour of its own."""


def relit(shot: Pixels, seen: Pixels, mask: Plane) -> Relit:
    """Compare a picture with a shot, both RGB on one grid, under a mask."""
    wanted, got = LIGHT[shot], LIGHT[seen]
    own = lab_of_light(wanted)
    chroma = np.hypot(own[..., 1], own[..., 2])
    bright, dim = wanted @ _LUMA, got @ _LUMA
    surely = mask * (seen.max(axis=2) < _BURNT) * (bright > _DARK)
    shading = _shading(np.log((dim + _DARK) / (bright + _DARK)), surely if surely.any() else mask)
    colour = np.log((got + _DARK) / (wanted + _DARK))
    cast = _cast(colour[..., [0, 2]] - colour[..., 1:2], surely, chroma)
    light = np.exp(shading[..., None] + cast)
    asked = lab_of_light(np.minimum(wanted * light, 1.0))
    strays = np.asarray(strays_of(asked, lab_of_light(got), lightness=2.0), np.float32)
    return Relit(strays * mask, asked, (chroma > _GREY) & (mask > 0))


def _shading(ratio: Plane, weight: Plane) -> Plane:
    """Smooth light from noisy ratios; what strays from it is left out of a second look."""
    reach = _SMOOTH * max(ratio.shape)
    smooth = np.zeros_like(ratio)
    for _ in range(2):
        near = weight / (1 + ((ratio - smooth) / 0.35) ** 2)
        spread = softened(near, reach)
        far = softened(near, 4 * reach) + 1e-4
        wide = softened(near * ratio, 4 * reach) / far
        smooth = (softened(near * ratio, reach) + 0.05 * wide) / (spread + 0.05)
    return np.clip(smooth, -_STOPS, _STOPS).astype(np.float32)


def _cast(ratios: Plane, weight: Plane, chroma: Plane) -> Plane:
    """ln of the light's red, green and blue, as lamps and daylight have them; grey parts tell it where there are."""
    grey = weight * (chroma < _GREY)
    kept = (grey if grey.sum() > _FEW * max(float((weight > 0).sum()), 1.0) else weight) > 0
    if not kept.any():
        return np.zeros(3, np.float32)
    middle = np.median(ratios[kept], axis=0)
    length = float(np.linalg.norm(_WARM))
    along, across = _WARM / length, np.array([-_WARM[1], _WARM[0]]) / length
    warm = float(np.clip(middle @ along, -_MOST_WARM * length, _MOST_WARM * length))
    red, blue = warm * along + float(np.clip(middle @ across, -_ASIDE, _ASIDE)) * across
    cast = np.array([red, 0.0, blue], np.float32)
    return np.asarray(cast - np.float32(cast @ _LUMA), np.float32)
