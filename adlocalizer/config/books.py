"""The files that hold many nouns by id: `configs/formats.yml` and `configs/models.yml`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from adlocalizer.config.wording import nearest, quoted
from adlocalizer.domain import AdFormat, FormatPack, Id, Model, Noun, ProviderConfig, TextModel
from adlocalizer.domain.shape import CLEAN

_LONGEST_ID = 63
"""Most characters of an id: the clean copy's must be one, too."""


class Book(Noun):
    """Nouns by id, in one file whose keys are the ids."""

    shelf: ClassVar[str]
    """The key in the file, and field here, that holds the nouns."""
    other_shelves: ClassVar[tuple[str, ...]] = ()
    """Keys that may be left out and hold other nouns, by their ids too."""

    @classmethod
    def with_ids(cls, value: object) -> object:
        """The file's values with each stanza's key as its id."""
        if not isinstance(value, dict):
            return value
        held = {name: value.get(name) for name in (cls.shelf, *cls.other_shelves)}
        return value | {name: _named(stanzas) for name, stanzas in held.items() if isinstance(stanzas, dict)}

    @model_validator(mode="after")
    def _is_keyed_by_id(self) -> Self:
        for shelf in (self.shelf, *self.other_shelves):
            for key, one in getattr(self, shelf).items():
                if one.id != key:
                    raise ValueError(f"{shelf}/{key}/id differs from its key: {one.id}; remove it, the key is the id")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The schema of the file: its stanzas have no `id`."""
        schema = handler.resolve_ref_schema(handler(core))
        for shelf in (cls.shelf, *cls.other_shelves):
            held = schema["properties"][shelf]
            stanza = held.get("additionalProperties") or next(iter(held["patternProperties"].values()))
            noun = handler.resolve_ref_schema(stanza)
            noun["properties"].pop("id", None)
            noun["required"] = [name for name in noun["required"] if name != "id"]
        return schema


def _named(stanzas: dict[object, object]) -> dict[object, object]:
    return {key: {"id": key, **one} if isinstance(one, dict) else one for key, one in stanzas.items()}


class FormatBook(Book):
    """Every ad format by its id, the packs they are booked in, and the byte limit where a platform names none."""

    shelf = "formats"
    other_shelves = ("packs",)
    default_max_bytes: int = Field(gt=0, description="Byte limit of formats whose platform names none")
    platform_names: dict[Id, Annotated[str, Field(min_length=1, max_length=60)]] = Field(
        default_factory=dict, description="How reports write platforms, by their id"
    )
    packs: dict[Id, FormatPack] = Field(default_factory=dict, description="Formats booked together, by a name")
    formats: dict[Id, AdFormat] = Field(min_length=1, description="Ad formats by id")

    @property
    def platforms(self) -> tuple[Id, ...]:
        """Every platform, in the order of its first format."""
        return tuple(dict.fromkeys(one.platform for one in self.formats.values()))

    @model_validator(mode="after")
    def _says_each_name_once(self) -> Self:
        for id, one in self.formats.items():
            if one.clean or id.endswith(CLEAN):
                raise ValueError(f"formats/{id} is a clean copy; write `keep_clean: true` at the format it belongs to")
            if one.keep_clean and len(id) + len(CLEAN) > _LONGEST_ID:
                raise ValueError(f"formats/{id} is too long for a clean copy; shorten it by {len(CLEAN)} characters")
            if id in self.platforms:
                raise ValueError(f"formats/{id} has the name of a platform; write another id")
        for id in self.packs:
            if id in self.formats or id in self.platforms or id.endswith(CLEAN):
                taken = "ends as clean copies do" if id.endswith(CLEAN) else "has the name of a format or platform"
                raise ValueError(f"packs/{id} {taken}; write another name")
        return self

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        for id in self.platform_names:
            if id not in self.platforms:
                wanted = nearest(id, self.platforms) or self.platforms[0]
                raise ValueError(f"platform_names/{id} is the platform of no format; write {wanted!r}, or leave it out")
        return self

    @model_validator(mode="after")
    def _packs_what_there_is(self) -> Self:
        for id, pack in self.packs.items():
            for entry in pack.formats:
                if entry not in self.platforms and not any(fnmatchcase(name, entry) for name in self.formats):
                    near = nearest(entry, (*self.formats, *self.platforms))
                    wanted = (
                        f"write {near!r}" if near else "write the id of a format here, a glob over ids or a platform"
                    )
                    raise ValueError(f"packs/{id}/formats found {quoted(entry)}, which matches no format; {wanted}")
        return self


class ModelBook(Book):
    """Every model by its id."""

    shelf = "models"
    other_shelves = ("text_models",)
    text_models: dict[str, TextModel] = Field(
        default_factory=dict, description="Models that write, by the id their provider calls them"
    )
    providers: dict[Id, ProviderConfig] = Field(
        default_factory=dict, description="How a provider is reached, by its name; what is left out has its default"
    )
    models: dict[str, Model] = Field(min_length=1, description="Models by the id their provider calls them")

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        for model in self.models.values():
            sizes = {size for pixels in model.pixels.values() for size in pixels}
            if unpriced := sorted(sizes - set(model.price_micros)):
                raise ValueError(f"models/{model.id}/price_micros has no price for {', '.join(unpriced)}; add it")
            if model.successor is not None and model.successor not in self.models:
                raise ValueError(f"models/{model.id}/successor found {model.successor!r}; write the id of a model here")
        for model_id, writer in self.text_models.items():
            if writer.successor is not None and writer.successor not in self.text_models:
                found = f"text_models/{model_id}/successor found {writer.successor!r}"
                raise ValueError(f"{found}; write the id of a text model here")
        names = {one.provider for one in self.models.values()} | {one.provider for one in self.text_models.values()}
        if strange := sorted(self.providers.keys() - names):
            raise ValueError(
                f"providers/{strange[0]} is no provider of a model here; write one of {', '.join(sorted(names))}"
            )
        for provider in sorted(names):
            count = sum(model.default for model in self.models.values() if model.provider == provider)
            if count != 1:
                raise ValueError(f"models: {provider} has {count} default models; write `default: true` at one")
            writers = [writer for writer in self.text_models.values() if writer.provider == provider]
            if writers and sum(writer.default for writer in writers) != 1:
                raise ValueError(f"text_models: {provider} needs one default; write `default: true` at one")
        return self
