"""What the campaign page's sections show beyond cards and gates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adlocalizer.domain import Counts
from adlocalizer.reporting import grounds, judged, mapping, sentences, spending, spread
from adlocalizer.reporting.gallery import GalleryPage, fragment
from adlocalizer.reporting.matrix import fits_one_page, matrix
from adlocalizer.reporting.run_report import RunReport


def overview(report: RunReport, pages: Sequence[GalleryPage], counts: Counts) -> dict[str, Any]:
    """By the name templates use; where cards open is `hrefs`, by their id."""
    hrefs = {card.rendition_id: page.name + fragment(card=card.rendition_id) for page in pages for card in page.cards}
    facts = grounds.fact_rows(report)
    return {
        "hrefs": hrefs,
        "sentence": sentences.status_sentence(counts, map(sentences.End.of_card, report.cards)),
        "spots": mapping.spots(pages, report.places),
        "matrix": matrix(pages) if fits_one_page(pages) else None,
        "matrices": ()
        if fits_one_page(pages)
        else tuple((page.region, page.number, _matrix_name(page)) for page in pages),
        "spending": spending.spending(report),
        "rates": judged.check_rates(report.cards, hrefs),
        "attempts": spread.attempts_spread(report),
        "waits": spread.waits_spread(report),
        "fact_rows": facts,
        "fact_names": {name for row in facts for name in row.facts},
        "source_rows": grounds.source_rows(facts),
        "found_rows": grounds.found_rows(report),
        "rule_rows": grounds.rule_rows(report, hrefs),
    }


def matrix_pages(pages: Sequence[GalleryPage]) -> dict[str, GalleryPage]:
    """The pages that show a gallery page's matrix, by file name; none where one matrix on the first page has all."""
    return {} if fits_one_page(pages) else {_matrix_name(page): page for page in pages}


def _matrix_name(page: GalleryPage) -> str:
    return f"{page.name.removesuffix('.html')}.matrix.html"
