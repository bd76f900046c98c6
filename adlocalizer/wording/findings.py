"""Everything that is wrong with a copy row, as findings: what a person must see before its ads ship."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from adlocalizer.domain import AdFormat, Brand, Copy, CopyBook, Finding, Id, Severity
from adlocalizer.wording.discounts import ROUNDING, discount_percent, promises
from adlocalizer.wording.lengths import excesses
from adlocalizer.wording.terms import banned_in, lost_in, slips_in

SPOKEN = ("headline", "subline", "call_to_action", "legal")
"""The columns that an ad shows as words."""
_LENGTH = "copy_length"


def copy_findings(row: Copy, brand: Brand, formats: Collection[AdFormat], book: CopyBook) -> tuple[Finding, ...]:
    """Every fault of a row for a brand and the formats it is set in; none for a row that can ship.

    The subject is the row's locale, for a length `<locale>.<format id>`. `fail`: a banned word, a promise the numbers
    contradict; all else is `review`.
    """
    return (
        *_of_terms(row, brand),
        *_of_banned_words(row, brand),
        *_of_lengths(row, formats, book),
        *_of_promises(row, book),
        *_of_review(row),
    )


def concerning(findings: Iterable[Finding], format_id: Id) -> tuple[Finding, ...]:
    """The findings that concern a rendition in a format: all but those about the lengths of other formats."""
    return tuple(one for one in findings if one.check != _LENGTH or one.subject.endswith(f".{format_id}"))


def _of_terms(row: Copy, brand: Brand) -> Iterator[Finding]:
    spoken = {column: text for column in SPOKEN if (text := getattr(row, column))}
    for column, text in spoken.items():
        for slip in slips_in(text, brand.glossary, row.locale):
            found = f"{column} says {slip.written!r}, the glossary {slip.wanted!r}"
            yield _finding("copy_glossary", row, found, f"write {slip.wanted!r}, or change the brand's glossary")
    for slip in lost_in(tuple(spoken.values()), row.back_translation or "", brand.glossary, row.locale):
        found = f"the back-translation has the term {slip.term!r}, the copy not {slip.wanted!r}"
        yield _finding("copy_glossary", row, found, f"write {slip.wanted!r} untranslated, or mend the back-translation")


def _of_banned_words(row: Copy, brand: Brand) -> Iterator[Finding]:
    for column in SPOKEN:
        for word, written in banned_in(getattr(row, column) or "", brand.banned_words, row.locale).items():
            found = f"{column} says {written!r}, and {brand.name} bans {word!r}"
            fault = _finding("copy_banned_word", row, found, "write it without this word")
            yield fault.model_copy(update={"severity": Severity.FAIL, "value": written})


def _of_lengths(row: Copy, formats: Collection[AdFormat], book: CopyBook) -> Iterator[Finding]:
    for column in SPOKEN:
        for over in excesses(getattr(row, column) or "", column, formats, book.limits):
            verb = "takes" if over.limit.reach == "taken" else "shows"
            found = f"{column} has {over.length} characters, {over.format_id} {verb} {over.most}"
            fault = _finding(_LENGTH, row, found, f"shorten it to {over.most} ({over.limit.source})")
            more = {"subject": f"{row.locale}.{over.format_id}", "value": over.length, "threshold": over.most}
            yield fault.model_copy(update=more)


def _of_promises(row: Copy, book: CopyBook) -> Iterator[Finding]:
    claims = promises(row, book.discount_words)
    if not claims:
        return
    claim = " and ".join(f"{one:g}" for one in claims)
    before = row.old_price if row.old_price is not None else row.lowest_30d
    if row.price is None or not before:
        found = f"the copy promises {claim} % off, and the row has no price and old_price to show it"
        yield _finding("copy_discount", row, found, "fill in price and old_price, or leave the promise out")
        return
    real = discount_percent(row.price, before)
    if all(abs(real - one) > ROUNDING for one in claims):
        prices = f"{row.price:.15g} instead of {before:.15g} {row.currency}"
        found = f"the copy promises {claim} % off, {prices} is {real:.1f} %"
        fault = _finding("copy_discount", row, found, f"write {real:.0f} %, or mend the prices")
        more = {"severity": Severity.FAIL, "value": claims[-1], "threshold": round(real, 1)}
        yield fault.model_copy(update=more)


def _of_review(row: Copy) -> Iterator[Finding]:
    if row.review:
        remedy = "have a native speaker read it, then empty the column `review`"
        yield _finding("copy_review", row, "a person must read these words before they ship", remedy)


def _finding(check: str, row: Copy, found: str, remedy: str) -> Finding:
    return Finding(
        check=check, subject=row.locale, severity=Severity.REVIEW, text=f"{row.locale}: {found};", remedy=remedy
    )
