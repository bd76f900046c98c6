"""What nobody needs any more: never what a manifest, a plan's lineage or an approved file names."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from adlocalizer.store.named import Named, fields_of, named_in, read_all, steps_of
from adlocalizer.store.parts import digest, kind_of, own, stem
from adlocalizer.store.store import Entry, Store

Why = Literal["orphan", "refused", "superseded"]
_GONE = "removed"
_BLANK = "Removed by retention."


class Terms(NamedTuple):
    """When what may go."""

    now: datetime
    orphans: timedelta = timedelta(days=1)
    """Younger ones may belong to a run that is going on."""
    refused: timedelta | None = None
    superseded: timedelta | None = None


class Waste(NamedTuple):
    """A file nobody needs."""

    path: str
    why: Why
    bytes: int
    entry_stays: bool = False
    """Of an answer a run counts on only its content goes: that it was asked, what it cost and how it ended stays."""


def find_waste(store: Store, terms: Terms, approved: Collection[str] = ()) -> tuple[Waste, ...]:
    """Orphans, and answers whose time is over; `approved` are digests of files people approved. Changes nothing."""
    entries = own(store.entries())
    return tuple(sorted((*_orphans(store, entries, terms, approved), *_answers(store, entries, terms))))


def sweep(store: Store, waste: Sequence[Waste], on: datetime) -> None:
    """Take the files away: of an answer the entry first, so that nothing looks kept that is not."""
    for one in sorted(waste, key=lambda one: not one.path.endswith(".json")):
        if one.entry_stays and one.path.endswith(".json"):
            _blank(store, one, on)
        else:
            store.remove(one.path)


def _orphans(store: Store, entries: Sequence[Entry], terms: Terms, approved: Collection[str]) -> Iterator[Waste]:
    named = named_in(store, entries)
    there = {entry.path for entry in entries}
    for entry in entries:
        if terms.now - entry.modified < terms.orphans or _is_named(entry.path, named, there):
            continue
        if kind_of(entry.path)[0] == "assets" and approved and digest(store, entry.path)[0] in approved:
            continue
        yield Waste(entry.path, "orphan", entry.bytes)


def _is_named(path: str, named: Named, there: Collection[str]) -> bool:
    """Whether something needs a file; what is of no kind that is known to become waste, is needed."""
    match kind_of(path)[0]:
        case "answers":
            return path.endswith(".json") or f"{path.rpartition('.')[0]}.json" in there
        case "inputs":
            return stem(path) in named.digests
        case "assets" | "evidence":
            return path in named.paths
        case "bundles":
            return _marker(path) in there
    return True


def _answers(store: Store, entries: Sequence[Entry], terms: Terms) -> Iterator[Waste]:
    if terms.refused is None and terms.superseded is None:
        return
    entry_of = {one.path: one for one in entries if one.path.startswith("answers/") and one.path.endswith(".json")}
    answers = {path: fields_of(text) for path, text in read_all(store, entry_of.values())}
    steps = steps_of(store, entries)
    lineage = named_in(store, [one for one in entries if one.path.endswith(("/plan.json", "/revisions.jsonl"))]).digests
    edited = {one["request"]["edit"]["parent"] for one in answers.values() if one.get("request", {}).get("edit")}
    needed = steps.used | lineage | edited
    pictures = {stem(one.path): one for one in entries if _is_picture(one)}
    for path, said in answers.items():
        key, entry = stem(path), entry_of[path]
        why = _why(said, terms.now - entry.modified, terms)
        if why is None or {key, said["answer"].get("sha256")} & needed or (why == "superseded" and key in steps.vital):
            continue
        stays = key in steps.tried
        yield Waste(path, why, entry.bytes, stays)
        if (picture := pictures.get(key)) is not None:
            yield Waste(picture.path, why, picture.bytes, stays)


def _why(envelope: Mapping[str, Any], age: timedelta, terms: Terms) -> Why | None:
    """Why an answer may go, if it may: a judge's verdict never, nor what is blank already."""
    if not {"request", "answer"} <= envelope.keys() or _GONE in envelope or "asked" in envelope["request"]:
        return None
    why: Why = "superseded" if envelope["answer"].get("kind") == "picture" else "refused"
    limit = terms.superseded if why == "superseded" else terms.refused
    return why if limit is not None and age >= limit else None


def _blank(store: Store, waste: Waste, on: datetime) -> None:
    """Leave of an answer what decides that it is not asked, and paid for, again."""
    envelope = json.loads(store.read(waste.path))
    request, answer = envelope["request"], envelope["answer"]
    request["prompt"] |= {"text": _BLANK, "facts": []}
    if request.get("edit"):
        request["edit"]["instruction"] = _BLANK
    answer |= {"text": "", "thought_signature": "", "search": None, "safety": []}
    if answer["kind"] == "picture":  # not accepted once, it is none that can be used now
        answer |= {"kind": "bad", "mime": None, "reason": "It was not used; retention removed the picture."}
    kept = {**envelope, "bytes": None, _GONE: on.date().isoformat()}
    store.write(waste.path, json.dumps(kept, ensure_ascii=False, indent=1).encode())


def _is_picture(entry: Entry) -> bool:
    return entry.path.startswith("answers/") and not entry.path.endswith(".json")


def _marker(bundle: str) -> str:
    """The manifest that makes a bundle a delivered one."""
    _, campaign, day, name = (*bundle.split("/"), "", "")[:4]
    return f"runs/{campaign}/{day}/{name.removeprefix(f'{campaign}_{day}_').removesuffix('.zip')}/manifest.json"
