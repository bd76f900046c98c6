"""What a brand's file names that only CLDR knows: scripts and languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from adlocalizer.config.documents import line_of, read_document
from adlocalizer.config.wording import nearest, shown_path
from adlocalizer.domain import Brand
from adlocalizer.errors import ConfigError


def checked_brand(brand: Brand, path: Path, root: Path) -> Brand:
    """The brand; ConfigError names file and line of a script or a language that there is not."""
    for loc, kind, tag in _tags(brand):
        if remedy := _remedy(kind, tag):
            shown = shown_path(path, root)
            where = f"{shown}:{line_of(read_document(path, shown).node, loc)} ({'.'.join(map(str, loc))})"
            raise ConfigError(where, f"found the unknown {kind} {tag!r}", remedy)
    return brand


def _tags(brand: Brand) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Every script and language the file names, with its place in the file and which of the two it is."""
    for number, font in enumerate(brand.fonts):
        for key, kind, tags in (("scripts", "script", font.scripts), ("languages", "language", font.languages)):
            yield from ((("fonts", number, key, place), kind, tag) for place, tag in enumerate(tags))
    spoken: list[tuple[tuple[str, ...], Mapping[str, object]]] = [
        (("banned_words",), brand.banned_words),
        (("tone",), brand.tone),
        *((("glossary", term), written) for term, written in brand.glossary.items()),
    ]
    for loc, by_locale in spoken:
        yield from (((*loc, said), "language", said.split("-")[0]) for said in by_locale if said != "*")


def _remedy(kind: str, tag: str) -> str | None:
    """What to write instead of a tag that CLDR has no name for; None when it has one."""
    from babel.core import Locale, get_global

    english = Locale("en")
    names = english.scripts if kind == "script" else english.languages
    if tag in names:
        return None
    codes = {str(name): str(code) for code, name in names.items()}
    near = nearest(tag, codes) or nearest(tag, codes.values())
    meant = codes.get(near or "", near)
    if kind == "script":
        return f"write four letters of ISO 15924, such as {meant or 'Latn'!r}"
    # An old code, or a country's for its language: iw is he, and jp is ja.
    spoken = get_global("likely_subtags").get(f"und_{tag.upper()}", "").split("_")[0]
    best = get_global("language_aliases").get(tag) or spoken or meant or "de"
    return f"write a language's code in BCP 47, such as {best!r}"
