"""Pictures a report shows beside its ads: evidence of findings, and what was tried before; small copies of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from adlocalizer.domain import Attempt, Finding, Outcome, Severity
from adlocalizer.errors import BadAnswer
from adlocalizer.reporting import TriedNote
from adlocalizer.store import Ledger, Store
from adlocalizer.store.ledger import picture_path


def seen_paths(outcomes: Iterable[Outcome]) -> frozenset[str]:
    """Paths in the run's store: evidence of whatever does not pass, and every picture that was tried."""
    return frozenset(path for one in outcomes for path in _paths(one))


def master_paths(store: Store, outcomes: Iterable[Outcome]) -> frozenset[str]:
    """Paths in the run's store of the pictures that ads were cut from: what is there never changes."""
    ledger, keys = Ledger(store), sorted({one.master_key for one in outcomes if one.master_key})
    answers = (ledger.answer(key) for key in keys)
    return frozenset(picture_path(answer) for answer in answers if answer is not None and answer.kind == "picture")


def href_of(path: str) -> str:
    """Where a report keeps its small copy of a picture of the store."""
    return f"seen/{hashlib.sha256(path.encode()).hexdigest()[:24]}.webp"


def copy_seen(store_url: str, target_url: str, paths: Sequence[str]) -> None:
    """Write small copies of pictures; what is no picture, or is not there any more, is left out."""
    from adlocalizer.imaging.thumbnails import thumbnail

    store, target = Store(store_url), Store(target_url)
    for path in paths:
        if store.exists(path):
            try:
                picture = store.read(path)
                target.write(href_of(path), picture if _is_small(path) else thumbnail(picture))
            except BadAnswer:
                continue  # a picture that does not decode has nothing to show, as its finding says


def tried_notes(outcome: Outcome) -> tuple[TriedNote, ...]:
    """What was tried for an outcome's master, as its report tells it."""
    return tuple(_note(one, one.key == outcome.master_key) for one in outcome.tried)


def with_gates(outcomes: Iterable[Outcome], gates: Iterable[Finding]) -> list[Outcome]:
    """The outcomes with what the gates found about their own rows: manifest, file, attempt or sum."""
    broken: dict[str, list[Finding]] = {}
    for gate in gates:
        for row in gate.rows:
            broken.setdefault(row, []).append(gate)
    if not broken:
        return list(outcomes)
    return [one.model_copy(update={"findings": (*one.findings, *_gated(one, broken))}) for one in outcomes]


def _gated(outcome: Outcome, broken: dict[str, list[Finding]]) -> Iterator[Finding]:
    """A gate's finding about this row alone: the gate's own text lists every row."""
    names = dict.fromkeys((outcome.rendition.id, outcome.master_key or "", *(one.key for one in outcome.tried)))
    for gate in dict.fromkeys(gate for name in names for gate in broken.get(name, ())):
        text = f"{gate.text.partition(' Not so: ')[0]} Not so here."
        said = {"subject": outcome.rendition.id, "text": text, "value": None, "rows": ()}
        yield gate.model_copy(update=said)


def _note(one: Attempt, is_chosen: bool) -> TriedNote:
    return TriedNote(
        way=one.way,
        kind=one.kind,
        severity=one.severity,
        reason=one.reason,
        findings=one.findings,
        cost_micros=one.cost_micros,
        picture=one.picture,
        is_chosen=is_chosen,
    )


def _paths(outcome: Outcome) -> Iterator[str]:
    findings = (*outcome.findings, *(finding for tried in outcome.tried for finding in tried.findings))
    yield from (path for one in findings if (path := _evidence(one)) is not None)
    yield from (tried.picture for tried in outcome.tried if tried.picture is not None)


def _evidence(finding: Finding) -> str | None:
    return finding.evidence if finding.severity is not Severity.PASS else None


def _is_small(path: str) -> bool:
    """Whether the checks wrote it, who keep evidence small."""
    return "/evidence/" in path and path.endswith(".webp")
