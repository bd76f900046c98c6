"""What the documents of a store name: whatever stands in one of them is not waste."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from adlocalizer.store.parts import READERS
from adlocalizer.store.store import Entry, Store

_DIGEST = re.compile(rb"[0-9a-f]{64}")
_FILE = re.compile(rb'"((?:assets|runs)/[^"\\]+)"')


class Named(NamedTuple):
    """Digests and keys, and paths, that documents name."""

    digests: frozenset[str]
    paths: frozenset[str]


class Steps(NamedTuple):
    """What runs say of their answers."""

    used: frozenset[str]
    """Keys of pictures that renditions, or edits of them, are made from."""
    tried: frozenset[str]
    """Every key a run counts on."""
    vital: frozenset[str]
    """Of those tried: what a later answer was chosen by, so that it would be asked for anew without it."""


def named_in(store: Store, entries: Iterable[Entry]) -> Named:
    """All that plans, manifests, shards, revisions, batches and answers name, found as text: rather too much."""
    digests: set[str] = set()
    paths: set[str] = set()
    wanted = [
        one for one in entries if one.path.endswith((".json", ".jsonl")) and not one.path.startswith("catalogue/")
    ]
    for path, text in read_all(store, wanted):
        digests |= {found.decode() for found in _DIGEST.findall(text)}
        folder = path.rpartition("/")[0].removesuffix("/shards")  # the region's, whose assets its documents name
        for found in map(bytes.decode, _FILE.findall(text)):
            paths.add(f"{folder}/{found}" if found.startswith("assets/") else found)
    return Named(frozenset(digests), frozenset(paths))


def read_all(store: Store, entries: Iterable[Entry]) -> Iterator[tuple[str, bytes]]:
    """Files with their bytes, several read at once; one that went meanwhile is left out."""
    paths = [one.path for one in entries]
    with ThreadPoolExecutor(READERS) as pool:
        for path, text in zip(paths, pool.map(lambda path: _read(store, path), paths), strict=True):
            if text is not None:
                yield path, text


def fields_of(text: bytes) -> dict[str, Any]:
    """The fields of a JSON object; none of what is no such thing, as `verify` tells."""
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def steps_of(store: Store, entries: Iterable[Entry]) -> Steps:
    """How the pictures of every run came about, as its shards and manifests tell it."""
    used: set[str] = set()
    tried: set[str] = set()
    vital: set[str] = set()
    for outcome in _outcomes(store, entries):
        if (master := outcome.get("master_key")) is not None:
            (used if outcome.get("asset") or outcome.get("file") else tried).add(master)
        attempts = outcome.get("tried") or []
        tried |= {one["key"] for one in attempts}
        # Only another seed is asked for whatever was found before it; edits, fallbacks and compositions answer to it.
        vital |= {one["key"] for one, after in itertools.pairwise(attempts) if after["way"] != "seed"}
    return Steps(frozenset(used), frozenset(tried | used), frozenset(vital))


def _outcomes(store: Store, entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    told = (one for one in entries if "/shards/" in one.path or one.path.endswith("/manifest.json"))
    for path, text in read_all(store, told):
        if "/shards/" in path:
            yield from (fields_of(line).get("outcome") or {} for line in text.splitlines())
        else:
            yield from fields_of(text).get("renditions", ())


def _read(store: Store, path: str) -> bytes | None:
    return store.read(path) if store.exists(path) else None
