"""What somebody wants to say, about what, when and where: the nouns of `configs/` and of the copy table."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from adlocalizer.domain.brand import BrandFont, Colour, Element, LogoRules, Palette
from adlocalizer.domain.market import Spoken
from adlocalizer.domain.noun import Id, Micros, Noun
from adlocalizer.domain.rule import CheckChange
from adlocalizer.domain.shape import SearchKind, TextPolicy, ThinkingLevel

Locale = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$")]
"""A BCP-47 tag of language, optional script and optional region, such as `zh-Hant-HK`."""

Digits = Literal["latin", "native"]
"""Whose digits prices are set in: 0 to 9 everywhere, or those a locale has by default in CLDR."""

Unit = Literal["kg", "100 g", "l", "100 ml", "m", "m2"]
"""What a unit price is the price of; CLDR names it in every language."""


class Flight(Noun):
    """The dates a campaign runs, both included."""

    starts: date = Field(description="First day, ISO 8601")
    ends: date = Field(description="Last day, ISO 8601")

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Flight:
        if self.ends < self.starts:
            raise ValueError(f"ends {self.ends} is before starts {self.starts}; write a later date")
        return self


class OnBadRow(StrEnum):
    """What a bad row of a table does to the run."""

    FAIL = "fail"
    QUARANTINE = "quarantine"


ApprovalPolicy = Literal["none", "flagged", "all"]
"""Which files wait for a person: none is expected to look, those a check flags, or every one."""


class Campaign(Noun):
    """A message for one or more products in a flight, with the cities and formats it runs in."""

    id: Id = Field(description="Name of the campaign in ids, paths and commands")
    title: str = Field(min_length=1, description="Name of the campaign for people")
    flight: Flight
    products: tuple[Id, ...] = Field(min_length=1, description="Ids in configs/products/")
    brand: Id = Field(description="Id in configs/brands/")
    cities: tuple[str, ...] = Field(default=("*",), description="Globs over city ids; braces allowed: {jp,kr}-*")
    city_table: str = Field(default="data/cities.csv", description="CSV, Parquet or Excel table of cities")
    locales: Literal["first", "all"] = Field(default="first", description="First locale of each city, or all of them")
    formats: tuple[str, ...] = Field(
        min_length=1, description="Ad format ids, globs, platforms or packs of configs/formats.yml; '!x' leaves x out"
    )
    copy_table: str = Field(description="CSV, Parquet or Excel table of the campaign's copy, a row a locale")
    words_where: tuple[TextPolicy, ...] = Field(
        default=(TextPolicy.ALLOWED, TextPolicy.UNKNOWN),
        description="What a placement says of text in the picture for the copy to be set on it; else it ships clean",
    )
    legal_beside: tuple[str, ...] = Field(
        default=(), description="Globs over format ids whose legal line stands beside the picture where it has no room"
    )
    digits: Digits = Field(
        default="latin", description="Digits of prices: latin everywhere, or native where a locale has its own by CLDR"
    )
    scene: str = Field(min_length=1, description="What happens around the product, in one English sentence")
    recipe: Id = Field(default="city_scene", description="Folder in templates/prompts/")
    scene_tags: tuple[str, ...] = Field(
        default=(), description="What the scene shows that market rules ask for, such as `people` or `party`"
    )
    weather: Literal["typical", "live"] = Field(
        default="typical", description="typical: the month's climate; live: the day's forecast, see configs/weather.yml"
    )
    locale_fallback: dict[Locale, tuple[Locale, ...]] = Field(
        default_factory=dict, description="Whose copy a locale without its own takes, in order: {pt-PT: [pt-BR]}"
    )
    shooting_hour: int = Field(default=17, ge=0, le=23, description="Local hour the picture is set at, 0 to 23")
    variants: int = Field(default=1, ge=1, le=20, description="Pictures per product, city and locale")
    provider: Id = Field(default="preview", description="Who draws; `preview` never calls out and costs nothing")
    model: str | None = Field(default=None, description="Model id in configs/models.yml; default: the provider's")
    model_by_format: dict[str, str] = Field(
        default_factory=dict, description="Another model for some formats: globs over format ids to model ids"
    )
    fallback: tuple[str, ...] = Field(default=(), description="Models asked when the first one is down or retired")
    thinking: ThinkingLevel | None = Field(default=None, description="How much the model thinks; default: its own")
    characters: tuple[str, ...] = Field(default=(), max_length=4, description="Pictures of people who may appear")
    google_search: tuple[SearchKind, ...] = Field(default=(), description="Ground pictures in Google Search; see docs")
    accept_grounding_terms: bool = Field(default=False, description="Needed with google_search; read docs/gemini.md")
    max_enlarge: float = Field(default=0.0, ge=0, le=0.25, description="Enlargement allowed to save a size, 0.06 = 6 %")
    attempts: int = Field(default=2, ge=1, le=5, description="Requests per master until one is accepted")
    repair: Literal["fails", "reviews"] = Field(
        default="fails",
        description="What another attempt is spent on: pictures that fail, or those a person would look at, too",
    )
    concurrency: int = Field(default=16, ge=1, le=512, description="Requests in flight at most")
    shard_size: int = Field(default=20, ge=1, le=1000, description="Creatives in a task run")
    budget: float | None = Field(default=None, ge=0, description="Most US dollars a run may spend")
    approval: ApprovalPolicy = Field(
        default="flagged", description="Which files wait for `adlocalizer review`: none, flagged or all"
    )
    screens: tuple[Literal["nudity"], ...] = Field(
        default=(), description="Local screens every picture passes; nudity: needs nudenet, AGPL"
    )
    checks: tuple[CheckChange, ...] = Field(
        default=(), description="Checks this campaign holds its pictures to otherwise; nothing switches one off"
    )
    judge: Id | None = Field(
        default=None, description="Provider whose model is asked about every picture, such as gemini; it costs money"
    )
    canaries: float = Field(
        default=0.0, ge=0, le=1, description="Share of judged pictures with a known-bad one slipped in, 0.05 = 5 %"
    )
    on_bad_row: OnBadRow = Field(default=OnBadRow.FAIL, description="Stop, or report the row and go on")

    @model_validator(mode="after")
    def _names_each_fallback_once(self) -> Campaign:
        if len(set(self.fallback)) < len(self.fallback):
            raise ValueError(f"fallback names a model twice: {', '.join(self.fallback)}; write each once")
        return self

    @model_validator(mode="after")
    def _tests_a_judge(self) -> Campaign:
        if self.canaries and self.judge is None:
            raise ValueError("canaries test a judge, and there is none; write `judge: gemini`, or leave canaries out")
        return self

    @model_validator(mode="after")
    def _keeps_words_off(self) -> Campaign:
        if TextPolicy.FORBIDDEN in self.words_where:
            raise ValueError("words_where names forbidden; leave it out: such placements turn down pictures with words")
        return self

    @model_validator(mode="after")
    def _grounds_by_consent(self) -> Campaign:
        if self.google_search and not self.accept_grounding_terms:
            raise ValueError(
                "google_search restricts how its pictures may be used; read docs/gemini.md, "
                "then write `accept_grounding_terms: true`, or leave google_search out"
            )
        return self

    @property
    def budget_micros(self) -> Micros | None:
        """The budget in micros."""
        return None if self.budget is None else round(self.budget * 1_000_000)


class Product(Noun):
    """What is sold and may never change in a picture."""

    id: Id
    name: str = Field(min_length=1, description="Name as printed on the pack")
    description: str = Field(min_length=1, description="What the model must keep: shape, label text, colours")
    shots: tuple[str, ...] = Field(min_length=1, max_length=14, description="Reference photographs, front first")
    height_cm: float = Field(default=12.0, gt=0, description="Real height, for scale")
    tags: tuple[str, ...] = Field(default=(), description="Kinds that market rules ask for, such as `alcohol`")


class Brand(Noun):
    """The look every ad of a campaign shares."""

    id: Id
    name: str = Field(min_length=1, description="Drawn as the word mark when there is no logo file")
    colour: Colour = Field(description="Brand panel")
    on_colour: Colour = Field(default="#ffffff", description="Text on the brand panel")
    accent: Colour = Field(description="Call-to-action pill")
    on_accent: Colour = Field(default="#141414", description="Text on the pill")
    logo: LogoRules | None = Field(default=None, description="A file, or a file and the rules of its use")
    style: tuple[str, ...] = Field(default=(), max_length=3, description="Pictures whose light and colours to follow")
    glossary: dict[str, dict[Spoken, str]] = Field(
        default_factory=dict, description="How a term must be written, by locale or language: {SOLARA: {'*': SOLARA}}"
    )
    banned_words: dict[Spoken, tuple[Annotated[str, Field(pattern=r"\S")], ...]] = Field(
        default_factory=dict, description="Words that no copy may hold, by locale, language or `*`"
    )
    palette: Palette = Field(
        default_factory=dict, description="Colours that may be set over a picture beside the four above; none: any"
    )
    palette_tolerance: float = Field(default=5.0, ge=0, le=50, description="Farthest from the palette, in CIEDE2000")
    tone: dict[Spoken, str] = Field(
        default_factory=dict, description="How the brand speaks, for who writes copy: by locale, language and `*`"
    )
    mood: str = Field(default="", max_length=300, description="The mood of its pictures, in a few English words")
    required: dict[str, tuple[Element, ...]] = Field(
        default_factory=dict, description="What no ad may lack, by glob over format ids: {'*': [headline]}"
    )
    fonts: tuple[BrandFont, ...] = Field(default=(), description="The brand's typefaces; none: configs/fonts.yml alone")


class Copy(Noun):
    """A campaign's words in one locale: one row of the copy table."""

    locale: Locale
    headline: str = Field(min_length=1, max_length=200)
    call_to_action: str = Field(min_length=1, max_length=60)
    subline: str | None = Field(default=None, max_length=200, description="A second line under the headline")
    price: float | None = Field(default=None, ge=0, description="Amount in `currency`; drawn by CLDR")
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = Field(default=None, description="ISO 4217")
    legal: str | None = Field(
        default=None, max_length=200, description="Disclaimer; `disclaimer` names the same column"
    )
    old_price: float | None = Field(default=None, ge=0, description="Price it is compared with, in `currency`")
    lowest_30d: float | None = Field(default=None, ge=0, description="Lowest price of the 30 days before it fell")
    unit_price: float | None = Field(default=None, gt=0, description="Price of one `unit`, in `currency`")
    unit: Unit | None = Field(default=None, description="What unit_price is the price of")
    adapt_level: Literal["translation", "localization", "transcreation", "origination"] | None = None
    rationale: str | None = Field(default=None, max_length=500, description="Why the line says what it says")
    back_translation: str | None = Field(default=None, max_length=400, description="The headline in English, literally")
    review: Literal["", "needed"] = Field(default="", description="needed: a person must read it before it ships")

    @model_validator(mode="after")
    def _price_has_a_currency(self) -> Copy:
        if self.price is not None and self.currency is None:
            raise ValueError("price has no currency; write an ISO 4217 code, e.g. EUR")
        return self

    @model_validator(mode="after")
    def _was_dearer(self) -> Copy:
        for column, value in (("old_price", self.old_price), ("lowest_30d", self.lowest_30d)):
            if value is not None and self.price is None:
                raise ValueError(f"{column} has no price beside it; fill in price, or leave {column} empty")
        if self.old_price is not None and self.price is not None and self.old_price <= self.price:
            found = f"old_price {self.old_price:.15g} is not above the price {self.price:.15g}"
            raise ValueError(f"{found}; write a higher one")
        return self

    @model_validator(mode="after")
    def _unit_price_is_whole(self) -> Copy:
        if self.unit_price is not None and self.unit is None:
            raise ValueError("unit_price has no unit; write what it is the price of, e.g. l")
        if self.unit is not None and self.unit_price is None:
            raise ValueError("unit has no unit_price beside it; fill in unit_price, or leave unit empty")
        if self.unit_price is not None and self.price is None:
            raise ValueError("unit_price has no price beside it; fill in price, or leave unit_price empty")
        return self
