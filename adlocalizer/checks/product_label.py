"""Whether the product's label says what it says on the shot."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Undecidable, Verdict, check_of
from adlocalizer.imaging.ingest import Unreadable
from adlocalizer.imaging.label_reading import Changed, read_label, widened
from adlocalizer.imaging.locating import cut_of
from adlocalizer.imaging.networks import NoReader
from adlocalizer.imaging.reading import strip_of
from adlocalizer.imaging.text_finding import Corners, Line

_SURE = 0.85  # of the reader: a line it is less sure of may be blurred or lit badly, and asks a person
_OTHERWISE = 0.4  # of its drawing left unexplained: less, or not known, and the reader may have erred
_HIGH = 96  # pixels of each line shown as evidence


@check_of("master", rank=2)
def product_label(master: SeenMaster, standard: Standard) -> Verdict:
    """The share of letters that differ in the worst line of the label; a changed number counts wholly."""
    try:
        product = master.shots.product
        read = read_label(master.whole.pixels, master.shots.nearest, _placing(master), product.off_within)
    except NoReader as error:
        raise Undecidable(f"The label cannot be read: {error}.") from error
    except Unreadable as error:
        raise Undecidable(f"The product shot cannot be read: {error}.") from error
    if not read.compared and read.same:
        said = f"The label is drawn as on the shot, in {_lines(read.same)}; nothing on it needed to be read."
        return standard.judge(0.0, Said(said, said))
    if not read.compared:
        good = "it is too small here" if read.readable else "it has no words in a script the reader knows"
        return standard.judge(0.0, Said(f"The label is not read, {good}: product_structure alone judges it.", ""))
    worst = max(read.changed, key=lambda changed: _distance(changed, standard), default=None)
    good = f"The label reads as on the shot, in {_lines(read.compared + read.same)}."
    if worst is None:
        return standard.judge(0.0, Said(good, good))
    bad = f"The label reads “{worst.read.text[:40]}” where the shot reads “{worst.wanted[:40]}”."
    return standard.judge(_distance(worst, standard), Said(good, bad), _beside(master, worst))


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _distance(changed: Changed, standard: Standard) -> float:
    is_certain = changed.read.sure >= _SURE and _OTHERWISE <= changed.off < math.inf
    return changed.distance if is_certain else min(changed.distance, standard.end_of_doubt)


def _placing(master: SeenMaster) -> Callable[[Corners], Corners]:
    """From pixels of the trimmed cut-out to those of the picture."""
    found = master.registered
    if found is None:
        raise Undecidable("The label cannot be read: the product was not found well enough.")
    way = np.asarray(found.map, np.float64)
    return lambda points: np.asarray(cv2.perspectiveTransform(points[None].astype(np.float32), way)[0], np.float32)


def _beside(master: SeenMaster, changed: Changed) -> Image.Image:
    """The line on the shot above the same line in the picture."""
    cut = cut_of(master.shots.nearest).rgba
    wanted = Image.new("RGB", cut.size, (128, 128, 128))
    wanted.paste(cut, mask=cut.getchannel("A"))
    parts = [_strip(wanted, changed.printed), _strip(master.whole.picture, changed.line)]
    both = Image.new("RGB", (max(part.width for part in parts), 2 * _HIGH + 4), (255, 255, 255))
    for at, part in enumerate(parts):
        both.paste(part, (0, at * (_HIGH + 4)))
    return both


def _strip(picture: Image.Image, line: Line) -> Image.Image:
    strip = Image.fromarray(strip_of(np.asarray(picture), widened(line)))
    return strip.resize((max(1, round(_HIGH * strip.width / strip.height)), _HIGH))
