"""What a plan is made from, and what all shards of a run share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from pydantic import Field

from adlocalizer.domain import (
    AdFormat,
    Brand,
    Campaign,
    CheckBook,
    CheckChange,
    City,
    Copy,
    CopyBook,
    Digest,
    Fit,
    FormatPack,
    Id,
    Judge,
    MarketRule,
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
from adlocalizer.planning.selection import any_match, expand_braces
from adlocalizer.wording import words_by_locale

_LOOK_VERSION = 2
"""Raise it when the same plan renders other pixels: what is on file is then made anew, from kept answers."""

_SAID = {"source", "checked", "notes", "placement", "keep_clean"}
"""Fields of a format that say where it comes from or what is made beside it, and decide nothing of its own file."""


class Brief(Noun):
    """All that the shards of a run share: everything a picture depends on beside its city and its words."""

    run: RunRef
    campaign: Campaign
    products: dict[Id, Product]
    references: dict[Id, tuple[Reference, ...]]
    """Product shots by product id, front first."""
    brand: Brand
    logo: Reference | None = None
    logo_on_dark: Reference | None = None
    along: tuple[Reference, ...] = ()
    """Pictures sent after the product shots: the campaign's characters, then the brand's style."""
    model: Model
    """The campaign's model; some formats may have another one."""
    models: dict[str, Model]
    """Every model of the provider, by id."""
    provider: ProviderConfig = ProviderConfig()
    mode: Mode = "interactive"
    formats: dict[Id, AdFormat]
    """The campaign's formats, in the order it names them; after one whose placement keeps a clean copy, that."""
    default_max_bytes: int
    """Byte limit of formats whose platform names none."""
    platform_names: dict[Id, str] = Field(default_factory=dict)
    """How people write platforms, by their id, for as many as have a name."""
    fits: tuple[Fit, ...]
    recipe: Recipe
    edit_recipe: Recipe
    """Puts somebody's instruction into the sentences of an edit."""
    layouts: LayoutBook
    fonts: FontBook
    checks: CheckBook
    calibrated: dict[Id, tuple[CheckChange, ...]] = Field(default_factory=dict)
    """What a product's calibration changes of the checks, by product id."""
    judge: Judge | None = None
    """Whose model is asked about every picture; None: nobody's."""
    ages: tuple[str, ...] = ()
    """What the report says of the age of what facts rest on, a sentence each."""
    credits: dict[str, str] = Field(default_factory=dict)
    """Whom the report must name for what its facts rest on, with where that leads."""

    @cached_property
    def look_sha256(self) -> Digest:
        """Digest of what decides every rendition beside its request, its words and its format."""
        parts = {"products", "logo", "logo_on_dark", "layouts", "fonts", "checks", "calibrated"}
        # Words are judged while planning, tone and mood are part of prompts: none of them changes a file.
        brand = self.brand.model_dump(mode="json", exclude={"glossary", "banned_words", "tone", "mood"})
        look = {"id", "pixels", "disclosure", "digital_source_type"}
        names = {self.model.id, *(fit.model for fit in self.fits), *self.campaign.fallback}
        said = [self.models[name].model_dump(mode="json", include=look) for name in sorted(names)]
        campaign = self.campaign.model_dump(mode="json", include={"title", "attempts", "repair", "digits", "screens"})
        # A brand's font file counts by its digest, not by where it lies on the machine that planned.
        shared = self.model_dump(mode="json", include=parts, exclude={"fonts": {"faces": {"__all__": {"path"}}}})
        shared["brand"] = brand
        if self.judge is not None:
            shared["judge"] = self.judge.sha256
        return digest_of([_LOOK_VERSION, shared, said, campaign])

    def fit_sha256(self, fit: Fit) -> Digest:
        """Digest of a format, of whether words are set on it, and of how it gets its picture."""
        form = self.formats[fit.format_id]
        said = form.model_dump(mode="json", exclude=_SAID)
        clean, limit = form.is_clean(self.campaign.words_where), form.max_bytes or self.default_max_bytes
        said |= {"max_bytes": limit, "clean": clean, "legal_beside": self.is_legal_beside(fit.format_id)}
        return digest_of([said, fit.model_dump()])

    def checks_for(self, product: Id) -> CheckBook:
        """The checks as a product's pictures are held to them."""
        return self.checks.changed_by(self.calibrated.get(product, ()))

    def is_legal_beside(self, format_id: Id) -> bool:
        """Whether the campaign says that a format's legal line may stand beside the picture."""
        return any(any_match(format_id, expand_braces(glob)) for glob in self.campaign.legal_beside)

    @property
    def stanzas(self) -> dict[Id, AdFormat]:
        """The formats as their file has them, by id: a clean copy is placed where the format it belongs to is."""
        own = {"clean": False}
        return {one.stanza: one.model_copy(update={"id": one.stanza, **own}) for one in self.formats.values()}


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
    logo_on_dark: Reference | None
    along: tuple[Reference, ...]
    model: Model
    models: Mapping[str, Model]
    """Every model of the campaign's provider."""
    provider: ProviderConfig
    mode: Mode
    formats: Mapping[Id, AdFormat]
    """Every format there is."""
    packs: Mapping[Id, FormatPack]
    """Every pack of formats there is."""
    default_max_bytes: int
    """Byte limit of formats whose platform names none."""
    platform_names: Mapping[Id, str]
    """How people write platforms, by their id."""
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
    calibrated: Mapping[Id, tuple[CheckChange, ...]] = {}
    """What products' calibrations change of the checks, by product id."""
    judge: Judge | None = None
    """Whose model is asked about every picture."""
    copy_book: CopyBook = CopyBook()
    """What holds for every copy table."""
    rules: Mapping[str, tuple[MarketRule, ...]] = {}
    """Every market rule by market, in force or not."""
    notes: tuple[str, ...] = ()
    """What came up while they were read and somebody should know, a sentence each."""
    ages: tuple[str, ...] = ()
    """What the report says of the age of what facts rest on, a sentence each."""
    credits: Mapping[str, str] = {}
    """Whom the report must name for what facts rest on, with where that leads."""

    @property
    def words(self) -> dict[str, Copy]:
        """The copy of every locale that has some, its own or borrowed along the campaign's chain."""
        return words_by_locale(self.copy_rows, self.campaign.locale_fallback, self.copy_faults)
