"""Every picture a campaign names, read and checked before anything is spent: product shots, people, style, logo."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from adlocalizer.config import Project
from adlocalizer.domain import Brand, Campaign, Finding, Id, Product, Reference
from adlocalizer.errors import ConfigError

_EXTENSIONS = {"image/svg+xml": "svg"}


class Seen(NamedTuple):
    """References to every picture the campaign names, and their bytes by their path in the store."""

    references: Mapping[Id, tuple[Reference, ...]]
    """Product shots by product id, front first."""
    logo: Reference | None
    logo_on_dark: Reference | None
    along: tuple[Reference, ...]
    """The campaign's people, then the brand's style."""
    pictures: Mapping[str, bytes]


def look_at(project: Project, campaign: Campaign, products: Mapping[Id, Product], brand: Brand) -> Seen:
    """Read every picture; a ConfigError names the first that cannot be used, or a screen that is not installed."""
    _check_screens(campaign)
    pictures: dict[str, bytes] = {}
    references = {name: _shots(project, product, pictures) for name, product in products.items()}
    light, dark = _logos(project, brand, pictures)
    return Seen(references, light, dark, _along(project, campaign, brand, pictures), pictures)


def look_at_shots(shots: Mapping[Id, Sequence[bytes]]) -> tuple[Finding, ...]:
    """A finding per product whose first shot shows too little to know it by. In a pool process: no more is loaded."""
    from adlocalizer.checks.inputs import look_at_shots

    return tuple(look_at_shots(shots))


def _check_screens(campaign: Campaign) -> None:
    if not campaign.screens:
        return
    from adlocalizer.imaging.screening import LIBRARY, is_installed  # lazily, as below

    if not is_installed():
        remedy = f"read its licence (the AGPL) and run pip install {LIBRARY}, or leave screens out"
        raise ConfigError(f"campaign {campaign.id} (screens)", f"nudity needs {LIBRARY}, which is missing", remedy)


def _shots(project: Project, product: Product, pictures: dict[str, bytes]) -> tuple[Reference, ...]:
    where = f"product {product.id} (shots)"
    return tuple(_reference(project, (shot, "product"), where, pictures) for shot in product.shots)


def _along(project: Project, campaign: Campaign, brand: Brand, pictures: dict[str, bytes]) -> tuple[Reference, ...]:
    """The pictures that go along after the product's: people first, then the brand's look."""
    characters = [((name, "character"), f"campaign {campaign.id} (characters)") for name in campaign.characters]
    style = [((name, "style"), f"brand {brand.id} (style)") for name in brand.style]
    return tuple(_reference(project, named, where, pictures) for named, where in (*characters, *style))


def _reference(project: Project, named: tuple[str, str], where: str, pictures: dict[str, bytes]) -> Reference:
    # Lazily: Pillow and numpy cost a fifth of a second, which `--help` need not pay.
    from adlocalizer.imaging.ingest import Unreadable

    path, role = named
    content = project.file(path, where).read_bytes()
    try:
        mime, blank = _looked_at(content)
    except Unreadable as error:
        raise ConfigError(where, f"{path}: {error}", "give a PNG, JPEG or WebP picture") from error
    if blank:
        raise ConfigError(where, f"{path}: nothing can be seen in it", "give a picture that shows something")
    return _kept(role, content, mime, pictures)


@functools.lru_cache(maxsize=16)
def _looked_at(content: bytes) -> tuple[str, bool]:
    """A picture's type, and whether nothing can be seen in it; equal ones are decoded once: a flow plans again."""
    from adlocalizer.imaging.ingest import ingest, is_blank, peek

    return peek(content).mime, is_blank(ingest(content).picture)


def _logos(project: Project, brand: Brand, pictures: dict[str, bytes]) -> tuple[Reference | None, Reference | None]:
    """The logo for light grounds and the one for dark grounds, as far as the brand has them."""
    from adlocalizer.imaging.logo_files import same_shape

    if brand.logo is None:
        return None, None
    light = _logo(project, brand, "file", brand.logo.file, pictures)
    if brand.logo.on_dark is None:
        return light, None
    dark = _logo(project, brand, "on_dark", brand.logo.on_dark, pictures)
    if not same_shape(pictures[light.path], pictures[dark.path]):
        found = f"{brand.logo.on_dark} has another shape than {brand.logo.file}"
        raise ConfigError(f"{_file(brand)} (logo.on_dark)", found, "export both variants with the same artboard")
    return light, dark


def _logo(project: Project, brand: Brand, key: str, path: str, pictures: dict[str, bytes]) -> Reference:
    from adlocalizer.imaging.ingest import Unreadable
    from adlocalizer.imaging.logo_files import check_logo

    where = f"{_file(brand)} (logo.{key})"
    content = project.file(path, where).read_bytes()
    try:
        mime = check_logo(content)
    except Unreadable as error:
        found, _, remedy = str(error).rpartition("; ")
        raise ConfigError(where, f"{path}: {found or remedy}", remedy if found else "export it again") from error
    return _kept("logo", content, mime, pictures)


def _kept(role: str, content: bytes, mime: str, pictures: dict[str, bytes]) -> Reference:
    """The reference to a picture, whose bytes are put among the others by their path in the store."""
    digest = hashlib.sha256(content).hexdigest()
    path = f"inputs/{digest[:2]}/{digest}.{_EXTENSIONS.get(mime, mime.rpartition('/')[2])}"
    pictures[path] = content
    return Reference.model_validate({"role": role, "sha256": digest, "mime": mime, "path": path})


def _file(brand: Brand) -> str:
    return f"configs/brands/{brand.id}.yml"
