"""Whose words a locale takes that has none of its own: only those the campaign names, in its order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from adlocalizer.domain import Copy

_OF_A_MARKET = ("price", "currency", "legal", "old_price", "lowest_30d", "unit_price", "unit")
"""What holds in one country only: prices and small print are never borrowed across a border."""


def words_by_locale(
    rows: Iterable[Copy], chains: Mapping[str, Sequence[str]], faulty: Collection[str] = ()
) -> dict[str, Copy]:
    """The copy of every locale that has some: its own, else the first along its chain that is there.

    Borrowed copy keeps its own locale; between two countries neither prices nor small print are borrowed. A locale
    whose own row is `faulty` borrows nothing: that row is to be mended.
    """
    words = {row.locale: row for row in rows}
    borrowed: dict[str, Copy] = {}
    for locale, chain in chains.items():
        lender = next((other for other in chain if other in words), None)
        if locale not in words and locale not in faulty and lender is not None:
            borrowed[locale] = _lent(words[lender], locale)
    return words | borrowed


def borrowed_words(words: Mapping[str, Copy], locales: Iterable[str]) -> Iterator[str]:
    """A sentence for every one of some locales that takes another's copy."""
    for locale in dict.fromkeys(locales):
        if locale in words and (lender := words[locale].locale) != locale:
            left = ", without price and legal line" if _territory(lender) != _territory(locale) else ""
            yield f"{locale} has no copy of its own: it takes that of {lender}{left}, as locale_fallback says"


def _lent(row: Copy, locale: str) -> Copy:
    if _territory(row.locale) == _territory(locale):
        return row
    return row.model_copy(update=dict.fromkeys(_OF_A_MARKET))


def _territory(locale: str) -> str:
    last = locale.split("-")[-1]
    return last if last.isupper() or last.isdecimal() else ""
