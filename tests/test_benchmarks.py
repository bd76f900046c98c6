"""The benchmarks run, and what they measure with can be trusted."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import pytest

from benchmarks.comparing import growth_table
from benchmarks.latency_server import wait_seconds
from benchmarks.measuring import fullest_minute
from benchmarks.stage import made_up
from benchmarks.stages import covered_seconds

ROOT = Path(__file__).parents[1]
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def span(start: float, end: float) -> tuple[datetime, datetime]:
    return NOON + timedelta(seconds=start), NOON + timedelta(seconds=end)


def benchmark(name: str, environment: dict[str, str]) -> str:
    """What a benchmark prints in its smallest size, on one core: its pools then start one process each."""
    command = [sys.executable, str(ROOT / "benchmarks" / name), "--quick"]
    one = random.choice(sorted(os.sched_getaffinity(0)))  # noqa: S311
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {one})
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_quick_benchmark_prints_ratios_and_a_second_run_asks_nothing(user_env):
    said = benchmark("run_all.py", user_env)
    assert "| wall ÷ floor A |" in said
    assert re.search(r"\| core: [^|]+\| \d+\.\d\d \| \d+\.\d\d \|", said)
    assert "Provider calls on re-run: core 0, flow 0." in said


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_the_quick_benchmark_of_gemini_compares_desk_and_shards_with_the_floor(user_env):
    said = benchmark("gemini.py", user_env)
    ratios = re.findall(r"\| (floor|desk|shards): [^|]+\| \d+\.\d \| (\d+\.\d+) \|", said)
    assert [name for name, _ in ratios] == ["floor", "desk", "shards"]
    assert float(ratios[0][1]) == 1


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_quick_benchmark_of_renditions_compares_and_takes_three_encodes_at_most(user_env):
    said = benchmark("renditions.py", user_env)
    ratios = re.findall(r"\| (Pillow|libvips|ours)[^|]* \| \d+ \| \d+ \| [\d.]+ \| ([\d.]+) \|", said)
    assert [name for name, _ in ratios] == ["Pillow", "libvips", "libvips", "ours", "ours"]  # first without copy
    assert float(ratios[0][1]) == 1
    most = dict(re.findall(r"\| (jpg|webp|avif) \| [\d.]+ \| (\d) \|", said))
    assert set(most) == {"jpg", "webp", "avif"}
    assert max(map(int, most.values())) <= 3
    assert "0 of 36 limits that the least quality keeps were missed" in said


def test_growth_is_a_row_a_size_and_variant_as_ratios_to_the_floor():
    def figures(creatives: int, wall: float, **more: float) -> dict[str, float]:
        alike = dict.fromkeys(
            ("plan_seconds", "plan_cpu", "own_cpu", "pool_cpu", "own_mb", "worker_mb", "store_mb"), 1.0
        )
        counted = {"creatives": creatives, "masters": creatives, "renditions": creatives}
        return {**alike, **counted, "wall": wall, "again_wall": 0.5, "again_calls": 0, **more}

    runs = {"floor-a": [figures(2, 4.0), figures(20, 10.0)], "core": [figures(2, 5.0), figures(20, 12.0)], "flow": []}
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in growth_table(runs).splitlines()[2:]]
    assert [(row[0], row[1][:4], row[4], row[-1]) for row in rows] == [
        ("2", "core", "1.25", "0"),
        ("20", "core", "1.20", "0"),
    ]


def test_a_key_always_waits_as_long():
    assert wait_seconds("a", 2.0) == wait_seconds("a", 2.0) != wait_seconds("b", 2.0)


def test_waits_gather_round_their_median():
    waits = [wait_seconds(str(number), 2.0) for number in range(2000)]
    assert median(waits) == pytest.approx(2.0, rel=0.05)
    assert min(waits) < 1.2
    assert max(waits) > 4


def test_the_fullest_minute_need_not_begin_with_the_clock():
    assert fullest_minute([0.0, 50.0, 59.9, 60.0, 109.9, 110.0, 200.0]) == 4


def test_made_up_cities_have_ids_of_their_own_and_stay_where_they_were():
    shipped = [{"city_id": "jp-tokyo", "latitude": "35.7", "longitude": "139.7"}]
    made = list(made_up(shipped, 500))
    assert len({city["city_id"] for city in made}) == 500
    assert all(abs(float(city["latitude"]) - 35.7) <= 0.05 for city in made)


@pytest.mark.parametrize(
    ("spans", "seconds"),
    [
        ([], 0),
        ([span(0, 2), span(5, 6)], 3),
        ([span(0, 4), span(1, 2), span(3, 6)], 6),
    ],
)
def test_time_that_tasks_share_counts_once(spans, seconds):
    assert covered_seconds(spans) == seconds
