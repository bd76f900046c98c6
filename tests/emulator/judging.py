"""Text models that are shown pictures: is the product altered, as far as they were drawn here."""

from __future__ import annotations

import functools
import io
from collections import deque
from collections.abc import Sequence
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.emulator.wire import Picture

ALTERED = ("mirrored", "letter_changed", "swapped", "missing_product", "recoloured", "stretched")
"""Faults of drawn pictures after which the product is not the one of the shot."""
_SIDE = 12
_NEAR = 10.0  # levels: a picture reduced and packed anew stays below, another city's is above


class Kept:
    """A picture that went out, and what was wrong with it; it is decoded when somebody asks."""

    def __init__(self, fault: str, content: bytes) -> None:
        self.fault, self._content = fault, content

    @functools.cached_property
    def look(self) -> NDArray[np.float64]:
        """The picture, as small as it can be told from others."""
        return _look(self._content)


class Looks:
    """The last pictures that went out, by their looks: they come back reduced and packed anew."""

    def __init__(self) -> None:
        self._kept: deque[Kept] = deque(maxlen=500)

    def keep(self, fault: str, content: bytes) -> None:
        """Remember a picture and what was wrong with it."""
        self._kept.append(Kept(fault, content))

    def fault_of(self, content: bytes) -> str | None:
        """What was wrong with the picture this one shows; None for a picture that was not drawn here."""
        look = _look(content)
        found = min(
            ((float(np.abs(kept.look - look).mean()), kept) for kept in self._kept), key=itemgetter(0), default=None
        )
        return found[1].fault if found and found[0] < _NEAR else None


def verdicts(
    fields: tuple[str, ...], pictures: Sequence[Picture], looks: Looks, told: dict[str, str]
) -> dict[str, str]:
    """An answer to every field: as told, else what is known of the picture it was drawn as, else as of a good one."""
    faults = [looks.fault_of(picture.content) for picture in pictures]
    fault = next((fault for fault in faults if fault is not None), None)
    tag = pictures[-1].sha256[:6]
    known = {"product_altered": "yes" if fault is None or fault in ALTERED else "no", "landmark_believable": "yes"}
    said = {}
    for name in fields:
        if name.endswith("_reason"):
            said[name] = told.get(name, f"Emulated reason {tag}")
        else:
            said[name] = told.get(name, known.get(name, "no"))
    return said


def _look(content: bytes) -> NDArray[np.float64]:
    try:
        small = Image.open(io.BytesIO(content)).convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    except OSError:
        return np.full((_SIDE, _SIDE, 3), 1e4)
    return np.asarray(small).astype(np.float64)
