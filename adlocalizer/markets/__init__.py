"""Market rules: what triggers one, and what it means for an ad. Pure."""

from adlocalizer.markets.ad import Ad, Placed
from adlocalizer.markets.judging import Block, Objection, Verdict, judge, outdated
from adlocalizer.markets.triggers import TriggerError, parse_trigger, terms_of

__all__ = [
    "Ad",
    "Block",
    "Objection",
    "Placed",
    "TriggerError",
    "Verdict",
    "judge",
    "outdated",
    "parse_trigger",
    "terms_of",
]
