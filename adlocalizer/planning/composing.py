"""A grounded creative to its masters: the requests that will be asked, and the formats each serves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from adlocalizer.domain import (
    Creative,
    Digest,
    Edit,
    Fit,
    GenerationConfig,
    GroundedCreative,
    Id,
    Master,
    Model,
    Prompt,
    Ratio,
    Reference,
    Request,
    ThinkingLevel,
)
from adlocalizer.domain.outcome import Edited
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.layouts import Direction
from adlocalizer.planning.brief import Brief
from adlocalizer.planning.fitting import size_of
from adlocalizer.planning.pricing import most_price, picture_price
from adlocalizer.prompting import Subject, compose_edit, compose_prompt

_LEVELS: tuple[ThinkingLevel, ...] = ("minimal", "low", "medium", "high")
_SMALLER = 0.85
"""Sides of the product's box in another composition, as a share: another picture, and the label is still legible."""


def compose_masters(brief: Brief, grounded: GroundedCreative, format_ids: Iterable[Id]) -> tuple[Master, ...]:
    """One master per model and native ratio that the wanted formats need, in the order of the formats; first attempts.

    A revised creative has the masters of its parent, each as an edit.
    """
    wanted = set(format_ids)
    if grounded.revision is not None:
        edits = ((edited, tuple(fit for fit in edited.fits if fit.format_id in wanted)) for edited in grounded.edits)
        return tuple(_edited(brief, grounded, edited, fits) for edited, fits in edits if fits)
    together: dict[tuple[str, Ratio], list[Fit]] = {}
    for fit in brief.fits:
        if fit.format_id in wanted:
            together.setdefault((fit.model, fit.ratio), []).append(fit)
    return tuple(_master(brief, grounded, tuple(fits)) for fits in together.values())


def next_attempt(request: Request, model: Model | None = None, finish_reason: str = "") -> Request:
    """The same wish asked anew: another attempt and another seed, hence another key.

    Where the answer before ran out of tokens, the model thinks one level less.
    """
    seed, config = (request.seed + 1) % 2**31, request.config
    levels = [one for one in _LEVELS if model is not None and one in model.thinking]
    level = config.thinking or (model.default_thinking if model else None)
    if finish_reason == "MAX_TOKENS" and level in levels:
        config = config.model_copy(update={"thinking": levels[max(0, levels.index(level) - 1)]})
    return request.model_copy(update={"attempt": request.attempt + 1, "seed": seed, "config": config})


def recomposed(brief: Brief, grounded: GroundedCreative, request: Request) -> Request | None:
    """The same wish with the product smaller on the same ground; None for an edit, whose composition is its parent's.

    The copy's place stays, so every format's layout still holds.
    """
    if request.edit is not None:
        return None
    placed = request.prompt.composition
    box, scaled = placed.product, {"w": placed.product.w * _SMALLER, "h": placed.product.h * _SMALLER}
    smaller = box.model_copy(update={**scaled, "x": box.x + (box.w - scaled["w"]) / 2, "y": box.bottom - scaled["h"]})
    composition = placed.model_copy(update={"product": smaller})
    about = _about(brief, grounded.creative, request.ratio, request.references)
    prompt = compose_prompt(brief.recipe, grounded.facts, composition, about)
    return request.model_copy(update={"prompt": _told(prompt, request.prompt.words_alone)})


def amended(brief: Brief, model: Model, request: Request, picture_sha256: Digest, instruction: str) -> Request:
    """A request to a model for one change of a request's picture, which goes along before the product's shots."""
    references = request.references[: max(1, model.max_references - 1)]
    edit = Edit(parent=request.key, picture_sha256=picture_sha256, instruction=instruction)
    prompt = compose_edit(brief.edit_recipe, request.prompt, instruction, references)
    return request.model_copy(update={"references": references, "prompt": prompt, "edit": edit})


def references_of(brief: Brief, product: Id, model: Model) -> tuple[Reference, ...]:
    """The pictures a request carries: the product's shots first, as many as leave room for the others."""
    room = max(1, model.max_references - len(brief.along))
    return (*brief.references[product][:room], *brief.along)


def config_of(brief: Brief, model: Model) -> GenerationConfig:
    """What the campaign and the provider's stanza tell a model; nothing where a model does not spend."""
    if not model.spends:
        return GenerationConfig()
    thinking = brief.campaign.thinking if brief.campaign.thinking in model.thinking else None
    safety, search = dict(brief.provider.safety), brief.campaign.google_search
    return GenerationConfig(thinking=thinking, safety=safety, search=search)


def direction_of(grounded: GroundedCreative) -> Direction:
    """Reading direction of the creative's locale, as its facts say."""
    said = next((fact.value for fact in grounded.facts if fact.name == "direction"), "ltr")
    return "rtl" if said == "rtl" else "ltr"


def _master(brief: Brief, grounded: GroundedCreative, fits: tuple[Fit, ...]) -> Master:
    request = _request(brief, grounded, fits[0], brief.models[fits[0].model])
    others = (brief.models[name] for name in brief.campaign.fallback if name in brief.models and name != request.model)
    fallbacks = tuple(_request(brief, grounded, fits[0], model) for model in others)
    return _priced(brief, grounded.creative, fits, (request, *fallbacks))


def _edited(brief: Brief, grounded: GroundedCreative, edited: Edited, fits: tuple[Fit, ...]) -> Master:
    revision, parent = grounded.revision, edited.parent
    instruction = revision.instruction if revision else ""
    model = brief.models[(revision.model if revision else None) or parent.model]
    if parent.size not in model.pixels.get(parent.ratio, {}):
        found = f"{model.id} draws no {parent.ratio} at {parent.size}, which {grounded.creative.id} needs"
        raise ConfigError("--model", found, "name a model that does; `adlocalizer models --json` lists them")
    said = {"provider": model.provider, "model": model.id, "config": config_of(brief, model)}
    said |= {"attempt": 1, "seed": _seed(grounded.creative, parent.ratio, model.words_alone)}
    request = amended(brief, model, parent, edited.picture_sha256, instruction).model_copy(update=said)
    return _priced(brief, grounded.creative, fits, (request,))


def _request(brief: Brief, grounded: GroundedCreative, fit: Fit, model: Model) -> Request:
    creative = grounded.creative
    references = references_of(brief, creative.product, model)
    about = _about(brief, creative, fit.ratio, references)
    composition = brief.layouts.composition_for(fit.ratio, direction_of(grounded))
    prompt = compose_prompt(brief.recipe, grounded.facts, composition, about)
    return Request(
        provider=model.provider,
        model=model.id,
        prompt=_told(prompt, model.words_alone),
        references=references,
        ratio=fit.ratio,
        size=size_of(model, fit) or fit.size,
        seed=_seed(creative, fit.ratio, model.words_alone),
        config=config_of(brief, model),
    )


def _told(prompt: Prompt, words_alone: bool) -> Prompt:
    return prompt.model_copy(update={"words_alone": True}) if words_alone else prompt


def _about(brief: Brief, creative: Creative, ratio: Ratio, references: tuple[Reference, ...]) -> Subject:
    return Subject(
        scene=brief.campaign.scene,
        product=brief.products[creative.product],
        brand_name=brief.brand.name,
        mood=brief.brand.mood,
        ratio=ratio,
        variant=creative.variant,
        # The prompt counts the pictures: it must not speak of those the model cannot take.
        roles=tuple(reference.role for reference in references),
    )


def _priced(brief: Brief, creative: Creative, fits: tuple[Fit, ...], requests: tuple[Request, ...]) -> Master:
    first, models, mode = requests[0], brief.models, brief.mode
    return Master(
        creative=creative,
        request=first,
        fallbacks=requests[1:],
        fits=fits,
        price_micros=picture_price(models[first.model], first, mode),
        most_micros=max(most_price(models[one.model], one, mode) for one in requests),
    )


def _seed(creative: Creative, ratio: Ratio, is_shared: bool = False) -> int:
    """A seed of the creative's own; `is_shared`: the same in another campaign that says the same words."""
    whose = creative.id.partition(".")[2] if is_shared else creative.id
    return int.from_bytes(hashlib.sha256(f"{whose} {ratio}".encode()).digest()[:4]) % 2**31
