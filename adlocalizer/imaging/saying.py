"""What each role of a rendition says: a copy row's words, and its prices as its locale writes them."""

from __future__ import annotations

from collections.abc import Container

from adlocalizer.domain import Copy
from adlocalizer.domain.campaign import Digits
from adlocalizer.grounding.prices import price_text, unit_price_text
from adlocalizer.imaging.casing import in_capitals
from adlocalizer.imaging.layouts import Role
from adlocalizer.wording.discounts import bears_out

_JOINED = " · "


def words_of(row: Copy, overlays: tuple[str, ...] = (), digits: Digits = "latin") -> dict[Role, str | None]:
    """A copy row's words by role; None where it has none.

    What a market asks for follows the row's own legal line, both whole. An old price is left out that would read like
    the price, or that the lowest price of 30 days does not bear out.
    """
    price, old_price = (_price(row, amount, digits) for amount in (row.price, row.old_price))
    return {
        "headline": row.headline,
        "subline": row.subline,
        "price": price,
        "old_price": old_price if old_price != price and bears_out(row) else None,
        "unit_price": _unit_price(row, digits),
        "call_to_action": row.call_to_action,
        "legal": _JOINED.join(text for text in (row.legal, *overlays) if text) or None,
    }


def copy_texts(row: Copy, *others: str | None, digits: Digits = "latin") -> tuple[str, ...]:
    """Every text of a row as it will be drawn, and the others given: what its faces must hold."""
    return tuple(text for text in (*words_of(row, digits=digits).values(), *others) if text)


def letters_of_role(role: Role, text: str, locale: str, capitals: Container[Role]) -> str:
    """A text with its capitals where some layout sets its role in them: every letter that a face may be asked for."""
    return text + in_capitals(text, locale) if role in capitals else text


def prices_said(row: Copy, locale: str) -> str:
    """The prices in one text for who hears the picture rather than sees it: nothing there is only struck through."""
    words = words_of(row.model_copy(update={"locale": locale}))
    price, before, unit = words["price"], words["old_price"], words["unit_price"]
    return ", ".join(text for text in (price, f"before {before}" if before else "", unit) if text)


def _price(row: Copy, amount: float | None, digits: Digits) -> str | None:
    return price_text(amount, row.currency, row.locale, digits) if amount is not None and row.currency else None


def _unit_price(row: Copy, digits: Digits) -> str | None:
    if row.unit_price is None or row.unit is None or row.currency is None:
        return None
    return unit_price_text(row.unit_price, row.currency, row.unit, row.locale, digits)
