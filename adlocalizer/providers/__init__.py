"""Who draws: one module per provider, named like it and loaded on demand."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, cast, runtime_checkable

from pydantic import Field, SecretStr

from adlocalizer.domain import (
    Digest,
    Inquiry,
    Micros,
    Mode,
    Model,
    Noun,
    ProviderConfig,
    Reply,
    Request,
    TextAnswer,
    TextModel,
    TextRequest,
)
from adlocalizer.errors import ConfigError, ProviderError


class ProviderSettings(Noun):
    """What a provider needs to know of a run."""

    models: dict[str, Model] = Field(description="Every model that may be asked for pictures, by id")
    text_models: dict[str, TextModel] = Field(default_factory=dict, description="Those that may be asked for words")
    config: ProviderConfig = ProviderConfig()
    mode: Mode = Field(default="interactive", description="Which prices answers are booked at")
    concurrency: int = Field(ge=1, description="Requests in flight at most")
    data_folder: str = Field(description="The shipped `data/`")
    key: SecretStr | None = Field(default=None, description="None: the provider looks into the environment")


class ImageProvider(Protocol):
    """Draws pictures. One instance per process; safe for concurrent requests."""

    async def generate(self, request: Request, references: Sequence[bytes]) -> Reply:
        """Answer a request, given its references' bytes in order; raise a ProviderError when no answer came."""
        ...

    async def edit(self, previous: Reply, request: Request, references: Sequence[bytes]) -> Reply:
        """Answer a request that has an `edit`, given the reply whose picture is edited; else like `generate`."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Batch(Noun):
    """A provider's batch as it stands: requests handed over in a file, answered in another."""

    name: str = Field(description="The provider's name for it")
    display_name: str = Field(description="The name we gave it")
    state: Literal["waiting", "succeeded", "failed", "cancelled", "expired"]
    output: str | None = Field(default=None, description="Name of the file that holds the answers")
    reason: str = ""


class BatchRow(NamedTuple):
    """What one line of a batch's output says: a reply, or the error that stands in its place."""

    key: Digest
    reply: Reply | None = None
    error: ProviderError | None = None


@runtime_checkable
class BatchProvider(ImageProvider, Protocol):
    """A provider that also takes requests in files, later and cheaper."""

    def line(self, request: Request, references: Sequence[bytes], previous: Reply | None = None) -> bytes:
        """A request as one line of an input file, its key included, newline at the end."""
        ...

    async def upload(self, path: Path, name: str) -> str:
        """Hand an input file over under a name of our choosing; the same name twice is one file."""
        ...

    async def create(self, model: str, source: str, display_name: str) -> Batch:
        """Begin a batch. Never resent by itself: each call that arrives is a batch that costs money."""
        ...

    async def find(self, display_name: str) -> Batch | None:
        """The newest batch with a name we gave, or None."""
        ...

    async def look(self, name: str) -> Batch:
        """How a batch stands."""
        ...

    def results(self, batch: Batch, requests: Mapping[Digest, Request]) -> AsyncIterator[BatchRow]:
        """The rows of an ended batch, one after the other as they are downloaded."""
        ...

    async def discard(self, source: str) -> None:
        """Take an uploaded input file away; none there is fine."""
        ...


class TextProvider(Protocol):
    """Writes. One instance per process; safe for concurrent requests."""

    async def write(self, request: TextRequest) -> TextAnswer:
        """Answer a request with the texts it asks for; raise a ProviderError when no answer came."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class JudgeProvider(Protocol):
    """Answers questions about pictures. One instance per process; safe for concurrent inquiries."""

    async def judge(self, inquiry: Inquiry, pictures: Sequence[bytes], most_micros: Micros) -> Reply:
        """Answer an inquiry, given its views' bytes in order; raise a ProviderError when no answer came.

        What the provider bills without saying how much is booked at `most_micros`.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class _ProviderModule(Protocol):
    def open_provider(self, settings: ProviderSettings) -> ImageProvider: ...


class _TextModule(Protocol):
    def open_text_provider(self, settings: ProviderSettings) -> TextProvider: ...


class _JudgeModule(Protocol):
    def open_judge(self, settings: ProviderSettings) -> JudgeProvider: ...


def provider_names() -> tuple[str, ...]:
    """Every provider there is."""
    return tuple(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def open_provider(name: str, settings: ProviderSettings) -> ImageProvider:
    """Load a provider by name and open it."""
    if name not in provider_names():
        raise ConfigError("--provider", f"there is no provider {name!r}", f"write one of {', '.join(provider_names())}")
    module = cast("_ProviderModule", importlib.import_module(f"{__name__}.{name}"))
    return module.open_provider(settings)


def writer_names() -> tuple[str, ...]:
    """Every provider that writes as well: those with a module `_<name>_texts`."""
    every = {module.name for module in pkgutil.iter_modules(__path__)}
    return tuple(name for name in provider_names() if f"_{name}_texts" in every)


def open_text_provider(name: str, settings: ProviderSettings) -> TextProvider:
    """Load the writing side of a provider and open it."""
    if name not in writer_names():
        raise ConfigError("--provider", f"{name} draws and does not write", f"write {', '.join(writer_names())}")
    module = cast("_TextModule", importlib.import_module(f"{__name__}._{name}_texts"))
    return module.open_text_provider(settings)


def open_judge(name: str, settings: ProviderSettings) -> JudgeProvider:
    """Load the judging side of a provider and open it."""
    if f"_{name}_judging" not in {module.name for module in pkgutil.iter_modules(__path__)}:
        raise ConfigError("judge", f"{name} judges no pictures", "name a provider that does, or leave it out")
    module = cast("_JudgeModule", importlib.import_module(f"{__name__}._{name}_judging"))
    return module.open_judge(settings)
