"""Which face sets which script, as `configs/fonts.yml` says, and which characters no face has."""

from __future__ import annotations

import functools
import importlib.util
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from adlocalizer.domain import Noun
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.settings import read_settings
from adlocalizer.scripts import script_of

if TYPE_CHECKING:
    import skia

Weight = Literal["bold", "text"]
ALWAYS_KEPT = "".join(map(chr, range(0x20, 0x7F))) + "\u2026"
"""ASCII, and the ellipsis that marks a text cut short."""


class Face(Noun):
    """A variable font file of an installed package and the scripts it sets."""

    family: str = Field(min_length=1, description="Unique name")
    package: str = Field(min_length=1, description="Import name of the package that holds the file")
    file: str = Field(min_length=1, description="File name in the package")
    scripts: tuple[Annotated[str, Field(pattern=r"^[A-Z][a-z]{3}$")], ...] = Field(min_length=1)
    languages: tuple[str, ...] = Field(default=(), description="Languages that want this face first; empty: any")
    keep: str = Field(default="", description="Unicode ranges a cut keeps, `0020-007E 00A0-024F`; empty: all")
    subset: bool = Field(default=False, description="Cut only the copy's characters and ASCII")
    line_height: float = Field(default=1.2, ge=0.9, le=2.0, description="Distance of baselines in font sizes")

    @property
    def kept(self) -> frozenset[str]:
        """The characters `keep` names."""
        spans = [[int(end, 16) for end in span.split("-")] for span in self.keep.split()]
        return frozenset(chr(code) for first, last in spans for code in range(first, last + 1))


class FontBook(Noun):
    """Every face, in order of fallback, and the weights cut from them."""

    weights: dict[Weight, Annotated[int, Field(ge=100, le=900)]]
    faces: tuple[Face, ...] = Field(min_length=1)

    def primary(self, locale: str) -> Face:
        """The face a locale is set in; the first face when no face has its script."""
        script, language = script_of(locale), locale.split("-")[0]
        able = [face for face in self.faces if script in face.scripts]
        named = [face for face in able if language in face.languages]
        general = [face for face in able if not face.languages]
        return (named + general + list(self.faces))[0]


def load_fonts(path: Path) -> FontBook:
    """Read `configs/fonts.yml`; a ConfigError names what is wrong in it."""
    return read_settings(path, FontBook)


@functools.cache
def source_of(face: Face) -> Path:
    """The face's variable font file; a ConfigError when its package is not installed."""
    spec = importlib.util.find_spec(face.package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for found in Path(folder).rglob("*.ttf"):
            if found.name == face.file:
                return found
    raise ConfigError(f"fonts.yml ({face.family})", f"{face.package} has no {face.file}", "install the pinned packages")


def faces_for(text: str, locale: str, fonts: FontBook) -> tuple[tuple[Face, ...], str]:
    """The faces a text needs, the locale's own first, and the characters that no face has."""
    primary = fonts.primary(locale)
    chosen, missing = [primary], []
    for char in sorted({char for char in text if is_visible(char)}):
        if not any(_has(face, char) for face in chosen):
            other = next((face for face in fonts.faces if _has(face, char)), None)
            if other is None:
                missing.append(char)
            else:
                chosen.append(other)
    return tuple(chosen), "".join(missing)


def missing_characters(text: str, locale: str, fonts: FontBook) -> str:
    """The characters of a text that no face can draw, sorted; empty when all is well."""
    return faces_for(text, locale, fonts)[1]


def is_visible(char: str) -> bool:
    """Whether a character needs a glyph: spaces, joiners and marks of direction do not."""
    return unicodedata.category(char) not in ("Cf", "Cc", "Zs", "Zl", "Zp")


@functools.cache
def _has(face: Face, char: str) -> bool:
    if face.keep and char not in _kept(face):
        return False
    return bool(typeface(source_of(face)).unicharToGlyph(ord(char)))


@functools.cache
def _kept(face: Face) -> frozenset[str]:
    return face.kept


@functools.lru_cache(maxsize=64)
def typeface(path: Path) -> skia.Typeface:
    """A font file opened by Skia."""
    import skia

    # Not Typeface.MakeFromFile: that one starts fontconfig, which reads the machine's settings and may print warnings.
    return skia.FontMgr.New_Custom_Empty().makeFromFile(str(path))
