"""The plan of a run: what will be made, in which order, in which shards, and what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import cached_property

from pydantic import Field

from adlocalizer.domain import (
    Creative,
    Digest,
    Finding,
    GroundedCreative,
    Id,
    Master,
    Micros,
    Noun,
    Outcome,
    Rendition,
    Shard,
    Status,
)
from adlocalizer.domain.campaign import Locale
from adlocalizer.grounding.locale import direction_of
from adlocalizer.planning.brief import Brief
from adlocalizer.planning.composing import compose_masters
from adlocalizer.planning.questioning import Heard, JudgeQuote, judge_quote
from adlocalizer.planning.selection import any_match


class Plan(Noun):
    """A run before anything is asked: one brief, every creative in its shard, and what was wanted of them."""

    brief: Brief
    shards: tuple[Shard, ...]
    select: tuple[str, ...] = ()
    """Patterns over rendition ids, braces expanded; none: everything."""
    quarantined: tuple[Outcome, ...] = ()
    """Renditions that cannot be made because a table's row was bad; already ended, wanted or not."""
    blocked: tuple[Outcome, ...] = ()
    """Renditions that a market rule forbids or whose words may not ship; already rejected, wanted or not."""
    remarks: tuple[Finding, ...] = ()
    """What market rules that do not block make somebody look at, one a rule."""
    warnings: tuple[str, ...] = ()
    """What somebody should know before the run, a sentence each."""
    places: dict[Id, tuple[float, float]] = Field(default_factory=dict)
    """Degrees north and east of every city, by id."""

    @property
    def creatives(self) -> Iterator[GroundedCreative]:
        """Every creative, in plan order."""
        return (grounded for shard in self.shards for grounded in shard.creatives)

    def formats_of(self, grounded: GroundedCreative) -> tuple[Id, ...]:
        """The formats a creative is made in, in plan order: those of its revision or the brief that no rule forbids."""
        names, creative = formats_of(self.brief, grounded), grounded.creative
        return tuple(name for name in names if f"{creative.id}.{name}" not in self._blocked_ids)

    def wanted_formats(self, grounded: GroundedCreative) -> tuple[Id, ...]:
        """The formats of this creative that the selection wants, in plan order."""
        return tuple(name for name in self.formats_of(grounded) if self.wants(f"{grounded.creative.id}.{name}"))

    def wants(self, rendition_id: str) -> bool:
        """Whether the selection wants a rendition."""
        return not self.select or any_match(rendition_id, self.select)

    def wanted_shards(self) -> tuple[Shard, ...]:
        """The shards of which anything is wanted."""
        return tuple(shard for shard in self.shards if any(self.wanted_formats(one) for one in shard.creatives))

    def shard(self, region: str, number: int) -> Shard:
        """The shard a reference names."""
        return next(shard for shard in self.shards if (shard.region, shard.number) == (region, number))

    def renditions(self) -> Iterator[Rendition]:
        """Every wanted rendition that can be made, in plan order."""
        for grounded in self.creatives:
            for format_id in self.wanted_formats(grounded):
                yield rendition_of(self.brief, grounded.creative, format_id)

    def masters(self) -> Iterator[Master]:
        """Every master the wanted renditions need, in plan order."""
        for grounded in self.creatives:
            yield from compose_masters(self.brief, grounded, self.wanted_formats(grounded))

    def rendition_ids(self) -> Iterator[str]:
        """The id of every rendition that can be made, wanted or not, in plan order."""
        return (f"{one.creative.id}.{name}" for one in self.creatives for name in self.formats_of(one))

    @property
    def ended(self) -> tuple[Outcome, ...]:
        """Renditions that ended before anything was asked: of quarantined rows, and forbidden by market rules."""
        return (*self.quarantined, *self.blocked)

    def wanted_ended(self) -> tuple[Outcome, ...]:
        """The renditions that ended already and that the selection wants."""
        return tuple(one for one in self.ended if self.wants(one.rendition.id))

    def regions(self) -> tuple[str, ...]:
        """Regions of which anything is wanted, sorted."""
        ended = {one.rendition.creative.region for one in self.wanted_ended()}
        return tuple(sorted({shard.region for shard in self.wanted_shards()} | ended))

    def every_region(self) -> tuple[str, ...]:
        """All regions, wanted or not, sorted."""
        ended = {one.rendition.creative.region for one in self.ended}
        return tuple(sorted({shard.region for shard in self.shards} | ended))

    @cached_property
    def _blocked_ids(self) -> frozenset[str]:
        return frozenset(one.rendition.id for one in self.blocked)


Which = Callable[[Collection[Digest]], Collection[Digest]]
"""Those of some keys of which something holds."""


class QuoteLine(Noun):
    """One region's part of a quote."""

    region: str
    creatives: int
    renditions: int
    masters: int
    kept: int
    price_micros: Micros


class Quote(Noun):
    """What a plan makes and costs; kept answers cost nothing."""

    lines: tuple[QuoteLine, ...]
    renditions_by_format: dict[Id, int]
    most_micros: Micros
    """If every master needs all its attempts, each with long thoughts, and every one is judged."""
    judge: JudgeQuote | None = None
    """What is asked about the pictures; None: nothing is."""
    refused: int = 0
    """Pictures that were refused before, where that was looked for: they are kept, and not asked for again."""

    @property
    def renditions(self) -> int:
        """Renditions that will be made."""
        return sum(line.renditions for line in self.lines)

    @property
    def masters(self) -> int:
        """Pictures they need."""
        return sum(line.masters for line in self.lines)

    @property
    def kept(self) -> int:
        """Pictures whose answers are on file."""
        return sum(line.kept for line in self.lines)

    @property
    def price_micros(self) -> Micros:
        """Price of the pictures that must be asked for, at their first attempt, and of judging them."""
        return sum(line.price_micros for line in self.lines) + (self.judge.price_micros if self.judge else 0)


def rendition_of(brief: Brief, creative: Creative, format_id: Id) -> Rendition:
    """The creative in one of the brief's formats."""
    form = brief.formats[format_id]
    return Rendition(creative=creative, format_id=form.id, platform=form.platform, width=form.width, height=form.height)


def unmade(brief: Brief, creative: Creative, format_id: Id, status: Status, reason: str) -> Outcome:
    """The outcome of a rendition that nothing is asked for: it costs nothing."""
    rendition, model = rendition_of(brief, creative, format_id), brief.model
    return Outcome(rendition=rendition, status=status, reason=reason, provider=model.provider, model=model.id)


def formats_of(brief: Brief, grounded: GroundedCreative) -> tuple[Id, ...]:
    """The formats a creative is asked for in, in plan order: all for its locale, or those its revision names."""
    revised = {fit.format_id for edited in grounded.edits for fit in edited.fits}
    own = formats_for(brief, grounded.creative.locale)
    return tuple(name for name in own if grounded.revision is None or name in revised)


def formats_for(brief: Brief, locale: Locale) -> tuple[Id, ...]:
    """The brief's formats for a locale, in plan order: not those that are for locales read the other way."""
    direction = direction_of(locale)
    return tuple(name for name, form in brief.formats.items() if form.direction in (None, direction))


def sharing(brief: Brief, grounded: GroundedCreative, format_id: Id) -> tuple[Id, ...]:
    """The formats that share a format's master, itself included: they share what it costs."""
    for edited in grounded.edits:
        if format_id in (own := tuple(fit.format_id for fit in edited.fits)):
            return own
    at = next((fit.model, fit.ratio) for fit in brief.fits if fit.format_id == format_id)
    own = formats_for(brief, grounded.creative.locale)
    return tuple(fit.format_id for fit in brief.fits if (fit.model, fit.ratio) == at and fit.format_id in own)


def quote(plan: Plan, kept: Which, heard: Heard = lambda _: frozenset(), refused: Which = lambda _: ()) -> Quote:
    """Count and price a plan; `kept` says which of some keys have answers on file, `refused` whose are refusals.

    `heard` says which of some paths stand: they are of notes that a judge has heard a picture.
    """
    masters = list(plan.masters())
    found = kept([request.key for master in masters for request in (master.request, *master.fallbacks)])
    on_file = {
        master.request.key
        for master in masters
        if any(request.key in found for request in (master.request, *master.fallbacks))
    }
    missing = [master for master in masters if master.request.key not in on_file]
    attempts, judge = plan.brief.campaign.attempts, judge_quote(plan.brief, masters, heard)
    ended = refused(on_file)
    return Quote(
        lines=tuple(_line(plan, region, masters, on_file) for region in plan.regions()),
        renditions_by_format=dict(Counter(rendition.format_id for rendition in plan.renditions())),
        most_micros=sum(master.most_micros for master in missing) * attempts + (judge.most_micros if judge else 0),
        judge=judge,
        refused=sum(master.request.key in ended for master in masters),
    )


def _line(plan: Plan, region: str, masters: list[Master], on_file: Collection[Digest]) -> QuoteLine:
    own = [master for master in masters if master.creative.region == region]
    return QuoteLine(
        region=region,
        creatives=len({master.creative.id for master in own}),
        renditions=sum(len(master.fits) for master in own),
        masters=len(own),
        kept=sum(master.request.key in on_file for master in own),
        price_micros=sum(master.price_micros for master in own if master.request.key not in on_file),
    )
