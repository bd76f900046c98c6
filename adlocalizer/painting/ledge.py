"""The surface the product stands on, in perspective, and what the season left on it."""

from __future__ import annotations

import skia

from adlocalizer.painting.brushes import MINIFIED, fading, flat, glowing, line, rect
from adlocalizer.painting.colours import from_hex, ink, mix, scaled
from adlocalizer.painting.frame import Frame
from adlocalizer.painting.light import Light
from adlocalizer.painting.materials import GLOSS, texture
from adlocalizer.painting.mirror import draw_mirrored
from adlocalizer.painting.noise import SIDE
from adlocalizer.painting.setting import Setting
from adlocalizer.painting.tables import Place

LAMPLIGHT, SNOW, LEAVES, PETALS = (from_hex(text) for text in ("#ffd7a1", "#f5f8fc", "#c8742f", "#f4c3cf"))


def draw_ledge(canvas: skia.Canvas, frame: Frame, setting: Setting, place: Place, light: Light) -> None:
    """Draw the surface in perspective, under the hour's light and, in a frost, under snow."""
    area = rect(0, frame.ledge, frame.width, frame.height - frame.ledge)
    snowed = light.weather.snow > 0 and setting.celsius < 3
    tile = texture("snow" if snowed else place.ground)
    shader = tile.makeShader(skia.TileMode.kRepeat, skia.TileMode.kRepeat, MINIFIED, _perspective(frame))
    canvas.drawRect(area, skia.Paint(Shader=shader))
    lamps = scaled(LAMPLIGHT, 0.30 * max(0.0, light.windows - 0.2))
    day = light.on((1.0, 1.0, 1.0), 0.85, 0.0)
    day = scaled(day, 1.35) if snowed else day
    lit = (day[0] + lamps[0], day[1] + lamps[1], day[2] + lamps[2])
    far, near = mix(lit, light.haze, 0.30), scaled(lit, 0.74)
    tones = [ink(scaled(tone, 1 - 0.42 * light.weather.wet)) for tone in (far, lit, near)]
    canvas.drawRect(area, fading((0, frame.ledge), (0, frame.height), tones, [0, 0.35, 1], skia.BlendMode.kMultiply))
    if snowed:
        _draw_drift(canvas, frame, setting, light)


def draw_gloss(canvas: skia.Canvas, frame: Frame, place: Place, light: Light, mirror: skia.Image) -> None:
    """Draw what the surface mirrors, more when it is wet, and the sun's shine on it."""
    area = rect(0, frame.ledge, frame.width, frame.height - frame.ledge)
    gloss = gloss_of(place, light) + (0.10 if light.is_dark else 0)
    draw_mirrored(canvas, frame, mirror, (frame.ledge, frame.height), gloss)
    shine = 0.34 * light.weather.sun * (1.0 if light.elevation < 14 else 0.4) * (0 if light.elevation < -6 else 1)
    centre, reach = (light.sun_x * frame.width, frame.ledge), 0.6 * max(frame.width, frame.tall)
    canvas.drawRect(area, glowing(centre, reach, [ink(light.glow, shine), ink(light.glow, 0)]))


def draw_rim(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light) -> None:
    """Draw the ledge's bright far rim, the shade behind it, and what the season left on the surface."""
    edge, unit = light.on(mix((1.0, 1.0, 1.0), light.glow, 0.3), 0.9), frame.unit
    canvas.drawRect(rect(0, frame.ledge - 0.8 * unit, frame.width, 1.8 * unit), flat(ink(edge, 0.62)))
    shade = fading((0, frame.ledge - 5 * unit), (0, frame.ledge), [ink((0, 0, 0), 0), ink((0, 0, 0), 0.22)])
    canvas.drawRect(rect(0, frame.ledge - 5 * unit, frame.width, 4.4 * unit), shade)
    _draw_litter(canvas, frame, setting, light)


def gloss_of(place: Place, light: Light) -> float:
    """How much the surface mirrors, 0..1."""
    return max(GLOSS[place.ground] * (1 - light.weather.snow), 0.5 * light.weather.wet)


def _perspective(frame: Frame) -> skia.Matrix:
    """The matrix from tile pixels to the ledge: one tile is about as wide as the product is high."""
    fall = frame.height - frame.horizon
    depth = fall / (frame.ledge - frame.horizon)
    focal = 2.6 * frame.tall
    tile = 0.42
    near = focal / SIDE * tile
    reach = SIDE * 4
    middle = frame.width * 0.5
    matrix = skia.Matrix()
    far_y = (depth - 1) / tile * SIDE * 0.62
    source = [skia.Point(-reach, 0), skia.Point(reach, 0), skia.Point(reach, -far_y), skia.Point(-reach, -far_y)]
    target = [
        skia.Point(middle - reach * near, frame.height),
        skia.Point(middle + reach * near, frame.height),
        skia.Point(middle + reach * near / depth, frame.ledge),
        skia.Point(middle - reach * near / depth, frame.ledge),
    ]
    matrix.setPolyToPoly(source, target)
    return matrix


def _draw_drift(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light) -> None:
    """Draw the snow's uneven far rim."""
    dice = setting.dice("drifts")
    drift, x = skia.Path(), -0.2 * frame.tall
    drift.moveTo(-5, frame.ledge + 4)
    while x < frame.width + 0.2 * frame.tall:
        step = dice.uniform(0.1, 0.3) * frame.tall
        crest = frame.ledge - dice.uniform(3, 11) * frame.unit
        drift.quadTo(x + step / 2, crest, x + step, frame.ledge - dice.uniform(0, 3) * frame.unit)
        x += step
    drift.lineTo(frame.width + 5, frame.ledge + 4)
    drift.close()
    canvas.drawPath(drift, flat(ink(mix(light.on(SNOW, 0.9), (1, 1, 1), 0.15))))


def _draw_litter(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light) -> None:
    """Leaves in autumn, petals in a mild spring: a few, never in front of the product's foot."""
    dice = setting.dice("litter")
    autumn = setting.season == "autumn" and setting.celsius < 17 and setting.climate[:1] in "CD"
    spring = setting.season == "spring" and setting.celsius < 19 and setting.climate[:1] in "CD"
    if light.weather.snow or not (autumn or spring):
        return
    path = skia.Path()
    for _ in range(int(14 * max(1.0, frame.width / frame.tall / 2.6))):
        near = dice.random()
        y = frame.ledge + (0.06 + 0.86 * near) * (frame.height - frame.ledge)
        long = frame.unit * (9 + 16 * near) * (1.0 if autumn else 0.55)
        x = dice.random() * frame.width
        lean = dice.uniform(-0.25, 0.25) * long
        path.moveTo(x - long / 2, y + lean)
        path.quadTo(x, y - long * 0.34, x + long / 2, y - lean)
        path.quadTo(x, y + long * 0.26, x - long / 2, y + lean)
    shadow = skia.Path(path)
    shadow.offset(1.5 * frame.unit, 2.5 * frame.unit)
    canvas.drawPath(shadow, flat(ink((0, 0, 0), 0.22)))
    canvas.drawPath(path, flat(ink(light.on(LEAVES if autumn else PETALS, 0.8), 0.95)))
    canvas.drawPath(path, line(ink(light.on(scaled(LEAVES, 0.5) if autumn else PETALS, 0.6), 0.4), 0.8 * frame.unit))
