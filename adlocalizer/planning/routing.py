"""Which model draws which format, and whether every model that may be asked can draw it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from adlocalizer.domain import AdFormat, Campaign, Fit, Id, Model, ProviderConfig
from adlocalizer.errors import ConfigError
from adlocalizer.planning.brief import Brief, Materials
from adlocalizer.planning.fitting import fit_formats, size_of
from adlocalizer.planning.selection import any_match, chosen, expand_braces


def fits_of(materials: Materials, formats: Mapping[Id, AdFormat]) -> tuple[Fit, ...]:
    """The fit of each format by its model; ConfigError for a model that cannot draw what is asked of it."""
    campaign = materials.campaign
    # A clean copy is drawn by the model of the format it stands beside: they share a picture.
    routed = [(form, _model_of(materials, form.stanza)) for form in formats.values()]
    fits = fit_formats(routed, campaign.max_enlarge)
    for glob in campaign.model_by_format:
        names = list(dict.fromkeys(form.stanza for form in formats.values()))
        chosen(names, [glob], f"campaign {campaign.id} (model_by_format)")
    for model in _fallbacks(materials):
        _check_shapes(campaign, model, fits)
    named = [materials.model.id, *(fit.model for fit in fits), *(model.id for model in _fallbacks(materials))]
    for name in dict.fromkeys(named):
        _check_abilities(materials, materials.models[name])
    return fits


def ended(model: Model, provider: ProviderConfig, today: date) -> str:
    """Why a model cannot be asked today, with what to take instead; empty while it can."""
    last = model.vertex_shutdown if provider.backend == "vertex" else model.shutdown
    if last is not None and last <= today:
        instead = f"take its successor {model.successor}" if model.successor else "take another model"
        return f"{model.id} was shut down on {last}: {instead} (`--model`, or `model:` in the campaign's file)"
    if model.available_from is not None and model.available_from > today:
        return f"{model.id} is not available before {model.available_from}: take another model"
    return ""


def ended_models(brief: Brief, today: date) -> dict[str, str]:
    """Why models of the run cannot be asked today, by model id: fallbacks, and those no fallback stands in for."""
    reasons = {name: ended(model, brief.provider, today) for name, model in brief.models.items()}
    fallback = brief.campaign.fallback
    needed = {*fallback} if any(not reasons[name] for name in fallback) else {*fallback, *(f.model for f in brief.fits)}
    return {name: reason for name, reason in reasons.items() if reason and name in needed}


def _model_of(materials: Materials, format_id: Id) -> Model:
    """The first model of `model_by_format` whose glob matches, else the campaign's."""
    for glob, name in materials.campaign.model_by_format.items():
        if any_match(format_id, expand_braces(glob)):
            return _named(materials, name, "model_by_format")
    return materials.model


def _fallbacks(materials: Materials) -> list[Model]:
    return [_named(materials, name, "fallback") for name in materials.campaign.fallback]


def _named(materials: Materials, name: str, key: str) -> Model:
    if (model := materials.models.get(name)) is not None:
        return model
    campaign = materials.campaign
    found = f"provider {campaign.provider!r} has no model {name!r}"
    raise ConfigError(f"campaign {campaign.id} ({key})", found, f"write one of {', '.join(materials.models)}")


def _check_shapes(campaign: Campaign, model: Model, fits: Iterable[Fit]) -> None:
    for fit in fits:
        if size_of(model, fit) is None:
            raise ConfigError(
                f"campaign {campaign.id} (fallback)",
                f"{model.id} draws no {fit.ratio} at {fit.size} or larger, which {fit.format_id} needs",
                "name a model that does (`adlocalizer models --json`), or leave the format out",
            )


def _check_abilities(materials: Materials, model: Model) -> None:
    campaign, where = materials.campaign, f"campaign {materials.campaign.id}"
    if len(materials.along) >= model.max_references:
        found = f"{model.id} takes {model.max_references} pictures, characters and style are {len(materials.along)}"
        raise ConfigError(f"{where} (characters)", found, "leave room for the product's own shots")
    if materials.mode == "batch" and materials.provider.backend == "vertex":
        raise ConfigError("--mode", "Vertex AI takes no batches by file", "write interactive, or use a Gemini key")
    if materials.mode == "batch" and (missing := set(model.price_micros) - set(model.batch_price_micros)):
        found = f"{model.id} has no batch price for {', '.join(sorted(missing))}: it takes no batches"
        raise ConfigError("--mode", found, "write interactive")
    if not model.spends:
        return
    is_fixed = not model.thinking and model.id != materials.model.id  # a routed model that always thinks alike may
    if campaign.thinking is not None and campaign.thinking not in model.thinking and not is_fixed:
        levels = f"write {' or '.join(model.thinking)}, or leave it out" if model.thinking else "leave it out"
        raise ConfigError(f"{where} (thinking)", f"{model.id} has no thinking level {campaign.thinking!r}", levels)
    if lacking := [kind for kind in campaign.google_search if kind not in model.search]:
        found = f"{model.id} has no Google Search grounding of kind {', '.join(lacking)}"
        raise ConfigError(f"{where} (google_search)", found, "take a model that has it (`adlocalizer models`)")
