"""What is known to be wrong with a creative before it is drawn: what a person must see, and what may not be made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from adlocalizer.domain import Copy, Finding, GroundedCreative, Landmark, Outcome, Severity, Status
from adlocalizer.grounding import plain
from adlocalizer.grounding.cliches import cliche_findings
from adlocalizer.grounding.landmark import landmark_findings
from adlocalizer.grounding.season_words import season_findings
from adlocalizer.planning.brief import Brief, Materials
from adlocalizer.planning.plan import formats_of, unmade
from adlocalizer.prompting import wanted_facts
from adlocalizer.wording import copy_findings

_STREETS = ("street_texture", "architecture")
"""Facts whose words come from a table people write rows of."""


class Doubted(NamedTuple):
    """Creatives with what a person must see of each."""

    creatives: tuple[GroundedCreative, ...]
    """Without those that may not be made at all."""
    blocked: tuple[Outcome, ...]
    """A rejected outcome for every rendition whose words may not ship: it costs nothing."""

    def remarks(self, is_wanted: Callable[[GroundedCreative], bool]) -> tuple[Finding, ...]:
        """What concerns wanted creatives, each finding once: their pictures will wait for a person."""
        wanted = (grounded for grounded in self.creatives if grounded.findings and is_wanted(grounded))
        return tuple(dict.fromkeys(finding for grounded in wanted for finding in grounded.findings))


def doubted(materials: Materials, brief: Brief, creatives: Iterable[GroundedCreative]) -> Doubted:
    """The creatives, each with the findings on its words, its landmark and its scene; a fail ends it here."""
    kept: list[GroundedCreative] = []
    blocked: list[Outcome] = []
    look = _Look(materials, brief)
    for grounded in creatives:
        findings = tuple(look.findings(grounded))
        fails = [one for one in findings if one.severity is Severity.FAIL]
        if fails:
            blocked += rejected(brief, grounded, fails)
        else:
            kept.append(grounded.model_copy(update={"findings": findings}) if findings else grounded)
    return Doubted(tuple(kept), tuple(blocked))


class _Look:
    """What is looked at; equal words are looked at once."""

    def __init__(self, materials: Materials, brief: Brief) -> None:
        self._materials = materials
        self._cities = {city.city_id: city for city in materials.cities}
        self._shows_landmark = "landmark" in wanted_facts(materials.recipe)
        formats = tuple(brief.stanzas.values())
        self._of_picture = cache(lambda text, market: cliche_findings(text, market, materials.sources.cliches, market))
        self._of_words = cache(lambda row: copy_findings(row, brief.brand, formats, materials.copy_book))

    def findings(self, grounded: GroundedCreative) -> Iterator[Finding]:
        """Everything found on a creative."""
        sources, campaign, creative = self._materials.sources, self._materials.campaign, grounded.creative
        row: Copy = grounded.copy_row
        yield from self._of_words(row)
        city = self._cities[creative.city_id]
        yield from season_findings(row, city, campaign.flight, sources.season_words, sources.shopping_days)
        yield from self._cliches(grounded)
        if self._shows_landmark:
            yield from landmark_findings(self._landmark(grounded), creative.id)

    def _cliches(self, grounded: GroundedCreative) -> Iterator[Finding]:
        """Clichés of the scene and of what the streets table says of the city, where the recipe asks for it."""
        creative = grounded.creative
        told = {fact.name: fact.text for fact in grounded.facts if fact.name in _STREETS}
        for name, text in {"scene": self._materials.campaign.scene, **told}.items():
            for one in self._of_picture(text, creative.market):
                said = f"the {name.replace('_', ' ')} {one.text}"
                yield one.model_copy(update={"subject": creative.id, "text": said})

    def _landmark(self, grounded: GroundedCreative) -> Landmark | None:
        shown = next((fact.value for fact in grounded.facts if fact.name == "landmark"), None)
        known = self._materials.sources.landmarks.get(grounded.creative.city_id, ())
        return next((one for one in known if plain(one.landmark) == shown), None)


def rejected(brief: Brief, grounded: GroundedCreative, fails: list[Finding]) -> Iterator[Outcome]:
    """A rejected outcome for every format of a creative, with what is wrong and what to do; nothing is asked for it."""
    reason = " ".join(f"{one.text.rstrip('.;')}; {one.remedy}." for one in fails)
    for name in formats_of(brief, grounded):
        outcome = unmade(brief, grounded.creative, name, Status.REJECTED, reason)
        yield outcome.model_copy(update={"findings": tuple(fails)})
