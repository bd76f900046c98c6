"""A project and an order to materials: everything a campaign names, read and checked, before anything is decided."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from adlocalizer.config import Project, TableRow
from adlocalizer.domain import (
    Brand,
    Campaign,
    Finding,
    Id,
    Model,
    OnBadRow,
    Product,
    ProviderConfig,
    Reference,
    Revision,
    RowFault,
    Severity,
)
from adlocalizer.errors import ConfigError, GateFailed
from adlocalizer.gemini.access import resolved
from adlocalizer.order import Order
from adlocalizer.planning import Materials
from adlocalizer.providers import provider_names
from adlocalizer.quarantining import copy_faults, quarantined_rows
from adlocalizer.revisions import read_revisions
from adlocalizer.store import Store

_MOST_LISTED = 20
_MOST_DOLLARS = 1e9


class Loaded(NamedTuple):
    """Materials, the raw rows the gates look at, and the bytes of the pictures the references name."""

    materials: Materials
    city_rows: tuple[TableRow, ...]
    copy_rows: tuple[TableRow, ...]
    pictures: Mapping[str, bytes]
    """Bytes by their path in the store."""


def load(project: Project, order: Order) -> Loaded:
    """Everything the campaign names; ConfigError or GateFailed say what cannot be accepted, and nothing is written."""
    campaign = _ordered(project.campaign(order.campaign), order)
    models = {name: one for name, one in project.models().items() if one.provider == campaign.provider}
    cities, words = project.cities(campaign.city_table), project.copy(campaign.copy_table)
    _refuse_bad_rows(campaign, [*cities.faults, *words.faults])
    products = {name: project.product(name) for name in campaign.products}
    brand = project.brand(campaign.brand)
    seen = _looked_at(project, campaign, products, brand)
    model = _model(models, campaign)
    provider = _reached(project, model)
    recipe = project.recipe(campaign.recipe)
    _check_sizes(provider, [*seen.references.items()], seen.along, seen.pictures)
    materials = Materials(
        campaign=campaign,
        products=products,
        references=seen.references,
        brand=brand,
        logo=seen.logo,
        along=seen.along,
        model=model,
        models=models,
        provider=provider,
        mode=order.mode,
        formats=project.formats(),
        cities=cities.cities,
        copy_rows=words.copy,
        revisions=_revisions(order, campaign.id),
        quarantined=quarantined_rows(cities),
        copy_faults=copy_faults(words),
        sources=project.sources(),
        recipe=recipe,
        edit_recipe=project.recipe("edit"),
        layouts=project.layouts(),
        fonts=project.fonts(),
        checks=project.checks().changed_by(recipe.checks),
        copy_book=project.copy_book(),
        rules=project.market_rules(),
    )
    return Loaded(materials, cities.rows, words.rows, seen.pictures)


class _Looked(NamedTuple):
    """References to every picture the campaign names, and their bytes by their path in the store."""

    references: Mapping[Id, tuple[Reference, ...]]
    logo: Reference | None
    along: tuple[Reference, ...]
    pictures: Mapping[str, bytes]


def _looked_at(project: Project, campaign: Campaign, products: Mapping[Id, Product], brand: Brand) -> _Looked:
    pictures: dict[str, bytes] = {}
    references = {name: _shots(project, product, pictures) for name, product in products.items()}
    logo = _reference(project, (brand.logo, "logo"), f"brand {brand.id} (logo)", pictures) if brand.logo else None
    return _Looked(references, logo, _along(project, campaign, brand, pictures), pictures)


def keep_pictures(store: Store, pictures: Mapping[str, bytes]) -> None:
    """Put the references where every machine of the run finds them."""
    for path, content in pictures.items():
        if not store.exists(path):
            store.write(path, content)


def _revisions(order: Order, campaign_id: Id) -> tuple[Revision, ...]:
    """What is on file, then what is new."""
    known = read_revisions(Store(order.store_url), order.run_of(campaign_id))
    return (*known, *(one for one in order.revisions if one not in known))


def _ordered(campaign: Campaign, order: Order) -> Campaign:
    changes: dict[str, Any] = {"city_table": order.cities, "provider": order.provider, "model": order.model}
    said: dict[str, Any] = {name: value for name, value in changes.items() if value is not None}
    if said.get("provider", campaign.provider) != campaign.provider:
        # The campaign's models are another provider's.
        said = {"model": None, "model_by_format": {}, "fallback": (), **said}
    elif order.model is not None:
        said |= {"model_by_format": {}, "fallback": ()}  # who names a model means this one
    campaign = campaign.model_copy(update=said)
    if campaign.provider not in provider_names():
        where = "--provider" if order.provider else f"campaign {campaign.id} (provider)"
        raise ConfigError(
            where, f"there is no provider {campaign.provider!r}", f"write one of {', '.join(provider_names())}"
        )
    return campaign


def _model(own: Mapping[str, Model], campaign: Campaign) -> Model:
    where = f"campaign {campaign.id} (model)"
    if campaign.model is None:
        default = next((model for model in own.values() if model.default), None)
        if default is None:
            found = f"provider {campaign.provider!r} has no default model"
            raise ConfigError(where, found, f"name one: {', '.join(own)}" if own else "add one to configs/models.yml")
        return default
    if campaign.model not in own:
        found = f"provider {campaign.provider!r} has no model {campaign.model!r}"
        raise ConfigError(where, found, f"write one of {', '.join(own)}; `adlocalizer models` lists them")
    return own[campaign.model]


def _shots(project: Project, product: Product, pictures: dict[str, bytes]) -> tuple[Reference, ...]:
    where = f"product {product.id} (shots)"
    return tuple(_reference(project, (shot, "product"), where, pictures) for shot in product.shots)


def _along(project: Project, campaign: Campaign, brand: Brand, pictures: dict[str, bytes]) -> tuple[Reference, ...]:
    """The pictures that go along after the product's: people first, then the brand's look."""
    characters = [((name, "character"), f"campaign {campaign.id} (characters)") for name in campaign.characters]
    style = [((name, "style"), f"brand {brand.id} (style)") for name in brand.style]
    return tuple(_reference(project, named, where, pictures) for named, where in (*characters, *style))


def _refuse_bad_rows(campaign: Campaign, faults: Sequence[RowFault]) -> None:
    if campaign.on_bad_row is OnBadRow.FAIL and faults:
        raise GateFailed("tables", findings_of(faults))


def _reached(project: Project, model: Model) -> ProviderConfig:
    """How the model's provider is reached, by its stanza and the environment."""
    provider = resolved(project.provider(model.provider), os.environ)
    if model.spends and provider.backend == "vertex" and not provider.project:
        found, remedy = "backend vertex names no project", "set GOOGLE_CLOUD_PROJECT, or write `project:` beside it"
        raise ConfigError(f"models.yml (providers: {model.provider})", found, remedy)
    return provider


def _check_sizes(
    provider: ProviderConfig,
    references: Sequence[tuple[Id, Sequence[Reference]]],
    along: Sequence[Reference],
    pictures: Mapping[str, bytes],
) -> None:
    """ConfigError when the pictures of one request are more than the provider takes."""
    for product, shots in references:
        sizes = [len(pictures[reference.path]) for reference in (*shots, *along)]
        if sum(sizes) > provider.most_sent_bytes or max(sizes) > provider.most_picture_bytes:
            found = f"its pictures are {sum(sizes) / 1e6:,.1f} MB together, the largest {max(sizes) / 1e6:,.1f} MB"
            most = f"{provider.most_sent_bytes / 1e6:,.0f} MB together, {provider.most_picture_bytes / 1e6:,.0f} each"
            raise ConfigError(f"product {product} (shots)", found, f"give smaller files or fewer: {most} may be sent")


def _reference(project: Project, named: tuple[str, str], where: str, pictures: dict[str, bytes]) -> Reference:
    # Lazily: Pillow and numpy cost a fifth of a second, which `--help` need not pay.
    from adlocalizer.imaging.ingest import Unreadable, ingest, peek

    path, role = named
    content = project.file(path, where).read_bytes()
    try:
        mime = peek(content).mime
        ingest(content)
    except Unreadable as error:
        raise ConfigError(where, f"{path}: {error}", "give a PNG, JPEG or WebP picture") from error
    digest = hashlib.sha256(content).hexdigest()
    kept = f"inputs/{digest[:2]}/{digest}.{mime.rpartition('/')[2]}"
    pictures[kept] = content
    return Reference.model_validate({"role": role, "sha256": digest, "mime": mime, "path": kept})


def findings_of(faults: Sequence[RowFault]) -> list[Finding]:
    """Bad rows as findings, the first twenty of them."""
    listed = [
        Finding(
            check="row",
            subject=fault.row_id or fault.where,
            severity=Severity.FAIL,
            text=f"{fault.where}: {fault.found}" + (f" in row {fault.row_id!r};" if fault.row_id else ";"),
            remedy=fault.remedy,
        )
        for fault in faults[:_MOST_LISTED]
    ]
    if len(faults) > _MOST_LISTED:
        text = f"and {len(faults) - _MOST_LISTED:,} more;"
        remedy = "mend them, or write `on_bad_row: quarantine` to go on without these rows"
        listed.append(Finding(check="row", subject="", severity=Severity.FAIL, text=text, remedy=remedy))
    return listed
