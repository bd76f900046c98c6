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


@check_of("file")
def legal_line(file: SeenFile, _: Standard) -> Verdict:
    """The row's own legal line stands there whole, unless the campaign says that it stands beside the picture."""
    order, legal = file.order, file.order.copy_row.legal
    if order.clean or not legal:
        return Verdict(True, "No legal line of the copy belongs on the picture.", "none", "none")
    if any(block.role == "legal" and block.fits for block in file.rendered.blocks):
        return Verdict(True, f"The copy's legal line is on the ad: {legal}", "there", "there")
    if order.legal_beside:
        text = f"The copy's legal line stands beside the picture, as the campaign says (legal_beside): {legal}"
        return Verdict(True, text, "beside", "there")
    return Verdict(False, f"The copy's legal line is not on the ad: {legal}", "missing", "there")


def _torn_price(file: SeenFile) -> str:
    drawn = {block.role for block in file.rendered.blocks if block.fits}
    if "price" in drawn and "unit_price" not in drawn and file.order.copy_row.unit_price is not None:
        return "The price is on the ad without its unit price."
    if "price" not in drawn and (alone := sorted(drawn & {"unit_price", "old_price"})):
        return f"The {alone[0].replace('_', ' ')} is on the ad without the price."
    return ""
