"""A picture's product beside each of its shots: compared once for all who ask."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from adlocalizer.imaging.locating import why_unsure

if TYPE_CHECKING:
    from PIL import Image

    from adlocalizer.domain import Box
    from adlocalizer.imaging.comparing import Comparison
    from adlocalizer.imaging.registering import Registered

_MOST = 3  # shots that a picture is compared with: each costs about 120 CPU ms
_CLOSE_ENOUGH = 1.0  # sum of all distances under which no other shot is looked at
_LEAST_LIKE = 0.5  # correlation below which what was fitted is not the product


class Shots:
    """The shots of a product before one picture. Everything asked of them raises Unreadable for a broken shot."""

    def __init__(self, picture: Image.Image, shots: tuple[bytes, ...], near: Box) -> None:
        """Take a picture (RGB, full size), the shots, the front first, and where the product is expected."""
        self._picture, self._shots, self._near = picture, shots, near

    @property
    def product(self) -> Comparison:
        """The product beside the shot it fits best; further ones are tried only where the first is far off."""
        return self._nearest[0]

    @property
    def nearest(self) -> bytes:
        """That shot."""
        return self._nearest[1]

    @property
    def registered(self) -> Registered | None:
        """The product of the nearest shot, to a fraction of a pixel; None where nothing like it stands."""
        found = self.product.found
        return found if found and found.score >= _LEAST_LIKE else None

    @property
    def why_unsure(self) -> str:
        """Why a comparison says little about this product, in a sentence; empty when it says enough."""
        return why_unsure(self._shots[0])

    @functools.cached_property
    def _nearest(self) -> tuple[Comparison, bytes]:
        from adlocalizer.imaging.comparing import compare

        compared: list[tuple[Comparison, bytes]] = []
        for shot in self._shots[:_MOST]:
            compared.append((compare(self._picture, shot, self._near), shot))
            if compared[-1][0].far < _CLOSE_ENOUGH:
                break
        return min(compared, key=lambda one: one[0].far)
