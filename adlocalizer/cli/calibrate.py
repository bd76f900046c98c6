"""`adlocalizer calibrate`: a product's own limits for the checks, from pictures made of its shots. Spends nothing."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adlocalizer.cli.counting import Told, counted
from adlocalizer.cli.options import AsJson
from adlocalizer.cli.showing import print_json, print_line, print_table
from adlocalizer.config import Project
from adlocalizer.config.calibrations import FOLDER, SHOTS
from adlocalizer.domain import Calibration, ErrorRate, MeasureLimit
from adlocalizer.errors import ConfigError
from adlocalizer.order import open_project
from adlocalizer.store import Store

if TYPE_CHECKING:
    from adlocalizer.calibrating.sampling import Batch, Taken

ProductName = Annotated[str, typer.Argument(metavar="PRODUCT", help="Id in configs/products/.")]
Pictures = Annotated[
    int | None,
    typer.Option("--pictures", metavar="N", help="How many are made and judged, 60 to 20,000; default: 480."),
]
_MOST = 20_000


def calibrate(product: ProductName, pictures: Pictures = None, as_json: AsJson = False) -> None:
    """Learn how a product's pictures look when they are right and when they are wrong; write its limits."""
    from adlocalizer.calibrating.calibrate import calibrated, unjudged, why_not
    from adlocalizer.calibrating.sampling import LEAST, USUAL, batches
    from adlocalizer.imaging.ingest import Unreadable

    count = USUAL if pictures is None else pictures
    if not LEAST <= count <= _MOST:
        raise ConfigError("--pictures", f"{count:,} is no such number", f"write {LEAST} to {_MOST:,}")
    project = open_project()
    shots = _shots(project, product)
    digests = [hashlib.sha256(shot).hexdigest() for shot in shots]
    try:
        why = why_not(shots)
    except Unreadable as error:
        remedy = "give a PNG, JPEG or WebP picture"
        raise ConfigError(f"product {product} (shots)", str(error), remedy) from error
    if why:
        found = unjudged(product, digests, why)
    else:
        with counted("judging", "batches of pictures", quiet=as_json) as told:
            found = calibrated(product, digests, asyncio.run(_taken(batches(shots, count), told)))
    Store(str(project.root / FOLDER)).write(f"{product}.json", (found.model_dump_json(indent=1) + "\n").encode())
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _show(found)


def _shots(project: Project, product: str) -> list[bytes]:
    """The shots pictures are compared with."""
    where = f"product {product} (shots)"
    return [project.file(shot, where).read_bytes() for shot in project.product(product).shots[:SHOTS]]


async def _taken(every: Sequence[Batch], told: Told) -> list[Taken]:
    """What the pool measured on every batch, in order."""
    from adlocalizer.calibrating.sampling import take
    from adlocalizer.pool import in_process, workers

    room, done = asyncio.Semaphore(2 * workers()), 0

    async def taken(batch: Batch) -> Taken:
        nonlocal done
        async with room:
            one = await in_process(take, batch)
        done += 1
        told(done, len(every))
        return one

    return list(await asyncio.gather(*map(taken, every)))


def _show(found: Calibration) -> None:
    path = Path(FOLDER) / f"{found.product}.json"
    if found.unsure:
        print_line(f"Every picture of {found.product} will be looked at by a person: {found.unsure}.")
        print_line(f"written: {path}")
        return
    columns = ("pictures that were", ">made", ">passed", ">for a person", ">rejected", ">judged wrongly (95 %)")
    print_table("How pictures of it were judged, by limits drawn from others", columns, map(_rate_row, found.rates))
    print_line()
    columns = ("check", ">passes up to", ">rejected above", ">worst right", ">best wrong", "can it tell?")
    print_table("Its limits, 0 being perfect", columns, map(_limit_row, found.limits))
    print_line()
    for kind, why in found.left_out.items():
        print_line(f"not tried, {kind}: {why}")
    for one in found.limits:
        if one.unsure:
            print_line(f"{one.check} sends every picture to a person: {one.unsure}")
    print_line(f"written: {path}; it counts from the next plan on")


def _rate_row(rate: ErrorRate) -> tuple[object, ...]:
    wrong = rate.failed if rate.kind == "right" else rate.passed
    low, high = rate.interval(wrong)
    return (rate.kind, rate.pictures, rate.passed, rate.reviewed, rate.failed, f"{low:.1%} to {high:.1%}")


def _limit_row(one: MeasureLimit) -> tuple[object, ...]:
    if one.wrong_least is None:
        return (one.check, "", "", f"{one.right_most:g}", "", "not tried: as in configs/checks.yml")
    tells = "no: a person looks" if one.unsure else "yes"
    return (one.check, f"{one.threshold:g}", f"{one.fails_at:g}", f"{one.right_most:g}", f"{one.wrong_least:g}", tells)
