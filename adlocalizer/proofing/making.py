"""Every line of a proof through the pool, and the pages bound from them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from adlocalizer.imaging.caching import cache_folder
from adlocalizer.pool import in_process, workers
from adlocalizer.proofing.binding import bind
from adlocalizer.proofing.printing import print_page
from adlocalizer.proofing.scope import Line, ProofPlan
from adlocalizer.proofing.setting import Kit, SetLine, draw_plates, plates_of, set_line
from adlocalizer.reporting.proof_page import ProofPage, render_proof

_PRINT_SIDE = 720
"""Pixels of a printed picture's longer side: 300 to the inch on a sheet of A3."""


class Proof(NamedTuple):
    """A finished proof: the page's nouns, its HTML, and a PDF if one was asked for."""

    page: ProofPage
    html: str
    pdf: bytes | None


async def make_proof(
    plan: ProofPlan, templates: Path, *, printed: bool = False, told: Callable[[int, int], None] = lambda *_: None
) -> Proof:
    """Set every line and bind the pages; `told` hears how many cells are done, of how many. Nothing is written."""
    brief = plan.brief
    kit = Kit(
        brief_json=brief.model_dump_json(),
        columns=plan.columns,
        pictures=plan.pictures,
        fonts_folder=str(cache_folder() / "faces"),
        print_side=_PRINT_SIDE if printed else 0,
    )
    lines, done = (*plan.strained, *plan.lines), 0
    room = asyncio.Semaphore(2 * workers())

    async def made(line: Line) -> SetLine:
        nonlocal done
        async with room:
            one = await in_process(set_line, kit, line)
        done += len(plan.columns)
        told(done, len(lines) * len(plan.columns))
        return one

    plates, every = await asyncio.gather(_plates(kit, lines), asyncio.gather(*map(made, lines)))
    count = len(plan.strained)
    page = bind(plan, every[:count], every[count:], plates)
    pdf = await in_process(print_page, page, brief.fonts, kit.fonts_folder) if printed else None
    return Proof(page, render_proof(page, templates), pdf)


async def _plates(kit: Kit, lines: tuple[Line, ...]) -> Mapping[str, bytes]:
    """Every plate the lines stand on, by name."""
    first = {plates_of(line): line for line in reversed(lines)}
    drawn = await asyncio.gather(*(in_process(draw_plates, kit, line) for line in first.values()))
    return {name: plate for own in drawn for name, plate in own.items()}
