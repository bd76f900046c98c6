"""Draws a master for the renditions' benchmark: python benchmarks/draw_noise.py FILE SIDE."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image


def draw(path: Path, side: int) -> None:
    """A square picture whose detail falls off with its fineness as a photograph's does, with a little grain."""
    random = np.random.default_rng(7)
    levels = np.full((side, side, 3), 128.0, np.float32)
    size, depth = 4, 46.0
    while size <= side:
        noise = random.normal(0, depth, (size, size, 3)).clip(-110, 110) + 128
        layer = Image.fromarray(noise.astype(np.uint8)).resize((side, side), Image.Resampling.BICUBIC)
        levels += np.asarray(layer, np.float32) - 128
        size, depth = size * 2, depth * 0.62
    levels += random.normal(0, 1.5, (side, side, 1))
    Image.fromarray(levels.clip(0, 255).astype(np.uint8)).save(path, quality=92)


if __name__ == "__main__":
    draw(Path(sys.argv[1]), int(sys.argv[2]))
