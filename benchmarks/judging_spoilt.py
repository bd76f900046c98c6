"""What can be wrong with a whole picture or its file, drawn anew for every seed."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from adlocalizer.calibrating.variants import Variant
from adlocalizer.imaging.locating import cut_of

Random = np.random.Generator
Spoil = Callable[[Image.Image, bytes, Random], Image.Image]
Edges = tuple[int, int, int, int]

SPOILT: Mapping[str, str] = MappingProxyType(
    {
        "blank": "one colour, a slope of two, or noise instead of a picture",
        "letterbox": "bars of 6 to 15 % on two sides: black, white or a colour",
        "truncated": "a PNG or JPEG that ends after 30 to 95 % of its bytes",
        "echo": "the product shot handed back: whole, stretched into the frame, or on a plain ground",
        "framed": "the picture as a page, print or window with a border around it",
        "upscaled": "a thumbnail of a fifth to an eighth, enlarged",
        "blurred": "the whole picture out of focus by 0.6 to 1.2 % of its side",
        "lettered": "a sign or garbled letters of 3 to 8 % of the side in the scene",
        "wrong ratio": "cut or stretched to another ratio than the asked one, 8 % off and more",
    }
)
"""What is wrong, by name."""
_WORDS = ("OPEN 24 H", "SALE", "CAFE LUNA", "HOTEL", "Drnik Beter", "NEW TASTE", "PARKNG", "Mercado", "50 % OFF")


def spoil(kind: str, right: Variant, shot: bytes, random: Random) -> tuple[bytes, Image.Image | None]:
    """A right picture made wrong in a way of `SPOILT`: its file and its pixels, None where the file ends too early."""
    picture = right.picture
    if kind == "truncated":
        file = _file(picture, "PNG" if random.random() < 0.5 else "JPEG")
        return file[: round(random.uniform(0.30, 0.95) * len(file))], None
    spoilt = _lettered(right, random) if kind == "lettered" else _WAYS[kind](picture, shot, random)
    return _file(spoilt, "PNG" if random.random() < 0.5 else "JPEG"), spoilt


def _file(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **({"compress_level": 1} if kind == "PNG" else {"quality": 92}))
    return out.getvalue()


def _blank(picture: Image.Image, _: bytes, random: Random) -> Image.Image:
    wide, high = picture.size
    first, second = random.uniform(0, 255, (2, 3))
    noise = random.normal(0, random.uniform(0, 3), (high, wide, 3))
    way = random.integers(3)
    if way == 0:
        return _levels(first + noise)
    if way == 1:
        angle = random.uniform(0, 2 * math.pi)
        along = np.linspace(-1, 1, wide) * math.cos(angle) + np.linspace(-1, 1, high)[:, None] * math.sin(angle)
        share = (0.5 + along / 2.83)[..., None]
        return _levels(first + (second - first) * share + noise)
    return _levels(first + random.normal(0, random.uniform(20, 60), (high, wide, 3)))


def _letterbox(picture: Image.Image, _: bytes, random: Random) -> Image.Image:
    share, upright = random.uniform(0.06, 0.15), random.random() < 0.5
    colour = ((0, 0, 0), (255, 255, 255), tuple(random.integers(0, 256, 3).tolist()))[int(random.integers(3))]
    wide, high = picture.size
    inner = (wide, round(high * (1 - 2 * share))) if upright else (round(wide * (1 - 2 * share)), high)
    barred = Image.new("RGB", picture.size, colour)
    barred.paste(picture.resize(inner, Image.Resampling.LANCZOS), ((wide - inner[0]) // 2, (high - inner[1]) // 2))
    return barred


def _echo(picture: Image.Image, shot: bytes, random: Random) -> Image.Image:
    """Whole on white, stretched into the frame, or on a plain ground at two thirds and more."""
    cut, way = cut_of(shot).rgba, random.integers(3)
    ground = (255, 255, 255) if way < 2 else tuple(random.integers(120, 256, 3).tolist())
    share = random.uniform(0.65, 0.95) * min(picture.width / cut.width, picture.height / cut.height)
    size = (round(cut.width * share), round(cut.height * share))
    if way == 1:
        size = (round(0.9 * picture.width), round(0.9 * picture.height))
    small = cut.resize(size, Image.Resampling.LANCZOS)
    sheet = Image.new("RGB", picture.size, ground)
    sheet.paste(small, ((picture.width - size[0]) // 2, (picture.height - size[1]) // 2), small)
    return sheet


def _framed(picture: Image.Image, _: bytes, random: Random) -> Image.Image:
    """A border on four sides, or a soft-shadowed print on a ground of a colour."""
    wide, high = picture.size
    margin = round(random.uniform(0.04, 0.12) * min(wide, high))
    colour = tuple(int(level) for level in random.integers(0, 256, 3))
    page = Image.new("RGB", picture.size, colour)
    inner = picture.resize((wide - 2 * margin, high - 2 * margin), Image.Resampling.LANCZOS)
    if random.random() < 0.5:
        shade = Image.new("L", picture.size)
        ImageDraw.Draw(shade).rectangle((margin, margin + 6, wide - margin, high - margin + 10), fill=130)
        page.paste((0, 0, 0), mask=shade.filter(ImageFilter.GaussianBlur(margin / 5)))
    if random.random() < 0.4:  # a window's bar
        draw = ImageDraw.Draw(page)
        draw.rectangle((margin, margin // 3, wide - margin, margin), fill=(236, 236, 240))
        for at, dot in enumerate(((255, 95, 86), (255, 189, 46), (39, 201, 63))):
            left = margin + 8 + at * margin // 2
            draw.ellipse((left, margin // 2, left + margin // 4, margin // 2 + margin // 4), fill=dot)
    page.paste(inner, (margin, margin))
    return page


def _upscaled(picture: Image.Image, _: bytes, random: Random) -> Image.Image:
    times = random.uniform(5, 8)
    small = picture.resize((round(picture.width / times), round(picture.height / times)), Image.Resampling.BOX)
    ways = (Image.Resampling.BICUBIC, Image.Resampling.LANCZOS, Image.Resampling.BILINEAR)
    return small.resize(picture.size, ways[int(random.integers(3))])


def _blurred(picture: Image.Image, _: bytes, random: Random) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(random.uniform(0.006, 0.012) * min(picture.size)))


def _lettered(right: Variant, random: Random) -> Image.Image:
    """A board with words beside the product, sometimes with its letters upside down."""
    shown = right.picture.copy()
    wide, high = shown.size
    product = (right.box.x * wide, right.box.y * high, right.box.right * wide, right.box.bottom * high)
    for tries in range(60):
        board = _board(random.uniform(0.03, 0.08 if tries < 20 else 0.04) * math.sqrt(wide * high), random)
        left, top = (int(random.integers(0, max(1, room))) for room in (wide - board.width, high - board.height))
        edges = (left, top, left + board.width, top + board.height)
        if edges[2] <= wide and not _meet(edges, product):
            break
    shown.paste(board, edges[:2])
    return shown


def _board(tall: float, random: Random) -> Image.Image:
    word = _WORDS[int(random.integers(len(_WORDS)))]
    face = ImageFont.load_default(1.4 * tall)
    size = (round(face.getlength(word) + tall), round(2 * tall))
    board = Image.new("RGB", size, tuple(random.integers(0, 110, 3).tolist()))
    ink = tuple(random.integers(190, 256, 3).tolist())
    ImageDraw.Draw(board).text((size[0] / 2, size[1] / 2), word, fill=ink, font=face, anchor="mm")
    return board.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if random.random() < 0.3 else board


def _meet(one: Edges, other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _wrong_ratio(picture: Image.Image, _: bytes, random: Random) -> Image.Image:
    off = 1 + random.uniform(0.08, 0.5)
    wide, high = picture.size
    size = (round(wide * off), high) if random.random() < 0.5 else (wide, round(high * off))
    if random.random() < 0.5:
        return picture.resize(size, Image.Resampling.LANCZOS)
    cut = (round(wide / off), high) if size[1] == high else (wide, round(high / off))
    left, top = (wide - cut[0]) // 2, (high - cut[1]) // 2
    return picture.crop((left, top, left + cut[0], top + cut[1]))


def _levels(planes: NDArray[np.float64]) -> Image.Image:
    return Image.fromarray(np.clip(planes + 0.5, 0, 255).astype(np.uint8))


_WAYS: dict[str, Spoil] = {
    "blank": _blank,
    "letterbox": _letterbox,
    "echo": _echo,
    "framed": _framed,
    "upscaled": _upscaled,
    "blurred": _blurred,
    "wrong ratio": _wrong_ratio,
}
