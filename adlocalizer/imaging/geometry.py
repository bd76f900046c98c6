"""Rectangles in pixels, and the crop that keeps a product whole."""

from __future__ import annotations

from typing import NamedTuple

from adlocalizer.domain import Box


class Rect(NamedTuple):
    """A rectangle in pixels of the finished file."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels."""
        return self.bottom - self.top

    @property
    def area(self) -> float:
        """Square pixels; 0 where there is nothing between its edges."""
        return max(0.0, self.width) * max(0.0, self.height)

    def grown(self, by: float) -> Rect:
        """The same rectangle, larger by so many pixels a side."""
        return Rect(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def rounded(self) -> Rect:
        """The same rectangle at whole pixels, at least one each way."""
        left, top = round(self.left), round(self.top)
        return Rect(left, top, left + max(1, round(self.width)), top + max(1, round(self.height)))

    def joined(self, other: Rect) -> Rect:
        """The smallest rectangle around both."""
        low, high = map(min, self[:2], other[:2]), map(max, self[2:], other[2:])
        return Rect(*low, *high)

    def meets(self, other: Rect) -> bool:
        """Whether the two share any area."""
        return min(self.right, other.right) > max(self.left, other.left) and min(self.bottom, other.bottom) > max(
            self.top, other.top
        )

    def holds(self, other: Rect, slack: float = 1.0) -> bool:
        """Whether the other lies wholly inside, give or take `slack` pixels."""
        return (
            other.left >= self.left - slack
            and other.top >= self.top - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )

    def part(self, box: Box) -> Rect:
        """A box given in fractions of this rectangle."""
        left, top = self.left + box.x * self.width, self.top + box.y * self.height
        return Rect(left, top, left + box.w * self.width, top + box.h * self.height)

    def as_box(self, width: int, height: int) -> Box:
        """In fractions of a frame."""
        return Box(x=self.left / width, y=self.top / height, w=self.width / width, h=self.height / height)

    def clear_of(self, other: Rect) -> tuple[Rect, ...]:
        """The parts of this rectangle beside, above and below another one, largest first; itself if they are apart."""
        if not self.meets(other):
            return (self,)
        parts = (
            self._replace(right=max(self.left, other.left)),
            self._replace(left=min(self.right, other.right)),
            self._replace(bottom=max(self.top, other.top)),
            self._replace(top=min(self.bottom, other.bottom)),
        )
        return tuple(sorted(parts, key=lambda rect: -rect.width * rect.height))


def crop_window(master: tuple[int, int], target: tuple[int, int], product: Box, safe: Box) -> Box:
    """The largest window of the target's shape, in fractions of the master, that keeps the product whole and safe.

    The product keeps its relative place; the window moves only as far as the product's edges need, first the safe
    area, then at least the frame. A product larger than the window stays centred in it.
    """
    native, wanted = master[0] / master[1], target[0] / target[1]
    wide, high = min(1.0, wanted / native), min(1.0, native / wanted)
    left = _slide(product.x, product.right, wide, (safe.x, safe.right))
    top = _slide(product.y, product.bottom, high, (safe.y, safe.bottom))
    return Box(x=left, y=top, w=wide, h=high)


def _slide(start: float, end: float, length: float, safe: tuple[float, float]) -> float:
    wish = (start + end) / 2 * (1 - length)
    for low_edge, high_edge in (safe, (0.0, 1.0)):
        earliest, latest = end - high_edge * length, start - low_edge * length
        if earliest <= latest:
            wish = min(max(wish, earliest), latest)
            break
    else:
        wish = (start + end - length) / 2
    return min(max(wish, 0.0), 1.0 - length)
