"""What a shard made by another process travels with and brings back, and what configs/operations.yml may say of it."""

from __future__ import annotations

import pickle
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from adlocalizer.config.operations import read_operations
from adlocalizer.domain import Counts, RunRef, Shard
from adlocalizer.errors import BudgetExceeded, ConfigError, Waiting
from adlocalizer.loading import keep_pictures
from adlocalizer.making import write_plan
from adlocalizer.making.errands import Counted, Errand, Returned, Site, Workshop
from adlocalizer.making.purse import Caps, one_cap, spent_together
from adlocalizer.making.returning import Sum
from adlocalizer.ordering import check_store, plan_order
from adlocalizer.progress import Tally
from adlocalizer.store import Store

from . import commands, gemini_runs, projects
from .emulator import Emulator

RUN = RunRef(store_url="/somewhere/store", campaign="small", logical_date=projects.DAY)


def set_runner(project: Path, stanza: str) -> Path:
    """The project with another runner."""
    file = project / "configs/operations.yml"
    rest = re.sub(r"^(runner|cluster):.*\n", "", file.read_text("utf-8"), flags=re.MULTILINE)
    file.write_text(f"{stanza}\n{rest}", "utf-8")
    return project


# What is written in configs/operations.yml


@pytest.mark.parametrize(
    ("stanza", "said"),
    [
        ("runner: spark", r"operations.yml:1 \(runner\).*'spark'.*local.*dask.*ray"),
        ("runner: dask\ncluster: {address: 'tcp://far:8786'}", r"operations.yml:2 \(cluster\).*needs workers; write"),
        ("runner: ray\ncluster: {address: far away, workers: 2}", r"operations.yml:2.*no address; write one like"),
        ("runner: dask\ncluster: {workers: 0}", r"operations.yml:2 \(cluster.workers\)"),
        ("runner: dask\ncluster: {worker: 2}", r"operations.yml:2 \(cluster.worker\)"),
    ],
)
def test_a_runner_that_cannot_be_is_one_line_with_its_place(tmp_path, stanza, said):
    project = projects.make_project(tmp_path / "project")
    with pytest.raises(ConfigError, match=said):
        read_operations(set_runner(project, stanza))


def test_as_shipped_a_run_makes_its_own_shards():
    assert read_operations(projects.ROOT).runner == "local"


def test_a_runner_that_is_not_installed_is_said_with_its_extra_before_anything_is_written(
    tmp_path, shell, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, "ray", None)  # how Python itself says that there is none
    project = set_runner(projects.make_project(tmp_path / "project"), "runner: ray")
    places = {"ADLOCALIZER_PROJECT": str(project), "ADLOCALIZER_STORE": str(tmp_path / "store")}
    said = commands.call(["run", "small", "--date", "2026-12-01"], {**shell, **places}, capsys)
    assert said.status == 2
    assert "operations.yml:1 (runner): ray is not installed; install the extra (pip install '.[ray]'" in said.errors
    assert not (tmp_path / "store").exists()


def test_a_store_in_memory_is_shared_with_nobody(tmp_path):
    project = set_runner(projects.make_project(tmp_path / "project"), "runner: dask")
    with pytest.raises(ConfigError, match=r"is this process's alone.*write runner: local"):
        check_store(projects.small_order(project, store_url="memory://h2"))


# What travels


def test_a_shard_travels_as_a_reference_of_less_than_a_kilobyte():
    site = Site(RUN, "0" * 32, 16, 2, Caps(10**9, 10**9), "http://127.0.0.1:8080", None)
    assert len(pickle.dumps(Errand(site, "EMEA", 999))) < 1_000


def test_what_comes_back_is_less_than_a_kilobyte_and_brings_what_stopped_the_asking():
    waits = dict.fromkeys(range(12), 10_000)
    counted = Counted("1234-abcdef01", 999, 10**6, 10**6, 10**12, 10**12, waits)
    returned = Returned(Counts(planned=60, delivered=60), counted, BudgetExceeded(2, 1, is_running=True))
    assert len(pickle.dumps(returned)) < 1_000
    assert str(pickle.loads(pickle.dumps(returned)).stopped) == str(returned.stopped)  # noqa: S301


# What comes back


def returned(process: str, turn: int, calls: int, spent: int, delivered: int) -> Returned:
    counted = Counted(process, turn, calls, 0, spent, 0, {1.0: calls})
    return Returned(Counts(planned=delivered, delivered=delivered), counted, None)


def test_what_processes_count_is_added_up_whatever_comes_back_first():
    tally, shard = Tally(), Shard(region="EMEA", number=1, creatives=())
    total = Sum(tally)
    for one in (("a", 2, 4, 400, 2), ("b", 1, 1, 100, 1), ("a", 1, 4, 200, 2), ("b", 2, 3, 300, 2)):
        total.add(shard, returned(*one))
    assert (tally.calls, tally.spent_micros, tally.done, tally.waits) == (7, 700, 7, {1.0: 7})


def test_what_is_spent_elsewhere_counts_against_the_cap_of_the_command():
    with one_cap():
        Sum(Tally()).add(Shard(region="EMEA", number=1, creatives=()), returned("a", 1, 1, 5_000, 1))
        assert spent_together() == 5_000


# In one process: what a worker does


class Prepared(NamedTuple):
    project: Path
    run: RunRef
    shards: tuple[tuple[str, int], ...]

    def site(self, emulator: Emulator, **over: Any) -> Site:
        return Site(
            **{"run": self.run, "name": "a", "concurrency": 2, "neighbours": 2, "caps": Caps(), **over}
        )._replace(base_url=emulator.url)


@pytest.fixture
def prepared(tmp_path, emulator) -> Prepared:
    """A run as far as its own process takes it: the plan and the product shots are in the store."""
    said = {"cities": ["jp-tokyo", "fr-paris"], "shard_size": 1}
    # A request that is given up on a busy machine would be asked again, and counted.
    project = gemini_runs.make_gemini_project(tmp_path / "project", {"deadline_seconds": 300}, **said)
    ordered = plan_order(projects.small_order(project, max_cost=90.0))
    store = Store(ordered.order.store_url)
    keep_pictures(store, ordered.loaded.pictures)
    write_plan(store, ordered.plan)
    shards = tuple((shard.region, shard.number) for shard in ordered.plan.wanted_shards())
    return Prepared(project, ordered.plan.brief.run, shards)


async def no_key(_model: object) -> None:
    """The environment has it."""


@pytest.mark.slow
def test_shards_of_several_threads_share_the_studio_of_their_process(prepared, emulator):
    workshop, site = Workshop(prepared.project / "data", no_key), prepared.site(emulator)
    with ThreadPoolExecutor(2) as threads:
        made = list(threads.map(lambda one: workshop.make(Errand(site, *one)), prepared.shards))
    assert {one.counted.process for one in made} == {made[0].counted.process}
    assert (len(emulator.journal("generate")), max(one.counted.calls for one in made)) == (2, 2)
    workshop.close(site.name)
    with pytest.raises(Waiting, match="the run is stopping"):
        workshop.make(Errand(site, *prepared.shards[0]))


@pytest.mark.slow
def test_a_cap_is_one_for_all_processes_and_what_stops_them_comes_back(prepared, emulator):
    site = prepared.site(emulator, caps=Caps(None, 100_000))
    made = []
    for shard in prepared.shards:  # each as a process of its own, which knows of the other by the store alone
        workshop = Workshop(prepared.project / "data", no_key)
        made.append(workshop.make(Errand(site, *shard)))
        workshop.close(site.name)
    assert len(emulator.journal("generate")) == 1
    assert [isinstance(one.stopped, BudgetExceeded) for one in made] == [False, True]
