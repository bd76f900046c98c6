"""Is everything in a store what it was when it was written? Digests, sizes, and what names what; nothing is changed."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from adlocalizer.domain import Inquiry, Request, TextRequest
from adlocalizer.errors import StoreError
from adlocalizer.store.ledger import Ledger, entry_path
from adlocalizer.store.parts import READERS, areas, digest, kind_of, own, stem
from adlocalizer.store.store import Store

_KEPT = ("runs/", "batches/", "dockets/", "weather/")
"""What else is written to stay; claims and their like come and go."""
_AGAIN = "remove it and run again: it is made from kept answers, for nothing"
_ANEW = "remove the region's folder from the run and run again: it is made from kept answers, for nothing"
_ZIPPED = "run the campaign again for that day: it is zipped anew, for nothing"
_LOST = "bring it back from a backup; removed, it is asked for, and paid for, again by the next run that needs it"


class Damage(NamedTuple):
    """A file that is not what it must be."""

    path: str
    found: str
    remedy: str


class Verified(NamedTuple):
    """What was looked at, by kind, and what is wrong."""

    checked: dict[str, int]
    damage: tuple[Damage, ...]


def verify(store: Store) -> Verified:
    """Every answer, input, document, delivered file and bundle of a store, looked at whole."""
    checked: Counter[str] = Counter()
    damage: list[Damage] = []
    for area in areas(store):
        before = "" if area == store else f"{area.url.removeprefix(store.url.rstrip('/')).strip('/')}/"
        looks = tuple(_looks(area))
        with ThreadPoolExecutor(READERS) as pool:
            for (path, _), found in zip(looks, pool.map(lambda look: list(_looked(*look)), looks), strict=True):
                checked[kind_of(path)[0]] += 1
                damage += [one._replace(path=f"{before}{one.path}") for one in found]
    return Verified(dict(sorted(checked.items())), tuple(sorted(damage)))


Look = tuple[str, Callable[[str], Iterator[Damage]]]


def _looks(store: Store) -> Iterator[Look]:
    """What is to be looked at, and how: a path and what tells its damage."""
    ledger = Ledger(store)
    paths = {entry.path for entry in own(store.entries())}
    for path in sorted(paths):
        kind = kind_of(path)[0]
        if kind == "answers" and path.endswith(".json"):
            yield path, lambda path: _answer(ledger, path)
        elif kind == "texts":
            yield path, lambda path: _text(store, path)
        elif kind == "inputs":
            yield path, lambda path: _input(store, path)
        elif path.startswith("runs/") and path.endswith("/manifest.json"):
            yield path, lambda path: _region(store, path)
        elif path.startswith(_KEPT) and path.endswith((".json", ".jsonl")):
            yield path, lambda path: _document(store, path)


def _looked(path: str, look: Callable[[str], Iterator[Damage]]) -> Iterator[Damage]:
    try:
        yield from look(path)
    except StoreError as error:
        yield Damage(path, _short(error), _AGAIN)


def _short(error: StoreError) -> str:
    """What a store's error says, without where and without what to do."""
    return str(error).rpartition(": ")[2].partition(";")[0]


def _answer(ledger: Ledger, path: str) -> Iterator[Damage]:
    key = path.rpartition("/")[2].removesuffix(".json")
    try:
        envelope = json.loads(ledger.store.read(path))
        answer = ledger.answer(key)
        if answer is None:
            yield Damage(path, "the answer or its picture is cut or missing", _LOST)
        elif "removed" not in envelope and _asked(envelope["request"]).key != key:
            yield Damage(path, "the request in it has another key than its name", _LOST)
        elif answer.kind == "picture":
            ledger.picture(answer)
    except (ValueError, KeyError, TypeError):
        yield Damage(path, "it cannot be read as an answer", _LOST)
    except StoreError as error:
        yield Damage(path, _short(error), _LOST)


def _asked(said: dict[str, Any]) -> Request | Inquiry:
    return Inquiry.model_validate(said) if "asked" in said else Request.model_validate(said)


def _text(store: Store, path: str) -> Iterator[Damage]:
    try:
        said = json.loads(store.read(path))
        if not TextRequest.model_validate(said["request"]).key == said["answer"]["key"] == stem(path):
            yield Damage(path, "the request in it has another key than its name", _LOST)
    except (ValueError, KeyError, TypeError):
        yield Damage(path, "it cannot be read as an answer", _LOST)


def _input(store: Store, path: str) -> Iterator[Damage]:
    if digest(store, path)[0] != stem(path):
        yield Damage(path, "these are not the bytes that were kept", "remove it and run again: it is copied anew")


def _document(store: Store, path: str) -> Iterator[Damage]:
    lines = store.read(path).splitlines() if path.endswith(".jsonl") else [store.read(path)]
    if "/spending/" in path:
        lines = lines[:-1]  # the last one is torn when its writer was killed
    try:
        for line in lines:
            json.loads(line)
    except ValueError:
        yield Damage(path, "it is cut or no JSON", _AGAIN)


def _region(store: Store, path: str) -> Iterator[Damage]:
    """A delivered region: its files, the answers they come from, and its bundle."""
    folder = path.rpartition("/")[0]
    try:
        marker = json.loads(store.read(path))
        rows = [row for row in marker["renditions"] if row["file"]]
        for row in rows:
            yield from _file(store, f"{folder}/{row['file']}", row)
        yield from _lineage(store, rows)
        day = marker["logical_date"]
        bundle = f"bundles/{marker['campaign']}/{day}/{marker['campaign']}_{day}_{marker['region']}.zip"
    except (ValueError, KeyError, TypeError):
        yield Damage(path, "it cannot be read as a manifest", _AGAIN)
        return
    yield from _bundle(store, bundle, {row["file"]: row["sha256"] for row in rows if row["status"] == "delivered"})


def _file(store: Store, path: str, row: dict[str, Any]) -> Iterator[Damage]:
    if not store.exists(path):
        yield Damage(path, "it is missing", _ANEW)
    elif digest(store, path) != (row["sha256"], row["bytes"]):
        yield Damage(path, "these are not the bytes that were checked", _ANEW)


def _lineage(store: Store, rows: Iterable[dict[str, Any]]) -> Iterator[Damage]:
    for key in sorted({row["master_key"] for row in rows if row["master_key"]}):
        if not store.exists(path := entry_path(key)):
            yield Damage(path, "it is missing, and delivered files come from it", _LOST)


def _bundle(store: Store, path: str, digests: dict[str, str]) -> Iterator[Damage]:
    if not store.exists(path):
        yield Damage(path, "it is missing", _ZIPPED)
        return
    try:
        with store.open_read(path) as stream, zipfile.ZipFile(stream) as archive:
            names = {name for name in archive.namelist() if name.startswith("assets/")}
            if names != digests.keys():
                yield Damage(path, "it holds other files than its manifest delivers", _ZIPPED)
            for name in sorted(names & digests.keys()):
                if hashlib.sha256(archive.read(name)).hexdigest() != digests[name]:
                    yield Damage(path, f"{name} in it has other bytes than were checked", _ZIPPED)
            if archive.testzip() is not None:
                yield Damage(path, "a file in it is damaged", _ZIPPED)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError):
        yield Damage(path, "it is torn", _ZIPPED)
