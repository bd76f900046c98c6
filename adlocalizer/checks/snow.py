"""Whether snow seems to lie where the month's weather knows none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of

if TYPE_CHECKING:
    from adlocalizer.checks.seen import Lab

_TOO_WARM = 10.0  # °C as a month's mean: snow does not lie there for long
_WHITE, _GREY = 80.0, 8.0  # L* at least and chroma at most of sunlit snow
_HOUSES = 0.12  # of the frame over the horizon: roofs and trees


@check_of("master")
def snow_in_warmth(master: SeenMaster, standard: Standard) -> Verdict:
    """In warm weather not both the ground and what stands on it are white under a sky that is not."""
    master.hold_decoded()
    celsius, weather = (master.fact(name) for name in ("temperature_celsius", "weather"))
    if not isinstance(celsius, (int, float)) or celsius < _TOO_WARM or weather == "snow":
        return Verdict(True, "Snow may lie there, or the picture is of no weather.", None, standard.limit)
    horizon = master.asked.prompt.composition.horizon
    ground, houses = master.beside(horizon, 1.0), master.beside(max(0.0, horizon - _HOUSES), horizon)
    clear = 1 - _white(master.sky(0.6))
    value = min(_white(ground), _white(houses), clear)
    said = Said(
        "No snow lies in the picture.",
        f"Snow seems to lie in the picture; the weather's {celsius:g} °C speak against it.",
    )
    return standard.judge(value, said)


def _white(lab: Lab) -> float:
    """Share of pixels that are as white as snow in the sun."""
    if lab.size == 0:
        return 0.0
    return float(((lab[..., 0] > _WHITE) & (np.hypot(lab[..., 1], lab[..., 2]) < _GREY)).mean())
