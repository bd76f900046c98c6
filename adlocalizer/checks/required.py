"""Words a market asks for: an ad without them does not ship unseen."""

from __future__ import annotations

from adlocalizer.checks.seen import SeenFile
from adlocalizer.checks.standard import Standard, Verdict, check_of


@check_of("file")
def required_words(file: SeenFile, _: Standard) -> Verdict:
    """The legal line stands there whole where a market asks for words in it."""
    wanted = " · ".join(file.order.overlays)
    if not wanted:
        return Verdict(True, "The market asks for no words on the ad.", "none", "none")
    found = any(block.role == "legal" and block.fits for block in file.rendered.blocks)
    text = f"The market asks for words that {'are' if found else 'are not'} on the ad: {wanted}"
    return Verdict(found, text, "there" if found else "missing", "there")
