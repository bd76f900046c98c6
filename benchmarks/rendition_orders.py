"""What the benchmark of renditions orders: formats, and the words they carry in six scripts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adlocalizer.imaging.rendering import RenderOrder

ROOT = Path(__file__).parents[1]
PRODUCT = (0.52, 0.42, 0.38, 0.49)
"""Where the product stands, as x, y, width and height: the crop keeps it in the frame."""
FORMATS = (
    "li_carousel_1x1",
    "reddit_1080x1350",
    "meta_story_9x16_1080",
    "x_image_landscape",
    "gads_upload_300x250",
    "gads_upload_160x600",
    "gads_upload_728x90",
    "gads_upload_970x250",
    "gads_pmax_landscape",
    "gads_pmax_square",
    "gads_upload_300x600",
    "gads_upload_320x50",
)
COPY = {
    "de-DE": ("Frisch gepresst durch den Berliner Nachmittag", "Jetzt entdecken", "Nur solange der Vorrat reicht."),
    "ar-AE": ("انتعاش الليمون بعد يوم طويل في دبي", "اكتشف الآن", "حتى نفاد الكمية."),
    "hi-IN": ("मुंबई की शाम के लिए ताज़ा नींबू", "अभी देखें", "स्टॉक रहने तक।"),
    "th-TH": ("สดชื่นทุกบ่ายในกรุงเทพมหานคร", "ดูเลย", "จนกว่าสินค้าจะหมด"),
    "ja-JP": ("東京の午後に、しぼりたてのレモン", "今すぐ見る", "なくなり次第終了。"),
    "ko-KR": ("서울의 오후를 깨우는 상큼한 레몬", "지금 보기", "재고 소진 시까지."),
}

NEWS = ("Hamburg", "München", "Köln", "Dresden", "Stuttgart", "Rostock", "Leipzig", "Bremen", "Nürnberg", "Kiel")
"""Cities for headlines that no pass before has set: every master of a campaign brings words of its own."""


def with_news(orders: Iterable[RenderOrder], number: int) -> list[RenderOrder]:
    """The same orders with a headline, a price and a legal line nobody has set yet."""
    city = NEWS[number % len(NEWS)]
    changed = {
        "headline": f"{city} prickelt ab heute {number + 1}-mal so frisch",
        "price": 1.99 + number,
        "legal": f"Nur in {city}, solange der Vorrat reicht.",
    }
    return [one.model_copy(update={"copy_row": one.copy_row.model_copy(update=changed)}) for one in orders]


def read_sizes(names: Iterable[str]) -> list[tuple[int, int]]:
    """Width and height of some formats."""
    import yaml

    forms = yaml.safe_load((ROOT / "configs/formats.yml").read_text(encoding="utf-8"))["formats"]
    return [(forms[name]["width"], forms[name]["height"]) for name in names]


def make_orders(locale: str, names: Iterable[str]) -> list[RenderOrder]:
    """An order a format, with everything an ad says."""
    import yaml

    from adlocalizer.config.books import FormatBook
    from adlocalizer.domain import Box, Brand, Copy, Fit
    from adlocalizer.imaging.faces import load_fonts
    from adlocalizer.imaging.layouts import load_layouts
    from adlocalizer.imaging.rendering import RenderOrder

    read = yaml.safe_load((ROOT / "configs/formats.yml").read_text(encoding="utf-8"))
    book = FormatBook.model_validate(FormatBook.with_ids(read)).formats
    headline, call, legal = COPY[locale]
    said = Copy(locale=locale, headline=headline, call_to_action=call, price=1.99, currency="EUR", legal=legal)
    shared = {
        "copy_row": said,
        "direction": "rtl" if locale.startswith("ar") else "ltr",
        "brand": Brand(id="solara", name="SOLARA", colour="#0c4a38", accent="#ffc61a"),
        "product_box": Box(**dict(zip(("x", "y", "w", "h"), PRODUCT, strict=True))),
        "disclosure": "PREVIEW",
        "layouts": load_layouts(ROOT / "configs/layouts"),
        "fonts": load_fonts(ROOT / "configs/fonts.yml"),
        "fonts_folder": str(Path("~/.cache/adlocalizer/faces").expanduser()),
        "xmp": "<x:xmpmeta>made by a benchmark</x:xmpmeta>",
    }
    whole = {"model": "m", "ratio": "1:1", "size": "2K", "loss": 0, "composed": False}
    orders = []
    for name in names:
        form = book[name]
        fit = Fit(format_id=name, picture_width=form.width, picture_height=form.height, **whole)
        orders.append(RenderOrder(rendition_id=name, ad_format=form, fit=fit, **shared))
    return orders
