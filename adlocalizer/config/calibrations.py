"""Products' own limits: read from data/calibrations/, and left aside where they are out of date."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from adlocalizer.config.documents import read_yaml
from adlocalizer.config.files import is_file
from adlocalizer.domain import Calibration, Digest, Id
from adlocalizer.domain.judging import MEASURES_VERSION
from adlocalizer.errors import ConfigError
from adlocalizer.planning import Materials

FOLDER = "data/calibrations"
SHOTS = 3
"""Of a product's shots that its pictures are compared with, the front first."""
_COSTS = "it takes a few minutes and spends nothing"


def with_calibrations(materials: Materials, root: Path) -> Materials:
    """The materials with what calibrations change of the checks, and a note for every product without one.

    Checks whose limits the recipe or the campaign changes are left as they are. ConfigError for a file that says
    something else than `adlocalizer calibrate` writes; a missing one and one out of date only give a note.
    """
    said = (*materials.recipe.checks, *materials.campaign.checks)
    own = {one.check for one in said if one.threshold is not None or one.fails_at is not None}
    changes, notes = {}, []
    for product, shots in materials.references.items():
        found = read_calibration(root, product)
        if note := _note(product, found, [one.sha256 for one in shots[:SHOTS]], materials.checks.checks):
            notes.append(f"{note}: run `adlocalizer calibrate {product}`, {_COSTS}")
        elif found is not None:
            changes[product] = tuple(one for one in found.changes if one.check not in own)
            doubts = [f"{one.check}: {one.unsure}" for one in changes[product] if one.unsure]
            why = "; ".join([found.unsure] if found.unsure else doubts)
            notes += [f"{product} is always looked at by a person: {why}"] if why else []
    return materials._replace(calibrated=changes, notes=(*materials.notes, *notes))


def read_calibration(root: Path, product: Id) -> Calibration | None:
    """A product's calibration; None where it has none. ConfigError for a broken file."""
    path = root / FOLDER / f"{product}.json"
    if not is_file(path):
        return None
    found = read_yaml(path, Calibration, root)
    if found.product != product:
        said = f"it is of the product {found.product!r}"
        raise ConfigError(f"{FOLDER}/{product}.json (product)", said, f"run `adlocalizer calibrate {product}`")
    return found


def _note(product: Id, found: Calibration | None, shots: Sequence[Digest], known: Collection[Id]) -> str:
    """Why a calibration does not count; empty when it does."""
    if found is None:
        return f"{product} is judged by limits of other products"
    if found.version != MEASURES_VERSION or any(one.check not in known for one in found.limits):
        return f"{product} is judged by limits of other products, its calibration is of an earlier version"
    if list(found.shots) != list(shots):
        return f"{product} is judged by limits of other products, its shots changed after it was calibrated"
    return ""
