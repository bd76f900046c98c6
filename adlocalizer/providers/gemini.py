"""The `gemini` provider: image models of Google through google-genai; what goes wrong leaves as an error of ours."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from adlocalizer.domain import Digest, Model, ProviderConfig, Reply, Request
from adlocalizer.errors import AdlocalizerError, ConfigError, ProviderError, Unavailable
from adlocalizer.gemini import rows, verdicts, wire
from adlocalizer.gemini.access import Access, access_of, resolved
from adlocalizer.gemini.gate import Gate
from adlocalizer.gemini.reading import Asked, read_in_turn
from adlocalizer.gemini.ready import ready_made
from adlocalizer.providers import Batch, BatchRow, ImageProvider, ProviderSettings
from adlocalizer.providers._gemini_batches import as_batch, check_list, file_name, inlined_lines, is_usable
from adlocalizer.redaction import redacted

if TYPE_CHECKING:
    from google.genai import Client, types

_T = TypeVar("_T")
_log = logging.getLogger(__name__)
_BIG_BODIES_AT_ONCE = 2
_TRANSFER_SECONDS = 3600.0
"""A whole file up or down: 2 GB at most."""


class GeminiProvider:
    """Asks Gemini, over a client the first request opens: before it no key is needed. For one event loop."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._settings, self._config = settings, resolved(settings.config, os.environ)
        self._gate = Gate(_BIG_BODIES_AT_ONCE)
        self._opened: Client | None = None
        if self._config.transport == "aiohttp" and importlib.util.find_spec("aiohttp") is None:
            raise ConfigError("models.yml (providers: gemini: transport)", "aiohttp is not installed", "write httpx2")

    async def generate(self, request: Request, references: Sequence[bytes]) -> Reply:
        """Answer a request; raise a ProviderError when no answer came."""
        return await self._ask(request, references, None)

    async def edit(self, previous: Reply, request: Request, references: Sequence[bytes]) -> Reply:
        """Answer a request that has an edit, starting from the previous reply's picture."""
        return await self._ask(request, references, previous)

    async def close(self) -> None:
        """Let go of connections; twice is fine."""
        client, self._opened = self._opened, None
        if client is not None:
            await client.aio.aclose()
            client.close()

    def line(self, request: Request, references: Sequence[bytes], previous: Reply | None = None) -> bytes:
        """A request as one line of an input file."""
        return rows.input_line(request.key, self._body(request, references, previous))

    async def upload(self, path: Path, name: str) -> str:
        """Hand an input file over under a name of our choosing; what is there already is used."""
        files, chosen = self._batch_client().aio.files, file_name(name)
        if await self._is_there(chosen):
            return f"files/{chosen}"
        config: types.UploadFileConfigDict = {"name": chosen, "display_name": name, "mime_type": "application/jsonl"}
        try:
            await self._call(files.upload(file=path, config=config), seconds=_TRANSFER_SECONDS)
        except ProviderError:
            # Somebody else may have been faster: the name is made of the content, so it is the same file.
            if not await self._is_there(chosen):
                raise
        return f"files/{chosen}"

    async def create(self, model: str, source: str, display_name: str) -> Batch:
        """Begin a batch, once: an error may mean that it was begun all the same."""
        batches, asked = self._batch_client().aio.batches, self._settings.models[model]
        creating = batches.create(model=model, src=source, config={"display_name": display_name})
        return as_batch(await self._call(creating, asked))

    async def find(self, display_name: str) -> Batch | None:
        """The newest batch with a name we gave."""
        found = await self._call(self._listed(display_name))
        newest = max(found, key=lambda one: one.create_time or datetime.min.replace(tzinfo=UTC), default=None)
        return as_batch(newest) if newest else None

    async def look(self, name: str) -> Batch:
        """How a batch stands."""
        return as_batch(await self._call(self._batch_client().aio.batches.get(name=name)))

    async def results(self, batch: Batch, requests: Mapping[Digest, Request]) -> AsyncIterator[BatchRow]:
        """The rows of an ended batch: downloaded to a temporary file first, then read line by line."""
        client = self._batch_client()
        with tempfile.TemporaryFile() as output:
            if batch.output:
                # The stub of `destination` knows no raw file, its code asks for `write` alone.
                sink = cast("Any", output)
                download = client.aio.files.download(file=batch.output, destination=sink)
                await self._call(download, seconds=_TRANSFER_SECONDS)
            else:
                output.writelines(inlined_lines(await self._call(client.aio.batches.get(name=batch.name))))
            output.seek(0)
            while line := await asyncio.to_thread(output.readline):
                if line.strip() and (row := await asyncio.to_thread(self._row, line, requests)):
                    yield BatchRow(*row)

    async def discard(self, source: str) -> None:
        """Delete a file that was uploaded; one that is gone is fine."""
        await self._unless_gone(self._batch_client().aio.files.delete(name=source))

    async def _ask(self, request: Request, references: Sequence[bytes], previous: Reply | None) -> Reply:
        asked = Asked(request, self._settings.models[request.model], self._settings.mode)
        models, body = self._client().aio.models, self._body(request, references, previous)
        is_ready = self._config.transport == "httpx2"
        with self._gate.seat(), ready_made(wire.dumped(body)) if is_ready else nullcontext():
            # `contents` is a placeholder, the cheapest one: the whole body is ours, references encoded once.
            config = _how_to_ask(None if is_ready else body)
            sending = models.generate_content(model=request.model, contents={}, config=config)
            response = (await self._call(sending, asked.model)).sdk_http_response
            return await read_in_turn((response.body if response else None) or "", asked)

    def _body(self, request: Request, references: Sequence[bytes], previous: Reply | None) -> dict[str, Any]:
        shots = [wire.encoded(shot) for shot in references]
        start = wire.previous_of(previous, request, self._config.edit_history)
        return wire.body(request, self._settings.models[request.model], shots, start)

    async def _call(self, calling: Awaitable[_T], model: Model | None = None, seconds: float | None = None) -> _T:
        deadline = seconds or self._config.deadline_seconds
        try:
            # The SDK's own time-outs are for each read: a slow drip never ends by them.
            async with asyncio.timeout(deadline):
                return await calling
        except AdlocalizerError:
            raise
        except TimeoutError:
            found: ProviderError = Unavailable(f"no answer came within {deadline:g} seconds", may_be_billed=True)
        except Exception as error:  # a stranger's: every one of them is judged by the tables
            found = self._judged(error, model)
        # Outside of `except`, so that it carries nothing of the SDK: neither headers nor what cannot be pickled.
        raise found

    def _judged(self, error: Exception, model: Model | None) -> ProviderError:
        # Only these speak in sentences; others quote bodies, pictures included.
        is_quotable = type(error).__module__.split(".")[0] in ("httpx2", "builtins") or "auth" in type(error).__module__
        found = verdicts.of_fault(error, redacted(str(error)) if is_quotable else "")
        if found is not None:
            return found
        headers = dict(getattr(getattr(error, "response", None), "headers", None) or {})
        said = verdicts.error_in(getattr(error, "details", None))
        said = {**said, "message": redacted(str(said.get("message") or ""))}
        status = int(getattr(error, "code", None) or 0)
        return verdicts.of_status(verdicts.Said(status, said, headers, datetime.now(UTC)), model)

    def _client(self) -> Client:
        if self._opened is None:
            access = access_of(self._config, self._settings.key, os.environ)
            self._opened = _open_client(access, self._config, self._settings.concurrency)
        return self._opened

    def _batch_client(self) -> Client:
        if self._config.backend == "vertex":
            raise ConfigError("--mode", "Vertex AI takes no batches by file", "write interactive, or use a Gemini key")
        return self._client()

    async def _is_there(self, name: str) -> bool:
        file = await self._unless_gone(self._batch_client().aio.files.get(name=f"files/{name}"))
        return file is not None and is_usable(file.name, file.state)

    async def _unless_gone(self, calling: Awaitable[_T]) -> _T | None:
        try:
            return await self._call(calling)
        except ProviderError as error:
            if error.retryable:
                raise
            return None  # 403 as well as 404 stand for a name nobody has

    async def _listed(self, display_name: str) -> list[types.BatchJob]:
        pages, found = await self._batch_client().aio.batches.list(config={"page_size": 100}), []
        with suppress(IndexError):  # there is no further page
            while True:
                check_list(pages.sdk_http_response.headers if pages.sdk_http_response else None)
                found += [batch for batch in pages.page if batch.display_name == display_name]
                await pages.next_page()
        return found

    def _row(self, line: bytes, requests: Mapping[Digest, Request]) -> rows.Row | None:
        try:
            return rows.read_row(line, requests, self._settings.models)
        except rows.UnknownRow as error:
            _log.warning("A line of a batch's output was left out: %s.", error)
            return None


def open_provider(settings: ProviderSettings) -> ImageProvider:
    """Open the door to Gemini; the SDK is loaded and connected by the first request."""
    return GeminiProvider(settings)


def _open_client(access: Access, config: ProviderConfig, concurrency: int) -> Client:
    from google import genai
    from google.genai import types

    options = types.HttpOptions(
        base_url=access.base_url,
        api_version=config.api_version,
        timeout=round(config.deadline_seconds * 1000) + 1000,  # tells the server, too, when we stop waiting
        retry_options=types.HttpRetryOptions(attempts=1),  # left out, aiohttp would silently send twice
    )
    try:
        if config.transport == "httpx2":
            from adlocalizer.providers._gemini_connections import client_args

            options.async_client_args = client_args(access.base_url, concurrency)
        return genai.Client(http_options=options, **access.opener)
    except AdlocalizerError:
        raise
    except Exception as error:  # a stranger's: the SDK sets up TLS and proxies here
        found = f"no connection can be set up ({type(error).__name__}: {verdicts.one_line(redacted(str(error)))})"
    where = "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, SSL_CERT_FILE or SSL_CERT_DIR"
    raise ConfigError(where, found, "name an HTTP proxy as http://host:port, files that are there, or unset them")


def _how_to_ask(extra_body: dict[str, Any] | None) -> types.GenerateContentConfig:
    from google.genai import types

    own = {"http_options": types.HttpOptions(extra_body=extra_body)} if extra_body else {}
    return _plain_config().model_copy(update=own)


@cache
def _plain_config() -> types.GenerateContentConfig:
    from google.genai import types

    class Config(types.GenerateContentConfig):
        """The SDK asks `name in config` some sixty times a request, each time going through every field."""

        def __contains__(self, name: object) -> bool:
            return False  # then it looks for the attribute

    return Config(
        should_return_http_response=True,  # the SDK's own reading drops finishMessage and copies pictures
        automatic_continuation=False,  # each continuation is billed
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )
