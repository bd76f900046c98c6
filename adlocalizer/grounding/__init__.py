"""Grounding: checked statements about a city on a date at an hour, each with its source."""

from adlocalizer.grounding.facts import FACT_NAMES, Sources, facts_for, is_estimated
from adlocalizer.grounding.koppen import known_climate
from adlocalizer.grounding.stating import plain

__all__ = ["FACT_NAMES", "Sources", "facts_for", "is_estimated", "known_climate", "plain"]
