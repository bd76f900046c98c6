"""Who judges a campaign's pictures, and what is asked: `judge:` of a campaign and `configs/judge.yml` together."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from adlocalizer.config.documents import read_yaml
from adlocalizer.domain import Campaign, Judge, QuestionBook, TextModel
from adlocalizer.errors import ConfigError
from adlocalizer.gemini.access import resolved

if TYPE_CHECKING:
    from adlocalizer.config.project import Project

BOOK = "configs/judge.yml"


def judge_for(project: Project, campaign: Campaign) -> Judge | None:
    """The judge a campaign names; None where it names none. ConfigError when its provider cannot judge."""
    if campaign.judge is None:
        return None
    book = read_yaml(project.root / BOOK, QuestionBook, project.root)
    _check_tags(project, book)
    return Judge(
        provider=campaign.judge,
        model=_model(project, campaign, book),
        reach=resolved(project.provider(campaign.judge), os.environ),
        book=book,
        canaries=campaign.canaries,
    )


def _model(project: Project, campaign: Campaign, book: QuestionBook) -> TextModel:
    models, provider = project.text_models(), str(campaign.judge)
    seeing = {one.id: one for one in models.values() if one.picture_tokens}
    own = {name: one for name, one in seeing.items() if one.provider == provider}
    if not own:
        found = f"{provider} has no model that sees pictures and answers questions"
        able = ", ".join(sorted({one.provider for one in seeing.values()}))
        remedy = f"write `judge: {able}`, or leave it out" if able else "leave it out"
        raise ConfigError(f"campaign {campaign.id} (judge)", found, remedy)
    if (named := book.models.get(provider)) is not None:
        if named not in own:
            found = f"{provider} has no model {named!r} that sees pictures"
            raise ConfigError(f"{BOOK} (models.{provider})", found, f"write one of {', '.join(own)}")
        return own[named]
    return next((one for one in own.values() if one.default), next(iter(own.values())))


def _check_tags(project: Project, book: QuestionBook) -> None:
    tags = project.tags()
    for id, rule in book.questions.items():
        for tag in rule.unless:
            if tag not in tags.product and tag not in tags.scene:
                where, remedy = f"{BOOK} (questions.{id}.unless)", "write one of configs/tags.yml, or add it there"
                raise ConfigError(where, f"there is no tag {tag!r}", remedy)
