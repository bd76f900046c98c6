"""What recipes and campaigns change of `configs/checks.yml`, held against what stands there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from adlocalizer.config.documents import line_of, read_document
from adlocalizer.config.wording import nearest_or_all, quoted, shown_path
from adlocalizer.domain import Campaign, CheckChange, CheckRule
from adlocalizer.errors import ConfigError

if TYPE_CHECKING:
    from adlocalizer.config.project import Project

Loc = tuple[int | str, ...]
_BOOK = "configs/checks.yml"


def hold_campaign(campaign: Campaign, path: Path, project: Project) -> None:
    """A ConfigError names the line of a change of a check that a campaign cannot make."""
    if campaign.checks:
        changes = ((("checks", at), one) for at, one in enumerate(campaign.checks))
        hold_changes(changes, path, project.root, project.checks().checks)


def hold_changes(
    changes: Iterable[tuple[Loc, CheckChange]], path: Path, root: Path, rules: Mapping[str, CheckRule]
) -> None:
    """A ConfigError for a change of a check there is not, of nothing, of a limit it has not, or made twice."""
    seen: set[str] = set()
    for loc, change in changes:
        if (fault := _fault(change, rules)) is not None:
            _refuse(path, root, loc, fault)
        if change.check in seen:
            _refuse(path, root, loc, (f"{quoted(change.check)} is changed here twice", "keep one of the two"))
        seen.add(change.check)


def _fault(change: CheckChange, rules: Mapping[str, CheckRule]) -> tuple[str, str] | None:
    """What is wrong with a change, and what to write instead."""
    if (rule := rules.get(change.check)) is None:
        return f"no check is called {quoted(change.check)}", nearest_or_all(change.check, rules)
    if not change.model_dump(include={"severity", "threshold", "fails_at"}, exclude_none=True):
        return "it changes nothing", "write severity or threshold (or fails_at), or remove it"
    if rule.threshold is None and (change.threshold is not None or change.fails_at is not None):
        remedy = f"change its severity, or remove it; {_BOOK} says what it compares with"
        return f"{change.check} has no limit that could be changed", remedy
    limit = rule.threshold if change.threshold is None else change.threshold
    if change.fails_at is not None and limit is not None and change.fails_at < limit:
        return f"fails_at {change.fails_at:g} is below the threshold {limit:g}", "doubt ends at the limit or beyond it"
    return None


def _refuse(path: Path, root: Path, loc: Loc, said: tuple[str, str]) -> NoReturn:
    shown = shown_path(path, root)
    line = line_of(read_document(path, shown).node, loc)
    raise ConfigError(f"{shown}:{line} ({'.'.join(map(str, loc))})", *said)
