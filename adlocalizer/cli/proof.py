"""`adlocalizer proof`: every layout in every language on grey plates, before a picture is paid for. Spends nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adlocalizer.cli.counting import counted
from adlocalizer.cli.options import AsJson, CampaignName, Day, parse_day
from adlocalizer.cli.showing import print_json, print_line
from adlocalizer.config import find_project
from adlocalizer.errors import EXIT_ALL_DELIVERED, EXIT_DEGRADED, ConfigError
from adlocalizer.order import take_order

if TYPE_CHECKING:
    from adlocalizer.reporting.proof_page import ProofPage

Locales = Annotated[
    list[str] | None, typer.Option("--locales", metavar="GLOB", help="Only these locales of the copy; repeatable.")
]
Formats = Annotated[
    list[str] | None,
    typer.Option("--formats", metavar="GLOB", help="These ad formats instead of one for each layout; repeatable."),
]
Out = Annotated[
    str | None, typer.Option("--out", metavar="DIR", help="Default: the campaign's folder in the reports, proof/.")
]
Pdf = Annotated[bool, typer.Option("--pdf", help="Write a PDF for paper (A3) as well.")]

_MOST_SHOWN = 20


def proof(
    campaign: CampaignName,
    day: Day = None,
    locales: Locales = None,
    formats: Formats = None,
    out: Out = None,
    pdf: Pdf = False,
    as_json: AsJson = False,
) -> None:
    """Set the campaign's copy in every layout on grey plates, as one page to look at before anything is spent."""
    from adlocalizer.proofing import ProofOrder, make_proof, plan_proof
    from adlocalizer.store import Store

    order = take_order(campaign, parse_day(day))
    plan = plan_proof(find_project(Path(order.project)), ProofOrder(order, tuple(locales or ()), tuple(formats or ())))
    folder = Path(out).expanduser() if out else Path(order.reports_folder) / plan.brief.campaign.id / "proof"
    if folder.is_file():
        raise ConfigError("--out", f"{out} is a file", "name a folder")
    with counted("setting", "cells", quiet=as_json) as told:
        made = asyncio.run(make_proof(plan, order.report_templates, printed=pdf, told=told))
    files = {"page": ("proof.html", made.html.encode()), "pdf": ("proof.pdf", made.pdf)}
    store = Store(str(folder.absolute()))
    written = {}
    for kind, (name, content) in files.items():
        if content is not None:
            store.write(name, content)
            written[kind] = str(folder / name)
    summary = _summary(made.page)
    if as_json:
        print_json(summary | written)
    else:
        _show(summary, written)
    raise typer.Exit(EXIT_DEGRADED if summary["faults"] else EXIT_ALL_DELIVERED)


def _summary(page: ProofPage) -> dict[str, Any]:
    """A proof for machines: what was set, and every cell that asks for a look."""
    cells = [(row, cell) for section in page.sections for row in section.rows for cell in row.cells if cell is not None]
    return {
        "campaign": page.campaign,
        "locales": len({row.locale for row in page.rows}),
        "layouts": [column.model_dump(include={"layout", "format_id", "width", "height"}) for column in page.columns],
        "cells": len(cells),
        "faults": page.count("fault"),
        "remarks": page.count("remark"),
        "findings": [
            {
                "locale": row.locale,
                "remark": row.remark,
                "format_id": cell.column.format_id,
                "layout": cell.column.layout,
                "weight": cell.weight,
                "said": [*(one.text for one in cell.findings), *cell.left_out],
            }
            for row, cell in cells
            if cell.weight != "whole"
        ],
    }


def _show(summary: dict[str, Any], written: dict[str, str]) -> None:
    faults = [one for one in summary["findings"] if one["weight"] == "fault"]
    for one in faults[:_MOST_SHOWN]:
        print_line(f"{one['locale']}, {one['layout']} ({one['format_id']}): {' '.join(one['said'])}")
    if len(faults) > _MOST_SHOWN:
        print_line(f"and {len(faults) - _MOST_SHOWN:,} more")
    held = f"{summary['faults']:,} do not hold" if faults else "all hold"
    print_line(
        f"{summary['cells']:,} cells: {summary['locales']:,} locales in {len(summary['layouts']):,} layouts; "
        f"{held}, {summary['remarks']:,} leave something out"
    )
    for kind, path in written.items():
        print_line(f"{kind}: {path}")
