"""The `preview` provider: paints every picture on this machine, for nothing, and says so on each."""

from __future__ import annotations

from collections.abc import Sequence

from adlocalizer.domain import Reply, Request
from adlocalizer.errors import BadAnswer, ConfigError
from adlocalizer.pool import in_process
from adlocalizer.providers import ImageProvider, ProviderSettings


class PreviewProvider:
    """Paints a city scene around the real product, in the pool's processes."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._models, self._data_folder = settings.models, settings.data_folder

    async def generate(self, request: Request, references: Sequence[bytes]) -> Reply:
        """Answer with a painted JPEG and the exact box of the product; the same request gives the same bytes."""
        sizes = self._models[request.model].pixels.get(request.ratio)
        if sizes is None or request.size not in sizes:
            found = f"{request.model} draws no {request.ratio} at {request.size}"
            raise ConfigError(f"models.yml ({request.model})", found, "take a ratio and size of its table")
        if not references:
            raise BadAnswer("the request carries no product shot: there is nothing to paint around")
        return await in_process(_paint, request, references[0], sizes[request.size], self._data_folder)

    async def edit(self, previous: Reply, request: Request, references: Sequence[bytes]) -> Reply:
        """Paint the scene anew, with another seed: a painter that follows no instruction, and says so."""
        reply = await self.generate(request, references)
        said = "The preview painter follows no instruction; it painted the scene anew."
        return reply.model_copy(update={"answer": reply.answer.model_copy(update={"text": said})})

    async def close(self) -> None:
        """Nothing to let go of: the pool belongs to the run."""


def open_provider(settings: ProviderSettings) -> ImageProvider:
    """Open the painter; the painting libraries are loaded by the workers, never by the run itself."""
    return PreviewProvider(settings)


def _paint(request: Request, shot: bytes, pixels: tuple[int, int], data_folder: str) -> Reply:
    from adlocalizer.painting.scene import paint

    return paint(request, shot, pixels, data_folder)
