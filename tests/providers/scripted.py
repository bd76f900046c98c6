"""A provider for tests: draws like `preview`, but where its script says otherwise; every request is written down."""

from __future__ import annotations

import asyncio
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from adlocalizer.domain import Answer, Reply, Request
from adlocalizer.errors import BadAnswer, NotAllowed, Refused, Throttled, Unavailable
from adlocalizer.providers import ImageProvider, ProviderSettings
from adlocalizer.providers.preview import PreviewProvider


class ScriptedProvider:
    """`script.json` maps a city id to what happens: a word, or a list of words, one a request."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._preview = PreviewProvider(settings)
        self._folder = Path(os.environ["SCRIPTED_PROVIDER"])
        self._script: dict[str, str | list[str]] = json.loads((self._folder / "script.json").read_text())
        self._asked: dict[str, int] = {}

    async def generate(self, request: Request, references: Sequence[bytes]) -> Reply:
        city = next(str(fact.value) for fact in request.prompt.facts if fact.name == "city_id")
        with (self._folder / "calls.txt").open("a") as calls:
            calls.write(f"{city} {request.ratio} {request.attempt} {request.key}\n")
        what = self._script.get(city, "draw")
        turn = self._asked[city] = self._asked.get(city, 0) + 1
        return await self._act(what if isinstance(what, str) else what[min(turn, len(what)) - 1], request, references)

    async def _act(self, what: str, request: Request, references: Sequence[bytes]) -> Reply:
        if what.startswith("slow"):
            await asyncio.sleep(0.3 if what == "slow" else 0.1)
        if what == "refuse":
            raise Refused("the provider will not draw this: a rule of its own")
        if what == "throttle":
            raise Throttled("too many requests", 0.01)
        if what == "fail":
            raise Unavailable("no answer came: 503")
        if what.endswith("deny"):
            raise NotAllowed("the key is not valid; make another one")
        if what == "words":
            raise BadAnswer("it answered in words only")
        if what == "blank":
            return _blank(request)
        reply = await self._preview.generate(request, references)
        return Reply(answer=reply.answer.model_copy(update={"cost_micros": 33_600}), picture=reply.picture)

    async def edit(self, previous: Reply, request: Request, references: Sequence[bytes]) -> Reply:
        return await self.generate(request, references)

    async def close(self) -> None:
        await self._preview.close()


def open_provider(settings: ProviderSettings) -> ImageProvider:
    return ScriptedProvider(settings)


def _blank(request: Request) -> Reply:
    out = io.BytesIO()
    Image.new("RGB", (512, 512), (120, 120, 120)).save(out, "PNG")
    answer = Answer(key=request.key, kind="picture", mime="image/png", width=512, height=512, cost_micros=33_600)
    return Reply(answer=answer, picture=out.getvalue())
