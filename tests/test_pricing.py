"""What a picture will cost, what it may cost at worst, and what it did cost."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from adlocalizer.config import find_project
from adlocalizer.domain import Box, Composition, Edit, GenerationConfig, Prompt, Reference, Request, TokenPrices, Usage
from adlocalizer.planning import ended, most_output, most_price, next_attempt, picture_price, real_cost

from . import projects

PROJECT = find_project(projects.ROOT)
MODELS = PROJECT.models()
FLASH, PRO = MODELS["gemini-nano-banana-2.1"], MODELS["gemini-3-pro-image"]
BOX = Box(x=0, y=0, w=1, h=1)
SHOT = Reference(role="product", sha256="0" * 64, mime="image/png", path="x")


def asked(**over) -> Request:
    said = {
        "provider": "gemini",
        "model": FLASH.id,
        "prompt": Prompt(
            text="A can on a ledge.",
            template_sha256="0" * 64,
            facts=(),
            composition=Composition(ratio_class="square", product=BOX, quiet=BOX, horizon=0.5),
        ),
        "references": (SHOT, SHOT),
        "ratio": "1:1",
        "size": "1K",
        "seed": 1,
    }
    return Request(**{**said, **over})


def test_a_price_is_the_pictures_and_what_is_sent_along():
    assert picture_price(FLASH, asked()) == 33_600 + 2 * 1_680


def test_a_batch_costs_half():
    assert picture_price(FLASH, asked(), "batch") * 2 == picture_price(FLASH, asked())


def test_the_picture_that_is_edited_is_sent_along():
    edit = Edit(parent="0" * 64, picture_sha256="0" * 64, instruction="darker")
    assert picture_price(FLASH, asked(edit=edit)) - picture_price(FLASH, asked()) == 1_680


def test_the_price_at_worst_grows_with_the_level_of_thinking():
    prices = [most_price(FLASH, asked(config=GenerationConfig(thinking=level))) for level in ("medium", "high")]
    assert prices == sorted(prices)
    assert prices[0] < prices[1]


@given(
    st.builds(
        Usage,
        prompt_tokens=st.integers(0, 2_260),
        image_tokens=st.just(1_120),
        text_tokens=st.integers(0, 512),
        thought_tokens=st.integers(0, 2_048),
    )
)
def test_no_usual_answer_costs_more_than_the_price_at_worst(usage):
    assert (real_cost(FLASH, usage) or 0) <= most_price(FLASH, asked())


@given(thought_tokens=st.integers(0, 3_680), text_tokens=st.integers(0, 3_680))
def test_an_answer_within_its_limit_costs_no_more_than_the_price_at_worst(thought_tokens, text_tokens):
    usage = Usage(prompt_tokens=2_260, image_tokens=1_120, text_tokens=text_tokens, thought_tokens=thought_tokens)
    assume(1_120 + text_tokens + thought_tokens <= (most_output(FLASH, asked()) or 0))
    assert (real_cost(FLASH, usage) or 0) <= most_price(FLASH, asked())


def test_a_model_that_takes_no_limit_is_sent_none():
    assert most_output(FLASH.model_copy(update={"takes_output_limit": False}), asked()) is None


def test_the_real_cost_is_that_of_the_tokens_rounded_up():
    usage = Usage(prompt_tokens=1_131, image_tokens=1_120, thought_tokens=241)
    assert real_cost(FLASH, usage) == -(-(1_131 * 15 + 1_120 * 300 + 241 * 75) // 10)
    assert real_cost(FLASH, usage, "batch") == -(-(1_131 * 15 + 1_120 * 300 + 241 * 75) // 20)


def test_nothing_counted_is_no_cost_known():
    assert real_cost(FLASH, Usage()) is None
    assert real_cost(MODELS["preview-scene-1"], Usage(image_tokens=5)) is None


def test_token_prices_are_micros_per_million():
    assert TokenPrices(input=1_500_000, text=0, image=0).cost_micros(Usage(prompt_tokens=1_000_000)) == 1_500_000


@pytest.mark.parametrize("model", [one for one in MODELS.values() if one.spends], ids=lambda one: one.id)
def test_a_picture_of_the_price_list_agrees_with_its_token_prices(model):
    """Output tokens of a 1K picture: 1120, of the first model 1290 (gemini-api.md, price list)."""
    tokens = 1_290 if model.id == "gemini-2.5-flash-image" else 1_120
    assert model.price_micros["1K"] == pytest.approx(tokens * model.token_prices.image / 1e6, rel=0.01)


def test_a_model_past_its_date_names_its_successor():
    config = PROJECT.provider("gemini")
    old = MODELS["gemini-3.1-flash-image"]
    assert "gemini-nano-banana-2.1" in ended(old, config, date(2026, 10, 29))
    assert ended(old, config, date(2026, 10, 28)) == ""


def test_vertex_ai_has_dates_of_its_own():
    vertex = PROJECT.provider("gemini").model_copy(update={"backend": "vertex"})
    assert ended(MODELS["gemini-3.1-flash-image"], vertex, date(2026, 11, 25)) == ""


def test_a_model_before_its_date_cannot_be_asked():
    assert "not available before 2026-10-06" in ended(FLASH, PROJECT.provider("gemini"), date(2026, 10, 5))


def test_keys_of_answers_on_file_stay_what_they_were():
    """Kept before config and edit existed: whoever changes it throws every paid answer away."""
    assert asked().key == "afbb87f13dac0acdfe0376b57c3839045618c65be25252eb4a502f3539f6a462"


def test_config_and_edit_are_part_of_the_key():
    edit = Edit(parent="0" * 64, picture_sha256="0" * 64, instruction="darker")
    keys = {one.key for one in (asked(), asked(config=GenerationConfig(thinking="high")), asked(edit=edit))}
    assert len(keys) == 3


def test_out_of_tokens_at_the_lowest_level_stays_there():
    request = asked(config=GenerationConfig(thinking="minimal"))
    assert next_attempt(request, FLASH, "MAX_TOKENS").config.thinking == "minimal"


def test_a_model_without_levels_is_asked_anew_as_it_was():
    assert next_attempt(asked(model=PRO.id), PRO, "MAX_TOKENS").config == GenerationConfig()
