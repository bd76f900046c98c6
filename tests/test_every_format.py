"""Every ad format there is, in five scripts and three lengths of copy: nothing overflows or covers the product.

In all of them the copy is placed but not drawn; files are made in one language. Formats of one shape, safe zone and
smallest letters are the same to a layout, so each kind is looked at once.
"""

from __future__ import annotations

import functools
from itertools import combinations, product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image, ImageDraw

from adlocalizer.config import Project
from adlocalizer.domain import AdFormat, Box, Brand, Copy, TextPolicy, ratio_value
from adlocalizer.imaging.colours import READABLE
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.laying import Laid, lay_out
from adlocalizer.imaging.layouts import safe_area
from adlocalizer.imaging.masters import Master
from adlocalizer.imaging.rendering import RenderOrder, render
from adlocalizer.imaging.rows import Placed
from adlocalizer.planning.fitting import fit_format
from adlocalizer.wording.lengths import limits_for
from adlocalizer.wording.letters import clusters
from adlocalizer.wording.pseudo import pseudo

PROJECT = Project(Path(__file__).parents[1])
FORMATS, MODEL, LIMITS = PROJECT.formats(), PROJECT.models()["preview-scene-1"], PROJECT.copy_book().limits
LAYOUTS, FONTS = PROJECT.layouts(), PROJECT.fonts()
BRAND = Brand(id="solara", name="SOLARA", colour="#0b3d66", accent="#ffd23f")
EVERYWHERE = tuple(TextPolicy)
SMALL = {
    *("dv360_300x50", "dv360_300x100", "gads_upload_320x50", "gads_upload_200x200"),
    *("gads_upload_250x250", "amz_rec_245x250", "yj_resp_300", "naver_timeboard_2x"),
}
"""Where the longest headline is cut short, and says so: strips, squares of 250 pixels, letters of 28 pixels."""
GRAINY = 1024, 25
"""Longer side of a master in pixels and levels of its noise: as much detail as a picture may have."""
USUAL = 40  # characters of a long headline where the platform names no limit
SCRIPTS = {
    "de-DE": (
        "Frische, die nach Feierabend schmeckt",
        "Jetzt entdecken",
        "Nur solange der Vorrat reicht.",
        1.99,
        "EUR",
    ),
    "ar-SA": ("انتعاش الليمون مع SOLARA في مساء الرياض", "اطلب الآن", "العرض ساري حتى نفاد الكمية.", 8, "SAR"),
    "hi-IN": ("दिल्ली की शाम में ताज़गी का नया एहसास", "अभी खरीदें", "स्टॉक रहने तक ही मान्य।", 40, "INR"),
    "ja-JP": ("雨の夜に、はじけるレモンの爽快感。", "今すぐ購入", "数量限定。なくなり次第終了。", 160, "JPY"),
    "th-TH": ("ความสดชื่นใหม่ยามเช้ากลางกรุงเทพ", "สั่งซื้อเลย", "สินค้ามีจำนวนจำกัด", 25, "THB"),
}
STRIP = 120
"""Shorter side in pixels under which the legal line of an ad may stand beside it; as small both ways, none is set."""
PRICELESS = SMALL | {"kakao_search_348x230", "gads_upload_320x100"}
"""Where a price gives way to usual copy in a script or two."""
LENGTHS = ("short", "typical", "longest")
Kind = tuple[object, ...]


def kind_of(form: AdFormat) -> Kind:
    return form.width, form.height, form.safe_zone, form.min_image_text_px, form.direction


KINDS = {kind_of(form): form.id for form in reversed(FORMATS.values())}
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("every-format")]


@pytest.fixture(scope="module")
def folder(pytestconfig):
    return str(pytestconfig.cache.mkdir("cut-faces"))


@functools.cache
def master(ratio: str, direction: str, longest: int = 480, grain: float = 12) -> tuple[Master, Box]:
    """A busy street under a sky, small: a layout looks at where things are and how bright it is there."""
    native = ratio_value(ratio)
    size = (round(longest * min(1, native)), round(longest / max(1, native)))
    place = LAYOUTS.composition_for(ratio, direction)
    rows = np.linspace(210, 120, size[1])[:, None, None] * np.array([0.7, 0.85, 1.0])
    noise = np.random.default_rng(6).normal(0, grain, (size[1], size[0], 1))
    picture = Image.fromarray((rows + noise).clip(0, 255).astype(np.uint8))
    tall = min(place.product.h * size[1], place.product.w * size[0] / 0.52)
    middle, bottom = (place.product.x + place.product.w / 2) * size[0], place.product.bottom * size[1]
    box = (middle - 0.26 * tall, bottom - tall, middle + 0.26 * tall, bottom)
    ImageDraw.Draw(picture).rectangle(box, fill=(250, 210, 60))
    return Master.of(picture), Rect(*box).as_box(*size)


def copy_of(locale: str, length: str, form: AdFormat) -> Copy:
    headline, action, legal, price, currency = SCRIPTS[locale]
    row = Copy(locale=locale, headline=headline, call_to_action=action, price=price, currency=currency)
    if length == "short":
        return row.model_copy(
            update={"headline": clusters(headline)[0] + clusters(headline)[1], "price": None, "currency": None}
        )
    if length == "typical":
        return row.model_copy(update={"legal": legal})
    most = min(limits_for(locale, "headline", (form,), LIMITS), default=USUAL)
    long = "".join(clusters(" ".join([headline] * 4))[:most]).strip()
    more = {
        "headline": pseudo(long, ("SOLARA",)),
        "call_to_action": pseudo(action),
        "subline": headline,
        "legal": pseudo(legal),
    }
    return row.model_copy(
        update=more | {"old_price": price * 1.5, "lowest_30d": price * 1.5, "unit_price": price, "unit": "l"}
    )


def order_of(form: AdFormat, locale: str, length: str, folder: str, *shown: int) -> tuple[Master, RenderOrder]:
    direction = "rtl" if locale.startswith("ar") else "ltr"
    fit = fit_format(form, MODEL)
    picture, box = master(fit.ratio, direction, *shown)
    return picture, RenderOrder(
        rendition_id=f"{form.id}.{locale}",
        ad_format=form,
        fit=fit,
        copy_row=copy_of(locale, length, form),
        direction=direction,
        brand=BRAND,
        product_box=box,
        disclosure="PREVIEW",
        layouts=LAYOUTS,
        fonts=FONTS,
        fonts_folder=folder,
        words_where=EVERYWHERE,
    )


def faults(one: Laid) -> list[str]:
    """What a layout got wrong without saying so."""
    form, frame, blocks = one.order.ad_format, one.sheet.frame, blocks_of(one)
    safe = frame.part(safe_area(form, one.order.direction))
    found = [f"{block.role} leaves the frame" for block in blocks if not frame.holds(block.ground)]
    found += [f"{block.role} leaves the safe zone" for block in blocks if not safe.holds(block.ground, 1.5)]
    found += [f"{block.role} covers the product" for block in blocks if one.product.grown(-1).meets(block.ground)]
    pairs = combinations(blocks, 2)
    return found + [f"{a.role} meets {b.role}" for a, b in pairs if a.ground.grown(-0.5).meets(b.ground)]


def blocks_of(one: Laid) -> list[Placed]:
    return [block for stood in one.choice.stacks for block in stood.arranged.blocks]


class Seen(NamedTuple):
    """What a format's copy was found to do: wrong silently, or cut short and said so; and what of it stands whole."""

    wrong: list[str]
    cut: list[str]
    whole: set[str]


@functools.cache
def seen(id: str, folder: str) -> dict[tuple[str, str], Seen]:
    found = {}
    for locale, length in product(SCRIPTS, LENGTHS):
        one = lay_out(*order_of(FORMATS[id], locale, length, folder))
        whole = {block.role for block in blocks_of(one) if block.text.fits}
        found[locale, length] = Seen(faults(one), [one.role for one in blocks_of(one) if not one.text.fits], whole)
    return found


@pytest.mark.parametrize("id", KINDS.values())
def test_copy_overflows_in_no_script_and_length_and_covers_no_product(id, folder):
    assert {at: one.wrong for at, one in seen(id, folder).items() if one.wrong} == {}


@pytest.mark.parametrize("id", KINDS.values())
def test_usual_copy_fits_and_only_the_longest_is_ever_cut_short_in_small_formats(id, folder):
    cut = {at: one.cut for at, one in seen(id, folder).items() if one.cut}
    assert {length for _, length in cut} <= {"longest"}, cut
    assert cut == {} or id in SMALL, cut


@pytest.mark.parametrize("id", KINDS.values())
def test_usual_copy_stands_there_with_its_price_and_its_legal_line(id, folder):
    form = FORMATS[id]
    needed = {"headline", "price", "legal"} - ({"legal"} if min(form.width, form.height) < STRIP else set())
    needed = needed if max(form.width, form.height) >= STRIP else set()
    lacking = {at[0]: needed - one.whole for at, one in seen(id, folder).items() if at[1] == "typical"}
    assert {locale: roles for locale, roles in lacking.items() if roles - {"price" if id in PRICELESS else ""}} == {}


@pytest.mark.parametrize(("number", "id"), list(enumerate(KINDS.values())))
@pytest.mark.parametrize("length", ["typical", "longest"])
def test_every_file_of_a_grainy_picture_keeps_its_limit_and_its_contrast(number, id, length, folder):
    locale = list(SCRIPTS)[1 + number % 4] if length == "typical" else list(SCRIPTS)[number % 5]
    limits = [form.max_bytes for form in FORMATS.values() if kind_of(form) == kind_of(FORMATS[id]) and form.max_bytes]
    form = FORMATS[id].model_copy(update={"max_bytes": min(limits, default=None)})
    picture, order = order_of(form, locale, length, folder, *GRAINY)
    file = render(picture, order)
    assert file.fits_bytes
    assert (file.width, file.height) == (form.width, form.height)
    assert {block.role: block.contrast for block in file.blocks if block.contrast < READABLE} == {}
