"""Whether the faces can draw every character that will be set: known before a picture is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from adlocalizer.domain import Finding, GroundedCreative, Id, MarketRule, Outcome, Severity
from adlocalizer.imaging.faces import borrowed_characters, missing_characters
from adlocalizer.imaging.saying import letters_of_role, words_of
from adlocalizer.planning.brief import Brief
from adlocalizer.planning.doubting import rejected
from adlocalizer.planning.plan import formats_of

_CHECK = "copy_glyphs"
_REMEDY = "write them without these characters, or add a face that has them to configs/fonts.yml"
_MOST_LISTED = 30

Rules = Mapping[str, Sequence[MarketRule]]


class Covered(NamedTuple):
    """Creatives whose words can be drawn."""

    creatives: tuple[GroundedCreative, ...]
    blocked: tuple[Outcome, ...]
    """A rejected outcome for every rendition with a character nobody can draw: it costs nothing."""
    notes: tuple[str, ...] = ()
    """Which characters a brand's own faces borrow from the others, in a sentence."""


class _Said(NamedTuple):
    """A text that will be drawn, and where somebody can change it."""

    where: str
    name: str
    text: str


def covered(
    brief: Brief, creatives: Iterable[GroundedCreative], rules: Rules, ended: Collection[Id] = frozenset()
) -> Covered:
    """The creatives that the brief's faces can draw whole: words, prices with their signs and digits, and every label.

    `rules` are the rules of each market, to name the one that asks for a text; `ended` are ids of renditions that ended
    already. Equal texts are looked up once.
    """
    kept: list[GroundedCreative] = []
    blocked: list[Outcome] = []
    look = _Look(brief, rules, ended)
    for grounded in creatives:
        fails = list(look.findings(grounded))
        if fails:
            blocked += (one for one in rejected(brief, grounded, fails) if one.rendition.id not in ended)
        else:
            kept.append(grounded)
    return Covered(tuple(kept), tuple(blocked), tuple(look.notes()))


class _Look:
    """What is looked up."""

    def __init__(self, brief: Brief, rules: Rules, ended: Collection[Id]) -> None:
        self._brief, self._rules, self._ended = brief, rules, ended
        self._missing: dict[tuple[str, str], str] = {}

    def findings(self, grounded: GroundedCreative) -> Iterator[Finding]:
        """What cannot be drawn of a creative's texts."""
        locale = grounded.copy_row.locale
        for said in self._said(grounded):
            key = locale, said.text
            if key not in self._missing:
                self._missing[key] = missing_characters(said.text, locale, self._brief.fonts)
            if missing := self._missing[key]:
                codes = ", ".join(f"U+{ord(letter):04X}" for letter in missing)
                yield Finding(
                    check=_CHECK,
                    subject=said.where,
                    severity=Severity.FAIL,
                    text=f"{said.where}, {said.name}: no face has {codes} ({missing});",
                    value=len(missing),
                    remedy=_REMEDY,
                )

    def notes(self) -> Iterator[str]:
        """What other faces lend to the brand's, of all texts that were looked up."""
        lent: dict[str, set[str]] = {}
        for locale, text in self._missing if any(face.path for face in self._brief.fonts.faces) else ():
            for letter in borrowed_characters(text, locale, self._brief.fonts):
                lent.setdefault(letter, set()).add(locale)
        if lent:
            letters = " ".join(sorted(lent)[:_MOST_LISTED])
            more = f" and {len(lent) - _MOST_LISTED} more" if len(lent) > _MOST_LISTED else ""
            locales = ", ".join(sorted(set[str]().union(*lent.values())))
            yield f"the brand's own faces lack {letters}{more} ({locales}): other faces lend them; look at the proof"

    def _said(self, grounded: GroundedCreative) -> Iterator[_Said]:
        """What will be drawn; of a creative without copy only what every picture must say."""
        brief, row = self._brief, grounded.copy_row
        for model in dict.fromkeys(fit.model for fit in brief.fits):
            if words := brief.models[model].disclosure:
                yield _Said(f"configs/models.yml ({model})", "disclosure", words)
        for label in grounded.labels:
            yield _Said(self._rule(grounded, label), "label", label)
        clean, own = brief.campaign.words_where, grounded.creative.id
        drawn = (name for name in formats_of(brief, grounded) if f"{own}.{name}" not in self._ended)
        if all(brief.formats[name].is_clean(clean) for name in drawn):
            return
        yield _Said(f"configs/brands/{brief.brand.id}.yml", "name", brief.brand.name)
        for role, text in words_of(row, digits=brief.campaign.digits).items():
            if text:
                letters = letters_of_role(role, text, row.locale, brief.layouts.in_capitals)
                yield _Said(f"{brief.campaign.copy_table} ({row.locale})", role, letters)
        for overlay in grounded.overlays:
            yield _Said(self._rule(grounded, overlay), "overlay", overlay)

    def _rule(self, grounded: GroundedCreative, words: str) -> str:
        """The market rule that asks for these words."""
        market, locale = grounded.creative.market, grounded.copy_row.locale
        asking = (rule.id for rule in self._rules.get(market, ()) if rule.words_for(locale) == words)
        return f"market rule {next(asking, market)}"
