"""Every check of a master and of a finished file: pictures in, findings out. A check is a marked function here."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterable
from typing import Any

from adlocalizer.checks.seen import (
    FileSubject,
    MasterSubject,
    SeenFile,
    SeenMaster,
    see_composed,
    see_file,
    see_master,
)
from adlocalizer.checks.standard import BOOK, Check, Standard, Undecidable, Verdict
from adlocalizer.domain import CheckBook, CheckRule, Finding, Severity
from adlocalizer.errors import ConfigError

__all__ = [
    "FileSubject",
    "MasterSubject",
    "check_composed",
    "check_file",
    "check_ids",
    "check_master",
    "see_composed",
    "worst",
]

_OF_FILES = "file_"
"""How the ids of checks begin that judge a file's bytes rather than what it shows."""


def check_master(subject: MasterSubject, rules: CheckBook) -> tuple[Finding, ...]:
    """Every finding about a provider's picture, passes too."""
    _hold_complete(rules)
    master = see_master(subject)
    return tuple(_finding(check, master, subject.key, rules.checks[check.id]) for check in _checks("master"))


def check_file(subject: FileSubject, rules: CheckBook) -> tuple[Finding, ...]:
    """Every finding about a finished file, passes too; the file is decoded again: what ships is what is checked."""
    _hold_complete(rules)
    file = see_file(subject)
    return tuple(_finding(check, file, subject.rendition_id, rules.checks[check.id]) for check in _checks("file"))


def check_composed(file: SeenFile, rules: CheckBook) -> tuple[Finding, ...]:
    """Every finding about a rendition that is no file yet, passes too: all but what only a file can show."""
    checks = (check for check in _checks("file") if not check.id.startswith(_OF_FILES))
    return tuple(_finding(check, file, file.subject.rendition_id, rules.checks[check.id]) for check in checks)


def worst(findings: Iterable[Finding]) -> Severity:
    """The worst severity; without any finding nothing was checked, and that asks for review."""
    order = tuple(Severity)
    return max((finding.severity for finding in findings), key=order.index, default=Severity.REVIEW)


def check_ids() -> tuple[str, ...]:
    """Every check's id, those of masters first: the stanzas configs/checks.yml must have."""
    return tuple(check.id for stage in ("master", "file") for check in _checks(stage))


@functools.cache
def _checks(stage: str) -> tuple[Check[Any], ...]:
    """The marked functions of this package's modules, by module name and then as written."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    marked = (thing for module in modules for thing in vars(module).values() if isinstance(thing, Check))
    return tuple({check.id: check for check in marked if check.stage == stage}.values())


def _hold_complete(rules: CheckBook) -> None:
    known = set(check_ids())
    if missing := sorted(known - set(rules.checks)):
        raise ConfigError(BOOK, f"no stanza for {', '.join(missing)}", "add one each with severity, remedy and why")
    if unknown := sorted(set(rules.checks) - known):
        known_ids = ", ".join(sorted(known))
        raise ConfigError(BOOK, f"no check is called {', '.join(unknown)}", f"remove the stanza, or take {known_ids}")


def _finding(check: Check[Any], seen: SeenMaster | SeenFile, subject: str, rule: CheckRule) -> Finding:
    try:
        verdict = check.judge(seen, Standard(check.id, rule))
    except Undecidable as undecided:
        verdict = Verdict(holds=False, text=str(undecided), threshold=rule.threshold, doubtful=True)
    severity = Severity.REVIEW if verdict.doubtful else Severity(rule.severity)
    return Finding(
        check=check.id,
        subject=subject,
        severity=Severity.PASS if verdict.holds else severity,
        text=verdict.text,
        value=verdict.value,
        threshold=verdict.threshold,
        remedy="" if verdict.holds else rule.remedy,
    )
