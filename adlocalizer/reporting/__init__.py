"""The report: a run's outcomes as pages a marketer opens and a client may see."""

from adlocalizer.reporting.rendering import render_report, render_single
from adlocalizer.reporting.run_report import Card, MasterNote, RunReport, TriedNote, VarietyRow

__all__ = ["Card", "MasterNote", "RunReport", "TriedNote", "VarietyRow", "render_report", "render_single"]
