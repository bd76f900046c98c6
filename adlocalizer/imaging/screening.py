"""A local screen for nudity, on a library that a project installs itself: its licence is the AGPL."""

from __future__ import annotations

import functools
import importlib.util
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

LIBRARY = "nudenet"
_EXPOSED = "_EXPOSED"
_HARMLESS = frozenset({"ARMPITS_EXPOSED", "BELLY_EXPOSED", "FEET_EXPOSED", "MALE_BREAST_EXPOSED"})


class Exposed(NamedTuple):
    """A part of a body that ads do not show: its name in words, and how sure the network is, 0 to 1."""

    part: str
    score: float


def is_installed() -> bool:
    """Whether this machine can screen for nudity."""
    return importlib.util.find_spec(LIBRARY) is not None


def most_exposed(picture: Image.Image) -> Exposed | None:
    """The surest find in an RGB picture, None where there is none; ImportError where the library is missing.

    NudeNet 3.4's own network of 320 pixels and 18 classes, about 80 ms; how often it errs was never measured here.
    """
    found = [
        Exposed(one["class"].removesuffix(_EXPOSED).replace("_", " ").lower().strip(), float(one["score"]))
        for one in _detector().detect(np.ascontiguousarray(np.asarray(picture)[..., ::-1]))  # it wants BGR
        if one["class"].endswith(_EXPOSED) and one["class"] not in _HARMLESS
    ]
    return max(found, key=lambda one: one.score, default=None)


@functools.cache
def _detector() -> Any:  # noqa: ANN401 - made by a library without hints, which most machines do not have
    return importlib.import_module(LIBRARY).NudeDetector()
