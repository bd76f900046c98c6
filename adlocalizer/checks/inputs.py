"""What can be known of product shots before anything is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from adlocalizer.domain import Finding, Id, Severity
from adlocalizer.imaging.locating import why_unsure


def look_at_shots(shots: Mapping[Id, Sequence[bytes]]) -> Iterator[Finding]:
    """A finding per product whose first shot shows too little to know it by: every picture would wait for a person."""
    for product, pictures in shots.items():
        why = why_unsure(pictures[0])
        if why:
            yield Finding(
                check="product_shot",
                subject=f"product {product}",
                severity=Severity.REVIEW,
                text=f"product {product}: {why};",
                remedy="give a PNG with transparency that shows the product alone",
            )
