"""Whether a picture is safe to show: by the provider's own word, and by a local screen a campaign may ask for."""

from __future__ import annotations

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Undecidable, Verdict, check_of

_LEVELS = ("NEGLIGIBLE", "LOW", "MEDIUM", "HIGH")  # HarmProbability of the Gemini API, mildest first
_REMEDY = "install nudenet (its licence is the AGPL) or take `nudity` out of the campaign's screens"


@check_of("master")
def provider_safety(master: SeenMaster, standard: Standard) -> Verdict:
    """The harm the provider sees in its own picture: 0 negligible to 3 high; a rating that blocks breaks the limit."""
    master.hold_decoded()
    ratings = master.subject.answer.safety
    if not ratings:
        return Verdict(True, "The provider rated no harm in the picture.", 0, standard.limit)
    unknown = [one.probability for one in ratings if one.probability not in _LEVELS]
    if unknown:
        raise Undecidable(f"This cannot be judged: the provider rates harm {unknown[0]!r}, a word unknown here.")
    worst = max(ratings, key=lambda one: (one.blocked, _LEVELS.index(one.probability)))
    level = len(_LEVELS) if worst.blocked else _LEVELS.index(worst.probability)
    named = worst.category.removeprefix("HARM_CATEGORY_").replace("_", " ").lower()
    bad = f"The provider rates its picture {worst.probability.lower()} for {named}" + ", and blocks it" * worst.blocked
    return standard.judge(level, Said("The provider sees no harm in the picture.", f"{bad}."))


@check_of("master", rank=1)
def nudity(master: SeenMaster, standard: Standard) -> Verdict:
    """Nothing bare that ads do not show, by the local screen; without one asked for nothing is looked at."""
    if "nudity" not in master.subject.screens:
        return Verdict(True, "No local screen was asked for.")
    from adlocalizer.imaging.screening import most_exposed

    try:
        found = most_exposed(master.picture)
    except ImportError as error:
        raise Undecidable(f"The local screen is not installed; {_REMEDY}.") from error
    text = f"The local screen sees {found.part}, {found.score:.0%} sure." if found else ""
    return standard.judge(found.score if found else 0.0, Said("The local screen found nothing.", text))
