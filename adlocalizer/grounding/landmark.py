"""Which of a city's landmarks a picture may show in this light."""

from __future__ import annotations

from collections.abc import Iterable

from adlocalizer.domain import Fact, Landmark
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.stating import Origin, plain, version_of
from adlocalizer.grounding.sun import light_at

_DARK = ("blue", "twilight", "night")


def landmark_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """Name, kind, silhouette and note of the landmark to show; nothing where there is none."""
    known = occasion.sources.landmarks.get(occasion.city.city_id, ())
    chosen = choose_landmark(known, light_at(occasion)) if known else None
    if chosen is None:
        return ()
    origin = Origin("landmark table", version_of(chosen))
    texts = {
        "landmark": (chosen.landmark, chosen.landmark),
        "landmark_kind": (chosen.kind, chosen.kind),
        "landmark_shape": (chosen.shape, f"silhouette {chosen.shape}"),
        "landmark_note": (chosen.note, chosen.note),
    }
    return tuple(origin.fact(name, value, text) for name, (value, text) in texts.items() if plain(value))


def choose_landmark(landmarks: Iterable[Landmark], light: str) -> Landmark | None:
    """The lowest rank that may be shown: never one to avoid always, nor after dark one whose lighting is protected."""
    allowed = [each for each in landmarks if may_be_shown(each, light)]
    return min(allowed, key=lambda each: (each.rank, each.landmark), default=None)


def may_be_shown(landmark: Landmark, light: str) -> bool:
    """Whether a landmark's own rule lets it stand in a picture of this light."""
    return bool(plain(landmark.landmark)) and not (
        landmark.avoid == "always" or (landmark.avoid == "when_dark" and light in _DARK)
    )
