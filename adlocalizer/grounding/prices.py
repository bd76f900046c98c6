"""Prices and unit prices as a locale writes them, by CLDR: sign, spaces, separators and digits."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.core import Locale

    from adlocalizer.domain.campaign import Digits, Unit

LATIN_DIGITS = "0123456789"
_ZEROS = {
    **{"adlm": "\U0001e950", "arab": "\u0660", "arabext": "\u06f0", "beng": "\u09e6", "cakm": "\U00011136"},
    **{"deva": "\u0966", "hmnp": "\U0001e140", "mtei": "\uabf0", "mymr": "\u1040", "nkoo": "\u07c0"},
    **{"olck": "\u1c50", "tibt": "\u0f20"},
}
"""The zero of every numbering system that is some locale's default, by CLDR 48; one to nine follow it in Unicode."""
_UNITS: dict[Unit, tuple[int, str]] = {
    **{"kg": (1, "mass-kilogram"), "100 g": (100, "mass-gram")},
    **{"l": (1, "volume-liter"), "100 ml": (100, "volume-milliliter")},
    **{"m": (1, "length-meter"), "m2": (1, "area-square-meter")},
}
"""How many of which CLDR unit a unit price is of."""
_LATIN, _NO_BREAK_SPACE = "latn", "\u00a0"


def price_text(amount: float, currency: str, locale: str, digits: Digits = "latin") -> str:
    """A price as CLDR writes it in a locale, without a place to break a line at.

    Whole amounts have no decimals, as ads write them, all others those of their currency. A sign of letters stands a
    space apart from the amount, as CLDR's currency spacing asks. `native` are the digits a locale has by default in
    CLDR, with their own separators. Marks of direction are kept: they are for drawing.
    """
    from babel.numbers import format_currency, get_currency_symbol

    place = place_of(locale)
    system = _system(place, digits)
    pattern = str(place.currency_formats["standard"].pattern).split(";")[0]
    whole = float(amount).is_integer()
    if whole:
        pattern = re.sub(r"\.0+", "", pattern)
    pattern = _spaced(pattern, get_currency_symbol(currency, place))
    text = format_currency(amount, currency, pattern, place, currency_digits=not whole, numbering_system=system)
    # CLDR gives Japanese the full-width yen sign, which stands apart from narrow digits.
    return _drawn(text.replace("\uffe5", "\u00a5"), system)


def unit_price_text(amount: float, currency: str, unit: Unit, locale: str, digits: Digits = "latin") -> str:
    """The price of one unit as CLDR's short compound units write it: `2,40 €/l`, without a place to break a line at."""
    from babel.units import format_compound_unit

    place, price = place_of(locale), price_text(amount, currency, locale, digits)
    count, name = _UNITS[unit]
    text = format_compound_unit(price, denominator_value=count, denominator_unit=name, length="short", locale=place)
    return _drawn(str(text), _system(place, digits))


def own_digits(system: str) -> str | None:
    """Zero to nine of a CLDR numbering system; None: it is Latin, or no locale's default."""
    zero = _ZEROS.get(system)
    return "".join(chr(ord(zero) + number) for number in range(10)) if zero else None


@functools.lru_cache(maxsize=4096)
def known_place(locale: str) -> Locale | None:
    """What CLDR knows of a locale; None: nothing."""
    from babel.core import Locale, UnknownLocaleError

    try:
        return Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def place_of(locale: str) -> Locale:
    """What CLDR knows of a locale, of English for want of it."""
    return known_place(locale) or english()


@functools.cache
def english() -> Locale:
    """What stands in where CLDR does not know a locale."""
    from babel.core import Locale

    return Locale("en")


def _system(place: Locale, digits: Digits) -> str:
    system = str(place.default_numbering_system)
    return system if digits == "native" and system in _ZEROS and system in place.number_symbols else _LATIN


def _spaced(pattern: str, symbol: str) -> str:
    """The pattern with a space where a sign that ends in a letter or a point would touch the amount (CLDR, UTS 35)."""
    if not _is_sign(symbol[-1:]):
        pattern = re.sub(r"\u00a4(?=[#0,])", f"\u00a4{_NO_BREAK_SPACE}", pattern)
    if not _is_sign(symbol[:1]):
        pattern = re.sub(r"(?<=[#0])\u00a4", f"{_NO_BREAK_SPACE}\u00a4", pattern)
    return pattern


def _is_sign(char: str) -> bool:
    return not char or unicodedata.category(char)[0] in "SZ"


def _drawn(text: str, system: str) -> str:
    digits = own_digits(system)
    text = text.replace(" ", _NO_BREAK_SPACE)
    return text.translate(str.maketrans(LATIN_DIGITS, digits)) if digits else text
