"""Whether the area that was to stay plain for the copy is plain."""

from __future__ import annotations

import numpy as np
from PIL import Image

from adlocalizer.checks.seen import SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of
from adlocalizer.imaging.geometry import Rect

_CELLS = 24  # along the picture's short side: about the height of a line of copy
_PIXELS = 8  # along a cell's side: finer than this no letter is disturbed
_BUSY = 6.0  # L* by which a cell varies (standard deviation): letters on it lose their edges


@check_of("master")
def quiet_area(master: SeenMaster, standard: Standard) -> Verdict:
    """Few parts of the quiet area are busy; how well the copy itself can be read is judged on the finished file."""
    picture = master.picture
    area = Rect(0, 0, *picture.size).part(master.asked.prompt.composition.quiet)
    cell = min(picture.size) / _CELLS
    columns, rows = max(1, round(area.width / cell)), max(1, round(area.height / cell))
    size = (columns * _PIXELS, rows * _PIXELS)
    small = picture.resize(size, Image.Resampling.BOX, box=area).convert("L")
    tiles = np.asarray(small).reshape(rows, _PIXELS, columns, _PIXELS).astype(np.float32) / 2.55
    busy = tiles.std(axis=(1, 3)) > _BUSY
    share = float(busy.mean())
    said = Said(
        "The area for the copy is plain.", f"The area for the copy is not plain: {share:.0%} of it is full of detail."
    )
    evidence = picture.crop((round(area.left), round(area.top), round(area.right), round(area.bottom)))
    return standard.judge(share, said, evidence)
