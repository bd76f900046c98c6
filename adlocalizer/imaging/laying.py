"""A master laid into its frame, with the copy's places chosen: everything but the ink and the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from adlocalizer.domain import Box
from adlocalizer.imaging.casing import in_capitals
from adlocalizer.imaging.choosing import Choice, Scene, choose, cut_short, shown_roles
from adlocalizer.imaging.colours import rgb
from adlocalizer.imaging.drawing import Sheet
from adlocalizer.imaging.geometry import Rect, crop_window
from adlocalizer.imaging.inking import Ground, Inked, ink
from adlocalizer.imaging.layouts import Layout, Role, safe_area
from adlocalizer.imaging.lighting import Light
from adlocalizer.imaging.masters import Master
from adlocalizer.imaging.measuring import Voice
from adlocalizer.imaging.scaling import cut, on_white
from adlocalizer.imaging.voicing import voices_for

if TYPE_CHECKING:
    from adlocalizer.imaging.rendering import RenderOrder


_POOR = 0.4
"""Worth of the words of a composed format under which another panel is tried: much given up, or a small headline."""


class Laid(NamedTuple):
    """A frame with its picture, its panel if it has one, and where the copy will stand. In pixels of the file."""

    sheet: Sheet
    product: Rect
    is_composed: bool
    voices: Mapping[Role, Voice]
    choice: Choice
    order: RenderOrder
    places: tuple[Layout, Mapping[Role, Voice], Scene]
    """What was chosen from."""

    def cut_short(self) -> Laid:
        """The same; where not everything fits, with the best there is, its words cut short."""
        if self.choice.fits:
            return self
        layout, voices, scene = self.places
        scene = scene._replace(must_fit=False)
        return self._replace(choice=cut_short(choose(layout, voices, scene), layout, voices, scene))

    def inked(self) -> list[Inked]:
        """Draw the copy on the sheet and measure it."""
        brand = self.order.brand
        stacks = [
            (stood.arranged, Ground(self.sheet, stood.part, self.product, stood.is_panel, brand))
            for stood in self.choice.stacks
        ]
        return ink(stacks, self.order.logos)

    def notes(self) -> tuple[str, ...]:
        """What was left off, and why."""
        form = self.order.ad_format
        says = "is the clean copy" if form.clean else f"says text is {form.text_overlay.value}"
        notes = [f"no copy: {form.id} {says}"] if self.order.clean else []
        if self.is_composed and not self.order.fit.composed:
            notes.append("composed of picture and brand panel: the product leaves the copy no room beside it")
        placed = {block.role for stood in self.choice.stacks for block in stood.arranged.blocks}
        for role in self.voices:
            if role in self.choice.dropped:
                notes.append(f"{role} left out: no room beside the headline")
            elif role not in placed:
                notes.append(f"{role} left out: a format this small does not show it")
        return tuple(notes)


def lay_out(master: Master, order: RenderOrder) -> Laid:
    """The master cropped and its copy placed: beside the product, else on a brand panel of its own.

    Where a composed format's panel is too narrow for its words, it is as wide as that of any other, and the picture
    cropped closer. Where nothing takes all the copy, it stays where it was, and the blocks that do not fit say so.
    """
    voices = voices_for(order, clean=order.clean)
    laid = _laid(master, order, voices, _parts(order))
    if order.clean or (laid.choice.fits and (not laid.is_composed or laid.choice.worth >= _POOR)):
        return laid.cut_short()
    for parts in _other_parts(order):
        other = _laid(master, order, voices, parts)
        is_better = not laid.choice.fits or other.choice.worth > laid.choice.worth
        if other.choice.fits and is_better and parts[0].holds(other.product):
            return other
    return laid.cut_short()


def picture_size(order: RenderOrder) -> tuple[int, int]:
    """Width and height in pixels of the part of a rendition that shows the master."""
    shown, _ = _parts(order)
    return round(shown.width), round(shown.height)


_Parts = tuple[Rect, Rect | None]
"""Where the picture and the brand panel stand."""


def _laid(master: Master, order: RenderOrder, voices: Mapping[Role, Voice], parts: _Parts) -> Laid:
    wide, high = order.ad_format.width, order.ad_format.height
    (picture, panel), composed = parts, parts[1] is not None
    size = (round(picture.width), round(picture.height))
    zone = safe_area(order.ad_format, order.direction)
    safe = Box(x=0, y=0, w=1, h=1) if composed else zone
    shown, window = cut(master, crop_window(master.size, size, order.product_box, safe), size)
    sheet = Sheet(shown if panel is None else on_white(shown, (round(picture.left), round(picture.top)), (wide, high)))
    if panel is not None:
        sheet.fill(panel, rgb(order.brand.colour))
    product = picture.part(order.product_box.seen_in(window))
    floors = {role: order.least_letter(role) for role in voices}
    light = Light.of(sheet.pixels)
    rtl = order.direction == "rtl"
    scene = Scene(picture, panel, product, sheet.frame.part(zone), rtl, floors, light, must_fit=True)
    layout = order.layouts.panel_layout_for(wide, high) if composed else order.layouts.layout_for(wide, high)
    shown_voices = {role: _cased(role, voices[role], layout) for role in shown_roles(layout, voices, min(wide, high))}
    choice = choose(layout, shown_voices, scene)
    return Laid(sheet, product, composed, voices, choice, order, (layout, shown_voices, scene))


def _cased(role: Role, voice: Voice, layout: Layout) -> Voice:
    if layout.letters[role].case == "none":
        return voice
    return voice._replace(text=in_capitals(voice.text, voice.style.locale))


def _parts(order: RenderOrder) -> _Parts:
    wide, high, fit = order.ad_format.width, order.ad_format.height, order.fit
    if not fit.composed:
        return Rect(0, 0, wide, high), None
    # A composed fit has left the panel its place: on the long side, whatever is not picture.
    beside = wide >= high
    return _split(order, 1 - (fit.picture_width / wide if beside else fit.picture_height / high), beside=beside)


def _other_parts(order: RenderOrder) -> Iterator[_Parts]:
    """Other ways to compose a format: with a panel of its layout's share, on a side that is free or less wide."""
    wide, high, fit = order.ad_format.width, order.ad_format.height, order.fit
    panel = order.layouts.panel_layout_for(wide, high).panel
    if panel is None:
        return
    if not fit.composed:
        yield _split(order, panel.share, beside=panel.stands == "beside")
        yield _split(order, panel.share, beside=panel.stands != "beside")
    elif panel.share > 1 - min(fit.picture_width / wide, fit.picture_height / high):
        yield _split(order, panel.share, beside=wide >= high)


def _split(order: RenderOrder, share: float, *, beside: bool) -> _Parts:
    """A picture, and a panel that takes a share of the width at the reading's start, or of the height at the bottom."""
    wide, high = order.ad_format.width, order.ad_format.height
    if not beside:
        edge = min(max(round(high * (1 - share)), 1), high - 1)
        return Rect(0, 0, wide, edge), Rect(0, edge, wide, high)
    edge = min(max(round(wide * share), 1), wide - 1)
    if order.direction == "rtl":
        return Rect(0, 0, wide - edge, high), Rect(wide - edge, 0, wide, high)
    return Rect(edge, 0, wide, high), Rect(0, 0, edge, high)
