"""A master and an order to a finished file: crop, compose, typeset, measure, encode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image
from pydantic import Field

from adlocalizer.domain import AdFormat, Box, Brand, Copy, Fit, Noun, TextPolicy
from adlocalizer.imaging.arranging import Obstacles, arrange_clear, shown_roles
from adlocalizer.imaging.contrast import Pixels, rgb
from adlocalizer.imaging.drawing import Sheet
from adlocalizer.imaging.encoding import encode
from adlocalizer.imaging.faces import FontBook
from adlocalizer.imaging.geometry import Rect, crop_window
from adlocalizer.imaging.ingest import ingest
from adlocalizer.imaging.inking import Ground, Inked, ink_stack
from adlocalizer.imaging.layouts import Direction, Layout, LayoutBook, Role, safe_area
from adlocalizer.imaging.measuring import Frame
from adlocalizer.imaging.voicing import voices_for

_MARGIN = 0.05
"""Share of the short side that copy keeps free of every edge, even where a format's own zone is narrower."""
_PART_MARGIN = 0.06
"""The same at the edges of the two parts of a composed format."""


class RenderOrder(Noun):
    """Everything that decides one rendition, apart from the master's pixels."""

    rendition_id: str
    ad_format: AdFormat
    fit: Fit
    copy_row: Copy
    overlays: tuple[str, ...] = Field(default=(), description="Words a market asks for, set with the legal line")
    direction: Direction
    brand: Brand
    logo: bytes | None = Field(default=None, description="Bytes of the brand's logo file")
    product_box: Box = Field(description="Where the product stands in the master")
    disclosure: str | None = Field(default=None, description="Words every picture must carry, such as PREVIEW")
    layouts: LayoutBook
    fonts: FontBook
    fonts_folder: str = Field(description="Where cut faces are kept")
    default_max_bytes: int = Field(default=5_000_000, gt=0, description="For formats that name no byte limit")
    reserved_bytes: int = Field(default=0, ge=0, description="Kept free for what is embedded later")
    xmp: str = Field(default="", description="XMP packet to embed")
    words_where: tuple[TextPolicy, ...] = Field(
        default=(TextPolicy.ALLOWED, TextPolicy.UNKNOWN), description="As the campaign says"
    )

    @property
    def clean(self) -> bool:
        """Whether the copy is left off: nothing but the disclosure is drawn."""
        return self.ad_format.clean or self.ad_format.text_overlay not in self.words_where

    @property
    def max_bytes(self) -> int:
        """The byte limit the encoder keeps."""
        return max(1, (self.ad_format.max_bytes or self.default_max_bytes) - self.reserved_bytes)


class Block(Noun):
    """One typeset block of a finished file."""

    role: Role
    box: Box = Field(description="The letters, in fractions of the file")
    letter_height_px: float = Field(description="Height of a capital letter")
    contrast: float = Field(description="Measured on the finished pixels, 1 to 21")
    fits: bool = Field(description="False: did not fit at its smallest size and was cut short")
    missing: str = Field(default="", description="Characters no face has")


class Rendered(Noun):
    """A finished file and what was measured on it."""

    data: bytes
    mime: str
    width: int
    height: int
    quality: int
    encodes: int
    fits_bytes: bool
    product_box: Box = Field(description="In fractions of the file; may reach over its edge if the crop cut it")
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]


def render_all(master: bytes, orders: Sequence[RenderOrder]) -> tuple[Rendered, ...]:
    """Every order's file, in order; the master is decoded once. Raises Unreadable for a broken master."""
    picture = ingest(master).picture.convert("RGB")
    return tuple(render(picture, order) for order in orders)


def render(master: Image.Image | bytes, order: RenderOrder) -> Rendered:
    """One order's file."""
    picture = ingest(master).picture.convert("RGB") if isinstance(master, bytes) else master
    canvas = _laid_out(picture, order)
    inked, notes = _with_copy(canvas, order)
    wide, high = order.ad_format.width, order.ad_format.height
    file = encode(Image.fromarray(canvas.sheet.pixels[..., :3]), order.ad_format.file_types, order.max_bytes, order.xmp)
    if not file.fits:
        notes.append(f"{len(file.data):,} bytes even at quality {file.quality}, over the limit of {order.max_bytes:,}")
    return Rendered(
        data=file.data,
        mime=file.mime,
        width=wide,
        height=high,
        quality=file.quality,
        encodes=file.encodes,
        fits_bytes=file.fits,
        product_box=canvas.product.as_box(wide, high),
        blocks=tuple(_block(one, wide, high) for one in inked),
        notes=tuple(notes),
    )


class _Canvas(NamedTuple):
    sheet: Sheet
    picture: Rect
    panel: Rect | None
    product: Rect
    layout: Layout


def _laid_out(master: Image.Image, order: RenderOrder) -> _Canvas:
    wide, high, fit = order.ad_format.width, order.ad_format.height, order.fit
    picture, panel = _panels(order)
    size = (round(picture.width), round(picture.height))
    safe = Box(x=0, y=0, w=1, h=1) if fit.composed else safe_area(order.ad_format)
    window = crop_window(master.size, size, order.product_box, safe)
    shown = _resized(master, window, size)
    pixels = np.full((high, wide, 4), 255, np.uint8)
    left, top = round(picture.left), round(picture.top)
    pixels[top : top + size[1], left : left + size[0], :3] = shown
    sheet = Sheet(pixels)
    if panel is not None:
        sheet.fill(panel, rgb(order.brand.colour))
    product = picture.part(order.product_box.seen_in(window))
    layouts = order.layouts
    layout = layouts.panel_layout_for(wide, high) if fit.composed else layouts.layout_for(wide, high)
    return _Canvas(sheet, picture, panel, product, layout)


def _resized(master: Image.Image, window: Box, size: tuple[int, int]) -> Pixels:
    wide, high = master.size
    edges = (window.x * wide, window.y * high, window.right * wide, window.bottom * high)
    box = (max(0.0, edges[0]), max(0.0, edges[1]), min(float(wide), edges[2]), min(float(high), edges[3]))
    return np.asarray(master.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=2.0))


def _panels(order: RenderOrder) -> tuple[Rect, Rect | None]:
    wide, high = order.ad_format.width, order.ad_format.height
    if not order.fit.composed:
        return Rect(0, 0, wide, high), None
    if wide >= high:
        edge = min(max(wide - order.fit.picture_width, 1), wide - 1)
        if order.direction == "rtl":
            return Rect(0, 0, wide - edge, high), Rect(wide - edge, 0, wide, high)
        return Rect(edge, 0, wide, high), Rect(0, 0, edge, high)
    edge = min(max(order.fit.picture_height, 1), high - 1)
    return Rect(0, 0, wide, edge), Rect(0, edge, wide, high)


def _with_copy(canvas: _Canvas, order: RenderOrder) -> tuple[list[Inked], list[str]]:
    form, clean = order.ad_format, order.clean
    voices = voices_for(order, clean=clean)
    short = min(form.width, form.height)
    shown = shown_roles(canvas.layout, voices, short)
    notes = [f"no copy: {form.id} says text is {form.text_overlay.value}"] if clean else []
    notes += [f"{role} left out: a format this small does not show it" for role in voices if role not in shown]
    inked: list[Inked] = []
    for stack in canvas.layout.stacks:
        roles = {role for row in stack.rows for role in row}
        said = {role: voice for role, voice in voices.items() if role in roles and role in shown}
        if not said:
            continue
        rect = canvas.panel if stack.part == "panel" and canvas.panel else canvas.picture
        frame = _frame(canvas, order, rect, stack.area.mirrored() if order.direction == "rtl" else stack.area)
        keep_off = canvas.product.grown(stack.clear * short) if stack.clear else None
        obstacles = Obstacles(keep_off, tuple(one.block.ground for one in inked))
        arranged = arrange_clear(stack, canvas.layout, said, frame, obstacles)
        notes += [f"{role} left out: no room beside the headline" for role in arranged.dropped if role in said]
        ground = Ground(canvas.sheet, rect, canvas.product, rect is canvas.panel, order.brand)
        inked += ink_stack(arranged, ground, order.logo)
    return inked, notes


def _frame(canvas: _Canvas, order: RenderOrder, rect: Rect, area: Box) -> Frame:
    form = order.ad_format
    short = min(form.width, form.height)
    safe = canvas.sheet.frame.part(safe_area(form))
    margin = max(7.0, _PART_MARGIN * short) if canvas.panel else _MARGIN * short
    inner = Rect(
        max(safe.left, rect.left + margin),
        max(safe.top, rect.top + margin),
        min(safe.right, rect.right - margin),
        min(safe.bottom, rect.bottom - margin),
    )
    smallest = float(form.min_image_text_px or 0)
    return Frame(inner.part(area), short, canvas.layout.gap * short, order.direction == "rtl", smallest)


def _block(inked: Inked, wide: int, high: int) -> Block:
    text = inked.block.text
    return Block(
        role=inked.block.role,
        box=inked.block.ground.as_box(wide, high),
        letter_height_px=round(text.letter_height, 2),
        contrast=round(inked.contrast, 2),
        fits=text.fits,
        missing=text.style.types.missing,
    )
