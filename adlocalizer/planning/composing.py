"""A grounded creative to its masters: the requests that will be asked, and the formats each serves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from adlocalizer.domain import Creative, Fit, GroundedCreative, Id, Master, Model, Ratio, Request, Size
from adlocalizer.imaging.layouts import Direction
from adlocalizer.planning.brief import Brief
from adlocalizer.prompting import Subject, compose_prompt


def compose_masters(brief: Brief, grounded: GroundedCreative, format_ids: Iterable[Id]) -> tuple[Master, ...]:
    """One master per native ratio that the wanted formats need, in the order of the formats; first attempts."""
    wanted = set(format_ids)
    by_ratio: dict[Ratio, list[Fit]] = {}
    for fit in brief.fits:
        if fit.format_id in wanted:
            by_ratio.setdefault(fit.ratio, []).append(fit)
    return tuple(_master(brief, grounded, tuple(fits)) for fits in by_ratio.values())


def next_attempt(request: Request) -> Request:
    """The same wish asked anew: another attempt and another seed, hence another key."""
    seed = (request.seed + 1) % 2**31
    return request.model_copy(update={"attempt": request.attempt + 1, "seed": seed})


def direction_of(grounded: GroundedCreative) -> Direction:
    """Reading direction of the creative's locale, as its facts say."""
    said = next((fact.value for fact in grounded.facts if fact.name == "direction"), "ltr")
    return "rtl" if said == "rtl" else "ltr"


def picture_price(model: Model, size: Size, references: int) -> int:
    """What the table says one picture with so many references costs, in micros."""
    return model.price_micros.get(size, 0) + references * model.reference_micros


def _master(brief: Brief, grounded: GroundedCreative, fits: tuple[Fit, ...]) -> Master:
    creative, ratio, size = grounded.creative, fits[0].ratio, fits[0].size
    references = brief.references[creative.product][: brief.model.max_references]
    product = brief.products[creative.product]
    # The prompt counts the pictures: it must not speak of those the model cannot take.
    product = product.model_copy(update={"shots": product.shots[: len(references)]})
    about = Subject(
        scene=brief.campaign.scene,
        product=product,
        brand_name=brief.brand.name,
        ratio=ratio,
        variant=creative.variant,
    )
    composition = brief.layouts.composition_for(ratio, direction_of(grounded))
    request = Request(
        provider=brief.model.provider,
        model=brief.model.id,
        prompt=compose_prompt(brief.recipe, grounded.facts, composition, about),
        references=references,
        ratio=ratio,
        size=size,
        seed=_seed(creative, ratio),
    )
    price = picture_price(brief.model, size, len(references))
    return Master(creative=creative, request=request, fits=fits, price_micros=price)


def _seed(creative: Creative, ratio: Ratio) -> int:
    return int.from_bytes(hashlib.sha256(f"{creative.id} {ratio}".encode()).digest()[:4]) % 2**31
