"""Where things stand in the picture, in pixels."""

from __future__ import annotations

from dataclasses import dataclass

from adlocalizer.domain import Box, Composition


@dataclass(frozen=True)
class Area:
    """A rectangle in pixels, origin top left."""

    x: float
    y: float
    wide: float
    high: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.wide

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.y + self.high

    @property
    def middle(self) -> float:
        """The centre across."""
        return self.x + self.wide / 2

    def shared(self, other: Area) -> float:
        """The overlap as a share of this rectangle."""
        wide = min(self.right, other.right) - max(self.x, other.x)
        high = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0.0, wide) * max(0.0, high) / max(1e-6, self.wide * self.high)


@dataclass(frozen=True)
class Frame:
    """The picture's geometry: y grows downwards, `horizon` < `ledge` < product's bottom."""

    width: int
    height: int
    product: Area
    quiet: Area
    horizon: float
    ledge: float
    tall: float
    """Height of the tallest landmark."""

    @property
    def unit(self) -> float:
        """About one pixel of a 1,000 px square picture."""
        return max(0.22, self.tall / 380)

    @property
    def product_is_right(self) -> bool:
        """Whether the product stands right of the middle."""
        return self.product.middle >= self.width / 2

    @property
    def is_strip(self) -> bool:
        """Whether the picture is so wide that a landmark has room on the product's far side, away from the copy."""
        beyond = self.width - self.product.right if self.product_is_right else self.product.x
        return beyond > 1.2 * self.horizon

    @property
    def gap(self) -> Area:
        """The room beside the product where the city shows best: its far side in a strip, else where the copy is."""
        if self.product_is_right == self.is_strip:
            return Area(self.product.right, 0, self.width - self.product.right, self.horizon)
        return Area(0, 0, self.product.x, self.horizon)


def frame_of(composition: Composition, pixels: tuple[int, int], aspect: float) -> Frame:
    """Lay out a picture for a product whose width is `aspect` times its height, standing in its box's foot."""
    width, height = pixels
    box, quiet = composition.product, composition.quiet
    product = _standing(box, pixels, aspect)
    horizon = min(composition.horizon * height, product.bottom - 0.05 * height)
    narrow = product.wide > 0.55 * width
    if narrow:
        # In a narrow picture the product would hide the city: look down a little more, so that it shows above.
        horizon = min(horizon, product.y + 0.05 * product.high)
    ledge = horizon + (0.30 if narrow else 0.42) * (product.bottom - horizon)
    covers = quiet.w > 0.8 and quiet.bottom * height < horizon
    free = horizon - quiet.bottom * height if covers else 0.56 * horizon
    # A spire may reach into the foot of the copy area, where it is veiled: a small landmark is not recognised.
    tall = min(max(free * 1.36, 0.40 * horizon), 0.72 * horizon, 1.25 * width)
    return Frame(
        width=width,
        height=height,
        product=product,
        quiet=Area(quiet.x * width, quiet.y * height, quiet.w * width, quiet.h * height),
        horizon=horizon,
        ledge=ledge,
        tall=tall,
    )


def _standing(box: Box, pixels: tuple[int, int], aspect: float) -> Area:
    wide, high = box.w * pixels[0], box.h * pixels[1]
    tall = min(high, wide / aspect)
    # Whole pixels, so that the product is drawn from the same samples wherever it stands.
    drawn_high = max(2, round(tall))
    drawn_wide = max(2, round(tall * aspect))
    left = round(box.x * pixels[0] + (wide - drawn_wide) / 2)
    return Area(left, round(box.bottom * pixels[1]) - drawn_high, drawn_wide, drawn_high)
