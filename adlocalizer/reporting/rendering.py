"""From a run's report to its pages: HTML that asks for nothing, trusts no text and is the same every time."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined

from adlocalizer.domain import Severity, Status
from adlocalizer.errors import ConfigError
from adlocalizer.reporting import attention, gallery, tallying, wording
from adlocalizer.reporting.about import abouts
from adlocalizer.reporting.matrix import matrix
from adlocalizer.reporting.notes import page_notes
from adlocalizer.reporting.overview import matrix_pages, overview
from adlocalizer.reporting.run_report import Card, MasterNote, RunReport
from adlocalizer.reporting.stories import stories

_STYLE = re.compile(r"<style[^>]*>(.*?)</style", re.DOTALL | re.IGNORECASE)

Templates = Path | BaseLoader
"""The folder `templates/reports`, or a loader that finds the same names."""


def render_report(report: RunReport, templates: Templates) -> dict[str, str]:
    """File name → HTML: `index.html`, and for each region `<region>.html`, `<region>-2.html`, … by 1,000 cards."""
    pages = gallery.paginate(report)
    environment = _environment(templates)
    rendered = {"index.html": _index(environment, report, pages)}
    for name, page in matrix_pages(pages).items():
        context = {"report": report, "page": page, "matrix": matrix([page])}
        rendered[name] = _render(environment, "matrix.html.j2", context)
    for page in pages:
        own = [other for other in pages if other.region == page.region]
        context = _region_context(report, page.region, page.cards)
        links = {
            "pages": [(other.number, other.name, other is page) for other in own],
            "regions": [(other.region, other.name) for other in pages if other.number == 1],
            "bundle": report.bundles.get(page.region),
        }
        rendered[page.name] = _render(environment, "region.html.j2", context | links)
    return rendered


def render_single(report: RunReport, region: str, thumbs: Mapping[str, bytes], templates: Templates) -> str:
    """A region as one self-contained page; `thumbs` are WebPs by rendition id, shown in place of each card's `thumb`.

    Beside them stand the other small pictures, by href.
    A `full` stays only where a bundle has the file: delivered, and not above the page's own folder.
    """
    cards = tuple(_packed(card) for card in gallery.cards_of(report, region))
    if not cards:
        known = ", ".join(report.regions) or "none"
        raise ConfigError(f"report of {report.campaign}", f"no card of region {region!r}", f"name one of: {known}")
    context = _region_context(report, region, cards, {name: _embedded(picture) for name, picture in thumbs.items()})
    nowhere: dict[str, Any] = {"pages": [], "regions": [], "bundle": None}
    return _render(_environment(templates), "region.html.j2", context | nowhere)


def _index(environment: Environment, report: RunReport, pages: Sequence[gallery.GalleryPage]) -> str:
    sections = [name for name in environment.list_templates() if name.startswith("sections/")]
    counts = tallying.tally(report.cards)
    context = overview(report, pages, counts) | {
        "report": report,
        "sections": sorted(sections),
        "counts": counts,
        "cities": len({card.city_id for card in report.cards}),
        "creatives": len({card.creative for card in report.cards}),
        "regions": [_region_row(report, page) for page in pages if page.number == 1],
        "coverage": tallying.coverage(pages),
        "checks": tallying.checks_that_spoke(report.cards),
        "troubles": attention.troubles(pages),
        "gates": attention.gates_by_severity(report.gates, pages),
    }
    return _render(environment, "index.html.j2", context)


def _region_row(report: RunReport, page: gallery.GalleryPage) -> dict[str, Any]:
    cards = gallery.cards_of(report, page.region)
    return {
        "name": page.region,
        "href": page.name,
        "bundle": report.bundles.get(page.region),
        "counts": tallying.tally(cards),
        "cities": len({card.city_id for card in cards}),
        "cost_micros": sum(card.cost_micros for card in cards),
        "strip": gallery.strip(cards),
    }


def _region_context(
    report: RunReport, region: str, cards: Sequence[Card], embedded: Mapping[str, str] | None = None
) -> dict[str, Any]:
    every = gallery.cards_of(report, region)
    boards = gallery.boards(cards)
    shown = [card for board in boards for card in board.cards]
    notes = (report.masters[key] for key in {card.master_key or "" for card in shown} if key in report.masters)
    hrefs = [href for card in shown for href in card.seen.values()]
    small = {href: quote(href) for href in (*hrefs, *(note.picture for note in notes if note.picture))}
    pictures = {card.rendition_id: quote(card.thumb) for card in shown if card.thumb} | small
    pictures = pictures if embedded is None else dict(embedded)
    formats = sorted({(card.platform, card.ratio, card.format_id, card.shown_on, *card.pixels) for card in every})
    return {
        "report": report,
        "region": region,
        "counts": tallying.tally(every),
        "cost_micros": sum(card.cost_micros for card in every),
        "boards": boards,
        "shown": len(shown),
        "cities": sorted({card.city_id: card.city for card in every}.items(), key=lambda city: (city[1], city[0])),
        "locales": sorted({card.locale for card in every}),
        "spoken_checks": gallery.spoken_checks(every),
        "files": gallery.file_marks(report.cards),
        "platforms": sorted({card.platform: card.platform_said for card in every}.items()),
        "formats": [form[2:] for form in formats],
        "statuses": [status.value for status in Status if any(card.status is status for card in every)],
        "notes": page_notes(shown, report.masters, pictures),
        "suggestion_hashes": _suggestion_hashes(report.masters, shown),
        "pictures": pictures,
        "abouts": abouts(report, shown, pictures),
    }


def _suggestion_hashes(masters: Mapping[str, MasterNote], cards: Iterable[Card]) -> list[str]:
    """The digests of the style sheets in search suggestions: their frame inherits the page's policy."""
    shown = (masters[key] for key in {card.master_key or "" for card in cards} if key in masters)
    pages = (wording.spelt_out(note.search.entry_point) for note in shown if note.search)
    return sorted({policy_digest(style) for page in pages for style in _STYLE.findall(page)})


@functools.lru_cache(maxsize=4)
def _environment(templates: Templates) -> Environment:
    loader = FileSystemLoader(templates) if isinstance(templates, Path) else templates
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}
    environment.filters |= {
        name: getattr(wording, name) for name in ("money", "figure", "weight", "words", "day", "country", "shortened")
    }
    environment.filters |= {"href": quote, "parts": tallying.segments, "percent": wording.percent}
    environment.filters |= {"outlines": wording.outlines, "cited": wording.cited}
    css = _joined(environment, "report.css", "css/")
    js = f'"use strict";\n(() => {{\n{_joined(environment, "js/")}}})();\n'
    environment.globals |= {"css": css, "js": js, "css_hash": policy_digest(css), "js_hash": policy_digest(js)}
    environment.globals |= {
        "ratio_words": wording.ratio_words,
        "tally": tallying.tally,
        "stories": stories,
        "spoken": lambda card: [one for one in card.findings if one.severity is not Severity.PASS],
    }
    return environment


def _joined(environment: Environment, *starts: str) -> str:
    """Our own files whose names start so, in the order of the starts and then of their names, as one text."""
    names = [name for start in starts for name in sorted(environment.list_templates()) if name.startswith(start)]
    return "\n".join(environment.loader.get_source(environment, name)[0] for name in names if environment.loader)


def _render(environment: Environment, template: str, context: Mapping[str, Any]) -> str:
    return wording.plain(environment.get_template(template).render(context))


def policy_digest(text: str) -> str:
    """The digest a Content-Security-Policy knows an inline text by."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _packed(card: Card) -> Card:
    is_inside = card.status is Status.DELIVERED and card.full is not None and ".." not in card.full.split("/")
    return card.model_copy(update={"thumb": None, "full": card.full if is_inside else None})


def _embedded(picture: bytes) -> str:
    return f"data:image/webp;base64,{base64.b64encode(picture).decode()}"
