"""Products that are not quite the product any more: drawn from the request's own shot."""

from __future__ import annotations

import functools
import hashlib
import io
from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from adlocalizer.imaging.locating import cut_of
from tests.emulator.wire import Picture

Levels = NDArray[np.uint8]
_WORD = "BREZA"
_TALL = (0.012, 0.14)  # heights of a label's letters, in heights of the product


class Glyph(NamedTuple):
    """A letter or digit of a label: its box in pixels, and where in the box it is inked."""

    left: int
    top: int
    wide: int
    high: int
    ink: NDArray[np.bool_]


@functools.lru_cache(maxsize=32)
def altered(shot: Picture, fault: str) -> Picture:
    """The shot with a named fault: `mirrored`, `letter_changed` or `swapped`; a label without letters is mirrored."""
    done = ALTERED[fault](cut_of(shot.content).rgba)
    out = io.BytesIO()
    done.save(out, "PNG", compress_level=1)
    return Picture(hashlib.sha256(out.getvalue()).hexdigest(), "image/png", out.getvalue())


def line_of(label: Image.Image) -> list[Glyph]:
    """The tallest line of at least four letters on a label, from left to right; empty where there is none."""
    flat = Image.new("RGB", label.size, (128, 128, 128))
    flat.paste(label, mask=label.getchannel("A"))
    grey: Levels = np.asarray(flat.convert("L"))
    lines = [line for dark in (True, False) for line in _lines(_glyphs(grey, dark))]
    return max(lines, key=lambda line: (sum(glyph.high for glyph in line) / len(line), len(line)), default=[])


def _mirrored(label: Image.Image) -> Image.Image:
    return ImageOps.mirror(label)


def _letter_changed(label: Image.Image) -> Image.Image:
    """One letter of the label's largest line is another one of that line."""
    line = line_of(label)
    pairs = [(_unlike(one, other), at, by) for at, one in enumerate(line) for by, other in enumerate(line)]
    if not pairs:
        return _mirrored(label)
    gone, new = (line[at] for at in max(pairs)[1:])
    levels = np.array(label.convert("RGB"))
    inked = np.zeros(levels.shape[:2], np.uint8)
    inked[gone.top : gone.top + gone.high, gone.left : gone.left + gone.wide] = gone.ink
    ink = np.median(levels[inked > 0], axis=0)
    bare = cv2.inpaint(levels, cv2.dilate(inked, np.ones((7, 7), np.uint8)), 5, cv2.INPAINT_TELEA)
    wide = min(new.wide, round(gone.wide * 1.2))
    glyph = Image.fromarray(new.ink.astype(np.uint8) * 255).resize((wide, gone.high), Image.Resampling.LANCZOS)
    done = Image.fromarray(bare)
    corner = (gone.left + (gone.wide - wide) // 2, gone.top)
    done.paste(tuple(int(level) for level in ink), corner, glyph)
    done.putalpha(label.getchannel("A"))
    return done


def _swapped(label: Image.Image) -> Image.Image:
    """Another product of the same outline and shading: other colours, another pattern and another name."""
    wide, high = label.size
    shade = label.convert("L").filter(ImageFilter.GaussianBlur(wide / 9))
    done = ImageOps.colorize(ImageOps.autocontrast(shade), black=(22, 28, 74), mid=(64, 84, 168), white=(206, 216, 244))
    pen = ImageDraw.Draw(done)
    for at in range(5):
        top = high * (0.24 + 0.045 * at)
        pen.polygon(((0, top), (wide, top - 0.1 * high), (wide, top - 0.08 * high), (0, top + 0.02 * high)), "#e8eefc")
    face = ImageFont.load_default(max(10, wide // 5))
    pen.rectangle((0, 0.52 * high, wide, 0.68 * high), fill="#8c1d3f")
    pen.text((wide / 2, 0.6 * high), _WORD, font=face, fill="#ffffff", anchor="mm")
    done.putalpha(label.getchannel("A"))
    return done


ALTERED: dict[str, Callable[[Image.Image], Image.Image]] = {
    "mirrored": _mirrored,
    "letter_changed": _letter_changed,
    "swapped": _swapped,
}


def _glyphs(grey: Levels, dark: bool) -> list[Glyph]:
    """What may be a letter: darker or lighter than all around it, as tall as letters of a label are."""
    high = grey.shape[0]
    around = cv2.medianBlur(grey, 2 * (high // 24) + 1).astype(np.int16)
    apart = around - grey if dark else grey - around
    inked = (apart > 28).astype(np.uint8)
    _, marks, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    found = []
    for mark, (left, top, across, down, area) in enumerate(stats[1:].tolist(), start=1):
        shaped = _TALL[0] * high <= down <= _TALL[1] * high and 0.12 <= across / down <= 1.6
        if shaped and 0.15 < area / (across * down) < 0.95:
            found.append(Glyph(left, top, across, down, marks[top : top + down, left : left + across] == mark))
    return found


def _lines(glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Four and more of one height on one line, each less than two and a half heights from the next."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.left):
        for line in lines:
            last = line[-1]
            level = abs(glyph.top - last.top) + abs(glyph.top + glyph.high - last.top - last.high) < 0.24 * last.high
            if level and 0 <= glyph.left - last.left - last.wide < 1.6 * last.high:
                line.append(glyph)
                break
        else:
            lines.append([glyph])
    return [line for line in lines if len(line) >= 4]


def _unlike(one: Glyph, other: Glyph) -> float:
    """How much two letters differ, as a share of either's ink; neither much wider than the other."""
    if not 0.6 <= one.wide / other.wide <= 1.6:
        return -1.0
    size = (24, 32)
    shapes = [Image.fromarray(glyph.ink.astype(np.uint8) * 255).resize(size) for glyph in (one, other)]
    first, second = (np.asarray(shape) > 127 for shape in shapes)
    return float((first ^ second).sum() / max(1, (first | second).sum()))
