"""The store and the ledger: what stands there is whole, what went wrong is said in words."""

from __future__ import annotations

import errno
import hashlib
import json
import multiprocessing
import os
import pickle
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adlocalizer.domain import Answer, Box, Composition, Fact, Prompt, Reply, Request
from adlocalizer.errors import StoreError
from adlocalizer.store import Ledger, Store
from adlocalizer.store.paths import checked, explained

PICTURE = b"\x89PNG not really, the ledger never looks inside"


def request(seed: int = 1) -> Request:
    box = Box(x=0.4, y=0.4, w=0.2, h=0.5)
    composition = Composition(ratio_class="square", product=box, quiet=box, horizon=0.6)
    facts = (Fact(name="month", value=3, text="in March", source="calendar"),)
    prompt = Prompt(text="東京の春", template_sha256="0" * 64, facts=facts, composition=composition)
    return Request(
        provider="preview", model="preview-scene-1", prompt=prompt, references=(), ratio="1:1", size="1K", seed=seed
    )


def reply(asked: Request, picture: bytes = PICTURE) -> Reply:
    return Reply(answer=Answer(key=asked.key, kind="picture", mime="image/png", cost_micros=39_000), picture=picture)


@pytest.fixture(params=["folder", "file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    urls = {"folder": str(tmp_path / "a b"), "file": (tmp_path / "ü").as_uri(), "memory": f"memory://{tmp_path.name}"}
    return Store(urls[request.param])


def test_what_was_written_is_read_back(store: Store):
    store.write("a/b/c.bin", b"one")
    store.write("a/b/c.bin", b"two")
    with store.open_read("a/b/c.bin") as stream:
        assert stream.read() == store.read("a/b/c.bin") == b"two"
    assert (store.exists("a/b/c.bin"), store.exists("a/b"), store.size("a/b/c.bin")) == (True, False, 3)


def test_of_two_who_create_one_file_the_first_does(store: Store):
    assert (store.create("a/b", b"one"), store.create("a/b", b"two")) == (True, False)
    assert (store.read("a/b"), store.paths()) == (b"one", ("a/b",))


def test_a_file_is_listed_with_size_and_age(store: Store):
    store.write("a/b", b"one")
    (entry,) = store.entries("a")
    assert (entry.path, entry.bytes) == ("a/b", 3)
    assert abs((entry.modified - store.modified("a/b")).total_seconds()) < 1
    assert store.modified("a/c") is None


def test_paths_are_sorted_and_reach_every_depth(store: Store):
    for path in ("runs/b", "runs/a/z", "runs/a/c/d", "runsy", "answers/x"):
        store.write(path, b"")
    assert store.paths("runs") == store.paths("runs/") == ("runs/a/c/d", "runs/a/z", "runs/b")
    assert len(store.paths()) == 5
    assert store.paths("nowhere") == ()


def write_until_full(store: Store, path: str) -> None:
    with store.open_write(path) as stream:
        stream.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_stream_that_fails_leaves_nothing(store: Store):
    with pytest.raises(StoreError, match="zip: cannot write: the disk is full"):
        write_until_full(store, "zip")
    assert store.paths() == ()


KILLED = """
import os, signal, sys
from adlocalizer.store import Store
with Store(sys.argv[1]).open_write("runs/manifest.json") as stream:
    stream.write(b"half")
    stream.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_writer_that_is_killed_leaves_nothing_that_looks_finished(tmp_path: Path):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    store = Store(str(tmp_path))
    assert killed.returncode == -9
    assert store.paths() == ()
    assert (store.remove_leftovers(0), list((tmp_path / "runs").iterdir())) == (1, [])


def test_removing_twice_is_removing_once(store: Store):
    store.write("a", b"x")
    store.remove("a")
    store.remove("a")
    assert not store.exists("a")


def test_a_writable_store_is_found_writable_and_left_empty(store: Store):
    store.check_writable()
    assert store.paths() == ()


def test_a_store_travels_between_processes(store: Store):
    store.write("a", b"x")
    twin = pickle.loads(pickle.dumps(store))  # noqa: S301 - our own bytes
    assert (twin, twin.read("a")) == (store, b"x")


def test_a_missing_file_is_a_store_error_that_names_url_and_path(store: Store):
    with pytest.raises(
        StoreError, match=r"^store .*: answers/ab/gone.json: cannot read: there is no such file"
    ) as caught:
        store.read("answers/ab/gone.json")
    assert store.url in str(caught.value)


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a/.", "a\\b", "a\0b", "a\nb", "\ud800", ".tmp-1", "a/"]
)
def test_a_path_that_could_leave_the_store_is_refused(path: str, tmp_path: Path):
    with pytest.raises(StoreError, match=r"inside a store|control character|unfinished"):
        Store(str(tmp_path)).write(path, b"x")
    assert list(tmp_path.iterdir()) == []


@given(st.text(alphabet=st.sampled_from("./\\ab\0\n .ü東"), min_size=1, max_size=24))
def test_a_path_that_is_accepted_stays_inside(path: str):
    try:
        accepted = checked(path)
    except StoreError:
        return
    root = Path("/some/root")
    inside = Path(os.path.normpath(root / accepted))
    assert inside == root / accepted
    assert inside.is_relative_to(root)
    assert inside != root


def test_unfinished_files_are_unseen_and_swept_when_old(tmp_path: Path):
    store = Store(str(tmp_path))
    store.write("a/done", b"x")
    old, new = tmp_path / "a/.tmp-1-old", tmp_path / "a/.tmp-2-new"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 7200, time.time() - 7200))
    assert store.paths() == ("a/done",)
    assert store.remove_leftovers() == 1
    assert (old.exists(), new.exists()) == (False, True)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full; free some space"),
        (errno.EDQUOT, "quota is used up"),
        (errno.EACCES, "permission is denied; give this user"),
        (errno.EROFS, "read-only; choose another store"),
        (errno.ENAMETOOLONG, "too long for this disk; shorten"),
        (errno.ESTALE, "check the store and run again"),
    ],
)
def test_each_trouble_of_a_disk_has_its_words_and_remedy(number: int, words: str):
    with pytest.raises(StoreError, match=words), explained("s3://key:secret@bucket/x", "write", "a/b"):
        raise OSError(number, os.strerror(number))


def test_a_password_in_a_url_is_not_shown():
    with pytest.raises(StoreError) as caught, explained("s3://key:secret@bucket/x", "write", "a/b"):
        raise OSError(errno.EIO, "broken")
    assert "secret" not in str(caught.value)
    assert "***@bucket/x: a/b" in str(caught.value)


def test_a_file_in_place_of_the_folder_is_said_so(tmp_path: Path):
    (tmp_path / "store").write_text("I am a file")
    store = Store(str(tmp_path / "store"))
    with pytest.raises(StoreError, match=r"store .*store: .*a file stands where a folder is needed"):
        store.check_writable()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder even root cannot write to")
def test_a_folder_nobody_can_write_to_is_said_so():
    with pytest.raises(StoreError, match=r"store /proc/adlocalizer: .*cannot write: .*check the store's URL"):
        Store("/proc/adlocalizer").check_writable()


@pytest.mark.parametrize("url", ["", " ", "a\0b", "file://folder/x"])
def test_no_url_is_a_store_error(url: str):
    with pytest.raises(StoreError, match=r"write a folder|write file:///folder"):
        Store(url)


def test_an_unknown_kind_of_store_names_the_known_ones():
    with pytest.raises(StoreError, match=r"ftpx://; write a folder, file://, s3:// or gs://"):
        Store("ftpx://host/x").exists("a")


LIMITED = """
import resource, sys
from adlocalizer.errors import StoreError
from adlocalizer.store import Store
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
store = Store(sys.argv[1])
store.write("small", b"x")
try:
    store.write("large", bytes(200_000))
except StoreError as error:
    print(error)
print(store.paths())
"""


def test_a_disk_that_takes_no_more_is_a_store_error_and_leaves_no_half_file(tmp_path: Path):
    done = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path)], capture_output=True, text=True, check=True)
    assert "large: cannot write: the file is larger than this system allows" in done.stdout
    assert done.stdout.splitlines()[-1] == "('small',)"
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def test_a_kept_answer_comes_back_with_its_request_and_picture(store: Store):
    ledger, asked = Ledger(store), request()
    kept = ledger.keep(asked, reply(asked))
    assert kept.sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert ledger.entry(asked.key) == (asked, kept)
    assert ledger.picture(kept) == PICTURE
    assert (ledger.has(asked.key), ledger.kept([asked.key, "f" * 64])) == (True, frozenset({asked.key}))
    stem = f"answers/{asked.key[:2]}/{asked.key}"
    assert store.paths("answers") == (f"{stem}.json", f"{stem}.png")


def test_what_was_refused_is_told_from_what_was_drawn_and_from_what_was_never_asked(store: Store):
    ledger, (drawn, refused, bad, open_) = Ledger(store), (request(seed) for seed in range(4))
    ledger.keep(drawn, reply(drawn))
    for one, kind in ((refused, "refusal"), (bad, "bad")):
        ledger.keep(one, Reply(answer=Answer(key=one.key, kind=kind, reason="no"), picture=None))
    assert ledger.refused(one.key for one in (drawn, refused, bad, open_)) == {refused.key}


@pytest.mark.parametrize("kind", ["refusal", "bad"])
def test_an_answer_without_a_picture_is_kept_as_well(store: Store, kind: str):
    ledger, asked = Ledger(store), request()
    said = Answer.model_validate({"key": asked.key, "kind": kind, "reason": "no cans near temples", "cost_micros": 7})
    assert ledger.keep(asked, Reply(answer=said)) == said == ledger.answer(asked.key)
    assert ledger.kept([asked.key]) == {asked.key}


def test_what_was_never_asked_is_not_kept(store: Store):
    ledger, key = Ledger(store), request().key
    assert (ledger.answer(key), ledger.entry(key), ledger.has(key)) == (None, None, False)
    assert ledger.kept([key]) == frozenset()


def test_the_first_answer_to_a_request_stays(store: Store):
    ledger, asked = Ledger(store), request()
    first = ledger.keep(asked, reply(asked))
    assert ledger.keep(asked, reply(asked, b"another picture")) == first
    assert ledger.picture(first) == PICTURE


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key": "f" * 64}, "answers request ffffffffffff"),
        ({"mime": None}, "no media type"),
        ({"sha256": "0" * 64}, "another digest"),
    ],
)
def test_a_reply_that_contradicts_itself_is_refused(tmp_path: Path, change: dict[str, object], words: str):
    asked = request()
    answer = reply(asked).answer.model_copy(update=change)
    with pytest.raises(StoreError, match=words):
        Ledger(Store(str(tmp_path))).keep(asked, Reply(answer=answer, picture=PICTURE))
    assert list(tmp_path.iterdir()) == []


def test_a_crash_between_picture_and_answer_leaves_nothing_that_looks_kept(store: Store):
    ledger, asked = Ledger(store), request()
    store.write(f"answers/{asked.key[:2]}/{asked.key}.png", b"the picture of a run that was killed here")
    assert (ledger.has(asked.key), ledger.answer(asked.key), ledger.kept([asked.key])) == (False, None, frozenset())
    assert ledger.picture(ledger.keep(asked, reply(asked))) == PICTURE


def test_an_answer_waits_for_the_disk_three_times_for_two_files_and_their_names(tmp_path: Path, monkeypatch):
    ledger, asked, waits, sync = Ledger(Store(str(tmp_path))), request(), [], os.fsync
    (tmp_path / "answers" / asked.key[:2]).mkdir(parents=True)
    monkeypatch.setattr(os, "fsync", lambda number: (waits.append(number), sync(number)))
    ledger.keep(asked, reply(asked))
    assert len(waits) == 3


@pytest.mark.parametrize("damage", ["picture gone", "picture cut", "entry cut", "entry empty", "entry of another key"])
def test_a_torn_answer_is_asked_again_and_kept_anew(tmp_path: Path, damage: str):
    ledger, asked, other = Ledger(Store(str(tmp_path))), request(), request(2)
    ledger.keep(asked, reply(asked))
    ledger.keep(other, reply(other))
    stem = tmp_path / "answers" / asked.key[:2] / asked.key
    entry, picture = stem.with_suffix(".json"), stem.with_suffix(".png")
    match damage:
        case "picture gone":
            picture.unlink()
        case "picture cut":
            picture.write_bytes(PICTURE[:-1])
        case "entry cut":
            entry.write_bytes(entry.read_bytes()[:-40])
        case "entry empty":
            entry.write_bytes(b"")
        case _:
            entry.write_bytes((tmp_path / "answers" / other.key[:2] / f"{other.key}.json").read_bytes())
    assert (ledger.answer(asked.key), ledger.kept([asked.key])) == (None, frozenset())
    assert ledger.picture(ledger.keep(asked, reply(asked))) == PICTURE


def test_a_picture_with_other_bytes_of_the_same_length_is_not_handed_out(tmp_path: Path):
    ledger, asked = Ledger(Store(str(tmp_path))), request()
    kept = ledger.keep(asked, reply(asked))
    (tmp_path / "answers" / asked.key[:2] / f"{asked.key}.png").write_bytes(PICTURE[::-1])
    with pytest.raises(StoreError, match="not the bytes that were kept; remove the file"):
        ledger.picture(kept)


def test_an_answer_of_another_version_is_not_silently_bought_again(tmp_path: Path):
    ledger, asked = Ledger(Store(str(tmp_path))), request()
    ledger.keep(asked, reply(asked))
    path = tmp_path / "answers" / asked.key[:2] / f"{asked.key}.json"
    envelope = json.loads(path.read_text())
    path.write_text(json.dumps({**envelope, "answer": {**envelope["answer"], "novelty": 1}}))
    with pytest.raises(StoreError, match="another version of adlocalizer wrote this answer"):
        ledger.answer(asked.key)


def test_threads_that_keep_one_key_agree_on_one_picture(tmp_path: Path):
    ledger, asked = Ledger(Store(str(tmp_path))), request()
    pictures = [bytes([n]) * (1000 + n) for n in range(16)]
    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(lambda picture: ledger.keep(asked, reply(asked, picture)).sha256, pictures))
    assert answers == {hashlib.sha256(ledger.picture(ledger.answer(asked.key))).hexdigest()}


def keep_in_process(url: str, start, n: int) -> None:
    start.wait()
    Ledger(Store(url)).keep(request(), reply(request(), bytes([n]) * 100_000))


def test_processes_that_keep_one_key_agree_on_one_picture(tmp_path: Path):
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(2)
    running = [spawn.Process(target=keep_in_process, args=(str(tmp_path), start, n)) for n in range(2)]
    for process in running:
        process.start()
    for process in running:
        process.join()
    ledger = Ledger(Store(str(tmp_path)))
    assert [process.exitcode for process in running] == [0, 0]
    assert ledger.picture(ledger.answer(request().key))[0] in (0, 1)
    assert len(Store(str(tmp_path)).paths()) == 2


def test_six_hundred_keys_are_looked_up_at_once(tmp_path: Path):
    ledger = Ledger(Store(str(tmp_path)))
    asked = request()
    ledger.keep(asked, reply(asked))
    keys = [asked.key, *(hashlib.sha256(bytes([n % 256, n // 256])).hexdigest() for n in range(600))]
    started = time.perf_counter()
    assert ledger.kept(keys) == {asked.key}
    assert time.perf_counter() - started < 2  # tens of milliseconds on an idle machine


def test_what_is_appended_stands_at_the_end(store: Store):
    store.append("a/b.jsonl", b"one\n")
    store.append("a/b.jsonl", b"two\n")
    assert store.read("a/b.jsonl") == b"one\ntwo\n"


def append_until_killed(path: str) -> None:
    store = Store(path)
    for number in range(1_000_000):
        store.append("lines", b"%08d\n" % number)


def test_what_was_appended_outlives_a_killed_writer(tmp_path: Path):
    process = multiprocessing.get_context("spawn").Process(target=append_until_killed, args=(str(tmp_path),))
    process.start()
    while not (tmp_path / "lines").exists() or (tmp_path / "lines").stat().st_size < 900:
        time.sleep(0.01)
    process.kill()
    process.join()
    lines = Store(str(tmp_path)).read("lines").splitlines()
    assert [int(line) for line in lines] == list(range(len(lines)))


def test_a_full_disk_leaves_no_half_a_line(tmp_path: Path):
    code = (
        "import resource, signal, sys; from adlocalizer.store import Store\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "store = Store(sys.argv[1])\n"
        "store.append('lines', b'1234567\\n')\n"
        "try: store.append('lines', b'1234567\\n')\n"
        "except Exception as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert "cannot append to: the disk is full" in done.stdout
    assert (tmp_path / "lines").read_bytes() == b"1234567\n"
