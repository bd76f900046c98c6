"""`adlocalizer transcreate`: a campaign's copy, rewritten for other locales by a text model, as a table to review."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from adlocalizer.cli.options import AsJson, CampaignName, MaxCost, StoreUrl, Yes, parse_day
from adlocalizer.cli.showing import print_json, print_line, print_table
from adlocalizer.cli.stopping import stoppable, stopped
from adlocalizer.config import Project
from adlocalizer.domain import Micros, money
from adlocalizer.errors import EXIT_ALL_DELIVERED, EXIT_DEGRADED, ConfigError
from adlocalizer.order import open_project, take_order
from adlocalizer.transcreating import (
    Commission,
    Wanted,
    Written,
    check_out,
    check_served,
    is_kept,
    most_micros,
    read_commission,
    rewrite,
    write_table,
)

Source = Annotated[str, typer.Option("--from", metavar="LOCALE", help="Whose copy is rewritten.")]
Targets = Annotated[list[str], typer.Option("--to", metavar="LOCALES", help="For whom: de-DE,ja-JP; repeatable.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="The new copy table, a .csv.")]
Provider = Annotated[str | None, typer.Option("--provider", metavar="P", help="Who writes; default: the campaign's.")]
Model = Annotated[str | None, typer.Option("--model", metavar="M", help="Id under text_models in configs/models.yml.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the file named by --out.")]


def transcreate(
    campaign: CampaignName,
    source: Source,
    to: Targets,
    out: Out,
    provider: Provider = None,
    model: Model = None,
    max_cost: MaxCost = None,
    store: StoreUrl = None,
    force: Force = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Rewrite a campaign's copy for other locales with a text model: a new table, every row of it to be reviewed."""
    project, order = open_project(), take_order(campaign, parse_day(None), store, max_cost=max_cost)
    work = read_commission(project, Wanted(campaign, source, tuple(to), provider, model))
    check_served(work.model, parse_day(None))
    check_out(out, force, project.root / work.about.campaign.copy_table)
    cap = _agreed(work, order.store_url, max_cost, yes)
    written = asyncio.run(_rewritten(work, project, order.store_url, cap))
    if written.rows:
        write_table(written.rows, out)
    if as_json:
        print_json(_fields(written, out))
    else:
        _show(written, out)
    return EXIT_DEGRADED if written.left_out else EXIT_ALL_DELIVERED


async def _rewritten(work: Commission, project: Project, store_url: str, cap: Micros) -> Written:
    with stoppable():
        try:
            return await rewrite(work, project, store_url, cap)
        finally:
            await stopped()


def _agreed(work: Commission, store_url: str, max_cost: float | None, yes: bool) -> Micros:
    """Most that may be spent, once somebody agreed: by a cap, or in a terminal, where --yes says it at once."""
    if max_cost is not None:
        return round(max_cost * 1_000_000)
    if is_kept(work, store_url):
        return 0
    most = most_micros(work)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        found = f"{work.model.id} may cost up to {money(most)} and no cap was named"
        raise ConfigError("--max-cost", found, "name one (--max-cost USD); a campaign's `budget:` does not hold here")
    if not yes:
        typer.confirm(f"Ask {work.model.title} for {len(work.locales)} locales, for up to {money(most)}?", abort=True)
    return most


def _show(written: Written, out: Path) -> None:
    for row in written.rows:
        print_line(
            f"{row.locale}  {row.headline}  |  {row.call_to_action}" + (f"  |  {row.legal}" if row.legal else "")
        )
        print_line(f"       means: {row.back_translation}")
        print_line(f"       why:   {row.rationale}")
    print_line()
    faults = [one for one in written.findings if one.check != "copy_review"]
    if faults:
        print_table("To mend", ("locale", "found", "remedy"), ((one.subject, one.text, one.remedy) for one in faults))
        print_line()
    for locale, reason in written.left_out.items():
        print_line(f"{locale} is left out: {reason}")
    asked = f"{written.calls:,} provider calls" + ("" if written.calls else ": every answer was on file")
    print_line(f"{len(written.rows):,} rows, each to be reviewed; {asked}; spent {money(written.spent_micros)}")
    if written.rows:
        print_line(f"table: {out}; prices are left empty, a market has its own")


def _fields(written: Written, out: Path) -> dict[str, object]:
    return {
        "out": str(out) if written.rows else None,
        "rows": [row.model_dump(mode="json") for row in written.rows],
        "findings": [one.model_dump(mode="json") for one in written.findings],
        "left_out": written.left_out,
        "calls": written.calls,
        "spent_micros": written.spent_micros,
    }
