"""A brief and a creative to the order of one rendition: the same for a run's files and for a proof's."""

from __future__ import annotations

from typing import NamedTuple

from adlocalizer.domain import Box, Fit, GroundedCreative, Model
from adlocalizer.imaging.labelling import xmp_packet
from adlocalizer.imaging.rendering import RenderOrder
from adlocalizer.imaging.saying import prices_said
from adlocalizer.planning import Brief, direction_of, rendition_of

_DESCRIBED_IN = "en"


class Subject(NamedTuple):
    """Whose words are set, who drew, and the bytes and folders that travel beside a brief."""

    grounded: GroundedCreative
    model: Model
    logo: bytes | None
    fonts_folder: str
    logo_on_dark: bytes | None = None


def render_order(brief: Brief, subject: Subject, fit: Fit, product_box: Box) -> RenderOrder:
    """The order of a creative in the format of a fit; the product stands in `product_box` of the master."""
    grounded, model = subject.grounded, subject.model
    creative = grounded.creative
    rendition = rendition_of(brief, creative, fit.format_id)
    described = f"{brief.campaign.title}: {brief.products[creative.product].name}, {creative.city}"
    if prices := prices_said(grounded.copy_row, _DESCRIBED_IN):
        described += f", {prices}"
    disclosure = " · ".join(text for text in (model.disclosure, *grounded.labels) if text)
    if disclosure:
        described += f" ({disclosure})"
    return RenderOrder(
        rendition_id=rendition.id,
        ad_format=brief.formats[fit.format_id],
        fit=fit,
        copy_row=grounded.copy_row,
        overlays=grounded.overlays,
        digits=brief.campaign.digits,
        letter_floor=grounded.letter_floor,
        direction=direction_of(grounded),
        brand=brief.brand,
        logo=subject.logo,
        logo_on_dark=subject.logo_on_dark,
        product_box=product_box,
        disclosure=disclosure or None,
        layouts=brief.layouts,
        fonts=brief.fonts,
        fonts_folder=subject.fonts_folder,
        words_where=brief.campaign.words_where,
        legal_beside=brief.is_legal_beside(fit.format_id),
        default_max_bytes=brief.default_max_bytes,
        xmp=xmp_packet(model.digital_source_type, rendition.id, described, f"adlocalizer, {model.id}"),
    )
