"""A picture inside a picture: pages, prints, telephones, browser windows and blurred bars around what was asked for."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of
from adlocalizer.domain import Box

Levels = NDArray[np.float32]
Edges = tuple[float, float, float, float]
Strips = NDArray[np.integer[Any] | np.floating[Any]]

_LINES, _PARTS = 320, 24  # places a line may stand at along a side, and parts of a line looked at by themselves
_LEAST, _MOST = 0.015, 0.33  # of the side: where the edge of an inner picture may stand
_STEP, _CALM = 6.0, 3.0  # levels across an edge; times as much as the frame's own pattern
_SAME = 0.03  # of the side: bars are as wide on both sides
_BLURRED = 0.3  # of the inner picture's fine detail that blurred bars have at most
_FRAME, _PRODUCT = "in a frame", 0.5  # shared area over joined area, from which the inner picture is the product
_CORNER = 2  # parts at either end that rounded corners may take


@check_of("master")
def framed(master: SeenMaster, standard: Standard) -> Verdict:
    """No inner picture whose straight edges stand inside the frame on four sides, nor between two blurred bars."""
    whole, inset, what = inner_picture(np.asarray(master.picture))
    inner = Box(x=inset[0], y=inset[1], w=inset[2] - inset[0], h=inset[3] - inset[1])
    if what == _FRAME and _is_product(master, inner, whole > standard.limit):
        return Verdict(
            True, "The scene itself reaches the edges; what is straight in it is the product.", 0.0, standard.limit
        )
    bad = f"The picture stands {what} inside the picture; {whole:.0%} of the weakest edge is a straight line."
    return standard.judge(whole, Said("The scene itself reaches the edges.", bad), _marked(master.picture, inset))


def _is_product(master: SeenMaster, inner: Box, is_wrong: bool) -> bool:
    """Whether what has straight edges is the product: where it was expected, or, if it matters, where it is found."""
    if inner.likeness(master.expected_box) > _PRODUCT:
        return True
    return is_wrong and inner.likeness(master.product_box) > _PRODUCT


def inner_picture(pixels: NDArray[np.uint8]) -> tuple[float, Edges, str]:
    """How much of the weakest edge of an inner picture is a line, 0 to 1; its box in fractions; where it stands."""
    wide, high = min(_LINES, pixels.shape[1]), min(_LINES, pixels.shape[0])
    across = _steps(cv2.resize(pixels, (wide, _PARTS), interpolation=cv2.INTER_AREA))
    down = _steps(cv2.resize(pixels, (_PARTS, high), interpolation=cv2.INTER_AREA).transpose(1, 0, 2))
    middle = slice(_PARTS // 3, _PARTS - _PARTS // 3)
    left, right = _edges(across, middle)
    top, bottom = _edges(down, middle)
    box = (left, top, 1 - right, 1 - bottom)
    bars, bars_box = max(_barred(pixels, across, upright=True), _barred(pixels, down, upright=False))
    ways = {
        _FRAME: min(*_cover(across, (left, right), (top, bottom)), *_cover(down, (top, bottom), (left, right))),
        "between blurred bars": bars,
    }
    what = max(ways, key=lambda way: ways[way])
    return ways[what], box if what == _FRAME else bars_box, what


def _steps(strips: Strips) -> Levels:
    """How clearly an edge stands at each place of each strip, from either end: 2 x strips x places.

    1 and more: a step of `_STEP` levels that is `_CALM` times what the places outside of it differ by.
    """
    levels, places = strips.astype(np.float32), strips.shape[1]
    sides = []
    for one in (levels, levels[:, ::-1]):
        step = np.zeros(one.shape[:2], np.float32)
        step[:, 1:-1] = np.abs(one[:, 2:] - one[:, :-2]).max(axis=2)
        outside = np.zeros_like(step)
        counts = np.arange(1, places + 1, dtype=np.float32)
        outside[:, 3:] = (np.cumsum(step, axis=1) / counts)[:, :-3]
        sides.append(step / np.maximum(_STEP, _CALM * outside))
    return np.stack(sides)


def _edges(steps: Levels, parts: slice) -> tuple[float, float]:
    """How far from either side, in fractions, the clearest edge stands."""
    places = steps.shape[2]
    first, last = max(1, round(_LEAST * places)), round(_MOST * places)
    shares = (steps[:, parts, first:last] >= 1).mean(axis=1)
    clear = shares + 1e-3 * np.minimum(steps[:, parts, first:last], 8).mean(axis=1)
    near, far = clear.argmax(axis=1)
    return (first + int(near) + 0.5) / places, (first + int(far) + 0.5) / places


def _cover(steps: Levels, insets: tuple[float, float], ends: tuple[float, float]) -> list[float]:
    """How much of both edges is a line, between where the other two edges stand."""
    places = steps.shape[2]
    parts = slice(
        int(ends[0] * _PARTS) + _CORNER, max(int(ends[0] * _PARTS) + 8, int((1 - ends[1]) * _PARTS) - _CORNER)
    )
    covers = []
    for side, inset in zip(steps, insets, strict=True):
        at = int(inset * places)
        covers.append(float((side[parts, max(0, at - 1) : at + 2].max(axis=1) >= 1).mean()))
    return covers


def _barred(pixels: NDArray[np.uint8], steps: Levels, upright: bool) -> tuple[float, Edges]:
    """How much of the weaker edge of two bars of one width is a line, if they hold no detail; and what is between."""
    places = steps.shape[2]
    first, last, slack = round(2 * _LEAST * places), round(_MOST * places), max(1, round(_SAME * places))
    lines = (np.maximum(steps[:, :, :-1], steps[:, :, 1:]) >= 1).mean(axis=1)[:, first:last]
    far = cv2.dilate(lines[1:], np.ones((1, 2 * slack + 1), np.uint8))[0]
    at = int(np.minimum(lines[0], far).argmax())
    inset = (first + at + 1) / places
    box = (inset, 0.0, 1 - inset, 1.0) if upright else (0.0, inset, 1.0, 1 - inset)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    detail = np.abs(cv2.Laplacian(grey, cv2.CV_16S)).mean(axis=0 if upright else 1)
    thick, gap = max(2, int(inset * len(detail)) - 3), round(_SAME * len(detail)) + 3
    bars = max(float(detail[:thick].mean()), float(detail[-thick + gap :].mean()) if thick > gap else 0.0)
    inside = float(detail[thick + gap : -thick - gap].mean())
    return (float(min(lines[0][at], far[at])) if bars < _BLURRED * inside else 0.0), box


def _marked(picture: Image.Image, box: Edges) -> Image.Image:
    marked = picture.copy()
    wide, high = picture.size
    edges = (box[0] * wide, box[1] * high, box[2] * wide, box[3] * high)
    ImageDraw.Draw(marked).rectangle(edges, outline=(255, 0, 80), width=max(2, min(wide, high) // 160))
    return marked
