"""What each role of a rendition says, and in which faces."""

from __future__ import annotations

import functools
import io
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from adlocalizer.domain import Copy
from adlocalizer.grounding.writing import price_text
from adlocalizer.imaging.faces import Weight
from adlocalizer.imaging.fonts import FontShelf
from adlocalizer.imaging.layouts import Role
from adlocalizer.imaging.measuring import Voice
from adlocalizer.imaging.typesetting import Style

if TYPE_CHECKING:
    from adlocalizer.imaging.rendering import RenderOrder

_SPACED: dict[Role, float] = {"logo": 0.14, "disclosure": 0.08}
"""Letter spacing of capitals set alone, in font sizes."""
_BRAND_LOCALE = "en"


def voices_for(order: RenderOrder, *, clean: bool) -> dict[Role, Voice]:
    """Every role that has something to say; on a clean picture only the disclosure does."""
    row, locale = order.copy_row, order.copy_row.locale
    said: dict[Role, str | None] = {"disclosure": order.disclosure}
    if not clean:
        said = {"logo": order.brand.name, **words_of(row, order.overlays), **said}
    spoken = {role: text for role, text in said.items() if text and text.strip()}
    texts = copy_texts(row, order.brand.name, order.disclosure, *order.overlays)
    shelf = FontShelf(order.fonts, Path(order.fonts_folder), locale, texts)
    voices: dict[Role, Voice] = {}
    for role, text in spoken.items():
        weight: Weight = "text" if role == "legal" else "bold"
        own = _BRAND_LOCALE if role == "logo" and text.isascii() else locale
        rtl = order.direction == "rtl" and not text.isascii()
        style = Style(own, rtl, shelf.type_set(text, weight), weight, spacing=_SPACED.get(role, 0.0))
        shape = logo_shape(order.logo) if role == "logo" and order.logo else 0.0
        voices[role] = Voice(" ".join(text.split(" ")).strip(), style, shape)
    return voices


def words_of(row: Copy, overlays: tuple[str, ...] = ()) -> dict[Role, str | None]:
    """A copy row's words by role; the price as its locale writes it, what a market asks for after the legal line."""
    price = price_text(row.price, row.currency, row.locale) if row.price is not None and row.currency else None
    legal = " · ".join(text for text in (row.legal, *overlays) if text)
    return {"headline": row.headline, "price": price, "call_to_action": row.call_to_action, "legal": legal}


def copy_texts(row: Copy, *others: str | None) -> tuple[str, ...]:
    """Every text of a row as it will be drawn, and the others given: what its faces must hold."""
    return tuple(text for text in (*words_of(row).values(), *others) if text)


@functools.lru_cache(maxsize=8)
def logo_shape(logo: bytes) -> float:
    """Width to height of a logo file."""
    with Image.open(io.BytesIO(logo), formats=("PNG", "JPEG", "WEBP")) as picture:
        return picture.width / picture.height
