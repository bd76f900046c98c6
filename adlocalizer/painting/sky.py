"""The sky: colours from zenith to horizon, glow around the sun, lit clouds, and what shines in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import skia

from adlocalizer.painting.brushes import Field, Pixels, encoded, flat, glowing, line
from adlocalizer.painting.colours import ink, mix, scaled
from adlocalizer.painting.frame import Frame
from adlocalizer.painting.light import Light
from adlocalizer.painting.noise import cloud_noise, looked_up, smoothstep
from adlocalizer.painting.setting import Setting

MOST_SAMPLES = 72_000
STOPS = (0.0, 0.46, 0.82, 1.0)


@dataclass(frozen=True)
class Sky:
    """A small picture of the sky above the horizon, with and without clouds, as sRGB 0..1."""

    full: Field
    plain: Field

    def enlarged(self, full: bool = True) -> Pixels:
        """The sky as 8-bit RGBA, dithered against banding."""
        colours = self.full if full else self.plain
        grain = np.random.default_rng(5).random(colours.shape[:2], dtype=np.float32)[..., None]
        out = np.full((*colours.shape[:2], 4), 255, np.uint8)
        out[..., :3] = np.clip(colours * 255 + grain, 0, 255).astype(np.uint8)
        return out


def sun_place(frame: Frame, light: Light) -> tuple[float, float]:
    """Where the sun (at night the moon) is, in pixels; above the frame when it stands high."""
    if light.elevation < -7:
        return light.sun_x * frame.width, max(0.08 * frame.height, frame.horizon - 1.35 * frame.tall)
    rise = frame.horizon - 0.03 * frame.tall - max(-4.0, light.elevation) / 19 * max(frame.tall, 0.5 * frame.horizon)
    return light.sun_x * frame.width, rise


def make_sky(frame: Frame, setting: Setting, light: Light) -> Sky:
    """Mix the sky on a coarse grid: it is soft, so it may be enlarged."""
    share = min(0.5, (MOST_SAMPLES / (frame.width * frame.horizon)) ** 0.5)
    wide, high = max(8, round(frame.width * share)), max(8, round(frame.horizon * share))
    across, down = np.meshgrid(
        (np.arange(wide, dtype=np.float32) + 0.5) / wide, (np.arange(high, dtype=np.float32) + 0.5) / high
    )
    plain = _gradient(down, light) + _glow(frame, light, across, down)
    cover = _clouds(frame, setting, light, (across, down))
    bright, shade = _cloud_colours(frame, light, across, down)
    lit = cover[1][..., None]
    clouds = shade * (1 - lit) + bright * lit
    thick = cover[0][..., None]
    return Sky(full=encoded(plain * (1 - thick) + clouds * thick), plain=encoded(plain))


def draw_lights(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light) -> None:
    """Draw stars, the sun's disc or the moon, where the weather lets them be seen."""
    x, y = sun_place(frame, light)
    if light.stars > 0.02:
        _draw_stars(canvas, frame, setting, light)
    if light.weather.sun < 0.9 or light.elevation > 21:
        return
    radius = frame.tall * (0.052 if light.elevation > -7 else 0.045)
    if light.elevation > -4:
        canvas.drawCircle(
            x,
            y,
            radius * 3.2,
            glowing(
                (x, y), radius * 3.2, [ink(light.disc, 0.75), ink(light.disc, 0.22), ink(light.disc, 0)], [0, 0.42, 1]
            ),
        )
        canvas.drawCircle(
            x,
            y,
            radius,
            glowing(
                (x, y),
                radius,
                [ink((1, 1, 0.94)), ink(light.disc), ink(light.disc, 0.9)],
                [0, 0.8, 1],
                skia.BlendMode.kSrcOver,
            ),
        )
    elif light.elevation < -7:
        _draw_moon(canvas, (x, y), radius, light)


def _gradient(down: Field, light: Light) -> Field:
    stops = np.array(light.sky, np.float32)
    return np.stack([np.interp(down, STOPS, stops[:, channel]) for channel in range(3)], -1).astype(np.float32)


def _glow(frame: Frame, light: Light, across: Field, down: Field) -> Field:
    x, y = sun_place(frame, light)
    reach = max(frame.tall, 0.45 * frame.horizon, 0.3 * frame.width)
    distance = np.hypot(across * frame.width - x, (down * frame.horizon - y) * 1.25) / reach
    halo = np.exp(-distance * 2.6) * 0.42 + np.exp(-distance * 9) * 0.4
    low = np.clip(1 - light.elevation / 30, 0.25, 1) if light.elevation > -7 else 0.16
    band = np.exp(-np.abs(down - 1) * 5) * np.exp(-np.abs(across - light.sun_x) * 2.2) * 0.35 * low
    strength = (halo * low + band) * (0.15 + 0.85 * light.weather.sun) * max(0.12, min(1.0, 0.35 + light.level))
    return np.asarray(strength[..., None] * np.array(light.glow), np.float32)


def _clouds(frame: Frame, setting: Setting, light: Light, at: tuple[Field, Field]) -> tuple[Field, Field]:
    """Return how thick the clouds are and how much sun they catch, both 0..1."""
    across, down = at
    dice = setting.dice("clouds")
    # In a wide, low picture a close vanishing point would comb the clouds into rays.
    far_off = min(1.0, max(0.0, frame.width / frame.horizon - 3.5) / 4)
    near, shift_x, shift_y = dice.uniform(0.16, 0.24) + 0.55 * far_off, dice.random(), dice.random()
    reach = max(0.9 * frame.horizon, 0.8 * frame.tall) if frame.width > 0.5 * frame.horizon else 1.7 * frame.width
    above = (1 - down) * frame.horizon / reach
    away = 1 / (above + near)
    u = (across - 0.5) * frame.width / reach * away * 0.26 + shift_x
    v = away * dice.uniform(0.30, 0.40) + shift_y
    streak = dice.choice((1.0, 1.0, 0.55))
    shape = looked_up(cloud_noise(1), u * streak, v) + 0.34 * looked_up(cloud_noise(2, 1.35), u * 2.3 * streak, v * 2.3)
    cover = min(0.95, light.weather.cover + dice.uniform(-0.08, 0.10))
    edge = 1.15 - 2.5 * cover
    thick = smoothstep(edge, edge + 1.25, shape)
    thick *= smoothstep(0.0, 0.16, 1 - down) * (0.9 if light.weather.cover < 0.5 else 0.86)
    toward = looked_up(cloud_noise(1), (u + (0.010 if light.sun_x > 0.5 else -0.010)) * streak, v - 0.012)
    lit = np.clip(0.60 + 0.42 * (shape - toward) - 0.18 * np.maximum(shape - edge - 0.7, 0), 0, 1)
    return (thick * _calm(frame, across, down)).astype(np.float32), lit.astype(np.float32)


def _calm(frame: Frame, across: Field, down: Field) -> Field:
    """Thin the clouds behind the copy: 1 outside the quiet area, 0.45 inside."""
    quiet = frame.quiet
    soft = 0.12 * min(frame.width, frame.height)
    x, y = across * frame.width, down * frame.horizon
    inside = np.minimum(np.minimum(x - quiet.x, quiet.right - x), np.minimum(y - quiet.y, quiet.bottom - y))
    return np.asarray(1 - 0.55 * smoothstep(-soft, soft, inside), np.float32)


def _cloud_colours(frame: Frame, light: Light, across: Field, down: Field) -> tuple[Field, Field]:
    grey = light.weather.grey
    base = mix(light.sky[2], light.fill, 0.5)
    sunlit = mix(mix(light.sky[3], light.key, 0.55), (1.0, 1.0, 1.0), 0.35 if light.elevation > 10 else 0.06)
    bright = scaled(mix(sunlit, base, grey * 0.92), 1.02 if light.elevation > -4 else 0.62)
    shade = scaled(mix(base, light.sky[0], 0.35), 0.86 - 0.3 * grey * (1 if light.weather.wet else 0.3))
    near_sun = np.exp(-np.abs(across - light.sun_x) * 1.8)[..., None] * (0.5 if light.elevation < 12 else 0.2)
    warm = np.array(mix(light.glow, bright, 0.35), np.float32)
    near_sun = near_sun * (1 - 0.85 * grey)
    tinted = np.array(bright, np.float32) * (1 - near_sun) + warm * near_sun * max(0.3, light.level)
    low = smoothstep(0.45, 1.0, down)[..., None]
    return tinted, np.array(shade, np.float32) * (1 - 0.5 * low) + np.array(light.sky[3], np.float32) * 0.5 * low


def _draw_stars(canvas: skia.Canvas, frame: Frame, setting: Setting, light: Light) -> None:
    dice = setting.dice("stars")
    count = int(130 * light.stars * max(1.0, frame.width * frame.horizon / frame.tall**2 / 4) ** 0.6)
    for step in range(3):
        path = skia.Path()
        for _ in range(count):
            x, y = dice.random() * frame.width, dice.random() ** 1.5 * frame.horizon * 0.86
            calm = frame.quiet.x < x < frame.quiet.right and frame.quiet.y < y < frame.quiet.bottom
            path.addCircle(x, y, frame.unit * (0.45 + 0.45 * step) * dice.uniform(0.7, 1.15) * (0.7 if calm else 1))
        canvas.drawPath(path, flat(ink((1, 0.97, 0.9), (0.34 + 0.2 * step) * light.stars)))
        count //= 4


def _draw_moon(canvas: skia.Canvas, centre: tuple[float, float], radius: float, light: Light) -> None:
    x, y = centre
    canvas.drawCircle(
        x,
        y,
        radius * 5,
        glowing(centre, radius * 5, [ink(light.disc, 0.30), ink(light.disc, 0.07), ink(light.disc, 0)], [0, 0.4, 1]),
    )
    disc, bite = skia.Path(), skia.Path()
    disc.addCircle(x, y, radius)
    bite.addCircle(x + radius * 0.42, y - radius * 0.2, radius * 0.92)
    crescent = skia.Op(disc, bite, skia.kDifference_PathOp)
    canvas.drawPath(disc, flat(ink(light.disc, 0.08)))
    canvas.drawPath(crescent, flat(ink(scaled(light.disc, 0.96))))
    canvas.drawPath(crescent, line(ink(light.disc, 0.25), radius * 0.05))
