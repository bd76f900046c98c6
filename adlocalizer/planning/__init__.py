"""From materials to a plan: creatives, masters, renditions, their order, their keys and their price. Pure."""

from adlocalizer.planning.brief import Brief, Materials, QuarantinedRow
from adlocalizer.planning.composing import (
    amended,
    compose_masters,
    direction_of,
    next_attempt,
    recomposed,
    references_of,
)
from adlocalizer.planning.expanding import make_plan, named_cities
from adlocalizer.planning.fitting import crop_loss, enlargement, fit_format, fit_formats
from adlocalizer.planning.format_choice import chosen_formats, pack_members
from adlocalizer.planning.plan import Plan, Quote, QuoteLine, quote, rendition_of, sharing
from adlocalizer.planning.pricing import most_output, most_price, picture_price, real_cost
from adlocalizer.planning.routing import ended, ended_models
from adlocalizer.planning.selection import any_match, chosen, expand_braces

__all__ = [
    "Brief",
    "Materials",
    "Plan",
    "QuarantinedRow",
    "Quote",
    "QuoteLine",
    "amended",
    "any_match",
    "chosen",
    "chosen_formats",
    "compose_masters",
    "crop_loss",
    "direction_of",
    "ended",
    "ended_models",
    "enlargement",
    "expand_braces",
    "fit_format",
    "fit_formats",
    "make_plan",
    "most_output",
    "most_price",
    "named_cities",
    "next_attempt",
    "pack_members",
    "picture_price",
    "quote",
    "real_cost",
    "recomposed",
    "references_of",
    "rendition_of",
    "sharing",
]
