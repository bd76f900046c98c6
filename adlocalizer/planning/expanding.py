"""Materials to a plan: which creatives, in which formats, in which shards."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import count, groupby, islice
from operator import attrgetter
from typing import NamedTuple

from adlocalizer.domain import (
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
from adlocalizer.grounding import Occasion, facts_for
from adlocalizer.planning.brief import Brief, Materials, QuarantinedRow
from adlocalizer.planning.covering import covered
from adlocalizer.planning.doubting import doubted
from adlocalizer.planning.format_choice import chosen_formats
from adlocalizer.planning.plan import Plan, formats_for, formats_of, unmade
from adlocalizer.planning.routing import fits_of
from adlocalizer.planning.ruling import under_rules
from adlocalizer.planning.selection import any_match, chosen, expand_braces
from adlocalizer.planning.warning import can_be_made, estimates, left_out, unlimited, unplaced, unstruck, warnings_of
from adlocalizer.prompting import wanted_facts
from adlocalizer.wording import borrowed_words

_LONGEST_ID = 200
"""Most characters of a rendition's id: disks take names of 255 bytes, platforms and sheets add their own parts."""
_MIDDLE_OF_MONTH = 15
_MOST_SHARDS = 900
"""Prefect's server can lose events above about 1,000 task runs in a flow run."""


def make_plan(materials: Materials, run: RunRef, select: Sequence[str] = ()) -> Plan:
    """Everything the campaign asks for on a day; ConfigError when the parts do not fit together.

    Order: region, then city id, then locale as the table has it, product, variant; equal input gives an equal plan.
    """
    brief = _brief(materials, run)
    named = named_cities(materials)
    creatives = list(_ideas(materials, run, named))
    bad_rows = [row for row in materials.quarantined if row.city_id in named]
    quarantined = (*_of_bad_rows(materials.campaign, brief, bad_rows), *_without_words(materials, brief, creatives))
    patterns = tuple(pattern for glob in select for pattern in expand_braces(glob))

    def is_wanted(grounded: GroundedCreative) -> bool:
        ids = (f"{grounded.creative.id}.{name}" for name in formats_of(brief, grounded))
        return not patterns or any(any_match(id, patterns) for id in ids)

    grounded = [one for one in _grounded(materials, creatives, materials.words) if formats_of(brief, one)]
    looked = doubted(materials, brief, grounded)
    ruled = under_rules(materials, brief, looked.creatives, is_wanted)
    drawn = covered(brief, ruled.creatives, materials.rules, frozenset(one.rendition.id for one in ruled.blocked))
    plan = Plan(
        brief=brief,
        shards=tuple(_shards(drawn.creatives, materials.campaign.shard_size)),
        select=patterns,
        quarantined=quarantined,
        blocked=(*looked.blocked, *ruled.blocked, *drawn.blocked),
        remarks=(*looked.remarks(is_wanted), *ruled.remarks),
        warnings=(
            *(*warnings_of(brief), *unlimited(brief, (one.creative for one in creatives))),
            *unplaced(brief, (one.creative for one in creatives)),
            *(*materials.notes, *estimates(creatives), *unstruck(brief, looked.creatives), *drawn.notes),
            *(*borrowed_words(materials.words, (one.creative.locale for one in creatives)), *left_out(materials)),
        ),
        places={one.city_id: (one.latitude, one.longitude) for one in materials.cities if one.city_id in named},
    )
    every = [*plan.rendition_ids(), *(one.rendition.id for one in plan.ended)]
    _check_lengths(every)
    if select:
        chosen(every, select, "--select")
    return plan


class _Idea(NamedTuple):
    creative: Creative
    facts: tuple[Fact, ...]


def _brief(materials: Materials, run: RunRef) -> Brief:
    campaign = materials.campaign
    formats = chosen_formats(campaign, materials.formats, materials.packs)
    fits = fits_of(materials, formats)
    return Brief(
        run=run,
        campaign=campaign,
        products=dict(materials.products),
        references=dict(materials.references),
        brand=materials.brand,
        logo=materials.logo,
        logo_on_dark=materials.logo_on_dark,
        along=materials.along,
        model=materials.model,
        models=dict(materials.models),
        provider=materials.provider,
        mode=materials.mode,
        formats=formats,
        default_max_bytes=materials.default_max_bytes,
        platform_names=dict(materials.platform_names),
        fits=fits,
        recipe=materials.recipe,
        edit_recipe=materials.edit_recipe,
        layouts=materials.layouts,
        fonts=materials.fonts,
        checks=materials.checks,
        calibrated=dict(materials.calibrated),
        judge=materials.judge,
        ages=materials.ages,
        credits=dict(materials.credits),
    )


def named_cities(materials: Materials) -> frozenset[Id]:
    """Ids of the cities, and of the quarantined rows, that the campaign's globs name."""
    ids = [*(city.city_id for city in materials.cities), *(row.city_id for row in materials.quarantined)]
    return frozenset(chosen(ids, materials.campaign.cities, f"campaign {materials.campaign.id} (cities)"))


def _ideas(materials: Materials, run: RunRef, named: Collection[Id]) -> Iterator[_Idea]:
    campaign, cities = materials.campaign, [city for city in materials.cities if city.city_id in named]
    for city in sorted(cities, key=lambda city: (city.region, city.city_id)):
        about = (_grounding_day(materials, run), campaign.shooting_hour, materials.sources, campaign.flight)
        facts = {
            locale: facts_for(Occasion(city, locale, *about), wanted_facts(materials.recipe))
            for locale in _locales(campaign, city)
        }
        taken = {(one.creative.locale, one.creative.product, one.creative.variant) for one in _revised(materials, city)}
        yield from (_Idea(creative, facts[creative.locale]) for creative in _creatives(campaign, city, taken))


def _grounding_day(materials: Materials, run: RunRef) -> date:
    """The day facts are of: with live weather the middle of its month, so that of a day only its weather counts."""
    day = run.logical_date
    return day.replace(day=_MIDDLE_OF_MONTH) if materials.campaign.weather == "live" else day


def _grounded(materials: Materials, ideas: Iterable[_Idea], words: Mapping[str, Copy]) -> Iterator[GroundedCreative]:
    """Every creative that has words; after the originals of a city, locale and product what they were revised into."""
    of = attrgetter("city_id", "locale", "product")
    for base, group in groupby((one for one in ideas if one.creative.locale in words), lambda one: of(one.creative)):
        own = list(group)
        about = {"facts": own[0].facts, "copy_row": words[own[0].creative.locale]}
        yield from (GroundedCreative(creative=one.creative, **about) for one in own)
        for revision in materials.revisions:
            if of(revision.creative) == base and can_be_made(materials, revision):
                yield GroundedCreative(creative=revision.creative, revision=revision, **about)


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
    words = materials.words
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
    formats = formats_for(brief, creative.locale)
    return (unmade(brief, creative, format_id, Status.FAILED, reason) for format_id in formats)


def _shards(creatives: Sequence[GroundedCreative], size: int) -> Iterator[Shard]:
    size = max(size, math.ceil(len(creatives) / _MOST_SHARDS))
    for region, group in groupby(creatives, key=lambda grounded: grounded.creative.region):
        own = tuple(group)
        for number, start in enumerate(range(0, len(own), size)):
            yield Shard(region=region, number=number, creatives=own[start : start + size])
