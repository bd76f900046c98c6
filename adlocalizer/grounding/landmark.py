"""Which of a city's landmarks a picture may show in this light, and what somebody must look at before it ships."""

from __future__ import annotations

from collections.abc import Iterable

from adlocalizer.domain import Fact, Finding, Landmark, Severity
from adlocalizer.grounding.occasion import Occasion
from adlocalizer.grounding.stating import Origin, plain, version_of
from adlocalizer.grounding.sun import light_at

_DARK = ("blue", "twilight", "night")
_UNCLEARED = "its use in advertising needs to be cleared"


def landmark_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """Name, kind, silhouette and note of the landmark to show; nothing where there is none."""
    chosen = landmark_of(occasion)
    if chosen is None:
        return ()
    texts = {
        "landmark": (chosen.landmark, chosen.landmark),
        "landmark_kind": (chosen.kind, chosen.kind),
        "landmark_shape": (chosen.shape, f"silhouette {chosen.shape}"),
        "landmark_note": (note_of(chosen), note_of(chosen)),
    }
    origin = _origin(chosen)
    return tuple(origin.fact(name, value, text) for name, (value, text) in texts.items() if plain(value))


def landmark_name_facts(occasion: Occasion) -> tuple[Fact, ...]:
    """What its own people call the landmark to show; nothing where the table does not say."""
    chosen = landmark_of(occasion)
    if chosen is None or not plain(chosen.local_name):
        return ()
    return (_origin(chosen).fact("landmark_local_name", chosen.local_name, chosen.local_name),)


def landmark_of(occasion: Occasion) -> Landmark | None:
    """The landmark a picture of the occasion shows."""
    known = occasion.sources.landmarks.get(occasion.city.city_id, ())
    return choose_landmark(known, light_at(occasion)) if known else None


def choose_landmark(landmarks: Iterable[Landmark], light: str) -> Landmark | None:
    """The lowest rank that may be shown; one that somebody must clear first only where nothing else is left.

    Never one to avoid always, nor after dark one whose lighting is protected.
    """
    allowed = [each for each in landmarks if may_be_shown(each, light)]
    return min(allowed, key=lambda each: (each.avoid == "review", each.rank, each.landmark), default=None)


def may_be_shown(landmark: Landmark, light: str) -> bool:
    """Whether a landmark's own rule lets it stand in a picture of this light."""
    return bool(plain(landmark.landmark)) and not (
        landmark.avoid == "always" or (landmark.avoid == "when_dark" and light in _DARK)
    )


def note_of(landmark: Landmark) -> str:
    """Rights, taste or distance; one that must be cleared always has a note."""
    return plain(landmark.note) or (_UNCLEARED if landmark.avoid == "review" else "")


def landmark_findings(landmark: Landmark | None, subject: str) -> tuple[Finding, ...]:
    """What somebody must look at before pictures of `subject` ship: a landmark whose use is not cleared."""
    if landmark is None or landmark.avoid != "review":
        return ()
    return (
        Finding(
            check="landmark_rights",
            subject=subject,
            severity=Severity.REVIEW,
            text=f"shows {plain(landmark.landmark)}: {note_of(landmark)}",
            value=plain(landmark.landmark),
            remedy="clear its use and empty `avoid` in data/landmarks.csv, or add a landmark that needs no clearance",
        ),
    )


def _origin(landmark: Landmark) -> Origin:
    said = plain(landmark.source)
    return Origin(f"landmark table: {said}" if said else "landmark table", version_of(landmark))
