"""A master and an order to a finished file: crop, compose, typeset, measure, encode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image
from pydantic import Field

from adlocalizer.domain import AdFormat, Box, Brand, Copy, Fit, Noun, TextPolicy
from adlocalizer.domain.campaign import Digits
from adlocalizer.imaging.colours import Colour, rgb
from adlocalizer.imaging.contrast import Pixels, hexed
from adlocalizer.imaging.encoding import encode, needs_full_colour, opaque
from adlocalizer.imaging.faces import FontBook
from adlocalizer.imaging.inking import Inked
from adlocalizer.imaging.laying import lay_out, picture_size
from adlocalizer.imaging.layouts import Direction, LayoutBook, Role
from adlocalizer.imaging.logos import Logos
from adlocalizer.imaging.masters import Master, open_master
from adlocalizer.imaging.scaling import largest_first


class RenderOrder(Noun):
    """Everything that decides one rendition, apart from the master's pixels."""

    rendition_id: str
    ad_format: AdFormat
    fit: Fit
    copy_row: Copy
    overlays: tuple[str, ...] = Field(default=(), description="Words a market asks for, set with the legal line")
    digits: Digits = Field(default="latin", description="Whose digits prices are set in")
    letter_floor: tuple[tuple[Role, float], ...] = Field(
        default=(), description="Least height of a role's capitals a market asks for, as a share of the shortest side"
    )
    direction: Direction
    brand: Brand
    logo: bytes | None = Field(default=None, description="Bytes of the brand's logo file")
    logo_on_dark: bytes | None = Field(default=None, description="The same of its variant for dark grounds")
    product_box: Box = Field(description="Where the product stands in the master")
    disclosure: str | None = Field(default=None, description="Words every picture must carry, such as PREVIEW")
    layouts: LayoutBook
    fonts: FontBook
    fonts_folder: str = Field(description="Where cut faces are kept")
    default_max_bytes: int = Field(default=5_000_000, gt=0, description="For formats that name no byte limit")
    xmp: str = Field(default="", description="XMP packet to embed")
    words_where: tuple[TextPolicy, ...] = Field(
        default=(TextPolicy.ALLOWED, TextPolicy.UNKNOWN), description="As the campaign says"
    )

    legal_beside: bool = Field(default=False, description="Whether the copy's legal line may stand beside the picture")

    @property
    def clean(self) -> bool:
        """Whether the copy is left off: nothing but the disclosure is drawn."""
        return self.ad_format.is_clean(self.words_where)

    @property
    def logos(self) -> Logos | None:
        """The brand's logo in its variants; none: its name is set as a word mark."""
        return Logos.of(self.brand, self.logo, self.logo_on_dark)

    def least_letter(self, role: Role) -> float:
        """Least height of a role's capitals in pixels, the placement's or a market's; 0: nobody asks for any."""
        share = max((share for name, share in self.letter_floor if name == role), default=0.0)
        form = self.ad_format
        return max(float(form.min_image_text_px or 0), share * min(form.width, form.height))

    @property
    def max_bytes(self) -> int:
        """The byte limit the encoder keeps."""
        return self.ad_format.max_bytes or self.default_max_bytes


class Block(Noun):
    """One typeset block of a finished file."""

    role: Role
    box: Box = Field(description="The letters, in fractions of the file")
    letter_height_px: float = Field(description="Height of a capital letter")
    contrast: float = Field(description="Measured on the finished pixels, 1 to 21")
    fits: bool = Field(description="False: did not fit at its smallest size and was cut short")
    missing: str = Field(default="", description="Characters no face has")
    letters: str | None = Field(default=None, description="Their colour, #rrggbb; none: a logo's file has its own")
    ground: str | None = Field(default=None, description="Colour of the pill, plate or panel under it; none: bare")
    veil: str | None = Field(default=None, description="Colour of the scrim behind it; none: it needs none")


class Rendered(Noun):
    """A finished file and what was measured on it."""

    data: bytes
    mime: str
    width: int
    height: int
    quality: int
    encodes: int
    fits_bytes: bool
    likeness: float | None = Field(default=None, description="SSIM of its luma; none: at this quality always high")
    product_box: Box = Field(description="In fractions of the file; may reach over its edge if the crop cut it")
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]


def render_all(master: Master | bytes, orders: Sequence[RenderOrder]) -> tuple[Rendered, ...]:
    """Every order's file, in order; the master is decoded once. Raises Unreadable for a broken master."""
    sizes = [picture_size(order) for order in orders]
    opened = open_master(master, sizes) if isinstance(master, bytes) else master
    done = {at: render(opened, orders[at]) for at in largest_first(opened.size, sizes)}
    return tuple(done[at] for at in range(len(orders)))


def render(master: Master | Image.Image, order: RenderOrder) -> Rendered:
    """One order's file."""
    composed = compose(master, order)
    wide, high = order.ad_format.width, order.ad_format.height
    types, picture, full = order.ad_format.file_types, opaque(composed.rows), needs_full_colour(composed.letters)
    file = encode(picture, types, order.max_bytes, order.xmp, full_colour=full)
    notes = composed.notes
    if not file.fits:
        said = f"{len(file.data):,} bytes even at quality {file.quality}, over the limit of {order.max_bytes:,}"
        notes = (*notes, said)
    return Rendered(
        data=file.data,
        mime=file.mime,
        width=wide,
        height=high,
        quality=file.quality,
        encodes=file.encodes,
        fits_bytes=file.fits,
        likeness=file.likeness,
        product_box=composed.product_box,
        blocks=composed.blocks,
        notes=notes,
    )


class Composed(NamedTuple):
    """A rendition before it is a file: its opaque RGBA rows, and what was measured on them."""

    rows: Pixels
    product_box: Box
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]

    @property
    def pixels(self) -> Pixels:
        """The RGB levels."""
        return self.rows[..., :3]

    @property
    def letters(self) -> tuple[tuple[float, Colour, Colour], ...]:
        """Height of a capital, colour and ground of every block whose ground is known."""
        known = ((one.letter_height_px, one.letters, one.ground or one.veil) for one in self.blocks)
        return tuple((height, rgb(own), rgb(under)) for height, own, under in known if own and under)


def compose(master: Master | Image.Image, order: RenderOrder) -> Composed:
    """A master cropped and its copy set, not encoded yet."""
    opened = master if isinstance(master, Master) else Master.of(master)
    laid = lay_out(opened, order)
    wide, high = order.ad_format.width, order.ad_format.height
    blocks = tuple(_block(one, wide, high) for one in laid.inked())
    return Composed(laid.sheet.pixels, laid.product.as_box(wide, high), blocks, laid.notes())


def _block(inked: Inked, wide: int, high: int) -> Block:
    text = inked.block.text
    return Block(
        role=inked.block.role,
        box=inked.block.ground.as_box(wide, high),
        letter_height_px=round(text.letter_height, 2),
        contrast=round(inked.contrast, 2),
        fits=text.fits,
        missing=text.style.types.missing,
        letters=hexed(inked.paint.letters),
        ground=hexed(inked.paint.ground),
        veil=hexed(inked.paint.veil),
    )
