"""The floors: the same requests in plain asyncio, without (A) and with (B) the work on pictures. Nothing is kept."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from adlocalizer.domain import Box, GroundedCreative, Master
from adlocalizer.errors import Unavailable
from adlocalizer.planning import Brief, Plan, compose_masters, direction_of
from adlocalizer.pool import in_process
from adlocalizer.providers import ImageProvider

if TYPE_CHECKING:
    from adlocalizer.imaging.rendering import RenderOrder

_PAUSE_SECONDS = 1.5
"""Between two tries: the middle of what the pipeline waits after a first failure."""
Finish = Callable[["Asked", bytes], Awaitable[int]]


class Asked(NamedTuple):
    """A master and the creative it belongs to."""

    grounded: GroundedCreative
    master: Master


class Shared(NamedTuple):
    """What every picture of a run needs, small enough to travel with each."""

    brief_json: str
    shot: bytes
    fonts_folder: str


def wanted(plan: Plan) -> list[Asked]:
    """Every master of a plan, in plan order."""
    formats = tuple(plan.brief.formats)
    return [Asked(one, master) for one in plan.creatives for master in compose_masters(plan.brief, one, formats)]


async def ask_all(provider: ImageProvider, asked: list[Asked], concurrency: int, finish: Finish | None = None) -> int:
    """Ask for every picture, so many at once; what `finish` made of them, or how many came."""
    flight = asyncio.Semaphore(concurrency)

    async def one(each: Asked) -> int:
        async with flight:
            picture = await _picture(provider, each.master)
        return await finish(each, picture) if finish else 1

    return sum(await asyncio.gather(*map(one, asked)))


def in_pool(shared: Shared) -> Finish:
    """Work on the pictures in the process pool the pipeline uses."""

    async def finish(asked: Asked, picture: bytes) -> int:
        return await in_process(make_files, shared, asked, picture)

    return finish


def make_files(shared: Shared, asked: Asked, picture: bytes) -> int:
    """Judge a picture, make and check its files, and let them go: how many were made."""
    from adlocalizer.checks import FileSubject, MasterSubject, check_file, check_master
    from adlocalizer.domain import Answer
    from adlocalizer.imaging.ingest import ingest
    from adlocalizer.imaging.locating import find_product
    from adlocalizer.imaging.rendering import render_all

    brief, request = _brief(shared.brief_json), asked.master.request
    answer = Answer(key=request.key, kind="picture", mime="image/jpeg")
    check_master(MasterSubject(request.key, picture, request, answer, shared.shot), brief.checks)
    near = request.prompt.composition.product
    box = find_product(ingest(picture).picture.convert("RGB"), shared.shot, near).box
    orders = _orders(brief, asked, box, shared.fonts_folder)
    files = render_all(picture, orders)
    for order, file in zip(orders, files, strict=True):
        check_file(FileSubject(order.rendition_id, file, order, shared.shot), brief.checks)
    return len(files)


@functools.lru_cache(maxsize=1)
def _brief(brief_json: str) -> Brief:
    return Brief.model_validate_json(brief_json)


def _orders(brief: Brief, asked: Asked, box: Box, fonts_folder: str) -> list[RenderOrder]:
    from adlocalizer.imaging.labelling import xmp_packet
    from adlocalizer.imaging.rendering import RenderOrder

    creative, model = asked.grounded.creative, brief.model
    return [
        RenderOrder(
            rendition_id=f"{creative.id}.{fit.format_id}",
            ad_format=brief.formats[fit.format_id],
            fit=fit,
            copy_row=asked.grounded.copy_row,
            direction=direction_of(asked.grounded),
            brand=brief.brand,
            product_box=box,
            disclosure=model.disclosure,
            layouts=brief.layouts,
            fonts=brief.fonts,
            fonts_folder=fonts_folder,
            xmp=xmp_packet(model.digital_source_type, creative.id, brief.campaign.title, model.id),
        )
        for fit in asked.master.fits
    ]


async def _picture(provider: ImageProvider, master: Master) -> bytes:
    while True:
        try:
            return (await provider.generate(master.request, ())).picture or b""
        except Unavailable:
            await asyncio.sleep(_PAUSE_SECONDS)
