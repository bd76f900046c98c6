"""A brand's logo: which files are taken, in which size and variant it is drawn, and what keeps free of it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from adlocalizer.domain import Brand, Logo
from adlocalizer.imaging.colours import rgb
from adlocalizer.imaging.contrast import INK, WHITE
from adlocalizer.imaging.geometry import Rect
from adlocalizer.imaging.ingest import Unreadable
from adlocalizer.imaging.logo_files import check_logo, logo_shape, same_shape
from adlocalizer.imaging.logos import Logos, logo_pixels, marked, outline_contrast, plate_around
from adlocalizer.imaging.rendering import Block, Rendered, render

from .banners import BRAND, DARK, LIGHT, banner_order, sky

GREEN = rgb("#0c4a38")
RULES = Logo(file="data/brands/solara.svg")
SIZE = (128, 24)
STYLED = '<style>.a{0} {{fill:url(#a{1})}}</style><pattern id="a{0}"><g class="a{1}"/><g class="a{1}"/></pattern>'


def svg(inner: str = '<circle cx="20" cy="10" r="8"/>', head: str = 'viewBox="0 0 40 20"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {head}>{inner}</svg>'.encode()


def bomb(link: str, last: str) -> bytes:
    """An SVG of a few hundred bytes whose parts refer to one another thirty deep, each twice to the next."""
    links = "".join(link.format(number, number + 1, number + 1) for number in range(30))
    return svg(f'<circle cx="20" cy="10" r="8"/><defs>{links}<g id="a30"/></defs>{last}')


def png(picture: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def disc(colour: tuple[int, ...], size: tuple[int, int] = (80, 40)) -> bytes:
    """A PNG of a half-filled frame with nothing around."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    picture.paste((*colour, 255), (size[0] // 4, size[1] // 4, size[0] * 3 // 4, size[1] * 3 // 4))
    return png(picture)


def plain(colour: tuple[int, int, int]) -> np.ndarray:
    return np.full((SIZE[1], SIZE[0], 3), colour, np.uint8)


def chosen(colour: tuple[int, int, int], logos: Logos | None = None, letters: tuple[int, int, int] = WHITE):
    return marked(logos or Logos(LIGHT, DARK, RULES), SIZE, plain(colour), GREEN, letters)


# Files


@pytest.mark.parametrize("data", [LIGHT, DARK, svg(), disc((255, 255, 255))])
def test_an_svg_or_a_png_with_transparency_is_a_logo(data):
    assert check_logo(data) in ("image/svg+xml", "image/png")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (svg("<script>alert(1)</script>"), "holds a script"),
        (svg('<circle r="8" onload="x()"/>'), r"script \(onload\)"),
        (svg("<foreignObject/>"), "foreignObject"),
        (svg("<text>SOLARA</text>"), "convert text to outlines"),
        (svg('<image href="data:image/png;base64,AAAA"/>'), "picture of pixels"),
        (svg('<use href="https://example.org/logo.svg#a"/>'), "names another file"),
        (svg('<use xmlns:x="http://www.w3.org/1999/xlink" x:href="file:///etc/passwd"/>'), "names another file"),
        (svg('<rect width="9" height="9" fill="url(other.svg#a)"/>'), "names another file"),
        (svg("<style>@import 'x.css';</style>"), "style sheet names another file"),
        (svg("<style>a{fill:u\\72l(http://example.org/x)}</style>"), "style sheet names another file"),
        (svg("<style>@\\69mport 'x.css';</style>"), "style sheet names another file"),
        (svg("<g style='fill:\\000075rl(x.svg)'/>"), "names another file"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + svg(), "DOCTYPE"),
        (b'<?xml-stylesheet href="x.css"?>' + svg(), "xml-stylesheet"),
        (svg().decode().encode("utf-16"), "neither SVG nor PNG"),
        (b"\xef\xbb\xbf" + svg("<!-- \xff -->").replace(b"\xc3\xbf", b"\xff"), "not UTF-8"),
        (svg()[:-5], "no well-formed SVG"),
        (svg(head=""), "no viewBox"),
        (svg(head='viewBox="0 0 0 20"'), "no viewBox"),
        (svg(head='viewBox="0 0 4000 20"'), "times as wide as high"),
        (svg('<circle cx="20" cy="10" r="8" opacity="0"/>'), "nothing can be seen"),
        (svg("<g/>" * 5001), "simplify"),
        (svg("<!-- " + "x" * 1_000_000 + " -->"), "more than the 1,000,000"),
        (svg('<rect width="40" height="20"/>'), "no transparency"),
        (b"<html><svg/></html>", "its root is"),
        (svg(head='width="1.2.3" height="20"'), "no viewBox"),
        (svg(head='viewBox="0 0 inf inf"'), "no viewBox"),
        (svg(head='viewBox="0 0 1e999 20"'), "no viewBox"),
        (bomb('<g id="a{}"><use href="#a{}"/><use href="#a{}"/></g>', "<use href='#a0'/>"), "refer to one another"),
        (bomb('<mask id="a{}"><g mask="url(#a{})"/><g mask="url(#a{})"/></mask>', "<g mask='url(#a0)'/>"), "refer to"),
        (bomb(STYLED, "<style>.b{fill:url(#a0)}</style><g class='b'/>"), "refer to"),
        (svg('<g id="a"><use href="#a"/></g>'), "refer to one another"),
        (svg("<g>" * 900 + "</g>" * 900), "nest"),
        (png(Image.new("RGB", (80, 40), "white")), "no transparency"),
        (png(Image.new("RGBA", (80, 40), (0, 0, 0, 0))), "nothing can be seen"),
        (png(Image.new("RGB", (80, 40), "white"), "JPEG"), "neither SVG nor PNG"),
        (png(Image.new("RGBA", (80, 40)), "WEBP"), "neither SVG nor PNG"),
        (disc((0, 0, 0))[:60], "cannot be read|truncated"),
        (b"", "neither SVG nor PNG"),
    ],
)
def test_any_other_file_is_refused_with_what_to_do(data, said):
    with pytest.raises(Unreadable, match=said):
        check_logo(data)


@given(data=st.binary(max_size=300), inside=st.booleans())
def test_no_bytes_are_a_crash(data, inside):
    with pytest.raises(Unreadable):
        check_logo(b"<svg " + data if inside else data)


def test_variants_of_another_shape_cannot_stand_in_for_each_other():
    assert same_shape(LIGHT, DARK)
    assert not same_shape(LIGHT, svg())


# Pixels


@pytest.mark.parametrize("size", [(5, 1), (128, 24), (638, 120)])
def test_a_logo_has_the_pixels_it_is_asked_for(size):
    assert logo_pixels(LIGHT, *size).shape == (size[1], size[0], 4)


@pytest.mark.parametrize(
    ("head", "shape"),
    [
        ('viewBox="0 0 24 9.4"', 24 / 9.4),
        ('viewBox="0 0 1 0.3"', 1 / 0.3),
        ('viewBox="-3,-2,.5,2.5e-1"', 2),
        ('width="1" height="0.3"', 1 / 0.3),
        ('width="25.4mm" height="48px"', 2),
        ('width="100%" height="100%" viewBox="0 0 31 10"', 3.1),
        ('width="48" viewBox="0 0 31 10"', 3.1),
    ],
)
def test_an_svg_has_the_shape_its_file_says_not_that_of_whole_pixels(head, shape):
    assert logo_shape(svg(head=head)) == pytest.approx(shape)


@given(st.floats(1, 400), st.floats(1, 400), st.integers(20, 200), st.integers(20, 200), st.booleans())
def test_a_circle_in_an_svg_stays_a_circle(wide, high, across, down, has_box):
    radius = min(wide, high) / 2
    inner = f'<circle cx="{wide / 2}" cy="{high / 2}" r="{radius}"/>'
    head = f'viewBox="0 0 {wide} {high}"' if has_box else f'width="{wide}" height="{high}"'
    opaque = logo_pixels(svg(inner, head), across, down)[..., 3]
    assert opaque.shape == (down, across)
    columns, rows = opaque.max(axis=0) / 255, opaque.max(axis=1) / 255
    assert abs(columns.sum() - rows.sum()) < 1.5


def test_an_svg_that_uses_symbols_gradients_and_styles_is_a_logo():
    shapes = '<use xmlns:x="http://www.w3.org/1999/xlink" x:href="#dot"/><g class="b"/>' * 900
    defs = '<symbol id="dot"><circle cx="20" cy="10" r="8" fill="url(#g)"/></symbol><linearGradient id="g"/>'
    assert check_logo(svg(f"<style>.b{{clip-path:url(#dot)}}</style><defs>{defs}</defs><circle r='8'/>{shapes}"))


def test_an_svg_is_drawn_at_its_size_and_not_enlarged():
    small, large = logo_pixels(LIGHT, 128, 24), logo_pixels(LIGHT, 1276, 240)
    soft = [((part[..., 3] > 20) & (part[..., 3] < 235)).mean() for part in (small, large)]
    assert soft[1] < soft[0] / 4


def test_transparent_pixels_of_a_png_do_not_bleed_into_its_edges():
    pixels = logo_pixels(disc((250, 250, 250), (81, 41)), 33, 17)
    seen = pixels[pixels[..., 3] > 8]
    assert seen[:, :3].min() >= 240


def test_a_logo_keeps_its_proportions():
    assert logo_shape(LIGHT) == pytest.approx(638 / 120)
    assert logo_shape(disc((0, 0, 0))) == 2


# Variant and plate


def test_a_bright_ground_takes_the_variant_for_light_grounds():
    assert (chosen((235, 240, 245)).pixels == logo_pixels(LIGHT, *SIZE)).all()


@pytest.mark.parametrize("ground", [(8, 12, 24), GREEN])
def test_a_dark_ground_takes_the_variant_for_dark_grounds(ground):
    assert (chosen(ground).pixels == logo_pixels(DARK, *SIZE)).all()


def test_where_both_show_the_letters_beside_decide():
    middle = (96, 128, 160)
    logos = Logos(LIGHT, DARK, RULES.model_copy(update={"min_contrast": 2.0}))
    assert (chosen(middle, logos, WHITE).pixels == logo_pixels(DARK, *SIZE)).all()
    assert (chosen(middle, logos, INK).pixels == logo_pixels(LIGHT, *SIZE)).all()


def test_a_logo_that_shows_needs_no_plate():
    assert chosen((235, 240, 245)).plate is chosen((8, 12, 24)).plate is None


def test_a_ground_that_hides_every_variant_gets_a_plate():
    checks = np.indices((SIZE[1], SIZE[0])).sum(axis=0) // 6 % 2
    board = np.where(checks[..., None] == 1, 255, 0).astype(np.uint8).repeat(3, axis=2)
    mark = marked(Logos(LIGHT, DARK, RULES), SIZE, board, GREEN, WHITE)
    assert (mark.plate, mark.contrast > 3) == (WHITE, True)


def test_a_light_logo_without_another_variant_stands_on_the_brand_s_colour():
    assert chosen((250, 250, 250), Logos(DARK, None, RULES)).plate == GREEN


def test_a_logo_is_never_recoloured():
    for ground in ((250, 250, 250), (8, 12, 24), (120, 120, 120)):
        pixels = chosen(ground).pixels
        assert any((pixels == logo_pixels(data, *SIZE)).all() for data in (LIGHT, DARK))


@given(level=st.integers(0, 255))
def test_on_any_even_grey_the_logo_reaches_its_contrast(level):
    assert chosen((level, level, level)).contrast >= RULES.min_contrast


def test_contrast_is_measured_where_the_logo_ends():
    logo = logo_pixels(disc((255, 255, 255)), 80, 40)
    assert outline_contrast(logo, np.zeros((40, 80, 3), np.uint8)) == pytest.approx(21, abs=0.1)
    assert outline_contrast(logo, np.full((40, 80, 3), 255, np.uint8)) == pytest.approx(1)


def test_a_plate_takes_the_clear_space_and_stays_in_the_file():
    frame, place, product = Rect(0, 0, 300, 250), Rect(100, 100, 200, 120), Rect(100, 200, 200, 250)
    assert plate_around(place, RULES, frame, product) == place.grown(10)
    near = plate_around(Rect(5, 5, 105, 25), RULES, frame, product)
    assert frame.holds(near, 0)


@pytest.mark.parametrize("product", [Rect(205, 0, 300, 250), Rect(0, 0, 96, 250), Rect(0, 123, 300, 250)])
def test_a_plate_does_not_touch_the_product(product):
    assert not plate_around(Rect(100, 100, 200, 120), RULES, Rect(0, 0, 300, 250), product).meets(product)


# Rules


def test_a_path_alone_is_a_logo_with_the_usual_rules():
    brand = Brand.model_validate({"id": "a", "name": "A", "colour": "#000000", "accent": "#ffffff", "logo": "a.svg"})
    assert brand.logo == Logo(file="a.svg", on_dark=None, clear_space=0.5, min_px=24, min_contrast=3)


def test_without_a_file_there_is_no_logo_to_draw():
    brand = Brand(id="a", name="A", colour="#000000", accent="#ffffff")
    assert Logos.of(brand, None, None) is None


# On the ad


@pytest.fixture(scope="module")
def folder(pytestconfig):
    return str(pytestconfig.cache.mkdir("cut-faces"))


def ruled(**changes: object) -> Brand:
    return BRAND.model_copy(update={"logo": RULES.model_copy(update=changes)})


def logo_of(file: Rendered) -> Block | None:
    return next((block for block in file.blocks if block.role == "logo"), None)


def test_a_logo_grows_to_its_least_height(folder):
    heights = [
        round(logo_of(render(sky(), banner_order(folder, brand=ruled(min_px=least)))).box.h * 250) for least in (8, 26)
    ]
    assert heights[0] < heights[1] == 26


def test_a_logo_without_room_for_its_least_height_is_left_out_and_said(folder):
    file = render(sky(), banner_order(folder, brand=ruled(min_px=120)))
    assert logo_of(file) is None
    assert any(note.startswith("logo left out") for note in file.notes)


def test_more_clear_space_moves_the_headline_away(folder):
    def distance(clear: float) -> float:
        file = render(sky(), banner_order(folder, brand=ruled(clear_space=clear)))
        headline = next(block for block in file.blocks if block.role == "headline")
        return (headline.box.y - logo_of(file).box.bottom) * 250

    assert distance(0) < distance(1.5) >= 1.5 * 16


def test_a_logo_over_the_sky_of_a_night_is_the_light_one_to_the_pixel(folder):
    file = render(sky((8, 12, 24)), banner_order(folder))
    box, drawn = logo_of(file).box, np.asarray(Image.open(io.BytesIO(file.data)).convert("RGB"))
    left, top, wide, high = (round(part) for part in (box.x * 300, box.y * 250, box.w * 300, box.h * 250))
    pixels = logo_pixels(DARK, wide, high)
    solid = pixels[..., 3] == 255
    assert np.abs(drawn[top : top + high, left : left + wide][solid].astype(int) - pixels[solid][:, :3]).max() <= 1
