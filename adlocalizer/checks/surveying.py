"""All pictures of a run side by side: which is most like another city's, and how many scenes there really are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adlocalizer.checks.variety import Nearest
from adlocalizer.imaging.scenes import Scene, likenesses, scene_of

_PLACES = 10
"""Steps along each side of the frame by which places of the product are told apart."""


class Shown(NamedTuple):
    """A picture that ships: the key of its request, its city, its shape and its scene's fingerprint."""

    key: str
    city_id: str
    city: str
    shape: str
    """Pictures of one shape are compared, such as those of a ratio."""
    scene: str


class Variety(NamedTuple):
    """How much the pictures of one shape differ."""

    shape: str
    pictures: int
    scenes: float
    """Effective number: e to the entropy of the shares of scenes; 75 pictures of one scene are 1, all different 75."""
    largest: int
    """Pictures of the most repeated scene."""
    repeated: int
    """Pictures that share their scene with another."""
    closest: float
    """Likeness of the two most alike of different cities, 0 where there is one city only."""
    closest_cities: tuple[str, ...]
    places: int
    """Different places of the product, told apart by tenths of the frame."""
    usual_place: float
    """Share of the pictures whose product stands at the most frequent place."""


class Survey(NamedTuple):
    """What was found: by key the picture most like it, and a line a shape."""

    nearest: Mapping[str, Nearest]
    variety: tuple[Variety, ...]


def survey(pictures: Iterable[Shown], limit: float) -> Survey:
    """Compare all pictures of each shape; scenes more alike than the limit are one. Pictures without one are left out.

    Costs the square of the pictures of a shape: 5,000 of them take seconds, blocks of rows at a time.
    """
    shapes: dict[tuple[str, tuple[int, int]], dict[str, tuple[Shown, Scene]]] = {}
    for one in sorted(pictures):
        if (scene := scene_of(one.scene)) is not None:
            shapes.setdefault((one.shape, scene.grid), {})[one.key] = one, scene
    nearest: dict[str, Nearest] = {}
    rows = []
    for found in shapes.values():
        shown, scenes = zip(*found.values(), strict=True)
        near, alike = _compared(shown, scenes, limit)
        nearest |= {one.key: other for one, other in zip(shown, near, strict=True)}
        rows.append(_variety(shown, scenes, near, alike))
    return Survey(nearest, tuple(rows))


def _compared(shown: Sequence[Shown], scenes: Sequence[Scene], limit: float) -> tuple[list[Nearest], NDArray[np.bool_]]:
    cities = np.array([one.city_id for one in shown])
    alike = np.zeros((len(shown), len(shown)), np.bool_)
    near = []
    for start, block in likenesses(scenes):
        alike[start : start + len(block)] = block > limit
        block[cities[start : start + len(block), None] == cities[None]] = -1
        best = block.argmax(axis=1)
        for other, likeness in zip(best, block[np.arange(len(block)), best], strict=True):
            own = likeness >= 0
            near.append(Nearest(shown[other].key, shown[other].city, round(float(likeness), 4)) if own else _NOBODY)
    return near, alike


_NOBODY = Nearest("", "", 0.0)


def _variety(
    shown: Sequence[Shown], scenes: Sequence[Scene], near: Sequence[Nearest], alike: NDArray[np.bool_]
) -> Variety:
    sizes = np.array(_group_sizes(alike))
    shares = sizes / len(shown)
    closest = max(range(len(shown)), key=lambda at: near[at].likeness)
    places = Counter(_place(one) for one in scenes)
    return Variety(
        shape=shown[0].shape,
        pictures=len(shown),
        scenes=round(float(np.exp(-(shares * np.log(shares)).sum())), 1),
        largest=int(sizes.max()),
        repeated=int(sizes[sizes > 1].sum()),
        closest=near[closest].likeness,
        closest_cities=(shown[closest].city, near[closest].city) if near[closest].key else (),
        places=len(places),
        usual_place=round(max(places.values()) / len(shown), 4),
    )


def _group_sizes(alike: NDArray[np.bool_]) -> list[int]:
    """Sizes of the groups in which each picture is alike to another one, and through it to all."""
    left, sizes = np.ones(len(alike), np.bool_), []
    while left.any():
        group = np.zeros(len(alike), np.bool_)
        group[left.argmax()] = True
        edge = group
        while edge.any():
            edge = alike[edge].any(axis=0) & ~group
            group = group | edge
        sizes.append(int(group.sum()))
        left &= ~group
    return sizes


def _place(scene: Scene) -> tuple[int, int]:
    box = scene.product
    return round((box.x + box.w / 2) * _PLACES), round((box.y + box.h / 2) * _PLACES)
