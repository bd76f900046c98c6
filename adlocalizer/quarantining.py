"""Bad rows set aside: what can still be named of each, and why it cannot be used."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from pydantic import TypeAdapter, ValidationError

from adlocalizer.config import CityTable, CopyTable
from adlocalizer.domain import Id, RowFault
from adlocalizer.domain.campaign import Locale
from adlocalizer.planning import QuarantinedRow

_ID, _LOCALE = TypeAdapter(Id), TypeAdapter(Locale)


def quarantined_rows(cities: CityTable) -> tuple[QuarantinedRow, ...]:
    """One per bad row, all its faults in one reason."""
    by_line: dict[int, list[RowFault]] = {}
    for fault in cities.faults:
        by_line.setdefault(fault.line, []).append(fault)
    raw = {row.line: row.values for row in cities.rows}
    used: set[str] = set()
    return tuple(_as_quarantined(raw.get(line, {}), faults, used) for line, faults in sorted(by_line.items()))


def copy_faults(words: CopyTable) -> dict[str, str]:
    """Why a locale has no words, by locale, where its row was bad."""
    reasons: dict[str, list[str]] = {}
    for fault in words.faults:
        reasons.setdefault(fault.row_id, []).append(str(fault))
    return {locale: "quarantined: " + " ".join(said) for locale, said in reasons.items() if locale}


def _as_quarantined(values: Mapping[str, str], faults: Sequence[RowFault], used: set[str]) -> QuarantinedRow:
    line = faults[0].line
    city_id = _valid(_ID, values.get("city_id", ""), f"row-{line}")
    city_id = f"row-{line}" if city_id in used else city_id
    used.add(city_id)
    locales = values.get("locales", "").replace(";", " ").split()
    region = values.get("region", "")
    fit_for_path = region.isascii() and region.replace("-", "").replace("_", "").isalnum()
    return QuarantinedRow(
        region=region if fit_for_path else "unassigned",
        market=values.get("market", "")[:2].upper() or "XX",
        city_id=city_id,
        city=_printable(values.get("city", "")) or city_id,
        locales=tuple(dict.fromkeys(_valid(_LOCALE, locale, "und") for locale in locales)) or ("und",),
        reason="quarantined: " + " ".join(f"{fault.where}: {fault.found}; {fault.remedy}." for fault in faults),
    )


def _valid(kind: TypeAdapter[str], value: str, otherwise: str) -> str:
    try:
        return kind.validate_python(value)
    except ValidationError:
        return otherwise


def _printable(name: str) -> str:
    return "".join(letter for letter in name if unicodedata.category(letter)[0] not in "CS")[:80].strip()
