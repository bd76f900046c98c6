"""What somebody wants changed of what was made, as new versions: the old ones stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from adlocalizer.config import find_project
from adlocalizer.domain import Creative, Digest, Edited, Fit, Outcome, Revision
from adlocalizer.errors import ConfigError
from adlocalizer.making import read_outcomes, read_plan
from adlocalizer.making.studio import plan_path
from adlocalizer.order import Order
from adlocalizer.ordering import Ordered, plan_order
from adlocalizer.planning import Plan, chosen
from adlocalizer.store import Ledger, Store

_LONGEST = 2000


class _Change(NamedTuple):
    words: str
    model: str | None


def as_made(order: Order) -> Order:
    """The order with the provider and the model that the run was made with: only what is revised may have others."""
    campaign = find_project(Path(order.project)).campaign(order.campaign)
    placed = order.placed_for(campaign)
    store, run = Store(placed.store_url), placed.run_of(campaign.id)
    if not store.exists(plan_path(run)):
        return order
    made = read_plan(run).brief.campaign
    if order.provider not in (None, made.provider):
        return order.model_copy(update={"model": None})
    model = None if made.model == campaign.model else made.model
    return order.model_copy(update={"provider": made.provider, "model": model})


def revisions_of(
    ordered: Ordered, select: Iterable[str], instruction: str, model: str | None = None
) -> tuple[Revision, ...]:
    """A revision for every creative of which something was selected that has a picture, by its own model or another.

    The same change of the same picture is one revision, however often it is asked for. ConfigError when nothing fits.
    """
    words = " ".join(instruction.split())
    if not words or len(words) > _LONGEST:
        raise ConfigError("--edit", f"{len(words)} characters", f"say what to change, in 1 to {_LONGEST} characters")
    plan, store = ordered.plan, Store(ordered.order.store_url)
    made = {one.rendition.id: one for region in plan.every_region() for one in _made(store, plan, region)}
    if not made:
        run = plan.brief.run
        found = f"{run.campaign} has no pictures for {run.logical_date}"
        raise ConfigError("--select", found, f"run it first: adlocalizer run {run.campaign}")
    wanted = [made[rendition_id] for rendition_id in chosen(list(made), tuple(select), "--select")]
    provider = plan.brief.model.provider
    if strange := next((one for one in wanted if one.provider != provider), None):
        found = f"{strange.rendition.id} was drawn by {strange.provider}"
        raise ConfigError("--provider", found, f"write {strange.provider}, or run the campaign with {provider} first")
    if model is not None and model not in plan.brief.models:
        raise ConfigError("--model", f"{provider} has no {model!r}", f"write one of {', '.join(plan.brief.models)}")
    return tuple(_revisions(plan, Ledger(store), wanted, _Change(words, model)))


def revised(order: Order, select: Iterable[str], instruction: str, model: str | None = None) -> Order:
    """The order that makes the revisions of what was selected and nothing else; nothing is written yet."""
    order = as_made(order)
    revisions = revisions_of(plan_order(order), select, instruction, model)
    ids = tuple(f"{one.creative.id}.{fit.format_id}" for one in revisions for edit in one.edits for fit in edit.fits)
    return order.model_copy(update={"revisions": revisions, "select": ids})


def _made(store: Store, plan: Plan, region: str) -> Iterable[Outcome]:
    return (one for one in read_outcomes(store, plan.brief.run, region, with_passes=False) if one.asset is not None)


def _revisions(plan: Plan, ledger: Ledger, wanted: Iterable[Outcome], change: _Change) -> Iterable[Revision]:
    words, model = change
    by_creative: dict[str, list[Outcome]] = {}
    for outcome in wanted:
        by_creative.setdefault(outcome.rendition.creative.id, []).append(outcome)
    fits = _fits(plan)
    known = [one.revision for one in plan.creatives if one.revision is not None]
    versions = [one.creative for one in plan.creatives]
    done = {one.creative.id for one in known if one.instruction == words and _parent_id(one) in by_creative}
    for creative_id, outcomes in by_creative.items():
        if creative_id in done:
            continue  # the glob met the very version this change made of another one it met
        parent = outcomes[0].rendition.creative
        edits = tuple(_edits(ledger, outcomes, fits))
        number = 1 + max(one.variant for one in versions if _base(one) == _base(parent))
        child = parent.model_copy(update={"variant": number})
        said = {"parent_variant": parent.variant, "instruction": words, "model": model, "edits": edits}
        new = Revision(creative=child, **said)
        again = next((one for one in known if one.model_copy(update={"creative": child}) == new), None)
        if again is None:
            versions.append(child)
            again = new
        yield again


def _fits(plan: Plan) -> Mapping[tuple[str, str], Fit]:
    """The fit of every rendition, by creative and format id."""
    every: dict[tuple[str, str], Fit] = {}
    for one in plan.creatives:
        own = [fit for edited in one.edits for fit in edited.fits] if one.revision else plan.brief.fits
        every |= {(one.creative.id, fit.format_id): fit for fit in own}
    return every


def _edits(ledger: Ledger, outcomes: Iterable[Outcome], fits: Mapping[tuple[str, str], Fit]) -> Iterable[Edited]:
    by_master: dict[Digest, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.master_key is not None:
            by_master.setdefault(outcome.master_key, []).append(outcome)
    for key, some in by_master.items():
        entry = ledger.entry(key)
        if entry is None or entry[1].sha256 is None:
            raise ConfigError("--select", f"the picture of {some[0].rendition.id} is gone", "run the campaign again")
        request, answer = entry
        own = tuple(fits[one.rendition.creative.id, one.rendition.format_id] for one in some)
        yield Edited(parent=request, picture_sha256=answer.sha256 or "", fits=own)


def _parent_id(revision: Revision) -> str:
    return revision.creative.model_copy(update={"variant": revision.parent_variant}).id


def _base(creative: Creative) -> tuple[str, str, str]:
    return creative.city_id, creative.locale, creative.product
