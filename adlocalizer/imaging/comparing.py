"""How far the product in a picture is from that of its shot: a distance for every way of being wrong, 0 at best."""

from __future__ import annotations

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adlocalizer.domain import Box
from adlocalizer.imaging.aligning import Aligned, growth, likeness, refined
from adlocalizer.imaging.cornering import Scene, outline, scene_of
from adlocalizer.imaging.portraits import Map, Plane, Portrait, evened, luma, moved, portrait_of, wide_high
from adlocalizer.imaging.registering import Registered, box_of, inside_of, register
from adlocalizer.imaging.relighting import Relit, relit
from adlocalizer.imaging.structure import Left, left_over
from adlocalizer.imaging.sweeping import laid_on

MEASURES = ("absence", "stretch", "mirror", "structure", "colour", "second", "hidden")
"""The names of the distances of a comparison."""
NOT_FOUND = 0.5
"""Absence beyond which nothing else is said of a product: of 108 pictures without one, 103 lay beyond it."""
_SMALL = 80  # pixels of the product's longer side under which its drawing cannot be judged
_ROUGH = 48  # longer side, in pixels, of the grid that another product is looked for on
_GRID = 96  # longer side, in pixels, of the grid that all but structure is measured on: noise is averaged out there
_CLOSE = 192  # and of the one that tells a mirror image by
_NEARLY = 0.15  # below the upright product's likeness under which a mirror image is not looked at closely
_PATCH = 7  # pixels of the grid over which a covered part is told
_COVERED, _PLAIN = 0.5, 0.4  # of the drawing's own energy that may be off; energy that counts as none
_CUT = 2.0  # how much more the share outside the frame counts: it is known exactly, a covered one is not
_FEW_COLOURED = 0.03  # of the product: less colour is not judged by itself
_SIZES = (1.0, 0.82, 0.67, 0.55)  # of the product found that another one may have
_MAYBE, _LIKELY = 0.55, 0.30  # correlation of luma, and of evened luma, from which a place is looked at closely
_ALIKE, _SURELY = 0.50, 0.80  # correlation there from which it is looked at more closely, and from which it is enough


class Comparison(NamedTuple):
    """Where a product was found and how far it is from its shot; every distance is 0 at best."""

    box: Box
    """Of the product, in fractions of the picture; the expected one where nothing was found."""
    absence: float
    """1 - correlation of its drawing with the shot's, its light evened out: 1 where nothing was found."""
    stretch: float
    """|ln| of its width over its height against the shot's: 0.08 is 8 %. Measured at its foot, on which it stands."""
    mirror: float
    """How much better the mirrored shot fits, in correlation."""
    structure: float
    """What is left unexplained in the worst window; see `structure.left_over`."""
    colour: float
    """Mean CIEDE2000 under the picture's light, of all of it or of its coloured part, the larger."""
    second: float
    """Correlation of another one elsewhere in the picture."""
    hidden: float
    """Share of it that is covered, and twice that over the frame's edge, of which a map leaves no doubt."""
    found: Registered | None = None
    """None where nothing was found."""
    worst: Left | None = None
    """Where the structure differs most."""
    again: Box | None = None
    """Around the other place that `second` tells of."""

    @property
    def why_unjudged(self) -> str:
        """Why nothing but `absence` says anything, in a sentence; empty when all of it does."""
        if self.found is None or self.absence > NOT_FOUND:
            return "This cannot be judged: the product was not found; see product_present."
        if max(self.found.portrait.mask.shape) < _SMALL:
            return "This needs eyes: the product is too small in the picture to be compared with its shot."
        return ""

    @property
    def far(self) -> float:
        """All distances together, colour as a tenth, for choosing among the shots of one product."""
        others = (self.absence, self.stretch, self.mirror, self.structure, self.second, self.hidden)
        return sum(others) + self.colour / 10

    def off_within(self, corners: Plane) -> float:
        """The most that structure leaves unexplained within a part of the trimmed cut-out, n x 2 of its pixels.

        Infinite where nothing was measured.
        """
        if self.found is None or self.worst is None or self.found.is_mirrored:
            return math.inf
        to_grid = np.asarray(np.linalg.inv(self.found.portrait.to_cut), np.float64)
        return self.worst.within(moved(corners, to_grid).astype(np.float32))


_FARTHEST = (1.0, 0.0, 1.0, 100.0, 0.0, 1.0)  # all distances but absence, where there is nothing to measure


class _Small(NamedTuple):
    """A registered product on the grid that most is measured on."""

    portrait: Portrait
    seen: Plane
    """Luma, evened."""
    wanted: Plane
    mask: Plane
    """Where the shot is solid and the grid lies in the frame."""
    light: Relit


def compare(picture: Image.Image, shot: bytes, near: Box) -> Comparison:
    """Compare the product in a picture (RGB, full size) with its shot; `near` is where it is expected.

    A product that is found badly is far off. Raises Unreadable for a broken shot.
    """
    scene = scene_of(picture)
    found = register(scene, shot, near)
    if found is None:
        return Comparison(near, 1.0, *_FARTHEST)
    small = _small(scene, shot, found)
    absence = _rounded(1 - max(0.0, _correlation(small.seen, small.wanted, small.mask)))
    if absence > NOT_FOUND:
        return Comparison(found.box, absence, *_FARTHEST, found)
    worst = left_over(luma(found.portrait.rgb), luma(found.seen), found.portrait.mask * found.inside)
    second, again = _second(scene, shot, found)
    return Comparison(
        found.box,
        absence,
        _rounded(_stretch(found.map, shot)),
        _rounded(_mirror(scene, shot, found)),
        _rounded(worst.worst),
        _rounded(_colour(small)),
        _rounded(second),
        _rounded(_hidden(small)),
        found,
        worst,
        again,
    )


def _rounded(distance: float) -> float:
    return round(float(distance), 4)


def _small(scene: Scene, shot: bytes, found: Registered) -> _Small:
    portrait = portrait_of(shot, _GRID, found.is_mirrored)
    on_grid = found.map @ portrait.to_cut
    mask = portrait.mask * inside_of(scene, on_grid, portrait)
    mask = mask if mask.any() else portrait.mask
    seen = evened(scene.levels.under(on_grid, portrait), mask, _GRID)
    wanted = evened(luma(portrait.rgb), mask, _GRID)
    colours = np.asarray(scene.colours.under(on_grid, portrait), np.uint8)
    return _Small(portrait, seen, wanted, mask, relit(portrait.rgb, colours, mask))


def _correlation(one: Plane, other: Plane, mask: Plane) -> float:
    energy = float((one * one * mask).sum() * (other * other * mask).sum())
    return float((one * other * mask).sum() / math.sqrt(max(energy, 1e-6)))


def _stretch(map_: Map, shot: bytes) -> float:
    """A product seen from above narrows towards its top or its foot; what it stands on keeps its width."""
    wide, high = wide_high(shot)
    upper_left, upper_right, lower_right, lower_left = outline(map_, shot)
    foot = math.dist(lower_left, lower_right) / wide
    sides = (math.dist(upper_left, lower_left) + math.dist(upper_right, lower_right)) / 2 / high
    return abs(math.log(max(foot, 1e-6) / max(sides, 1e-6)))


def _mirror(scene: Scene, shot: bytes, found: Registered) -> float:
    """How much better the mirrored shot fits than the other, at the place found."""
    same = likeness(scene.levels, shot, found.map, _CLOSE, found.is_mirrored)
    other = likeness(scene.levels, shot, found.map, _CLOSE, not found.is_mirrored)
    if found.is_mirrored or other > same - _NEARLY:
        fit = refined(scene.levels, shot, found.map, ((_CLOSE, "all"),), not found.is_mirrored)
        other = max(other, fit.score)
    return max(0.0, same - other if found.is_mirrored else other - same)


def _colour(small: _Small) -> float:
    strays, seen = small.light.strays, small.mask > 0
    coloured = seen & small.light.is_coloured
    parts = [seen, coloured] if coloured.sum() >= _FEW_COLOURED * seen.sum() else [seen]
    return max(float(strays[part].mean()) for part in parts)


def _second(scene: Scene, shot: bytes, found: Registered) -> tuple[float, Box | None]:
    """How alike another place is, outside the product found, as large or smaller, and where it is."""
    times, around = growth(found.map, wide_high(shot)), outline(found.map, shot)
    gone = (around.min(axis=0), around.max(axis=0))
    places = sorted((laid_on(scene.levels, shot, times * share, gone) for share in _SIZES), key=lambda one: -one.score)
    best: Aligned | None = None
    for place in places:  # of every size: what is pale and has an edge resembles a board more than the board does
        if place.score < _MAYBE or likeness(scene.levels, shot, place.map, _ROUGH) < _LIKELY:
            continue
        fit = refined(scene.levels, shot, place.map, ((_ROUGH, "place"),))
        if fit.score > _ALIKE:
            fit = refined(scene.levels, shot, fit.map, ((_GRID, "stretch"),))
        if fit.score > (best.score if best else 0.0) and not _is_same(fit.map, found.map, shot):
            best = fit
        if best and best.score > _SURELY:
            break
    return (best.score, box_of(best.map, scene, shot)) if best else (0.0, None)


def _is_same(one: Map, other: Map, shot: bytes) -> bool:
    """Whether the middle of one product lies within the other."""
    middle = np.array([[side / 2 for side in wide_high(shot)]], np.float32)
    x, y = moved(middle, one)[0]
    return bool(cv2.pointPolygonTest(outline(other, shot).reshape(-1, 1, 2), (float(x), float(y)), False) >= 0)


def _hidden(small: _Small) -> float:
    """The share whose drawing is another one's, patch by patch, and twice the share outside the frame."""
    mask = small.mask
    energy = float((small.seen * small.seen * mask).sum())
    gain = min(max(float((small.seen * small.wanted * mask).sum()) / max(energy, 1e-6), 0.5), 2.0)

    def patched(plane: Plane) -> NDArray[np.float32]:
        size = (_PATCH, _PATCH)
        return np.asarray(cv2.blur(plane * mask, size) / np.maximum(cv2.blur(mask, size), 0.2), np.float32)

    off = patched((gain * small.seen - small.wanted) ** 2)
    covered = (off > _COVERED * (patched(small.wanted**2) + _PLAIN)) * mask
    whole = float(small.portrait.mask.sum())
    outside = whole - float(mask.sum())
    return (_CUT * outside + float(covered.sum())) / max(whole, 1.0)
