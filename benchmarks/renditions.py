"""Measures renditions beside plain Pillow and raw libvips: python benchmarks/renditions.py [--quick]."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
TITLES = {
    "pillow": "Pillow, without text",
    "libvips": "libvips, without text, JPEG optimised as Pillow's",
    "libvips_plain": "libvips, without text, plain JPEG",
    "floor": "ours before any copy: decode, cut, encode",
    "ours": "ours: copy set, sizes and bytes exact",
    "checked": "ours, and every file checked",
}
BASELINES = ("pillow", "libvips", "libvips_plain")
FORMATS = 12
FEW = ("gads_upload_300x250", "gads_upload_728x90", "gads_upload_320x50")
Figures = dict[str, Any]


def main() -> int:
    """Print the tables; 1 when a file of ours breaks a promise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three small formats, once: does it run")
    parser.add_argument("--repeats", type=int, default=5, help="processes a variant, interleaved (default 5)")
    given = parser.parse_args()
    repeats, passes = (1, 1) if given.quick else (given.repeats, 3)
    sides = {"512 PNG": 512} if given.quick else {"2K PNG": 2048, "4K PNG": 4096, "4K JPEG": 4096}
    packages = ", ".join(f"{name} {version(name)}" for name in ("pillow", "pyvips-binary", "skia-python", "numpy"))
    print(f"{len(FEW) if given.quick else FORMATS} formats a master, {repeats} processes a variant, {packages}.\n")
    broken: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, side in sides.items():
            master = _master(Path(scratch), side, name.rpartition(" ")[2])
            broken += _compare(name, master, repeats, passes, FEW if given.quick else ())
        small = _master(Path(scratch), 512 if given.quick else 1024, "PNG")
        if not given.quick:
            _print_typesetting(_figures("typesetting", small, passes))
        broken += _print_limited(_figures("limited", small, 1, FEW if given.quick else ()))
    for promise in dict.fromkeys(broken):
        print(f"broken: {promise}", file=sys.stderr)
    return 1 if broken else 0


def _compare(name: str, master: Path, repeats: int, passes: int, formats: Sequence[str]) -> list[str]:
    """One master's table, its variants taking turns; what our files break."""
    loads, runs = (
        [os.getloadavg()[0]],
        {variant: list[Figures]() for variant in TITLES if variant != "checked" or not formats},
    )
    for _ in range(repeats):
        for variant, figures in runs.items():
            figures.append(_figures(variant, master, passes, formats))
            loads.append(os.getloadavg()[0])
    print(f"{name}, {master.stat().st_size / 1e6:.1f} MB, load average {min(loads):.1f} to {max(loads):.1f}.\n")
    print("| variant | CPU ms a master | median | CPU ms a rendition | ÷ Pillow | ÷ libvips | ÷ plain | peak MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    least = {variant: min(one["cpu_ms"] for one in figures) for variant, figures in runs.items()}
    for variant, figures in runs.items():
        usual, peak = (median(one[key] for one in figures) for key in ("cpu_ms", "peak_mb"))
        ratios = " | ".join(f"{least[variant] / least[other]:.2f}" for other in BASELINES)
        each = least[variant] / (len(formats) or FORMATS)
        print(f"| {TITLES[variant]} | {least[variant]:.0f} | {usual:.0f} | {each:.1f} | {ratios} | {peak:.0f} |")
    full = runs["ours"][0]["full_colour"]
    print(f"\nColours at full resolution in {full} of {len(formats) or FORMATS} files.\n")
    return [promise for one in runs["ours"] for promise in one["broken"]]


def _print_typesetting(figures: Figures) -> None:
    print("| locale | CPU ms a text block |")
    print("| --- | --- |")
    for locale, cost in figures["block_ms"].items():
        print(f"| {locale} | {cost:.1f} |")
    print()


def _print_limited(figures: Figures) -> list[str]:
    print("| type | encodes a file under a limit | most |")
    print("| --- | --- | --- |")
    for kind, (mean, most) in figures["encodes"].items():
        print(f"| {kind} | {mean:.1f} | {most} |")
    print(f"\n{figures['missed']} of {figures['limits']} limits that the least quality keeps were missed.")
    often = [f"more than three encodes as {kind}" for kind, (_, most) in figures["encodes"].items() if most > 3]
    return often + ["a byte limit"] * bool(figures["missed"])


def _figures(variant: str, master: Path, passes: int, formats: Sequence[str] = ()) -> Figures:
    command = [sys.executable, str(HERE / "rendition_variant.py"), variant, str(master), "--passes", str(passes)]
    command += ["--formats", *formats] if formats else []
    one_core = {"VIPS_CONCURRENCY": "1", "OPENCV_FOR_THREADS_NUM": "1"}  # as in the processes of the pool
    own = os.environ | {"PYTHONPATH": str(HERE.parent)} | one_core
    done = subprocess.run(command, env=own, stdout=subprocess.PIPE, text=True, check=True)
    figures: Figures = json.loads(done.stdout)
    return figures


def _master(folder: Path, side: int, kind: str) -> Path:
    """A square picture with the detail of a photograph, made once: 1.4 bytes a pixel as PNG."""
    path = folder / f"{side}.{kind.lower()}"
    if not path.exists():
        subprocess.run([sys.executable, str(HERE / "draw_noise.py"), str(path), str(side)], check=True)
    return path


if __name__ == "__main__":
    sys.exit(main())
