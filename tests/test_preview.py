"""The preview provider: exact pixels, the same bytes for the same request, and honest marks."""

from __future__ import annotations

import asyncio
import hashlib
import io
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from adlocalizer.domain import Box, Composition, Fact, Model, Prompt, Reference, Reply, Request
from adlocalizer.errors import BadAnswer, ConfigError
from adlocalizer.painting import scene
from adlocalizer.providers import ProviderSettings, open_provider

DATA = str(Path(__file__).parents[1] / "data")
SHOT = (Path(DATA) / "products" / "solara-can.png").read_bytes()
TABLE = """
1:1 512x512 1024x1024 2048x2048 4096x4096
1:4 256x1024 512x2048 1024x4096 2048x8192
4:1 1024x256 2048x512 4096x1024 8192x2048
1:8 192x1536 384x3072 768x6144 1536x12288
8:1 1536x192 3072x384 6144x768 12288x1536
2:3 424x632 848x1264 1696x2528 3392x5056
3:2 632x424 1264x848 2528x1696 5056x3392
4:5 464x576 928x1152 1856x2304 3712x4608
5:4 576x464 1152x928 2304x1856 4608x3712
9:16 384x688 768x1376 1536x2752 3072x5504
16:9 688x384 1376x768 2752x1536 5504x3072
21:9 792x336 1584x672 3168x1344 6336x2688
3:4 448x600 896x1200 1792x2400 3584x4800
4:3 600x448 1200x896 2400x1792 4800x3584
"""
SIZES = ("512", "1K", "2K", "4K")
PIXELS = {
    row.split()[0]: {
        size: tuple(int(side) for side in cell.split("x")) for size, cell in zip(SIZES, row.split()[1:], strict=True)
    }
    for row in TABLE.strip().splitlines()
}
FACTS = {
    "city_id": "jp-tokyo",
    "season": "autumn",
    "month": 11,
    "temperature_celsius": 13.5,
    "weather": "clear",
    "sun_elevation_degrees": 4.0,
    "sun_azimuth_degrees": 240.0,
    "light": "golden",
    "climate": "Cfa",
}


def request_for(ratio: str = "1:1", size: str = "512", **facts: str | float) -> Request:
    named = {**FACTS, **facts}
    prompt = Prompt(
        text="a city",
        template_sha256="0" * 64,
        facts=tuple(Fact(name=name, value=value, text=str(value), source="test") for name, value in named.items()),
        composition=Composition(
            ratio_class="square",
            product=Box(x=0.55, y=0.42, w=0.36, h=0.5),
            quiet=Box(x=0, y=0, w=1, h=0.36),
            horizon=0.7,
        ),
    )
    product = Reference(role="product", sha256=hashlib.sha256(SHOT).hexdigest(), mime="image/png", path="can.png")
    return Request(
        provider="preview",
        model="preview-scene-1",
        prompt=prompt,
        references=(product,),
        ratio=ratio,
        size=size,
        seed=7,
    )


def settings() -> ProviderSettings:
    model = Model(
        id="preview-scene-1", provider="preview", title="Preview", spends=False, pixels=PIXELS,
        price_micros=dict.fromkeys(SIZES, 0), source="test", checked=date(2026, 11, 24),
    )  # fmt: skip
    return ProviderSettings(models={model.id: model}, concurrency=2, data_folder=DATA)


def ask(request: Request, references: tuple[bytes, ...] = (SHOT,)) -> Reply:
    async def asked() -> Reply:
        provider = open_provider("preview", settings())
        try:
            return await provider.generate(request, references)
        finally:
            await provider.close()

    return asyncio.run(asked())


def paint(request: Request) -> Image.Image:
    reply = scene.paint(request, SHOT, PIXELS[request.ratio][request.size], DATA)
    assert reply.picture is not None
    return Image.open(io.BytesIO(reply.picture))


@pytest.mark.parametrize("size", SIZES[:3])
@pytest.mark.parametrize("ratio", PIXELS)
def test_every_ratio_and_size_has_the_pixels_of_the_models_table(ratio, size):
    assert paint(request_for(ratio, size)).size == PIXELS[ratio][size]


@pytest.mark.slow
def test_four_thousand_pixels_work_too():
    assert paint(request_for("16:9", "4K")).size == (5504, 3072)


def test_the_same_request_gives_the_same_bytes_in_another_process():
    request = request_for()
    reply = ask(request)
    assert reply.picture == scene.paint(request, SHOT, (512, 512), DATA).picture


def test_the_answer_says_what_the_picture_is():
    request = request_for()
    answer, picture = ask(request).answer, ask(request).picture
    assert picture is not None
    assert answer.sha256 == hashlib.sha256(picture).hexdigest()
    assert (answer.key, answer.kind, answer.mime) == (request.key, "picture", "image/jpeg")
    assert (answer.width, answer.height, answer.cost_micros) == (512, 512, 0)
    assert answer.model_version == "preview-scene-1"


def test_another_seed_or_attempt_gives_another_picture():
    first = request_for()
    others = (first.model_copy(update={"seed": 8}), first.model_copy(update={"attempt": 2}))
    pictures = {scene.paint(request, SHOT, (512, 512), DATA).picture for request in (first, *others)}
    assert len(pictures) == 3


def test_the_product_stands_in_its_box_with_its_foot_on_the_boxs_bottom():
    request = request_for()
    box = scene.paint(request, SHOT, (512, 512), DATA).answer.product_box
    assert box is not None
    assert request.prompt.composition.product.holds(box, slack=0.01)
    assert box.bottom == pytest.approx(request.prompt.composition.product.bottom, abs=0.002)


def test_the_file_says_it_is_a_preview_drawn_by_a_program():
    picture = paint(request_for())
    assert b"digitalsourcetype/algorithmicMedia" in picture.info["xmp"]
    assert b"adlocalizer preview" in picture.info["xmp"]
    assert picture.getexif()[0x0131] == "adlocalizer preview"


def test_a_ratio_outside_the_models_table_is_refused_with_its_name():
    with pytest.raises(ConfigError, match="7:5"):
        ask(request_for("7:5"))


def test_a_request_without_a_product_shot_is_a_bad_answer():
    with pytest.raises(BadAnswer, match="product shot"):
        ask(request_for(), ())


def test_a_product_shot_that_is_no_picture_is_named_in_the_error():
    with pytest.raises(ConfigError, match="product shot"):
        ask(request_for(), (b"<html></html>",))
