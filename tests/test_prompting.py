"""A prompt says what the facts say, in words a photographer follows, or names the line that wants something else.

Golden prompts stand in tests/golden/. After a wanted change of words, write them anew and read the difference:
`GOLDEN=write .venv/bin/pytest -q tests/test_prompting.py -k golden && git diff tests/golden`
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.config import find_project
from adlocalizer.domain import Box, Composition, Fact, Product, Prompt, Recipe, Reference
from adlocalizer.errors import PromptError
from adlocalizer.grounding import FACT_NAMES, Occasion, Sources, facts_for
from adlocalizer.grounding.facts import SOMETIMES
from adlocalizer.placing import describe_composition
from adlocalizer.prompting import (
    MOST_WORDS,
    SUBJECT_NAMES,
    Subject,
    compose_edit,
    compose_prompt,
    template_variables,
)

ROOT = Path(__file__).parents[1]
PROJECT = find_project(ROOT)
CITIES = PROJECT.cities("data/cities.csv").cities
BY_ID = {city.city_id: city for city in CITIES}
SOURCES = Sources(PROJECT.climate(), PROJECT.landmarks())
LAYOUTS = PROJECT.layouts()
NAMES = sorted(path.parent.name for path in ROOT.glob("templates/prompts/*/prompt.j2"))
RECIPES = {name: PROJECT.recipe(name) for name in NAMES if name != "edit"}
RATIOS = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9", "1:4", "4:1", "1:8", "8:1"]
CAN = Product(
    id="solara-can",
    name="Solara Citrus",
    description="a slim matt can, orange to yellow, SOLARA in white capitals across the front.",
    shots=("can.png",),
)
GOLDEN = {
    "jp-tokyo_16x9": ("jp-tokyo", "16:9", date(2026, 11, 22), 16),
    "ae-dubai_4x5": ("ae-dubai", "4:5", date(2026, 7, 1), 18),
    "is-reykjavik_9x16": ("is-reykjavik", "9:16", date(2026, 12, 25), 12),
}
FRAME = Composition(
    ratio_class="landscape",
    product=Box(x=0.62, y=0.24, w=0.30, h=0.67),
    quiet=Box(x=0.0, y=0.0, w=0.56, h=0.66),
    horizon=0.68,
)


def facts_of(city_id: str, on: date = date(2026, 4, 15), hour: int = 17) -> tuple[Fact, ...]:
    return facts_for(Occasion(BY_ID[city_id], BY_ID[city_id].locales[0], on, hour, SOURCES))


def about(**more: object) -> Subject:
    words = {"scene": "The can waits on a balcony after work.", "product": CAN, "brand_name": "Solara"}
    return Subject(**words | {"ratio": "16:9", "variant": 1} | more)


def rendered(template: str, facts: tuple[Fact, ...] = (), **more: object) -> str:
    return compose_prompt(Recipe(id="mine", text=template), facts, FRAME, about(**more)).text


def stated(**values: str) -> tuple[Fact, ...]:
    return tuple(Fact(name=name, value=value, text=value, source="test") for name, value in values.items())


def failure(template: str, facts: tuple[Fact, ...] = (), **more: object) -> str:
    with pytest.raises(PromptError) as caught:
        rendered(template, facts, **more)
    return str(caught.value)


def prompt_of(recipe: str, facts: tuple[Fact, ...], ratio: str = "16:9", variant: int = 1) -> Prompt:
    direction = next(fact.value for fact in facts if fact.name == "direction")
    composition = LAYOUTS.composition_for(ratio, direction)
    return compose_prompt(RECIPES[recipe], facts, composition, about(ratio=ratio, variant=variant))


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("city_id", BY_ID)
def test_every_recipe_renders_for_every_city(recipe, city_id):
    city, prompt = BY_ID[city_id], prompt_of(recipe, facts_of(city_id))
    assert city.city in prompt.text
    assert 150 < len(prompt.text.split()) <= MOST_WORDS
    assert "\n\n\n" not in prompt.text
    assert not re.search(r"[{}]|it snows|None|\s{3,}|  ", prompt.text)


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("ratio", RATIOS)
def test_every_recipe_renders_for_every_ratio(recipe, ratio):
    assert f" of {ratio}, filled" in prompt_of(recipe, facts_of("eg-cairo"), ratio).text


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_renders_without_the_facts_a_city_may_lack(recipe):
    facts = tuple(fact for fact in facts_of("jp-tokyo") if fact.name not in SOMETIMES)
    assert "Tokyo Tower" not in prompt_of(recipe, facts).text


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("month", [1, 4, 7, 10])
@pytest.mark.parametrize("hour", [0, 6, 8, 12, 17, 20])
def test_every_recipe_renders_in_any_light_and_weather(recipe, month, hour):
    texts = {prompt_of(recipe, facts_of(city_id, date(2026, month, 3), hour)).text for city_id in list(BY_ID)[::6]}
    assert len(texts) == len(list(BY_ID)[::6])


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_documents_exactly_the_names_it_uses(recipe):
    comment = RECIPES[recipe].text.split("#}")[0]
    documented = re.findall(r"^ {4}(\w+(?:, \w+)*) {2,}\S", comment, re.MULTILINE)
    assert sorted(", ".join(documented).split(", ")) == sorted(template_variables(RECIPES[recipe]))


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_wants_only_names_there_are(recipe):
    assert template_variables(RECIPES[recipe]) <= FACT_NAMES | SUBJECT_NAMES


@pytest.mark.parametrize("recipe", RECIPES)
def test_variants_differ_in_words(recipe):
    texts = {prompt_of(recipe, facts_of("jp-tokyo"), variant=variant).text for variant in (1, 2, 3)}
    assert len(texts) == 3


def test_no_two_variants_of_a_city_scene_are_told_the_same():
    assert len({prompt_of("city_scene", facts_of("jp-tokyo"), variant=number).text for number in range(1, 21)}) == 20


def test_no_two_cities_are_told_the_same():
    assert len({prompt_of("city_scene", facts_of(city_id)).text for city_id in BY_ID}) == len(BY_ID)


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_product_comes_first_and_stays_as_it_is(recipe):
    text = prompt_of(recipe, facts_of("jp-tokyo")).text
    assert text.index(CAN.description.rstrip(".")) < text.index("Keep it unchanged") < text.index("LIGHT")
    assert "exactly one" in text
    assert "only lettering" in text


def test_two_shots_are_counted():
    prompt = compose_prompt(RECIPES["studio"], facts_of("jp-tokyo"), FRAME, about(roles=("product", "product")))
    assert "Pictures 1 to 2 show the exact product" in prompt.text


def test_the_landmark_comes_with_its_note():
    text = prompt_of("city_scene", facts_of("es-barcelona")).text
    assert "the sign of the city: Sagrada Família" in text
    assert "to be respected here: image rights claimed: check." in text


def test_the_studio_shows_no_landmark():
    assert "Eiffel" not in prompt_of("studio", facts_of("fr-paris")).text


@pytest.mark.parametrize(
    ("city_id", "month", "hour", "side"),
    [
        ("fr-paris", 12, 11, "left"),
        ("fr-paris", 12, 15, "right"),
        ("au-sydney", 6, 9, "right"),
        ("au-sydney", 6, 15, "left"),
    ],
)
def test_the_sun_stands_where_a_camera_that_faces_it_sees_it(city_id, month, hour, side):
    # Sydney's camera looks north, where the sun is: east is to its right.
    assert (
        f"from the {side} of the frame" in prompt_of("city_scene", facts_of(city_id, date(2026, month, 21), hour)).text
    )


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_prompts_are_what_is_composed(name):
    city_id, ratio, on, hour = GOLDEN[name]
    text = prompt_of("city_scene", facts_of(city_id, on, hour), ratio).text + "\n"
    path = ROOT / "tests" / "golden" / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def test_a_prompt_carries_its_facts_its_composition_and_its_templates_digest():
    facts = facts_of("fr-paris")
    prompt = compose_prompt(RECIPES["city_scene"], facts, FRAME, about())
    assert prompt.facts == facts
    assert prompt.composition == FRAME
    assert prompt.template_sha256 == RECIPES["city_scene"].sha256


def test_the_same_facts_give_the_same_prompt():
    assert prompt_of("city_scene", facts_of("fr-paris")).sha256 == prompt_of("city_scene", facts_of("fr-paris")).sha256


@pytest.mark.parametrize(
    ("box", "words"),
    [
        (Box(x=0.62, y=0.24, w=0.30, h=0.67), "in the lower right"),
        (Box(x=0.08, y=0.24, w=0.30, h=0.67), "in the lower left"),
        (Box(x=0.20, y=0.39, w=0.60, h=0.35), "in the lower centre"),
        (Box(x=0.775, y=0.08, w=0.11, h=0.84), "in the right"),
        (Box(x=0.1, y=0.05, w=0.2, h=0.2), "in the upper left"),
        (Box(x=0.4, y=0.4, w=0.2, h=0.2), "in the centre"),
    ],
)
def test_a_products_place_is_said_in_words(box, words):
    place = describe_composition(FRAME.model_copy(update={"product": box})).product_place
    assert place.startswith(f"{words} of the picture, between {round(box.x * 100)} % and {round(box.right * 100)} %")
    assert f"its bottom edge on the ground at {round(box.bottom * 100)} % of the height" in place


@pytest.mark.parametrize(
    ("box", "words"),
    [
        (Box(x=0, y=0, w=0.56, h=0.66), "the upper left part of the picture, over about three fifths of the width and"),
        (Box(x=0.44, y=0, w=0.56, h=0.66), "the upper right part of the picture, over about three fifths of the width"),
        (Box(x=0, y=0, w=1, h=0.38), "the upper part of the picture, over the full width and about two fifths of the"),
        (
            Box(x=0, y=0, w=0.74, h=1),
            "the left part of the picture, over about three quarters of the width and the",
        ),
        (Box(x=0, y=0.1, w=1, h=0.27), "the upper part of the picture, over the full width and about a quarter of the"),
        (Box(x=0, y=0, w=1, h=1), "the whole of the picture, over the full width and the full height"),
    ],
)
def test_the_quiet_area_is_said_in_words(box, words):
    area = describe_composition(FRAME.model_copy(update={"quiet": box})).quiet_area
    assert area.startswith(words)
    assert ("beginning 10 % of the height below" in area) == (box.y > 0.05)


@pytest.mark.parametrize("ratio", [ratio for ratio in RATIOS if ratio not in ("9:16", "1:4", "1:8")])
def test_a_mirrored_composition_changes_sides(ratio):
    there, here = (describe_composition(LAYOUTS.composition_for(ratio, side)) for side in ("ltr", "rtl"))
    assert " right of" in there.product_place.split(",")[0]
    assert " left of" in here.product_place.split(",")[0]
    assert here.quiet_area == there.quiet_area.replace("left", "right")


def test_readers_from_right_to_left_enter_at_the_right():
    text = prompt_of("city_scene", facts_of("ae-dubai")).text
    assert "in the lower left of the picture" in text
    assert "reads Arabic from right to left: the eye starts at the right" in text


@given(x=st.floats(-0.2, 1), y=st.floats(-0.2, 1), w=st.floats(0, 1), h=st.floats(0, 1), horizon=st.floats(0.01, 0.99))
def test_any_composition_has_words(x, y, w, h, horizon):
    box = Box(x=x, y=y, w=w, h=h)
    places = describe_composition(Composition(ratio_class="square", product=box, quiet=box, horizon=horizon))
    assert all(words and "  " not in words for words in places)


@pytest.mark.parametrize(
    ("ratio", "word"),
    [
        ("1:8", "strip"),
        ("9:16", "an upright"),
        ("4:5", "an upright"),
        *(("1:1", "a square"), ("16:9", "a landscape"), ("4:1", "low")),
    ],
)
def test_a_ratio_has_its_word(ratio, word):
    assert word in rendered("{{ orientation }}", ratio=ratio)


@pytest.mark.parametrize(
    ("template", "line", "said"),
    [
        ("a\nb {{ seasn }}", 2, "wants 'seasn', which nobody gives; did you mean 'season'?"),
        ("{% if false %}\n{{ temprature_celsius }}\n{% endif %}", 2, "did you mean 'temperature_celsius'?"),
        ("{{ xyzzy }}", 1, "which nobody gives; There is"),
        ("ok\n\n{{ landmark }}", 3, "write {% if landmark is defined %} around it"),
        ("ok\n{{ scene.value }}", 2, "wants '.value'"),
        ("{{ city", 1, "mend the Jinja syntax"),
        ("a\n{% if city %}\nb", 3, "endif"),
        ("a\n{{ city | uper }}", 2, "No filter named 'uper'"),
        ("a\n{{ variant / 0 }}", 2, "division by zero"),
        ("a\n{% include '/etc/passwd' %}", 2, "no loader"),
        ("a\n{{ city.__class__.__mro__ }}", 2, "unsafe"),
        ("a\n{{ range(10 ** 9) | list }}", 2, "Range too big"),
        ("{% for a in 'b' %}" * 200 + "{% endfor %}" * 200, 1, "nested too deeply"),
        ("{# nothing but a comment #}", 1, "the result is empty"),
        ("  \n{{ '\u200b' }}\n", 1, "the result is empty"),
        ("word " * (MOST_WORDS + 1), 1, f"{MOST_WORDS + 1} words, {MOST_WORDS} at most"),
    ],
)
def test_a_template_at_fault_is_named_with_its_line_and_a_remedy(template, line, said):
    message = failure(template, stated(city="Paris"))
    assert message.startswith(f"templates/prompts/mine/prompt.j2:{line}: ")
    assert said in message


def test_a_prompt_error_shows_no_python():
    assert "Traceback" not in failure("{{ scene.value }}")
    assert "object at" not in failure("{{ scene.value }}")


@pytest.mark.parametrize("name", ["lipsum()", "['a', 'b'] | random"])
def test_a_template_throws_no_dice(name):
    assert failure(f"{{{{ {name} }}}}")


@pytest.mark.parametrize("text", ["{{ 7*7 }}", "{% if x %}", "{# gone #}", "<script>", "=HYPERLINK(1)", "100 %"])
def test_values_are_text_and_never_templates(text):
    assert rendered("{{ city }} {{ scene }}", stated(city=text), scene=text) == f"{text} {text}"


@given(st.text(min_size=1))
def test_no_value_brings_a_line_or_an_unseen_letter(text):
    result = rendered("<{{ city }}> <{{ scene }}> <{{ brand }}>", stated(city=text), scene=text, brand_name=text)
    assert result.replace("\u200c", "").replace("\u200d", "").isprintable()
    assert result.startswith("<")


def test_unseen_letters_of_a_template_are_left_out():
    assert rendered("One\u202e two\u2028 \n\n\n\n\tthree") == "One two\n\nthree"


def test_a_fact_reads_as_its_text_and_compares_by_its_value():
    facts = (Fact(name="month", value=4, text="April", source="test"),)
    assert rendered("{{ month }}{% if month.value == 4 %} four{% endif %}", facts) == "April four"


def test_template_variables_are_what_comes_from_outside():
    text = "{% set own = city %}{{ own }}{% for i in range(3) %}{{ i }}{{ scene }}{% endfor %}"
    assert template_variables(Recipe(id="mine", text=text)) == {"city", "scene"}


def test_a_name_is_reported_at_its_first_line():
    assert ":2: " in failure("a\n{{ cit }}\n{{ cit }}", stated(city="Paris"))


@pytest.mark.parametrize("recipe", RECIPES)
def test_people_and_style_are_named_by_the_number_of_their_picture(recipe):
    roles = ("product", "product", "character", "style", "style")
    text = compose_prompt(RECIPES[recipe], facts_of("jp-tokyo"), FRAME, about(roles=roles)).text
    assert "Pictures 1 to 2 show the exact product" in text
    assert "Picture 3 shows who appears" in text
    assert "Pictures 4 and 5 show the look of the brand" in text
    assert "no other people" in text


def test_an_edit_names_the_change_and_the_picture_to_edit_and_the_products():
    parent = compose_prompt(RECIPES["city_scene"], facts_of("jp-tokyo"), FRAME, about())
    shot = Reference(role="product", sha256="0" * 64, mime="image/png", path="x")
    edit = compose_edit(PROJECT.recipe("edit"), parent, "Make the sky  darker.", (shot,))
    assert edit.text.startswith("Edit picture 1. Change one thing and nothing else: Make the sky darker.\n")
    assert "Picture 2 shows the exact product" in edit.text
    assert (edit.composition, edit.facts) == (parent.composition, parent.facts)
