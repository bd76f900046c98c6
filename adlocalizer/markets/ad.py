"""What market rules look at: an ad before it is made, and the formats it is planned in."""

from __future__ import annotations

from typing import NamedTuple

from adlocalizer.domain import Copy, Id
from adlocalizer.wording import ROUNDING, discount_percent

PRICE_TAGS = (
    *("shown", "compared", "claimed", "without_unit"),
    *("without_lowest", "above_lowest", "not_lower", "overstated"),
)
"""What a rule can ask of prices; docs/markets.md says what each means."""


class Placed(NamedTuple):
    """One format an ad is planned in: where it runs and how its picture is made."""

    format_id: Id
    placement: str
    """Platform and placement, such as `meta/stories`."""
    digital_source_type: str
    """IPTC term of the pictures of the model that draws it."""
    disclosure: str = ""
    """What the model's pictures say of themselves."""


class Ad(NamedTuple):
    """A product's words for a city's readers, and what the picture is meant to show."""

    city_id: Id
    locale: str
    product_tags: tuple[str, ...]
    scene_tags: tuple[str, ...]
    copy_row: Copy
    claimed_percent: float | None = None
    """The reduction the words promise, in per cent; None: none."""

    @property
    def text(self) -> str:
        """Everything the copy says, a part a line."""
        row = self.copy_row
        return "\n".join(part for part in (row.headline, row.subline, row.call_to_action, row.legal) if part)

    def has_price(self, tag: str) -> bool:
        """Whether a word of `PRICE_TAGS` fits its prices."""
        row, claim = self.copy_row, self.claimed_percent
        price, old, lowest = row.price, row.old_price, row.lowest_30d
        match tag:
            case "shown":
                return price is not None
            case "compared":
                return old is not None
            case "claimed":
                return claim is not None
            case "without_unit":
                return row.unit_price is None
            case "without_lowest":
                return lowest is None
            case "above_lowest":
                return old is not None and lowest is not None and old > lowest
            case "not_lower":
                return price is not None and lowest is not None and price >= lowest
            case _:
                if claim is None or price is None or not lowest:
                    return False
                return claim > discount_percent(price, lowest) + ROUNDING
