"""In which faces each role of a rendition says what it has to say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from adlocalizer.imaging.faces import Weight
from adlocalizer.imaging.fonts import FontShelf
from adlocalizer.imaging.layouts import Role
from adlocalizer.imaging.logos import Logos
from adlocalizer.imaging.measuring import Voice
from adlocalizer.imaging.saying import letters_of_role, words_of
from adlocalizer.imaging.typesetting import Style

if TYPE_CHECKING:
    from adlocalizer.imaging.rendering import RenderOrder

_SPACED: dict[Role, float] = {"logo": 0.14, "disclosure": 0.08}
"""Letter spacing of capitals set alone, in font sizes."""
_QUIET: tuple[Role, ...] = ("legal", "subline", "old_price", "unit_price")
"""Roles in the lighter weight: they stand beside something louder."""
_BRAND_LOCALE = "en"


def voices_for(order: RenderOrder, *, clean: bool) -> dict[Role, Voice]:
    """Every role that has something to say; on a clean picture only the disclosure does."""
    row, locale = order.copy_row, order.copy_row.locale
    said: dict[Role, str | None] = {
        "logo": order.brand.name,
        **words_of(row, order.overlays, order.digits),
        "disclosure": order.disclosure,
    }
    spoken = {role: text for role, text in said.items() if text and text.strip()}
    letters = {role: letters_of_role(role, text, locale, order.layouts) for role, text in spoken.items()}
    shelf = FontShelf(order.fonts, Path(order.fonts_folder), locale, letters.values())
    voices: dict[Role, Voice] = {}
    for role, text in spoken.items():
        if clean and role != "disclosure":
            continue
        weight: Weight = "text" if role in _QUIET else "bold"
        own = _BRAND_LOCALE if role == "logo" and text.isascii() else locale
        rtl = order.direction == "rtl" and not text.isascii()
        spacing, struck = _SPACED.get(role, 0.0), role == "old_price"
        style = Style(own, rtl, shelf.type_set(letters[role], weight), weight, spacing=spacing, struck=struck)
        voice = Voice(text.strip(), style)
        voices[role] = _as_picture(voice, order.logos) if role == "logo" and order.logos else voice
    return voices


def _as_picture(voice: Voice, logos: Logos) -> Voice:
    rules = logos.rules
    return voice._replace(picture_ratio=logos.shape, picture_least=rules.min_px, picture_clear=rules.clear_space)
