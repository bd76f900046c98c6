"""Measures how masters are judged, on labelled pictures of made-up products: python benchmarks/judging.py --help.

It takes some hours: `--record` keeps every picture's verdict, and a run that is given the same file goes on with it.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

from judging_judged import Judged, judge
from judging_set import BLOCK, CLASSES, HELD_APART, TUNING, Picture, labelled, shots
from judging_tables import for_people, told

from adlocalizer.calibrating.calibrate import calibrated, unjudged, why_not
from adlocalizer.calibrating.sampling import batches, take
from adlocalizer.domain import Calibration

ROOT = Path(__file__).parents[1]
PLACES = {
    ROOT / "docs/judging.md": ("<!-- judged -->", "<!-- /judged -->"),
    ROOT / "benchmarks/README.md": ("<!-- judging figures -->", "<!-- /judging figures -->"),
}


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=2400, help="of the set (2400)")
    parser.add_argument("--products", nargs="+", choices=sorted(shots()), default=list(shots()), help="default: all")
    parser.add_argument("--kinds", nargs="+", choices=CLASSES, default=[], help="these in turn instead of all")
    parser.add_argument("--tuning", action="store_true", help="pictures that limits may be set on, none of the others")
    parser.add_argument("--block", type=int, default=0, choices=range(100), metavar="0..99", help="of seeds (0)")
    parser.add_argument(
        "--calibrated-on", type=int, default=0, help="pictures a product for limits of its own (0: none)"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    parser.add_argument("--at-most", type=int, help="judge so many more pictures, then print what there is")
    parser.add_argument("--record", type=Path, help="file of verdicts; what it holds of the block counts, too")
    parser.add_argument(
        "--write", action="store_true", help="put the tables into docs/judging.md and benchmarks/README.md"
    )
    parser.add_argument("--date", type=date.fromisoformat, help="the day they were measured, for --write")
    parser.add_argument("--machine", default="", help="the machine and its load in words, for --write")
    options = parser.parse_args(arguments)
    if options.pictures > BLOCK // 2:
        parser.error(f"--pictures: a block has {BLOCK // 2} at most")
    if options.write and not (options.date and options.machine):
        parser.error("--write needs --date and --machine")
    return options


def main(arguments: Sequence[str]) -> int:
    """Judge what is not on record, print the tables, and write them if that was asked for."""
    options = read_options(arguments)
    first = (TUNING if options.tuning else HELD_APART) + options.block * BLOCK
    wanted = _mixed(labelled(options.pictures, options.products, first, options.kinds))
    known = {
        Picture(one.product, one.kind, one.seed): one
        for one in _recorded(options.record)
        if first <= one.seed < first + BLOCK
    }
    judged = list(known.values())
    left = [one for one in wanted if one not in known][: options.at_most]
    own = _calibrations(options) if options.calibrated_on else {}
    for one in _judged(left, own, options.workers):
        judged.append(one)
        if options.record:
            with options.record.open("a", encoding="utf-8") as file:
                file.write(json.dumps(one._asdict()) + "\n")
    made = len({*wanted, *known})
    text = told(judged, made)
    print(text)
    if options.write:
        for path, said in zip(PLACES, (for_people(judged, made), text), strict=True):
            _put(path, f"Measured {options.date}, {options.machine}.\n\n{said}")
    return 0


def _mixed(pictures: Iterable[Picture]) -> list[Picture]:
    """In an order in which any beginning is a fair sample."""
    return sorted(pictures, key=lambda one: hashlib.sha256(repr(one).encode()).digest())


def _recorded(path: Path | None) -> Iterator[Judged]:
    for line in path.read_text(encoding="utf-8").splitlines() if path and path.exists() else ():
        yield Judged(**json.loads(line))


def _judged(pictures: Sequence[Picture], own: Mapping[str, Calibration], workers: int) -> Iterator[Judged]:
    with ProcessPoolExecutor(workers) as pool:
        for number, one in enumerate(pool.map(functools.partial(judge, own=own), pictures), 1):
            if number % 50 == 0:
                print(f"{number} of {len(pictures)} (load {os.getloadavg()[0]:.1f})", file=sys.stderr, flush=True)
            if one is not None:
                yield one


def _calibrations(options: argparse.Namespace) -> dict[str, Calibration]:
    """Every product's own limits, as `adlocalizer calibrate` draws them; kept beside the record."""
    kept = options.record.with_suffix(".limits.json") if options.record else None
    if kept and kept.exists():
        return {name: Calibration.model_validate(said) for name, said in json.loads(kept.read_text("utf-8")).items()}
    found = {}
    with ProcessPoolExecutor(options.workers) as pool:
        for name in options.products:
            shots_ = [shots()[name]]
            if why := why_not(shots_):
                found[name] = unjudged(name, [], why)
            else:
                found[name] = calibrated(name, [], pool.map(take, batches(shots_, options.calibrated_on)))
    if kept:
        kept.write_text(json.dumps({name: one.model_dump(mode="json") for name, one in found.items()}), "utf-8")
    return found


def _put(path: Path, text: str) -> None:
    begin, end = PLACES[path]
    before, found, rest = path.read_text(encoding="utf-8").partition(begin)
    if not found:
        raise SystemExit(f"{path.relative_to(ROOT)} has no {begin}")
    path.write_text(f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
