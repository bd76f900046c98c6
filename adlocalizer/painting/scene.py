"""A whole picture: the order in which a scene is painted, from the sky to the product."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass

import numpy as np
import skia

from adlocalizer.domain import Answer, Box, Reply, Request
from adlocalizer.painting.air import (
    draw_birds,
    draw_bloom,
    draw_calm,
    draw_haze,
    draw_lamps,
    draw_vignette,
    draw_weather,
    make_calm,
)
from adlocalizer.painting.brushes import SMOOTH, Pixels, canvas_on, picture_of, rect
from adlocalizer.painting.frame import Frame, frame_of
from adlocalizer.painting.ground import draw_lawn, draw_shore
from adlocalizer.painting.house import House
from adlocalizer.painting.landmark import draw_landmark
from adlocalizer.painting.ledge import draw_gloss, draw_ledge, draw_rim, gloss_of
from adlocalizer.painting.light import Light, light_of
from adlocalizer.painting.mark import draw_mark, to_jpeg
from adlocalizer.painting.mirror import small_mirror
from adlocalizer.painting.placing import Standing, place_landmark
from adlocalizer.painting.plants import Planting, draw_border, draw_plants
from adlocalizer.painting.product import box_of, draw_product, product_of, sized
from adlocalizer.painting.setting import Setting, setting_of
from adlocalizer.painting.shapes import find_shape
from adlocalizer.painting.sky import draw_lights, make_sky
from adlocalizer.painting.skyline import Row, build_row, draw_far, draw_row
from adlocalizer.painting.tables import Place, Tables, read_tables
from adlocalizer.painting.terrain import draw_terrain


@dataclass(frozen=True)
class Scene:
    """Everything decided before the first stroke."""

    frame: Frame
    setting: Setting
    light: Light
    place: Place
    tables: Tables
    landmark: Standing | None


def paint(request: Request, shot: bytes, pixels: tuple[int, int], data_folder: str) -> Reply:
    """Paint the picture a request asks for, `pixels` wide and high, around the product of its first reference."""
    tables = read_tables(data_folder)
    source = product_of(shot)
    frame = frame_of(request.prompt.composition, pixels, source.shape[1] / source.shape[0])
    scene = compose(request, frame, tables, data_folder)
    product = sized(shot, int(frame.product.wide), int(frame.product.high))
    picture = to_jpeg(draw(scene, product))
    x, y, wide, high = box_of(frame.product, frame)
    answer = Answer(
        key=request.key,
        kind="picture",
        mime="image/jpeg",
        sha256=hashlib.sha256(picture).hexdigest(),
        width=pixels[0],
        height=pixels[1],
        product_box=Box(x=x, y=y, w=wide, h=high),
        model_version=request.model,
    )
    return Reply(answer=answer, picture=picture)


def compose(request: Request, frame: Frame, tables: Tables, data_folder: str) -> Scene:
    """Decide light, place and landmark for a request."""
    setting = setting_of(request, tables.light)
    light = light_of(setting, tables.light, _sun_across(frame, setting))
    kind = tables.kinds.kinds.get(setting.landmark_kind, tables.kinds.otherwise)
    shape = find_shape(data_folder, setting.landmark_shape, setting.landmark_kind)
    landmark = Standing(shape, place_landmark(frame, shape, kind), kind) if shape else None
    return Scene(frame, setting, light, tables.place(setting.city_id, setting.climate), tables, landmark)


def draw(scene: Scene, product: Pixels) -> Pixels:
    """Paint a scene: RGBA, opaque."""
    frame, setting, light = scene.frame, scene.setting, scene.light
    pixels = np.zeros((frame.height, frame.width, 4), np.uint8)
    surface, canvas = canvas_on(pixels)
    sky = make_sky(frame, setting, light)
    canvas.drawImageRect(
        picture_of(sky.enlarged(), skia.kOpaque_AlphaType), rect(0, 0, frame.width, frame.horizon + 2), SMOOTH, None
    )
    draw_lights(canvas, frame, setting, light)
    calm = make_calm(frame, sky.plain)
    _draw_city(canvas, scene, calm)
    draw_birds(canvas, frame, setting, light)
    draw_bloom(canvas, frame, light)
    draw_calm(canvas, frame, calm, 0.10)
    mirror = small_mirror(surface, frame)
    shore = scene.place.shore != "none" or bool(scene.landmark and scene.landmark.kind.shore)
    if shore:
        draw_shore(canvas, frame, setting, light, mirror)
    else:
        draw_lawn(canvas, frame, setting, light, mirror)
    draw_lamps(canvas, frame, setting, light)
    if not shore:
        draw_border(canvas, frame, setting, light)
    draw_ledge(canvas, frame, setting, scene.place, light)
    draw_gloss(canvas, frame, scene.place, light, mirror)
    draw_rim(canvas, frame, setting, light)
    draw_weather(canvas, frame, setting, light)
    draw_vignette(canvas, frame)
    draw_product(canvas, frame, product, light, gloss_of(scene.place, light))
    draw_mark(canvas, frame)
    surface.flushAndSubmit()
    return pixels


def _draw_city(canvas: skia.Canvas, scene: Scene, calm: skia.Image) -> None:
    frame, setting, light = scene.frame, scene.setting, scene.light
    if scene.landmark and scene.landmark.is_far:
        _draw_landmark_at(canvas, scene, "far")
    else:
        draw_terrain(canvas, frame, setting, scene.place, light)
    far, middle, near = _rows(scene)
    houses = functools.partial(_houses, scene)
    draw_far(canvas, houses(far, "far"), far, light, setting.dice("far roofs"))
    draw_haze(canvas, frame, light, 0.30)
    draw_row(canvas, houses(middle, "middle"), middle, light, setting.dice("middle roofs"))
    draw_haze(canvas, frame, light, 0.22)
    # The copy's veil lies behind the landmark, or the one thing that names the city would pale with the rest.
    draw_calm(canvas, frame, calm, 0.36 if frame.quiet.bottom < frame.horizon else 0.30)
    _draw_landmark_at(canvas, scene, "middle")
    draw_row(canvas, houses(near, "near"), near, light, setting.dice("near roofs"))
    _draw_landmark_at(canvas, scene, "near")
    plants = scene.tables.plants(setting.city_id, setting.climate)
    landmark = scene.landmark
    low = Planting(plants, landmark.area, landmark.kind.shore) if landmark else Planting(plants, None)
    draw_plants(canvas, frame, setting, light, low)
    draw_haze(canvas, frame, light, 0.06)


def _rows(scene: Scene) -> tuple[Row, Row, Row]:
    base = scene.frame.horizon + 2
    rises = (0.40, 0.34, 0.22) if scene.landmark and scene.landmark.is_far else (0.26, 0.0, 0.0)
    return (
        Row(0.60, 0.88, 1.0, base, windows=False, rise=rises[0]),
        Row(0.27, 1.0, 0.8, base, windows=True, rise=rises[1]),
        Row(0.08, 1.12, 0.22, base, windows=True, rise=rises[2]),
    )


def _houses(scene: Scene, row: Row, name: str) -> list[House]:
    style = scene.tables.styles[scene.place.style]
    landmark = scene.landmark.area if scene.landmark else None
    return build_row(scene.frame, style, row, scene.setting.dice(name), landmark)


def _draw_landmark_at(canvas: skia.Canvas, scene: Scene, depth: str) -> None:
    if scene.landmark and scene.landmark.kind.depth == depth:
        draw_landmark(canvas, scene.frame, scene.landmark, scene.light)


def _sun_across(frame: Frame, setting: Setting) -> float:
    """Where the sun stands across the picture: east is left when looking south; never behind copy or product."""
    turn = (setting.azimuth - 180) / 180 if not setting.looks_north else -(((setting.azimuth + 180) % 360) - 180) / 180
    across = 0.5 + max(-0.34, min(0.34, turn * 0.6))
    middle = across * frame.width
    behind_copy = frame.quiet.x < middle < frame.quiet.right and frame.quiet.wide < 0.6 * frame.width
    across = 1 - across if behind_copy else across
    product, gap = frame.product, frame.gap
    behind_product = abs(across * frame.width - product.middle) < 0.72 * product.wide < 0.4 * frame.width
    beside = gap.right - 0.3 * product.wide if gap.x == 0 else gap.x + 0.3 * product.wide
    return beside / frame.width if behind_product else across
