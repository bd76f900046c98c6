"""Gemini's text models as judges, through the door of its image models: deadline and verdicts are theirs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, cast

from adlocalizer.domain import Inquiry, Micros, Reply
from adlocalizer.gemini import wire
from adlocalizer.gemini.judging import judge_body, read_judgement
from adlocalizer.gemini.ready import ready_made
from adlocalizer.providers import JudgeProvider, ProviderSettings
from adlocalizer.providers.gemini import GeminiProvider, _how_to_ask

if TYPE_CHECKING:
    from adlocalizer.domain import Model


class GeminiJudge(GeminiProvider):
    """Asks a text model that sees pictures."""

    async def judge(self, inquiry: Inquiry, pictures: Sequence[bytes], most_micros: Micros) -> Reply:
        """Answer an inquiry; raise a ProviderError when no answer came."""
        model = self._settings.text_models[inquiry.model]
        models, body = self._client().aio.models, judge_body(inquiry, pictures)
        is_ready = self._config.transport == "httpx2"
        with ready_made(wire.dumped(body)) if is_ready else nullcontext():
            # `contents` is a placeholder: the whole body is ours.
            config = _how_to_ask(None if is_ready else body)
            sending = models.generate_content(model=inquiry.model, contents={}, config=config)
            # Of a model that is gone only id, date and successor are told, and a text model has these too.
            response = (await self._call(sending, cast("Model", model))).sdk_http_response
        said = (response.body if response else None) or ""
        return await asyncio.to_thread(read_judgement, said, inquiry, model, most_micros)


def open_judge(settings: ProviderSettings) -> JudgeProvider:
    """Open the door to Gemini's judges; the SDK is loaded and connected by the first inquiry."""
    return GeminiJudge(settings)
