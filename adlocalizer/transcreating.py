"""A campaign's copy in one locale to a table in others, written by a text model, for people to review."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from adlocalizer.cells import cell
from adlocalizer.config import Project, TableRow
from adlocalizer.config.places import locale_remedy
from adlocalizer.config.rows import COPY_COLUMNS, copy_table
from adlocalizer.config.wording import nearest_or_all
from adlocalizer.domain import Copy, Finding, Micros, TextAnswer, TextModel, TextRequest
from adlocalizer.errors import AdlocalizerError, ConfigError
from adlocalizer.making import close_with_all
from adlocalizer.making.purse import Caps, Purse
from adlocalizer.making.writing import Bench, Writer
from adlocalizer.planning import chosen_formats
from adlocalizer.providers import ProviderSettings, open_text_provider, writer_names
from adlocalizer.store import Store, TextLedger
from adlocalizer.wording import copy_findings
from adlocalizer.wording.briefing import TEMPLATE, Subject, brief_for, most_characters

COLUMNS = (*COPY_COLUMNS, "legal", "adapt_level", "rationale", "back_translation", "review")
_ATTEMPTS = 2
"""An answer that cannot be used is asked for once more, with the reason."""
_MOST_REASON = 300
"""Characters of a reason that are told to the model."""


class Commission(NamedTuple):
    """What is to be written: whose copy, for whom, by whom."""

    source: Copy
    locales: tuple[str, ...]
    about: Subject
    model: TextModel
    template: str


class Written(NamedTuple):
    """What came of it."""

    rows: tuple[Copy, ...]
    """In the order they were asked for."""
    findings: tuple[Finding, ...]
    left_out: dict[str, str]
    """Why a locale has no row, by locale."""
    calls: int
    spent_micros: Micros


class Wanted(NamedTuple):
    """What somebody asked for; provider and model may be left to the campaign and its provider."""

    campaign: str
    source: str
    targets: tuple[str, ...]
    """Locales, some to a text, commas between."""
    provider: str | None = None
    model: str | None = None


def read_commission(project: Project, wanted: Wanted) -> Commission:
    """What is to be written, read and checked; ConfigError names what cannot be accepted. Nothing is asked."""
    campaign, source = project.campaign(wanted.campaign), wanted.source
    rows = {row.locale: row for row in project.copy(campaign.copy_table).copy}
    if source not in rows:
        found = f"{campaign.copy_table} has no copy for {source!r}"
        raise ConfigError("--from", found, nearest_or_all(source, list(rows)))
    book = project.format_book()
    own = tuple(one for one in chosen_formats(campaign, book.formats, book.packs).values() if not one.clean)
    sold = project.product(campaign.products[0])
    about = Subject(campaign, project.brand(campaign.brand), sold, own, project.copy_book())
    model = _model(project, wanted.provider or campaign.provider, wanted.model)
    template = project.file(TEMPLATE, "the project").read_text(encoding="utf-8")
    return Commission(rows[source], _targets(source, wanted.targets), about, model, template)


def most_micros(work: Commission) -> Micros:
    """What every locale costs at worst, all its attempts, kept answers not taken off, in micros."""
    longest = "\U0001f34b" * _MOST_REASON  # no character has more bytes
    attempts = ((attempt, longest if attempt > 1 else "") for attempt in range(1, _ATTEMPTS + 1))
    asked = (_request(work, locale, *one) for one in attempts for locale in work.locales)
    return sum(work.model.most_cost_micros(request.prompt) for request in asked)


def is_kept(work: Commission, store_url: str) -> bool:
    """Whether every answer that decides a locale's row is on file: then nothing is spent."""
    ledger = TextLedger(Store(store_url))
    return all(_is_told(work, locale, ledger) for locale in work.locales)


async def rewrite(work: Commission, project: Project, store_url: str, cap_micros: Micros | None) -> Written:
    """Ask for every locale, keep every answer, and check each row as a table's rows are checked.

    What stops everything, such as a refused key, is raised when no row came of it; else it is why rows are left out.
    """
    models = {one.id: one for one in project.models().values() if one.provider == work.model.provider}
    settings = ProviderSettings(
        models=models,
        text_models={work.model.id: work.model},
        config=project.provider(work.model.provider),
        concurrency=work.about.campaign.concurrency,
        data_folder=str(project.root / "data"),
    )
    provider = open_text_provider(work.model.provider, settings)
    bench = Bench(provider, TextLedger(Store(store_url)), Purse(None, Caps(cap_micros)), settings.config, work.model)
    writer = Writer(bench, settings.concurrency)
    close_with_all(writer)
    try:
        ended = await asyncio.gather(*(_row(work, locale, writer) for locale in work.locales))
    finally:
        await writer.close()
    rows = tuple(one for one in ended if isinstance(one, Copy))
    if not rows and writer.stopped is not None:
        raise writer.stopped
    about = work.about
    findings = (one for row in rows for one in copy_findings(row, about.brand, about.formats, about.book))
    left_out = {locale: one for locale, one in zip(work.locales, ended, strict=True) if isinstance(one, str)}
    return Written(rows, tuple(findings), left_out, writer.calls, writer.spent_micros)


def check_out(out: Path, force: bool, campaign_table: Path) -> None:
    """ConfigError when a table may not be written there: it is no CSV, it is the campaign's own, or it is there."""
    if out.suffix.lower() != ".csv":
        raise ConfigError("--out", f"{out.name!r} is no CSV file", "write a name that ends in .csv")
    if out.exists() and campaign_table.exists() and out.samefile(campaign_table):
        raise ConfigError("--out", f"{out} is the campaign's own table", "write another name, and join the two by hand")
    if out.exists() and not force:
        raise ConfigError("--out", f"{out} is there already", "write another name, or --force to replace it")
    if not out.parent.is_dir():
        raise ConfigError("--out", f"there is no folder {out.parent}", "make it, or write another name")


def check_served(model: TextModel, today: date) -> None:
    """ConfigError when a model is past its date, or not yet there."""
    if model.shutdown is not None and model.shutdown <= today:
        remedy = f"write {model.successor}" if model.successor else "write another one of configs/models.yml"
        raise ConfigError("--model", f"{model.id} was shut down on {model.shutdown}", remedy)
    if model.available_from is not None and model.available_from > today:
        raise ConfigError("--model", f"{model.id} comes on {model.available_from}", "write another one")


def write_table(rows: Sequence[Copy], out: Path) -> None:
    """Put a copy table there, whole, that a campaign can name as it is."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows([getattr(row, column) or "" for column in COLUMNS] for row in rows)
    unfinished = out.with_name(f".{out.name}.part")
    try:
        unfinished.write_text(text.getvalue(), encoding="utf-8", newline="\n")
        unfinished.replace(out)
    except OSError as error:
        raise ConfigError("--out", f"{out} cannot be written ({error.strerror})", "write another name") from error


def _model(project: Project, provider: str, named: str | None) -> TextModel:
    models = project.text_models()
    if named and named not in models:
        raise ConfigError("--model", f"there is no text model {named!r}", f"write one of {', '.join(models)}")
    if named and models[named].provider != provider and provider in writer_names():
        own = ", ".join(one.id for one in models.values() if one.provider == provider)
        raise ConfigError("--model", f"{named} is not {provider}'s", f"write one of {own}")
    default = next((one for one in models.values() if one.default and one.provider == provider), None)
    found = models[named] if named else default
    if found is None or (provider not in writer_names() and not named):
        remedy = f"write --provider {' or '.join(writer_names())}, which needs a key and costs money"
        raise ConfigError("--provider", f"{provider} draws and does not write", remedy)
    return found


def _targets(source: str, targets: Sequence[str]) -> tuple[str, ...]:
    locales = tuple(dict.fromkeys(tag.strip() for text in targets for tag in text.split(",") if tag.strip()))
    if not locales:
        raise ConfigError("--to", "no locale is named", "write some, such as --to de-DE,ja-JP")
    for locale in locales:
        if remedy := locale_remedy(locale):
            raise ConfigError("--to", f"found the unknown locale {locale!r}", remedy)
        if locale == source:
            raise ConfigError("--to", f"{locale} is the locale it is written from", "leave it out")
    return locales


def _request(work: Commission, locale: str, attempt: int = 1, faults: str = "") -> TextRequest:
    model = work.model
    return TextRequest(
        provider=model.provider,
        model=model.id,
        locale=locale,
        prompt=brief_for(locale, work.source, work.about, work.template, faults),
        fields=most_characters(),
        most_output_tokens=model.most_output_tokens,
        thinking=model.thinking,
        attempt=attempt,
    )


def _turn(work: Commission, locale: str, answers: Sequence[TextAnswer]) -> TextRequest | Copy | str:
    """What follows a locale's answers so far: the next request, its row, or why there is none."""
    if not answers:
        return _request(work, locale)
    made = _as_copy(locale, answers[-1])
    if isinstance(made, Copy):
        return made
    if len(answers) < _ATTEMPTS and answers[-1].kind != "refusal":
        return _request(work, locale, len(answers) + 1, made[:_MOST_REASON])
    return f"{made}; write it by hand, or try another --model"


def _is_told(work: Commission, locale: str, ledger: TextLedger) -> bool:
    answers: list[TextAnswer] = []
    while isinstance(turn := _turn(work, locale, answers), TextRequest):
        if (answer := ledger.answer(turn.key)) is None:
            return False
        answers.append(answer)
    return True


async def _row(work: Commission, locale: str, writer: Writer) -> Copy | str:
    """A locale's row, or why there is none."""
    answers: list[TextAnswer] = []
    while isinstance(turn := _turn(work, locale, answers), TextRequest):
        try:
            answers.append(await writer.answer(turn))
        except AdlocalizerError as error:
            return str(error)
    return turn


def _as_copy(locale: str, answer: TextAnswer) -> Copy | str:
    """The row an answer is, held to all that a table's row is held to, or what is wrong with it."""
    if answer.kind != "words":
        return answer.reason
    if run := next((name for name, text in answer.words.items() if cell(text) != text), ""):
        return f"{run} begins like a spreadsheet's formula"
    values = {"locale": locale, **answer.words, "adapt_level": "transcreation", "review": "needed"}
    table = copy_table((TableRow(2, values),), "answer")
    if table.faults:
        return "; ".join(f"{fault.column}: {fault.found}" for fault in table.faults)
    return table.copy[0]
