"""`adlocalizer plan`: what a run would make and cost. Nothing is written or spent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adlocalizer.cli.options import (
    AsJson,
    CampaignName,
    Cities,
    Day,
    Mode,
    Model,
    Provider,
    Select,
    StoreUrl,
    parse_day,
    parse_mode,
)
from adlocalizer.cli.showing import print_json, print_line, print_table, print_warnings
from adlocalizer.domain import Fit, Outcome, money
from adlocalizer.order import take_order
from adlocalizer.ordering import Ordered, left_of, plan_order, price_plan, stale_pictures
from adlocalizer.planning import Plan, Quote, ended_models
from adlocalizer.planning.questioning import JudgeQuote


def plan(
    campaign: CampaignName,
    day: Day = None,
    cities: Cities = None,
    select: Select = None,
    provider: Provider = None,
    model: Model = None,
    store: StoreUrl = None,
    mode: Mode = "interactive",
    as_json: AsJson = False,
) -> None:
    """Show what will be made, by region and format, with crop loss, price and what is already kept."""
    over = {"cities": cities, "select": select, "provider": provider, "model": model}
    order = take_order(campaign, parse_day(day), store, None, **over, mode=parse_mode(mode))
    ordered = plan_order(order)
    price, stale = price_plan(ordered.plan, is_shown=True), stale_pictures(ordered.plan)
    ordered = _warned(ordered, price.refused)
    if as_json:
        invalid = {"invalidated": stale.pictures, "invalidated_because": stale.because}
        print_json({**plan_json(ordered.plan, price), **invalid})
        return
    show_plan(ordered.plan, price, left_of(ordered.order, ordered.plan))
    if stale.pictures:
        print_line(f"{stale.pictures:,} pictures on file no longer match ({stale.because}): a run makes new ones")


def show_plan(plan: Plan, price: Quote, cap_micros: int | None) -> None:
    """Print a plan for people."""
    brief = plan.brief
    drawn = f"drawn by {brief.model.title} ({brief.model.id})" + (", in batches" if brief.mode == "batch" else "")
    print_line(f"{brief.campaign.title}, for {brief.run.logical_date}, {drawn}")
    print_line()
    lines = [
        (one.region, one.creatives, one.renditions, one.masters, one.kept, money(one.price_micros))
        for one in price.lines
    ]
    total = ("total", sum(line[1] for line in lines), price.renditions, price.masters, price.kept)
    columns = ("region", ">creatives", ">renditions", ">pictures", ">kept", ">price")
    print_table("By region", columns, [*lines, (*total, money(sum(one.price_micros for one in price.lines)))])
    print_line()
    formats = [_format_row(plan, price, fit) for fit in brief.fits if fit.format_id in price.renditions_by_format]
    print_table("By format", ("format", "platform", ">pixels", "asked", "crop loss", ">renditions"), formats)
    print_line()
    _show_ended(plan)
    if price.judge is not None and price.judge.inquiries:
        print_line(_judge_line(price.judge))
    cap = "" if cap_micros is None else f", cap {money(cap_micros)}"
    print_line(
        f"{price.masters - price.kept:,} pictures to ask for, {price.kept:,} kept: {money(price.price_micros)}"
        f" (at most {money(price.most_micros)} if every one needs all its attempts){cap}"
    )
    print_warnings((*ended_models(brief, parse_day(None)).values(), *plan.warnings, *_remarks(plan)))


def plan_json(plan: Plan, price: Quote) -> dict[str, Any]:
    """A plan for machines; money in micros of a US dollar."""
    brief = plan.brief
    return {
        "campaign": brief.campaign.id,
        "logical_date": brief.run.logical_date.isoformat(),
        "provider": brief.model.provider,
        "model": brief.model.id,
        "mode": brief.mode,
        "creatives": sum(line.creatives for line in price.lines),
        "renditions": price.renditions,
        "masters": price.masters,
        "kept": price.kept,
        "price_micros": price.price_micros,
        "most_micros": price.most_micros,
        "judge": price.judge.model_dump() if price.judge else None,
        "regions": [line.model_dump() for line in price.lines],
        "formats": [
            {**fit.model_dump(), "renditions": price.renditions_by_format[fit.format_id]}
            for fit in brief.fits
            if fit.format_id in price.renditions_by_format
        ],
        "rendition_ids": [rendition.id for rendition in plan.renditions()],
        "quarantined": _reasons(plan, plan.quarantined),
        "blocked": _reasons(plan, plan.blocked),
        "warnings": [*ended_models(brief, parse_day(None)).values(), *plan.warnings, *_remarks(plan)],
    }


def _show_ended(plan: Plan) -> None:
    """Say what cannot or may not be made; of what is forbidden, which rule says so and where it is written."""
    wanted = [one for one in plan.quarantined if plan.wants(one.rendition.id)]
    if wanted:
        print_line(f"{len(wanted):,} renditions cannot be made: their rows are quarantined")
    forbidden: dict[str, list[Outcome]] = {}
    for one in plan.blocked:
        if plan.wants(one.rendition.id):
            forbidden.setdefault(one.reason, []).append(one)
    if forbidden:
        print_line(f"{sum(map(len, forbidden.values())):,} renditions may not be made and cost nothing:")
    for reason, outcomes in forbidden.items():
        cities = sorted({one.rendition.creative.city_id for one in outcomes})
        print_line(f"  {len(outcomes):,} in {', '.join(cities)}: {reason}")


def _judge_line(judge: JudgeQuote) -> str:
    canaries = f" and about {judge.canaries:,} canaries" if judge.canaries else ""
    asked = f"{judge.inquiries:,} pictures{canaries} to be judged by {judge.model}, request by request"
    return f"{asked}: {money(judge.price_micros)} (at most {money(judge.most_micros)}), part of the sum below"


def _remarks(plan: Plan) -> list[str]:
    return [f"{one.text} {one.remedy}".strip() for one in plan.remarks]


def _reasons(plan: Plan, ended: Iterable[Outcome]) -> list[dict[str, str]]:
    return [{"rendition_id": one.rendition.id, "reason": one.reason} for one in ended if plan.wants(one.rendition.id)]


def refused_notes(refused: int) -> list[str]:
    """A word on pictures that were refused before, if there are any."""
    said = f"{refused:,} pictures were refused before and will not be asked for again, for this day or another that"
    return [f"{said} asks in the same words; change `scene:`, recipe or shot"] if refused else []


def _warned(ordered: Ordered, refused: int) -> Ordered:
    """The order with a word on forecasts nobody has kept yet, for planning writes nothing, and on what was refused."""
    said, names = [*ordered.plan.warnings, *refused_notes(refused)], len(ordered.forecasts)
    if names:
        said.append(
            f"the forecasts of {names:,} cities are not kept yet: their prompts may change until a run keeps them"
        )
    return ordered._replace(plan=ordered.plan.model_copy(update={"warnings": tuple(said)}))


def _format_row(plan: Plan, price: Quote, fit: Fit) -> tuple[object, ...]:
    form = plan.brief.formats[fit.format_id]
    loss = f"composed, {fit.panel:.0%} brand panel" if fit.composed else f"{fit.loss:.1%}"
    asked = f"{fit.ratio} {fit.size}" + (f" {fit.model}" if fit.model != plan.brief.model.id else "")
    return form.id, form.platform, f"{form.width}x{form.height}", asked, loss, price.renditions_by_format[form.id]
