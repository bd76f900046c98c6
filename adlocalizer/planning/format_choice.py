"""What a campaign's `formats:` stands for: ids, globs, platforms and packs, what it leaves out, and clean copies."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from adlocalizer.domain import AdFormat, Campaign, FormatPack, Id
from adlocalizer.domain.shape import CLEAN
from adlocalizer.errors import ConfigError
from adlocalizer.planning.selection import any_match, expand_braces

_NOT = "!"


def chosen_formats(
    campaign: Campaign, formats: Mapping[Id, AdFormat], packs: Mapping[Id, FormatPack]
) -> dict[Id, AdFormat]:
    """The campaign's formats by id, in the order it names them; ConfigError for an entry that matches nothing.

    A format whose placement keeps a clean copy is followed by it, unless it ships without words itself.
    What is left out is left out with its clean copy, wherever that stands. A glob is about ids: if it ends in `_clean`,
    about those of clean copies.
    """
    shelf = _Shelf(formats, packs, f"campaign {campaign.id} (formats)")
    named_out = set(shelf.named(entry for entry in campaign.formats if entry.startswith(_NOT)))
    left_out = {id for id, form in shelf.every.items() if not named_out.isdisjoint({id, form.stanza})}
    wanted = tuple(shelf.named(entry for entry in campaign.formats if not entry.startswith(_NOT)))
    chosen: dict[Id, AdFormat] = {}
    for id in (one for one in wanted if one not in left_out):
        chosen[id] = shelf.every[id]
        twin = f"{id}{CLEAN}"
        if twin in shelf.every and twin not in left_out and not chosen[id].is_clean(campaign.words_where):
            chosen[twin] = shelf.every[twin]
    if not wanted:
        remedy = 'name the formats to take them from: "*" for all there are'
        raise ConfigError(shelf.where, "every entry leaves something out, none names a format", remedy)
    if not chosen:
        raise ConfigError(shelf.where, "what is left out is all that is named", "name a format that is not left out")
    return chosen


def pack_members(pack: FormatPack, formats: Mapping[Id, AdFormat]) -> tuple[Id, ...]:
    """Ids of the formats of a pack, in the order it names them."""
    return tuple(dict.fromkeys(id for entry in pack.formats for id in _matched(entry, formats)))


def _matched(pattern: str, formats: Mapping[Id, AdFormat]) -> Iterator[Id]:
    """Ids of a platform's formats, or of those a glob without braces matches."""
    return (id for id, form in formats.items() if form.platform == pattern or any_match(id, (pattern,)))


class _Shelf:
    """Everything an entry may name."""

    def __init__(self, formats: Mapping[Id, AdFormat], packs: Mapping[Id, FormatPack], where: str) -> None:
        self.where, self._formats, self._packs = where, formats, packs
        self._twins = {one.id: one for one in (form.clean_copy() for form in formats.values() if form.keep_clean)}
        self.every = {**formats, **self._twins}
        self._platforms = dict.fromkeys(form.platform for form in formats.values())

    def named(self, entries: Iterable[str]) -> Iterator[Id]:
        """Ids that entries stand for, entry by entry."""
        for entry in entries:
            patterns = expand_braces(entry.removeprefix(_NOT), self.where)
            for pattern in patterns:
                ids = tuple(self._of(pattern))
                if not ids:
                    said = repr(entry) if len(patterns) == 1 else f"{pattern!r} of {entry!r}"
                    found = f"{said} is no format, glob, platform or pack"
                    raise ConfigError(self.where, found, self._remedy(pattern))
                yield from ids

    def _of(self, pattern: str) -> Iterable[Id]:
        if (pack := self._packs.get(pattern)) is not None:
            return pack_members(pack, self._formats)
        return _matched(pattern, self._twins if pattern.endswith(CLEAN) else self._formats)

    def _remedy(self, pattern: str) -> str:
        known = (*self.every, *self._packs, *self._platforms)
        near = difflib.get_close_matches(pattern.strip("*").casefold(), known, n=1, cutoff=0.5)
        listed = "`adlocalizer formats` lists formats and platforms, `adlocalizer formats --packs` packs"
        return f"write {near[0]!r}? {listed}" if near else listed
