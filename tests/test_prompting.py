"""A prompt says what the facts say, in words a photographer follows, or names the line that wants something else.

Golden prompts stand in tests/golden/, a file a city: every distinct line once, after the occasions that have it (a to d
are the days, 1 to 3 the ratios). After a wanted change of words, write them anew and read the difference:
`GOLDEN=write .venv/bin/pytest -q tests/test_prompting.py -k golden && git diff tests/golden`
"""

from __future__ import annotations

import functools
import os
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.config import find_project
from adlocalizer.domain import Box, Composition, Fact, Flight, Product, Prompt, Recipe, Reference
from adlocalizer.errors import PromptError
from adlocalizer.grounding import FACT_NAMES, Occasion, facts_for
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

from .holding import holds_for

ROOT = Path(__file__).parents[1]
PROJECT = find_project(ROOT)
CITIES = PROJECT.cities("data/cities.csv").cities
BY_ID = {city.city_id: city for city in CITIES}
SOURCES = PROJECT.sources()
FLIGHT = Flight(starts=date(2026, 12, 1), ends=date(2027, 11, 30))
LAYOUTS = PROJECT.layouts()
NAMES = sorted(path.parent.name for path in ROOT.glob("templates/prompts/*/prompt.j2"))
RECIPES = {name: PROJECT.recipe(name) for name in NAMES if name != "edit"}
PLACED = [name for name, recipe in RECIPES.items() if recipe.carries("city")]
RATIOS = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9", "1:4", "4:1", "1:8", "8:1"]
CAN = Product(
    id="solara-can",
    name="Solara Citrus",
    description="a slim matt can, orange to yellow, SOLARA in white capitals across the front.",
    shots=("can.png",),
)
GOLDEN_CITIES = (
    *("ae-dubai", "au-sydney", "br-rio-de-janeiro", "es-barcelona", "fr-paris", "in-mumbai"),
    *("is-reykjavik", "jp-tokyo", "no-oslo", "th-bangkok", "us-new-york-city", "za-cape-town"),
)
GOLDEN_DAYS = {
    "a": (date(2026, 12, 21), 17),
    "b": (date(2027, 3, 20), 12),
    "c": (date(2027, 6, 21), 21),
    "d": (date(2027, 9, 22), 8),
}
GOLDEN_RATIOS = {"1": "16:9", "2": "4:5", "3": "1:8"}
EXTREMES = ("1:8", "8:1", "1:4", "4:1")
MOST_BYTES = 16_384
"""A token is at least one byte: a quarter of the smallest input limit of a model that draws (65,536 tokens)."""
FRAME = Composition(
    ratio_class="landscape",
    product=Box(x=0.62, y=0.24, w=0.30, h=0.67),
    quiet=Box(x=0.0, y=0.0, w=0.56, h=0.66),
    horizon=0.68,
)


@functools.cache
def facts_of(city_id: str, on: date = date(2026, 4, 15), hour: int = 17) -> tuple[Fact, ...]:
    return facts_for(Occasion(BY_ID[city_id], BY_ID[city_id].locales[0], on, hour, SOURCES, FLIGHT))


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


@holds_for(RECIPES, BY_ID)
def test_every_recipe_renders_for_every_city(recipe, city_id):
    city, prompt = BY_ID[city_id], prompt_of(recipe, facts_of(city_id))
    assert (city.city in prompt.text) == (recipe in PLACED)
    assert 150 < len(prompt.text.split()) <= MOST_WORDS
    assert "\n\n\n" not in prompt.text
    assert not re.search(r"[{}]|it snows|None|\s{3,}|  ", prompt.text)


@holds_for(RECIPES, RATIOS)
def test_every_recipe_renders_for_every_ratio(recipe, ratio):
    assert f" of {ratio}, filled" in prompt_of(recipe, facts_of("eg-cairo"), ratio).text


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_renders_without_the_facts_a_city_may_lack(recipe):
    facts = tuple(fact for fact in facts_of("jp-tokyo") if fact.name not in SOMETIMES)
    assert "Tokyo Tower" not in prompt_of(recipe, facts).text


@holds_for(BY_ID)
def test_a_city_scene_stays_far_below_every_models_input_limit_in_every_ratio(city_id):
    texts = [prompt_of("city_scene", facts_of(city_id, hour=22), ratio).text for ratio in RATIOS]
    assert max(len(text.encode()) for text in texts) <= MOST_BYTES
    assert max(len(text.split()) for text in texts) <= MOST_WORDS


@pytest.mark.parametrize("recipe", RECIPES)
def test_extreme_ratios_have_words_of_their_own(recipe):
    told = {ratio: prompt_of(recipe, facts_of("jp-tokyo"), ratio).text for ratio in (*RATIOS, *EXTREMES)}
    sentences = {ratio: set(re.split(r"(?<=[.;:]) ", text.replace("\n", " "))) for ratio, text in told.items()}
    for ratio in EXTREMES:
        others = set().union(*(words for other, words in sentences.items() if other != ratio))
        own = [one for one in sentences[ratio] - others if "%" not in one and ratio not in one]
        assert own, ratio


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("city_id", ["jp-tokyo", "ae-dubai", "es-barcelona"])
def test_no_recipe_asks_for_copy_prices_or_logos(recipe, city_id):
    text = prompt_of(recipe, facts_of(city_id)).text
    wanted, _, left_out = text.partition("LEAVES OUT")
    assert not re.search(r"\b(headline|slogan|price|button|call to action|disclaimer|logo|watermark)", wanted)
    assert "logos, watermarks" in left_out
    assert not re.search(r"\b(headline|slogan|price|button)", left_out)


@pytest.mark.parametrize("recipe", RECIPES)
def test_exclusions_come_last_and_are_short(recipe):
    text = prompt_of(recipe, facts_of("jp-tokyo")).text
    assert len(text.partition("LEAVES OUT")[2].split()) < 90


@pytest.mark.parametrize("recipe", RECIPES)
def test_what_a_market_wants_is_said_before_what_it_avoids(recipe):
    rules = stated(market_wants="only the product and its origin", market_avoids="flags and maps")
    text = prompt_of(recipe, (*facts_of("jp-tokyo"), *rules)).text
    assert text.index("In this market the picture shows: only the product and its origin.") < text.index("COMPOSITION")
    assert "In this market it also leaves out: flags and maps. Nothing touches" in text


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_market_without_rules_is_not_spoken_of(recipe):
    assert "In this market" not in prompt_of(recipe, facts_of("jp-tokyo")).text


@pytest.mark.parametrize("recipe", RECIPES)
def test_sentences_are_whole(recipe):
    for city_id in list(BY_ID)[::7]:
        text = prompt_of(recipe, facts_of(city_id, date(2026, 12, 21), 22), variant=2).text
        assert not re.search(r"\.\.| [,.;:]|,,|::|\(\)|[a-z]\n", text + "\n")


@pytest.mark.parametrize(("hour", "is_told"), [(22, True), (12, False)])
def test_the_moon_is_told_in_the_dark_where_it_stands_in_the_sky(hour, is_told):
    text = prompt_of("city_scene", facts_of("br-rio-de-janeiro", date(2026, 8, 1), hour)).text
    assert ("In the sky, small and true: gibbous moon" in text) == is_told


def test_a_moon_below_the_horizon_is_not_told():
    assert "moon" not in prompt_of("city_scene", facts_of("no-oslo", date(2026, 12, 1), 17)).text


@pytest.mark.parametrize("recipe", ["city_scene", "seasonal"])
def test_a_forecast_is_told_as_one_and_the_typical_as_typical(recipe):
    typical = facts_of("no-oslo", date(2026, 12, 1), 12)
    live = Fact(name="weather", value="rain", text="rain is forecast", source="test")
    forecast = (*(fact for fact in typical if fact.name != "weather"), live)
    assert "Snow on the ground is plausible in December." in prompt_of(recipe, typical).text
    text = prompt_of(recipe, forecast).text
    assert "Rain is forecast. " in text or "Rain is forecast.\n" in text
    assert "A shower has just passed" in text


def test_a_city_is_told_by_its_streets_houses_plants_and_traffic():
    text = prompt_of("city_scene", facts_of("au-sydney", date(2026, 12, 1), 12)).text
    for words in (
        "Its streets: sandstone",
        "Its houses: brick terraces",
        "traffic keeps to the left",
        "Plants in this",
    ):
        assert words in text


def test_signs_are_the_citys_own_script_and_too_soft_to_read():
    assert "in Arabic and Latin script, far and too soft" in prompt_of("city_scene", facts_of("ae-dubai")).text


def test_a_season_is_told_with_the_day_people_look_forward_to():
    text = prompt_of("seasonal", facts_of("is-reykjavik", date(2026, 12, 21), 12)).text
    assert "What people look forward to: the days before Christmas Day" in text
    assert "without any figure, symbol or lettering" in text


def test_clothes_are_told_only_where_people_appear():
    facts = facts_of("no-oslo", date(2026, 12, 1), 12)
    with_people = about(roles=("product", "character"))
    alone = compose_prompt(RECIPES["city_scene"], facts, FRAME, about()).text
    assert "suits the day" not in alone
    assert "suits the day: thick winter coats" in compose_prompt(RECIPES["city_scene"], facts, FRAME, with_people).text


def test_a_recipe_shows_a_template_only_the_facts_it_lists():
    recipe = Recipe(id="mine", text="{{ city }}{% if season is defined %} {{ season }}{% endif %}", facts=("city",))
    prompt = compose_prompt(recipe, stated(city="Paris", season="summer"), FRAME, about())
    assert (prompt.text, [fact.name for fact in prompt.facts]) == ("Paris", ["city"])


@pytest.mark.parametrize("recipe", ["ui_gallery", "lesson_diagram"])
def test_what_no_place_decides_is_told_alike_on_every_day(recipe):
    winter, summer = (prompt_of(recipe, facts_of("no-oslo", date(2026, month, 1))) for month in (1, 7))
    assert winter.sha256 == summer.sha256


@pytest.mark.parametrize("recipe", PLACED)
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
    assert template_variables(RECIPES[recipe]).keys() <= FACT_NAMES | SUBJECT_NAMES


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
    assert "Images 1 to 2 show the exact product" in prompt.text


def test_the_landmark_comes_with_its_note():
    others = tuple(fact for fact in facts_of("es-barcelona") if not fact.name.startswith("landmark"))
    noted = stated(landmark="Sagrada Família", landmark_note="image rights claimed: check")
    text = prompt_of("city_scene", (*others, *noted)).text
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


def golden_text(city_id: str) -> str:
    """Every distinct line of a city's twelve prompts, in reading order, after the occasions it belongs to."""
    lines: list[str] = []
    held: dict[str, list[str]] = {}
    for day, (on, hour) in GOLDEN_DAYS.items():
        facts = facts_of(city_id, on, hour)
        for number, ratio in GOLDEN_RATIOS.items():
            at, own = 0, list(filter(None, prompt_of("city_scene", facts, ratio).text.splitlines()))
            for line in own:
                if line not in held:
                    at = next((place for place in range(at, len(lines)) if lines[place] in own), len(lines))
                    lines.insert(at, line)
                held.setdefault(line, []).append(day + number)
                at = lines.index(line) + 1
    every = len(GOLDEN_DAYS) * len(GOLDEN_RATIOS)
    marks = {line: "all" if len(names) == every else " ".join(names) for line, names in held.items()}
    heads = [f"{name} = {on} {hour}:00" for name, (on, hour) in GOLDEN_DAYS.items()]
    heads += [f"{name} = {ratio}" for name, ratio in GOLDEN_RATIOS.items()]
    return "\n".join([", ".join(heads), *(f"[{marks[line]}] {line}" for line in lines)]) + "\n"


@pytest.mark.parametrize("city_id", GOLDEN_CITIES)
def test_golden_prompts_are_what_is_composed(city_id):
    path, text = ROOT / "tests" / "golden" / f"{city_id}.txt", golden_text(city_id)
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == text


def test_no_golden_file_is_left_over():
    assert sorted(path.stem for path in (ROOT / "tests" / "golden").glob("*.txt")) == sorted(GOLDEN_CITIES)


def test_a_prompt_carries_its_facts_its_composition_and_its_templates_digest():
    facts = facts_of("fr-paris")
    prompt = compose_prompt(RECIPES["city_scene"], facts, FRAME, about())
    assert prompt.facts == tuple(fact for fact in facts if fact.name in RECIPES["city_scene"].facts)
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
    assert template_variables(Recipe(id="mine", text=text)) == {"city": 1, "scene": 1}


def test_a_name_is_reported_at_its_first_line():
    assert ":2: " in failure("a\n{{ cit }}\n{{ cit }}", stated(city="Paris"))


@pytest.mark.parametrize("recipe", RECIPES)
def test_people_and_style_are_named_by_the_number_of_their_picture(recipe):
    roles = ("product", "product", "character", "style", "style")
    text = compose_prompt(RECIPES[recipe], facts_of("jp-tokyo"), FRAME, about(roles=roles)).text
    assert "Images 1 to 2 show the exact" in text
    assert "Image 3 shows who appears" in text
    assert "Images 4 and 5 show the look of the brand" in text
    assert "no other people" in text


def test_an_edit_names_the_change_and_the_picture_to_edit_and_the_products():
    parent = compose_prompt(RECIPES["city_scene"], facts_of("jp-tokyo"), FRAME, about())
    shot = Reference(role="product", sha256="0" * 64, mime="image/png", path="x")
    edit = compose_edit(PROJECT.recipe("edit"), parent, "Make the sky  darker.", (shot,))
    assert edit.text.startswith("Edit Image 1. Change one thing and nothing else: Make the sky darker.\n")
    assert "Image 2 shows the exact product" in edit.text
    assert (edit.composition, edit.facts) == (parent.composition, parent.facts)
