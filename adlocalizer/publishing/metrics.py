"""What a run did, as OpenMetrics text for whoever watches many runs: the latest run of each campaign."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from adlocalizer.domain import Counts, Outcome, RunRef, Status
from adlocalizer.publishing.account import Account
from adlocalizer.store import Store

_FOLDER = "metrics"
_LABELS = ("campaign", "logical_date")
_MICROS = 1e6


def write_metrics(run: RunRef, outcomes: Iterable[Outcome], account: Account) -> None:
    """Keep the metrics of a run as its campaign's latest: `metrics/<campaign>.txt` in the store."""
    text = openmetrics(families(run, tuple(outcomes), account))
    Store(run.store_url).write(f"{_FOLDER}/{run.campaign}.txt", text.encode())


def families(run: RunRef, outcomes: tuple[Outcome, ...], account: Account) -> Iterator[Metric]:
    """Every figure of a run, under the names dashboards know."""
    labels, counts = [run.campaign, run.logical_date.isoformat()], Counts.of(outcomes)
    flagged = sum(1 for one in outcomes if one.status is Status.NEEDS_REVIEW or one.approval != "none")
    yield _by("renditions", "Planned renditions by how they ended", labels, "status", counts.model_dump())
    yield _by("answers", "Answers its pictures rest on, by what came", labels, "kind", _kinds(outcomes))
    yield _one("calls", "Requests sent, retries included", labels, account.calls)
    yield _one("answers_kept", "Pictures whose answer was on file", labels, account.kept)
    yield _one("spent_dollars", "US dollars spent", labels, account.spent_micros / _MICROS)
    yield _one("doubted_dollars", "US dollars that may have been billed", labels, account.doubted_micros / _MICROS)
    yield _one("pictures_waiting", "Pictures that batches will bring", labels, account.waiting)
    yield _one("review_ratio", "Share of renditions that asked for a person", labels, flagged / max(1, counts.planned))
    yield _answer_seconds(labels, account.waits)


def openmetrics(every: Iterable[Metric]) -> str:
    """The text of some figures."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Fixed(every))
    return str(generate_latest(registry).decode())  # type: ignore[no-untyped-call]


class LatestRuns(Collector):
    """The latest run of each campaign of a store, read again each time somebody asks."""

    def __init__(self, store_url: str) -> None:
        """Look in this store."""
        self._store = Store(store_url)

    def collect(self) -> Iterator[Metric]:
        """Every figure once, with the samples of all campaigns."""
        found: dict[str, Metric] = {}
        for path in sorted(self._store.paths(_FOLDER)):
            text = self._store.read(path).decode()
            for one in text_string_to_metric_families(text):  # type: ignore[no-untyped-call]
                found.setdefault(one.name, Metric(one.name, one.documentation, one.type)).samples += one.samples
        yield from found.values()


class _Fixed(Collector):
    def __init__(self, every: Iterable[Metric]) -> None:
        self._every = tuple(every)

    def collect(self) -> Iterable[Metric]:
        return self._every


def _kinds(outcomes: Iterable[Outcome]) -> Mapping[str, int]:
    kinds = {attempt.key: attempt.kind for one in outcomes for attempt in one.tried}
    return dict(sorted(Counter(kinds.values()).items()))


def _one(name: str, text: str, labels: list[str], value: float) -> Metric:
    family = GaugeMetricFamily(f"adlocalizer_{name}", text, labels=_LABELS)
    family.add_metric(labels, value)
    return family


def _by(name: str, text: str, labels: list[str], by: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"adlocalizer_{name}", text, labels=(*_LABELS, by))
    for key, value in values.items():
        family.add_metric([*labels, key], value)
    return family


def _answer_seconds(labels: list[str], waits: Mapping[str, int]) -> Metric:
    family = HistogramMetricFamily("adlocalizer_answer_seconds", "How long answers took", labels=_LABELS)
    bounds = {float(bound): count for bound, count in waits.items()}
    total, buckets = 0, []
    for bound in sorted({*bounds, math.inf}):
        total += bounds.get(bound, 0)
        buckets.append(("+Inf" if math.isinf(bound) else f"{bound:g}", total))
    family.add_metric(labels, buckets, None)
    return family
