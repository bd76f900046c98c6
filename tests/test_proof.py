"""A proof: every layout in every language on grey plates, before anything is spent."""

from __future__ import annotations

import io
import json
import re
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from adlocalizer.cli.main import run_command
from adlocalizer.config import find_project
from adlocalizer.domain import Box, Composition
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.booklet import Booklet, Chapter, Leaf, Strip, print_booklet
from adlocalizer.imaging.caching import cache_folder
from adlocalizer.imaging.colours import ratio
from adlocalizer.imaging.faces import load_fonts
from adlocalizer.imaging.fonts import FontShelf
from adlocalizer.imaging.overlaying import overlay, printable
from adlocalizer.painting.plate import neutral_plate
from adlocalizer.proofing import ProofOrder, plan_proof
from adlocalizer.proofing.binding import bind
from adlocalizer.proofing.printing import print_page
from adlocalizer.proofing.setting import Kit, draw_plates, set_line
from adlocalizer.reporting.proof_page import render_proof
from tests.projects import ROOT, make_project, small_order

FRAME = r"([0-9.]+) 0 0 -?[0-9.]+ ([0-9.]+) [0-9.]+ cm"
"""Width and left edge, in points, of what a content stream draws."""
SHOT = (ROOT / "data/products/solara-can.png").read_bytes()
SQUARE = Composition(
    ratio_class="square", product=Box(x=0.5, y=0.4, w=0.4, h=0.5), quiet=Box(x=0, y=0, w=1, h=0.35), horizon=0.7
)


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    return make_project(tmp_path_factory.mktemp("project"))


def carton() -> bytes:
    """A shot of another product: an upright box on white."""
    picture = Image.new("RGB", (400, 600), "white")
    picture.paste((30, 90, 160), (120, 60, 280, 560))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def planned(project: Path, **over):
    return plan_proof(find_project(project), ProofOrder(small_order(project), **over))


@pytest.fixture(scope="module")
def page(project):
    """The page of three locales in one small format, set in this process."""
    plan = planned(project, locales=("ar-AE", "de-DE", "th-TH"), formats=("gads_upload_300x250",))
    kit = Kit(plan.brief.model_dump_json(), plan.columns, plan.pictures, str(cache_folder() / "faces"), 400)
    strained, lines = ([set_line(kit, line) for line in some] for some in (plan.strained, plan.lines))
    plates = {**draw_plates(kit, plan.lines[1]), **draw_plates(kit, plan.lines[0])}
    return bind(plan, strained, lines, plates)


@pytest.fixture(scope="module")
def html(page) -> str:
    return render_proof(page, ROOT / "templates/reports")


@pytest.fixture(scope="module")
def pdf(page) -> bytes:
    return print_page(page, load_fonts(ROOT / "configs/fonts.yml"), str(cache_folder() / "faces"))


# What is proofed


def test_every_layout_that_takes_words_has_one_column(project):
    layouts = [column.layout for column in planned(project).columns]
    assert len(layouts) == len(set(layouts)) >= 8


def test_a_layout_is_shown_in_a_format_of_the_campaign(project):
    columns = {column.layout: column.format_id for column in planned(project).columns}
    assert columns["landscape"] == "gads_upload_300x250"


def test_every_locale_of_the_copy_table_has_a_row(project):
    lines = planned(project).lines
    table = (ROOT / "data/copy/demo.csv").read_text("utf-8").splitlines()[1:]
    assert len(lines) == len([line for line in table if re.match(r"[a-z]{2,3}-", line)])


def test_rows_are_those_that_were_asked_for(project):
    assert [line.name for line in planned(project, locales=("{ja,ko}-*",)).lines] == ["ja-JP", "ko-KR"]


def test_formats_that_are_named_are_the_columns(project):
    columns = planned(project, formats=("gads_upload_160x600", "gads_upload_728x90")).columns
    assert {column.format_id for column in columns} == {"gads_upload_160x600", "gads_upload_728x90"}


def test_an_unknown_locale_is_an_error_that_names_the_nearest(project):
    with pytest.raises(ConfigError, match=r"--locales: 'xx-\*' matches nothing"):
        planned(project, locales=("xx-*",))


def test_an_unknown_format_is_an_error_of_its_option(project):
    with pytest.raises(ConfigError, match="--formats: 'nowhere'"):
        planned(project, formats=("nowhere",))


def test_words_under_strain_are_longer_than_those_they_are_made_from(project):
    plan = planned(project, locales=("de-DE", "en-US", "ar-AE"))
    own = {line.name: line.grounded.copy_row.headline for line in plan.lines}
    made = [line for line in plan.strained if line.remark.startswith("pseudo")]
    assert all(len(line.grounded.copy_row.headline) >= 1.35 * len(own[line.name]) for line in made)
    assert {line.name for line in made} == {"en-US", "ar-AE"}


def test_a_market_s_words_stand_on_the_proof(project):
    [line] = planned(project, locales=("fr-FR",)).lines
    assert line.grounded.creative.market == "FR"


# The plate


def test_the_product_stands_where_pictures_have_it():
    plate = neutral_plate(SHOT, SQUARE, (512, 512))
    assert SQUARE.product.holds(plate.product, slack=0.01)


def test_white_letters_can_be_read_on_all_of_the_plate():
    pixels = np.asarray(neutral_plate(SHOT, SQUARE, (256, 256)).picture)[:90, :120] / 255
    linear = ((pixels + 0.055) / 1.055) ** 2.4
    assert ratio(1.0, float(linear.max())) >= 4.5


def test_a_box_stands_for_a_product_that_cannot_be_cut_out():
    noise = np.random.default_rng(1).integers(0, 255, (300, 300, 3)).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "PNG")
    plate = neutral_plate(out.getvalue(), SQUARE, (256, 256))
    x, y = int(256 * (plate.product.x + plate.product.w / 2)), int(256 * (plate.product.y + plate.product.h / 2))
    red, green, blue = plate.picture.getpixel((x, y))
    assert red == green == blue


def test_an_overlay_on_its_plate_is_the_picture_to_the_pixel():
    plate = np.asarray(neutral_plate(SHOT, SQUARE, (128, 128)).picture)
    pixels = plate.copy()
    pixels[20:40, 30:90] = (255, 198, 26)
    over = Image.open(io.BytesIO(overlay(pixels, plate).data)).convert("RGBA")
    whole = Image.alpha_composite(Image.fromarray(plate).convert("RGBA"), over).convert("RGB")
    assert (np.asarray(whole) == pixels).all()


def test_a_picture_that_shares_nothing_with_its_plate_is_kept_whole():
    plate = np.zeros((64, 64, 3), np.uint8)
    laid = overlay(plate + 9, plate)
    assert laid.is_whole
    assert (np.asarray(Image.open(io.BytesIO(laid.data)).convert("RGB")) == 9).all()


# The page


def test_every_locale_and_every_strained_line_has_its_cell(page):
    assert [row.locale for row in page.rows[-3:]] == ["ar-AE", "de-DE", "th-TH"]
    assert all(cell is not None for row in page.rows for cell in row.cells)
    assert len(page.rows) == 6


def test_scripts_follow_each_other_by_name(page):
    assert [section.title for section in page.sections] == ["Under strain", "Arabic", "Latin", "Thai"]


def test_every_cell_has_its_picture_in_the_page(html, page):
    assert html.count("<img ") == len(page.rows)


def test_a_cell_says_how_high_its_letters_are(page):
    [cell] = page.rows[-1].cells
    assert re.fullmatch(r"\d+ – \d+ px · \d+\.\d:1", cell.measures)


def test_a_block_that_does_not_fit_is_a_fault(project):
    plan = planned(project, locales=("de-DE",), formats=("gads_upload_300x250",))
    [line] = plan.lines
    row = line.grounded.copy_row.model_copy(update={"headline": "Donaudampfschifffahrtsgesellschaft " * 5})
    long = line._replace(grounded=line.grounded.model_copy(update={"copy_row": row}))
    kit = Kit(plan.brief.model_dump_json(), plan.columns, plan.pictures, str(cache_folder() / "faces"))
    made = bind(plan, [], [set_line(kit, long)], {})
    assert made.count("fault") == 1


def test_the_page_asks_for_nothing(html):
    assert re.findall(r"""(?:src|href)="(?!data:|#)[^"]*""", html) == []
    assert re.findall(r"url\((?!\"data:)", html) == []


def test_every_link_inside_the_page_leads_somewhere(html):
    places = set(re.findall(r'\bid="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= places


def test_lines_of_two_products_stand_on_their_own_plates(project):
    plan = planned(project, locales=("de-DE",), formats=("gads_upload_300x250",))
    [line] = plan.lines
    creative = line.grounded.creative.model_copy(update={"product": "other"})
    other = line._replace(grounded=line.grounded.model_copy(update={"creative": creative}))
    brief, name = plan.brief, line.grounded.creative.product
    shot = brief.references[name][0].model_copy(update={"path": "inputs/other.png"})
    both = {"products": brief.products | {"other": brief.products[name]}}
    brief = brief.model_copy(update=both | {"references": brief.references | {"other": (shot,)}})
    pictures = {**plan.pictures, "inputs/other.png": carton()}
    kit = Kit(brief.model_dump_json(), plan.columns, pictures, str(cache_folder() / "faces"))
    [first], [second] = set_line(kit, line).cells, set_line(kit, other).cells
    plates = {**draw_plates(kit, line), **draw_plates(kit, other)}
    assert first.plate != second.plate
    assert plates[first.plate] != plates[second.plate]
    assert not second.is_whole  # the other product is part of the plate and not of the words on it
    over = Image.open(io.BytesIO(second.picture)).convert("RGBA")
    assert np.asarray(over)[..., 3].mean() < 0.8 * 255


def test_the_page_runs_no_script(html):
    assert "<script" not in html
    assert "script-src 'none'" in html


def test_the_page_names_every_face(html):
    assert "Noto Sans Thai" in html
    assert "Noto Sans Arabic" in html


def test_arabic_stands_in_its_direction(html):
    assert re.search(r'lang="ar-AE" dir="rtl"', html)


def test_every_plate_stands_in_the_page_once(html):
    assert len(re.findall(r"^\.p-solara-can-(?:ltr|rtl)-\w+ {", html, re.MULTILINE)) == 2


# Paper


def test_the_pdf_has_a_sheet_for_each_section(pdf, page):
    assert len(re.findall(rb"/Type /Page\b", pdf)) == len(page.sections)


def test_the_pdf_holds_its_own_face(pdf):
    assert b"/FontFile2" in pdf


def printed(booklet: Booklet) -> bytes:
    fonts, folder = load_fonts(ROOT / "configs/fonts.yml"), cache_folder() / "faces"
    return print_booklet(booklet, FontShelf(fonts, folder, "en", booklet.words), "en")


def streams(pdf: bytes) -> list[str]:
    """The text of every stream of a PDF, unpacked."""
    found = re.findall(rb"/FlateDecode.*?stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return [zlib.decompressobj().decompress(one).decode("latin-1") for one in found]


def test_captions_in_other_scripts_have_their_glyphs():
    leaf = Leaf(printable(np.full((300, 160, 3), 90, np.uint8), 200), 160, 300, "夏の日")
    strip = Strip(("ar-AE", "عصير بارد"), (leaf,))
    pdf = printed(Booklet("夏 · proof", (("story", "1080"),), ((160, 300),), (Chapter("Arabic", (strip,)),)))
    named = "".join(one for one in streams(pdf) if "beginbfchar" in one or "beginbfrange" in one)
    assert all(f"{ord(char):04X}" in named.upper() for char in "夏の日")
    assert b"NotoSansArabic" in pdf  # its joined forms have no characters of their own to be named by


def test_a_caption_too_long_for_its_column_goes_on_on_a_second_line():
    said = "There is no room for legal, even in its smallest letters."
    pages = []
    for text in (said[:8], said):
        leaf = Leaf(printable(np.full((300, 60, 3), 90, np.uint8), 200), 60, 300, text, is_fault=True)
        strips = (Strip((), (leaf,)),)
        pages.append(printed(Booklet("", (("", ""),), ((60, 300),), (Chapter("", strips),))))
    short, long = ("".join(streams(pdf)).count("BT\n") for pdf in pages)
    assert long == short + 1


def test_letters_that_some_faces_join_are_found_in_the_pdf():
    leaf = Leaf(b"", 160, 300, "")
    pdf = printed(Booklet("", (("", ""),), ((160, 300),), (Chapter("", (Strip(("fi-FI",), (leaf,)),)),)))
    named = "".join(one for one in streams(pdf) if "beginbfchar" in one or "beginbfrange" in one)
    assert all(f"<{ord(char):04X}>" in named.upper() for char in "fiFI")


def test_columns_that_would_be_too_small_go_on_on_another_sheet():
    leaf = Leaf(printable(np.full((250, 300, 3), 90, np.uint8), 200), 150, 125, "72 px")
    strips, heads = (Strip(("de-DE",), (leaf,) * 40),), tuple((f"column {number}", "") for number in range(40))
    pdf = printed(Booklet("A proof", heads, ((150, 125),) * 40, (Chapter("Latin", strips),)))
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 3
    frames = [tuple(map(float, one)) for text in streams(pdf) for one in re.findall(FRAME, text) if one[0] != "1"]
    assert len(frames) == 40
    assert max(wide + left for wide, left in frames) <= 420 * 72 / 25.4 - 29
    assert min(wide for wide, _ in frames) >= 0.35 * 150 - 1


def test_more_rows_than_a_sheet_holds_go_on_on_the_next():
    leaf = Leaf(printable(np.full((300, 160, 3), 90, np.uint8), 200), 160, 300, "72 px")
    rows = tuple(Strip((f"row {number}",), (leaf,)) for number in range(5))
    pdf = printed(Booklet("A proof", (("story", "1080"),), ((160, 300),), (Chapter("Latin", rows),)))
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 3


# The command


@pytest.mark.slow
def test_the_command_writes_the_proof_and_nothing_else(project, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(project))
    command = ["proof", "small", "--locales", "de-DE", "--formats", "gads_upload_300x250", "--date", "2026-12-01"]
    status = run_command([*command, "--json", "--pdf", "--out", str(tmp_path / "out")])
    said = json.loads(capsys.readouterr().out)
    assert status == (3 if said["faults"] else 0)
    assert (said["locales"], said["cells"]) == (1, 3)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["proof.html", "proof.pdf"]
    assert not (project / "store").exists()


def test_a_folder_that_is_a_file_is_refused(project, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ADLOCALIZER_PROJECT", str(project))
    (tmp_path / "taken").write_text("x")
    assert run_command(["proof", "small", "--locales", "ja-JP", "--out", str(tmp_path / "taken")]) == 2
    assert "--out" in capsys.readouterr().err
