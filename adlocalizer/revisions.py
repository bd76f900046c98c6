"""What a run's creatives were revised into: `revisions.jsonl` in the run's folder, oldest first."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from adlocalizer.domain import Revision, RunRef
from adlocalizer.errors import StoreError
from adlocalizer.store import Store
from adlocalizer.store.paths import shown


def read_revisions(store: Store, run: RunRef) -> tuple[Revision, ...]:
    """Every revision of a run; none when nobody revised anything."""
    path = _path(run)
    if not store.exists(path):
        return ()
    try:
        return tuple(Revision.model_validate_json(line) for line in store.read(path).splitlines())
    except ValidationError as error:
        raise StoreError(
            f"store {shown(store.url)}: {path}: another version of adlocalizer wrote this; use that version, "
            "or move the file away to do without the revisions"
        ) from error


def add_revisions(store: Store, run: RunRef, new: Sequence[Revision]) -> None:
    """Put new revisions behind those of the run; one that is on file already is not doubled."""
    # Not the run's own folder: whoever adds holds that as the run's only maker, and would wait for itself.
    with store.locked(run.path.rpartition("/")[0]):
        known = read_revisions(store, run)
        every = (*known, *(one for one in new if one not in known))
        store.write(_path(run), "".join(f"{one.model_dump_json()}\n" for one in every).encode())


def _path(run: RunRef) -> str:
    return f"{run.path}/revisions.jsonl"
