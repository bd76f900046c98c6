"""The names of creatives and renditions, read back into what they name."""

from __future__ import annotations

import re
from typing import NamedTuple

from adlocalizer.domain import Creative

_ID = r"[a-z0-9][a-z0-9_-]{0,62}"
_LOCALE = r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?"
_NAME = re.compile(
    rf"(?P<campaign>{_ID})\.(?P<city_id>{_ID})\.(?P<locale>{_LOCALE})\.(?P<product>{_ID})\.v(?P<variant>[1-9][0-9]*)"
    rf"(?:\.(?P<format_id>{_ID}))?"
)


class Name(NamedTuple):
    """What a creative's or a rendition's id says."""

    campaign: str
    city_id: str
    locale: str
    product: str
    variant: int
    format_id: str | None = None
    """None: the id is a creative's."""

    def __str__(self) -> str:
        """The id again."""
        creative = f"{self.campaign}.{self.city_id}.{self.locale}.{self.product}.v{self.variant}"
        return creative if self.format_id is None else f"{creative}.{self.format_id}"

    def is_of(self, creative: Creative) -> bool:
        """Whether a creative is one of this name's versions."""
        return self[:4] == (creative.campaign, creative.city_id, creative.locale, creative.product)


def parse_name(text: str) -> Name | None:
    """What an id names; None for any other text."""
    found = _NAME.fullmatch(text)
    if found is None:
        return None
    campaign, city_id, locale, product, variant, format_id = found.groups()
    return Name(campaign, city_id, locale, product, int(variant), format_id)
