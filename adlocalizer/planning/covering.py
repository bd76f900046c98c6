"""Whether the faces can draw every character that will be set: known before a picture is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from adlocalizer.domain import Finding, GroundedCreative, Id, Outcome, Severity
from adlocalizer.imaging.faces import missing_characters
from adlocalizer.imaging.saying import words_of
from adlocalizer.planning.brief import Brief
from adlocalizer.planning.doubting import rejected
from adlocalizer.planning.plan import formats_of

_CHECK = "copy_glyphs"
_REMEDY = "write them without these characters, or add a face that has them to configs/fonts.yml"


class Covered(NamedTuple):
    """Creatives whose words can be drawn."""

    creatives: tuple[GroundedCreative, ...]
    blocked: tuple[Outcome, ...]
    """A rejected outcome for every rendition with a character nobody can draw: it costs nothing."""


def covered(brief: Brief, creatives: Iterable[GroundedCreative]) -> Covered:
    """The creatives that the brief's faces can draw whole: words, prices with their signs and digits, and every label.

    Equal texts are looked up once.
    """
    kept: list[GroundedCreative] = []
    blocked: list[Outcome] = []
    known: dict[tuple[str, str], str] = {}
    for grounded in creatives:
        fails = list(_findings(brief, grounded, known))
        if fails:
            blocked += rejected(brief, grounded, fails)
        else:
            kept.append(grounded)
    return Covered(tuple(kept), tuple(blocked))


def _findings(brief: Brief, grounded: GroundedCreative, known: dict[tuple[str, str], str]) -> Iterator[Finding]:
    locale = grounded.copy_row.locale
    row = f"{brief.campaign.copy_table} ({locale})"
    for name, text in _texts(brief, grounded).items():
        if (locale, text) not in known:
            known[locale, text] = missing_characters(text, locale, brief.fonts)
        if missing := known[locale, text]:
            codes = ", ".join(f"U+{ord(letter):04X}" for letter in missing)
            found = f"{row}, {name}: no face has {codes} ({missing});"
            yield Finding(
                check=_CHECK, subject=row, severity=Severity.FAIL, text=found, value=len(missing), remedy=_REMEDY
            )


def _texts(brief: Brief, grounded: GroundedCreative) -> Mapping[str, str]:
    """What will be drawn, by where it comes from; of a creative without copy only what every picture must say."""
    forms, clean = brief.formats, brief.campaign.words_where
    models: dict[Id, None] = dict.fromkeys(fit.model for fit in brief.fits)
    said = {f"disclosure of {name}": brief.models[name].disclosure for name in models}
    said |= {f"label {number}": label for number, label in enumerate(grounded.labels, 1)}
    if not all(forms[name].is_clean(clean) for name in formats_of(brief, grounded)):
        words = words_of(grounded.copy_row, grounded.overlays, brief.campaign.digits)
        said["brand name"] = brief.brand.name
        said.update(words.items())
    return {name: text for name, text in said.items() if text}
