"""What a line of letters says, by the network's chances column by column."""

from __future__ import annotations

import math
import unicodedata
from typing import NamedTuple

import cv2
import numpy as np

from adlocalizer.imaging.networks import Pixels, letter_chances, letters
from adlocalizer.imaging.text_finding import Line

SCRIPTS = frozenset({"Latn", "Hans", "Hant", "Hani", "Jpan"})
"""ISO 15924 codes of what the reader knows; of other scripts it makes something like Latin, or nothing."""
_HIGH = 48  # pixels of a line the network was trained on
_LEAST, _MOST = 48, 400  # pixels of width fed: 100 cost about 12 CPU ms; longer lines are squeezed into it
_LONGEST = 720  # at that height: of longer lines only the beginning is read, as squeezed further they are misread
_DOWNWARDS = 1.5  # times higher than wide: a line that runs down the picture is turned before it is read
_SURE = 0.8  # windows and arches were read as three letters with 0.78 at most, garbled words with 0.5 to 1
_LETTERS, _IDEOGRAPHS = 3, 2  # fewer are found in rings and frames of windows too


class Words(NamedTuple):
    """What was read and how sure the reader is: the mean chance of its letters, 0 to 1, and 0 for nothing."""

    text: str
    sure: float

    @property
    def are_words(self) -> bool:
        """Whether letters were read for certain: enough of them, not one repeated, and surely."""
        said = [letter for letter in self.text if letter.isalnum()]
        least = _IDEOGRAPHS if self.are_ideographs else _LETTERS
        return self.sure >= _SURE and len(said) >= least and len(set(said)) > 1

    @property
    def are_ideographs(self) -> bool:
        """Whether most of it is Chinese or Japanese."""
        said = [letter for letter in self.text if letter.isalnum()]
        return 2 * sum(map(_is_ideograph, said)) > len(said)


def read_line(pixels: Pixels, line: Line) -> Words:
    """What a line of an RGB picture says; of a very long one the beginning. Raises NoReader."""
    return read_strip(strip_of(pixels, line))


def strip_of(pixels: Pixels, line: Line) -> Pixels:
    """A line cut out and set straight, at its own size."""
    wide, high = max(1, round(line.wide)), max(1, round(line.high))
    target = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    turn = cv2.getPerspectiveTransform(line.corners, target)
    strip = cv2.warpPerspective(pixels, turn, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.rot90(strip) if high >= _DOWNWARDS * wide else strip, np.uint8)


def read_strip(strip: Pixels) -> Words:
    """What a straight strip in RGB says; raises NoReader."""
    high = strip.shape[0]
    begun = np.ascontiguousarray(strip[:, : max(1, round(_LONGEST * high / _HIGH))])
    length = min(_MOST, max(_LEAST, math.ceil(_HIGH * begun.shape[1] / high)))
    how = cv2.INTER_AREA if high > _HIGH else cv2.INTER_CUBIC
    chances = letter_chances(np.asarray(cv2.resize(begun, (length, _HIGH), interpolation=how), np.uint8))
    best = chances.argmax(axis=1)
    # A letter stretches over columns: repeats count once, and only a column without a letter parts two alike.
    first = (best > 0) & np.append(True, best[1:] != best[:-1])
    if not first.any():
        return Words("", 0.0)
    known = letters()
    return Words("".join(known[index] for index in best[first]).strip(), float(chances.max(axis=1)[first].mean()))


def is_cut(strip: Pixels) -> bool:
    """Whether a strip is too long to be read to its end, so that its last letter may be cut in two."""
    high, wide = strip.shape[:2]
    return bool(wide > round(_LONGEST * high / _HIGH))


def plain(text: str) -> str:
    """Letters and digits alone, in lower case and without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if letter.isalnum())


def _is_ideograph(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(("CJK", "HIRAGANA", "KATAKANA"))
