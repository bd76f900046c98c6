"""What the benchmark of judging found, as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from statistics import median

import numpy as np
from judging_baseline import SCORES
from judging_judged import FAILED, OF_THE_BRIEF, PASSED, REST, REVIEWED, Judged
from judging_set import CLASSES, WRONG, shots

from adlocalizer.calibrating.variants import RIGHT
from adlocalizer.imaging.locating import why_unsure

GOALS = {
    **dict.fromkeys((RIGHT, "letters", "mirrored", "stretched", "recoloured"), "1 %"),
    **dict.fromkeys(("blank", "letterbox", "truncated", "echo", "missing", "swapped"), "0"),
}
"""What may be judged wrongly of a kind at most; of the right ones, 5 % may go to a person beside."""
_RISES = {"product_present", "resolution", "blank"}  # what these measure is large where all is well
_SHARES = (0.01, 0.05)  # of the right pictures, that the points of a curve give up
_FEW = 12  # pictures a measure must have of a kind to be given a curve
_SURE = 1.96  # standard deviations of a 95 % interval


def for_people(judged: Sequence[Judged], wanted: int) -> str:
    """The tables of docs/judging.md: what passes and what does not, by kind, product, measure and the baseline."""
    known = _judgeable(judged)
    parts = (_opening(judged, wanted), confusion(known), _products(judged), _right_lost(known), _curves(known))
    return "\n\n".join((*parts, _against_baseline(known)))


def told(judged: Sequence[Judged], wanted: int) -> str:
    """The tables of benchmarks/README.md: the verdicts, the baseline, what it costs."""
    known = _judgeable(judged)
    parts = (_opening(judged, wanted), confusion(known), _right_lost(known), _against_baseline(known), _costs(known))
    return "\n\n".join(parts)


def _judgeable(judged: Iterable[Judged]) -> list[Judged]:
    """Those of products the pipeline says it can judge: the others always go to a person."""
    unsure = {name for name, shot in shots().items() if why_unsure(shot)}
    return [one for one in judged if one.product not in unsure]


def _opening(judged: Sequence[Judged], wanted: int) -> str:
    products = {one.product for one in judged}
    unsure = sorted(products - {one.product for one in _judgeable(judged)})
    part = f", {len(judged) / wanted:.0%} of the set's {wanted:,}" if len(judged) < 0.9 * wanted else ""
    aside = (
        f" {', '.join(unsure).capitalize()} is too plain to be judged, always goes to a person and is left out below."
        if unsure
        else ""
    )
    scene = ", ".join(f"`{name}`" for name in OF_THE_BRIEF)
    return (
        f"{len(judged):,} pictures of {len(products)} drawn products{part}.{aside} Judged wrongly is a right picture "
        "rejected, or a wrong one passed: for a person is neither. Not counted, as the backgrounds answer no brief: "
        f"{scene}."
    )


def confusion(judged: Sequence[Judged]) -> str:
    """A row a kind: how many passed, went to a person and were rejected, and the share judged wrongly."""
    rows = []
    for kind in CLASSES:
        ends = Counter(one.end for one in judged if one.kind == kind)
        if not (all_ := sum(ends.values())):
            continue
        wrong = ends[FAILED] if kind == RIGHT else ends[PASSED]
        low, high = interval(wrong, all_)
        about = "as it may be photographed" if kind == RIGHT else WRONG[kind]
        shares = f"{wrong / all_:.1%} | {GOALS.get(kind, '')} | {low:.1%} to {high:.1%}"
        rows.append((f"**{kind}**, {about}", all_, *(ends[end] for end in (PASSED, REVIEWED, FAILED)), shares))
    head = ("pictures", "made", PASSED, REVIEWED, FAILED, "judged wrongly", "goal", "95 % interval")
    return _table(head, rows)


def _products(judged: Sequence[Judged]) -> str:
    rows = []
    for name in dict.fromkeys(one.product for one in judged):
        own = [
            [one.end for one in judged if one.product == name and (one.kind == RIGHT) == right]
            for right in (True, False)
        ]
        shares = (f"{ends.count(end) / max(1, len(ends)):.1%}" for ends in own for end in (PASSED, REVIEWED, FAILED))
        rows.append((name, *shares))
    ends = (PASSED, REVIEWED, FAILED)
    return _table(("product", *(f"right: {end}" for end in ends), *(f"wrong: {end}" for end in ends)), sorted(rows))


def _right_lost(judged: Sequence[Judged]) -> str:
    right = [one for one in judged if one.kind == RIGHT]
    failing = Counter(chain.from_iterable(one.failing for one in right))
    doubting = Counter(name for one in right for name in one.against if name not in one.failing)
    said = (_counted(found) for found in (failing, doubting))
    return "Right pictures rejected by {}; doubted by {}.".format(*said)


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"`{name}` {count}" for name, count in found.most_common()) or "none"


def _curves(judged: Sequence[Judged]) -> str:
    """The two measures that part each kind best from right pictures: area under the curve, and two of its points."""
    measures = sorted(set(chain.from_iterable(one.values for one in judged)) - set(OF_THE_BRIEF))
    rows = []
    for kind in WRONG:
        found = []
        for check in measures:
            right, wrong = (_distances(judged, label, check) for label in (RIGHT, kind))
            if min(len(right), len(wrong)) >= _FEW:
                points = (caught(right, wrong, share) for share in _SHARES)
                found.append((area(right, wrong), check, len(wrong), *(f"{point:.0%}" for point in points)))
        rows += [
            (kind, f"`{check}`", count, f"{under:.3f}", *points)
            for under, check, count, *points in sorted(found)[:-3:-1]
        ]
    head = (
        "pictures",
        "measure",
        "measured",
        "area under the curve",
        *(f"found, {share:.0%} of right ones lost" for share in _SHARES),
    )
    if not rows:
        return "Too few pictures of any kind were judged for curves of single measures."
    note = "A picture that an earlier check rejects is not measured by dearer ones, which is why some kinds have few."
    return f"{_table(head, rows)}\n\n{note}"


def _distances(judged: Sequence[Judged], kind: str, check: str) -> list[float]:
    sign = -1 if check in _RISES else 1
    return [sign * one.values[check] for one in judged if one.kind == kind and check in one.values]


def _against_baseline(judged: Sequence[Judged]) -> str:
    """The baseline may lose as many right pictures as are not passed here; each of its scores at that limit."""
    right = [one for one in judged if one.kind == RIGHT]
    lost = sum(one.end != PASSED for one in right) / max(1, len(right))
    ways = [{score: _limit(right, score, lost)} for score in SCORES]
    ways.append({score: _limit(right, score, lost / len(SCORES)) for score in SCORES})
    rows = []
    for kind in WRONG:
        if own := [one for one in judged if one.kind == kind]:
            passed = [sum(one.end == PASSED for one in own), *(sum(_passes(one, way) for one in own) for way in ways)]
            rows.append((kind, len(own), *(f"{count / len(own):.1%}" for count in passed)))
    table = _table(("wrong pictures that pass", "made", "the checks", *SCORES, "all three"), rows)
    return (
        "Beside what an afternoon gives (`benchmarks/judging_baseline.py`: plain rules for decoding, ratio, contrast "
        "and bars; masked template matching at twelve sizes, a perceptual hash and the mean colour of the best match), "
        "its limits set on these very pictures so that it loses as many right ones as the checks do not pass, "
        f"{lost:.1%}:\n\n{table}"
    )


def _limit(right: Sequence[Judged], score: str, lost: float) -> float:
    found = [one.baseline[score] for one in right if one.baseline]
    return float(np.quantile(found, max(0.0, 1 - lost))) if found else 0.0


def _passes(one: Judged, limits: dict[str, float]) -> bool:
    return bool(one.baseline) and all(one.baseline[score] <= limit for score, limit in limits.items())


def _costs(judged: Sequence[Judged]) -> str:
    right = [one for one in judged if one.kind == RIGHT]
    names = dict.fromkeys(name for one in right for name in one.cpu_ms)
    costs = {name: [one.cpu_ms[name] for one in right if name in one.cpu_ms] for name in names}
    costs["**all, right pictures**"] = [sum(one.cpu_ms.values()) for one in right]
    costs["**all, every picture**"] = [sum(one.cpu_ms.values()) for one in judged]
    kept = {name: own for name, own in costs.items() if median(own) >= 1}
    rows = [
        (
            name if name.startswith("**") or name == REST else f"`{name}`",
            f"{median(own):.0f}",
            f"{float(np.quantile(own, 0.95)):.0f}",
        )
        for name, own in sorted(kept.items(), key=lambda row: -median(row[1]))
    ]
    table = _table(("check, at 1K", "CPU ms, median", "95th percentile"), rows)
    note = "What checks share is charged to the first that asks for it; those under a millisecond are left out."
    return f"{table}\n\n{note}"


def area(right: Sequence[float], wrong: Sequence[float]) -> float:
    """The area under the ROC curve: the share of pairs whose wrong picture has the larger distance, ties half."""
    first, second = np.asarray(right)[:, None], np.asarray(wrong)[None, :]
    return float(((second > first) + 0.5 * (second == first)).mean())


def caught(right: Sequence[float], wrong: Sequence[float], lost: float) -> float:
    """The share of wrong pictures beyond the limit that no more than a share of the right ones lie beyond."""
    ordered = np.sort(right)
    limit = ordered[len(ordered) - 1 - int(lost * len(ordered))]
    return float((np.asarray(wrong) > limit).mean())


def interval(hits: int, tries: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927)."""
    if not tries:
        return 0.0, 1.0
    share, square = hits / tries, _SURE**2 / tries
    middle, half = share + square / 2, _SURE * float(np.sqrt(share * (1 - share) / tries + square / tries / 4))
    return max(0.0, (middle - half) / (1 + square)), min(1.0, (middle + half) / (1 + square))


def _table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
