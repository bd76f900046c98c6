from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw, ImageFilter

from adlocalizer.imaging.cutting import cut_out
from adlocalizer.imaging.ingest import IngestLimits, Unreadable, ingest, peek


def _bytes(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _photo(size: tuple[int, int] = (256, 320)) -> Image.Image:
    noise = np.random.default_rng(1).normal(0, 12, (size[1], size[0], 3))
    ramp = np.linspace(30, 220, size[0])[None, :, None]
    return Image.fromarray((ramp + noise).clip(0, 255).astype(np.uint8))


def _png_header(width: int, height: int) -> bytes:
    def chunk(tag: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + tag + body + struct.pack(">I", zlib.crc32(tag + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 10))
    return b"\x89PNG\r\n\x1a\n" + head + pixels + chunk(b"IEND", b"")


PNG, JPEG = _bytes(_photo()), _bytes(_photo(), "JPEG", quality=90)

REFUSED = {
    "zero bytes": (b"", "empty"),
    "html renamed to png": (b"<!DOCTYPE html><html>no</html>", "not PNG"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "not PNG"),
    "gif": (_bytes(_photo(), "GIF"), "not PNG"),
    "tiff": (_bytes(_photo(), "TIFF"), "not PNG"),
    "30,000 x 30,000 header": (_png_header(30_000, 30_000), "too many pixels"),
    "12,000 x 12,000 header": (_png_header(12_000, 12_000), "too many pixels"),
    "7,000 x 7,000 header": (_png_header(7_000, 7_000), "7,000 x 7,000"),
    "361 megapixels in 42 KB": (_bytes(Image.new("1", (19_000, 19_000))), "too many pixels"),
    "one pixel": (_bytes(Image.new("RGB", (1, 1))), "at least 64"),
    "animated png": (_bytes(_photo(), save_all=True, append_images=[Image.new("RGB", (256, 320))]), "animated"),
    "animated webp": (_bytes(_photo(), "WEBP", save_all=True, append_images=[_photo().rotate(180)]), "animated"),
    "truncated png": (PNG[: int(len(PNG) * 0.6)], "truncated"),
    "truncated jpeg": (JPEG[: int(len(JPEG) * 0.6)], "truncated"),
    "jpeg without its end": (JPEG[:-2], "truncated"),
    "damaged png": (PNG[:200] + bytes([PNG[200] ^ 255]) + PNG[201:], "damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_not_a_sound_picture_is_refused_with_its_reason(name):
    data, reason = REFUSED[name]
    with pytest.raises(Unreadable, match=reason):
        ingest(data)


def test_a_file_above_the_byte_limit_is_refused_before_it_is_opened():
    with pytest.raises(Unreadable, match="more than the 100 accepted"):
        peek(PNG, IngestLimits(max_bytes=100))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_three_accepted_types_are_read(kind):
    assert ingest(_bytes(_photo(), kind)).picture.size == (256, 320)


def test_a_peek_tells_type_and_size_by_content_whatever_the_name():
    assert peek(JPEG) == ("image/jpeg", 256, 320)


def test_an_exif_orientation_is_turned_into_the_pixels():
    turned = Image.Exif()
    turned[0x112] = 6
    got = ingest(_bytes(_photo(), "JPEG", exif=turned))
    assert got.picture.size == (320, 256)
    assert "orientation 6" in got.notes[0]


def test_sixteen_bit_grey_keeps_its_middle_tones():
    grey = Image.fromarray(np.full((100, 100), 128 * 257, np.uint16))
    assert ingest(_bytes(grey)).picture.getpixel((5, 5)) == (128, 128, 128)


def test_a_palette_with_a_transparent_colour_becomes_rgba():
    data = _bytes(_photo().quantize(64), transparency=3)
    assert ingest(data).picture.mode == "RGBA"


def test_a_wide_gamut_profile_is_converted_to_srgb():
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for index in range(struct.unpack_from(">I", profile, 128)[0]):
        tag, start, _ = struct.unpack_from(">4sII", profile, 132 + 12 * index)
        if tag == b"rXYZ":
            struct.pack_into(">3i", profile, start + 8, *(round(v * 65536) for v in (0.515, 0.241, -0.001)))
    renamed = bytes(profile).replace("sRGB".encode("utf-16-be"), "P3__".encode("utf-16-be"))
    got = ingest(_bytes(_photo(), icc_profile=renamed))
    assert any("P3__" in note for note in got.notes)


def test_cmyk_without_a_profile_is_read_and_noted():
    got = ingest(_bytes(_photo().convert("CMYK"), "JPEG"))
    assert got.picture.mode == "RGB"
    assert "CMYK" in got.notes[0]


def test_nothing_a_file_carries_rides_along():
    exif = Image.Exif()
    exif[0x010E] = "a secret"
    assert ingest(_bytes(_photo(), "JPEG", exif=exif, comment=b"a secret")).picture.info == {}


def _shot(background: tuple[int, int, int], *, shadow: bool = False) -> Image.Image:
    shot = Image.new("RGB", (400, 500), background)
    if shadow:
        veil = Image.new("L", shot.size, 0)
        ImageDraw.Draw(veil).ellipse((110, 400, 290, 440), fill=110)
        shot.paste((20, 20, 25), (0, 0), veil.filter(ImageFilter.GaussianBlur(9)))
    draw = ImageDraw.Draw(shot)
    draw.rectangle((130, 80, 270, 420), fill=(200, 30, 40))
    draw.ellipse((170, 180, 230, 240), fill=background)
    return shot


@pytest.mark.parametrize("background", [(255, 255, 255), (225, 226, 228), (30, 120, 90)])
@pytest.mark.parametrize("shadow", [False, True])
def test_a_product_on_a_plain_ground_is_cut_to_its_edges_without_its_shadow(background, shadow):
    cut = cut_out(_shot(background, shadow=shadow))
    assert cut.confident
    assert cut.rgba.width == pytest.approx(141, abs=5)
    assert cut.rgba.height == pytest.approx(341, abs=8)


def test_a_hole_printed_in_the_grounds_colour_stays_closed():
    cut = cut_out(_shot((255, 255, 255)))
    assert cut.rgba.getpixel((cut.rgba.width // 2, 130))[3] == 255


def test_a_products_own_transparency_is_used_and_trimmed():
    shot = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    shot.paste((10, 200, 30, 255), (100, 50, 160, 250))
    assert cut_out(shot).rgba.size == (60, 200)


def test_a_busy_ground_is_not_cut_with_confidence():
    busy = Image.fromarray(np.random.default_rng(2).integers(0, 255, (300, 300, 3), dtype=np.uint8))
    cut = cut_out(busy)
    assert not cut.confident
    assert "transparency" in cut.note


def test_white_on_white_is_not_cut_with_confidence():
    shot = Image.new("RGB", (300, 400), (255, 255, 255))
    ImageDraw.Draw(shot).rectangle((100, 100, 200, 300), fill=(250, 250, 250))
    assert not cut_out(shot).confident
