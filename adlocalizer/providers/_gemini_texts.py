"""Gemini's text models, through the same door as its image models: client, deadline and verdicts are theirs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from adlocalizer.domain import TextAnswer, TextRequest
from adlocalizer.gemini.texts import read_text, text_body
from adlocalizer.providers import ProviderSettings, TextProvider
from adlocalizer.providers.gemini import GeminiProvider, _how_to_ask

if TYPE_CHECKING:
    from adlocalizer.domain import Model


class GeminiWriter(GeminiProvider):
    """Asks a text model for an object of texts."""

    async def write(self, request: TextRequest) -> TextAnswer:
        """Answer a request for words; raise a ProviderError when no answer came."""
        model = self._settings.text_models[request.model]
        sending = self._client().aio.models.generate_content(
            model=request.model, contents={}, config=_how_to_ask(text_body(request))
        )
        # Of a model that is gone only id, date and successor are told, and a text model has these too.
        response = (await self._call(sending, cast("Model", model))).sdk_http_response
        return await asyncio.to_thread(read_text, (response.body if response else None) or "", request, model)


def open_text_provider(settings: ProviderSettings) -> TextProvider:
    """Open the door to Gemini's text models; the SDK is loaded and connected by the first request."""
    return GeminiWriter(settings)
