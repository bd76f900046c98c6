"""Whose words may stand in for whose: a campaign's `locale_fallback`, held against CLDR."""

from __future__ import annotations

from adlocalizer.config.places import locale_remedy
from adlocalizer.config.wording import quoted
from adlocalizer.domain import Campaign
from adlocalizer.errors import ConfigError


def checked_chains(campaign: Campaign) -> Campaign:
    """The campaign; ConfigError for a chain that names an unknown locale, its own locale, or one locale twice."""
    for locale, chain in campaign.locale_fallback.items():
        where = f"campaign {campaign.id} (locale_fallback: {locale})"
        for named in (locale, *chain):
            if remedy := locale_remedy(named):
                raise ConfigError(where, f"found the unknown locale {quoted(named)}", remedy)
        if locale in chain:
            raise ConfigError(where, "the chain leads back to its own locale", f"leave {locale} out of it")
        if twice := next((named for named in chain if chain.count(named) > 1), ""):
            raise ConfigError(where, f"{quoted(twice)} stands in the chain twice", "write each locale once")
        if not chain:
            raise ConfigError(where, "the chain is empty", "name whose words stand in, or remove the line")
    return campaign
