"""Small letters on decoded files: seen as they were drawn, and still refused on a ground that hides them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from adlocalizer.checks.fineness import FINE, fine_contrast
from adlocalizer.domain import Copy
from adlocalizer.imaging.colours import rgb
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.rendering import render

from .banners import BRAND, banner_order, sky

PURPLE = BRAND.model_copy(update={"colour": "#5b1a7a", "palette": {}})
ROWS = {
    "el-GR": ("Γεύση λεμονιού", "Δοκίμασε", "Προτεινόμενη τιμή, με ΦΠΑ. Μόνο στα καταστήματα που συμμετέχουν.", "EUR"),
    "tr-TR": ("Limon ışığı", "Dene", "Önerilen fiyat, KDV dâhil. Yalnızca katılan mağazalarda geçerlidir.", "TRY"),  # noqa: RUF001
    "ja-JP": ("レモンの夏", "ためす", "希望小売価格、税込み。一部の店舗では取り扱いがありません。", "JPY"),
    "he-IL": ("לימון קר", "לטעום", "מחיר מומלץ לצרכן, כולל מע״מ. בחנויות המשתתפות בלבד.", "ILS"),
}


@pytest.fixture(
    scope="module", params=[("el-GR", 300, 250), ("tr-TR", 300, 250), ("ja-JP", 160, 600), ("he-IL", 468, 60)]
)
def seen(request, pytestconfig):
    """Decoded pixels of a banner on a neutral ground, and its small blocks with their places."""
    locale, *size = request.param
    headline, button, legal, currency = ROWS[locale]
    price = {"price": 129, "old_price": 149, "lowest_30d": 149, "unit_price": 390, "unit": "l", "currency": currency}
    order = banner_order(
        str(pytestconfig.cache.mkdir("cut-faces")),
        tuple(size),
        copy_row=Copy(locale=locale, headline=headline, call_to_action=button, legal=legal, **price),
        direction="rtl" if locale == "he-IL" else "ltr",
        brand=PURPLE,
    )
    form = order.ad_format.model_copy(update={"file_types": ("jpg",), "max_bytes": 40_000})
    file = render(sky((150, 150, 150)), order.model_copy(update={"ad_format": form}))
    small = [one for one in file.blocks if one.letters and one.role != "logo" and one.letter_height_px < FINE]
    frame = Rect(0, 0, *size)
    bare = [(one, frame.part(one.box)) for one in small if one.role not in ("price", "call_to_action", "disclosure")]
    return np.array(Image.open(io.BytesIO(file.data)).convert("RGB")), bare


def _judged(pixels, block, place):
    return fine_contrast(pixels, place, block.letter_height_px, rgb(block.letters), framed=False)


def _changed(pixels, place, change):
    """The pixels of a file whose block was changed before it was encoded."""
    left, top, right, bottom = (max(0, round(edge)) for edge in place)
    changed, out = pixels.copy(), io.BytesIO()
    changed[top:bottom, left:right] = change(changed[top:bottom, left:right].astype(float)).clip(0, 255)
    Image.fromarray(changed).save(out, "JPEG", quality=90)
    return np.array(Image.open(out))


def test_thin_strokes_are_seen_at_the_contrast_they_were_drawn_with(seen):
    pixels, blocks = seen
    assert blocks
    for block, place in blocks:
        assert _judged(pixels, block, place) > 0.88 * block.contrast


def test_a_ground_near_the_letters_colour_hides_them(seen):
    pixels, blocks = seen
    for block, place in blocks:
        own = np.array(rgb(block.letters), float)
        assert _judged(_changed(pixels, place, lambda part: own + 0.4 * (part - own)), block, place) < 4.5  # noqa: B023


def test_letters_that_are_not_in_the_bytes_are_not_seen(seen):
    pixels, blocks = seen
    for block, place in blocks:
        assert _judged(_changed(pixels, place, lambda part: np.full_like(part, 255)), block, place) == 1.0
