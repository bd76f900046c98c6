"""The variant of a layout that fits a picture: every one is tried in numbers, none is drawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from adlocalizer.domain import Id
from adlocalizer.imaging.arranging import WITH_PRICE, Arranged, arrange_clear
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.layouts import Layout, Role, Stack, Variant
from adlocalizer.imaging.lighting import Light
from adlocalizer.imaging.measuring import FRAMED, Frame, Voice

_MARGIN = 0.05
"""Share of the short side that copy keeps free of every edge, even where a format's own zone is narrower."""
_PART_MARGIN, _LEAST_MARGIN = 0.06, 7.0
"""The same at the edges of the two parts of a composed format, and its least in pixels."""
_GOOD = 0.8  # worth of a variant after which no other is tried: nothing given up, a large headline, a calm place
_LARGE = 0.9  # share of its largest size from which a headline is no better for being larger
_DROPPED, _COST, _ORDER = 0.18, 0.6, 0.06  # what a role given up, a bad place and a later variant take from the worth


class Scene(NamedTuple):
    """What copy is placed by, in pixels of the finished file."""

    picture: Rect
    panel: Rect | None
    product: Rect
    safe: Rect
    rtl: bool
    floors: Mapping[Role, float]
    """Smallest height of a capital letter, by role, that placement and market accept."""
    light: Light
    is_final: bool = False
    """Whether words that do not fit are cut short, or only counted."""
    must_fit: bool = False
    """Whether a choice counts only if everything fits: a variant is given up with its first stack that does not."""
    order: int = 0
    """Place of the variant that is tried, in its layout: of equals the first is taken."""

    @property
    def short_side(self) -> int:
        """Of the whole frame."""
        frame = self.picture.joined(self.panel) if self.panel else self.picture
        return round(min(frame.width, frame.height))


class Stood(NamedTuple):
    """A stack with its place, and the part of the frame it stands on."""

    arranged: Arranged
    part: Rect
    is_panel: bool


class Choice(NamedTuple):
    """A variant with everything placed."""

    variant: Id
    stacks: tuple[Stood, ...]
    worth: float
    """For comparing variants: up to 1, the larger the better."""

    @property
    def unfit(self) -> int:
        """How many blocks do not fit."""
        return sum(stood.arranged.unfit for stood in self.stacks)

    @property
    def fits(self) -> bool:
        """Whether there are blocks, and every one fits."""
        return bool(self.stacks) and not self.unfit

    @property
    def dropped(self) -> tuple[Role, ...]:
        """The roles given up for a larger headline."""
        return tuple(role for stood in self.stacks for role in stood.arranged.dropped)


def shown_roles(layout: Layout, voices: Mapping[Role, Voice], short_side: int) -> tuple[Role, ...]:
    """The roles that have something to say and a frame large enough to say it in.

    A price that must be given per unit is not shown without that.
    """
    fitting = [role for role in voices if role in layout.letters and layout.letters[role].needs <= short_side]
    if "unit_price" in voices and "unit_price" not in fitting:
        fitting = [role for role in fitting if role != "price"]
    return tuple(role for role in fitting if role not in WITH_PRICE or "price" in fitting)


def choose(layout: Layout, voices: Mapping[Role, Voice], scene: Scene) -> Choice:
    """The variant that fits; then the one that gives up least, sets the largest headline and needs the weakest scrim.

    Of equals the first. Where nothing fits, a choice without stacks if it must, else the best, its blocks marked.
    """
    best: Choice | None = None
    for place, variant in enumerate(layout.variants):
        best = _stood(variant, layout, voices, scene._replace(order=place), best) or best
        if best and best.fits and best.worth >= _GOOD:
            break
    return best or Choice(layout.id, (), 0.0)


def cut_short(choice: Choice, layout: Layout, voices: Mapping[Role, Voice], scene: Scene) -> Choice:
    """The same choice with the words cut short that do not fit: `choose` only counts them."""
    place, variant = next(at for at in enumerate(layout.variants) if at[1].id == choice.variant)
    return _stood(variant, layout, voices, scene._replace(order=place, is_final=True), None) or choice


def _stood(
    variant: Variant, layout: Layout, voices: Mapping[Role, Voice], scene: Scene, best: Choice | None
) -> Choice | None:
    """A variant with everything placed; None as soon as it cannot be better than the best one so far."""
    stacks = [stack for stack in variant.stacks if set(stack.roles) & set(voices)]
    # The headline first: the others are set by its size, wherever they stand.
    ordered = sorted(stacks, key=lambda stack: "headline" not in stack.roles)
    placed: dict[int, Stood] = {}
    weights, headline = _weights(layout, voices), 0.0
    for stack in ordered:
        stood = _placed(stack, layout, voices, scene, headline)
        headline = headline or stood.arranged.headline
        placed[stacks.index(stack)] = stood
        if scene.must_fit and not stood.arranged.fits:
            return None
        if best and _rank(placed.values(), weights, scene) <= (-best.unfit, best.worth):  # more only take from it
            return None
    every = tuple(placed[number] for number in range(len(stacks)))
    return Choice(variant.id, every, _rank(every, weights, scene)[1])


def _placed(stack: Stack, layout: Layout, voices: Mapping[Role, Voice], scene: Scene, headline: float) -> Stood:
    part = scene.panel if stack.part == "panel" and scene.panel else scene.picture
    said = {role: voice for role, voice in voices.items() if role in stack.roles}
    area = _inner(part, scene).part(stack.area.mirrored() if scene.rtl else stack.area)
    short = scene.short_side
    frame = Frame(area, short, layout.gap * short, scene.rtl, scene.floors, headline, scene.is_final, scene.must_fit)
    keep_off = scene.product.grown(stack.clear * short) if stack.clear and part is scene.picture else None
    return Stood(arrange_clear(stack, layout, said, frame, keep_off), part, part is scene.panel)


def _inner(part: Rect, scene: Scene) -> Rect:
    """The part of a part that copy may use."""
    margin = max(_LEAST_MARGIN, _PART_MARGIN * scene.short_side) if scene.panel else _MARGIN * scene.short_side
    safe = scene.safe
    return Rect(
        max(safe.left, part.left + margin),
        max(safe.top, part.top + margin),
        min(safe.right, part.right - margin),
        min(safe.bottom, part.bottom - margin),
    )


def _weights(layout: Layout, voices: Mapping[Role, Voice]) -> dict[Role, float]:
    """What each role counts that has no ground of its own, by the size of its letters; 1 all together."""
    sizes = {role: layout.letters[role].size for role in voices if role not in FRAMED}
    return {role: size / sum(sizes.values()) for role, size in sizes.items()}


def _rank(stacks: Collection[Stood], weights: Mapping[Role, float], scene: Scene) -> tuple[int, float]:
    """How many blocks fit, less all of them, and what the stacks are worth: the larger the better.

    A bad place costs by what stands there: a headline on a landmark more than a legal line on a fence.
    """
    share = min((stood.arranged.share for stood in stacks), default=1.0)
    dropped = sum(len(stood.arranged.dropped) for stood in stacks)
    cost = 0.0
    for arranged in (stood.arranged for stood in stacks if not stood.is_panel):
        bare = [block for block in arranged.blocks if block.role not in FRAMED]
        cost += sum(weights[block.role] for block in bare) * scene.light.cost_under(block.ground for block in bare)
    worth = min(1.0, share / _LARGE) - _DROPPED * dropped - _COST * cost - _ORDER * scene.order
    return -sum(stood.arranged.unfit for stood in stacks), worth
