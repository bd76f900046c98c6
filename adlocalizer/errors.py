"""Every error a user can meet.

AdlocalizerError
├─ ConfigError      a file says something we cannot accept: file, line, what was found, what to write instead
├─ GateFailed       carries its findings
├─ PromptError      a template wants a fact we do not have
├─ BudgetExceeded   a cap leaves no room for the plan, or for one more request
├─ StoreError       cannot read or write, with the URL
└─ ProviderError    retryable = False
   ├─ Throttled     retryable; carries retry_after from RetryInfo or Retry-After
   ├─ Unavailable   retryable; 5xx, timeout, dropped or truncated body
   ├─ Refused       the provider will not draw this: kept as an answer
   ├─ BadAnswer     answered without a usable picture: a rejected attempt
   ├─ Waiting       not answered yet: it is in a batch, or will be
   └─ NotAllowed    key, billing, region, quota of the day: nothing more is asked
      └─ Retired    a model that is no longer, or not yet, served: carries its id
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adlocalizer.domain import Finding

EXIT_ALL_DELIVERED = 0
EXIT_BUG = 1
EXIT_BAD_INPUT = 2
EXIT_DEGRADED = 3
EXIT_STOPPED = 4


class AdlocalizerError(Exception):
    """Something the user can act on; `exit_code` is the status a command line ends with."""

    exit_code = EXIT_STOPPED
    retryable = False


class ConfigError(AdlocalizerError):
    """A file, row or option says something we cannot accept."""

    exit_code = EXIT_BAD_INPUT

    def __init__(self, where: str, found: str, remedy: str) -> None:
        """Name the place (`file.yml:12` or `cities.csv:3 (locale)`), what stands there and what to write instead."""
        super().__init__(where, found, remedy)
        self.where, self.found, self.remedy = where, found, remedy

    def __str__(self) -> str:
        return f"{self.where}: {self.found}; {self.remedy}"


class GateFailed(AdlocalizerError):
    """A validation that must pass before the next stage did not; nothing past it was published."""

    def __init__(self, gate: str, findings: Sequence[Finding]) -> None:
        """Carry the gate's name and the findings that closed it; only what stands before the plan is bad input."""
        super().__init__(gate, tuple(findings))
        self.gate, self.findings = gate, tuple(findings)
        self.exit_code = EXIT_BAD_INPUT if gate in ("tables", "in") else EXIT_STOPPED

    def __str__(self) -> str:
        lines = "\n".join(f"  {finding.text} {finding.remedy}".rstrip() for finding in self.findings)
        return f"gate {self.gate} is closed:\n{lines}"


class PromptError(AdlocalizerError):
    """A template wants a fact we do not have."""

    exit_code = EXIT_BAD_INPUT


class BudgetExceeded(AdlocalizerError):
    """A cap leaves no room: for the plan, before anything is spent, or for one more request of a run."""

    def __init__(self, planned_micros: int, cap_micros: int, is_running: bool = False) -> None:
        """Carry what it would come to and the cap, both in micros of a US dollar."""
        super().__init__(planned_micros, cap_micros, is_running)
        self.planned_micros, self.cap_micros, self.is_running = planned_micros, cap_micros, is_running

    def __str__(self) -> str:
        planned, cap = self.planned_micros / 1e6, self.cap_micros / 1e6
        if self.is_running:
            return (
                f"the cap of ${cap:,.4f} is reached: one more request could bring it to ${planned:,.4f}; "
                "raise --max-cost or the campaign's `budget:`, whichever it is, and run again"
            )
        return (
            f"the plan costs ${planned:,.4f}, the cap is ${cap:,.4f}, ${planned - cap:,.4f} too little; "
            "raise --max-cost or narrow the run with --select"
        )


class StoreError(AdlocalizerError):
    """The store cannot be read or written; the message names its URL."""


class BadStoreUrl(StoreError):
    """A store's URL says something we cannot accept."""

    exit_code = EXIT_BAD_INPUT


class NoRun(StoreError):
    """The store has no run of a campaign for a day."""

    exit_code = EXIT_BAD_INPUT


class ProviderError(AdlocalizerError):
    """The provider gave no usable answer to a request."""

    def __init__(self, message: str, cost_micros: int | None = None) -> None:
        """Keep what was billed all the same, in micros of a US dollar; None: the provider does not say."""
        super().__init__(message, cost_micros)
        self.message, self.cost_micros = message, cost_micros

    def __str__(self) -> str:
        return self.message


class Throttled(ProviderError):
    """Too many requests: ask again after `retry_after_seconds` if the provider said so."""

    retryable = True

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        """Keep the provider's own waiting time, in seconds."""
        super().__init__(message)
        self.args = (message, retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(ProviderError):
    """No answer came: a 5xx, a time-out, a dropped or truncated body."""

    retryable = True

    def __init__(self, message: str, may_be_billed: bool = False) -> None:
        """Say whether the provider may have drawn, and may bill, what never arrived."""
        super().__init__(message)
        self.args = (message, may_be_billed)
        self.may_be_billed = may_be_billed


class Refused(ProviderError):
    """The provider will not draw this; the refusal is kept as an answer and never asked again."""


class BadAnswer(ProviderError):
    """The provider answered, and was paid, without a usable picture."""


class Waiting(ProviderError):
    """No answer yet: the request is in a batch, or will be."""


class NotAllowed(ProviderError):
    """Key, billing, region, the quota of the day or a retired model: nothing else in this run can succeed."""


class Retired(NotAllowed):
    """A model that is no longer served, or is unknown; another model may be."""

    def __init__(self, message: str, model: str) -> None:
        """Keep the model's id."""
        super().__init__(message)
        self.args = (message, model)
        self.model = model
