"""A project: the folder that holds configs/, data/ and templates/, and what its files say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from adlocalizer.config.books import FormatBook, ModelBook
from adlocalizer.config.brand_files import checked_brand
from adlocalizer.config.chains import checked_chains
from adlocalizer.config.city_tables import read_cities
from adlocalizer.config.documents import line_of, read_document, read_yaml
from adlocalizer.config.files import is_file, is_folder
from adlocalizer.config.market_rules import read_market_rules
from adlocalizer.config.place_tables import read_countries
from adlocalizer.config.recipes import read_recipe
from adlocalizer.config.rows import (
    COPY_COLUMNS,
    COPY_OPTIONAL,
    CityTable,
    CopyTable,
    copy_table,
)
from adlocalizer.config.seeds import read_climate, read_landmarks
from adlocalizer.config.sources import read_sources
from adlocalizer.config.strictness import hold_campaign
from adlocalizer.config.tables import read_table
from adlocalizer.config.tags import TagBook, check_tags
from adlocalizer.config.weather import WeatherConfig
from adlocalizer.config.wording import nearest_or_all, quoted, shown_path
from adlocalizer.domain import (
    AdFormat,
    Brand,
    Campaign,
    CheckBook,
    Climate,
    CopyBook,
    Country,
    Landmark,
    MarketRule,
    Model,
    Noun,
    Product,
    ProviderConfig,
    Recipe,
    TextModel,
)
from adlocalizer.errors import ConfigError
from adlocalizer.grounding import Sources

if TYPE_CHECKING:
    from adlocalizer.imaging.faces import FontBook
    from adlocalizer.imaging.layouts import LayoutBook

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")

N = TypeVar("N", bound=Noun)
Named = TypeVar("Named", Campaign, Product, Brand)


def find_project(start: Path | None = None) -> Project:
    """The project in `start`; without it the one around the working folder, else the checkout this code is from."""
    if start is not None:
        if not (start / "configs").is_dir():
            raise ConfigError(start.as_posix(), "holds no folder configs/", "name the folder that does")
        return Project(start.resolve())
    here, checkout = Path.cwd(), Path(__file__).resolve().parents[2]
    for folder in (here, *here.parents, checkout):
        if (folder / "configs" / "campaigns").is_dir():
            return Project(folder.resolve())
    raise ConfigError(
        "the working folder",
        "neither it nor a folder above it holds configs/campaigns",
        "change into a project, or set ADLOCALIZER_PROJECT to its folder",
    )


@dataclass(frozen=True)
class Project:
    """A folder of configs, data and templates; every reading is strict and fresh."""

    root: Path

    def campaign(self, name: str) -> Campaign:
        """The campaign with an id in configs/campaigns/, or in a YAML file of any folder."""
        if not _is_path(name):
            return self._campaign(self._path_of("campaigns", name))
        path = self._existing(name)
        campaign = self._campaign(path)
        tables = {key: self._table_of(path, getattr(campaign, key), key) for key in ("city_table", "copy_table")}
        return campaign.model_copy(update=tables)

    def product(self, id: str) -> Product:
        """The product with an id in configs/products/."""
        path, tags = self._path_of("products", id), self.tags()
        product = _read_named(path, Product, self.root)
        check_tags(product.tags, tags.product, path, "tags", self.root)
        return product.model_copy(update={"tags": tags.implied(product.tags)})

    def brand(self, id: str) -> Brand:
        """The brand with an id in configs/brands/."""
        path = self._path_of("brands", id)
        return checked_brand(_read_named(path, Brand, self.root), path, self.root)

    def format_book(self) -> FormatBook:
        """Every ad format, the packs they are booked in, and what holds where a platform names no limit."""
        return self._read("configs/formats.yml", FormatBook)

    def formats(self) -> dict[str, AdFormat]:
        """Every ad format by id, in the file's order."""
        return dict(self.format_book().formats)

    def models(self) -> dict[str, Model]:
        """Every model by id, in the file's order."""
        return dict(self._read("configs/models.yml", ModelBook).models)

    def text_models(self) -> dict[str, TextModel]:
        """Every model that writes by id, in the file's order."""
        return dict(self._read("configs/models.yml", ModelBook).text_models)

    def provider(self, id: str) -> ProviderConfig:
        """How a provider is reached: its stanza of `providers:`, else what every provider starts with."""
        return self._read("configs/models.yml", ModelBook).providers.get(id, ProviderConfig())

    def copy_book(self) -> CopyBook:
        """What holds for every copy table: lengths, and the words of reductions."""
        return self._read("configs/copy.yml", CopyBook)

    def checks(self) -> CheckBook:
        """How strict each check is."""
        return self._read("configs/checks.yml", CheckBook)

    def tags(self) -> TagBook:
        """The words by which market rules know products and scenes."""
        return self._read("configs/tags.yml", TagBook)

    def weather(self) -> WeatherConfig:
        """Where forecasts are asked for."""
        return self._read("configs/weather.yml", WeatherConfig)

    def market_rules(self) -> dict[str, tuple[MarketRule, ...]]:
        """Every market rule by market."""
        return read_market_rules(self.root, self.tags())

    def layouts(self) -> LayoutBook:
        """Where things stand, by ratio class."""
        from adlocalizer.imaging.layouts import load_layouts

        return load_layouts(self.root / "configs" / "layouts", lambda path, noun: read_yaml(path, noun, self.root))

    def fonts(self) -> FontBook:
        """Which face sets which script."""
        from adlocalizer.imaging.faces import load_fonts

        path = self.file("configs/fonts.yml", "the project")
        return load_fonts(path, lambda path, noun: read_yaml(path, noun, self.root))

    def cities(self, path: str) -> CityTable:
        """A city table, full or short: good rows, faults, rows as a full table has them."""
        return read_cities(self._existing(path), path, self.root)

    def copy(self, path: str) -> CopyTable:
        """A copy table: good rows, faults, raw rows."""
        return copy_table(read_table(self._existing(path), COPY_COLUMNS, COPY_OPTIONAL, path, keep_ragged=True), path)

    def climate(self) -> dict[str, Climate]:
        """Month normals by city id."""
        return read_climate(self.root / "data/climate.csv", "data/climate.csv")

    def landmarks(self) -> dict[str, tuple[Landmark, ...]]:
        """Landmarks by city id, best first."""
        return read_landmarks(self.root / "data/landmarks.csv", "data/landmarks.csv")

    def countries(self) -> dict[str, Country]:
        """What whole markets share, by ISO 3166-1 alpha-2."""
        return read_countries(self.root / "data/countries.csv", "data/countries.csv")

    def sources(self) -> Sources:
        """Every table facts are looked up in; the day's weather is no table."""
        return read_sources(self.root)

    def recipe(self, id: str) -> Recipe:
        """The recipe with an id in templates/prompts/."""
        return read_recipe(self.root, id, self.checks().checks)

    def file(self, relative: str, where: str, beside: Path | None = None) -> Path:
        """A file a config names: of this project, or in the folder `beside`; no link leads out of either."""
        folders = [folder.resolve() for folder in (self.root, beside) if folder is not None]
        try:
            places = [(folder / relative).resolve() for folder in folders]
        except (OSError, ValueError):
            places = []  # a name no file can have
        inside = [place for place in places if any(place.is_relative_to(folder) for folder in folders)]
        found = next((place for place in inside if is_file(place)), None)
        if found is not None:
            return found
        if places and not inside:
            raise ConfigError(where, f"{quoted(relative)} leads out of the project", "write a path inside the project")
        what = "is a folder" if any(map(is_folder, inside)) else "does not exist"
        raise ConfigError(where, f"the file {quoted(relative)} {what}", "write a path from the project's folder")

    def _read(self, relative: str, noun: type[N]) -> N:
        return read_yaml(self.root / relative, noun, self.root)

    def _campaign(self, path: Path) -> Campaign:
        campaign, tags = checked_chains(_read_named(path, Campaign, self.root)), self.tags()
        check_tags(campaign.scene_tags, tags.scene, path, "scene_tags", self.root)
        hold_campaign(campaign, path, self)
        scene_tags = dict.fromkeys((*campaign.scene_tags, *tags.spoken(campaign.scene)))
        return campaign.model_copy(update={"scene_tags": tuple(scene_tags)})

    def _path_of(self, kind: str, id: str) -> Path:
        known = sorted(path.stem for path in _yaml_files(self.root / "configs" / kind))
        path = next((one for one in _yaml_files(self.root / "configs" / kind) if one.stem == id), None)
        if path is not None and not _ID.fullmatch(id):
            raise ConfigError(f"configs/{kind}", f"{quoted(id)} is no id", "rename the file: a to z, digits, - and _")
        if path is None:
            raise ConfigError(f"configs/{kind}", f"there is no {kind[:-1]} {quoted(id)}", nearest_or_all(id, known))
        return path

    def _existing(self, path: str) -> Path:
        """The path from the project's root when a file is there, else as given; readers refuse what is not."""
        return self.root / path if is_file(self.root / path) else Path(path)

    def _table_of(self, campaign: Path, table: str, key: str) -> str:
        if Path(table).is_absolute():
            return table
        found = self.file(table, f"{shown_path(campaign, self.root)} ({key})", campaign.parent)
        return shown_path(found, self.root)


def _is_path(name: str) -> bool:
    return name.endswith((".yml", ".yaml")) or "/" in name or "\\" in name


def _yaml_files(folder: Path) -> Iterator[Path]:
    return (path for ending in ("*.yml", "*.yaml") for path in folder.glob(ending))


def _read_named(path: Path, noun: type[Named], root: Path) -> Named:
    named = read_yaml(path, noun, root)
    if named.id != path.stem:
        shown = shown_path(path, root)
        line = line_of(read_document(path, shown).node, ("id",))
        found, remedy = f"the id is {named.id!r}, the file {path.name!r}", "give both the same name"
        raise ConfigError(f"{shown}:{line} (id)", found, remedy)
    return named
