"""What travels to the pool's processes and back: never a picture's bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from adlocalizer.domain import Answer, Asset, Finding, Fit, GroundedCreative, Id, Reference, Request, RunRef, View
from adlocalizer.domain.question import Forgery, Sight


class Work(NamedTuple):
    """One picture to judge, and the files to make of it."""

    request: Request
    answer: Answer
    grounded: GroundedCreative
    fits: tuple[Fit, ...]
    fonts_folder: str


class Finished(NamedTuple):
    """One file as it stands in the store, with its findings."""

    format_id: Id
    asset: Asset
    findings: tuple[Finding, ...]


class Developed(NamedTuple):
    """The picture's findings, and its files unless one of them is a fail."""

    findings: tuple[Finding, ...]
    files: tuple[Finished, ...]
    scene: str = ""
    """Fingerprint of the scene around the product; empty where there are no files."""


class ViewOrder(NamedTuple):
    """What to show a judge of an answer's picture, and whether to make a canary of it."""

    run: RunRef
    work: Work
    shot: Reference
    sights: tuple[Sight, ...]
    longest_side: int
    forgeries: tuple[tuple[Id, Forgery], ...] = ()
    """How a canary may be wrong, with the question that must notice: the first that this product allows is made."""


class Canary(NamedTuple):
    """A known-bad picture as a judge is shown it, and the question that must notice."""

    question: Id
    forgery: Forgery
    views: Mapping[Sight, View]


class Viewed(NamedTuple):
    """What a judge is shown."""

    views: Mapping[Sight, View]
    canary: Canary | None = None
    fault: str = ""
    """Why there is nothing to show."""
