"""A store looked after: damage is found, waste goes, and nothing that anything names ever does."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adlocalizer.approving import Decision
from adlocalizer.catalogue import append_reviews
from adlocalizer.store import Ledger, Store
from adlocalizer.store.sweeping import Terms, find_waste, sweep
from adlocalizer.store.verifying import verify

from . import projects
from .commands import Said, call
from .deliveries import Delivered, run_and_deliver

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)
AT_ONCE = Terms(NOW + timedelta(hours=1), timedelta(0))
LATER = Terms(NOW + timedelta(days=40), timedelta(0), timedelta(days=30), timedelta(days=30))
REGION = "runs/small/2026-12-01/APAC"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A run with an ad at the second attempt, and one that was refused."""
    folder = tmp_path_factory.mktemp("upkeep")
    with pytest.MonkeyPatch.context() as environment:
        script = {"jp-tokyo": ["blank", "draw"], "fr-paris": "refuse"}
        projects.make_known(folder / "script", script, environment)
        project = projects.make_project(
            folder / "project", provider="scripted", formats=["gads_upload_250x250"], attempts=2
        )
        yield run_and_deliver(project)


@pytest.fixture
def store(made, tmp_path) -> Store:
    """A copy of its store, to be spoilt."""
    shutil.copytree(made.order.store_url, tmp_path / "store")
    return Store(str(tmp_path / "store"))


def command(made: Delivered, store: Store, capsys, *words: str) -> Said:
    places = {"ADLOCALIZER_STORE": store.url, "ADLOCALIZER_PROJECT": made.order.project}
    return call(["store", *words], places, capsys)


def kept(store: Store, kind: str) -> str:
    """The key of an answer of a kind that is on file."""
    ledger = Ledger(store)
    keys = [path.rpartition("/")[2][:64] for path in store.paths("answers") if path.endswith(".json")]
    return next(key for key in keys if ledger.answer(key).kind == kind and key not in masters(store))


def masters(store: Store) -> set[str]:
    paths = [path for path in store.paths("runs") if path.endswith("/manifest.json")]
    rows = [row for path in paths for row in json.loads(store.read(path))["renditions"]]
    return {row["master_key"] for row in rows if row["file"]}


def test_a_store_nobody_touched_is_whole_and_without_waste(made, store, capsys):
    said = command(made, store, capsys, "verify", "--json")
    assert (said.status, said.read["damage"]) == (0, [])
    assert {"answers", "inputs", "manifests", "shards"} <= said.read["checked"].keys()
    assert find_waste(store, AT_ONCE) == ()


def first(store: Store, start: str, end: str) -> str:
    return next(path for path in store.paths(start) if path.endswith(end))


def flip(store: Store, path: str) -> None:
    content = store.read(path)
    store.write(path, content[:-20] + bytes([content[-20] ^ 1]) + content[-19:])


def cut(store: Store, path: str) -> None:
    store.write(path, store.read(path)[:-30])


@pytest.mark.parametrize(
    ("place", "spoil", "words"),
    [
        (("answers", ".png"), flip, "not the bytes that were kept"),
        (("answers", ".png"), Store.remove, "cut or missing"),
        (("answers", ".json"), cut, "cannot be read as an answer"),
        (("inputs", ""), flip, "not the bytes that were kept"),
        ((f"{REGION}/assets", ""), flip, "not the bytes that were checked"),
        ((f"{REGION}/assets", ""), Store.remove, "it is missing"),
        ((f"{REGION}/shards", ".jsonl"), cut, "cut or no JSON"),
        ((REGION, "/manifest.json"), cut, "cannot be read as a manifest"),
        (("runs/small", "/plan.json"), cut, "cut or no JSON"),
        (("bundles", "APAC.zip"), cut, "torn"),
        (("bundles", "APAC.zip"), Store.remove, "it is missing"),
        (("catalogue/renditions/campaign=small", ".parquet"), Store.remove, "its table names it"),
    ],
)
def test_damage_is_named_and_ends_with_three(made, store, capsys, place, spoil, words):
    path = first(store, *place)
    spoil(store, path)
    said = command(made, store, capsys, "verify")
    assert said.status == 3
    assert any(path.rpartition(".")[0] in line and words in line for line in said.out.splitlines())


def litter(store: Store) -> set[str]:
    """Files nobody needs, of every kind there is."""
    wasted = {
        f"{REGION}/assets/google/gads_upload_250x250/gone.jpg": b"an ad of before",
        f"{REGION}/evidence/0000-sharpness.webp": b"of an answer that is no more",
        f"answers/aa/{'a' * 64}.png": b"of a writer that was killed",
        f"inputs/{hashlib.sha256(b'a shot').hexdigest()}.png": b"a shot",
        "bundles/small/2026-12-01/small_2026-12-01_NA.zip": b"of a region without a manifest",
    }
    for path, content in wasted.items():
        store.write(path, content)
    return set(wasted)


def test_waste_is_shown_first_and_goes_when_somebody_says_so(made, store, capsys):
    before = set(store.paths())
    wasted = litter(store)
    shown = command(made, store, capsys, "gc", "--older-than", "0", "--json").read
    assert ({one["path"] for one in shown["waste"]}, shown["removed"]) == (wasted, False)
    assert set(store.paths()) == before | wasted
    assert command(made, store, capsys, "gc", "--older-than", "0", "--yes").status == 0
    assert set(store.paths()) == before
    assert verify(store).damage == ()


def test_what_is_young_may_belong_to_a_run_that_goes_on(made, store, capsys):
    litter(store)
    assert command(made, store, capsys, "gc", "--json").read["waste"] == []


def test_what_somebody_approved_stays_though_no_manifest_names_it(store):
    gone = f"{REGION}/assets/google/gads_upload_250x250/gone.jpg"
    litter(store)
    digest = hashlib.sha256(store.read(gone)).hexdigest()
    append_reviews(store.url, [Decision(sha256=digest, decision="approved", reviewer="ana", decided_at=NOW)])
    assert gone in {one.path for one in find_waste(store, AT_ONCE)}
    assert gone not in {one.path for one in find_waste(store, AT_ONCE, {digest})}


@pytest.mark.parametrize("inside", ["", "/grounded"])
def test_a_store_in_memory_has_the_same_waste(store, inside, tmp_path):
    litter(store)
    other = Store(f"memory://{tmp_path.name}{inside}")
    for path in store.paths():
        other.write(path, store.read(path))
    found = find_waste(Store(f"memory://{tmp_path.name}{inside}"), AT_ONCE)
    assert [one.path for one in found] == [one.path for one in find_waste(store, AT_ONCE)]
    assert verify(Store(f"memory://{tmp_path.name}")).damage == ()


def test_without_retention_answers_stay_for_ever(store):
    assert find_waste(store, Terms(NOW + timedelta(days=10_000), timedelta(0))) == ()


def test_retention_takes_what_was_refused_or_not_used_and_nothing_else(store):
    blank, refused = kept(store, "picture"), kept(store, "refusal")
    due = {(one.path.rpartition("/")[2][:64], one.why) for one in find_waste(store, LATER)}
    assert due == {(blank, "superseded"), (refused, "refused")}
    assert not masters(store) & {key for key, _ in due}


def test_what_retention_left_is_not_asked_again(made, store, capsys, monkeypatch):
    blank, refused = kept(store, "picture"), kept(store, "refusal")
    secret = json.loads(store.read(f"answers/{blank[:2]}/{blank}.json"))["request"]["prompt"]["text"]
    sweep(store, find_waste(store, LATER), LATER.now)
    for key in (blank, refused):
        assert secret not in store.read(f"answers/{key[:2]}/{key}.json").decode()
    assert not store.exists(f"answers/{blank[:2]}/{blank}.png")
    assert verify(store).damage == ()
    assert find_waste(store, LATER) == ()
    folder = Path(made.order.project).parent / "script"
    projects.make_known(folder, {}, monkeypatch)
    before = len(projects.calls(folder))
    for path in store.paths(REGION):
        store.remove(path)  # so that every rendition is made again, from answers alone
    again = run_and_deliver(Path(made.order.project), store_url=store.url)
    assert (len(projects.calls(folder)) - before, again.tally.calls) == (0, 0)
    assert again.counts == made.counts


def test_an_answer_no_run_counts_on_goes_whole(store):
    for path in store.paths("runs"):
        store.remove(path)
    due = find_waste(store, LATER)
    assert {one.entry_stays for one in due if one.path.startswith("answers/")} == {False}
    sweep(store, due, LATER.now)
    assert store.paths("answers") == ()


def test_retention_is_read_from_the_project(made, store, capsys):
    config = Path(made.order.project) / "configs/store.yml"
    before = config.read_text()
    config.write_text("retention:\n  refused_days: nine\n")
    said = command(made, store, capsys, "gc")
    assert (said.status, "configs/store.yml:2 (retention.refused_days)" in said.errors) == (2, True)
    config.write_text(before)


def test_stats_count_every_file_once(made, store, capsys):
    said = command(made, store, capsys, "stats", "--json").read
    assert said["files"] == len(store.paths()) == sum(one["files"] for one in said["sizes"])
    assert said["bytes"] == sum(store.size(path) for path in store.paths())
    rows = {one["table"]: one["rows"] for one in said["tables"]}
    assert rows["renditions"] == made.counts.planned
    assert command(made, store, capsys, "stats").status == 0


@pytest.mark.parametrize("word", ["verify", "stats", "gc", "compact"])
def test_a_store_that_is_not_there_is_no_whole_one(made, tmp_path, capsys, word):
    said = command(made, Store(str(tmp_path / "stroe")), capsys, word)
    assert (said.status, "stroe; name the store that runs were made in" in said.errors) == (2, True)


def test_compacting_is_shown_first_and_changes_no_row(made, store, capsys):
    shown = command(made, store, capsys, "compact", "--json").read
    assert (shown["done"], shown["tables"][0]["merged"]) == (False, 2)  # a file a region
    done = command(made, store, capsys, "compact", "--keep-days", "0", "--yes", "--json").read
    assert done["tables"][0] == {"table": "renditions", "merged": 2, "files": 1, "removed": 2}
    rows = {one["table"]: one["rows"] for one in command(made, store, capsys, "stats", "--json").read["tables"]}
    assert rows["renditions"] == made.counts.planned
