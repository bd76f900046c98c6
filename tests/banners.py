"""A small banner of the shipped brand over an even sky, for tests of what the brand asks of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from adlocalizer.config import Project
from adlocalizer.domain import AdFormat, Box, Copy, Fit
from adlocalizer.imaging.rendering import RenderOrder

ROOT = Path(__file__).parents[1]
HOME = Project(ROOT)
BRAND = HOME.brand("solara")
LIGHT, DARK = ((ROOT / f"data/brands/{name}.svg").read_bytes() for name in ("solara", "solara-on-dark"))


def sky(level: tuple[int, int, int] = (150, 200, 235)) -> Image.Image:
    """An even master of 5:4."""
    return Image.fromarray(np.full((500, 625, 3), level, np.uint8))


def banner_order(folder: str, size: tuple[int, int] = (300, 250), **over: Any) -> RenderOrder:
    """The order of a banner; `over` are fields of it."""
    said = {"platform": "any", "placement": "any", "confidence": "official", "source": "tests"}
    wide, high = size
    form = AdFormat(id="banner", width=wide, height=high, file_types=("png",), checked=date(2026, 11, 22), **said)
    fit = {"model": "m", "ratio": "5:4", "size": "1K", "loss": 0, "composed": False}
    order = {
        "rendition_id": "r",
        "ad_format": form,
        "fit": Fit(format_id=form.id, picture_width=wide, picture_height=high, **fit),
        "copy_row": Copy(locale="de-DE", headline="Frisch", call_to_action="Entdecken"),
        "direction": "ltr",
        "brand": BRAND,
        "logo": LIGHT,
        "logo_on_dark": DARK,
        "product_box": Box(x=0.6, y=0.4, w=0.2, h=0.5),
        "layouts": HOME.layouts(),
        "fonts": HOME.fonts(),
        "fonts_folder": folder,
    }
    return RenderOrder(**{**order, **over})
