"""A whole picture: the order in which a scene is painted, from the sky to the product."""

from __future__ import annotations

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
)
from adlocalizer.painting.brushes import SMOOTH, Pixels, canvas_on, picture_of, rect
from adlocalizer.painting.frame import Area, Frame, frame_of
from adlocalizer.painting.ground import draw_lawn, draw_shore
from adlocalizer.painting.landmark import Shape, draw_landmark, find_shape, place_landmark
from adlocalizer.painting.ledge import draw_gloss, draw_ledge, draw_rim, gloss_of
from adlocalizer.painting.light import Light, light_of
from adlocalizer.painting.mark import draw_mark, to_jpeg
from adlocalizer.painting.mirror import small_mirror
from adlocalizer.painting.plants import Planting, draw_border, draw_plants
from adlocalizer.painting.product import box_of, draw_product, product_of, sized
from adlocalizer.painting.setting import Setting, setting_of
from adlocalizer.painting.sky import draw_lights, make_sky
from adlocalizer.painting.skyline import Row, build_row, draw_far, draw_row
from adlocalizer.painting.tables import Kind, Place, Tables, read_tables
from adlocalizer.painting.terrain import draw_terrain


@dataclass(frozen=True)
class Scene:
    """Everything decided before the first stroke."""

    frame: Frame
    setting: Setting
    light: Light
    place: Place
    tables: Tables
    landmark: tuple[Shape, Area, Kind] | None


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
    landmark = (shape, place_landmark(frame, shape, kind), kind) if shape else None
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
    _draw_city(canvas, scene)
    draw_birds(canvas, frame, setting, light)
    draw_bloom(canvas, frame, light)
    draw_calm(canvas, frame, sky.plain, 0.42 if frame.quiet.bottom < frame.horizon else 0.28)
    mirror = small_mirror(surface, frame)
    shore = scene.place.shore != "none" or bool(scene.landmark and scene.landmark[2].shore)
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


def _draw_city(canvas: skia.Canvas, scene: Scene) -> None:
    frame, setting, light = scene.frame, scene.setting, scene.light
    style = scene.tables.styles[scene.place.style]
    depth = scene.landmark[2].depth if scene.landmark else ""
    clear = scene.landmark[1] if scene.landmark and depth != "far" else None
    draw_terrain(canvas, frame, setting, scene.place, light)
    _draw_landmark_at(canvas, scene, "far")
    base = frame.horizon + 2
    far, middle, near = (
        Row(0.60, 0.88, 1.0, base, False),
        Row(0.27, 1.0, 0.8, base, True),
        Row(0.08, 1.12, 0.22, base, True),
    )
    draw_far(canvas, build_row(frame, style, far, setting.dice("far"), None), far, light, setting.dice("far roofs"))
    draw_haze(canvas, frame, light, 0.30)
    draw_row(
        canvas,
        build_row(frame, style, middle, setting.dice("middle"), clear),
        middle,
        light,
        setting.dice("middle roofs"),
    )
    draw_haze(canvas, frame, light, 0.22)
    _draw_landmark_at(canvas, scene, "middle")
    draw_row(
        canvas, build_row(frame, style, near, setting.dice("near"), clear), near, light, setting.dice("near roofs")
    )
    _draw_landmark_at(canvas, scene, "near")
    plants = scene.tables.plants(setting.city_id, setting.climate)
    draw_plants(canvas, frame, setting, light, Planting(plants, clear))
    draw_haze(canvas, frame, light, 0.08)


def _draw_landmark_at(canvas: skia.Canvas, scene: Scene, depth: str) -> None:
    if scene.landmark and scene.landmark[2].depth == depth:
        shape, area, kind = scene.landmark
        draw_landmark(canvas, scene.frame, shape, (area, kind), scene.light)


def _sun_across(frame: Frame, setting: Setting) -> float:
    """Where the sun stands across the picture: east is left when looking south; never behind the copy."""
    turn = (setting.azimuth - 180) / 180 if not setting.looks_north else -(((setting.azimuth + 180) % 360) - 180) / 180
    across = 0.5 + max(-0.34, min(0.34, turn * 0.6))
    middle = across * frame.width
    behind_copy = frame.quiet.x < middle < frame.quiet.right and frame.quiet.wide < 0.6 * frame.width
    return 1 - across if behind_copy else across
