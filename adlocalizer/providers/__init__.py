"""Who draws: one module per provider, named like it and loaded on demand."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Protocol, cast

from pydantic import Field

from adlocalizer.domain import Model, Noun, Reply, Request
from adlocalizer.errors import ConfigError


class ProviderSettings(Noun):
    """What a provider needs to know of a run."""

    model: Model
    concurrency: int = Field(ge=1, description="Requests in flight at most")
    data_folder: str = Field(description="The shipped `data/`")


class ImageProvider(Protocol):
    """Draws pictures. One instance per process; safe for concurrent requests."""

    async def generate(self, request: Request, references: Sequence[bytes]) -> Reply:
        """Answer a request, given its references' bytes in order; raise a ProviderError when no answer came."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class _ProviderModule(Protocol):
    def open_provider(self, settings: ProviderSettings) -> ImageProvider: ...


def provider_names() -> tuple[str, ...]:
    """Every provider there is."""
    return tuple(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def open_provider(name: str, settings: ProviderSettings) -> ImageProvider:
    """Load a provider by name and open it."""
    if name not in provider_names():
        raise ConfigError("--provider", f"there is no provider {name!r}", f"write one of {', '.join(provider_names())}")
    module = cast("_ProviderModule", importlib.import_module(f"{__name__}.{name}"))
    return module.open_provider(settings)
