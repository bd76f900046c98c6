"""Materials to a plan: which creatives, in which formats, in which shards."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count, groupby, islice
from operator import attrgetter
from typing import NamedTuple

from adlocalizer.domain import (
    AdFormat,
    Campaign,
    City,
    Copy,
    Creative,
    Fact,
    GroundedCreative,
    Id,
    Outcome,
    Revision,
    RunRef,
    Shard,
    Status,
)
from adlocalizer.errors import ConfigError
from adlocalizer.grounding import Occasion, facts_for, is_estimated
from adlocalizer.planning.brief import Brief, Materials, QuarantinedRow
from adlocalizer.planning.fitting import enlargement
from adlocalizer.planning.plan import Plan, rendition_of
from adlocalizer.planning.routing import fits_of
from adlocalizer.planning.selection import chosen, expand_braces
from adlocalizer.prompting import template_variables

_LONGEST_ID = 200
"""Most characters of a rendition's id: disks take names of 255 bytes, platforms and sheets add their own parts."""
_MOST_SHARDS = 900
"""Prefect's server can lose events above about 1,000 task runs in a flow run."""


def make_plan(materials: Materials, run: RunRef, select: Sequence[str] = ()) -> Plan:
    """Everything the campaign asks for on a day; ConfigError when the parts do not fit together.

    Order: region, then city id, then locale as the table has it, product, variant; equal input gives an equal plan.
    """
    brief = _brief(materials, run)
    named = _named_cities(materials)
    creatives = list(_ideas(materials, run, named))
    bad_rows = [row for row in materials.quarantined if row.city_id in named]
    quarantined = (*_of_bad_rows(materials.campaign, brief, bad_rows), *_without_words(materials, brief, creatives))
    words = {row.locale: row for row in materials.copy_rows}
    grounded = tuple(_grounded(materials, creatives, words))
    patterns = tuple(pattern for glob in select for pattern in expand_braces(glob))
    plan = Plan(
        brief=brief,
        shards=tuple(_shards(grounded, materials.campaign.shard_size)),
        select=patterns,
        quarantined=quarantined,
        warnings=(*_warnings(brief), *_estimates(creatives), *_left_out(materials)),
    )
    every = [*plan.rendition_ids(), *(one.rendition.id for one in quarantined)]
    _check_lengths(every)
    if select:
        chosen(every, select, "--select")
    return plan


class _Idea(NamedTuple):
    creative: Creative
    facts: tuple[Fact, ...]


def _brief(materials: Materials, run: RunRef) -> Brief:
    campaign, where = materials.campaign, f"campaign {materials.campaign.id} (formats)"
    formats = {name: materials.formats[name] for name in chosen(list(materials.formats), campaign.formats, where)}
    fits = fits_of(materials, formats)
    return Brief(
        run=run,
        campaign=campaign,
        products=dict(materials.products),
        references=dict(materials.references),
        brand=materials.brand,
        logo=materials.logo,
        along=materials.along,
        model=materials.model,
        models=dict(materials.models),
        provider=materials.provider,
        mode=materials.mode,
        formats=formats,
        fits=fits,
        recipe=materials.recipe,
        edit_recipe=materials.edit_recipe,
        layouts=materials.layouts,
        fonts=materials.fonts,
        checks=materials.checks,
    )


def _named_cities(materials: Materials) -> frozenset[Id]:
    """Ids of the cities, and of the quarantined rows, that the campaign's globs name."""
    ids = [*(city.city_id for city in materials.cities), *(row.city_id for row in materials.quarantined)]
    return frozenset(chosen(ids, materials.campaign.cities, f"campaign {materials.campaign.id} (cities)"))


def _ideas(materials: Materials, run: RunRef, named: Collection[Id]) -> Iterator[_Idea]:
    campaign, cities = materials.campaign, [city for city in materials.cities if city.city_id in named]
    for city in sorted(cities, key=lambda city: (city.region, city.city_id)):
        about = (run.logical_date, campaign.shooting_hour, materials.sources, campaign.flight)
        facts = {
            locale: facts_for(Occasion(city, locale, *about), template_variables(materials.recipe))
            for locale in _locales(campaign, city)
        }
        taken = {(one.creative.locale, one.creative.product, one.creative.variant) for one in _revised(materials, city)}
        yield from (_Idea(creative, facts[creative.locale]) for creative in _creatives(campaign, city, taken))


def _grounded(materials: Materials, ideas: Iterable[_Idea], words: Mapping[str, Copy]) -> Iterator[GroundedCreative]:
    """Every creative that has words; after the originals of a city, locale and product what they were revised into."""
    of = attrgetter("city_id", "locale", "product")
    for base, group in groupby((one for one in ideas if one.creative.locale in words), lambda one: of(one.creative)):
        own = list(group)
        about = {"facts": own[0].facts, "copy_row": words[own[0].creative.locale]}
        yield from (GroundedCreative(creative=one.creative, **about) for one in own)
        for revision in materials.revisions:
            if of(revision.creative) == base and _can_be_made(materials, revision):
                yield GroundedCreative(creative=revision.creative, revision=revision, **about)


def _can_be_made(materials: Materials, revision: Revision) -> bool:
    """Whether the run's provider made its parent, and its models are known: nobody edits what another one drew."""
    parents = [edited.parent for edited in revision.edits]
    named = [revision.model or parent.model for parent in parents]
    own = all(parent.provider == materials.campaign.provider for parent in parents)
    return own and all(name in materials.models for name in named)


def _revised(materials: Materials, city: City) -> Iterator[Revision]:
    return (one for one in materials.revisions if one.creative.city_id == city.city_id)


def _locales(campaign: Campaign, place: City | QuarantinedRow) -> tuple[str, ...]:
    return place.locales if campaign.locales == "all" else place.locales[:1]


def _creatives(
    campaign: Campaign, place: City | QuarantinedRow, taken: Collection[tuple[str, Id, int]] = ()
) -> Iterator[Creative]:
    """Every creative of a city: by locale, then product, then variant, numbers of revisions left out."""
    where = place.model_dump(include={"region", "market", "city_id", "city"})
    for locale in _locales(campaign, place):
        for product in campaign.products:
            free = (number for number in count(1) if (locale, product, number) not in taken)
            for variant in islice(free, campaign.variants):
                yield Creative(campaign=campaign.id, product=product, locale=locale, variant=variant, **where)


def _of_bad_rows(campaign: Campaign, brief: Brief, rows: Iterable[QuarantinedRow]) -> Iterator[Outcome]:
    """An ended outcome for every rendition that a bad row of the city table makes impossible."""
    for row in rows:
        for creative in _creatives(campaign, row):
            yield from _ended(brief, creative, row.reason)


def _without_words(materials: Materials, brief: Brief, ideas: Iterable[_Idea]) -> Iterator[Outcome]:
    """An ended outcome for every rendition whose locale has no copy; ConfigError when nobody said why it has none."""
    words = {row.locale for row in materials.copy_rows}
    missing: dict[str, list[str]] = {}
    for idea in ideas:
        if idea.creative.locale not in words:
            missing.setdefault(idea.creative.locale, []).append(idea.creative.city_id)
            reason = materials.copy_faults.get(idea.creative.locale, "there is no copy for this locale")
            yield from _ended(brief, idea.creative, reason)
    unexplained = {locale: cities for locale, cities in missing.items() if locale not in materials.copy_faults}
    if unexplained and materials.campaign.on_bad_row == "fail":
        listed = ", ".join(f"{locale} ({', '.join(cities[:3])})" for locale, cities in sorted(unexplained.items()))
        raise ConfigError(
            materials.campaign.copy_table,
            f"there is no copy for {listed}",
            "add a row for each locale, or write `on_bad_row: quarantine` to go on without them",
        )


def _check_lengths(rendition_ids: Iterable[str]) -> None:
    longest = max(rendition_ids, key=len, default="")
    if len(longest) > _LONGEST_ID:
        found = f"{longest!r} has {len(longest)} characters, and it names a file"
        remedy = f"shorten the ids of campaign, city, product or format until it has {_LONGEST_ID}"
        raise ConfigError("rendition ids", found, remedy)


def _ended(brief: Brief, creative: Creative, reason: str) -> Iterator[Outcome]:
    for format_id in brief.formats:
        yield Outcome(
            rendition=rendition_of(brief, creative, format_id),
            status=Status.FAILED,
            reason=reason,
            provider=brief.model.provider,
            model=brief.model.id,
        )


def _shards(creatives: Sequence[GroundedCreative], size: int) -> Iterator[Shard]:
    size = max(size, math.ceil(len(creatives) / _MOST_SHARDS))
    for region, group in groupby(creatives, key=lambda grounded: grounded.creative.region):
        own = tuple(group)
        for number, start in enumerate(range(0, len(own), size)):
            yield Shard(region=region, number=number, creatives=own[start : start + size])


def _estimates(ideas: Iterable[_Idea]) -> Iterator[str]:
    for city_id in dict.fromkeys(idea.creative.city_id for idea in ideas if is_estimated(idea.facts)):
        yield f"{city_id}: data/climate.csv has no row for it, temperature and season are estimated"


def _left_out(materials: Materials) -> Iterator[str]:
    left = [one for one in materials.revisions if not _can_be_made(materials, one)]
    if left:
        provider = materials.campaign.provider
        yield f"{len(left)} revisions are left out: {provider} did not make the pictures they edit"


def _warnings(brief: Brief) -> Iterator[str]:
    day, flight = brief.run.logical_date, brief.campaign.flight
    if not flight.starts <= day <= flight.ends:
        yield f"the campaign runs from {flight.starts} to {flight.ends}, the pictures are made for {day}"
    level = brief.campaign.thinking
    for name in sorted({fit.model for fit in brief.fits}):
        if level is not None and level not in brief.models[name].thinking and brief.models[name].spends:
            yield f"{name} takes no thinking level: it thinks as it always does, not {level}"
    for fit in brief.fits:
        form: AdFormat = brief.formats[fit.format_id]
        if (grown := enlargement(fit, brief.models[fit.model])) > brief.campaign.max_enlarge:
            yield f"{form.id}: {fit.model} draws no {fit.ratio} this large, the picture is enlarged by {grown:.0%}"
        if form.max_bytes is None:
            yield f"{form.id}: the platform names no byte limit; {form.confidence} source, a default is kept"
