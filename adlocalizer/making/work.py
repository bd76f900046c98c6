"""What travels to the pool's processes and back: never a picture's bytes."""

from __future__ import annotations

from typing import NamedTuple

from adlocalizer.domain import Answer, Asset, Finding, Fit, GroundedCreative, Id, Request


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
