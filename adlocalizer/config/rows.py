"""Rows of text become cities and copy; a row that cannot is left out and named as a fault."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from adlocalizer.config import places
from adlocalizer.config.explaining import explanations
from adlocalizer.config.lettering import NAME_REMEDY, hidden_in_copy, odd_in_name, open_isolate
from adlocalizer.config.tables import TableRow
from adlocalizer.config.wording import quoted
from adlocalizer.domain import City, Copy, Noun, RowFault
from adlocalizer.grounding import known_climate

_PLACE_COLUMNS = ("city_id", "city", "local_name", "region", "market")
CITY_COLUMNS = (*_PLACE_COLUMNS, "locales", "latitude", "longitude", "timezone")
CITY_OPTIONAL = ("koppen",)
COPY_COLUMNS = ("locale", "headline", "call_to_action")
COPY_NUMBERS = ("price", "old_price", "lowest_30d", "unit_price")
COPY_OPTIONAL = (
    *("subline", "price", "currency", "legal", "disclaimer", "old_price", "lowest_30d", "unit_price", "unit"),
    *("adapt_level", "rationale", "back_translation", "review"),
)
_COPY_TEXTS = ("headline", "call_to_action", "subline", "legal", "disclaimer", "rationale", "back_translation")

_NUMBER = re.compile(r"[-+]?[0-9]{1,15}(\.[0-9]{1,15})?")

N = TypeVar("N", bound=Noun)


class CityTable(NamedTuple):
    """A city table: its good rows, its faults, and every row as it stands there."""

    cities: tuple[City, ...]
    faults: tuple[RowFault, ...]
    rows: tuple[TableRow, ...]


class CopyTable(NamedTuple):
    """A copy table: its good rows, its faults, and every row as it stands there."""

    copy: tuple[Copy, ...]
    faults: tuple[RowFault, ...]
    rows: tuple[TableRow, ...]


class Flaw(NamedTuple):
    """What is wrong in one cell, and what to write instead."""

    column: str
    found: str
    remedy: str


def city_table(rows: Sequence[TableRow], shown: str) -> CityTable:
    """The cities of a table's rows."""
    cities, faults = _nouns(rows, shown, _CITY)
    return CityTable(cities, faults, tuple(rows))


def city_of(values: Mapping[str, str]) -> tuple[City | None, list[Flaw]]:
    """The city of one row's cells, as far as it is one, and what is wrong in them."""
    noun, flaws = _noun(values, _CITY)
    return (noun if isinstance(noun, City) else None), flaws


def copy_table(rows: Sequence[TableRow], shown: str) -> CopyTable:
    """The copy of a table's rows."""
    whole = [row._replace(values=dict.fromkeys(COPY_OPTIONAL, "") | row.values) for row in rows]
    copy, faults = _nouns(whole, shown, _Kind(Copy, "locale", _copy_values, _copy_flaws))
    return CopyTable(copy, faults, tuple(rows))


def number_or_text(text: str) -> float | str:
    """The number a text is, else the text itself, for a noun to refuse: `nan`, `1e3`, `35,7`."""
    return float(text) if _NUMBER.fullmatch(text) else text


class _Kind(NamedTuple):
    noun: type[Any]
    key: str
    values: Callable[[Mapping[str, str]], dict[str, object]]
    flaws: Callable[[Mapping[str, str]], Iterator[Flaw]]


def _nouns(rows: Sequence[TableRow], shown: str, kind: _Kind) -> tuple[tuple[Any, ...], tuple[RowFault, ...]]:
    lines_by_key: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        lines_by_key[row.values[kind.key].strip()].append(row.line)
    nouns, faults = [], []
    for row in rows:
        key = row.values[kind.key].strip()
        noun, flaws = (None, [Flaw("", *row.ragged)]) if row.ragged else _noun(row.values, kind)
        others = [line for line in lines_by_key[key] if line != row.line]
        if key and others:
            found = f"{quoted(key)} stands in line {', '.join(map(str, others))} too"
            flaws.append(Flaw(kind.key, found, f"give each row its own {kind.key}, or remove one"))
        faults += [
            RowFault(table=shown, line=row.line, column=at, row_id=key, found=found, remedy=remedy)
            for at, found, remedy in flaws
        ]
        if noun is not None and not flaws:
            nouns.append(noun)
    return tuple(nouns), tuple(faults)


def _noun(cells: Mapping[str, str], kind: _Kind) -> tuple[Noun | None, list[Flaw]]:
    values = {column: text.strip() for column, text in cells.items()}
    noun, flaws = None, []
    try:
        noun = kind.noun.model_validate(kind.values(values), strict=True)
    except ValidationError as error:
        wrong = {str(one.loc[0]): one for one in reversed(explanations(error, kind.noun))}
        flaws = [Flaw(column, one.found, one.remedy) for column, one in reversed(wrong.items())]
    faulty = {flaw.column for flaw in flaws}
    return noun, flaws + [flaw for flaw in kind.flaws(values) if flaw.column not in faulty]


def _city_values(values: Mapping[str, str]) -> dict[str, object]:
    numbers = {column: number_or_text(values[column]) for column in ("latitude", "longitude")}
    return {**values, **numbers, "locales": tuple(tags_of(values["locales"])), "koppen": values["koppen"] or None}


def _city_flaws(values: Mapping[str, str]) -> Iterator[Flaw]:
    for column in ("city", "local_name"):
        if odd := odd_in_name(values[column]):
            yield Flaw(column, f"found {odd} in {quoted(values[column])}", NAME_REMEDY)
    if hidden := hidden_in_copy(values["koppen"]):
        yield Flaw("koppen", f"found {hidden}", "write a Köppen class such as 'Cfb', or nothing")
    elif values["koppen"] and not known_climate(values["koppen"]):
        found = f"found the unknown climate class {quoted(values['koppen'])}"
        yield Flaw("koppen", found, "write a Köppen–Geiger class such as 'Cfb', or nothing")
    tags = tags_of(values["locales"])
    for tag in tags:
        if remedy := places.locale_remedy(tag):
            yield Flaw("locales", f"found the unknown locale {quoted(tag)}", remedy)
        if tags.count(tag) > 1:
            yield Flaw("locales", f"found {quoted(tag)} more than once", "write each locale once")
            break
    if remedy := places.zone_remedy(values["timezone"]):
        yield Flaw("timezone", f"found the unknown time zone {quoted(values['timezone'])}", remedy)
    if remedy := places.market_remedy(values["market"]):
        yield Flaw("market", f"found the unknown country {quoted(values['market'])}", remedy)


def _copy_values(values: Mapping[str, str]) -> dict[str, object]:
    said = {column: values[column] or None for column in COPY_OPTIONAL if column not in ("disclaimer", "review")}
    numbers = {column: number_or_text(values[column]) for column in COPY_NUMBERS if values[column]}
    own = {column: values[column] for column in (*COPY_COLUMNS, "review")}
    return {**own, **said, **numbers, "legal": values["legal"] or values["disclaimer"] or None}


def _copy_flaws(values: Mapping[str, str]) -> Iterator[Flaw]:
    if remedy := places.locale_remedy(values["locale"]):
        yield Flaw("locale", f"found the unknown locale {quoted(values['locale'])}", remedy)
    if values["legal"] and values["disclaimer"]:
        found = "legal and disclaimer are both filled in, and name the same line"
        yield Flaw("disclaimer", found, "keep one of the two columns")
    for column in _COPY_TEXTS:
        if hidden := hidden_in_copy(values[column]):
            yield Flaw(column, f"found the hidden character {hidden}", "type the text again on one line")
        elif isolate := open_isolate(values[column]):
            yield Flaw(column, *isolate)
    if values["currency"] and (remedy := places.currency_remedy(values["currency"])):
        yield Flaw("currency", f"found the unknown currency {quoted(values['currency'])}", remedy)
        return
    for column in COPY_NUMBERS if values["currency"] else ():
        most = places.currency_decimals(values["currency"])
        if len(values[column].partition(".")[2].rstrip("0")) > most:
            found = f"{values['currency']} is written with {most} decimals, found {quoted(values[column])}"
            yield Flaw(column, found, "round it: an ad would show another number")


def tags_of(text: str) -> list[str]:
    """The locales of a cell, parted by spaces or semicolons."""
    return [tag for tag in re.split(r"[;\s]+", text) if tag]


_CITY = _Kind(City, "city_id", _city_values, _city_flaws)
