"""The report: a run's outcomes as pages a marketer opens and a client may see."""

from adlocalizer.reporting.rendering import render_report, render_single
from adlocalizer.reporting.run_report import (
    Card,
    Changes,
    FactMoved,
    MasterNote,
    Moved,
    RunReport,
    TriedNote,
    VarietyRow,
    Words,
)

__all__ = [
    "Card",
    "Changes",
    "FactMoved",
    "MasterNote",
    "Moved",
    "RunReport",
    "TriedNote",
    "VarietyRow",
    "Words",
    "render_report",
    "render_single",
]
