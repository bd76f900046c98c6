from __future__ import annotations

import functools
import io
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from adlocalizer.domain import AdFormat, Box, Brand, Copy, Fit, SafeZone, TextPolicy, ratio_value
from adlocalizer.imaging.colours import READABLE
from adlocalizer.imaging.faces import load_fonts
from adlocalizer.imaging.ingest import Unreadable
from adlocalizer.imaging.layouts import load_layouts, safe_area
from adlocalizer.imaging.rendering import Rendered, RenderOrder, render_all
from adlocalizer.imaging.voicing import voices_for

CONFIGS = Path(__file__).parents[1] / "configs"
LAYOUTS, FONTS = load_layouts(CONFIGS / "layouts"), load_fonts(CONFIGS / "fonts.yml")
BRAND = Brand(id="solara", name="SOLARA", colour="#0b3d66", accent="#ffd23f")
RED = (220, 30, 30)

# id: width, height, native ratio, composed, safe zone (top, bottom)
SHAPES = {
    "meta_carousel_1x1": (1080, 1080, "1:1", False, None),
    "meta_feed_4x5_1080": (1080, 1350, "4:5", False, None),
    "meta_story_9x16_1080": (1080, 1920, "9:16", False, (250, 340)),
    "snap_single_9x16": (1080, 1920, "9:16", False, (150, 150)),
    "li_single_191": (1200, 628, "16:9", False, None),
    "gads_upload_300x250": (300, 250, "5:4", False, None),
    "gads_upload_728x90": (728, 90, "8:1", False, None),
    "amz_rec_160x600": (160, 600, "1:4", False, None),
    "gads_upload_970x90": (970, 90, "8:1", True, None),
    "gads_upload_320x50": (320, 50, "4:1", True, None),
    "gads_upload_120x600": (120, 600, "1:4", True, None),
    "amz_rec_980x55": (980, 55, "8:1", True, None),
}
COPY = {
    "de-DE": ("Frische, die nach Feierabend schmeckt", "Jetzt entdecken", 1.99, "EUR"),
    "vi-VN": ("Sảng khoái bất tận giữa lòng Hà Nội", "Mua ngay", 20000, "VND"),
    "ar-SA": ("انتعاش الليمون مع SOLARA في مساء الرياض", "اطلب الآن", 8, "SAR"),
    "he-IL": ("רעננות לימון עם SOLARA בערב תל אביבי", "לקנייה עכשיו", 7.9, "ILS"),
    "ur-PK": ("لاہور کی شام میں SOLARA کی تازگی", "ابھی خریدیں", 150, "PKR"),
    "hi-IN": ("दिल्ली की शाम में ताज़गी का नया एहसास", "अभी खरीदें", 40, "INR"),
    "bn-BD": ("ঢাকার বিকেলে সতেজতার নতুন স্বাদ", "এখনই কিনুন", 120, "BDT"),
    "kn-IN": ("ಬೆಂಗಳೂರಿನ ಸಂಜೆಗೆ ಹೊಸ ತಾಜಾತನ", "ಈಗ ಖರೀದಿಸಿ", 40, "INR"),
    "ta-SG": ("சிங்கப்பூர் மாலையில் புதிய புத்துணர்ச்சி", "இப்போதே வாங்கு", 2.5, "SGD"),
    "th-TH": ("ความสดชื่นใหม่ยามเช้ากลางกรุงเทพ", "สั่งซื้อเลย", 25, "THB"),
    "ja-JP": ("雨の夜に、はじけるレモンの爽快感。", "今すぐ購入", 160, "JPY"),
    "ko-KR": ("비 오는 서울에서도 레몬처럼 상쾌하게", "지금 구매하기", 2500, "KRW"),
    "zh-CN": ("暮色之中，清爽柠檬上市", "立即购买", 6.5, "CNY"),  # noqa: RUF001 - a Chinese comma
    "zh-TW": ("暮色之中，清爽檸檬上市", "立即購買", 35, "TWD"),  # noqa: RUF001 - a Chinese comma
    "am-ET": ("በአዲስ አበባ ምሽት አዲስ የሎሚ ትኩስነት", "አሁን ይግዙ", 50, "ETB"),
    "el-GR": ("Φρεσκάδα λεμονιού στο βράδυ της Αθήνας", "Αγοράστε τώρα", 1.8, "EUR"),
    "ru-RU": ("Свежесть лимона в московский вечер", "Купить сейчас", 120, "RUB"),
}


@pytest.fixture(scope="module")
def folder(pytestconfig):
    return str(pytestconfig.cache.mkdir("cut-faces"))


@functools.cache
def _master(ratio: str, direction: str) -> tuple[bytes, Box]:
    """A sky, a ground and a red and white product whose left half is red."""
    wide, high = (
        (1000, round(1000 / ratio_value(ratio))) if ratio_value(ratio) > 1 else (round(1000 * ratio_value(ratio)), 1000)
    )
    place = LAYOUTS.composition_for(ratio, direction)
    rows = np.linspace(0, 1, high)[:, None]
    sky = np.array([60, 140, 215]) * (1 - rows) + np.array([190, 225, 245]) * rows
    sky[rows[:, 0] > place.horizon] = (150, 140, 125)
    pixels = np.repeat(sky[:, None, :], wide, axis=1)
    pixels += np.random.default_rng(6).normal(0, 5, (high, wide, 1))
    picture = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    tall = round(min(place.product.h * high, place.product.w * wide / 0.52))
    across = round(tall * 0.52)
    left = round((place.product.x + place.product.w / 2) * wide - across / 2)
    top = round(place.product.bottom * high) - tall
    draw = ImageDraw.Draw(picture)
    draw.rectangle((left, top, left + across - 1, top + tall - 1), fill=(250, 250, 250))
    draw.rectangle((left, top, left + across // 2, top + tall - 1), fill=RED)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue(), Box(x=left / wide, y=top / high, w=across / wide, h=tall / high)


def _format(name: str, **changes: object) -> AdFormat:
    wide, high, _, _, zone = SHAPES[name]
    form = AdFormat(
        id=name,
        platform="any",
        placement="any",
        width=wide,
        height=high,
        max_bytes=150_000 if "gads" in name else None,
        file_types=("jpg", "png"),
        safe_zone=SafeZone(top=zone[0], bottom=zone[1]) if zone else None,
        confidence="official",
        source="the platform's page",
        checked=date(2026, 11, 22),
    )
    return form.model_copy(update=changes)


def _fit(name: str) -> Fit:
    wide, high, ratio, composed, _ = SHAPES[name]
    shown = (wide, high)
    if composed:
        shown = (round(high * ratio_value(ratio)), high) if wide > high else (wide, round(wide / ratio_value(ratio)))
    share = 1 - shown[0] * shown[1] / (wide * high)
    return Fit(
        format_id=name,
        model="m",
        ratio=ratio,
        size="1K",
        loss=0,
        composed=composed,
        panel=share,
        picture_width=shown[0],
        picture_height=shown[1],
    )


def _order(name: str, locale: str, folder: str, **changes: object) -> RenderOrder:
    headline, action, price, currency = COPY[locale]
    direction = "rtl" if locale[:2] in ("ar", "he", "ur") else "ltr"
    row = Copy(locale=locale, headline=headline, call_to_action=action, price=price, currency=currency)
    order = RenderOrder(
        rendition_id=f"demo.{locale}.{name}",
        ad_format=_format(name),
        fit=_fit(name),
        copy_row=row,
        direction=direction,
        brand=BRAND,
        product_box=_master(SHAPES[name][2], direction)[1],
        disclosure="PREVIEW",
        layouts=LAYOUTS,
        fonts=FONTS,
        fonts_folder=folder,
    )
    return order.model_copy(update=changes)


def _rendered(name: str, locale: str, folder: str, **changes: object) -> Rendered:
    order = _order(name, locale, folder, **changes)
    return render_all(_master(SHAPES[name][2], order.direction)[0], [order])[0]


def _pixels(file: Rendered) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(file.data)).convert("RGB"))


@pytest.mark.parametrize("name", SHAPES)
def test_every_format_is_exact_to_the_pixel_and_under_its_limit(name, folder):
    file = _rendered(name, "de-DE", folder)
    assert _pixels(file).shape == (SHAPES[name][1], SHAPES[name][0], 3)
    assert file.fits_bytes
    assert len(file.data) <= (_format(name).max_bytes or 5_000_000)


@pytest.mark.parametrize("locale", COPY)
@pytest.mark.parametrize("name", SHAPES)
def test_copy_of_every_script_fits_is_safe_and_off_the_product(name, locale, folder):
    file, safe = _rendered(name, locale, folder), safe_area(_format(name), "ltr")
    assert {block.role for block in file.blocks} >= {"headline", "call_to_action", "disclosure"}
    for block in file.blocks:
        assert block.fits, block.role
        assert block.missing == ""
        assert safe.holds(block.box, 0.002), block.role
        assert block.box.overlap(file.product_box) == 0, block.role
        assert block.contrast >= READABLE, block.role
    for one, other in combinations(file.blocks, 2):
        assert one.box.overlap(other.box) == 0, (one.role, other.role)


@pytest.mark.parametrize("name", SHAPES)
def test_the_product_stays_whole_and_inside_the_frame(name, folder):
    box = _rendered(name, "de-DE", folder).product_box
    assert Box(x=0, y=0, w=1, h=1).holds(box)


@pytest.mark.parametrize("name", ["meta_carousel_1x1", "gads_upload_970x90", "gads_upload_728x90"])
def test_right_to_left_mirrors_the_layout_but_never_the_product(name, folder):
    left, right = _rendered(name, "de-DE", folder), _rendered(name, "he-IL", folder)
    first, second = ({block.role: block.box for block in file.blocks} for file in (left, right))
    assert right.product_box.x == pytest.approx(1 - left.product_box.right, abs=0.01)
    assert first["headline"].x < 0.5 < second["headline"].right
    assert first["call_to_action"].x < 1 - second["call_to_action"].x
    for file in (left, right):
        box, shown = file.product_box, _pixels(file)
        middle = shown[int((box.y + box.h / 2) * file.height)]
        assert middle[int((box.x + box.w * 0.25) * file.width)][1] < 90  # red stays left
        assert middle[int((box.x + box.w * 0.75) * file.width)][1] > 200


def test_no_pixel_of_the_product_is_tinted_by_a_scrim(folder):
    file = _rendered("li_single_191", "de-DE", folder)
    box, shown = file.product_box, _pixels(file)
    spot = shown[int((box.y + 0.1) * file.height), int((box.x + box.w * 0.25) * file.width)]
    assert np.abs(spot.astype(int) - RED).max() < 12


@pytest.mark.parametrize("policy", [TextPolicy.FORBIDDEN, TextPolicy.DISCOURAGED])
def test_a_placement_that_wants_no_text_gets_a_clean_picture(policy, folder):
    form = _format("meta_carousel_1x1", text_overlay=policy)
    file = _rendered("meta_carousel_1x1", "de-DE", folder, ad_format=form, disclosure=None)
    assert file.blocks == ()
    assert policy.value in file.notes[0]


def test_a_clean_picture_still_carries_the_disclosure(folder):
    form = _format("meta_carousel_1x1", text_overlay=TextPolicy.FORBIDDEN)
    file = _rendered("meta_carousel_1x1", "de-DE", folder, ad_format=form)
    assert [block.role for block in file.blocks] == ["disclosure"]


def test_forty_kilobytes_are_enough_for_a_300x250(folder):
    form = _format("gads_upload_300x250", max_bytes=40_000)
    file = _rendered("gads_upload_300x250", "de-DE", folder, ad_format=form)
    assert file.fits_bytes
    assert len(file.data) <= 40_000


def test_a_limit_that_cannot_be_kept_is_said(folder):
    form = _format("gads_upload_300x250", max_bytes=900, file_types=("jpg",))
    file = _rendered("gads_upload_300x250", "de-DE", folder, ad_format=form)
    assert not file.fits_bytes
    assert "over the limit of 900" in file.notes[-1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["gads_upload_300x250", "gads_upload_728x90", "amz_rec_160x600", "gads_upload_320x50"]),
    headline=st.text(st.characters(codec="latin-1", categories=("L", "N", "Zs")), min_size=1, max_size=200),
    action=st.text(st.characters(codec="latin-1", categories=("L", "N")), min_size=1, max_size=60),
)
def test_copy_of_any_length_fits_or_is_flagged_and_stays_in_the_frame(name, headline, action, folder):
    row = Copy(locale="de-DE", headline=headline, call_to_action=action)
    file = _rendered(name, "de-DE", folder, copy_row=row)
    frame = Box(x=0, y=0, w=1, h=1)
    for block in file.blocks:
        assert frame.holds(block.box, 0.02) or not block.fits


def test_a_logo_file_takes_the_word_marks_place_unmirrored(folder):
    logo = Image.new("RGBA", (400, 100), (255, 0, 255, 255))
    logo.paste((0, 255, 0, 255), (0, 0, 200, 100))
    out = io.BytesIO()
    logo.save(out, "PNG")
    file = _rendered("meta_carousel_1x1", "ar-SA", folder, logo=out.getvalue())
    box = next(block.box for block in file.blocks if block.role == "logo")
    row = _pixels(file)[int((box.y + box.h / 2) * 1080)]
    assert row[int((box.x + box.w * 0.25) * 1080)][1] > 200
    assert row[int((box.x + box.w * 0.75) * 1080)][1] < 60


def test_the_smallest_letters_a_placement_accepts_are_kept(folder):
    form = _format("meta_carousel_1x1", min_image_text_px=24)
    file = _rendered("meta_carousel_1x1", "ko-KR", folder, ad_format=form)
    assert min(block.letter_height_px for block in file.blocks) >= 24


def test_the_same_order_gives_the_same_bytes(folder):
    first, second = (_rendered("gads_upload_300x250", "ja-JP", folder) for _ in range(2))
    assert first.data == second.data


def test_files_come_in_the_order_they_were_asked_for_and_as_each_would_be_alone(folder):
    names = ["gads_upload_300x250", "meta_carousel_1x1", "amz_rec_160x600", "gads_upload_728x90"]
    orders = [_order(name, "de-DE", folder) for name in names]
    master = _master("1:1", "ltr")[0]
    together = render_all(master, orders)
    assert [(file.width, file.height) for file in together] == [SHAPES[name][:2] for name in names]
    assert [file.data for file in together] == [render_all(master, [order])[0].data for order in orders]


def test_renditions_that_say_the_same_share_their_faces(folder):
    one, other = (voices_for(_order(name, "de-DE", folder), clean=False) for name in list(SHAPES)[:2])
    assert one["headline"] is other["headline"]


def test_a_clean_rendition_says_nothing_but_the_disclosure(folder):
    order = _order("gads_upload_300x250", "de-DE", folder)
    assert list(voices_for(order, clean=True)) == ["disclosure"]
    assert "headline" in voices_for(order, clean=False)


def test_a_broken_master_is_unreadable_not_a_crash(folder):
    with pytest.raises(Unreadable, match="not PNG"):
        render_all(b"<html>", [_order("gads_upload_300x250", "de-DE", folder)])


@pytest.mark.parametrize("name", SHAPES)
def test_a_product_that_fills_the_picture_flags_the_copy_instead_of_hiding_it(name, folder):
    file = _rendered(name, "de-DE", folder, product_box=Box(x=0.02, y=0.02, w=0.96, h=0.96))
    for block in file.blocks:
        assert not block.fits or block.box.overlap(file.product_box) == 0
        assert Box(x=0, y=0, w=1, h=1).holds(block.box, 0.01), block.role
