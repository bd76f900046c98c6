"""Whether a picture's light is that of its hour: no noon at night, no night at noon."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of

_SKY = 0.6  # of the height above the horizon: lower down stand houses
_BRIGHT_PART = 90  # percentile of the sky that must be light by day: trees and roofs may hide the rest


class _Range(NamedTuple):
    """What L* of a sky may be: at least, in its lighter part, and at most, in its middle."""

    least: float
    most: float


_SKIES = {
    "day": _Range(40, 100),
    "golden": _Range(30, 100),
    "blue": _Range(12, 65),
    "twilight": _Range(0, 55),
    "night": _Range(0, 50),
}
"""By light; figures in the book. A storm cloud at noon and a city's glow at night lie inside."""


@check_of("master")
def daylight(master: SeenMaster, standard: Standard) -> Verdict:
    """The sky is as light as the facts say; where they name no hour, as for a studio, there is nothing to hold."""
    master.hold_decoded()
    light, hour = (master.fact(name) for name in ("light", "hour"))
    if hour is None or str(light) not in _SKIES:
        return Verdict(True, "The picture is of no hour of the day.", None, standard.limit)
    sky = master.sky(_SKY)[..., 0]
    if sky.size == 0:
        return Verdict(True, "There is no room for a sky over the product.", None, standard.limit)
    allowed = _SKIES[str(light)]
    bright, middle = float(np.percentile(sky, _BRIGHT_PART)), float(np.median(sky))
    off = max(allowed.least - bright, middle - allowed.most, 0.0) / 100
    how = "dark" if bright < allowed.least else "bright"
    said = Said(
        f"The light is that of the hour ({light}).", f"The sky is too {how} for the hour the picture is of ({light})."
    )
    verdict = standard.judge(off, said)
    # An edit may be asked to change the light, and carries the facts of the picture before.
    return verdict._replace(doubtful=True) if master.asked.edit else verdict
