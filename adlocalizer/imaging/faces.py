"""Which face sets which script, as `configs/fonts.yml` says, and which characters no face has."""

from __future__ import annotations

import functools
import importlib.util
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from adlocalizer.domain import Digest, Noun
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.hyphenating import Hyphenation
from adlocalizer.imaging.settings import read_settings
from adlocalizer.scripts import script_of

if TYPE_CHECKING:
    import skia

Weight = Literal["bold", "text"]
ALWAYS_KEPT = "".join(map(chr, range(0x20, 0x7F))) + "\u2026"
"""ASCII, and the ellipsis that marks a text cut short."""

_CODE = "(10|0?[0-9A-F])?[0-9A-F]{4}"
_RANGES = f"^({_CODE}-{_CODE}( {_CODE}-{_CODE})*)?$"
_UNSEEN = ("Cf", "Cc", "Zs", "Zl", "Zp")
_VARIATION = frozenset(map(chr, (*range(0xFE00, 0xFE10), 0x034F)))  # they choose a glyph, and have none


class Face(Noun):
    """A font file, of an installed package or of a brand, and the scripts it sets."""

    family: str = Field(min_length=1, description="Unique name")
    package: str = Field(default="", description="Import name of the package that holds the file")
    file: str = Field(default="", description="File name in the package")
    path: str = Field(default="", description="A file outside packages; a brand's faces have it, this file does not")
    sha256: Digest | None = Field(default=None, description="Of the bytes of that file; a brand's faces have it")
    scripts: tuple[Annotated[str, Field(pattern=r"^[A-Z][a-z]{3}$")], ...] = Field(min_length=1)
    languages: tuple[str, ...] = Field(default=(), description="Languages that want this face first; empty: any")
    keep: Annotated[str, Field(pattern=_RANGES)] = Field(
        default="", description="Unicode ranges a cut keeps, `0020-007E 00A0-024F`; empty: all"
    )
    subset: bool = Field(default=False, description="Cut only the copy's characters and ASCII")
    line_height: float = Field(default=1.2, ge=0.9, le=2.0, description="Distance of baselines in font sizes")
    scale: float = Field(default=1.0, ge=0.5, le=1.5, description="Optical size: letters drawn so much larger")
    bold: int | None = Field(default=None, ge=100, le=900, description="Its own weight where the book says bold")
    text: int | None = Field(default=None, ge=100, le=900, description="Its own weight where the book says text")
    spaced: bool = Field(default=True, description="false: letters join or stack, and are never set apart")
    sets: tuple[Weight, ...] = Field(default=("bold", "text"), min_length=1, description="Weights it sets")

    @model_validator(mode="after")
    def _keeps_something(self) -> Face:
        for span in self.keep.split():
            first, last = span.split("-")
            if int(first, 16) > int(last, 16):
                raise ValueError(f"keep has {span}, which ends before it starts; write {last}-{first}")
        return self

    @property
    def kept(self) -> frozenset[str]:
        """The characters `keep` names."""
        spans = [[int(end, 16) for end in span.split("-")] for span in self.keep.split()]
        return frozenset(chr(code) for first, last in spans for code in range(first, last + 1))


class FontBook(Noun):
    """Every face, in order of fallback, the weights cut from them, and how languages break their words."""

    weights: dict[Weight, Annotated[int, Field(ge=100, le=900)]]
    faces: tuple[Face, ...] = Field(min_length=1)
    hyphenation: dict[str, Hyphenation] = Field(default_factory=dict, description="Languages that may divide words")
    clinging: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Small words that never end a line, by language"
    )

    def __hash__(self) -> int:
        """By the faces' names: a book lists dozens of faces, and all renditions of a master have the same one."""
        return hash(tuple(face.family for face in self.faces))

    def primary(self, locale: str, weight: Weight | None = None) -> Face:
        """The face a locale is set in; the first face when no face has its script."""
        script, language = script_of(locale), locale.split("-")[0]
        able = [face for face in self.of_weight(weight) if script in face.scripts]
        named = [face for face in able if language in face.languages]
        general = [face for face in able if not face.languages]
        own = [face for face in (*named, *general) if face.path]
        return (own + named + general + list(self.of_weight(weight)))[0]

    def weight_of(self, face: Face, weight: Weight) -> int:
        """The weight cut from a face: its own one, or the book's."""
        own = face.bold if weight == "bold" else face.text
        return own or self.weights[weight]

    def of_weight(self, weight: Weight | None) -> tuple[Face, ...]:
        """The faces that set a weight, in order of fallback; None: all of them."""
        return tuple(face for face in self.faces if weight is None or weight in face.sets)


Reader = Callable[[Path, type[FontBook]], FontBook]


def load_fonts(path: Path, read: Reader = read_settings) -> FontBook:
    """Read `configs/fonts.yml`; a ConfigError names what is wrong in it."""
    return read(path, FontBook)


@functools.cache
def source_of(face: Face) -> Path:
    """The face's font file; a ConfigError when its package is not installed."""
    if face.path:
        return Path(face.path)
    spec = importlib.util.find_spec(face.package) if face.package else None
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for found in Path(folder).rglob("*.ttf"):
            if found.name == face.file:
                return found
    lost = f"{face.package or 'no package'} has no {face.file}"
    raise ConfigError(f"fonts.yml ({face.family})", lost, "install the pinned packages")


def faces_for(text: str, locale: str, fonts: FontBook, weight: Weight | None = None) -> tuple[tuple[Face, ...], str]:
    """The faces a text needs, the locale's own first, and the characters that no face has.

    A letter and its marks come from one face, or the marks would stand beside the letter.
    """
    chosen, missing = [fonts.primary(locale, weight)], set[str]()
    for cluster in sorted(set(clusters(text))):
        if not any(_draws(face, cluster) for face in chosen):
            other = next((face for face in fonts.of_weight(weight) if _draws(face, cluster)), None)
            if other is None:
                missing |= _lacking(cluster, fonts.of_weight(weight))
            else:
                chosen.append(other)
    return tuple(chosen), "".join(sorted(missing))


def missing_characters(text: str, locale: str, fonts: FontBook) -> str:
    """The characters of a text that no face can draw, sorted; empty when all is well.

    A mark that no face has together with its letter is missing too.
    """
    return "".join(sorted({char for weight in fonts.weights for char in faces_for(text, locale, fonts, weight)[1]}))


def borrowed_characters(text: str, locale: str, fonts: FontBook) -> str:
    """The characters that a brand's face lacks and another one draws, sorted; empty where no brand's face is first."""
    lent = set[str]()
    for weight in fonts.weights:
        own, gone = fonts.primary(locale, weight), set(faces_for(text, locale, fonts, weight)[1])
        if not own.path:
            continue
        lent |= {char for cluster in clusters(text) if not _draws(own, cluster) for char in cluster} - gone
    return "".join(sorted(char for char in lent if is_visible(char)))


def is_visible(char: str) -> bool:
    """Whether a character needs a glyph: spaces, joiners, choices of variants and marks of direction do not."""
    return unicodedata.category(char) not in _UNSEEN and char not in _VARIATION


def clusters(text: str) -> tuple[str, ...]:
    """The letters of a text, each with the marks on it, without what has no glyph."""
    found: list[str] = []
    for char in filter(is_visible, text):
        if found and unicodedata.category(char).startswith("M"):
            found[-1] += char
        else:
            found.append(char)
    return tuple(found)


@functools.lru_cache(maxsize=4096)
def undrawn(text: str, files: tuple[str, ...]) -> str:
    """The characters of a text that none of these font files draws, sorted: what would be a crossed box."""
    opened = [typeface(Path(file)) for file in files]

    def draws(one: skia.Typeface, cluster: str) -> bool:
        return _drawn(cluster, lambda char: bool(one.unicharToGlyph(ord(char))))

    lost = (cluster for cluster in set(clusters(text)) if not any(draws(one, cluster) for one in opened))
    return "".join(sorted(set("".join(lost))))


@functools.lru_cache(maxsize=16384)
def _draws(face: Face, cluster: str) -> bool:
    return _drawn(cluster, lambda char: _has(face, char))


def _drawn(cluster: str, has: Callable[[str], bool]) -> bool:
    # Shaping composes and decomposes, so a face need have only one of the two forms.
    forms = (cluster, unicodedata.normalize("NFC", cluster), unicodedata.normalize("NFD", cluster))
    return any(all(has(char) for char in form) for form in forms)


def _lacking(cluster: str, faces: tuple[Face, ...]) -> set[str]:
    """The characters of a cluster that no face has, or else its marks."""
    nowhere = {char for char in cluster if not any(_has(face, char) for face in faces)}
    return nowhere or set(cluster[1:]) or set(cluster)


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
