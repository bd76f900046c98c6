"""What the checks look at: a subject, decoded once."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adlocalizer.checks.shots import Shots
from adlocalizer.checks.standard import Undecidable
from adlocalizer.domain import Answer, Box, Model, Request
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.ingest import EVERY_TYPE, IngestLimits, Peeked, Unreadable, peek
from adlocalizer.imaging.lab import to_lab
from adlocalizer.imaging.masters import Master, open_master

if TYPE_CHECKING:
    from adlocalizer.imaging.contrast import Pixels
    from adlocalizer.imaging.reading import Words
    from adlocalizer.imaging.registering import Registered
    from adlocalizer.imaging.rendering import Block, Rendered, RenderOrder
    from adlocalizer.imaging.text_finding import Line

Lab = NDArray[np.float32]
"""L*, a* and b* along the last axis."""

_SHORT_SIDE = 384  # masters are judged reduced by a whole factor, to about this
_COARSE = 24_000  # pixels of a picture whose colours alone are looked at
_OF_OURS = IngestLimits(min_side=1, types=EVERY_TYPE)  # banners are lower than any master, and may be AVIF


class MasterSubject(NamedTuple):
    """A picture a provider gave, and what it was asked for."""

    key: str
    picture: bytes
    request: Request
    answer: Answer
    shot: bytes
    """Bytes of the product shot."""
    model: Model | None = None
    """The model asked, where known: its ratios and sizes are then held against the picture."""
    opened: Master | None = None
    """The picture, where it has been decoded already."""
    more_shots: tuple[bytes, ...] = ()
    """Further shots of the product, from other sides."""
    screens: tuple[str, ...] = ()
    """Local screens the campaign asks for."""
    scene_tags: tuple[str, ...] = ()
    """What the campaign's scene shows, by the words of configs/tags.yml."""


class FileSubject(NamedTuple):
    """A finished file, what was measured while it was made, and what it was made from."""

    rendition_id: str
    rendered: Rendered
    order: RenderOrder
    shot: bytes


class _Decoded(NamedTuple):
    header: Peeked | None
    opened: Master | None
    fault: str

    @property
    def shown(self) -> Master:
        """The picture; Undecidable when it does not decode."""
        if self.opened is None:
            raise Undecidable(f"This cannot be judged: {self.fault}.")
        return self.opened

    @property
    def declared(self) -> Peeked:
        """Type and size in pixels; Undecidable when the header cannot be read."""
        if self.header is None:
            raise Undecidable(f"This cannot be judged: {self.fault}.")
        return self.header


class SeenMaster:
    """A master, decoded; what several checks look at is measured once."""

    def __init__(self, subject: MasterSubject, decoded: _Decoded) -> None:
        """Take what was decoded, in full size."""
        self.subject, self.decoded = subject, decoded

    @property
    def asked(self) -> Request:
        """What was asked for."""
        return self.subject.request

    @property
    def whole(self) -> Master:
        """The picture as it was decoded; Undecidable when it does not decode."""
        return self.decoded.shown

    def hold_decoded(self) -> None:
        """Undecidable when the picture does not decode: for checks that might pass without a look at it."""
        _ = self.whole

    @functools.cached_property
    def picture(self) -> Image.Image:
        """The picture reduced by a whole factor, its short side 384 to 767 pixels; smaller ones as they are."""
        whole = self.whole
        return whole.picture.reduce(max(1, min(whole.size) // _SHORT_SIDE))

    def fact(self, name: str) -> str | int | float | bool | None:
        """The value of a fact the picture rests on; None where it rests on no such fact."""
        return next((fact.value for fact in self.asked.prompt.facts if fact.name == name), None)

    def sky(self, share: float) -> Lab:
        """Lab of the pixels beside the product in the upper share of what lies over the asked horizon, in a row."""
        return self.beside(0.0, share * self.asked.prompt.composition.horizon)

    def beside(self, top: float, bottom: float) -> Lab:
        """Lab of the pixels beside the product between two heights, fractions from the top: a coarse picture's."""
        high, wide = self._coarse.shape[:2]
        said = self.expected_box
        kept = np.ones((high, wide), bool)
        columns = slice(max(0, int(said.x * wide)), math.ceil((said.x + said.w) * wide))
        kept[max(0, int(said.y * high)) : math.ceil((said.y + said.h) * high), columns] = False
        rows = slice(max(0, int(top * high)), math.ceil(bottom * high))
        return self._coarse[rows][kept[rows]]

    @functools.cached_property
    def _coarse(self) -> Lab:
        wide, high = self.picture.size
        share = min(1.0, math.sqrt(_COARSE / (wide * high)))
        size = max(1, round(wide * share)), max(1, round(high * share))
        return to_lab(np.asarray(self.picture.convert("RGB").resize(size, Image.Resampling.BOX)))

    @property
    def expected_box(self) -> Box:
        """Where the product should be: where the provider says it stands, else where it was asked for."""
        return self.subject.answer.product_box or self.asked.prompt.composition.product

    @functools.cached_property
    def product_box(self) -> Box:
        """Where the product stands: as the provider says, else where it is found, else where it was asked for."""
        return self.subject.answer.product_box or self.found_box or self.asked.prompt.composition.product

    @functools.cached_property
    def found_box(self) -> Box | None:
        """Where the product is found; None where nothing like it stands, or its shot is broken."""
        try:
            return self.registered.box if self.registered else None
        except Unreadable:
            return None

    @functools.cached_property
    def shots(self) -> Shots:
        """The product beside its shots."""
        return Shots(self.whole.picture, (self.subject.shot, *self.subject.more_shots), self.expected_box)

    @property
    def registered(self) -> Registered | None:
        """The product of the shot, to a fraction of a pixel; None where nothing like it stands. Raises Unreadable."""
        return self.shots.registered

    @functools.cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every line of letters, in pixels of the whole picture; NoReader where this machine cannot look for them."""
        from adlocalizer.imaging.text_finding import find_lines

        return find_lines(self.whole.pixels)

    def says(self, line: Line) -> Words:
        """What one of its lines says, read once for all who ask; NoReader where this machine cannot read."""
        from adlocalizer.imaging.reading import read_line

        if id(line) not in self._read:
            self._read[id(line)] = read_line(self.whole.pixels, line)
        return self._read[id(line)]

    @functools.cached_property
    def _read(self) -> dict[int, Words]:
        return {}


class SeenFile(NamedTuple):
    """A finished file, decoded again."""

    subject: FileSubject
    decoded: _Decoded

    @property
    def rendered(self) -> Rendered:
        """The file and what was measured while it was made."""
        return self.subject.rendered

    @property
    def order(self) -> RenderOrder:
        """What was ordered."""
        return self.subject.order

    @property
    def is_official(self) -> bool:
        """Whether the format's limits come from the platform's own page: only then may breaking one block."""
        return self.order.ad_format.confidence in ("official", "official_mirror")

    @property
    def frame(self) -> Rect:
        """The file in its pixels."""
        return Rect(0, 0, self.order.ad_format.width, self.order.ad_format.height)

    def placed(self, box: Box) -> Rect:
        """A box of the file in pixels; Undecidable when it is no rectangle."""
        rect = self.frame.part(box)
        if not all(map(math.isfinite, rect)):
            raise Undecidable("This cannot be judged: a box of the file is not a rectangle.")
        return rect

    @property
    def copy_blocks(self) -> tuple[Block, ...]:
        """Every block but the disclosure."""
        return tuple(block for block in self.rendered.blocks if block.role != "disclosure")

    def is_picture(self, block: Block) -> bool:
        """Whether a block is a logo file, which has no letters of ours."""
        return block.role == "logo" and self.order.logo is not None


def see_master(subject: MasterSubject) -> SeenMaster:
    """Decode a master."""
    return SeenMaster(subject, _decode(subject.picture, opened=subject.opened))


def see_file(subject: FileSubject) -> SeenFile:
    """Decode a finished file."""
    return SeenFile(subject, _decode(subject.rendered.data, _OF_OURS))


def see_composed(subject: FileSubject, pixels: Pixels) -> SeenFile:
    """A rendition that is not encoded yet, by its RGB pixels."""
    return SeenFile(subject, _Decoded(None, Master(pixels), ""))


def _decode(data: bytes, limits: IngestLimits | None = None, opened: Master | None = None) -> _Decoded:
    header = None
    try:
        header = peek(data, limits)
        return _Decoded(header, opened or open_master(data, limits=limits), "")
    except Unreadable as error:
        return _Decoded(header, None, str(error))
