"""Light that is lost: parts of a picture that are white or black without any drawing."""

from __future__ import annotations

import functools

import cv2
import numpy as np

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of

_WHITE, _BLACK = 252, 4  # levels from which, and to which, nothing can be told apart
_BY_NIGHT = 0.4  # of the black counts where the request asks for a night: that is dark on purpose
_DARK_LIGHTS = ("night", "dusk", "twilight", "blue_hour")


@check_of("master")
def exposure(master: SeenMaster, standard: Standard) -> Verdict:
    """Little of the picture is burnt out or drowned; a night may be darker."""
    over, under = clipped(np.asarray(master.picture))
    light = next((str(fact.value) for fact in master.asked.prompt.facts if fact.name == "light"), "")
    weighed = under * (_BY_NIGHT if light in _DARK_LIGHTS else 1.0)
    what, share = ("burnt out to white", over) if over >= weighed else ("drowned in black", under)
    bad = f"{share:.0%} of the picture is {what}."
    return standard.judge(max(over, weighed), Said("Light and dark parts keep their drawing.", bad), master.picture)


def clipped(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> tuple[float, float]:
    """The shares of RGB pixels that are white, and that are black."""
    small = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    least, most = (functools.reduce(way, cv2.split(small)) for way in (cv2.min, cv2.max))
    return float((least >= _WHITE).mean()), float((most <= _BLACK).mean())
