"""What a proof shows: formats that stand for the layouts, whose words are set, and words made up to strain them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from adlocalizer.config import Project
from adlocalizer.domain import AdFormat, Copy, Creative, GroundedCreative, Id
from adlocalizer.domain.campaign import OnBadRow
from adlocalizer.errors import ConfigError
from adlocalizer.grounding.locale import cldr_origin, direction_of
from adlocalizer.loading import load
from adlocalizer.order import Order
from adlocalizer.planning import Brief, Materials, chosen, fit_format, make_plan
from adlocalizer.planning.format_choice import chosen_formats
from adlocalizer.wording import length_of
from adlocalizer.wording.pseudo import pseudo

_SOURCE = "en"  # whose copy is stretched: the language the table's rationales are written in
_STRETCHED = ("headline", "call_to_action", "subline", "legal")


class ProofOrder(NamedTuple):
    """A campaign on a day, and what of it is proofed."""

    order: Order
    locales: tuple[str, ...] = ()
    """Globs over the locales of the copy table; none: all."""
    formats: tuple[str, ...] = ()
    """Globs over ad format ids; none: one for each layout."""


class Line(NamedTuple):
    """One row of a proof: a creative whose words are set, and what is special about them."""

    grounded: GroundedCreative
    name: str
    """Whose locale it is: borrowed words keep their own."""
    remark: str = ""


class Column(NamedTuple):
    """One column of a proof: a format that stands for its layout."""

    format_id: Id
    layout: Id


class ProofPlan(NamedTuple):
    """Everything that decides a proof."""

    brief: Brief
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    strained: tuple[Line, ...]
    """The longest words, and words made longer."""
    pictures: Mapping[str, bytes]
    """Bytes of logos and product shots by their path in the store."""


def plan_proof(project: Project, wanted: ProofOrder) -> ProofPlan:
    """What a proof will show; ConfigError or GateFailed for what a run would refuse as well. Nothing is written."""
    loaded = load(project, wanted.order)
    materials = loaded.materials
    columns = _named(materials, wanted.formats) if wanted.formats else _one_each(materials)
    plan = make_plan(_for_proof(materials, columns), wanted.order.run_of(materials.campaign.id))
    words = materials.words
    names = chosen(list(words), wanted.locales, "--locales") if wanted.locales else tuple(words)
    known = {one.creative.locale: one for shard in reversed(plan.shards) for one in reversed(shard.creatives)}
    lines = [Line(_grounded(plan.brief, known, words[name], name), name) for name in sorted(names)]
    return ProofPlan(
        brief=plan.brief,
        columns=columns,
        lines=tuple(lines),
        strained=tuple(_strained(lines, materials.brand.name)),
        pictures=loaded.pictures,
    )


def _named(materials: Materials, globs: Sequence[str]) -> tuple[Column, ...]:
    """The formats somebody asked for, as a campaign would name them."""
    campaign = materials.campaign.model_copy(update={"formats": tuple(globs)})
    try:
        formats = chosen_formats(campaign, materials.formats, materials.packs)
    except ConfigError as error:
        raise ConfigError("--formats", error.found, error.remedy) from error
    return tuple(_column(materials, form) for form in formats.values() if not form.clean)


def _one_each(materials: Materials) -> tuple[Column, ...]:
    """For each layout the format whose pixels most placements share: of the campaign's own, else of all there are.

    A format that takes no words shows nothing of a layout; of equals the largest stands for it.
    """
    campaign = materials.campaign
    own = chosen_formats(campaign, materials.formats, materials.packs)
    shared = Counter((form.width, form.height) for form in materials.formats.values())
    shown: dict[Id, list[AdFormat]] = {one.id: [] for one in (*materials.layouts.classes, *materials.layouts.panels)}
    for form in materials.formats.values():
        if not form.is_clean(campaign.words_where):
            shown[_column(materials, form).layout].append(form)
    some = {layout: [form for form in forms if form.id in own] or forms for layout, forms in shown.items() if forms}

    def use(form: AdFormat) -> tuple[int, int]:
        return shared[form.width, form.height], form.width * form.height

    return tuple(Column(max(forms, key=use).id, layout) for layout, forms in some.items())


def _column(materials: Materials, form: AdFormat) -> Column:
    fit, book = fit_format(form, materials.model, materials.campaign.max_enlarge), materials.layouts
    layout_for = book.panel_layout_for if fit.composed else book.layout_for
    return Column(form.id, layout_for(form.width, form.height).id)


def _for_proof(materials: Materials, columns: Iterable[Column]) -> Materials:
    """Every locale a city has, in the proof's formats, under the market's rules; the weather does not matter here."""
    changes = {
        "locales": "all",
        "formats": tuple(column.format_id for column in columns),
        "on_bad_row": OnBadRow.QUARANTINE,
        "weather": "typical",
        "variants": 1,
        "model_by_format": {},
    }
    return materials._replace(campaign=materials.campaign.model_copy(update=changes), revisions=())


def _grounded(brief: Brief, known: Mapping[str, GroundedCreative], row: Copy, locale: str) -> GroundedCreative:
    """The creative of a city that speaks a locale, with what its market asks for; without such a city, the words."""
    if locale in known:
        return known[locale]
    where = {"region": "", "market": "", "city_id": "proof", "city": locale}
    creative = Creative(
        campaign=brief.campaign.id, product=brief.campaign.products[0], locale=locale, variant=1, **where
    )
    direction = direction_of(locale)
    said = cldr_origin().fact("direction", direction, direction)
    return GroundedCreative(creative=creative, facts=(said,), copy_row=row)


def _strained(lines: Sequence[Line], brand: str) -> Iterator[Line]:
    """The longest headline as it is, and words made a third longer: of the source, and of one read the other way."""
    if not lines:
        return
    longest = max(lines, key=_length)
    yield longest._replace(remark=f"longest headline, {_length(longest)} characters")
    source = next((line for line in lines if line.name.split("-")[0] == _SOURCE), longest)
    turned = [line for line in lines if direction_of(line.name) == "rtl"]
    chosen_lines = (source, *([max(turned, key=_length)] if turned else ()))
    for line in {line.name: line for line in chosen_lines}.values():
        row = line.grounded.copy_row
        words = {name: pseudo(text, (brand,)) for name in _STRETCHED if (text := getattr(row, name))}
        stretched = line.grounded.model_copy(update={"copy_row": row.model_copy(update=words)})
        yield Line(stretched, line.name, "pseudo-locale: a third longer, accented, in brackets")


def _length(line: Line) -> int:
    return length_of(line.grounded.copy_row.headline)
