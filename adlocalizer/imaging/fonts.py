"""Static weights cut from variable faces, kept in a folder, and registered with Skia."""

from __future__ import annotations

import functools
import hashlib
import re
import time
import unicodedata
from collections.abc import Iterable
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import skia

from adlocalizer.imaging.caching import keep
from adlocalizer.imaging.faces import (
    ALWAYS_KEPT,
    Face,
    FontBook,
    Weight,
    faces_for,
    is_visible,
    source_of,
    typeface,
    undrawn,
)
from adlocalizer.imaging.hyphenating import Hyphenation

_CUT_VERSION = "2"  # part of every file name: raise it when the way of cutting changes
_CUT_NAME = re.compile(r".*-\d+-[0-9a-f]{20}\.(ttf|otf)|tmp.*\.part")
_TOUCHED, _HALF, _UNUSED = 86_400, 86_400, 90 * 86_400
"""Seconds: between two notes that a cut is in use, until an unfinished one is given up, until an unused one goes."""
_UNUSED_TABLES = ("STAT", "MVAR", "HVAR", "VVAR", "DSIG", "BASE")


class TypeSet(NamedTuple):
    """Everything Skia needs to set one text."""

    collection: skia.textlayout.FontCollection
    families: tuple[str, ...]
    line_height: float
    cap_height: float
    """Height of a capital letter (or of an ideograph's body) in font sizes."""
    missing: str
    """Characters no face has, as cut."""
    spaced: bool = True
    """False: some letters join or stack, and space between them would tear them apart."""
    hyphenation: Hyphenation | None = None
    """How the language divides long words; None: not at all."""
    clinging: frozenset[str] = frozenset()
    """Small words that go with the next one, in lower case."""
    files: tuple[str, ...] = ()
    """The font file of each family."""

    def __hash__(self) -> int:
        """By the files alone: what measures words asks for it thousands of times, and other fields follow from them."""
        return hash((self.files, self.hyphenation is None))


class FontShelf:
    """Faces cut for one locale's copy; cuts what the folder does not hold yet."""

    def __init__(self, fonts: FontBook, folder: Path, locale: str, copy: Iterable[str]) -> None:
        """Remember the whole copy: a subset face is cut once for all of it."""
        self._fonts, self._folder, self._locale = fonts, folder, locale
        copy = tuple(copy)
        # Shaping may put marks and letters together or take them apart: a subset holds both forms.
        forms = {unicodedata.normalize(form, text) for text in copy for form in ("NFC", "NFD")} | set(copy)
        self._characters = "".join(sorted({char for text in forms for char in text if is_visible(char)}))

    def type_set(self, text: str, weight: Weight) -> TypeSet:
        """The faces for a text in a weight, in order of fallback."""
        faces, missing = faces_for(text, self._locale, self._fonts, weight)
        named = tuple((face.family, self._cut(face, weight)) for face in faces)
        files = tuple(file for _, file in named)
        collection, cap_height = _register(named)
        language = self._locale.split("-")[0]
        return TypeSet(
            collection,
            tuple(face.family for face in faces),
            max(face.line_height for face in faces),
            cap_height,
            missing or undrawn(text, files),
            all(face.spaced for face in faces),
            self._fonts.hyphenation.get(language),
            frozenset(self._fonts.clinging.get(language, ())),
            files,
        )

    def _cut(self, face: Face, weight: Weight) -> str:
        characters = "".join(sorted(set(self._characters) | set(ALWAYS_KEPT))) if face.subset else ""
        return str(cut_face(face, self._fonts.weight_of(face, weight), characters, self._folder))


def cut_face(face: Face, weight: int, characters: str, folder: Path) -> Path:
    """The static font file of a face at a weight, made if the folder lacks it; safe with other processes at work."""
    key = hashlib.sha256(
        "|".join((_CUT_VERSION, _digest(source_of(face)), f"{weight}x{face.scale}", face.keep, characters)).encode()
    )
    stem = source_of(face).stem.split("[")[0]
    target = folder / f"{stem}-{weight}-{key.hexdigest()[:20]}{source_of(face).suffix.lower()}"
    if target.exists():
        if _age(target) > _TOUCHED:
            target.touch()
    else:
        folder.mkdir(parents=True, exist_ok=True)
        _drop_unused(folder)
        keep(target, lambda half: _write_cut(face, weight, characters, half))
    return target


def _drop_unused(folder: Path) -> None:
    """Remove the cuts nobody has used for a long time, and halves of those that were never finished."""
    for path in folder.iterdir():
        if _age(path) > (_HALF if path.suffix == ".part" else _UNUSED) and _CUT_NAME.fullmatch(path.name):
            path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    """Seconds since a file was written or used; 0 when another process has just removed it."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _write_cut(face: Face, weight: int, characters: str, target: Path) -> None:
    # fontTools has no type hints, hence the names through importlib; loaded only when something must be cut.
    subset, ttlib, instancer = map(import_module, ("fontTools.subset", "fontTools.ttLib", "fontTools.varLib.instancer"))
    with closing(ttlib.TTFont(source_of(face), lazy=True)) as font:
        kept = characters or "".join(sorted(face.kept))
        if kept:
            options = subset.Options(hinting=False, notdef_outline=True, name_IDs=[1, 2, 4, 6])
            options.drop_tables += list(_UNUSED_TABLES)
            subsetter = subset.Subsetter(options)
            subsetter.populate(text=kept)
            subsetter.subset(font)
        if "fvar" in font:
            # Skia's own makeClone(wght=700) draws some glyphs a third heavier than the static weight, hence a real cut.
            axes = {axis.axisTag: axis for axis in font["fvar"].axes}
            place = {tag: axis.defaultValue for tag, axis in axes.items()}
            if "wght" in axes:
                place["wght"] = min(max(float(weight), axes["wght"].minValue), axes["wght"].maxValue)
            font = instancer.instantiateVariableFont(font, place, inplace=True, updateFontNames=False)
        if face.scale != 1:  # fewer units to the em: every letter, advance and mark grows alike
            font["head"].unitsPerEm = round(font["head"].unitsPerEm / face.scale)
        font.save(target)


@functools.cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@functools.lru_cache(maxsize=64)
def _register(files: tuple[tuple[str, str], ...]) -> tuple[skia.textlayout.FontCollection, float]:
    provider = skia.textlayout.TypefaceFontProvider()
    opened = [typeface(Path(file)) for _, file in files]
    for (family, _), one in zip(files, opened, strict=True):
        provider.registerTypeface(one, skia.String(family))
    collection = skia.textlayout.FontCollection()
    collection.setDefaultFontManager(provider)
    cap_height = skia.Font(opened[0], 1000).getMetrics().fCapHeight / 1000
    return collection, cap_height if 0.3 < cap_height < 1 else 0.7
