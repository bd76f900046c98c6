"""Creatives under the rules of their markets: what may not be made, what is set on the ads, what somebody must know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from adlocalizer.domain import (
    AdFormat,
    Copy,
    Creative,
    Fact,
    Finding,
    GroundedCreative,
    Id,
    MarketRule,
    Outcome,
    Severity,
    Status,
)
from adlocalizer.grounding import plain
from adlocalizer.markets import Ad, Objection, Placed, Verdict, judge, outdated
from adlocalizer.planning.brief import Brief, Materials
from adlocalizer.planning.plan import formats_of, unmade
from adlocalizer.prompting import wanted_facts
from adlocalizer.wording import claims_discount

Wanted = Callable[[GroundedCreative], bool]
_CHECK = "market_rule"
_MOST_LISTED = 6
_REMEDY = "leave the market out of the campaign, or advertise something else there"


class Ruled(NamedTuple):
    """Creatives as the rules in force let them be made."""

    creatives: tuple[GroundedCreative, ...]
    """With what rules say to the picture and want set on the ad; without those that are forbidden in every format."""
    blocked: tuple[Outcome, ...]
    """A rejected outcome for every rendition that a rule forbids: it costs nothing."""
    remarks: tuple[Finding, ...]
    """What somebody should know of the plan, one a rule."""


def under_rules(materials: Materials, brief: Brief, creatives: Iterable[GroundedCreative], is_wanted: Wanted) -> Ruled:
    """The creatives, each under the rules of its market that are in force on the run's day.

    Remarks are about those of which a rendition is wanted.
    """
    judged = _Judged(materials, brief)
    kept: list[GroundedCreative] = []
    blocked: list[Outcome] = []
    warned: dict[Id, tuple[MarketRule, set[Id]]] = {}
    markets: dict[str, None] = {}
    wanted = wanted_facts(materials.recipe)
    for grounded in creatives:
        creative, verdict = grounded.creative, judged.verdict(grounded)
        formats = formats_of(brief, grounded)
        if is_wanted(grounded):
            markets[creative.market] = None
        stanzas = {name: brief.formats[name].stanza for name in formats}
        forbidden = {name: verdict.blocked[stanza] for name, stanza in stanzas.items() if stanza in verdict.blocked}
        blocked += [_rejected(brief, creative, name, rule) for name, rule in forbidden.items()]
        if len(forbidden) == len(formats):
            continue
        kept.append(_as_ruled(grounded, verdict, wanted))
        for rule in verdict.warnings if is_wanted(grounded) else ():
            warned.setdefault(rule.id, (rule, set()))[1].add(creative.city_id)
    remarks = [_remark(rule, len(cities)) for rule, cities in warned.values()]
    old = [rule for market in markets for rule in outdated(materials.rules.get(market, ()), brief.run.logical_date)]
    unruled = sorted(markets.keys() - materials.rules.keys())
    return Ruled(tuple(kept), tuple(blocked), (*remarks, *_outdated(old, brief), *_unruled(unruled)))


class _Judged:
    """Verdicts of one plan; ads that no rule can tell apart share one."""

    def __init__(self, materials: Materials, brief: Brief) -> None:
        self._materials, self._brief = materials, brief
        self._placed = tuple(_placed(brief, form) for form in brief.stanzas.values())
        self._claims: dict[Copy, float | None] = {}
        self._by_ad: dict[tuple[str, Ad], Verdict] = {}

    def verdict(self, grounded: GroundedCreative) -> Verdict:
        """What the rules of a creative's market make of it."""
        market = grounded.creative.market
        rules = self._materials.rules.get(market, ())
        ad = self._ad(grounded, any("city:" in rule.trigger for rule in rules))
        if (known := self._by_ad.get((market, ad))) is None:
            known = self._by_ad[market, ad] = judge(rules, ad, self._placed, self._brief.run.logical_date)
        return known

    def _ad(self, grounded: GroundedCreative, is_local: bool) -> Ad:
        row, brief = grounded.copy_row, self._brief
        if row not in self._claims:
            self._claims[row] = claims_discount(row, self._materials.copy_book.discount_words)
        return Ad(
            city_id=grounded.creative.city_id if is_local else "",
            locale=row.locale,
            product_tags=brief.products[grounded.creative.product].tags,
            scene_tags=brief.campaign.scene_tags,
            copy_row=row,
            claimed_percent=self._claims[row],
        )


def _placed(brief: Brief, form: AdFormat) -> Placed:
    drawn_by = {brief.formats[fit.format_id].stanza: fit.model for fit in brief.fits}
    model = brief.models[drawn_by[form.id]]
    return Placed(form.id, f"{form.platform}/{form.placement}", model.digital_source_type, model.disclosure or "")


def _as_ruled(grounded: GroundedCreative, verdict: Verdict, wanted: Collection[str]) -> GroundedCreative:
    findings = tuple(_doubt(grounded.creative, objection) for objection in verdict.objections)
    facts = tuple(fact for fact in market_facts(verdict) if fact.name in wanted)
    said: dict[str, object] = {
        "facts": (*grounded.facts, *facts),
        "overlays": verdict.overlays,
        "labels": verdict.labels,
        "letter_floor": verdict.letter_floor,
        "findings": (*grounded.findings, *findings),
    }
    if verdict.withheld:
        said["copy_row"] = grounded.copy_row.model_copy(update=dict.fromkeys(verdict.withheld))
    changed = {name: value for name, value in said.items() if value != getattr(grounded, name)}
    return grounded.model_copy(update=changed) if changed else grounded


def market_facts(verdict: Verdict) -> tuple[Fact, ...]:
    """What the picture should show and what it must leave out, by the rules of the market; nothing where none says."""
    said = (("market_wants", verdict.wants, "wants"), ("market_avoids", verdict.avoids, "avoids"))
    return tuple(_fact(name, rules, column) for name, rules, column in said if rules)


def _fact(name: str, rules: Sequence[MarketRule], column: str) -> Fact:
    words = "; ".join(dict.fromkeys(plain(getattr(rule, column)).rstrip(".") for rule in rules))
    return Fact(
        name=name,
        value=words,
        text=words,
        source="market rules " + ", ".join(f"{rule.id} ({rule.citation.url})" for rule in rules),
        as_of=max((f"{rule.citation.retrieved}" for rule in rules if rule.citation.retrieved), default="source unread"),
        certainty="exact" if all(rule.may_block for rule in rules) else "estimated",
    )


def _doubt(creative: Creative, objection: Objection) -> Finding:
    rule = objection.rule
    return Finding(
        check=_CHECK,
        subject=creative.id,
        severity=Severity.REVIEW,
        text=f"{rule.id} ({rule.standing}): {objection.text.rstrip('.')}, {rule.citation.url};",
        remedy=objection.remedy,
    )


def _rejected(brief: Brief, creative: Creative, format_id: Id, rule: MarketRule) -> Outcome:
    reason = f"{rule.id}: {rule.text.rstrip('.')} ({rule.citation.title}, {rule.citation.url})"
    said = {"text": f"{reason};", "remedy": rule.remedy or _REMEDY}
    finding = Finding(check=_CHECK, subject=creative.id, severity=Severity.FAIL, **said)
    return unmade(brief, creative, format_id, Status.REJECTED, reason).model_copy(update={"findings": (finding,)})


def _remark(rule: MarketRule, cities: int) -> Finding:
    count = "1 city" if cities == 1 else f"{cities:,} cities"
    text = f"{rule.id} ({rule.standing}): {rule.text.rstrip('.')} [{count}] {rule.citation.url}"
    return Finding(check=_CHECK, subject=rule.id, severity=Severity.REVIEW, text=text)


def _unruled(markets: Sequence[str]) -> Iterator[Finding]:
    if markets:
        text = f"no market rules are kept for {', '.join(markets)}: nothing was held against the law there;"
        remedy = f"add configs/markets/{markets[0].lower()}.yml, as docs/markets.md says, or ask somebody who knows"
        yield Finding(check=_CHECK, subject=_CHECK, severity=Severity.REVIEW, text=text, remedy=remedy)


def _outdated(rules: Iterable[MarketRule], brief: Brief) -> Iterator[Finding]:
    old = {rule.id: rule.citation.retrieved for rule in rules}
    unread, aged = (sorted(name for name, read in old.items() if (read is None) == never) for never in (True, False))
    said = (
        (unread, "market rules written from general knowledge, their sources not yet read"),
        (aged, f"market rules last read over a year before {brief.run.logical_date}"),
    )
    for ids, what in said:
        if ids:
            more = f" and {len(ids) - _MOST_LISTED} more" if len(ids) > _MOST_LISTED else ""
            listed = ", ".join(ids[:_MOST_LISTED])
            text, remedy = f"{what}: {listed}{more};", "read their sources and date them anew"
            yield Finding(check=_CHECK, subject=_CHECK, severity=Severity.REVIEW, text=text, remedy=remedy)
