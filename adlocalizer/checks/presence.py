"""Whether the product is in the picture, whole."""

from __future__ import annotations

from adlocalizer.checks.seen import SeenFile, SeenMaster
from adlocalizer.checks.standard import Standard, Undecidable, Verdict, check_of
from adlocalizer.domain import Box
from adlocalizer.imaging.ingest import Unreadable
from adlocalizer.imaging.locating import find_product, why_unsure

_REVIEWED = 0.22  # below the limit: another label or side light there, nothing alike below; figures in the book
_SAME_PLACE = 0.5  # shared area over joined area of the box found and the box said


@check_of("master", rank=1)
def product_present(master: SeenMaster, standard: Standard) -> Verdict:
    """The product of the shot stands in the picture, where the provider says if it says."""
    picture, said = master.picture, master.subject.answer.product_box
    shot, limit = master.subject.shot, standard.limit
    try:
        unsure = why_unsure(shot)
        found = find_product(picture, shot, master.expected_box)
    except Unreadable as error:
        raise Undecidable(f"The product shot cannot be read: {error}.") from error
    if unsure:
        return Verdict(False, f"This needs eyes: {unsure}.", found.score, limit, doubtful=True)
    if found.score < limit - _REVIEWED:
        return Verdict(False, "The product was not found in the picture.", found.score, limit)
    if found.score < limit:
        text = "Something like the product was found; it may be altered, turned or another one."
        return Verdict(False, text, found.score, limit, doubtful=True)
    if said and found.box.likeness(said) < _SAME_PLACE:
        text = "The product stands elsewhere than the provider says, so a crop could cut it."
        return Verdict(False, text, found.score, limit, doubtful=True)
    return Verdict(True, "The product was found in the picture.", found.score, limit)


@check_of("file")
def crop_keeps_product(file: SeenFile, standard: Standard) -> Verdict:
    """No part of the product lies over the file's edge."""
    product = file.rendered.product_box
    area = product.w * product.h
    inside = product.overlap(Box(x=0, y=0, w=1, h=1))
    lost = round(1 - inside / area, 4) if area > 0 else 1.0
    text = "The whole product is in the file." if lost == 0 else f"{lost:.1%} of the product lies over the file's edge."
    return Verdict(lost <= standard.limit, text, lost, standard.limit)
