"""What somebody should know of a plan before it runs, a sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from adlocalizer.domain import AdFormat, Creative, Fact, GroundedCreative, Revision
from adlocalizer.grounding import is_estimated
from adlocalizer.imaging.colours import READABLE, contrast, rgb
from adlocalizer.planning.brief import Brief, Materials
from adlocalizer.planning.fitting import enlargement
from adlocalizer.planning.plan import formats_for
from adlocalizer.wording import bears_out


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
    """What is odd about dates, thinking, sizes and the brand's colours."""
    day, flight = brief.run.logical_date, brief.campaign.flight
    if not flight.starts <= day <= flight.ends:
        yield f"the campaign runs from {flight.starts} to {flight.ends}, the pictures are made for {day}"
    level = brief.campaign.thinking
    for name in sorted({fit.model for fit in brief.fits}):
        if level is not None and level not in brief.models[name].thinking and brief.models[name].spends:
            yield f"{name} takes no thinking level: it thinks as it always does, not {level}"
    yield from dict.fromkeys(_enlarged(brief))
    yield from _unreadable(brief)


def unlimited(brief: Brief, creatives: Iterable[Creative]) -> Iterator[str]:
    """The formats that something is made in and whose platform names no byte limit."""
    locales = dict.fromkeys(one.locale for one in creatives)
    made = {brief.formats[name].stanza for locale in locales for name in formats_for(brief, locale)}
    if bare := [form for name, form in brief.stanzas.items() if name in made and form.max_bytes is None]:
        yield _unlimited(bare, brief.default_max_bytes)


def unplaced(brief: Brief, creatives: Iterable[Creative]) -> Iterator[str]:
    """Locales for which the campaign has no format at all."""
    bare = [locale for locale in dict.fromkeys(one.locale for one in creatives) if not formats_for(brief, locale)]
    if bare:
        said = "every format of the campaign is for locales read the other way; name one for their direction, too"
        yield f"nothing is made for {', '.join(bare)}: {said}"


def unstruck(brief: Brief, creatives: Iterable[GroundedCreative]) -> Iterator[str]:
    """Copy rows whose old price is not drawn, or whose lowest price of 30 days says that nothing fell."""
    for row in dict.fromkeys(one.copy_row for one in creatives):
        where = f"{brief.campaign.copy_table} ({row.locale})"
        lowest = "" if row.lowest_30d is None else f"{row.lowest_30d:.15g}"
        if row.old_price is not None and not bears_out(row):
            found = f"it is above lowest_30d {lowest}" if lowest else "the row has no lowest_30d"
            remedy = "write the lowest price of the last 30 days into both" if lowest else "fill it in"
            said = f"{where}: the old price {row.old_price:.15g} will not be drawn"
            yield f"{said}: {found}; {remedy}, or empty old_price"
        if row.price is not None and row.lowest_30d is not None and row.lowest_30d < row.price:
            yield f"{where}: lowest_30d {lowest} is below the price {row.price:.15g}: nothing fell; mend one of the two"


def _enlarged(brief: Brief) -> Iterator[str]:
    for fit in brief.fits:
        name = brief.formats[fit.format_id].stanza
        if (grown := enlargement(fit, brief.models[fit.model])) > brief.campaign.max_enlarge:
            yield f"{name}: {fit.model} draws no {fit.ratio} this large, the picture is enlarged by {grown:.0%}"


def _unreadable(brief: Brief) -> Iterator[str]:
    """Pairs of the brand's colours that no letters can be read in: others are drawn in their place."""
    brand = brief.brand
    for ground, on, own, letters in (
        ("colour", "on_colour", brand.colour, brand.on_colour),
        ("accent", "on_accent", brand.accent, brand.on_accent),
    ):
        if (found := contrast(rgb(own), rgb(letters))) < READABLE:
            said = f"{on} {letters} on {ground} {own} has a contrast of {found:.1f}, letters need {READABLE:g}"
            remedy = f"black or white letters are drawn instead; choose a lighter or darker {on}"
            yield f"configs/brands/{brand.id}.yml: {said}: {remedy}"


def _unlimited(forms: Sequence[AdFormat], limit: int) -> str:
    names = ", ".join(form.id for form in forms)
    count = f"{len(forms)} formats name" if len(forms) > 1 else "1 format names"
    return f"{count} no byte limit that was found; {limit:,} bytes are kept, our default (configs/formats.yml): {names}"
