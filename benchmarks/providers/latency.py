"""The `latency` provider of the benchmarks: asks the latency server over HTTP, as a picture model is asked."""

from __future__ import annotations

import os
from collections.abc import Sequence

import httpx
from pictures import picture_name

from adlocalizer.domain import Answer, Reply, Request
from adlocalizer.errors import BadAnswer, Unavailable
from adlocalizer.providers import ImageProvider, ProviderSettings


class LatencyProvider:
    """One HTTP client, as many connections as requests may be in flight."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._models = settings.models
        limits = httpx.Limits(max_connections=settings.concurrency, max_keepalive_connections=settings.concurrency)
        url = os.environ["ADLOCALIZER_BENCH_SERVER"]
        self._client = httpx.AsyncClient(base_url=url, limits=limits, timeout=600, trust_env=False)

    async def generate(self, request: Request, references: Sequence[bytes]) -> Reply:
        """Answer with the painted picture; like a model, it does not say where the product stands."""
        asked = {"key": request.key, "picture": picture_name(request), "prompt": request.prompt.text}
        try:
            response = await self._client.post("/pictures", json=asked)
        except httpx.HTTPError as error:
            raise Unavailable(f"the latency server does not answer: {error!r}") from error
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise Unavailable("503 from the latency server")
        if response.is_error:
            raise BadAnswer(f"{response.status_code} from the latency server: {response.text}")
        cost = self._models[request.model].price_micros[request.size]
        answer = Answer(key=request.key, kind="picture", mime="image/jpeg", cost_micros=cost)
        return Reply(answer=answer, picture=response.content)

    async def edit(self, previous: Reply, request: Request, references: Sequence[bytes]) -> Reply:
        """Answer like any other request."""
        return await self.generate(request, references)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def open_provider(settings: ProviderSettings) -> ImageProvider:
    """Open the client."""
    return LatencyProvider(settings)
