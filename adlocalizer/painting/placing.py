"""The landmark's place: large, clear of the product, and mostly clear of the copy."""

from __future__ import annotations

from dataclasses import dataclass

from adlocalizer.painting.frame import Area, Frame
from adlocalizer.painting.shapes import Shape
from adlocalizer.painting.tables import Kind

SIZES = (1.12, 1.0, 0.88, 0.76, 0.64, 0.52)


@dataclass(frozen=True)
class Standing:
    """A landmark where it stands in the picture."""

    shape: Shape
    area: Area
    kind: Kind

    @property
    def is_far(self) -> bool:
        """Whether the city stands in front of it, as before a mountain."""
        return self.kind.depth == "far"


def place_landmark(frame: Frame, shape: Shape, kind: Kind) -> Area:
    """Where the landmark shows best."""
    return max(_candidates(frame, shape, kind), key=lambda area: _merit(frame, area, kind))


def _candidates(frame: Frame, shape: Shape, kind: Kind) -> list[Area]:
    full = frame.tall * kind.height * (0.52 + 0.48 * shape.scale) * (1.18 if frame.is_strip else 1.0)
    full = min(full, _headroom(frame, shape) / SIZES[0])
    limit = frame.width * (1.25 if kind.depth == "far" else 0.97)
    heights = {min(full * share, limit / shape.aspect) for share in SIZES}
    out = []
    for high in sorted(heights):
        wide = high * shape.aspect
        for step in range(-2, 43):
            x = step / 40 * frame.width - wide / 2
            out.append(Area(x, frame.horizon + 0.012 * frame.tall - high, wide, high))
    return out


def _headroom(frame: Frame, shape: Shape) -> float:
    """How high a landmark may rise before it pokes into the words above it."""
    quiet = frame.quiet
    if frame.is_strip:
        return 0.94 * frame.horizon
    if quiet.bottom < 0.9 * frame.horizon:
        return frame.horizon - quiet.bottom + 0.07 * frame.height
    # Words stand beside a slim tower, but over a broad front.
    return frame.horizon * (0.76 - 0.19 * min(1.0, shape.aspect / 1.2))


def _merit(frame: Frame, area: Area, kind: Kind) -> float:
    copy = _shared_with_copy(frame, area)
    between = min(1.0, abs(area.middle - _gap_middle(frame)) / min(frame.width, 4 * frame.tall))
    size = float((area.high / frame.tall) ** 0.8)
    astray = (area.middle > frame.product.middle) != (frame.gap.middle > frame.product.middle)
    return size * (1 - _hidden(frame, area, kind) - copy - _cut(frame, area, kind)) - 0.30 * between - 0.22 * astray


def _cut(frame: Frame, area: Area, kind: Kind) -> float:
    """How much it hurts that the picture's edge cuts the landmark: a mountain's slopes may run out of the picture."""
    picture = Area(0.015 * frame.width, 0, 0.97 * frame.width, frame.height)
    if kind.depth == "far":
        heart = Area(area.x + 0.15 * area.wide, area.y, 0.7 * area.wide, area.high)
        return 0.6 * (1 - area.shared(picture)) + 2.0 * (1 - heart.shared(picture))
    return (1 - area.shared(picture)) * (2.4 if kind.behind else 4.0)


def _hidden(frame: Frame, area: Area, kind: Kind) -> float:
    """How much it hurts that the product stands before the landmark: a mountain bears it, a dome's middle does not."""
    # A margin around the product keeps the two silhouettes apart.
    margin = 0.06 * frame.product.wide
    product = Area(frame.product.x - margin, frame.product.y, frame.product.wide + 2 * margin, frame.product.high)
    if not kind.behind:
        return 2.6 * area.shared(product)
    heart = Area(area.x + 0.3 * area.wide, area.y, 0.4 * area.wide, area.high)
    whole, middle = (0.4, 0.3) if kind.depth == "far" else (1.1, 1.2)
    return whole * area.shared(product) + middle * heart.shared(product)


def _shared_with_copy(frame: Frame, area: Area) -> float:
    """How much the landmark disturbs the copy: words gather in the upper part, the foot is often free."""
    quiet = frame.quiet
    if quiet.bottom > frame.horizon:
        return 0.25 * area.shared(quiet)
    upper = Area(quiet.x, quiet.y, quiet.wide, 0.5 * quiet.high)
    lower = Area(quiet.x, upper.bottom, quiet.wide, 0.5 * quiet.high)
    return 1.1 * area.shared(upper) + 0.32 * area.shared(lower)


def _gap_middle(frame: Frame) -> float:
    """The best place across: in the gap beside the product, not far from it in a wide picture."""
    gap = frame.gap
    away = min(0.95 * frame.tall, 0.5 * gap.wide)
    return gap.right - away if gap.x == 0 else gap.x + away
