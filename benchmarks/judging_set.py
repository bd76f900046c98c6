"""The labelled pictures of the benchmark of judging, each made from its number alone: any process can make it."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from judging_products import products
from judging_spoilt import SPOILT, spoil
from PIL import Image

from adlocalizer.calibrating.altering import CannotAlter
from adlocalizer.calibrating.variants import NEGATIVES, RIGHT, Variant, variant
from adlocalizer.checks import MasterSubject
from adlocalizer.config import find_project
from adlocalizer.domain import Answer, Box, Fact, Model, Prompt, Reference, Request
from adlocalizer.imaging.layouts import LayoutBook
from adlocalizer.imaging.locating import cut_of
from adlocalizer.painting.frame import frame_of
from adlocalizer.painting.scene import compose, draw
from adlocalizer.painting.tables import read_tables

HELD_APART, TUNING = 1_000_000, 2_000_000
"""First seeds of the pictures reported on, and of those that limits may be set on; calibrations count from 0."""
BLOCK = 10_000
"""Seeds of a block: what was reported on once is no longer unseen, the next block is. Half of it is for `kinds`."""
SWAPPED = "swapped"
WRONG = {**NEGATIVES, SWAPPED: "another of the products, as it may be photographed", **SPOILT}
"""What is wrong, by name: with the product, or with the file and the frame."""
CLASSES = (RIGHT, *WRONG)
RIGHT_SHARE = 0.4

_ROOT = Path(__file__).parents[1]
_PHOTOGRAPHS = {
    "skimage/data": (*("brick.png", "grass.png", "gravel.png", "coffee.png", "motorcycle_left.png", "rocket.jpg"),),
    "sklearn/datasets/images": ("china.jpg", "flower.jpg"),
}
_SURFACES = ("brick.png", "grass.png", "gravel.png")  # of 512 pixels: laid out twice each way, mirrored, or all soft
_BRANDED = {"motorcycle_left.png": ((390, 186, 450, 220), (292, 276, 330, 296))}  # names on it, in pixels: painted over
_HOURS = (("day", "clear", 40.0), ("golden", "cloudy", 4.0), ("night", "clear", -20.0), ("day", "snow", 30.0))
_CITIES = ("fr-paris", "jp-tokyo", "br-sao-paulo")
_SIGNED = 0.94  # of a painted scene's height: below it the painter signs
_RATIOS = {(1024, 1024): "1:1", (768, 1376): "9:16", (1376, 768): "16:9", (928, 1152): "4:5", (1152, 928): "5:4"}
_MODEL = "gemini-3.1-flash-image"  # any that draws these ratios: what it promises is held against the picture


class Picture(NamedTuple):
    """One labelled picture before it is made."""

    product: str
    kind: str
    seed: int


class Made(NamedTuple):
    """A picture as the checks get it, and as a baseline would."""

    subject: MasterSubject
    picture: Image.Image | None
    """None for a file that does not decode."""


def labelled(
    pictures: int, only: Sequence[str] = (), first: int = HELD_APART, kinds: Sequence[str] = ()
) -> Iterator[Picture]:
    """So many pictures: two fifths right, the others wrong in every way in turn, the products taking turns.

    `only` names products; without it they are all. `kinds` in turn are all there is where it names any. `first` is the
    first seed of a block.
    """
    names = list(only) or list(shots())
    turns, right = tuple(kinds or WRONG), 0 if kinds else round(RIGHT_SHARE * pictures)
    start = first + (BLOCK // 2 if kinds else 0)
    for number in range(pictures):
        kind = RIGHT if number < right else turns[(number - right) // len(names) % len(turns)]
        yield Picture(names[number % len(names)], kind, start + number)


def make(one: Picture) -> Made | None:
    """The picture; None where the product cannot be wrong in this way, such as letters of one without any."""
    shot = shots()[one.product]
    try:
        seen = _photographed(one)
    except CannotAlter:
        return None
    if one.kind in SPOILT:
        file, picture = spoil(one.kind, seen, shot, np.random.default_rng([one.seed, zlib.crc32(b"spoilt")]))
    else:
        file, picture = _png(seen.picture), seen.picture
    asked = _request(seen.picture.size, shot, seen.near, one.seed)
    answer = Answer(key=asked.key, kind="picture")
    return Made(MasterSubject(asked.key, file, asked, answer, shot, _model()), picture)


def _photographed(one: Picture) -> Variant:
    """The picture before anything is wrong with file or frame. Raises CannotAlter."""
    names = [name for name in shots() if name != one.product]
    shown = names[one.seed // len(shots()) % len(names)] if one.kind == SWAPPED else one.product
    kind = one.kind if one.kind in NEGATIVES else RIGHT
    backgrounds = grounds()
    # Products take turns by the seed's remainder of eight, so backgrounds go by its digest.
    ground = backgrounds[zlib.crc32(str(one.seed).encode()) % len(backgrounds)]
    return variant(kind, cut_of(shots()[shown]).rgba, ground, one.seed)


@functools.cache
def shots() -> dict[str, bytes]:
    """Every product's shot."""
    return {one.name: one.shot for one in products()}


@functools.cache
def grounds() -> tuple[Image.Image, ...]:
    """Photographs that packages for tests ship, and painted scenes."""
    paths = [_installed(folder) / name for folder, names in _PHOTOGRAPHS.items() for name in names]
    photographs = [_ground(path) for path in paths]
    return (*photographs, *(_scene(city, hour) for city in _CITIES for hour in _HOURS))


def _ground(path: Path) -> Image.Image:
    """A photograph without another brand's name on it, large enough for 1K."""
    photograph = Image.open(path).convert("RGB")
    if path.name in _BRANDED:
        gone = Image.new("L", photograph.size)
        for name in _BRANDED[path.name]:
            gone.paste(255, name)
        pixels = cv2.inpaint(np.asarray(photograph), np.asarray(gone), 5, cv2.INPAINT_TELEA)
        return Image.fromarray(pixels.astype(np.uint8))
    if path.name in _SURFACES:
        wide, high = photograph.size
        return Image.fromarray(np.pad(np.asarray(photograph), ((0, high), (0, wide), (0, 0)), "symmetric"))
    return photograph


def _installed(folder: str) -> Path:
    """A folder of an installed package, which need not be imported for it."""
    package, _, rest = folder.partition("/")
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{package} is missing: install the development dependencies")
    return Path(spec.origin).parent / rest


def _scene(city: str, hour: tuple[str, str, float]) -> Image.Image:
    """A painted city with nothing where the product would stand."""
    named = dict(zip(("light", "weather", "sun_elevation_degrees"), hour, strict=True)) | {"city_id": city}
    facts = tuple(Fact(name=name, value=value, text=str(value), source="benchmark") for name, value in named.items())
    request = _request((1024, 1024), b"", Box(x=0.49, y=0.88, w=0.01, h=0.01), 7, facts)
    frame = frame_of(request.prompt.composition, (1024, 1024), 0.5)
    gone = np.zeros((max(1, int(frame.product.high)), max(1, int(frame.product.wide)), 4), np.uint8)
    folder = str(_ROOT / "data")
    scene = Image.fromarray(draw(compose(request, frame, read_tables(folder), folder), gone)[..., :3])
    return scene.crop((0, 0, scene.width, round(_SIGNED * scene.height)))


def _request(size: tuple[int, int], shot: bytes, near: Box, seed: int, facts: tuple[Fact, ...] = ()) -> Request:
    """What such a picture would have been asked for with: its ratio, the product about where it stands."""
    ratio = _RATIOS[size]
    where = _layouts().composition_for(ratio, "ltr").model_copy(update={"product": near})
    prompt = Prompt(text="a benchmark", template_sha256="0" * 64, facts=facts, composition=where)
    product = Reference(role="product", sha256=hashlib.sha256(shot).hexdigest(), mime="image/png", path="shot.png")
    asked = {"provider": "benchmark", "model": "benchmark", "references": (product,), "seed": seed}
    return Request(prompt=prompt, ratio=ratio, size="1K", **asked)


@functools.cache
def _layouts() -> LayoutBook:
    return find_project(_ROOT).layouts()


@functools.cache
def _model() -> Model:
    return find_project(_ROOT).models()[_MODEL]


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()
