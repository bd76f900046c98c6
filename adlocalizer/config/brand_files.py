"""What a brand's file names that only CLDR knows: scripts and languages."""

from __future__ import annotations

from pathlib import Path

from adlocalizer.config.documents import line_of, read_document
from adlocalizer.config.wording import nearest, shown_path
from adlocalizer.domain import Brand
from adlocalizer.errors import ConfigError


def checked_brand(brand: Brand, path: Path, root: Path) -> Brand:
    """The brand; ConfigError names file and line of a script or a language that there is not."""
    for number, font in enumerate(brand.fonts):
        for key, kind, tags in (("scripts", "script", font.scripts), ("languages", "language", font.languages)):
            for place, tag in enumerate(tags):
                if remedy := _remedy(kind, tag):
                    shown, loc = shown_path(path, root), ("fonts", number, key, place)
                    line = line_of(read_document(path, shown).node, loc)
                    where = f"{shown}:{line} (fonts.{number}.{key}.{place})"
                    raise ConfigError(where, f"found the unknown {kind} {tag!r}", remedy)
    return brand


def _remedy(kind: str, tag: str) -> str | None:
    """What to write instead of a tag that CLDR has no name for; None when it has one."""
    from babel.core import Locale

    english = Locale("en")
    names = english.scripts if kind == "script" else english.languages
    if tag in names:
        return None
    codes = {str(name): str(code) for code, name in names.items()}
    near = nearest(tag, codes) or nearest(tag, codes.values())
    usual = "Latn" if kind == "script" else "de"
    standard = "four letters of ISO 15924" if kind == "script" else "a language's code in BCP 47"
    return f"write {standard}, such as {codes.get(near or '', near) or usual!r}"
