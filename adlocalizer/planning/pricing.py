"""What a picture will cost by the table, and what one request may cost at worst."""

from __future__ import annotations

import math

from adlocalizer.domain import Micros, Mode, Model, Request, Usage

_WORDS_BESIDE = 512
"""Tokens a model may write beside the picture; what was seen is a sentence or two."""
_INSIDE_REFERENCE = 1.25
"""A picture sent may count for more tokens than the list says: it depends on its size."""


def picture_price(model: Model, request: Request, mode: Mode = "interactive") -> Micros:
    """What the table says a picture costs with the pictures sent along, in micros."""
    if mode == "batch":
        return model.batch_price_micros.get(request.size, 0) + _pictures_sent(request) * model.reference_micros // 2
    return model.price_micros.get(request.size, 0) + _pictures_sent(request) * model.reference_micros


def most_output(model: Model, request: Request) -> int | None:
    """The tokens a request may write at most: one picture, long thoughts, words beside. It is sent along, so it holds.

    None where the table has no token prices, or the model takes no limit.
    """
    if model.token_prices is None or not model.takes_output_limit:
        return None
    picture = math.ceil(model.price_micros.get(request.size, 0) * 1_000_000 / max(model.token_prices.image, 1))
    return picture + _WORDS_BESIDE + _most_thought(model, request)


def most_price(model: Model, request: Request, mode: Mode = "interactive") -> Micros:
    """What one request may cost at worst, in micros: picture, prompt, references, long thoughts and words beside.

    The price itself where the table has no token prices.
    """
    price, tokens = picture_price(model, request, mode), model.prices(mode)
    if tokens is None:
        return price
    # A token is seldom less than two bytes of a prompt, in no script less than one.
    said = {"text_tokens": _WORDS_BESIDE, "thought_tokens": _most_thought(model, request)}
    words = Usage(prompt_tokens=len(request.prompt.text.encode()), **said)
    margin = round((_INSIDE_REFERENCE - 1) * _pictures_sent(request) * model.reference_micros)
    searches = 4 * model.search_micros if request.config.search else 0
    return price + tokens.cost_micros(words) + margin + searches


def real_cost(model: Model, usage: Usage, mode: Mode = "interactive") -> Micros | None:
    """What an answer cost by its usage, in micros; None when the table has no token prices or nothing was counted."""
    tokens = model.prices(mode)
    if tokens is None or usage == Usage():
        return None
    return tokens.cost_micros(usage) + usage.search_queries * model.search_micros


def _most_thought(model: Model, request: Request) -> int:
    level = request.config.thinking
    return max(model.thinking.get(level, 0) if level else 0, model.most_thinking)


def _pictures_sent(request: Request) -> int:
    return len(request.references) + (request.edit is not None)
