"""Making shards: every rendition ends once, nothing is asked twice, and a crash leaves nothing that looks finished."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from adlocalizer.domain import Counts, Outcome, Severity, Status
from adlocalizer.errors import AdlocalizerError, BudgetExceeded, ConfigError, NotAllowed
from adlocalizer.loading import keep_pictures
from adlocalizer.making import Purchase, make_shard, open_studio, read_outcomes, refile
from adlocalizer.making.purse import Caps
from adlocalizer.making.wishes import Wish
from adlocalizer.ordering import plan_order
from adlocalizer.planning import Plan
from adlocalizer.progress import Tally
from adlocalizer.store import Ledger, Store

from . import projects

pytestmark = pytest.mark.slow


class Made:
    """One run of the small campaign's shards."""

    def __init__(self, plan: Plan, tally: Tally, counts: Counts, stopped: AdlocalizerError | None) -> None:
        self.plan, self.tally, self.counts, self.stopped = plan, tally, counts, stopped
        self.store = Store(plan.brief.run.store_url)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        run = self.plan.brief.run
        return tuple(one for region in self.plan.regions() for one in read_outcomes(self.store, run, region))

    def shard_files(self) -> dict[str, bytes]:
        paths = self.store.paths(self.plan.brief.run.path)
        return {path: self.store.read(path) for path in paths if "/shards/" in path}

    def statuses(self, city: str) -> set[Status]:
        return {one.status for one in self.outcomes if one.rendition.creative.city_id == city}


def make(project: Path, cap_micros: int | None = None, **over: Any) -> Made:
    return asyncio.run(_make(project, cap_micros, over))


async def _make(project: Path, cap_micros: int | None, over: dict[str, Any]) -> Made:
    ordered = plan_order(projects.small_order(project, **over))
    store = Store(ordered.order.store_url)
    keep_pictures(store, ordered.loaded.pictures)
    refile(store, ordered.plan)
    tally, counts = Tally(), Counts()
    async with open_studio(ordered.plan, project / "data", Purchase(Caps(cap_micros)), tally) as studio:
        for shard in ordered.plan.wanted_shards():
            counts += await make_shard(studio, shard)
    return Made(ordered.plan, tally, counts, studio.desk.stopped)


def change(project: Path, **said: Any) -> None:
    campaign = project / "configs/campaigns/small.yml"
    campaign.write_text(json.dumps({**json.loads(campaign.read_text()), **said}))


@pytest.fixture
def project(tmp_path) -> Path:
    return projects.make_project(tmp_path / "project")


@pytest.fixture(scope="module")
def once(tmp_path_factory) -> tuple[Path, Made]:
    """A project whose campaign was made once, undisturbed: for tests of what comes after that."""
    project = projects.make_project(tmp_path_factory.mktemp("once") / "project")
    return project, make(project)


@pytest.fixture
def project_made(once, tmp_path) -> Path:
    """A copy of that project with its store, to change."""
    return shutil.copytree(once[0], tmp_path / "made")


@pytest.fixture
def made(once, project_made) -> Made:
    """The run of that project, as if it had been made in the copy's store."""
    plan = plan_order(projects.small_order(project_made)).plan
    return Made(plan, once[1].tally, once[1].counts, once[1].stopped)


@pytest.fixture
def scripted(tmp_path, monkeypatch):
    """A project whose provider follows a script; `calls` tells what it was asked."""

    def build(script: dict[str, Any], **campaign: Any) -> Path:
        projects.make_known(tmp_path / "script", script, monkeypatch)
        return projects.make_project(tmp_path / "project", provider="scripted", **campaign)

    return build


def test_every_rendition_is_delivered_once(made):
    assert made.counts == Counts(planned=6, delivered=6)
    assert sorted(one.rendition.id for one in made.outcomes) == sorted(one.id for one in made.plan.renditions())


def test_every_file_stands_where_its_outcome_says_with_its_digest(made):
    for one in made.outcomes:
        content = made.store.read(f"{made.plan.brief.run.path}/{one.rendition.creative.region}/{one.asset.file}")
        assert hashlib.sha256(content).hexdigest() == one.asset.sha256


def test_a_second_run_asks_nothing_and_makes_nothing_again(made, project_made):
    first, second = made, make(project_made)
    assert (first.tally.calls, second.tally.calls) == (6, 0)
    assert second.counts == first.counts


def test_a_format_of_a_known_ratio_is_added_without_a_call(project_made):
    change(project_made, formats=[*projects.FORMATS, "gads_upload_336x280"])
    again = make(project_made)
    assert (again.tally.calls, again.counts.delivered) == (0, 8)


def test_new_words_are_set_without_a_call(made, project_made):
    before = {one.rendition.id: one.asset.sha256 for one in made.outcomes}
    copy = project_made / "data/copy/demo.csv"
    copy.write_text(copy.read_text("utf-8").replace("はじけるレモンで", "レモンの時間で"), "utf-8")
    again = make(project_made)
    changed = {one.rendition.id for one in again.outcomes if one.asset.sha256 != before[one.rendition.id]}
    assert again.tally.calls == 0
    assert {name.split(".")[1] for name in changed} == {"jp-tokyo"}


def test_a_selection_makes_only_what_it_names_and_the_rest_later(project):
    part = make(project, select=("*jp-tokyo*",))
    assert part.counts.planned == 3
    whole = make(project)
    assert (whole.tally.calls, whole.counts.delivered) == (3, 6)


def test_a_later_selection_keeps_what_was_made(project_made):
    make(project_made, select=("*728x90",))
    assert len(make(project_made).outcomes) == 6


def test_a_file_that_was_taken_away_is_made_again_from_its_answer(made, project_made):
    victim = made.outcomes[0]
    made.store.remove(f"{made.plan.brief.run.path}/{victim.rendition.creative.region}/{victim.asset.file}")
    again = make(project_made)
    assert again.tally.calls == 0
    assert victim in again.outcomes


def test_a_shard_without_its_file_is_made_again_without_a_call(made, project_made):
    before = made.shard_files()
    for path in before:
        made.store.remove(path)
    again = make(project_made)
    assert again.tally.calls == 0
    assert again.shard_files() == before


def test_a_torn_shard_file_is_made_again(made, project_made):
    made.store.write(f"{made.plan.brief.run.path}/APAC/shards/0.jsonl", b'{"rendition_key": "12')
    assert len(make(project_made).outcomes) == 6


def test_a_city_that_leaves_the_campaign_leaves_the_outcomes(project_made):
    change(project_made, cities=["jp-tokyo"])
    assert {one.rendition.creative.city_id for one in make(project_made).outcomes} == {"jp-tokyo"}


def test_a_refusal_is_an_outcome_and_is_never_asked_again(scripted, tmp_path):
    project = scripted({"fr-paris": "refuse"})
    first = make(project)
    assert first.statuses("fr-paris") == {Status.REFUSED}
    assert first.statuses("jp-tokyo") == {Status.DELIVERED}
    again = make(project)
    assert again.tally.calls == 0
    assert again.statuses("fr-paris") == {Status.REFUSED}
    assert len(projects.calls(tmp_path / "script")) == 6


def test_a_throttled_request_is_asked_again_with_the_same_key(scripted, tmp_path):
    project = scripted({"fr-paris": ["throttle", "throttle", "draw"]}, formats=["gads_upload_300x250"])
    assert make(project).statuses("fr-paris") == {Status.DELIVERED}
    keys = [line.split()[3] for line in projects.calls(tmp_path / "script") if line.startswith("fr-paris")]
    assert (len(keys), len(set(keys))) == (3, 1)


def test_words_without_a_picture_are_a_rejected_attempt(scripted, tmp_path):
    project = scripted({"fr-paris": ["words", "draw"]}, formats=["gads_upload_300x250"])
    made = make(project)
    paris = next(one for one in made.outcomes if one.rendition.creative.city_id == "fr-paris")
    assert (paris.status, paris.attempts) == (Status.DELIVERED, 2)


def test_a_blank_picture_is_rejected_with_the_finding_and_the_picture(scripted):
    made = make(scripted({"fr-paris": "blank"}, formats=["gads_upload_250x250"]))
    paris = next(one for one in made.outcomes if one.rendition.creative.city_id == "fr-paris")
    assert (paris.status, paris.attempts, paris.asset) == (Status.REJECTED, 2, None)
    fails = [finding for finding in paris.findings if finding.severity is Severity.FAIL]
    assert {made.store.exists(finding.evidence) for finding in fails} == {True}


def test_no_answer_after_every_retry_is_a_failed_outcome_and_is_asked_again_next_time(scripted):
    project = scripted({"fr-paris": "fail"}, formats=["gads_upload_300x250"])
    assert make(project).statuses("fr-paris") == {Status.FAILED}
    (project.parent / "script" / "script.json").write_text("{}")
    assert make(project).statuses("fr-paris") == {Status.DELIVERED}


def test_a_key_that_is_not_allowed_stops_the_asking(scripted, tmp_path):
    made = make(scripted({"fr-paris": "deny", "jp-tokyo": "deny"}, concurrency=1))
    assert isinstance(made.stopped, NotAllowed)
    assert made.counts == Counts(planned=6, failed=6)
    assert len(projects.calls(tmp_path / "script")) == 1


def test_what_was_answered_before_a_stop_is_kept(scripted, tmp_path):
    project = scripted({"fr-paris": "deny"}, concurrency=1)
    assert isinstance(make(project).stopped, NotAllowed)
    (tmp_path / "script" / "script.json").write_text("{}")
    asked = [line.split()[3] for line in projects.calls(tmp_path / "script")]
    again = make(project)
    answered = [key for key in asked if Ledger(again.store).answer(key) is not None]
    assert again.tally.calls + len(set(asked)) >= 6
    assert len(answered) == len(set(asked))


def test_the_cost_of_a_master_is_split_over_its_renditions_to_the_last_micro(scripted):
    made = make(scripted({}, formats=["gads_upload_250x250", "li_text_100", "gads_upload_300x250"]))
    assert made.tally.spent_micros == 4 * 33_600
    assert sum(one.cost_micros for one in made.outcomes) == 4 * 33_600


def test_a_purse_that_is_empty_stops_the_run_and_keeps_what_was_paid(scripted, tmp_path):
    project = scripted({}, concurrency=1)
    poor = make(project, cap_micros=2 * 33_600)
    assert isinstance(poor.stopped, BudgetExceeded)
    assert poor.counts == Counts(planned=6, delivered=2, failed=4)
    assert make(project).tally.calls == 4


def test_no_money_for_another_attempt_is_a_rejection_that_is_tried_again(scripted, tmp_path):
    project = scripted({"fr-paris": "blank"}, cities=["fr-paris"], formats=["gads_upload_250x250"])
    poor = make(project, cap_micros=40_000)
    assert (poor.counts.rejected, poor.outcomes[0].attempts) == (1, 1)
    assert "No money" in poor.outcomes[0].reason
    (tmp_path / "script" / "script.json").write_text("{}")
    assert make(project).counts.delivered == 1


def test_words_without_a_picture_are_paid_for(scripted):
    made = make(scripted({"fr-paris": "words"}, cities=["fr-paris"], formats=["gads_upload_250x250"]))
    assert made.tally.spent_micros == 2 * 33_600
    assert made.outcomes[0].cost_micros == 2 * 33_600


def test_a_format_added_later_does_not_count_a_picture_twice(scripted):
    project = scripted({}, cities=["fr-paris"], formats=["gads_upload_250x250"])
    make(project)
    change(project, formats=["gads_upload_250x250", "li_text_100"])
    made = make(project)
    assert sum(one.cost_micros for one in made.outcomes) == 33_600


def test_parts_cost_the_same_as_the_whole_made_at_once(scripted):
    formats = ["gads_upload_250x250", "li_text_100", "gads_upload_300x250"]
    project = scripted({}, formats=formats)
    whole = make(project, store_url=str(project / "whole"))
    make(project, store_url=str(project / "parts"), select=("*250x250",))
    parts = make(project, store_url=str(project / "parts"))
    assert {one.rendition.id: one for one in parts.outcomes} == {one.rendition.id: one for one in whole.outcomes}


def test_a_store_that_stumbles_once_keeps_the_answer_and_the_next_is_asked(scripted):
    project = scripted({"jp-tokyo": "blank", "fr-paris": "blank"}, formats=["gads_upload_300x250"])  # answers at once
    ordered = plan_order(projects.small_order(project))
    first, second = ordered.plan.masters()
    store = Store(ordered.order.store_url)
    keep_pictures(store, ordered.loaded.pictures)

    async def ask_both() -> list[str]:
        async with open_studio(ordered.plan, project / "data") as studio:
            store.write("answers/aa", b"")
            in_the_way = store.root / "answers" / first.request.key[:2]
            (store.root / "answers" / "aa").rename(in_the_way)
            asyncio.get_running_loop().call_later(0.2, in_the_way.unlink)
            wishes = [Wish(one, one.request, studio.pictures_of, one.price_micros) for one in (first, second)]
            return [(await studio.desk.answer(wish)).kind for wish in wishes]

    assert asyncio.run(ask_both()) == ["picture", "picture"]


def test_what_was_sent_before_a_stop_is_kept(scripted, tmp_path):
    project = scripted({"fr-paris": "slow deny", "jp-tokyo": "slow"}, formats=["gads_upload_300x250"])
    make(project)
    (tmp_path / "script" / "script.json").write_text('{"fr-paris": "draw", "jp-tokyo": "deny"}')
    assert make(project).counts.delivered == 2


def test_an_order_of_cities_that_changes_the_shards_loses_nothing(scripted):
    project = scripted({}, cities=["jp-osaka", "jp-tokyo"], shard_size=1)
    before = {one.rendition.id: one for one in make(project).outcomes}
    change(project, cities=["jp-osaka", "jp-tokyo", "in-delhi"])
    made = make(project, select=("*in-delhi*",))
    after = {one.rendition.id: one for one in made.outcomes}
    assert made.tally.calls == 3
    assert {name: after.get(name) for name in before} == before


def test_a_format_that_leaves_the_campaign_leaves_the_outcomes(project_made):
    change(project_made, formats=["gads_upload_300x250"])
    assert {one.rendition.format_id for one in make(project_made).outcomes} == {"gads_upload_300x250"}


def test_a_selection_drops_what_no_longer_looks_as_it_should(project_made):
    brand = project_made / "configs/brands/solara.yml"
    brand.write_text(brand.read_text("utf-8").replace("#ffc61a", "#ff0000"), "utf-8")
    made = make(project_made, select=("*jp-tokyo*",))
    assert {one.rendition.creative.city_id for one in made.outcomes} == {"jp-tokyo"}


def test_a_city_that_moves_to_another_region_stands_there_only(project_made):
    cities = project_made / "data/cities.csv"
    cities.write_text(cities.read_text("utf-8").replace("東京,APAC", "東京,JAPAC"), "utf-8")
    made = make(project_made)
    assert made.tally.calls == 0
    assert sorted({one.rendition.creative.region for one in made.outcomes}) == ["EMEA", "JAPAC"]
    assert read_outcomes(made.store, made.plan.brief.run, "APAC") == ()


def test_a_region_is_not_delivered_while_its_files_are_made_anew(made, project_made):
    marker = f"{made.plan.brief.run.path}/APAC/manifest.json"
    made.store.write(marker, b"{}")
    brand = project_made / "configs/brands/solara.yml"
    brand.write_text(brand.read_text("utf-8").replace("#ffc61a", "#ff0000"), "utf-8")
    make(project_made, select=("*jp-tokyo*",))
    assert not made.store.exists(marker)


def test_a_reason_does_not_tell_where_the_store_is(made, project_made, tmp_path):
    victim = next(path for path in made.store.paths("answers") if path.endswith(".jpg"))
    made.store.write(victim, b"x" * made.store.size(victim))
    for path in made.shard_files():
        made.store.remove(path)
    failed = [one for one in make(project_made).outcomes if one.status is Status.FAILED]
    assert failed
    assert not any(str(tmp_path) in one.reason for one in failed)


def test_renditions_do_not_hang_on_how_many_are_made_at_once(made, project_made):
    before = {one.rendition.id: one.asset.sha256 for one in made.outcomes}
    change(project_made, concurrency=1, shard_size=1)
    alone = make(project_made, store_url=str(project_made / "alone"))
    assert alone.tally.calls == 6
    assert {one.rendition.id: one.asset.sha256 for one in alone.outcomes} == before


def test_a_file_is_the_same_whichever_others_are_made_beside_it(tmp_path):
    formats = ["gads_upload_250x250", "li_carousel_1x1"]
    project = projects.make_project(tmp_path / "project", formats=formats, cities=["fr-paris"])
    small = "*gads_upload_250x250"
    found = [
        make(project, store_url=str(tmp_path / name), select=names) for name, names in (("a", ()), ("b", (small,)))
    ]
    whole, part = ({one.rendition.id: one.asset.sha256 for one in made.outcomes if one.asset} for made in found)
    assert len(part) == 1 < len(whole)
    assert part.items() <= whole.items()


def test_a_template_of_an_unknown_check_stops_before_anything_is_made(project):
    checks = project / "configs/checks.yml"
    checks.write_text(checks.read_text("utf-8").replace("  blank:", "  blanc:"), "utf-8")
    with pytest.raises(ConfigError, match="no stanza for blank"):
        make(project)
