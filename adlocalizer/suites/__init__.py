"""What the gates demand of their tables: one expectation a line, each with its why."""

from adlocalizer.suites.demands import NUMBER, Demand, Suite
from adlocalizer.suites.grounds import fact_suite, rule_suite
from adlocalizer.suites.leaving import attempt_suite, file_suite, sum_suite
from adlocalizer.suites.tables import city_suite, copy_suite, manifest_suite

__all__ = [
    "NUMBER",
    "Demand",
    "Suite",
    "attempt_suite",
    "city_suite",
    "copy_suite",
    "fact_suite",
    "file_suite",
    "manifest_suite",
    "rule_suite",
    "sum_suite",
]
