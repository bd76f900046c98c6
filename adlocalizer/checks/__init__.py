"""Every check of a master and of a finished file: pictures in, findings out. A check is a marked function here."""

from __future__ import annotations

import functools
import importlib
import itertools
import logging
import pkgutil
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

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
from adlocalizer.checks.variety import Nearest
from adlocalizer.domain import Box, CheckBook, CheckRule, Finding, Severity, worst
from adlocalizer.errors import ConfigError
from adlocalizer.imaging.thumbnails import as_webp

if TYPE_CHECKING:
    from PIL import Image

__all__ = [
    "FileSubject",
    "Judged",
    "MasterSubject",
    "Nearest",
    "check_composed",
    "check_file",
    "check_ids",
    "check_master",
    "check_variety",
    "judge_master",
    "see_composed",
    "worst",
]

_OF_FILES = "file_"
"""How the ids of checks begin that judge a file's bytes rather than what it shows."""
log = logging.getLogger(__name__)


class Judged(NamedTuple):
    """What was found about a picture, and what shows why: a small WebP by the check's id, where there is one."""

    findings: tuple[Finding, ...]
    evidence: Mapping[str, bytes]
    product_box: Box | None = None
    """Where the product stands; None where no check came so far as to ask."""


def judge_master(subject: MasterSubject, rules: CheckBook) -> Judged:
    """Every finding about a provider's picture, passes too, with evidence; after a fail no dearer check runs."""
    _hold_complete(rules)
    master = see_master(subject)
    findings: list[Finding] = []
    evidence: dict[str, bytes] = {}
    for rank, checks in itertools.groupby(_checks("master"), key=lambda check: check.rank):
        if rank and worst(findings) is Severity.FAIL:
            break
        for check in checks:
            finding, picture = _finding(check, master, subject.key, rules.checks[check.id])
            findings.append(finding)
            if picture is not None:
                evidence[check.id] = as_webp(picture)
    return Judged(tuple(findings), evidence, vars(master).get("product_box"))


def check_master(subject: MasterSubject, rules: CheckBook) -> tuple[Finding, ...]:
    """The findings of `judge_master` alone."""
    return judge_master(subject, rules).findings


def check_file(subject: FileSubject, rules: CheckBook) -> tuple[Finding, ...]:
    """Every finding about a finished file, passes too; the file is decoded again: what ships is what is checked."""
    _hold_complete(rules)
    file = see_file(subject)
    return tuple(_finding(check, file, subject.rendition_id, rules.checks[check.id])[0] for check in _checks("file"))


def check_composed(file: SeenFile, rules: CheckBook) -> tuple[Finding, ...]:
    """Every finding about a rendition that is no file yet, passes too: all but what only a file can show."""
    checks = (check for check in _checks("file") if not check.id.startswith(_OF_FILES))
    return tuple(_finding(check, file, file.subject.rendition_id, rules.checks[check.id])[0] for check in checks)


def check_variety(nearest: Nearest, subject: str, rules: CheckBook) -> tuple[Finding, ...]:
    """Every finding about a picture among those of its run, passes too."""
    _hold_complete(rules)
    return tuple(_finding(check, nearest, subject, rules.checks[check.id])[0] for check in _checks("run"))


def check_ids() -> tuple[str, ...]:
    """Every check's id, those of masters first: the stanzas configs/checks.yml must have."""
    return tuple(check.id for stage in ("master", "file", "run") for check in _checks(stage))


@functools.cache
def _checks(stage: str) -> tuple[Check[Any], ...]:
    """The marked functions of this package's modules: by rank, by module name and then as written."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    marked = (thing for module in modules for thing in vars(module).values() if isinstance(thing, Check))
    found = {check.id: check for check in marked if check.stage == stage}
    return tuple(sorted(found.values(), key=lambda check: check.rank))


def _hold_complete(rules: CheckBook) -> None:
    known = set(check_ids())
    if missing := sorted(known - set(rules.checks)):
        raise ConfigError(BOOK, f"no stanza for {', '.join(missing)}", "add one each with severity, remedy and why")
    if unknown := sorted(set(rules.checks) - known):
        known_ids = ", ".join(sorted(known))
        raise ConfigError(BOOK, f"no check is called {', '.join(unknown)}", f"remove the stanza, or take {known_ids}")


def _finding(
    check: Check[Any], seen: SeenMaster | SeenFile | Nearest, subject: str, rule: CheckRule
) -> tuple[Finding, Image.Image | None]:
    try:
        verdict = check.judge(seen, Standard(check.id, rule))
    except Undecidable as undecided:
        verdict = Verdict(holds=False, text=str(undecided), threshold=rule.threshold, doubtful=True)
    except (ConfigError, MemoryError):
        raise
    except Exception as error:  # fail closed: a check that breaks has judged nothing
        log.exception("check %s broke on %s", check.id, subject)
        text = f"This cannot be judged: the check broke ({type(error).__name__}: {' '.join(str(error).split())[:200]})."
        verdict = Verdict(holds=False, text=text, threshold=rule.threshold, doubtful=True)
    severity = Severity.REVIEW if verdict.doubtful else Severity(rule.severity)
    unless_good = {"remedy": rule.remedy, "repairs": rule.repairs, "instruction": rule.instruction}
    finding = Finding(
        check=check.id,
        subject=subject,
        severity=Severity.PASS if verdict.holds else severity,
        text=verdict.text,
        value=verdict.value,
        threshold=verdict.threshold,
        **({} if verdict.holds else unless_good),
    )
    return finding, verdict.evidence
