"""Grounding: checked statements about a city on a date at an hour, each with its source."""

from adlocalizer.grounding.facts import FACT_NAMES, facts_for, is_estimated
from adlocalizer.grounding.koppen import known_climate
from adlocalizer.grounding.occasion import Occasion, Sources
from adlocalizer.grounding.stating import plain

__all__ = ["FACT_NAMES", "Occasion", "Sources", "facts_for", "is_estimated", "known_climate", "plain"]
