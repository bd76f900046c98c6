"""What somebody should know of a plan before it runs, a sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adlocalizer.domain import AdFormat, Creative, Fact, Revision
from adlocalizer.grounding import is_estimated
from adlocalizer.planning.brief import Brief, Materials
from adlocalizer.planning.fitting import enlargement
from adlocalizer.planning.plan import formats_for


def can_be_made(materials: Materials, revision: Revision) -> bool:
    """Whether the run's provider made its parent, and its models are known: nobody edits what another one drew."""
    parents = [edited.parent for edited in revision.edits]
    named = [revision.model or parent.model for parent in parents]
    own = all(parent.provider == materials.campaign.provider for parent in parents)
    return own and all(name in materials.models for name in named)


def estimates(grounds: Iterable[tuple[Creative, tuple[Fact, ...]]]) -> Iterator[str]:
    """Cities whose temperature and season rest on a rule of thumb."""
    for city_id in dict.fromkeys(creative.city_id for creative, facts in grounds if is_estimated(facts)):
        yield f"{city_id}: data/climate.csv has no row for it, temperature and season are estimated"


def left_out(materials: Materials) -> Iterator[str]:
    """How many revisions this plan cannot make."""
    left = [one for one in materials.revisions if not can_be_made(materials, one)]
    if left:
        provider = materials.campaign.provider
        yield f"{len(left)} revisions are left out: {provider} did not make the pictures they edit"


def warnings_of(brief: Brief) -> Iterator[str]:
    """What is odd about dates, thinking, sizes and byte limits."""
    day, flight = brief.run.logical_date, brief.campaign.flight
    if not flight.starts <= day <= flight.ends:
        yield f"the campaign runs from {flight.starts} to {flight.ends}, the pictures are made for {day}"
    level = brief.campaign.thinking
    for name in sorted({fit.model for fit in brief.fits}):
        if level is not None and level not in brief.models[name].thinking and brief.models[name].spends:
            yield f"{name} takes no thinking level: it thinks as it always does, not {level}"
    yield from dict.fromkeys(_enlarged(brief))
    if unlimited := [form for form in brief.stanzas.values() if form.max_bytes is None]:
        yield _unlimited(unlimited, brief.default_max_bytes)


def unplaced(brief: Brief, creatives: Iterable[Creative]) -> Iterator[str]:
    """Locales for which the campaign has no format at all."""
    bare = [locale for locale in dict.fromkeys(one.locale for one in creatives) if not formats_for(brief, locale)]
    if bare:
        said = "every format of the campaign is for locales read the other way; name one for their direction, too"
        yield f"nothing is made for {', '.join(bare)}: {said}"


def _enlarged(brief: Brief) -> Iterator[str]:
    for fit in brief.fits:
        name = brief.formats[fit.format_id].stanza
        if (grown := enlargement(fit, brief.models[fit.model])) > brief.campaign.max_enlarge:
            yield f"{name}: {fit.model} draws no {fit.ratio} this large, the picture is enlarged by {grown:.0%}"


def _unlimited(forms: Sequence[AdFormat], limit: int) -> str:
    names = ", ".join(form.id for form in forms)
    count = f"{len(forms)} formats name" if len(forms) > 1 else "1 format names"
    return f"{count} no byte limit that was found; {limit:,} bytes are kept, our default (configs/formats.yml): {names}"
