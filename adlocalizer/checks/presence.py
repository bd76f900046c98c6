"""Whether the product is in the picture, whole."""

from __future__ import annotations

from adlocalizer.checks.fidelity import beside, compared
from adlocalizer.checks.seen import SeenFile, SeenMaster
from adlocalizer.checks.standard import Said, Standard, Verdict, check_of
from adlocalizer.domain import Box

_SAME_PLACE = 0.5  # shared area over joined area of the box found and the box said
_FOUND = "The product was found in the picture."


@check_of("master", rank=1)
def product_present(master: SeenMaster, standard: Standard) -> Verdict:
    """The product of the shot stands in the picture, where the provider says if it says."""
    product, said = compared(master), master.subject.answer.product_box
    if product.absence <= standard.limit and said and product.box.likeness(said) < _SAME_PLACE:
        text = "The product stands elsewhere than the provider says, so a crop could cut it."
        return Verdict(False, text, product.absence, standard.limit, doubtful=True, evidence=beside(product))
    bad = "The product was not found in the picture."
    if product.absence <= standard.end_of_doubt:
        bad = "Something like the product was found; it may be altered, covered or another one."
    return standard.judge(product.absence, Said(_FOUND, bad), beside(product))


@check_of("file")
def crop_keeps_product(file: SeenFile, standard: Standard) -> Verdict:
    """No part of the product lies over the file's edge."""
    product = file.rendered.product_box
    area = product.w * product.h
    inside = product.overlap(Box(x=0, y=0, w=1, h=1))
    lost = round(1 - inside / area, 4) if area > 0 else 1.0
    text = "The whole product is in the file." if lost == 0 else f"{lost:.1%} of the product lies over the file's edge."
    return Verdict(lost <= standard.limit, text, lost, standard.limit)
