"""What a store's files are, by their paths: kind, campaign, run; see docs/architecture.md."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from adlocalizer.store.store import Entry, Store

READERS = 8
"""Files read at once: an object store answers in tens of milliseconds, whoever asks beside."""
_BLOCK = 1 << 20

APART = "grounded"
"""The folder that holds a store of its own: what comes of grounding in search stands apart."""


class Size(NamedTuple):
    """How much there is of a kind."""

    kind: str
    campaign: str
    """Empty for what campaigns share."""
    files: int
    bytes: int


def areas(store: Store) -> tuple[Store, ...]:
    """The store, and the one inside it where there is any."""
    inner = Store(f"{store.url.rstrip('/')}/{APART}")
    return (store, inner) if inner.paths() else (store,)


def own(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Those files that are not of the store inside."""
    return tuple(one for one in entries if not one.path.startswith(f"{APART}/"))


def kind_of(path: str) -> tuple[str, str]:
    """A file's kind and campaign, such as `assets` and `demo`."""
    parts = path.split("/")
    match parts:
        case ["runs", campaign, _, _, ("assets" | "evidence" | "shards") as kind, *_]:
            return kind, campaign
        case ["runs", campaign, _, *rest]:
            return ("manifests" if rest[-1].startswith("manifest.") else "runs"), campaign
        case ["bundles", campaign, *_]:
            return "bundles", campaign
        case ["catalogue", *rest]:
            named = (part.partition("=")[2] for part in rest if part.startswith("campaign="))
            return "catalogue", next(named, "")
    return (parts[0] if len(parts) > 1 else "other"), ""


def stem(path: str) -> str:
    """A file's name without folders and endings: of answers the key, of inputs the digest."""
    return path.rpartition("/")[2].partition(".")[0]


def digest(store: Store, path: str) -> tuple[str, int]:
    """SHA-256 and size of a file, read in blocks."""
    found, size = hashlib.sha256(), 0
    with store.open_read(path) as stream:
        while block := stream.read(_BLOCK):
            found.update(block)
            size += len(block)
    return found.hexdigest(), size


def sizes(store: Store) -> tuple[Size, ...]:
    """Files and bytes by kind and campaign, of the store and the one inside it."""
    found: dict[tuple[str, str], list[int]] = {}
    for entry in store.entries():
        inside = entry.path.startswith(f"{APART}/")
        kind, campaign = kind_of(entry.path.removeprefix(f"{APART}/") if inside else entry.path)
        found.setdefault((f"{APART}/{kind}" if inside else kind, campaign), []).append(entry.bytes)
    return tuple(Size(*key, len(each), sum(each)) for key, each in sorted(found.items()))
