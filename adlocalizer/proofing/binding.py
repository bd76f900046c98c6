"""Lines as they were set to the nouns of the page: sections by script, what each cell asks of its reader, its size."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from adlocalizer.grounding.locale import names_of
from adlocalizer.proofing.scope import Column, ProofPlan
from adlocalizer.proofing.setting import Cell, SetLine
from adlocalizer.reporting.proof_page import ProofBlock, ProofCell, ProofColumn, ProofPage, ProofRow, ProofSection
from adlocalizer.scripts import script_of

_MOST_WIDE, _MOST_HIGH, _AREA = 420, 300, 46_000
"""Pixels a cell has on the page: at most so wide and so high, and about so many in all."""
_LEFT_OUT = "left out"
_HAN = {"Hans": "Simplified Chinese", "Hant": "Traditional Chinese"}
"""CLDR calls these scripts Simplified and Traditional alone."""


def bind(
    plan: ProofPlan, strained: Sequence[SetLine], lines: Sequence[SetLine], plates: Mapping[str, bytes]
) -> ProofPage:
    """The page of a proof: the strained words first, then every script by its name; plates by their names."""
    brief = plan.brief
    columns = tuple(_column(plan, column) for column in plan.columns)
    counts = itertools.count(1), itertools.count(1)
    groups = [("strain", "Under strain", list(strained))] if strained else []
    names = names_of("scripts") | _HAN
    for script in sorted({_script(one) for one in lines}, key=lambda code: names.get(code, code)):
        groups.append((script, names.get(script, script), [one for one in lines if _script(one) == script]))
    sections = tuple(
        ProofSection(id=name, title=title, rows=tuple(_row(one, columns, counts) for one in own))
        for name, title, own in groups
    )
    return ProofPage(
        campaign=brief.campaign.id,
        title=brief.campaign.title,
        brand=brief.brand.name,
        logical_date=brief.run.logical_date,
        columns=columns,
        sections=sections,
        plates=dict(plates),
        weights=dict(brief.fonts.weights),
    )


def _column(plan: ProofPlan, column: Column) -> ProofColumn:
    form = plan.brief.formats[column.format_id]
    scale = min(_MOST_WIDE / form.width, _MOST_HIGH / form.height, (_AREA / (form.width * form.height)) ** 0.5, 1.0)
    return ProofColumn(
        format_id=form.id,
        layout=column.layout,
        placement=form.placement,
        width=form.width,
        height=form.height,
        shown_width=round(form.width * scale),
        shown_height=round(form.height * scale),
    )


def _row(one: SetLine, columns: Sequence[ProofColumn], counts: tuple[Iterator[int], Iterator[int]]) -> ProofRow:
    copy_row, name = one.line.grounded.copy_row, one.line.name
    by_format = {cell.column.format_id: cell for cell in one.cells}
    language, territory = name.split("-")[0], name.split("-")[-1]
    return ProofRow(
        number=next(counts[0]),
        locale=name,
        language=names_of("languages").get(language, language),
        country=names_of("territories").get(territory, ""),
        script=_script(one),
        direction="rtl" if one.direction == "rtl" else "ltr",
        headline=copy_row.headline,
        words_of="" if copy_row.locale == name else copy_row.locale,
        remark=one.line.remark,
        cells=tuple(
            _cell(by_format[column.format_id], column, next(counts[1])) if column.format_id in by_format else None
            for column in columns
        ),
        faces=one.faces,
        missing=one.missing,
    )


def _cell(cell: Cell, column: ProofColumn, number: int) -> ProofCell:
    return ProofCell(
        number=number,
        column=column,
        plate="" if cell.is_whole else cell.plate,
        picture=cell.picture,
        printed=cell.printed,
        findings=cell.findings,
        left_out=tuple(note for note in cell.notes if _LEFT_OUT in note),
        blocks=tuple(
            ProofBlock(role=one.role, letter_px=one.letter_height_px, contrast=one.contrast, fits=one.fits)
            for one in cell.blocks
        ),
    )


def _script(one: SetLine) -> str:
    return script_of(one.line.name)
