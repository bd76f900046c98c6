"""A project and an order to materials: everything a campaign names, read and checked, before anything is decided."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from adlocalizer.config import Project, TableRow
from adlocalizer.config.calibrations import with_calibrations
from adlocalizer.config.judges import judge_for
from adlocalizer.domain import (
    AdFormat,
    Brand,
    Campaign,
    Finding,
    FormatPack,
    Id,
    Model,
    OnBadRow,
    ProviderConfig,
    Reference,
    Revision,
    RowFault,
    Severity,
)
from adlocalizer.errors import ConfigError, GateFailed
from adlocalizer.gemini.access import resolved
from adlocalizer.order import Order
from adlocalizer.pictures import look_at
from adlocalizer.planning import Materials, chosen
from adlocalizer.planning.format_choice import chosen_formats
from adlocalizer.providers import provider_names
from adlocalizer.quarantining import copy_faults, quarantined_rows
from adlocalizer.revisions import read_revisions
from adlocalizer.store import Store

if TYPE_CHECKING:
    from adlocalizer.imaging.faces import FontBook

_MOST_LISTED = 20
_MOST_DOLLARS = 1e9


class Loaded(NamedTuple):
    """Materials, the raw rows the gates look at, and the bytes of the files that workers elsewhere need."""

    materials: Materials
    city_rows: tuple[TableRow, ...]
    copy_rows: tuple[TableRow, ...]
    pictures: Mapping[str, bytes]
    """Bytes by their path in the store: of every picture the references name, and of the brand's own fonts."""


def load(project: Project, order: Order) -> Loaded:
    """Everything the campaign names; ConfigError or GateFailed say what cannot be accepted, and nothing is written."""
    campaign = _ordered(project.campaign(order.campaign), order)
    models = {name: one for name, one in project.models().items() if one.provider == campaign.provider}
    cities, words = project.cities(campaign.city_table), project.copy(campaign.copy_table)
    _refuse_bad_rows(campaign, [*cities.faults, *words.faults])
    products = {name: project.product(name) for name in campaign.products}
    brand, shelves = project.brand(campaign.brand), _shelves(project, campaign)
    shelves["fonts"] = _with_own_faces(project, brand, shelves["fonts"])
    _check_required(brand, shelves["formats"])
    _check_beside(campaign, shelves["formats"], shelves["packs"])
    seen = look_at(project, campaign, products, brand)
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
        logo_on_dark=seen.logo_on_dark,
        along=seen.along,
        model=model,
        models=models,
        provider=provider,
        mode=order.mode,
        cities=cities.cities,
        copy_rows=words.copy,
        revisions=_revisions(order, campaign.id),
        quarantined=quarantined_rows(cities),
        copy_faults=copy_faults(words),
        recipe=recipe,
        edit_recipe=project.recipe("edit"),
        checks=project.checks().changed_by((*recipe.checks, *campaign.checks)),
        **shelves,
    )
    along = _font_files(brand, materials.fonts)
    return Loaded(with_calibrations(materials, project.root), cities.rows, words.rows, {**seen.pictures, **along})


def _shelves(project: Project, campaign: Campaign) -> dict[str, Any]:
    """What a project holds for every campaign, and who judges this one's pictures, by its name in the materials."""
    book = project.format_book()
    return {
        "formats": book.formats,
        "packs": book.packs,
        "default_max_bytes": book.default_max_bytes,
        "platform_names": book.platform_names,
        "sources": project.sources(),
        "layouts": project.layouts(),
        "fonts": project.fonts(),
        "copy_book": project.copy_book(),
        "judge": judge_for(project, campaign),
        "rules": project.market_rules(),
    }


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
        # The campaign's models are another provider's, and so is whatever judges their pictures.
        said = {"model": None, "model_by_format": {}, "fallback": (), "judge": None, "canaries": 0.0, **said}
    elif order.model is not None:
        said |= {"model_by_format": {}, "fallback": ()}  # who names a model means this one
    campaign = campaign.model_copy(update=said)
    if campaign.provider not in provider_names():
        where = "--provider" if order.provider else f"campaign {campaign.id} (provider)"
        raise ConfigError(
            where, f"there is no provider {campaign.provider!r}", f"write one of {', '.join(provider_names())}"
        )
    return campaign


def _with_own_faces(project: Project, brand: Brand, fonts: FontBook) -> FontBook:
    """The project's faces behind the brand's own; ConfigError when one of its files cannot be used."""
    if not brand.fonts:
        return fonts
    from adlocalizer.imaging.brandfaces import with_brand_fonts  # lazily: reading font files takes its time
    from adlocalizer.imaging.caching import cache_folder

    for number, font in enumerate(brand.fonts):
        where = f"configs/brands/{brand.id}.yml (fonts.{number}"
        try:
            project.file(font.file, f"{where}.file)")
        except ConfigError as error:
            if font.licensed:
                raise
            both = f"{error.found}, and licensed is not set"
            raise ConfigError(f"{where})", both, f"{error.remedy}, and `licensed: true` once it is") from None
    return with_brand_fonts(fonts, brand.fonts, project.root, cache_folder() / "faces")


def _check_beside(campaign: Campaign, formats: Mapping[Id, AdFormat], packs: Mapping[Id, FormatPack]) -> None:
    """ConfigError when the campaign says of a format it does not have where its legal line stands."""
    if campaign.legal_beside:
        names = [form.id for form in chosen_formats(campaign, formats, packs).values() if not form.clean]
        chosen(names, campaign.legal_beside, f"campaign {campaign.id} (legal_beside)")


def _font_files(brand: Brand, fonts: FontBook) -> Mapping[str, bytes]:
    """The brand's own font files by their path in the store, where workers elsewhere find them."""
    if not brand.fonts:
        return {}
    from adlocalizer.imaging.brandfaces import font_files  # lazily, as above

    return font_files(fonts)


def _check_required(brand: Brand, formats: Collection[Id]) -> None:
    """ConfigError when the brand asks for elements in formats that do not exist."""
    for glob in brand.required:
        if not fnmatch.filter(formats, glob):
            remedy = "write a glob over ids of configs/formats.yml, such as 'gads_*'"
            raise ConfigError(f"configs/brands/{brand.id}.yml (required.{glob})", "no ad format matches it", remedy)


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
