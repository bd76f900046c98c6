"""A brand's own typefaces: checked, put first, and helped out where they lack letters."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from adlocalizer.domain import BrandFont
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.brandfaces import brought, font_files, with_brand_fonts
from adlocalizer.imaging.faces import borrowed_characters, load_fonts, missing_characters
from adlocalizer.imaging.fonts import FontShelf
from adlocalizer.imaging.typesetting import Room, Style, fit
from adlocalizer.loading import keep_pictures
from adlocalizer.ordering import plan_order
from adlocalizer.store import Store
from tests.projects import make_project, small_order

ROOT = Path(__file__).parents[1]
FONTS = load_fonts(ROOT / "configs" / "fonts.yml")


@pytest.fixture(scope="module")
def brand_folder(tmp_path_factory) -> Path:
    """A folder with a variable face that knows ASCII and no more (the whole one takes a minute to cut)."""
    folder = tmp_path_factory.mktemp("brand")
    package = importlib.util.find_spec("justmytype_western_core")
    found = next(Path(package.submodule_search_locations[0]).rglob("Inter[[]opsz,wght].ttf"))
    with TTFont(found) as font:
        subsetter = Subsetter(Options(notdef_outline=True, name_IDs=["*"]))
        subsetter.populate(unicodes=range(0x20, 0x7F))
        subsetter.subset(font)
        font.save(folder / "Inter.ttf")
    return folder


def book(folder: Path, **said):
    own = BrandFont(**({"file": "Inter.ttf", "licensed": True} | said))
    return with_brand_fonts(FONTS, [own], folder, folder / "cut")


@pytest.fixture(scope="module")
def brief(tmp_path_factory):
    project = make_project(tmp_path_factory.mktemp("project"))
    return plan_order(small_order(project)).plan.brief


def test_a_brand_font_comes_before_the_projects_faces(brand_folder):
    assert book(brand_folder).primary("de-DE").family == "Inter"
    assert book(brand_folder).primary("vi-VN").family == "Inter"


def test_a_brand_font_leaves_other_scripts_alone(brand_folder):
    assert book(brand_folder).primary("ar-SA").family == "Noto Sans Arabic"


def test_a_brand_font_may_be_for_some_languages_only(brand_folder):
    some = book(brand_folder, languages=["de"])
    assert some.primary("de-DE").family == "Inter"
    assert some.primary("fr-FR").family == "Noto Sans"


def test_a_brand_font_may_set_bold_only(brand_folder):
    bold = book(brand_folder, sets=["bold"])
    assert bold.primary("de-DE", "bold").family == "Inter"
    assert bold.primary("de-DE", "text").family == "Noto Sans"


def test_what_a_brand_font_lacks_is_borrowed_and_can_be_named(brand_folder):
    fonts = book(brand_folder)
    assert missing_characters("Frisch aus 東京", "de-DE", fonts) == ""
    assert borrowed_characters("Frisch aus 東京", "de-DE", fonts) == "京東"


def test_words_are_set_in_a_brand_font(brand_folder, pytestconfig):
    text = "Frische nach Feierabend"
    widths, folder = [], pytestconfig.cache.mkdir("cut-faces")
    for fonts in (FONTS, book(brand_folder)):
        types = FontShelf(fonts, folder, "de-DE", [text]).type_set(text, "bold")
        widths.append(fit(text, Style("de-DE", False, types), Room(2000, 90, 40, 40)).ink_width)
    assert widths[0] != widths[1]


def test_a_static_brand_font_is_set_as_it_is(brand_folder, tmp_path):
    from fontTools.varLib.instancer import instantiateVariableFont

    with TTFont(brand_folder / "Inter.ttf") as variable:
        instantiateVariableFont(variable, {"wght": 800, "opsz": 32}, inplace=True)
        variable.save(tmp_path / "Static.ttf")
    fonts = with_brand_fonts(FONTS, [BrandFont(file="Static.ttf", licensed=True)], tmp_path, tmp_path / "cut")
    types = FontShelf(fonts, tmp_path / "cut", "de-DE", ["Frische"]).type_set("Frische", "bold")
    assert types.families[0] == "Static"
    assert fit("Frische", Style("de-DE", False, types), Room(900, 90, 40, 40)).ink_width > 50


def test_a_brand_font_reaches_a_machine_that_has_not_got_it(brand_folder, tmp_path):
    (tmp_path / "planned").mkdir()
    (tmp_path / "planned" / "Inter.ttf").write_bytes((brand_folder / "Inter.ttf").read_bytes())
    fonts = book(tmp_path / "planned")
    store = Store(str(tmp_path / "store"))
    keep_pictures(store, font_files(fonts))
    assert brought(fonts, tmp_path / "faces", store.read) == fonts
    (tmp_path / "planned" / "Inter.ttf").unlink()
    here = brought(fonts, tmp_path / "faces", store.read)
    assert Path(here.faces[0].path).parent == tmp_path / "faces"
    assert Path(here.faces[0].path).read_bytes() == (brand_folder / "Inter.ttf").read_bytes()
    assert missing_characters("Frische", "de-DE", here) == ""


def test_a_brand_font_stands_among_the_files_a_run_keeps(brand_folder, tmp_path):
    project = make_project(tmp_path)
    (project / "data/brands/Inter.ttf").write_bytes((brand_folder / "Inter.ttf").read_bytes())
    brand = project / "configs/brands/solara.yml"
    brand.write_text(f"{brand.read_text()}\nfonts: [{{file: data/brands/Inter.ttf, licensed: true}}]\n")
    loaded = plan_order(small_order(project)).loaded
    [path] = [name for name in loaded.pictures if name.endswith(".ttf")]
    assert path.removesuffix(".ttf").endswith(loaded.materials.fonts.faces[0].sha256)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"licensed": False}, "licensed: true"),
        ({"file": "Lost.ttf"}, "Lost.ttf"),
        ({"file": "notes.txt"}, "TTF or OTF"),
    ],
)
def test_a_brand_font_that_may_not_or_cannot_be_used_is_a_config_error(said, told, brand_folder):
    with pytest.raises(ConfigError, match=told):
        book(brand_folder, **said)


@pytest.mark.parametrize("share", [0, 0.001, 0.1, 0.5, 0.8, 0.97])
def test_a_broken_file_is_a_config_error_that_names_it(share, brand_folder, tmp_path):
    whole = (brand_folder / "Inter.ttf").read_bytes()
    (tmp_path / "Half.ttf").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ConfigError, match=r"Half\.ttf \(brand font\).*again"):
        book(tmp_path, file="Half.ttf")


def test_a_brand_font_is_known_by_its_bytes_and_not_by_where_it_lies(brief, brand_folder, tmp_path):
    moved, other = tmp_path / "moved", tmp_path / "other"
    for folder in (moved, other):
        folder.mkdir()
    (moved / "Inter.ttf").write_bytes((brand_folder / "Inter.ttf").read_bytes())
    with TTFont(brand_folder / "Inter.ttf") as font:
        font["hhea"].lineGap = 77
        font.save(other / "Inter.ttf")
    books = (book(folder) for folder in (brand_folder, moved, other))
    plain, again, changed = (brief.model_copy(update={"fonts": fonts}).look_sha256 for fonts in books)
    assert plain == again
    assert plain != changed


def test_a_font_that_forbids_embedding_needs_its_agreement_named(brand_folder, tmp_path):
    with TTFont(brand_folder / "Inter.ttf") as font:
        font["OS/2"].fsType = 2
        font.save(tmp_path / "Closed.ttf")
    with pytest.raises(ConfigError, match="agreement"):
        book(tmp_path, file="Closed.ttf")
    assert book(tmp_path, file="Closed.ttf", licence="Foundry, advertising, 2026").faces[0].family == "Closed"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("scripts: [Qqqq]", "unknown script 'Qqqq'"),
        ("languages: [german]", "unknown language 'german'; write .*'de'"),
        ("file: data/brands/Lost.ttf", "does not exist, and licensed is not set"),
    ],
)
def test_a_brand_font_that_names_what_there_is_not_is_refused_with_its_place(said, told, tmp_path):
    project = make_project(tmp_path)
    brand = project / "configs/brands/solara.yml"
    font = said if said.startswith("file") else f"file: data/brands/x.ttf, licensed: true, {said}"
    brand.write_text(f"{brand.read_text()}\nfonts: [{{{font}}}]\n")
    with pytest.raises(ConfigError, match=told) as caught:
        plan_order(small_order(project))
    assert caught.value.where.startswith("configs/brands/solara.yml")


@pytest.mark.parametrize("word", ["''", "'  '"])
def test_an_empty_banned_word_is_refused(word, tmp_path):
    project = make_project(tmp_path)
    brand = project / "configs/brands/solara.yml"
    brand.write_text(f"{brand.read_text()}\nbanned_words: {{de: [{word}]}}\n")
    with pytest.raises(ConfigError, match="write a word in quotes"):
        plan_order(small_order(project))


@pytest.mark.parametrize(
    ("said", "key", "remedy"),
    [
        ("banned_words: {jp: [安い]}", "banned_words.jp", "such as 'ja'"),
        ("tone: {gr: warm}", "tone.gr", "such as 'el'"),
        ("glossary: {SOLARA: {iw: SOLARA}}", "glossary.SOLARA.iw", "such as 'he'"),
    ],
)
def test_words_for_a_language_that_there_is_not_are_refused_with_the_language_meant(said, key, remedy, tmp_path):
    project = make_project(tmp_path)
    brand = project / "configs/brands/solara.yml"
    brand.write_text(f"{brand.read_text(encoding='utf-8')}\n{said}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=remedy) as caught:
        plan_order(small_order(project))
    assert caught.value.where.endswith(f"({key})")
