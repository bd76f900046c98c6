"""A brand's file: what it may say, what is found before anything is spent, and what it changes."""

from __future__ import annotations

import pytest

from adlocalizer.config import Project
from adlocalizer.domain import Brand
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.layouts import Role
from adlocalizer.loading import load
from adlocalizer.planning import make_plan
from adlocalizer.wording.briefing import TEMPLATE, Subject, brief_for
from tests.projects import make_project, small_order

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><circle cx="20" cy="10" r="8"/>{}</svg>'
BRAND = """\
id: solara
name: SOLARA
colour: "#0c4a38"
accent: "#ffc61a"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("brand"), cities=["fr-paris"])


def planned(project, text: str = ""):
    (project / "configs/brands/solara.yml").write_text(BRAND + text, "utf-8")
    order = small_order(project)
    return make_plan(load(Project(project), order).materials, order.run_of("small"))


def said(project, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        planned(project, text)
    return str(caught.value)


def keys(plan) -> list[str]:
    return [master.request.key for master in plan.masters()]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "logo: data/brands/none.svg",
            "configs/brands/solara.yml (logo.file): the file 'data/brands/none.svg' does not",
        ),
        ("logo: {file: ../../etc/passwd}", "leads out of the project"),
        ("logo: configs/tags.yml", "configs/tags.yml: it is neither SVG nor PNG"),
        ("logo: {file: data/brands/solara.svg, on_drak: x}", "unknown key 'on_drak'; write 'on_dark' instead"),
        ("logo: {file: data/brands/solara.svg, clear_space: 9}", "write a number from 0 to 2"),
        ("logo: {on_dark: data/brands/solara.svg}", "solara.yml:5 (logo.file): is missing"),
        ("palette: {white: white}", "write a colour in quotes, such as '#ffc400'"),
        ("palette: ['#12345']", "write a colour in quotes, such as '#ffc400'"),
        ("palette_tolerance: -1", "write a number from 0 to 50"),
        ("tone: {french: warm}", "the key 'french' is not accepted; write a BCP-47 tag"),
        ("required: {'*': [headlin]}", "write 'headline', or one of 'logo', 'headline'"),
        ("required: {'gads_uplaod_*': [logo]}", "(required.gads_uplaod_*): no ad format matches it; write a glob"),
        ("fonts: [{file: data/brands/none.ttf}]", "(fonts.0): the file 'data/brands/none.ttf' does not exist"),
    ],
)
def test_what_cannot_be_accepted_is_said_with_place_and_remedy(project, text, wanted):
    assert wanted in said(project, text)


def test_variants_must_have_one_shape(project):
    (project / "data/brands/other.svg").write_text(SVG.format(""), "utf-8")
    text = said(project, "logo: {file: data/brands/solara.svg, on_dark: data/brands/other.svg}")
    assert "has another shape than data/brands/solara.svg; export both variants with the same artboard" in text


def test_a_bad_logo_is_named_with_its_remedy(project):
    (project / "data/brands/run.svg").write_text(SVG.format("<script/>"), "utf-8")
    wanted = "configs/brands/solara.yml (logo.file): data/brands/run.svg: it holds a script; export it without"
    assert wanted in said(project, "logo: data/brands/run.svg")


def test_both_variants_travel_by_their_digests(project):
    plan = planned(project, "logo: {file: data/brands/solara.svg, on_dark: data/brands/solara-on-dark.svg}")
    for reference in (plan.brief.logo, plan.brief.logo_on_dark):
        assert reference.path == f"inputs/{reference.sha256[:2]}/{reference.sha256}.svg"


def test_logo_palette_tone_and_rules_leave_every_request_as_it_is(project):
    bare = keys(planned(project))
    rules = 'logo: data/brands/solara.svg\npalette: ["#ffffff"]\ntone: {"*": warm}\nrequired: {"*": [headline]}\n'
    assert keys(planned(project, rules)) == bare


def test_a_mood_stands_in_every_prompt_and_asks_anew(project):
    bare, moody = planned(project), planned(project, "mood: calm and sunlit.")
    wanted = "The mood of the whole picture, as the brand wants it: calm and sunlit."
    assert all(wanted in master.request.prompt.text for master in moody.masters())
    assert not set(keys(bare)) & set(keys(moody))


def test_another_logo_makes_renditions_anew_and_another_tone_does_not(project):
    bare = planned(project).brief.look_sha256
    assert planned(project, 'tone: {"*": warm}').brief.look_sha256 == bare
    assert planned(project, "logo: data/brands/solara.svg").brief.look_sha256 != bare


def test_a_palette_is_a_table_or_a_list_of_colours():
    look = {"id": "a", "name": "A", "colour": "#000000", "accent": "#ffffff"}
    assert Brand.model_validate({**look, "palette": {"sky": "#aaccee"}}).palette == {"sky": "#aaccee"}
    assert list(Brand.model_validate({**look, "palette": ["#aaccee", "#123456"]}).palette.values()) == [
        "#aaccee",
        "#123456",
    ]


def test_a_brand_can_ask_for_every_role_of_a_layout_but_the_disclosure():
    required = Brand.model_json_schema()["properties"]["required"]["additionalProperties"]["items"]["enum"]
    assert {*required, "disclosure"} == set(Role.__args__)


def test_notes_on_tone_reach_the_copywriter_of_their_locale_alone(project):
    home = Project(project)
    rows = {row.locale: row for row in home.copy("data/copy/demo.csv").copy}
    tone = {"*": "plain, never loud", "de": "du, nicht Sie", "fr": "vous"}
    brand = home.brand("solara").model_copy(update={"tone": tone})
    about = Subject(home.campaign("small"), brand, home.product("solara-can"), (), home.copy_book())
    prompt = brief_for("de-AT", rows["en-US"], about, (project / TEMPLATE).read_text("utf-8"))
    assert "How the brand speaks: plain, never loud\n" in prompt
    assert "How the brand speaks: du, nicht Sie\n" in prompt
    assert "vous" not in prompt
