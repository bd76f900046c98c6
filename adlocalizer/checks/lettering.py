"""Whether the copy can be read: contrast, glyphs, fit and letter height."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from adlocalizer.checks.fineness import FINE, fine_contrast
from adlocalizer.checks.legibility import measured_contrast
from adlocalizer.checks.seen import SeenFile
from adlocalizer.checks.standard import Standard, Verdict, check_of

if TYPE_CHECKING:
    from adlocalizer.imaging.contrast import Pixels
    from adlocalizer.imaging.geometry import Rect
    from adlocalizer.imaging.rendering import Block

_ROUNDED = 0.01  # pixels: heights are told to two decimals
_UNCERTAIN = 0.85  # of the contrast: what compression may take from a measure on decoded pixels


@check_of("file")
def copy_contrast(file: SeenFile, standard: Standard) -> Verdict:
    """The contrast of every block, as drawn and again as decoded, whichever is worse."""
    from adlocalizer.imaging.measuring import FRAMED

    pixels, limit = file.decoded.shown.pixels, standard.limit
    found, sure = dict[str, float](), dict[str, float]()
    for block in file.rendered.blocks:
        if not file.is_picture(block):
            rect, framed = file.placed(block.box), block.role in FRAMED
            again = _seen_contrast(block, pixels, rect, framed=framed)
            drawn = block.contrast if math.isfinite(block.contrast) else 1.0
            found[block.role] = round(min(drawn, again), 2)
            sure[block.role] = min(drawn, again / _UNCERTAIN)
    weak = {role: contrast for role, contrast in found.items() if contrast < limit}
    value = min(found.values(), default=None)
    if not weak:
        return Verdict(True, "All copy stands out from its ground.", value, limit)
    said = ", ".join(f"{role} {contrast:.1f}:1" for role, contrast in weak.items())
    doubtful = min(sure.values()) >= limit
    return Verdict(False, f"Copy is hard to read on its ground: {said}.", value, limit, doubtful=doubtful)


def _seen_contrast(block: Block, pixels: Pixels, rect: Rect, *, framed: bool) -> float:
    """The contrast of a block on decoded pixels; small and struck letters are not looked for their colour."""
    from adlocalizer.imaging.colours import rgb

    height = block.letter_height_px
    if block.letters and (height < FINE or block.role == "old_price"):
        return fine_contrast(pixels, rect, height, rgb(block.letters), framed=framed)
    return measured_contrast(pixels, rect, height, framed=framed)


@check_of("file")
def copy_fits(file: SeenFile, _: Standard) -> Verdict:
    """The headline is there where the placement takes copy, and no block was cut short or left its area."""
    clean = file.order.clean
    if not clean and all(block.role != "headline" for block in file.rendered.blocks):
        return Verdict(False, "The headline is not in the file.", "headline", "all", doubtful=True)
    roles = ", ".join(block.role for block in file.rendered.blocks if not block.fits)
    text = f"There is no room for {roles}, even in its smallest letters." if roles else "All copy fits."
    return Verdict(not roles, text, roles or "all", "all")


@check_of("file")
def glyphs(file: SeenFile, _: Standard) -> Verdict:
    """The faces have every character of the copy."""
    missing = sorted({letter for block in file.rendered.blocks for letter in block.missing})
    said = " ".join(f"U+{ord(letter):04X}" for letter in missing)
    text = f"No face has {said}; empty boxes are drawn instead." if missing else "Every character has a glyph."
    return Verdict(not missing, text, said or "none", "none")


@check_of("file")
def letter_height(file: SeenFile, standard: Standard) -> Verdict:
    """Capitals as high as placement and market ask for, or as can be read where neither asks for anything."""
    own, order = file.order.ad_format.min_image_text_px, file.order
    usual, set_here = own or standard.limit, [one for one in file.rendered.blocks if not file.is_picture(one)]
    asked = [(one, max(usual, round(order.least_letter(one.role), 2))) for one in set_here]
    if not asked:
        return Verdict(True, "There are no letters.", None, usual)
    block, limit = min(asked, key=lambda one: one[0].letter_height_px / one[1])
    height = block.letter_height_px
    needs = f"the market asks for {limit:g}" if limit > usual else f"{limit:g} are needed"
    text = f"The smallest capitals, of the {block.role}, are {height:.1f} px high; {needs}."
    doubtful = not (own == limit and file.is_official)
    return Verdict(height >= limit - _ROUNDED, text, height, limit, doubtful=doubtful)
