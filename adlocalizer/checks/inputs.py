"""What can be known of words and product shots before anything is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from adlocalizer.domain import Copy, Finding, Id, Severity
from adlocalizer.imaging.faces import FontBook, missing_characters
from adlocalizer.imaging.locating import why_unsure

_SPOKEN = ("headline", "call_to_action", "legal")


def look_at_copy(rows: Iterable[Copy], fonts: FontBook, table: str) -> Iterator[Finding]:
    """A finding per locale whose words hold characters no face has: every picture of it would be rejected."""
    for row in rows:
        missing = "".join(missing_characters(getattr(row, name) or "", row.locale, fonts) for name in _SPOKEN)
        if missing:
            codes = ", ".join(f"U+{ord(letter):04X}" for letter in sorted(set(missing)))
            yield Finding(
                check="copy_glyphs",
                subject=f"{table} ({row.locale})",
                severity=Severity.FAIL,
                text=f"{table} ({row.locale}): no face has the characters {codes};",
                value=len(set(missing)),
                remedy="write the words without them",
            )


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
