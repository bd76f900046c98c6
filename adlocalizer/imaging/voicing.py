"""In which faces each role of a rendition says what it has to say."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from adlocalizer.domain import Copy
from adlocalizer.domain.campaign import Digits
from adlocalizer.imaging.faces import FontBook, Weight
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
    said = _Said(
        order.brand.name, order.copy_row, order.overlays, order.digits, order.disclosure, order.direction == "rtl"
    )
    every = _voices(said, order.layouts.in_capitals, order.fonts, order.fonts_folder)
    voices = {role: voice for role, voice in every if role == "disclosure" or not clean}
    if "logo" in voices and order.logos:
        voices["logo"] = _as_picture(voices["logo"], order.logos)
    return voices


class _Said(NamedTuple):
    brand: str
    row: Copy
    overlays: tuple[str, ...]
    digits: Digits
    disclosure: str | None
    is_rtl: bool


@functools.lru_cache(maxsize=16)  # the renditions of a master say the same
def _voices(
    said: _Said, capitals: frozenset[Role], fonts: FontBook, fonts_folder: str
) -> tuple[tuple[Role, Voice], ...]:
    locale = said.row.locale
    words: dict[Role, str | None] = {
        "logo": said.brand,
        **words_of(said.row, said.overlays, said.digits),
        "disclosure": said.disclosure,
    }
    spoken = {role: text for role, text in words.items() if text and text.strip()}
    letters = {role: letters_of_role(role, text, locale, capitals) for role, text in spoken.items()}
    shelf = FontShelf(fonts, Path(fonts_folder), locale, letters.values())
    voices: list[tuple[Role, Voice]] = []
    for role, text in spoken.items():
        weight: Weight = "text" if role in _QUIET else "bold"
        own, kept = locale, shelf
        if role == "logo" and text.isascii():  # a word mark looks the same wherever it is read
            own, kept = _BRAND_LOCALE, FontShelf(fonts, Path(fonts_folder), _BRAND_LOCALE, (letters[role],))
        rtl = said.is_rtl and not text.isascii()
        spacing, struck = _SPACED.get(role, 0.0), role == "old_price"
        style = Style(own, rtl, kept.type_set(letters[role], weight), weight, spacing=spacing, struck=struck)
        voices.append((role, Voice(text.strip(), style)))
    return tuple(voices)


def _as_picture(voice: Voice, logos: Logos) -> Voice:
    rules = logos.rules
    return voice._replace(picture_ratio=logos.shape, picture_least=rules.min_px, picture_clear=rules.clear_space)
