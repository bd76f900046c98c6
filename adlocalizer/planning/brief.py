"""What a plan is made from, and what all shards of a run share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from adlocalizer.domain import (
    AdFormat,
    Brand,
    Campaign,
    CheckBook,
    City,
    Copy,
    Digest,
    Fit,
    Id,
    Mode,
    Model,
    Noun,
    Product,
    ProviderConfig,
    Recipe,
    Reference,
    Revision,
    RunRef,
    digest_of,
)
from adlocalizer.domain.campaign import Locale
from adlocalizer.grounding import Sources
from adlocalizer.imaging.faces import FontBook
from adlocalizer.imaging.layouts import LayoutBook

_LOOK_VERSION = 1
"""Raise it when the same plan renders other pixels: what is on file is then made anew, from kept answers."""

_SAID = {"source", "checked", "notes", "placement"}
"""Fields of a format that say where it comes from, and decide nothing."""


class Brief(Noun):
    """All that the shards of a run share: everything a picture depends on beside its city and its words."""

    run: RunRef
    campaign: Campaign
    products: dict[Id, Product]
    references: dict[Id, tuple[Reference, ...]]
    """Product shots by product id, front first."""
    brand: Brand
    logo: Reference | None = None
    along: tuple[Reference, ...] = ()
    """Pictures sent after the product shots: the campaign's characters, then the brand's style."""
    model: Model
    """The campaign's model; some formats may have another one."""
    models: dict[str, Model]
    """Every model of the provider, by id."""
    provider: ProviderConfig = ProviderConfig()
    mode: Mode = "interactive"
    formats: dict[Id, AdFormat]
    """The campaign's formats, in the order it names them."""
    fits: tuple[Fit, ...]
    recipe: Recipe
    edit_recipe: Recipe
    """Puts somebody's instruction into the sentences of an edit."""
    layouts: LayoutBook
    fonts: FontBook
    checks: CheckBook

    @cached_property
    def look_sha256(self) -> Digest:
        """Digest of what decides every rendition beside its request, its words and its format."""
        parts = {"products", "brand", "logo", "layouts", "fonts", "checks"}
        look = {"id", "pixels", "disclosure", "digital_source_type"}
        names = {self.model.id, *(fit.model for fit in self.fits), *self.campaign.fallback}
        said = [self.models[name].model_dump(mode="json", include=look) for name in sorted(names)]
        campaign = self.campaign.model_dump(mode="json", include={"title", "attempts"})
        return digest_of([_LOOK_VERSION, self.model_dump(mode="json", include=parts), said, campaign])

    def fit_sha256(self, fit: Fit) -> Digest:
        """Digest of a format and of how it gets its picture."""
        return digest_of([self.formats[fit.format_id].model_dump(mode="json", exclude=_SAID), fit.model_dump()])


class QuarantinedRow(Noun):
    """A bad row of the city table, with what of it can be named: enough to say which creatives cannot be made."""

    region: str
    market: str
    city_id: Id
    city: str
    locales: tuple[Locale, ...]
    reason: str


class Materials(NamedTuple):
    """Everything read from a project for one campaign, before anything is decided."""

    campaign: Campaign
    products: Mapping[Id, Product]
    references: Mapping[Id, tuple[Reference, ...]]
    brand: Brand
    logo: Reference | None
    along: tuple[Reference, ...]
    model: Model
    models: Mapping[str, Model]
    """Every model of the campaign's provider."""
    provider: ProviderConfig
    mode: Mode
    formats: Mapping[Id, AdFormat]
    """Every format there is."""
    cities: tuple[City, ...]
    copy_rows: tuple[Copy, ...]
    quarantined: tuple[QuarantinedRow, ...]
    revisions: tuple[Revision, ...]
    """What the run's creatives were revised into so far, oldest first."""
    copy_faults: Mapping[str, str]
    """Why a locale has no words, by locale, where its row was bad."""
    sources: Sources
    recipe: Recipe
    edit_recipe: Recipe
    layouts: LayoutBook
    fonts: FontBook
    checks: CheckBook
