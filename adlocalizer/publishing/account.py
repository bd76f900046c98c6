"""A run's plan, outcomes and answers to the figures and cards of its report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from pydantic import Field

from adlocalizer import __version__
from adlocalizer.domain import Finding, GroundedCreative, Noun, Outcome, Request, RunRef
from adlocalizer.domain.shape import CLEAN
from adlocalizer.gates import fails
from adlocalizer.imaging.layouts import safe_area
from adlocalizer.making import read_outcomes
from adlocalizer.planning import Brief, Plan, direction_of, picture_price
from adlocalizer.progress import Tally
from adlocalizer.publishing.deciding import with_decisions
from adlocalizer.publishing.saying import words_of
from adlocalizer.publishing.seen_pictures import href_of, seen_paths, tried_notes, with_gates
from adlocalizer.publishing.variety import with_variety
from adlocalizer.reporting import Card, MasterNote, RunReport
from adlocalizer.store import Ledger, Store
from adlocalizer.store.ledger import picture_path

_MOST_DETAILED = 3_000
"""Renditions of a run up to which its report lists checks that passed: each rendition has about twenty of them."""


class Account(Noun):
    """What a run did, beside its outcomes; kept with the run so that its report can be written again."""

    gates: tuple[Finding, ...] = ()
    gate_closed: bool = False
    calls: int = 0
    kept: int = 0
    spent_micros: int = 0
    doubted_micros: int = 0
    """What may have been billed for requests to which no answer came."""
    waiting: int = 0
    """Pictures that batches will bring."""
    waits: dict[str, int] = Field(default_factory=dict)
    """Answers by the most seconds they took."""

    @classmethod
    def of(cls, tally: Tally, gates: tuple[Finding, ...]) -> Account:
        """What the counts and the gates say."""
        return cls(
            gates=gates,
            gate_closed=bool(fails(gates)),
            calls=tally.calls,
            kept=tally.kept,
            spent_micros=tally.spent_micros,
            doubted_micros=tally.doubted_micros,
            waiting=tally.waiting,
            waits={f"{bound:g}": count for bound, count in sorted(tally.waits.items())},
        )


class Hrefs(NamedTuple):
    """Where a page finds an outcome's pictures, relative to itself; None: nowhere."""

    thumb: Callable[[Outcome], str | None]
    full: Callable[[Outcome], str | None]
    seen: Collection[str] = ()
    """The small pictures there are: evidence, and what was tried."""


def write_account(store: Store, run: RunRef, account: Account) -> None:
    """Keep the account beside the run's plan."""
    store.write(f"{run.path}/account.json", account.model_dump_json(indent=1).encode())


def read_account(store: Store, run: RunRef) -> Account:
    """The account of a run; an empty one when the run did not get that far."""
    path = f"{run.path}/account.json"
    try:
        return Account.model_validate_json(store.read(path)) if store.exists(path) else Account()
    except ValueError:
        return Account()  # another version's: the pictures and their outcomes stand all the same


def region_outcomes(store: Store, plan: Plan, region: str, with_passes: bool = True) -> tuple[Outcome, ...]:
    """Every outcome of a region: of its shards, and what ended before anything was asked."""
    own = tuple(one for one in plan.ended if one.rendition.creative.region == region)
    numbers = [shard.number for shard in plan.shards if shard.region == region]
    made = read_outcomes(store, plan.brief.run, region, with_passes, numbers)
    return (*made, *own) if made or any(plan.wants(one.rendition.id) for one in own) else ()


def account_of(store: Store, plan: Plan) -> dict[str, tuple[Outcome, ...]]:
    """Outcomes by region, of all regions that have any: what this run made, and what earlier selections made."""
    with_passes = sum(len(shard.creatives) for shard in plan.shards) * len(plan.brief.formats) <= _MOST_DETAILED
    found = {region: region_outcomes(store, plan, region, with_passes) for region in plan.every_region()}
    seen = with_variety(store, plan, {region: some for region, some in found.items() if some}, with_passes)
    return with_decisions(plan, seen)


def run_report(
    plan: Plan, outcomes: Iterable[Outcome], account: Account, hrefs: Hrefs, bundles: Mapping[str, str]
) -> RunReport:
    """The report's contents; reads the answers the outcomes name."""
    every = sorted(outcomes, key=lambda outcome: outcome.rendition.id)
    gated = with_gates(every, account.gates)
    grounded = {one.creative.id: one for one in plan.creatives}
    ledger = Ledger(Store(plan.brief.run.store_url))
    keys = sorted({outcome.master_key for outcome in every if outcome.master_key})
    campaign, model = plan.brief.campaign, plan.brief.model
    told = {outcome.rendition.creative.id for outcome in every}
    return RunReport(
        campaign=campaign.id,
        title=campaign.title,
        logical_date=plan.brief.run.logical_date,
        cards=tuple(_card(plan, one, grounded.get(one.rendition.creative.id), hrefs) for one in gated),
        masters={note.key: note for note in _notes(plan.brief, ledger, keys, hrefs.seen)},
        gates=account.gates,
        gate_closed=account.gate_closed,
        calls=account.calls,
        kept=account.kept,
        cost_micros=account.spent_micros,
        doubted_micros=account.doubted_micros,
        stand_ins=_stand_ins(plan, every),
        versions={"adlocalizer": __version__, "model": model.id, "recipe": plan.brief.recipe.id},
        disclosures=(f"{model.title}; every picture says “{model.disclosure}”.",) if model.disclosure else (),
        screens=_screens(plan),
        bundles=dict(bundles),
        data_ages=tuple(_ages(plan)),
        credits=dict(plan.brief.credits),
        places=plan.places,
        waits=account.waits,
        words={name: words_of(grounded[name], campaign.digits) for name in sorted(told & grounded.keys())},
    )


def _screens(plan: Plan) -> tuple[str, ...]:
    """Which screens for harm the run's pictures passed, in words."""
    provider = "its own safety filter, ratings kept" if plan.brief.model.spends else "none, it draws shapes only"
    local = "NudeNet; how often it errs is not known" if plan.brief.campaign.screens else "none asked for"
    return f"The provider's: {provider}.", f"A local one: {local}."


def _card(plan: Plan, outcome: Outcome, grounded: GroundedCreative | None, hrefs: Hrefs) -> Card:
    rendition, asset = outcome.rendition, outcome.asset
    said = {fact.name: fact.value for fact in grounded.facts} if grounded else {}
    revision = grounded.revision if grounded else None
    creative, form = rendition.creative, plan.brief.formats.get(rendition.format_id)
    return Card(
        rendition_id=rendition.id,
        **creative.model_dump(include={"region", "market", "city_id", "city", "locale", "product", "variant"}),
        **rendition.model_dump(include={"format_id", "platform", "width", "height"}),
        **outcome.model_dump(
            include={"status", "reason", "cost_micros", "attempts", "provider", "model", "master_key", "approval"}
        ),
        platform_name=plan.brief.platform_names.get(rendition.platform, ""),
        placement=f"{form.placement}{CLEAN if form.clean else ''}" if form else "",
        local_name=str(said.get("local_name", creative.city)),
        direction=direction_of(grounded) if grounded else "ltr",
        thumb=hrefs.thumb(outcome),
        full=hrefs.full(outcome),
        mime=asset.mime if asset else None,
        bytes=asset.bytes if asset else None,
        sha256=asset.sha256 if asset else None,
        findings=outcome.findings,
        tried=tried_notes(outcome),
        seen={path: href for path in sorted(seen_paths([outcome])) if (href := href_of(path)) in hrefs.seen},
        safe=safe_area(form, direction_of(grounded) if grounded else "ltr") if form else None,
        product_box=asset.product_box if asset else None,
        copy_boxes=asset.copy_boxes if asset else (),
        headline=grounded.copy_row.headline if grounded else "",
        parent_variant=revision.parent_variant if revision else None,
        instruction=revision.instruction if revision else "",
    )


def _stand_ins(plan: Plan, outcomes: Iterable[Outcome]) -> dict[str, int]:
    """Ads by the fallback model that drew them in place of the one their format is drawn by."""
    brief = plan.brief
    first = {fit.format_id: fit.model for fit in brief.fits}
    drawn = (one for one in outcomes if one.asset is not None and one.model in brief.campaign.fallback)
    counted = Counter(
        one.model for one in drawn if one.model not in (brief.model.id, first.get(one.rendition.format_id))
    )
    return dict(sorted(counted.items()))


def _price(brief: Brief, request: Request) -> int:
    """What the table says of one picture like it; nothing for a model that is not in it any more."""
    model = brief.models.get(request.model)
    return picture_price(model, request, brief.mode) if model else 0


def _notes(brief: Brief, ledger: Ledger, keys: Iterable[str], seen: Collection[str]) -> Iterator[MasterNote]:
    for key in keys:
        if (entry := ledger.entry(key)) is not None:
            request, answer = entry
            picture = href_of(picture_path(answer))
            yield MasterNote(
                key=key,
                ratio=request.ratio,
                size=request.size,
                prompt=request.prompt.text,
                facts=request.prompt.facts,
                prompt_sha256=request.prompt.sha256,
                cost_micros=answer.cost_micros,
                price_micros=_price(brief, request),
                model_version=answer.model_version if answer.model_version != request.model else "",
                picture=picture if picture in seen else None,
                text=answer.text,
                search=answer.search,
            )


def _ages(plan: Plan) -> Iterator[str]:
    day, brief = plan.brief.run.logical_date, plan.brief
    oldest = min(form.checked for form in brief.formats.values())
    for what, checked in (("Ad formats", oldest), (f"Prices and sizes of {brief.model.id}", brief.model.checked)):
        age = (day - checked).days
        late = "; more than a year old: check them again" if age > 365 else ""
        yield f"{what} were checked on {checked.isoformat()}{late}"
    yield from brief.ages
