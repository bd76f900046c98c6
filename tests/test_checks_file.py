"""Checks of a finished file: what the renderer makes passes, and what was broken on the way is caught in the bytes."""

from __future__ import annotations

import functools
import io
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adlocalizer.checks import FileSubject, check_file, check_ids, worst
from adlocalizer.config import find_project
from adlocalizer.domain import AdFormat, Box, Brand, Copy, Finding, Fit, SafeZone, Severity, TextPolicy
from adlocalizer.imaging.faces import load_fonts
from adlocalizer.imaging.layouts import load_layouts, safe_area
from adlocalizer.imaging.rendering import Rendered, RenderOrder, render

ROOT = Path(__file__).parents[1]
LOGO = (ROOT / "data" / "brands" / "solara.svg").read_bytes()
SHOT = (ROOT / "data" / "products" / "solara-can.png").read_bytes()
BOOK = find_project(ROOT).checks()
LAYOUTS, FONTS = load_layouts(ROOT / "configs" / "layouts"), load_fonts(ROOT / "configs" / "fonts.yml")
BRAND = Brand(id="solara", name="SOLARA", colour="#0b3d66", accent="#ffd23f")
PRODUCT = Box(x=0.55, y=0.42, w=0.26, h=0.49)
FILE_CHECKS = (
    "brand_colours",
    "logo_contrast",
    "logo_clear_space",
    "required_elements",
    "file_decodes",
    "file_pixels",
    "file_type",
    "file_bytes",
    "file_quality",
    "copy_in_safe_zone",
    "copy_off_product",
    "copy_contrast",
    "copy_fits",
    "required_words",
    "legal_line",
    "glyphs",
    "letter_height",
    "copy_policy",
    "crop_keeps_product",
)


@pytest.fixture(scope="module")
def folder(pytestconfig):
    return str(pytestconfig.cache.mkdir("cut-faces"))


@functools.cache
def master() -> Image.Image:
    """A sky over a ground, with a red and white product."""
    rows = np.linspace(0, 1, 1024)[:, None]
    sky = np.array([60, 140, 215]) * (1 - rows) + np.array([190, 225, 245]) * rows
    pixels = np.repeat(sky[:, None, :], 1024, axis=1)
    pixels[round(0.7 * 1024) :] = (150, 140, 125)
    pixels += np.random.default_rng(6).normal(0, 5, (1024, 1024, 1))
    left, top, right, bottom = (
        round(1024 * part) for part in (PRODUCT.x, PRODUCT.y, PRODUCT.x + PRODUCT.w, PRODUCT.y + PRODUCT.h)
    )
    pixels[top:bottom, left:right] = (250, 250, 250)
    pixels[top:bottom, left : (left + right) // 2] = (220, 30, 30)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def square(**changes: object) -> AdFormat:
    form = AdFormat(
        id="meta_carousel_1x1",
        platform="meta",
        placement="carousel",
        width=1080,
        height=1080,
        max_bytes=1_000_000,
        file_types=("jpg", "png"),
        safe_zone=SafeZone(top=60, bottom=60, left=60, right=60),
        text_overlay=TextPolicy.ALLOWED,
        min_image_text_px=8,
        confidence="official",
        source="the platform's page",
        checked=date(2026, 11, 22),
    )
    return form.model_copy(update=changes)


def order_for(folder: str, form: AdFormat, headline: str = "Frische nach Feierabend") -> RenderOrder:
    fit = {"ratio": "1:1", "size": "1K", "loss": 0, "composed": False}
    return RenderOrder(
        rendition_id=f"demo.de-berlin.de-DE.solara-can.v1.{form.id}",
        ad_format=form,
        fit=Fit(format_id=form.id, model="m", picture_width=form.width, picture_height=form.height, **fit),
        copy_row=Copy(locale="de-DE", headline=headline, call_to_action="Entdecken", price=1.99, currency="EUR"),
        direction="ltr",
        brand=BRAND,
        product_box=PRODUCT,
        disclosure="PREVIEW",
        layouts=LAYOUTS,
        fonts=FONTS,
        fonts_folder=folder,
    )


@functools.cache
def made(folder: str, headline: str = "Frische nach Feierabend", wide: int = 1080) -> FileSubject:
    order = order_for(folder, square(width=wide, height=wide), headline)
    return FileSubject(order.rendition_id, render(master(), order), order, SHOT)


def with_file(subject: FileSubject, **changes: object) -> FileSubject:
    return subject._replace(rendered=subject.rendered.model_copy(update=changes))


def with_form(subject: FileSubject, **changes: object) -> FileSubject:
    form = subject.order.ad_format.model_copy(update=changes)
    return subject._replace(order=subject.order.model_copy(update={"ad_format": form}))


def with_brand(subject: FileSubject, logo: bytes | None = None, **changes: object) -> FileSubject:
    """The subject as if its brand had asked for something else."""
    brand = subject.order.brand.model_copy(update=changes)
    return subject._replace(order=subject.order.model_copy(update={"brand": brand, "logo": logo}))


def with_logo_on_headline(subject: FileSubject) -> FileSubject:
    headline = next(block for block in subject.rendered.blocks if block.role == "headline")
    return with_block(with_brand(subject, LOGO), "logo", box=headline.box)


def with_overlays(subject: FileSubject, *overlays: str) -> FileSubject:
    """The subject as if a market had asked for words that nobody has set."""
    return subject._replace(order=subject.order.model_copy(update={"overlays": overlays}))


def with_block(subject: FileSubject, role: str, **changes: object) -> FileSubject:
    """The subject with one of its blocks changed."""
    blocks = subject.rendered.blocks
    return with_file(subject, blocks=tuple(b.model_copy(update=changes) if b.role == role else b for b in blocks))


def pixels_of(rendered: Rendered) -> Image.Image:
    return Image.open(io.BytesIO(rendered.data)).convert("RGB")


def encoded(picture: Image.Image, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, quality=90)
    return out.getvalue()


def finding(subject: FileSubject, check: str) -> Finding:
    return next(found for found in check_file(subject, BOOK) if found.check == check)


def faded(subject: FileSubject) -> FileSubject:
    """Every block but the product washed out in the bytes alone: the measures taken before still look fine."""
    picture = pixels_of(subject.rendered)
    grey = Image.new("RGB", picture.size, (170, 170, 170))
    return with_file(subject, data=encoded(Image.blend(picture, grey, 0.7)))


BROKEN = {
    "brand_colours": lambda made: with_block(with_brand(made, palette={"sky": "#3c8cd7"}), "price", ground="#d0202f"),
    "logo_contrast": lambda made: with_block(with_brand(made, LOGO), "logo", contrast=1.4),
    "logo_clear_space": with_logo_on_headline,
    "required_elements": lambda made: with_brand(made, required={"meta_*": ("headline", "legal")}),
    "file_decodes": lambda made: with_file(made, data=made.rendered.data[:4000]),
    "file_pixels": lambda made: with_file(made, data=encoded(pixels_of(made.rendered).resize((1080, 1079)))),
    "file_type": lambda made: with_file(
        made, data=encoded(pixels_of(made.rendered).quantize().convert("RGB"), "WEBP"), mime="image/webp"
    ),
    "file_bytes": lambda made: with_form(made, max_bytes=20_000),
    "file_quality": lambda made: with_file(made, likeness=0.7),
    "copy_in_safe_zone": lambda made: with_form(made, safe_zone=SafeZone(top=200)),
    "copy_off_product": lambda made: with_block(made, "price", box=Box(x=0.5, y=0.6, w=0.2, h=0.1)),
    "copy_contrast": faded,
    "copy_fits": lambda made: with_block(made, "headline", fits=False),
    "required_words": lambda made: with_overlays(made, "Mit Maß genießen"),
    "legal_line": lambda made: with_row(made, legal="+ 0,25 € Pfand"),
    "glyphs": lambda made: with_block(made, "headline", missing="\u1228"),
    "letter_height": lambda made: with_form(made, min_image_text_px=40),
    "copy_policy": lambda made: with_form(made, text_overlay=TextPolicy.FORBIDDEN),
    "crop_keeps_product": lambda made: with_file(made, product_box=Box(x=0.9, y=0.4, w=0.2, h=0.4)),
}


def test_every_check_of_a_file_has_a_failing_test(folder):
    judged = {found.check for found in check_file(made(folder), BOOK)}
    assert judged == set(BROKEN) == set(FILE_CHECKS)
    assert judged < set(check_ids())


@pytest.mark.parametrize("check", FILE_CHECKS)
def test_a_rendered_file_passes(check, folder):
    found = finding(made(folder), check)
    assert found.severity is Severity.PASS, found.text
    assert found.subject == made(folder).rendition_id
    assert found.remedy == ""


@pytest.mark.parametrize("check", FILE_CHECKS)
def test_a_broken_file_is_caught_with_the_rule_s_severity_and_remedy(check, folder):
    found, rule = finding(BROKEN[check](made(folder)), check), BOOK.checks[check]
    assert found.severity.value == rule.severity, found.text
    assert found.remedy == rule.remedy
    assert found.value is not None


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"\xff\xd8\xff" + b"\0" * 300])
def test_bytes_that_are_no_picture_never_pass(content, folder):
    findings = check_file(with_file(made(folder), data=content), BOOK)
    assert worst(findings) is Severity.FAIL
    decided_on_pixels = {"file_decodes", "file_pixels", "file_type", "copy_contrast"}
    assert not [one for one in findings if one.check in decided_on_pixels and one.severity is Severity.PASS]


def test_a_file_of_another_type_than_said_fails_although_the_type_is_taken(folder):
    subject = with_file(made(folder), data=encoded(pixels_of(made(folder).rendered), "PNG"))
    assert finding(subject, "file_type").severity is Severity.FAIL


def with_row(subject: FileSubject, **changes: object) -> FileSubject:
    """The subject as if its copy row had said something else."""
    row = subject.order.copy_row.model_copy(update=changes)
    return subject._replace(order=subject.order.model_copy(update={"copy_row": row}))


def test_a_price_without_the_unit_price_of_its_row_is_for_a_person(folder):
    found = finding(with_row(made(folder), unit_price=6.03, unit="l"), "required_words")
    assert found.severity is Severity.REVIEW
    assert found.text == "The price is on the ad without its unit price."


def test_an_old_price_without_the_price_is_for_a_person(folder):
    blocks = tuple(
        one.model_copy(update={"role": "old_price" if one.role == "price" else one.role})
        for one in made(folder).rendered.blocks
    )
    found = finding(with_file(made(folder), blocks=blocks), "required_words")
    assert found.text == "The old price is on the ad without the price."


def with_legal(subject: FileSubject, **said: object) -> FileSubject:
    """The subject as if its row had a legal line that nobody has set."""
    order = subject.order.model_copy(update=said)
    return with_row(subject._replace(order=order), legal="+ 0,25 € Pfand")


def with_drawn_legal(subject: FileSubject) -> FileSubject:
    """The subject as if its price had been its legal line."""
    blocks = subject.rendered.blocks
    drawn = tuple(one.model_copy(update={"role": "legal"} if one.role == "price" else {}) for one in blocks)
    return with_legal(with_file(subject, blocks=drawn))


def test_a_legal_line_that_is_cut_short_is_not_there(folder):
    subject = with_block(with_drawn_legal(made(folder)), "legal", fits=False)
    assert finding(subject, "legal_line").severity is Severity.REVIEW


def test_a_legal_line_that_is_there_whole_passes(folder):
    assert finding(with_drawn_legal(made(folder)), "legal_line").severity is Severity.PASS


def test_a_legal_line_that_stands_beside_the_picture_is_not_missed_on_it(folder):
    found = finding(with_legal(made(folder), legal_beside=True), "legal_line")
    assert found.severity is Severity.PASS
    assert "beside the picture" in found.text


def test_words_a_market_asks_for_are_missed_wherever_the_rows_own_stand(folder):
    subject = with_overlays(with_legal(made(folder), legal_beside=True), "Mit Maß genießen")
    assert finding(subject, "required_words").severity is Severity.REVIEW


def test_a_clean_copy_has_no_legal_line_to_miss(folder):
    subject = with_form(with_legal(made(folder)), clean=True)
    assert finding(subject, "legal_line").severity is Severity.PASS


def with_floor(subject: FileSubject, role: str, share: float) -> FileSubject:
    """The subject as if a market asked for letters of a height."""
    return subject._replace(order=subject.order.model_copy(update={"letter_floor": ((role, share),)}))


def test_letters_lower_than_a_market_asks_for_are_for_a_person_whatever_the_placement_takes(folder):
    found = finding(with_floor(made(folder), "disclosure", 0.05), "letter_height")
    assert (found.severity, found.threshold) == (Severity.REVIEW, 54.0)
    assert "of the disclosure" in found.text
    assert "the market asks for 54" in found.text


def test_a_market_that_asks_for_less_than_is_drawn_is_content(folder):
    assert finding(with_floor(made(folder), "disclosure", 0.01), "letter_height").severity is Severity.PASS


@pytest.mark.parametrize("check", ["file_bytes", "copy_in_safe_zone", "letter_height", "copy_policy"])
def test_a_limit_that_is_not_the_platform_s_own_word_only_asks_for_review(check, folder):
    subject = with_form(BROKEN[check](made(folder)), confidence="secondary")
    assert finding(subject, check).severity is Severity.REVIEW


def test_our_own_margin_asks_for_review_where_the_format_names_none(folder):
    subject = with_block(with_form(made(folder), safe_zone=None), "price", box=Box(x=0.02, y=0.6, w=0.1, h=0.1))
    assert finding(subject, "copy_in_safe_zone").severity is Severity.REVIEW


def test_copy_over_the_edge_fails_whatever_the_zone(folder):
    subject = with_block(with_form(made(folder), safe_zone=None), "price", box=Box(x=-0.05, y=0.6, w=0.1, h=0.1))
    assert finding(subject, "copy_in_safe_zone").severity is Severity.FAIL


def test_a_block_on_the_very_edge_of_the_zone_passes(folder):
    zone = safe_area(made(folder).order.ad_format, "ltr")
    subject = with_block(made(folder), "price", box=Box(x=zone.x, y=zone.bottom - 0.1, w=0.1, h=0.1))
    assert finding(subject, "copy_in_safe_zone").severity is Severity.PASS


def test_words_a_market_asks_for_are_set_with_the_legal_line(folder):
    order = order_for(folder, square()).model_copy(update={"overlays": ("Mit Maß genießen.", "Pfand 0,25 €.")})
    subject = FileSubject(order.rendition_id, render(master(), order), order, SHOT)
    assert "legal" in {block.role for block in subject.rendered.blocks}
    assert {one.severity for one in check_file(subject, BOOK)} == {Severity.PASS}


def test_words_a_market_asks_for_ask_for_review_where_a_placement_takes_none(folder):
    form = square(text_overlay=TextPolicy.FORBIDDEN)
    order = order_for(folder, form).model_copy(update={"overlays": ("Mit Maß genießen.",)})
    subject = FileSubject(order.rendition_id, render(master(), order), order, SHOT)
    assert finding(subject, "required_words").severity is Severity.REVIEW


def test_the_disclosure_may_cover_the_product(folder):
    subject = with_block(made(folder), "disclosure", box=Box(x=0.6, y=0.6, w=0.1, h=0.05))
    assert finding(subject, "copy_off_product").severity is Severity.PASS


def test_a_small_block_in_the_middle_of_the_product_fails(folder):
    subject = with_block(made(folder), "price", box=Box(x=0.65, y=0.6, w=0.02, h=0.01))
    assert finding(subject, "copy_off_product").severity is Severity.FAIL


def test_a_weak_contrast_measured_while_drawing_fails_although_the_file_looks_fine(folder):
    found = finding(with_block(made(folder), "headline", contrast=3.2), "copy_contrast")
    assert found.severity is Severity.FAIL
    assert found.value == 3.2


def test_copy_that_is_not_in_the_bytes_fails_although_its_box_says_so(folder):
    picture = pixels_of(made(folder).rendered)
    picture.paste((120, 160, 200), (0, 0, 1080, 420))
    assert finding(with_file(made(folder), data=encoded(picture)), "copy_contrast").severity is Severity.FAIL


@pytest.mark.parametrize("quality", [95, 70, 38])
@pytest.mark.parametrize("wide", [1080, 300])
def test_compression_does_not_make_readable_copy_fail(wide, quality, folder):
    subject, out = made(folder, wide=wide), io.BytesIO()
    pixels_of(subject.rendered).save(out, "JPEG", quality=quality)
    found = finding(with_file(subject, data=out.getvalue()), "copy_contrast")
    assert found.severity is not Severity.FAIL, found.text


def test_a_placement_that_forbids_text_takes_the_disclosure_alone(folder):
    only = tuple(block for block in made(folder).rendered.blocks if block.role == "disclosure")
    subject = with_form(with_file(made(folder), blocks=only), text_overlay=TextPolicy.FORBIDDEN)
    assert finding(subject, "copy_policy").severity is Severity.PASS
    assert finding(subject, "copy_fits").severity is Severity.PASS


def test_a_placement_that_discourages_text_asks_for_review(folder):
    subject = with_form(made(folder), text_overlay=TextPolicy.DISCOURAGED)
    assert finding(subject, "copy_policy").severity is Severity.REVIEW


def test_discouraged_text_that_the_campaign_asks_for_is_what_it_wants(folder):
    subject = with_form(made(folder), text_overlay=TextPolicy.DISCOURAGED)
    asked = subject.order.model_copy(update={"words_where": (TextPolicy.DISCOURAGED,)})
    assert finding(subject._replace(order=asked), "copy_policy").severity is Severity.PASS


def test_words_on_a_clean_copy_fail_whoever_says_what_the_placement_takes(folder):
    subject = with_form(made(folder), clean=True, confidence="secondary")
    assert finding(subject, "copy_policy").severity is Severity.FAIL


def test_a_clean_copy_carries_the_disclosure_alone_and_passes(folder):
    form = square(keep_clean=True).clean_copy()
    order = order_for(folder, form)
    subject = FileSubject(order.rendition_id, render(master(), order), order, SHOT)
    assert [block.role for block in subject.rendered.blocks] == ["disclosure"]
    assert {one.severity for one in check_file(subject, BOOK)} == {Severity.PASS}


def test_a_file_without_its_headline_asks_for_review(folder):
    silent = with_file(made(folder), blocks=tuple(b for b in made(folder).rendered.blocks if b.role != "headline"))
    assert finding(silent, "copy_fits").severity is Severity.REVIEW


def test_copy_that_was_cut_short_by_the_renderer_fails(folder):
    subject = made(folder, "W" * 150)  # no dictionary divides it
    assert finding(subject, "copy_fits").severity is Severity.FAIL


def test_a_character_no_face_has_fails_by_its_code(folder):
    found = finding(made(folder, "Frisch \U00010a00 und kalt"), "glyphs")
    assert found.severity is Severity.FAIL
    assert "U+10A00" in found.text


@pytest.mark.parametrize("box", [Box(x=float("nan"), y=0.1, w=0.1, h=0.1), Box(x=0.1, y=0.1, w=float("inf"), h=0.1)])
def test_a_box_that_is_no_rectangle_is_never_passed(box, folder):
    subject = with_block(made(folder), "price", box=box)
    for check in ("copy_in_safe_zone", "copy_off_product", "copy_contrast"):
        assert finding(subject, check).severity is not Severity.PASS


def test_a_banner_lower_than_a_master_may_be_is_judged(folder):
    form = square(width=320, height=50, safe_zone=None, min_image_text_px=None)
    strip = with_file(made(folder), data=encoded(Image.new("RGB", (320, 50), (9, 99, 9))))
    assert finding(with_form(strip, **form.model_dump()), "file_pixels").severity is Severity.PASS
