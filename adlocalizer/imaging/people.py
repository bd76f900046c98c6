"""Faces in a picture, by dlib's detector of faces seen from the front (HOG, linear SVM; its model is in the wheel).

It misses profiles, turned and covered heads, backs, and faces lower than about 80 pixels of the reduced picture. Of
painted scenes, animals and things in photographs none scored over -0.4, a face as high as a sixth of the side 1.0.
"""

from __future__ import annotations

import functools
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from adlocalizer.domain import Box
from adlocalizer.imaging.caching import cache_folder, keep

QUICK, CAREFUL = 512 * 512, 800 * 800
"""Pixels looked at: 30 ms for faces from a sixth of the side on, 75 ms from a tenth on."""

_FAINTEST = -0.2  # score from which a face is told of


class Face(NamedTuple):
    """A face, in fractions of the picture, and how sure the detector is: 0 is its own limit, 1 and more is clear."""

    box: Box
    score: float


def find_faces(picture: Image.Image, pixels: int = QUICK) -> tuple[Face, ...]:
    """Faces in an RGB picture, surest first; it is looked at reduced to so many pixels, never enlarged."""
    share = min(1.0, (pixels / (picture.width * picture.height)) ** 0.5)
    wide, high = (max(1, round(side * share)) for side in picture.size)
    grey = np.asarray(picture.convert("L").resize((wide, high), Image.Resampling.BOX, reducing_gap=2.0))
    found, scores, _ = _detector().run(np.ascontiguousarray(grey), 0, _FAINTEST)
    faces = (Face(_box(rect, wide, high), round(float(score), 3)) for rect, score in zip(found, scores, strict=True))
    return tuple(sorted(faces, key=lambda face: -face.score))


@functools.cache
def _detector() -> Any:  # noqa: ANN401 - dlib has no types
    import dlib

    kept = cache_folder() / f"faces-from-the-front-{dlib.__version__}.svm"
    try:
        return dlib.fhog_object_detector(str(kept))
    except RuntimeError:  # not there yet, or not whole
        found = dlib.get_frontal_face_detector()  # unpacks itself from text: 1.3 CPU s, a kept file loads in 2 ms
    with suppress(OSError, RuntimeError):
        keep(kept, lambda path: found.save(str(path)))
    return found


def _box(rect: Any, wide: int, high: int) -> Box:  # noqa: ANN401
    left, top = max(0, rect.left()), max(0, rect.top())
    right, bottom = min(wide, rect.right() + 1), min(high, rect.bottom() + 1)
    return Box(x=left / wide, y=top / high, w=max(0, right - left) / wide, h=max(0, bottom - top) / high)
