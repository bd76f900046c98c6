"""A neutral plate: a grey studio with the product in its place, to set type on before any picture is paid for."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import skia
from PIL import Image

from adlocalizer.domain import Box, Composition
from adlocalizer.imaging.cutting import cut_out
from adlocalizer.imaging.ingest import ingest
from adlocalizer.painting.brushes import blurred, canvas_on, fading, flat, picture_of, rect
from adlocalizer.painting.colours import ink
from adlocalizer.painting.frame import Area, Frame, frame_of
from adlocalizer.painting.product import box_of, product_of, sized

_LIGHT = ((0.0, 0.105), (0.62, 0.165), (0.70, 0.150), (1.0, 0.080))
"""Linear light by height. White letters keep 4.5:1 on all of it (0.183 would be the end), so that a veil under words
says something of the layout and nothing of the plate."""
_BOX_ASPECT, _BOX_LIGHT = 0.62, 0.26  # what stands there when the product cannot be cut out


class Plate(NamedTuple):
    """A plate, and where its product stands in fractions of it."""

    picture: Image.Image
    product: Box


def neutral_plate(shot: bytes, composition: Composition, pixels: tuple[int, int]) -> Plate:
    """A plate of some width and height; a box stands for a product that its shot does not part from its ground."""
    is_cut = _can_be_cut(shot)
    aspect = product_of(shot).shape[1] / product_of(shot).shape[0] if is_cut else _BOX_ASPECT
    frame = frame_of(composition, pixels, aspect)
    area = frame.product
    sheet = np.full((frame.height, frame.width, 4), 255, np.uint8)
    surface, canvas = canvas_on(sheet)
    _draw_room(canvas, frame)
    _draw_contact(canvas, area)
    if is_cut:
        canvas.drawImage(picture_of(sized(shot, int(area.wide), int(area.high))), area.x, area.y)
    else:
        canvas.drawRect(rect(area.x, area.y, area.wide, area.high), flat(ink((_BOX_LIGHT,) * 3)))
    surface.flushAndSubmit()
    x, y, w, h = box_of(area, frame)
    return Plate(Image.fromarray(np.ascontiguousarray(sheet[..., :3])), Box(x=x, y=y, w=w, h=h))


@functools.lru_cache(maxsize=4)
def _can_be_cut(shot: bytes) -> bool:
    return cut_out(ingest(shot).picture).confident


def _draw_room(canvas: skia.Canvas, frame: Frame) -> None:
    inks = [ink((light, light, light)) for _, light in _LIGHT]
    room = fading((0, 0), (0, frame.height), inks, [place for place, _ in _LIGHT])
    canvas.drawRect(rect(0, 0, frame.width, frame.height), room)


def _draw_contact(canvas: skia.Canvas, area: Area) -> None:
    for reach, alpha in ((0.62, 0.30), (0.50, 0.55)):
        high = 0.10 * reach * area.wide
        shade = blurred(flat(ink((0.0, 0.0, 0.0), alpha)), max(0.5, 0.5 * high))
        canvas.drawOval(
            rect(area.middle - reach * area.wide, area.bottom - high, 2 * reach * area.wide, 2 * high), shade
        )
