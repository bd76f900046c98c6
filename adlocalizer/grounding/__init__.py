"""Grounding: checked statements about a city on a date at an hour, each with its source."""

from adlocalizer.grounding.facts import ALWAYS, FACT_NAMES, RULED, facts_for, is_estimated
from adlocalizer.grounding.koppen import known_climate
from adlocalizer.grounding.occasion import Occasion, Sources
from adlocalizer.grounding.stating import plain

__all__ = [
    "ALWAYS",
    "FACT_NAMES",
    "RULED",
    "Occasion",
    "Sources",
    "facts_for",
    "is_estimated",
    "known_climate",
    "plain",
]
