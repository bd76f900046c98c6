"""Eight made-up products for the benchmark of judging: their shots, drawn by Pillow, always the same."""

from __future__ import annotations

import functools
import io
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]


class Drawn(NamedTuple):
    """A product: its shot as a PNG with transparency, and what is hard about it."""

    name: str
    shot: bytes
    about: str


def products() -> tuple[Drawn, ...]:
    """All eight."""
    return tuple(Drawn(name, _png(draw()), about) for name, (draw, about) in _PRODUCTS.items())


def can() -> Image.Image:
    """A slim can: stripes, a large word, a volume."""
    label = _sheet((620, 1180), (18, 58, 140), (34, 110, 190))
    draw = ImageDraw.Draw(label)
    for at in range(-600, 1800, 120):
        draw.polygon([(0, at), (620, at + 260), (620, at + 310), (0, at + 50)], fill=(228, 70, 52))
    draw.ellipse((110, 330, 510, 730), fill=(250, 246, 232))
    _say(draw, (310, 470), "NORDA", 108, (18, 58, 140))
    _say(draw, (310, 580), "COLA ZERO", 52, (228, 70, 52))
    _say(draw, (310, 1080), "250 ml", 64, (250, 246, 232))
    body = _cylinder(label)
    metal = _cylinder(_sheet((620, 1400), (206, 209, 213), (176, 180, 186)))
    metal.paste(body, (0, 110))
    return _cut(metal, _rounded((620, 1400), 70))


def bottle() -> Image.Image:
    """A glass bottle: see-through but for its label."""
    size = (480, 1500)
    glass = _cylinder(_sheet(size, (64, 116, 78), (40, 92, 58)))
    outline = Image.new("L", size)
    draw = ImageDraw.Draw(outline)
    draw.rounded_rectangle((0, 560, 479, 1499), 60, fill=150)
    draw.polygon([(170, 300), (310, 300), (479, 640), (0, 640)], fill=150)
    draw.rectangle((170, 60, 310, 320), fill=150)
    draw.rounded_rectangle((160, 0, 320, 110), 14, fill=255)
    draw.rectangle((0, 800, 479, 1290), fill=255)
    label = _sheet((480, 490), (244, 238, 220), (236, 226, 204))
    draw = ImageDraw.Draw(label)
    draw.rectangle((20, 18, 460, 472), outline=(120, 92, 40), width=5)
    _say(draw, (240, 110), "VALDORO", 74, (48, 36, 22))
    _say(draw, (240, 190), "OLIO EXTRA VERGINE", 32, (48, 36, 22))
    draw.ellipse((200, 230, 280, 340), fill=(96, 118, 44))
    _say(draw, (240, 410), "750 ml  2024", 44, (120, 92, 40))
    glass.paste(_cylinder(label), (0, 800))
    glass.paste((196, 160, 60), (160, 0, 320, 110))
    return _cut(glass, outline.filter(ImageFilter.GaussianBlur(1)))


def box() -> Image.Image:
    """A carton with much small print."""
    front = _sheet((900, 1200), (246, 242, 234), (238, 232, 218))
    draw = ImageDraw.Draw(front)
    draw.rectangle((0, 0, 900, 330), fill=(176, 44, 58))
    _say(draw, (450, 130), "HAFERGLANZ", 118, (255, 250, 240))
    _say(draw, (450, 250), "KNUSPRIG SEIT 1987", 50, (250, 206, 92))
    for x, y, across in ((250, 520, 130), (470, 600, 170), (690, 500, 120), (620, 700, 80)):
        draw.ellipse(
            (x - across, y - across, x + across, y + across), fill=(206, 152, 78), outline=(140, 92, 40), width=6
        )
    print_ = "Zutaten: Vollkornhaferflocken 62 %, Rohrzucker, Raps, Honig 4,5 %, Mandeln 3 %, Salz, Zimt."
    for row, start in enumerate(range(0, len(print_), 52)):
        _say(draw, (450, 850 + 40 * row), print_[start : start + 52], 29, (60, 44, 36))
    _say(draw, (450, 1090), "500 g", 84, (176, 44, 58))
    return _cut(front, Image.new("L", front.size, 255))


def tube() -> Image.Image:
    """A tube that stands on its cap and narrows towards the top."""
    size = (520, 1300)
    body = _sheet(size, (250, 251, 252), (226, 240, 240))
    draw = ImageDraw.Draw(body)
    for step in range(7):
        draw.ellipse((-200 + 40 * step, 620, 720 - 40 * step, 1200), outline=(0, 150, 140), width=9)
    _say(draw, (260, 330), "MINTA", 116, (0, 96, 110))
    _say(draw, (260, 440), "fresh breath 24 h", 46, (0, 150, 140))
    _say(draw, (260, 900), "75 ml", 62, (0, 96, 110))
    shaded = _cylinder(body)
    shaded.paste(_cylinder(_sheet((300, 130), (0, 96, 110), (0, 80, 92))), (110, 1170))
    outline = Image.new("L", size)
    pen = ImageDraw.Draw(outline)
    pen.polygon([(10, 0), (510, 0), (470, 1170), (50, 1170)], fill=255)
    pen.rounded_rectangle((110, 1160, 410, 1299), 12, fill=255)
    return _cut(shaded, outline.filter(ImageFilter.GaussianBlur(0.8)))


def jar() -> Image.Image:
    """A wide jar of honey: warm colours that warm light resembles."""
    size = (820, 900)
    honey = _cylinder(_sheet(size, (226, 150, 30), (186, 96, 10)))
    honey.paste(_cylinder(_sheet((740, 150), (238, 226, 190), (214, 196, 150))), (40, 0))
    label = _sheet((820, 420), (252, 244, 216), (250, 234, 190))
    draw = ImageDraw.Draw(label)
    for x in range(30, 820, 76):
        corners = [(x + 30 * math.cos(a * math.pi / 3), 50 + 30 * math.sin(a * math.pi / 3)) for a in range(6)]
        draw.polygon(corners, outline=(206, 140, 30), width=5)
    _say(draw, (410, 190), "WILDTRACHT", 110, (96, 54, 14))
    _say(draw, (410, 290), "honig aus dem harz", 48, (150, 96, 30))
    _say(draw, (410, 370), "454 g", 60, (96, 54, 14))
    honey.paste(_cylinder(label), (0, 320))
    outline = _rounded(size, 90)
    ImageDraw.Draw(outline).rectangle((0, 0, 820, 150), fill=0)
    ImageDraw.Draw(outline).rounded_rectangle((40, 0, 780, 180), 24, fill=255)
    return _cut(honey, outline)


def telephone() -> Image.Image:
    """A telephone: a flat screen of tiles and figures."""
    front = _sheet((620, 1260), (12, 14, 18), (12, 14, 18))
    draw = ImageDraw.Draw(front)
    draw.rounded_rectangle((26, 30, 594, 1230), 60, fill=(244, 246, 250))
    _say(draw, (310, 150), "18:42", 120, (20, 24, 40))
    _say(draw, (310, 240), "Donnerstag 7. Mai", 40, (90, 96, 120))
    tiles = ((82, 64, 196), (250, 120, 80), (40, 170, 130), (252, 190, 60), (60, 130, 240), (220, 70, 120))
    for number, colour in enumerate(tiles):
        x, y = 60 + 260 * (number % 2), 320 + 280 * (number // 2)
        draw.rounded_rectangle((x, y, x + 240, y + 250), 36, fill=colour)
        _say(draw, (x + 120, y + 110), ("72", "4.8", "19°", "365", "12k", "98%")[number], 84, (255, 255, 255))
        _say(
            draw,
            (x + 120, y + 200),
            ("PULS", "NOTE", "WETTER", "TAGE", "SCHRITTE", "AKKU")[number],
            32,
            (255, 255, 255),
        )
    return _cut(front, _rounded(front.size, 84))


def pouch() -> Image.Image:
    """A pouch of coffee: dark, with a fine texture."""
    size = (760, 1150)
    grain = np.random.default_rng(5).normal(0, 1, (1150, 760, 1))
    front = np.asarray(_sheet(size, (58, 40, 32), (38, 26, 22))).astype(float)
    pixels = np.clip(front + 9 * grain, 0, 255).astype(np.uint8)
    bag = Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(1))
    draw = ImageDraw.Draw(bag)
    draw.rectangle((110, 330, 650, 760), fill=(222, 198, 152))
    _say(draw, (380, 440), "KIBERA", 120, (58, 40, 32))
    _say(draw, (380, 560), "ARABICA DARK ROAST", 42, (140, 60, 36))
    for x, y in ((300, 660), (380, 640), (460, 662)):
        draw.ellipse((x - 34, y - 50, x + 34, y + 50), fill=(96, 56, 34))
        draw.line((x, y - 46, x - 8, y, x, y + 46), fill=(58, 40, 32), width=6)
    _say(draw, (380, 900), "1000 g", 76, (222, 198, 152))
    draw.line((0, 90, 760, 90), fill=(20, 14, 12), width=7)
    return _cut(bag, _rounded(size, 40))


def soap() -> Image.Image:
    """A bar of soap: plain, nothing to know it by."""
    bar = _sheet((900, 520), (236, 232, 222), (228, 224, 212))
    return _cut(bar, _rounded(bar.size, 120))


_PRODUCTS: dict[str, tuple[Callable[[], Image.Image], str]] = {
    "can": (can, "stripes, large word, volume"),
    "bottle": (bottle, "glass that shows what is behind"),
    "box": (box, "small print"),
    "tube": (tube, "white, few colours"),
    "jar": (jar, "warm colours, as warm light has"),
    "telephone": (telephone, "tiles and figures"),
    "pouch": (pouch, "dark, grainy"),
    "soap": (soap, "plain"),
}


def _sheet(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    down = np.linspace(0, 1, size[1])[:, None, None]
    rows = np.array(top) + (np.array(bottom) - np.array(top)) * down
    return Image.fromarray(np.broadcast_to(rows, (size[1], size[0], 3)).astype(np.uint8).copy())


def _cylinder(flat: Image.Image) -> Image.Image:
    """A sheet bent round a cylinder, lit from the left."""
    wide = flat.width
    x = (np.arange(wide) + 0.5) / wide * 2 - 1
    seen = np.clip((np.arcsin(x) / math.pi + 0.5) * wide, 0, wide - 1).astype(int)
    light: NDArray[np.float64] = (
        0.62 + 0.42 * np.exp(-(((x + 0.35) / 0.45) ** 2)) + 0.1 * np.exp(-(((x - 0.7) / 0.1) ** 2))
    )
    pixels = np.asarray(flat)[:, seen] * light[None, :, None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    large = Image.new("L", (2 * size[0], 2 * size[1]))
    ImageDraw.Draw(large).rounded_rectangle((0, 0, 2 * size[0] - 1, 2 * size[1] - 1), 2 * radius, fill=255)
    return large.resize(size, Image.Resampling.BOX)


def _cut(picture: Image.Image, outline: Image.Image) -> Image.Image:
    cut = picture.convert("RGBA")
    cut.putalpha(outline)
    return cut


def _say(draw: ImageDraw.ImageDraw, middle: tuple[int, int], words: str, tall: int, colour: Colour) -> None:
    draw.text(middle, words, fill=colour, font=_face(tall), anchor="mm", stroke_width=tall // 40, stroke_fill=colour)


@functools.cache
def _face(tall: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(tall)


def _png(cut: Image.Image) -> bytes:
    sheet = Image.new("RGBA", (cut.width + 120, cut.height + 120))
    sheet.paste(cut, (60, 60))
    out = io.BytesIO()
    sheet.save(out, "PNG", compress_level=3)
    return out.getvalue()
