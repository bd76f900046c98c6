"""A brand's own typefaces, checked and put before the project's faces."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from contextlib import closing
from importlib import import_module
from pathlib import Path

from adlocalizer.domain import BrandFont
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.faces import Face, FontBook

_RESTRICTED, _GRANTS = (
    0x0002,
    0x000C,
)  # fsType of OpenType's OS/2 table: restricted, unless preview or editing is granted


def with_brand_fonts(book: FontBook, fonts: Iterable[BrandFont], folder: Path) -> FontBook:
    """The book with a brand's faces before all others; `folder` is what their paths are relative to.

    A ConfigError names a file that is missing, does not open, is not licensed, or may not be embedded.
    """
    named = {face.family for face in book.faces}
    return book.model_copy(update={"faces": (*(_brand_face(font, folder, named) for font in fonts), *book.faces)})


def _brand_face(font: BrandFont, folder: Path, named: set[str]) -> Face:
    path = folder / font.file
    where = f"{font.file} (brand font)"
    if not font.licensed:
        remedy = "write `licensed: true` once the brand's licence covers advertising, or leave the font out"
        raise ConfigError(where, "licensed is not set", remedy)
    if not path.is_file() or path.suffix.lower() not in (".ttf", ".otf"):
        raise ConfigError(
            where, "no TTF or OTF file of that name", "write the path of one, beside the brand's other files"
        )
    if _is_restricted(path, where) and not font.licence:
        remedy = "name the agreement that allows it in `licence`, or ask the foundry for another file"
        raise ConfigError(where, "its OS/2 table forbids embedding (fsType 2)", remedy)
    family = font.family or path.stem
    while family in named:
        family += " (brand)"
    named.add(family)
    return Face(
        family=family,
        path=str(path.resolve()),
        scripts=font.scripts,
        languages=font.languages,
        sets=font.sets,
        line_height=font.line_height,
    )


def _is_restricted(path: Path, where: str) -> bool:
    # fontTools has no type hints, hence the name through importlib.
    ttlib = import_module("fontTools.ttLib")
    try:
        with path.open("rb") as file, closing(ttlib.TTFont(file, lazy=True)) as opened:
            bits = int(opened["OS/2"].fsType)
            opened.getBestCmap()
    except (ttlib.TTLibError, KeyError, OSError, AssertionError, struct.error) as error:
        raise ConfigError(where, f"is no font that opens: {error}", "export the TTF or OTF again") from error
    return bool(bits & _RESTRICTED) and not bits & _GRANTS
