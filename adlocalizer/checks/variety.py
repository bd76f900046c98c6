"""Whether a campaign's pictures differ from city to city."""

from __future__ import annotations

from typing import NamedTuple

from adlocalizer.checks.standard import Said, Standard, Verdict, check_of


class Nearest(NamedTuple):
    """The picture of another city whose scene is most like a picture's own."""

    key: str
    """Of that picture's request; empty: there is no other city."""
    city: str
    likeness: float
    """0 to 1; 1 is the same scene, whatever the product in it."""


@check_of("run")
def near_duplicate(nearest: Nearest, standard: Standard) -> Verdict:
    """No other city's picture of this ratio shows the same scene."""
    if not nearest.key:
        return Verdict(True, "No other city has a picture of this ratio.", 0.0, standard.limit)
    said = Said(
        f"The scene is the city's own; the one most like it is that of {nearest.city}.",
        f"The scene is nearly the same as that of {nearest.city}.",
    )
    return standard.judge(nearest.likeness, said)
