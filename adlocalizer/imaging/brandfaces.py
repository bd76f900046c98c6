"""A brand's own typefaces, checked and put before the project's faces."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path

from adlocalizer.domain import BrandFont
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.caching import keep
from adlocalizer.imaging.faces import Face, FontBook, typeface
from adlocalizer.imaging.fonts import cut_face

_RESTRICTED, _GRANTS = 0x0002, 0x000C
"""Bits of fsType in OpenType's OS/2 table: restricted, unless preview or editing is granted."""

_AGAIN = "export or download the TTF or OTF again"


def with_brand_fonts(book: FontBook, fonts: Sequence[BrandFont], folder: Path, cuts: Path) -> FontBook:
    """The book with a brand's faces before all others; `folder` is what their paths are relative to.

    A ConfigError names a file that is missing, is damaged, is not licensed, or may not be embedded. Each face is cut
    into the folder `cuts` in the weights it sets, where the renditions find it.
    """
    named = {face.family for face in book.faces}
    faces = tuple(_brand_face(font, folder, named) for font in fonts)
    for face, font in zip(faces, fonts, strict=True):
        _check_cuts(face, book, cuts, font.file)
    return book.model_copy(update={"faces": (*faces, *book.faces)})


def font_files(book: FontBook) -> Mapping[str, bytes]:
    """The bytes of every face outside packages, by the path in the store where other machines find them."""
    return {_kept_at(face): Path(face.path).read_bytes() for face in book.faces if face.sha256}


def brought(book: FontBook, folder: Path, read: Callable[[str], bytes]) -> FontBook:
    """The book with every face outside packages on this machine.

    A face whose file is not here, or is another one by now, is read from the store and put into the folder.
    """
    faces = tuple(_brought(face, folder, read) if face.sha256 else face for face in book.faces)
    return book.model_copy(update={"faces": faces})


def _brought(face: Face, folder: Path, read: Callable[[str], bytes]) -> Face:
    own, target = Path(face.path), folder / Path(_kept_at(face)).name
    if own.is_file() and hashlib.sha256(own.read_bytes()).hexdigest() == face.sha256:
        return face
    if not target.exists():
        keep(target, lambda half: half.write_bytes(read(_kept_at(face))))
    return face.model_copy(update={"path": str(target)})


def _kept_at(face: Face) -> str:
    return f"inputs/{str(face.sha256)[:2]}/{face.sha256}{Path(face.path).suffix.lower()}"


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
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
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
    except Exception as error:  # a damaged table may raise anything; all of it means the same
        raise _broken(where, error) from error
    return bool(bits & _RESTRICTED) and not bits & _GRANTS


def _check_cuts(face: Face, book: FontBook, cuts: Path, file: str) -> None:
    """Cut the face as the renditions will have it: what is damaged shows here, before a picture is asked for."""
    where = f"{file} (brand font)"
    for weight in face.sets:
        try:
            opened = typeface(cut_face(face, book.weight_of(face, weight), "", cuts))
        except (ConfigError, OSError):
            raise
        except Exception as error:  # as above
            raise _broken(where, error) from error
        if opened is None:
            raise ConfigError(where, "Skia cannot open what is cut from it", _AGAIN)


def _broken(where: str, error: Exception) -> ConfigError:
    return ConfigError(where, f"is damaged or no font: {' '.join(str(error).split()) or type(error).__name__}", _AGAIN)
