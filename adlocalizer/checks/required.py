"""What an ad may not leave out: words a market asks for, and what belongs to a price."""

from __future__ import annotations

from adlocalizer.checks.seen import SeenFile
from adlocalizer.checks.standard import Standard, Verdict, check_of


@check_of("file")
def required_words(file: SeenFile, _: Standard) -> Verdict:
    """The legal line stands there whole, the row's own words in it too, where a market asks for words in it.

    A price stands with its unit price if the row has one, and neither a unit price nor an old one without the price.
    """
    if torn := _torn_price(file):
        return Verdict(False, torn, "apart", "together")
    wanted = " · ".join(file.order.overlays)
    if not wanted:
        return Verdict(True, "The market asks for no words on the ad.", "none", "none")
    found = any(block.role == "legal" and block.fits for block in file.rendered.blocks)
    text = f"The market asks for words that {'are' if found else 'are not'} on the ad: {wanted}"
    return Verdict(found, text, "there" if found else "missing", "there")


def _torn_price(file: SeenFile) -> str:
    drawn = {block.role for block in file.rendered.blocks if block.fits}
    if "price" in drawn and "unit_price" not in drawn and file.order.copy_row.unit_price is not None:
        return "The price is on the ad without its unit price."
    if "price" not in drawn and (alone := sorted(drawn & {"unit_price", "old_price"})):
        return f"The {alone[0].replace('_', ' ')} is on the ad without the price."
    return ""
