"""The light of an hour: sky colours, sun and shade, haze, lit windows, blended from the table by the sun's height."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from adlocalizer.painting.colours import Rgb, from_hex, greyed, luminance, mix, scaled, times
from adlocalizer.painting.setting import Setting
from adlocalizer.painting.tables import Height, LightTable, Weather


@dataclass(frozen=True)
class Light:
    """All that light does in a picture; colours in linear light, shares 0..1, places in fractions of the frame."""

    sky: tuple[Rgb, Rgb, Rgb, Rgb]
    glow: Rgb
    key: Rgb
    fill: Rgb
    haze: Rgb
    disc: Rgb
    windows: float
    stars: float
    elevation: float
    weather: Weather
    sun_x: float

    @property
    def is_dark(self) -> bool:
        """Whether lamps, not the sun, draw the eye."""
        return self.windows > 0.35

    @property
    def level(self) -> float:
        """How bright a white wall is, about 0.05 at night and 0.9 by day."""
        return luminance(self.fill) + 0.5 * luminance(self.key)

    def on(self, surface: Rgb, facing: float = 0.5, depth: float = 0.0) -> Rgb:
        """A surface's colour: `facing` 1 is turned to the sun, 0 away; `depth` 1 is lost in the haze."""
        sunlight = scaled(self.key, facing)
        seen = times(surface, (self.fill[0] + sunlight[0], self.fill[1] + sunlight[1], self.fill[2] + sunlight[2]))
        return mix(seen, self.haze, min(1.0, depth * (1 + self.weather.haze)))


def light_of(setting: Setting, table: LightTable, sun_x: float) -> Light:
    """Blend the table's heights around the sun's, then let the weather grey, dim and veil them."""
    lower, upper, share = _neighbours(table.heights, setting.elevation)
    weather = table.weathers[setting.weather]

    def blended(name: str) -> Rgb:
        return mix(from_hex(getattr(lower, name)), from_hex(getattr(upper, name)), share)

    sky = tuple(mix(from_hex(a), from_hex(b), share) for a, b in zip(lower.sky, upper.sky, strict=True))
    tint = _tint(setting)
    clouded = tuple(_clouded(colour, sky[2], weather) for colour in sky)
    windows = lower.windows + (upper.windows - lower.windows) * share
    return Light(
        sky=(times(clouded[0], tint), times(clouded[1], tint), times(clouded[2], tint), times(clouded[3], tint)),
        glow=blended("glow"),
        key=scaled(blended("key"), 0.78 * (0.12 + 0.88 * weather.sun)),
        fill=scaled(greyed(blended("fill"), weather.grey * 0.7), (1 + 0.25 * weather.grey) * (0.6 + 0.4 * weather.dim)),
        haze=times(_clouded(blended("haze"), sky[2], weather), tint),
        disc=from_hex(lower.disc if share < 0.5 else upper.disc),
        windows=min(0.85, windows + weather.windows * (1 if windows > 0.1 else 0.45)),
        stars=(lower.stars + (upper.stars - lower.stars) * share) * weather.sun**2,
        elevation=setting.elevation,
        weather=weather,
        sun_x=sun_x,
    )


def _neighbours(heights: tuple[Height, ...], degrees: float) -> tuple[Height, Height, float]:
    degrees = max(heights[0].degrees, min(heights[-1].degrees, degrees))
    for lower, upper in pairwise(heights):
        if degrees <= upper.degrees:
            share = (degrees - lower.degrees) / (upper.degrees - lower.degrees)
            return lower, upper, share * share * (3 - 2 * share)
    return heights[-1], heights[-1], 0.0


def _clouded(colour: Rgb, low: Rgb, weather: Weather) -> Rgb:
    level = luminance(mix(colour, low, 0.3))
    veil = mix(greyed(mix(colour, low, 0.3), 0.5), (0.62 * level, 0.98 * level, 1.6 * level), 0.75)
    return scaled(mix(colour, veil, weather.grey), weather.dim)


def _tint(setting: Setting) -> Rgb:
    dice = setting.dice("tint")
    morning = 0.03 if setting.azimuth % 360 < 180 and setting.elevation < 12 else 0.0
    warm = dice.uniform(-0.06, 0.06)
    return 1 + warm + morning, 1 - abs(warm) * 0.2 - morning * 0.5, 1 - warm + morning
