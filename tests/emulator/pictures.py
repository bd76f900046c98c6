"""Pictures the emulator draws: a seeded city behind the product of the request, where the prompt says it stands."""

from __future__ import annotations

import functools
import hashlib
import io
import random
import re
import threading
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from adlocalizer.imaging.cutting import CutOut
from adlocalizer.imaging.ingest import Unreadable
from adlocalizer.imaging.locating import cut_of
from tests.emulator.altering import ALTERED, altered
from tests.emulator.cities import city
from tests.emulator.judging import Looks
from tests.emulator.spoiling import SPOILT, spoilt
from tests.emulator.wire import Picture, Wish

_LARGEST = 1600  # pixels of the longer side a background is drawn at; larger ones are enlarged
_SHARES = {
    **{"a twentieth": 0.05, "a tenth": 0.1, "a fifth": 0.2, "a quarter": 0.25, "a third": 1 / 3},
    **{"two fifths": 0.4, "half": 0.5, "three fifths": 0.6, "two thirds": 2 / 3, "three quarters": 0.75},
    **{"four fifths": 0.8, "nine tenths": 0.9, "all": 1.0},
}
_LIGHTS = {": night. The sun": 0.3, ": twilight. The sun": 0.35, ": blue-hour light. The sun": 0.55}
_LOCK = threading.RLock()


class Place(NamedTuple):
    """Where the product stands, in fractions of the picture."""

    left: float = 0.35
    right: float = 0.65
    bottom: float = 0.9
    height: float = 0.5
    horizon: float = 0.62


class Drawn(NamedTuple):
    """A picture on its way out, and the type it is declared as."""

    content: bytes
    mime: str
    sha256: str

    @classmethod
    def of(cls, content: bytes, mime: str) -> Drawn:
        """With its digest."""
        return cls(content, mime, hashlib.sha256(content).hexdigest())


class Painter:
    """Draws for requests, and knows its own pictures again when they come back in an edit."""

    def __init__(self) -> None:
        self._mine: dict[str, tuple[Place, Picture | None]] = {}
        self._canned: dict[tuple[str, ...], Drawn] = {}
        self.looks = Looks()

    def reset(self) -> None:
        """Forget the canned pictures; own ones stay known."""
        self._canned.clear()

    def parents(self, wish: Wish) -> list[str]:
        """Digests of the request's pictures that were drawn here: it edits them."""
        return [picture.sha256 for picture in wish.pictures if picture.sha256 in self._mine]

    def answer(self, wish: Wish, how: dict[str, object], salt: int) -> Drawn:
        """The picture of a request, drawn or, if so configured, the same one for every request of its shape."""
        mime = wish.mime or str(how["mime"])
        key = (wish.ratio, wish.size, mime)
        if how["pictures"] != "canned":
            return self._kept(wish, mime, wish.model.pixels(wish.ratio, wish.size), salt)
        with _LOCK:
            if key not in self._canned:
                pixels, weight = wish.model.pixels(wish.ratio, wish.size), int(str(how["canned_bytes"]))
                drawn = heavy(pixels, weight) if weight else self._kept(wish, mime, pixels, 0)
                self._canned[key] = drawn
            return self._canned[key]

    def spoilt(self, wish: Wish, fault: str, mime: str, salt: int) -> Drawn:
        """A picture with a named fault."""
        wide, high = wish.model.pixels(wish.ratio, wish.size)
        if fault == "echo" and wish.pictures:
            return Drawn.of(wish.pictures[0].content, wish.pictures[0].mime)
        if fault == "wrong_ratio":
            return self._kept(wish, mime, (wide, high // 2) if wide <= high else (wide // 2, high), salt)
        if fault == "wrong_size":
            return self._kept(wish, mime, (wide // 2, high // 2), salt)
        if fault == "blank":
            return Drawn.of(encoded(Image.new("RGB", (wide, high), (128, 150, 170)), mime), mime)
        good = self._kept(wish, mime, (wide, high), salt, fault)
        if fault == "truncated_picture":
            return Drawn.of(good.content[: len(good.content) // 2], mime)
        if fault == "jpeg_for_png":
            return Drawn.of(encoded(_opened(good), "image/jpeg"), "image/png")
        if fault == "webp":
            return Drawn.of(encoded(_opened(good), "image/webp"), "image/webp")
        return good

    def _kept(self, wish: Wish, mime: str, pixels: tuple[int, int], salt: int, fault: str = "") -> Drawn:
        """A picture that is known again in an edit, which is drawn with the true product and without the fault."""
        place, shot = self._wanted(wish)
        shown = altered(shot, fault) if shot and fault in ALTERED else None if fault == "missing_product" else shot
        picture = draw(wish.text, shown, place, pixels, salt)
        if fault == "doubled" and shot:
            _put(picture, shot, beside(place))
        if fault in SPOILT:
            picture = spoilt(picture, fault, random.Random(f"{wish.identity}{salt}"))  # noqa: S311
        drawn = Drawn.of(encoded(picture, mime), mime)
        self._mine[drawn.sha256] = (place, shot)
        return drawn

    def _wanted(self, wish: Wish) -> tuple[Place, Picture | None]:
        """The place the words name, and the product: the first picture that is none of ours, or an earlier one's."""
        earlier = [self._mine[sha256] for sha256 in self.parents(wish)]
        place = read_place(wish.text, earlier[-1][0] if earlier else Place())
        shots = [picture for picture in wish.pictures if picture.sha256 not in self._mine]
        shot = next((each for each in shots if (cut := _cut(each)) and cut.confident), shots[0] if shots else None)
        return place, shot or next((kept for _, kept in reversed(earlier) if kept), None)


def beside(place: Place) -> Place:
    """Where a second one stands: on the side that has more room, as large as the first or as the room allows."""
    left, right = place.left, 1 - place.right
    span = (0.02, place.left) if left >= right else (place.right, 0.98)
    return place._replace(left=span[0], right=span[1], height=0.98 * place.height)


def read_place(text: str, otherwise: Place) -> Place:
    """The composition as a prompt of this project words it."""
    across = re.search(r"between (\d+) % and (\d+) % of the width", text)
    foot = re.search(r"bottom edge on the ground at (\d+) % of the height", text)
    tall = re.search(r"at most about ([a-z ]+?) of the picture's height", text)
    horizon = re.search(r"horizon lies at (\d+) % of the height", text)
    left, right = (int(found) / 100 for found in across.groups()) if across else otherwise[:2]
    return Place(
        left,
        right,
        int(foot[1]) / 100 if foot else otherwise.bottom,
        _SHARES.get(tall[1], otherwise.height) if tall else otherwise.height,
        int(horizon[1]) / 100 if horizon else otherwise.horizon,
    )


def draw(text: str, shot: Picture | None, place: Place, pixels: tuple[int, int], salt: int) -> Image.Image:
    """A city of its own for these words and this salt, the product in front."""
    dice = random.Random(hashlib.sha256(f"{salt}{text}".encode()).digest())  # noqa: S311
    share = min(1.0, _LARGEST / max(pixels))
    small = (max(1, round(pixels[0] * share)), max(1, round(pixels[1] * share)))
    horizon = min(place.horizon, place.bottom - 0.04)
    picture = ImageEnhance.Brightness(city(small, horizon, dice)).enhance(brightness(text))
    if small != pixels:
        picture = picture.resize(pixels, Image.Resampling.BILINEAR)
    if shot:
        _put(picture, shot, place)
    return picture


def brightness(text: str) -> float:
    """How bright a city is at the light the prompt speaks of; 1 by day, and where it speaks of none."""
    return next((share for words, share in _LIGHTS.items() if words in text), 1.0)


def encoded(picture: Image.Image, mime: str) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    if mime == "image/png":
        picture.save(out, "PNG", compress_level=1)
    elif mime == "image/webp":
        picture.save(out, "WEBP", quality=88, method=0)
    else:
        picture.save(out, "JPEG", quality=90, subsampling=0)
    return out.getvalue()


def heavy(pixels: tuple[int, int], weight_bytes: int) -> Drawn:
    """A PNG of about so many bytes: noise from the top as far as it takes, then an even slope."""
    wide, high = pixels
    rows = min(high, round(weight_bytes / (wide * 3)))
    levels = np.empty((high, wide, 3), np.uint8)
    levels[:] = np.linspace(60, 200, high, dtype=np.uint8)[:, None, None]
    levels[:rows] = np.random.default_rng(7).integers(0, 256, (rows, wide, 3), np.uint8)
    return Drawn.of(encoded(Image.fromarray(levels), "image/png"), "image/png")


def _put(picture: Image.Image, shot: Picture, place: Place) -> None:
    """The product on the ground, the largest that fits its room, with a shadow where it touches."""
    wide, high = picture.size
    cut = _cut(shot)
    if cut is None:
        return
    aspect = cut.rgba.width / cut.rgba.height
    room, most = (place.right - place.left) * wide, place.height * high
    tall = max(2, round(min(most, room / aspect)))
    broad = max(2, round(tall * aspect))
    left = round(place.left * wide + (room - broad) / 2)
    top = max(0, round(place.bottom * high) - tall)
    soft = _shadow().resize((round(broad * 1.5), max(2, round(broad * 0.34))))
    picture.paste((14, 14, 17), (left - round(broad * 0.25), top + tall - round(broad * 0.19)), soft)
    picture.paste(product := _sized(shot.content, broad, tall), (left, top), product)


@functools.cache
def _shadow() -> Image.Image:
    sheet = Image.new("L", (240, 80))
    ImageDraw.Draw(sheet).ellipse((45, 22, 195, 58), fill=190)
    return sheet.filter(ImageFilter.GaussianBlur(9))


@functools.lru_cache(maxsize=64)
def _sized(shot: bytes, wide: int, high: int) -> Image.Image:
    return cut_of(shot).rgba.resize((wide, high), Image.Resampling.LANCZOS)


def _cut(shot: Picture) -> CutOut | None:
    with _LOCK:
        try:
            return cut_of(shot.content)
        except Unreadable:
            return None


def _opened(drawn: Drawn) -> Image.Image:
    return Image.open(io.BytesIO(drawn.content)).convert("RGB")
